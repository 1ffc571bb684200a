"""What a person does in the browser, from the login to a device that obeys, as the README says it."""

import re

from playwright.sync_api import expect
import pytest

from scripts.demonstration.check import WRONG_PASSWORD
from scripts.demonstration.devices import switched
from scripts.demonstration.flows import default_of, open_card, submit
from scripts.demonstration.home import DOMAIN
from scripts.demonstration.lamps import Lamp, find_lamp

from tests.end_to_end.visitors import House, Visitor

INTEGRATIONS = "/config/integrations/dashboard"
LINK_MS = 30_000


async def _claim_by_rest(house: House, number: int) -> Lamp:
    device = house.stage.devices.all[number]
    async with await house.stage.as_owner() as client:
        await client.watch_states()
        await client.watch_flows()
        flow_id = await client.until(
            "the card is there",
            lambda: next(
                (
                    flow["flow_id"]
                    for flow in client.flows.values()
                    if flow["handler"] == DOMAIN
                    and flow["context"].get("unique_id") == device.serial
                ),
                None,
            ),
            LINK_MS / 1000,
        )
        owner = default_of(await open_card(client, flow_id), "owner")
        answer = await submit(client, flow_id, {"password": device.password, "owner": owner})
        lamp = await find_lamp(client, device, answer["result"]["entry_id"])
        await lamp.until_connected(client)
        if client.states[lamp.switch]["state"] == "on":  # as somebody left it
            await lamp.turn(client, "off")
        return lamp


@pytest.fixture(scope="module")
def lamp(house: House, left_without_owners: None) -> Lamp:
    """The MicroPython device, claimed by the owner."""
    return house.run(_claim_by_rest(house, 1))


def test_owner_logs_in_claims_a_discovered_device_and_switches_it(
    house: House, visitor: Visitor
) -> None:
    owner = house.stage.people.owner
    device = house.stage.devices.all[0]
    before = switched(device)  # by whoever had it until now
    first, second = ("off", "on") if before[-1:] == ["on"] else ("on", "off")
    page = visitor.page

    visitor.visit("/")
    page.get_by_label("Username").fill(owner.username)
    page.locator("input[name=password]").fill(owner.password)
    visitor.picture("1-login")
    page.keyboard.press("Enter")
    page.locator("ha-sidebar").get_by_text("Settings", exact=True).click()
    page.get_by_text("Devices & services").first.click()

    card = page.locator("ha-config-flow-card").filter(has_text=device.serial)
    expect(card).to_be_visible(timeout=LINK_MS)
    visitor.picture("2-discovered")
    card.get_by_role("button", name="Add", exact=True).click()

    password = page.locator("step-flow-form input[type=password]")
    password.fill(WRONG_PASSWORD)
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("is wrong (1 wrong in a row)")).to_be_visible()
    visitor.picture("3-wrong-password")

    # As people type it: lower case, in groups.
    password.fill(device.facts()["password"].lower())
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Skip and finish").click()
    expect(page.get_by_text(f"Serial number: {device.serial}")).to_be_visible()
    link = page.locator("hui-generic-entity-row").filter(has_text="Connectivity")
    expect(link).to_contain_text("Connected")

    expect(page.get_by_role("switch", checked=second == "on")).to_be_visible()
    page.locator("ha-entity-toggle ha-switch").click()
    expect(page.get_by_role("switch", checked=first == "on")).to_be_visible()
    told = re.compile(rf"^(Turned {first}|{first.capitalize()})\b")
    expect(page.get_by_text(told).first).to_be_visible()
    visitor.picture("4-switched")
    visitor.sees_lamp_do(device, [*before, first])
    page.locator("ha-entity-toggle ha-switch").click()
    expect(page.get_by_role("switch", checked=second == "on")).to_be_visible()
    visitor.sees_lamp_do(device, [*before, first, second])


def test_second_user_sees_the_device_and_is_told_why_it_does_not_obey(
    house: House, visitor: Visitor, lamp: Lamp
) -> None:
    before = switched(lamp.device)
    # The frontend leaves the promise of a refused action unhandled.
    visitor.tolerated_errors.add("Object")
    visitor.log_in(house.stage.people.second)
    visitor.visit(f"/home/overview?more-info-entity-id={lamp.switch}")
    dialog = visitor.page.locator("ha-more-info-dialog")
    dialog.get_by_role("switch").click()
    refusal = (
        visitor.page.locator("ha-toast, wa-toast, .message")
        .get_by_text("you are not its owner. Ask Olivia")
        .first
    )
    expect(refusal).to_be_visible()
    visitor.picture("5-second-user-refused")
    assert switched(lamp.device) == before


def test_owner_switches_from_a_phone(house: House, phone: Visitor, lamp: Lamp) -> None:
    phone.log_in(house.stage.people.owner)
    phone.visit(f"/home/overview?more-info-entity-id={lamp.switch}")
    toggle = phone.page.locator("ha-more-info-dialog").get_by_role("switch")
    before = switched(lamp.device)
    toggle.click()
    expect(phone.page.locator("ha-more-info-dialog").get_by_text("On", exact=True)).to_be_visible()
    phone.picture("6-phone")
    phone.sees_lamp_do(lamp.device, [*before, "on"])
    toggle.click()
    expect(phone.page.locator("ha-more-info-dialog").get_by_text("Off", exact=True)).to_be_visible()
    phone.sees_lamp_do(lamp.device, [*before, "on", "off"])


def test_open_page_works_on_after_home_assistant_was_restarted(
    house: House, visitor: Visitor, lamp: Lamp
) -> None:
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"/home/overview?more-info-entity-id={lamp.switch}")
    dialog = visitor.page.locator("ha-more-info-dialog")
    expect(dialog.get_by_role("switch")).to_be_visible()
    before = switched(lamp.device)

    assert house.run(house.stage.home.stop()) == 0
    house.run(house.stage.restart_home())
    visitor.page.wait_for_function(
        """entity => {
            const hass = document.querySelector("home-assistant").hass;
            return hass.connected && hass.states[entity]?.state === "off";
        }""",
        arg=lamp.switch,
        timeout=LINK_MS,
    )
    visitor.page_errors.clear()  # of the time when Home Assistant was away
    # A request of the frontend that the restart cut off may be told late.
    visitor.tolerated_errors.add("Object")
    dialog.get_by_role("switch").click()
    expect(dialog.get_by_text("On", exact=True)).to_be_visible()
    visitor.sees_lamp_do(lamp.device, [*before, "on"])


def test_owner_releases_a_device_and_claims_it_again_by_serial_and_address(
    house: House, visitor: Visitor, lamp: Lamp
) -> None:
    device = lamp.device
    page = visitor.page
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"/config/integrations/integration/{DOMAIN}")
    entry = page.locator("ha-config-entry-row").filter(has_text="Virtual lamp (MicroPython)")
    entry.get_by_role("button", name="Menu", exact=True).first.click()
    page.get_by_role("menuitem", name="Delete").locator("visible=true").first.click()
    page.get_by_role("button", name="Delete").locator("visible=true").last.click()
    expect(entry).to_be_hidden()
    # It was released: it announces itself again as one that has no owner.
    expect(page.get_by_text(f"({device.serial})").first).to_be_visible(timeout=LINK_MS)

    page.get_by_role("button", name="Add hub").click()
    other = page.get_by_text("Set up another instance")  # asked where devices are shown already
    add = page.get_by_text("Add a device", exact=True)
    expect(other.or_(add)).to_be_visible()
    if other.is_visible():
        other.click()
    add.click()
    form = page.locator("step-flow-form")
    form.get_by_role("textbox", name="Serial number").fill(device.serial)
    form.locator("input[type=password]").fill(device.password)
    form.get_by_role("textbox", name="Address").fill(device.host)
    form.get_by_role("spinbutton", name="Port").fill(str(device.port))
    visitor.picture("7-by-hand")
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Skip and finish").click()
    expect(page.get_by_text(f"Serial number: {device.serial}")).to_be_visible()

    # It was on when it was released, and a new owner finds it as it is.
    before = switched(device)
    expect(page.get_by_role("switch", checked=before[-1:] == ["on"])).to_be_visible()
    page.locator("ha-entity-toggle ha-switch").click()
    expect(page.get_by_role("switch", checked=before[-1:] != ["on"])).to_be_visible()
    visitor.sees_lamp_do(device, [*before, "off" if before[-1:] == ["on"] else "on"])
