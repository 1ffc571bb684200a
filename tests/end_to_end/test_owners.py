"""An owner's acts in the browser: the key, another gateway, and a device that changes hands and comes back."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from scripts.demonstration.home import DOMAIN

from simulator import fleet
from tests.end_to_end.visitors import House, Visitor

CODE = re.compile(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}")
SETTLED_MS = 30_000


async def _as_second(house: House, command: str, **fields: Any) -> Any:
    """Give a command as the second user, who is no administrator."""
    async with await house.stage.as_second() as client:
        return await client.command(f"{DOMAIN}/{command}", **fields)


async def _owner_id(house: House) -> str:
    async with await house.stage.as_owner() as client:
        return str((await client.command("auth/current_user"))["id"])


def _choose(visitor: Visitor, choice: str) -> Page:
    """Open the menu of the device's entry and choose."""
    page = visitor.page
    visitor.visit(f"/config/integrations/integration/{DOMAIN}")
    entry = page.locator("ha-config-entry-row").filter(has_text="Virtual lamp (CPython)")
    entry.get_by_role("button", name="Configure").first.click()
    expect(page.get_by_text("Replace the key")).to_be_visible()
    visitor.picture("10-menu-of-a-device")
    page.get_by_text(choice).click()
    return page


def _submit(page: Page) -> None:
    page.get_by_role("button", name="Submit").click()


def test_owner_replaces_the_key_and_invites_another_gateway(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    visitor.log_in(house.stage.people.owner)
    page = _choose(visitor, "Replace the key")
    _submit(page)
    expect(page.get_by_text("Options successfully saved")).to_be_visible(timeout=SETTLED_MS)

    page = _choose(visitor, "Let another gateway stand in")
    _submit(page)
    expect(page.get_by_text(CODE)).to_be_visible()
    visitor.picture("11-invitation")
    _submit(page)
    expect(page.get_by_text(CODE)).to_be_hidden()


def test_device_is_given_away_and_comes_back(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    visitor.log_in(house.stage.people.owner)
    page = _choose(visitor, "Give it to somebody")
    page.locator("step-flow-form ha-select").click()
    page.get_by_text("Sam", exact=True).locator("visible=true").last.click()
    visitor.picture("12-give-away")
    _submit(page)
    expect(page.get_by_text("Options successfully saved")).to_be_visible()

    house.run(_as_second(house, "accept_transfer", serial=device.serial))
    page = _choose(visitor, "Replace the key")
    expect(page.get_by_text("You may not do that")).to_be_visible()
    expect(page.get_by_text("Ask Sam")).to_be_visible()
    visitor.picture("13-not-yours-any-more")

    house.run(
        _as_second(
            house,
            "offer_transfer",
            serial=device.serial,
            user_id=house.run(_owner_id(house)),
        )
    )
    visitor.visit("/config/repairs")
    page.get_by_text(f"{device.serial} is offered to somebody").click()
    expect(page.get_by_text("wants to give the device Virtual lamp (CPython)")).to_be_visible()
    visitor.picture("14-offered")
    page.get_by_text("I am the receiver: accept it").click()
    listed = page.get_by_role("list", name="Repairs")
    expect(listed.get_by_text(f"{device.serial} is offered to somebody")).to_be_hidden()
    known = house.run(_as_second(house, "devices"))["devices"]
    assert device.serial not in {one["serial"] for one in known}
