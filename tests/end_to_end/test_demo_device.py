"""Trying without hardware, in the browser: from the integration's page to a lamp that obeys (README)."""

import re

from playwright.sync_api import expect

from scripts.demonstration.client import Client
from scripts.demonstration.home import DOMAIN

from tests.end_to_end.visitors import House, Visitor

INTEGRATION = f"/config/integrations/integration/{DOMAIN}"
OUTLET = "switch.demo_device_outlet"
LINK_MS = 30_000


async def _entries(client: Client) -> dict[str, str]:
    """Return the ids of the integration's entries by their titles."""
    entries = await client.command("config_entries/get", domain=DOMAIN)
    return {entry["title"]: entry["entry_id"] for entry in entries}


async def _works_after_restarts(house: House) -> None:
    """End Home Assistant in order, then by a power cut; each time the outlet obeys again."""
    for end in (house.stage.home.stop, house.stage.home.kill):
        await end()
        await house.stage.restart_home()
        async with await house.stage.as_owner() as client:
            await client.watch_states()
            await client.until_state(OUTLET, "off", LINK_MS / 1000)
            await client.call_service("switch", "turn_on", OUTLET)
            await client.until_state(OUTLET, "on", LINK_MS / 1000)


async def _titles(house: House) -> set[str]:
    async with await house.stage.as_owner() as client:
        return set(await _entries(client))


async def _dispose(house: House) -> set[str]:
    """Delete what the device runs on; return what is left."""
    async with await house.stage.as_owner() as client:
        hardware = (await _entries(client))["Demo hardware"]
        await client.rest_ok("DELETE", f"config/config_entries/entry/{hardware}")
        return set(await _entries(client))


def test_person_without_hardware_starts_claims_and_switches_a_demo_device(
    house: House, visitor: Visitor
) -> None:
    before = house.run(_titles(house))
    visitor.log_in(house.stage.people.owner)
    page = visitor.page
    visitor.visit(INTEGRATION)
    page.get_by_role("button", name="Add hub").click()
    # Where devices are shown already, Home Assistant proposes these first.
    other = page.get_by_text("Set up another instance")
    start = page.get_by_text("Start a demo device")
    expect(other.or_(start)).to_be_visible()
    if other.is_visible():
        other.click()
    start.click()
    expect(page.locator("ha-qr-code canvas")).to_be_visible()
    label = page.locator("ha-markdown strong")
    expect(label).to_have_count(2)
    serial, password = label.all_inner_texts()
    visitor.picture("8-demo-label")
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Finish").click()

    visitor.visit("/config/integrations/dashboard")
    card = page.locator("ha-config-flow-card").filter(has_text=serial)
    expect(card).to_be_visible(timeout=LINK_MS)
    card.get_by_role("button", name="Add", exact=True).click()
    page.locator("step-flow-form input[type=password]").fill(password)
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("button", name="Skip and finish").click()
    expect(page.get_by_text(f"Serial number: {serial}")).to_be_visible()
    page.locator("ha-entity-toggle ha-switch").first.click()
    expect(page.get_by_text(re.compile(r"^(Turned on|On)\b")).first).to_be_visible()
    visitor.picture("9-demo-device")

    visitor.visit("/robots.txt")  # the frontend would complain of the restarts
    house.run(_works_after_restarts(house))
    assert house.run(_dispose(house)) == before
    visitor.visit(INTEGRATION)
    expect(page.get_by_text("Hubs")).to_be_visible()
    expect(page.get_by_text("Demo device")).to_have_count(0)
