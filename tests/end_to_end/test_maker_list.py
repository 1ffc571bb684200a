"""The maker's list in the browser: 500 lines uploaded, three bad ones named (US3)."""

import re
import secrets

from playwright.sync_api import expect

from scripts.demonstration.client import Json
from scripts.demonstration.home import DOMAIN

from tests.end_to_end.visitors import House, Visitor

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
IMPORT_MS = 60_000  # a thousand hashes on a busy machine


def _list() -> str:
    def password() -> str:
        return "".join(secrets.choice(LETTERS) for _ in range(20))

    lines = [f"MAKER-{number:03};{password()};{password()}" for number in range(500)]
    lines[9], lines[99], lines[199] = "MAKER-009;short", "MAKER/99;" + password(), "MAKER-199"
    return "\r\n".join(["serial;password;password2", *lines])


async def _take_off(house: House) -> Json:
    """Clear the list, so that the next journey finds none; return what it was."""
    async with await house.stage.as_owner() as client:
        shown: Json = await client.command(f"{DOMAIN}/records")
        await client.command(f"{DOMAIN}/clear_records")
        return shown


def test_administrator_uploads_a_makers_list(house: House, visitor: Visitor) -> None:
    visitor.log_in(house.stage.people.owner)
    page = visitor.page
    visitor.visit(f"/config/integrations/integration/{DOMAIN}")
    page.get_by_role("button", name="Configure").first.click()
    page.get_by_text("Maker's list").click()
    data = _list().encode("utf-8-sig")
    page.locator("ha-file-upload input[type=file]").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": data}
    )
    expect(page.get_by_text("list.csv")).to_be_visible()
    visitor.picture("8-maker-list")
    page.get_by_role("button", name="Submit").click()
    told = page.get_by_text(re.compile(r"497 serial numbers are new"))
    expect(told).to_be_visible(timeout=IMPORT_MS)
    for line in (11, 101, 201):
        expect(page.get_by_text(re.compile(rf"\bline {line}\b", re.IGNORECASE))).to_be_visible()
    visitor.picture("9-maker-list-imported")
    page.get_by_role("button", name="Submit").click()
    shown = house.run(_take_off(house))
    assert (shown["count"], shown["refuses_unlisted"]) == (497, False)
