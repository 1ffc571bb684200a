"""Owners in a real browser: authority given and ended, who may do what now, learning, and asking for more."""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect
import pytest

from scripts.demonstration.home import DOMAIN

from simulator import fleet
from tests.end_to_end.accessibility import faults
from tests.end_to_end.test_console_permissions import ask, choose, fits, second_of
from tests.end_to_end.test_owners import CODE
from tests.end_to_end.visitors import DESKTOP, PHONE, House, Visitor, own

CONSOLE = "/iot-secure-gateway"
SETTLED_MS = 30_000


@pytest.fixture(scope="module")
def device(house: House, left_without_owners: None) -> fleet.VirtualDevice:
    """A lamp that belongs to the owner."""
    return house.run(own(house))


def as_second(house: House, act: str, /, **fields: Any) -> Any:
    """Give a command as the second person, who is no administrator, beside the page."""

    async def run() -> Any:
        async with await house.stage.as_second() as client:
            return await client.command(f"{DOMAIN}/{act}", **fields)

    return house.run(run())


@pytest.fixture(scope="module")
def olivia(house: House, browser: Browser, device: fleet.VirtualDevice) -> Iterator[Visitor]:
    """The owner, who looks at her device first."""
    visitor = Visitor(browser, house, DESKTOP)
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/overview/{device.serial}")
    yield visitor
    visitor.leave()


@pytest.fixture
def owners(olivia: Visitor) -> Locator:
    """What that page tells of owners."""
    return olivia.page.locator("isg-device-ownership")


def confirm(page: Page, button: str) -> None:
    dialog = page.locator("isg-device-confirm-dialog")
    dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_have_count(0, timeout=SETTLED_MS)


def test_owner_appoints_somebody_sees_what_that_gives_and_ends_it(
    house: House, olivia: Visitor, owners: Locator, device: fleet.VirtualDevice
) -> None:
    page = olivia.page
    people = owners.get_by_role("table", name="Who may do what now")
    sams = people.get_by_role("row").filter(has_text="Sam")
    expect(sams.get_by_role("cell")).to_have_text(["no", "no", "no", "no"])

    owners.get_by_role("button", name="Appoint somebody").click()
    dialog = page.locator("isg-appoint-dialog")
    choose(page, dialog, "Who", "Sam")
    assert faults(page) == []
    olivia.picture("owners-1-appoint")
    dialog.get_by_role("button", name="Appoint", exact=True).click()
    expect(dialog).to_have_count(0)

    tree = owners.get_by_role("list", name="Who has authority")
    below = tree.get_by_role("list").get_by_role("listitem")
    expect(below).to_contain_text("Manager · Read, Control")
    expect(sams.get_by_role("cell")).to_have_text(["yes", "yes", "no", "no"])
    as_second(
        house,
        "add_row",
        row={
            "effect": "allow",
            "users": {"everyone": True},
            "devices": {"serials": [device.serial]},
            "commands": {"groups": ["read"]},
            "times": {"always": True},
        },
        by=next(
            one["appointment"]
            for one in ask(house, "authority", serial=device.serial)["authority"]
            if one["appointment"]
        ),
    )
    assert faults(page) == []
    olivia.picture("owners-2-authority")

    owners.get_by_role("button", name="End the authority of Sam").click()
    ending = page.locator("isg-device-confirm-dialog")
    expect(ending.get_by_text("1 row of the permission table")).to_be_visible()
    olivia.picture("owners-3-end")
    confirm(page, "End it")
    expect(sams.get_by_role("cell")).to_have_text(["no", "no", "no", "no"])
    assert ask(house, "rows")["rows"] == []


def test_owner_is_told_why_a_device_is_cut_off_and_connects_it_again(
    house: House, olivia: Visitor, owners: Locator, device: fleet.VirtualDevice
) -> None:
    rule = {"scope": {"kind": "device", "id": device.serial}, "detection": "unauthorised_user"}
    revision = ask(house, "monitoring_policy")["revision"]
    answer = {"level": "high", "responses": ["log", "suspend"], "confirm": True}
    ask(house, "set_monitoring_rule", **rule, **answer, revision=revision)
    with pytest.raises(Exception, match=r"Ask Olivia"):
        as_second(house, "send_command", serial=device.serial, command="turn_on", entity="relay")
    trouble = owners.locator("isg-device-trouble")
    expect(trouble).to_contain_text("A command of somebody without any permission")
    olivia.picture("owners-13-suspended")
    trouble.get_by_role("button", name="Connect it again").click()
    expect(trouble.locator("ha-alert")).to_have_count(0)
    policy = ask(house, "monitoring_policy")
    (own_rule,) = policy["rules"]
    ask(house, "remove_monitoring_rule", rule=own_rule["number"], revision=policy["revision"])


def test_owner_invites_a_gateway_hides_values_and_offers_the_device(
    house: House, olivia: Visitor, owners: Locator, device: fleet.VirtualDevice
) -> None:
    page = olivia.page
    owners.get_by_role("button", name="Invite: Other gateways").click()
    confirm(page, "Invite")
    invitation = page.locator("isg-invitation-dialog")
    expect(invitation.get_by_text(CODE)).to_be_visible()
    olivia.picture("owners-4-invitation")
    invitation.get_by_role("button", name="Done").click()
    expect(page.get_by_text(CODE)).to_have_count(0)
    owners.get_by_role("button", name="Remove: Gateway in place").click()
    confirm(page, "Remove")
    expect(owners.get_by_role("button", name="Remove: Gateway in place")).to_have_count(0)

    owners.get_by_role("button", name="Replace: Key of the binding").click()
    confirm(page, "Replace")
    expect(page.get_by_text("The device uses the new key").first).to_be_visible(timeout=SETTLED_MS)

    owners.get_by_role("button", name="Change: Who is shown its values").click()
    disclosure = page.locator("isg-disclosure-dialog")
    choose(page, disclosure, "The device", "Confidential")
    olivia.picture("owners-5-disclosure")
    disclosure.get_by_role("button", name="Save").click()
    expect(disclosure).to_have_count(0)
    assert ask(house, "disclosure", serial=device.serial)["device"] == "confidential"
    ask(house, "set_disclosure", serial=device.serial, choice="shown")

    owners.get_by_role("button", name="Offer: Give it to somebody").click()
    transfer = page.locator("isg-transfer-dialog")
    choose(page, transfer, "Who", "Sam")
    transfer.get_by_role("button", name="Offer it").click()
    expect(transfer).to_have_count(0)
    expect(owners.get_by_text("You offered it to Sam")).to_be_visible()
    assert faults(page) == []
    olivia.picture("owners-6-acts")
    owners.get_by_role("button", name="Withdraw").click()
    expect(owners.get_by_role("button", name="Offer: Give it to somebody")).to_be_visible()
    assert as_second(house, "handovers")["offers"] == []


def test_who_may_not_yet_asks_for_more_on_the_phone_and_learns_the_answer(
    house: House, phone: Visitor, device: fleet.VirtualDevice
) -> None:
    phone.log_in(house.stage.people.second)
    phone.visit(f"{CONSOLE}/my-access")
    page = phone.page
    questions = page.locator("isg-own-questions")
    questions.get_by_role("button", name="Ask for more").click()
    dialog = page.locator("isg-ask-dialog")
    dialog.get_by_role("textbox", name="Device").fill(device.serial)  # from its label
    choose(page, dialog, "What you would like to do", "Turn on")
    dialog.get_by_role("textbox", name="Why").fill("I read until ten")
    assert faults(page) == []
    phone.picture("owners-7-ask")
    dialog.get_by_role("button", name="Ask", exact=True).click()
    expect(dialog).to_have_count(0)
    asked = questions.get_by_role("listitem").filter(has_text="I read until ten")
    expect(asked.get_by_text("waits for an answer")).to_be_visible()
    (question,) = ask(house, "access_questions")["to_answer"]
    ask(house, "answer_access", question=question["question"], answer="once")
    expect(asked.get_by_text("allowed once")).to_be_visible()
    button = page.locator("isg-device-access").get_by_role("button", name="Turn on")
    expect(button.first).to_be_visible()
    assert faults(page) == []
    assert fits(page, "isg-my-access")
    phone.picture("owners-8-my-access")
    for one in ask(house, "rows")["rows"]:
        ask(house, "remove_row", number=one["row"]["number"], version=one["version"])


def test_owner_learns_what_somebody_needs_and_accepts_it(
    house: House, olivia: Visitor, device: fleet.VirtualDevice
) -> None:
    page = olivia.page
    olivia.visit(f"{CONSOLE}/permissions/learning")
    page.get_by_role("button", name="Learn what somebody needs").click()
    dialog = page.locator("isg-learning-dialog")
    choose(page, dialog, "Person", "Sam")
    dialog.get_by_role("checkbox").first.check(force=True)
    olivia.picture("owners-9-learning-dialog")
    assert faults(page) == []
    dialog.get_by_role("button", name="Begin").click()
    expect(dialog).to_have_count(0)
    with pytest.raises(Exception, match=r"Ask Olivia"):
        as_second(house, "send_command", serial=device.serial, command="turn_on", entity="relay")
    proposal = page.get_by_role("list", name="Proposed rows").get_by_role("listitem")
    expect(proposal).to_contain_text("was tried and refused: Turn on ×1")
    assert faults(page) == []
    olivia.picture("owners-10-learning")
    proposal.get_by_role("button", name="Decline").click()
    expect(proposal.get_by_text("declined", exact=True)).to_be_visible()
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(page.get_by_role("button", name="Change first")).to_be_in_viewport()
    assert fits(page, "isg-permission-learning")
    olivia.picture("owners-14-learning-phone")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    proposal.get_by_role("button", name="Accept").click()
    expect(proposal.get_by_text("accepted", exact=True)).to_be_visible()
    (row,) = ask(house, "rows")["rows"]
    assert row["row"]["users"] == {"users": [second_of(house)]}
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("ended")).to_be_visible()
    page.get_by_role("button", name="Forget").click()
    page.locator("isg-confirm-dialog").get_by_role("button", name="Forget").click()
    expect(proposal).to_have_count(0)
    ask(house, "remove_row", number=row["row"]["number"], version=row["version"])


def test_device_that_is_gone_is_told_in_its_dialog_and_on_its_page(
    house: House, browser: Browser, device: fleet.VirtualDevice
) -> None:
    visitor = Visitor(browser, house, PHONE, locale="de-DE", color_scheme="dark")
    visitor.context.add_init_script("localStorage.selectedLanguage ??= '\"de\"'")
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/overview/{device.serial}")
    page = visitor.page
    button = page.get_by_role("button", name="Jemanden ernennen")
    expect(button).to_be_visible(timeout=SETTLED_MS)
    assert fits(page, "isg-device-ownership")
    page.get_by_role("list", name="Wer jetzt was darf").scroll_into_view_if_needed()
    assert faults(page) == []
    visitor.picture("owners-11-dark")
    button.click()
    dialog = page.locator("isg-appoint-dialog")
    expect(dialog.get_by_role("button", name="Ernennen", exact=True)).to_be_visible()
    ask(house, "release", serial=device.serial)
    gone = "Dieses Gerät gibt es nicht mehr"
    expect(dialog.get_by_text(gone)).to_be_visible(timeout=SETTLED_MS)
    expect(page.locator("isg-overview").get_by_text(gone)).to_be_visible(timeout=SETTLED_MS)
    visitor.picture("owners-12-gone")
    dialog.locator("ha-dialog-footer ha-button").click()
    expect(dialog).to_have_count(0)
    visitor.leave()
