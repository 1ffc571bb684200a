"""The console page in a real browser: the owner's side, and that of somebody who owns nothing yet."""

import re

from playwright.sync_api import Browser, expect
import pytest

from scripts.demonstration.devices import switched

from tests.end_to_end.visitors import DESKTOP, House, Visitor

CONSOLE = "/iot-secure-gateway"
LINK_MS = 30_000


pytestmark = pytest.mark.usefixtures("left_without_owners")


def test_what_the_page_borrows_from_home_assistant_is_there(house: House, visitor: Visitor) -> None:
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/overview")
    expect(visitor.page.get_by_text("Waiting to be claimed")).to_be_visible(timeout=LINK_MS)
    assert visitor.page.evaluate("document.querySelector('home-assistant') !== null")
    tabs = visitor.page.locator("hass-tabs-subpage")
    expect(tabs.get_by_text("My access").first).to_be_visible()


def test_owner_claims_a_device_at_the_page_and_commands_it(house: House, visitor: Visitor) -> None:
    device = house.stage.devices.all[0]
    page = visitor.page
    visitor.log_in(house.stage.people.owner)
    visitor.visit(CONSOLE)
    waiting = page.locator("isg-overview li").filter(has_text=device.serial)
    expect(waiting).to_be_visible(timeout=LINK_MS)
    visitor.picture("console-1-overview")
    waiting.get_by_role("button", name="Claim").click()

    dialog = page.locator("isg-claim-dialog")
    password = dialog.locator("input[type=password]")
    password.fill("wrong-password")
    dialog.get_by_role("button", name="Claim", exact=True).click()
    expect(dialog.get_by_text(re.compile("password", re.IGNORECASE)).first).to_be_visible()
    expect(dialog.locator("ha-alert")).to_be_visible()
    visitor.picture("console-2-claim-refused")
    password.fill(device.facts()["password"])
    dialog.get_by_role("button", name="Claim", exact=True).click()
    expect(dialog).to_have_count(0, timeout=LINK_MS)

    row = page.locator("isg-overview li").filter(has_text="Connected")
    expect(row).to_be_visible(timeout=LINK_MS)
    visitor.picture("console-3-claimed")

    page.get_by_text("My access").first.click()
    before = switched(device)
    button = page.locator("isg-device-access").get_by_role("button", name="Turn on")
    button.first.click()
    expect(page.get_by_text("confirmed by the device").first).to_be_visible()
    assert switched(device) == [*before, "on"]
    visitor.picture("console-4-my-access")


def test_somebody_without_permission_is_offered_nothing_but_a_claim(
    house: House, phone: Visitor
) -> None:
    phone.log_in(house.stage.people.second)
    phone.visit(f"{CONSOLE}/my-access")
    page = phone.page
    expect(page.get_by_text("There is nothing here that you may use.")).to_be_visible()
    expect(page.locator("isg-device-access")).to_have_count(0)
    expect(page.get_by_role("button", name="Claim a device")).to_be_visible()
    phone.picture("console-5-nothing")


def test_owner_adds_a_deployment_and_switches_to_it(house: House, visitor: Visitor) -> None:
    """FIG 7: factory settings that nobody changes, and sets of the owner's own beside each other."""
    device = house.stage.devices.all[0]
    page = visitor.page
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/overview")
    page.locator("isg-overview").get_by_role("link", name="Virtual lamp (CPython)").click()
    shown = page.locator("isg-device")
    expect(shown.get_by_text("Factory settings")).to_be_visible()
    expect(shown.get_by_text(device.serial)).to_be_visible()
    shown.get_by_role("button", name="Add a deployment").click()

    dialog = page.locator("isg-deployment-dialog")
    dialog.get_by_role("textbox", name="Its name").fill("away")
    dialog.get_by_role("spinbutton", name="Read sensors every").fill("30")
    visitor.picture("console-6-deployment")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=LINK_MS)
    shown.get_by_role("button", name="Switch to it").click()
    expect(page.get_by_text("The device has confirmed away").first).to_be_visible(timeout=LINK_MS)
    expect(shown.get_by_text("in force", exact=True)).to_be_visible(timeout=LINK_MS)
    row = shown.get_by_role("row").filter(has_text="Read sensors every")
    expect(row.get_by_role("cell").first).to_have_text("30 s")
    visitor.picture("console-7-device")

    shown.get_by_role("button", name="Delete away").click()
    page.locator("isg-confirm-dialog").get_by_role("button", name="Delete").click()
    expect(shown.get_by_text("in force", exact=True)).to_have_count(0)


async def _add_dashboard(house: House) -> None:
    async with await house.stage.as_owner() as client:
        await client.command(
            "lovelace/dashboards/create",
            url_path="my-devices",
            title="My devices",
            mode="storage",
            show_in_sidebar=False,
        )
        card = {"type": "custom:iot-secure-gateway-card"}
        views = [{"title": "Mine", "cards": [card]}]
        await client.command("lovelace/config/save", url_path="my-devices", config={"views": views})


def test_card_on_a_dashboard_shows_everybody_what_they_may(
    house: House, visitor: Visitor, phone: Visitor
) -> None:
    house.run(_add_dashboard(house))
    device = house.stage.devices.all[0]
    visitor.log_in(house.stage.people.owner)
    visitor.visit("/my-devices")
    card = visitor.page.locator("iot-secure-gateway-card")
    before = switched(device)
    card.get_by_role("button", name="Turn off").click()
    expect(visitor.page.get_by_text("confirmed by the device").first).to_be_visible()
    assert switched(device) == [*before, "off"]
    visitor.picture("console-8-card")

    phone.log_in(house.stage.people.second)
    phone.visit("/my-devices")
    nothing = phone.page.locator("iot-secure-gateway-card")
    expect(nothing.get_by_text("There is nothing here that you may use.")).to_be_visible()
    expect(nothing.get_by_role("button")).to_have_count(0)


def test_page_is_in_german_for_who_speaks_it_and_dark_for_who_likes_that(
    house: House, browser: Browser
) -> None:
    visitor = Visitor(browser, house, DESKTOP, locale="de-DE", color_scheme="dark")
    visitor.log_in(house.stage.people.owner)
    visitor.context.add_init_script("localStorage.selectedLanguage ??= '\"de\"'")
    visitor.visit(f"{CONSOLE}/my-access")
    expect(visitor.page.get_by_role("button", name="Einschalten").first).to_be_visible()
    visitor.picture("console-9-dark")
    visitor.leave()


def test_owner_edits_the_policy_of_figure_15_and_is_warned_of_what_could_be_turned_against_them(
    house: House, visitor: Visitor
) -> None:
    device = house.stage.devices.all[0]
    page = visitor.page
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/overview/{device.serial}")
    table = page.locator("isg-device-monitoring")
    row = table.get_by_role("row").filter(has_text="Messages that no device would send")
    expect(row).to_contain_text("Medium")
    row.get_by_role("button", name="Change").click()
    dialog = page.locator("isg-rule-dialog")
    dialog.get_by_text("communication suspended").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("ha-alert[alert-type=warning]")).to_be_visible()
    visitor.picture("console-10-warning")
    dialog.get_by_role("button", name="Save all the same").click()
    expect(dialog).to_have_count(0, timeout=LINK_MS)
    expect(row).to_contain_text("communication suspended")
    visitor.picture("console-11-monitoring")
    row.get_by_role("button", name="As built in").click()
    expect(row).not_to_contain_text("communication suspended")
