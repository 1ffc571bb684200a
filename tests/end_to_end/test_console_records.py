"""The page of the maker's list in a real browser: a file is dropped, its bad lines are named (US3, FIG 6)."""

from collections.abc import Iterator
import secrets
from typing import Any

from playwright.sync_api import Page, expect
import pytest

from scripts.demonstration.home import DOMAIN

from tests.end_to_end.accessibility import faults
from tests.end_to_end.visitors import House, Visitor

PATH = "/iot-secure-gateway/records"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
COUNT = 300  # 10 ms each, so that the page can be seen while it imports
IMPORT_MS = 60_000
DROP = """(label, text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "list.csv", {type: "text/csv"}));
    for (const type of ["dragover", "drop"]) {
        label.dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}));
    }
}"""


def password() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(20))


def a_list(count: int) -> str:
    """Return the text of a list with three lines that do not count, in lines 11, 21 and 31."""
    lines = ["serial;password", *(f"MAKER-{number:03};{password()}" for number in range(count))]
    lines[10], lines[20], lines[30] = "MAKER-009;short", "MAKER/19;" + password(), "MAKER-029"
    return "\r\n".join(lines)


def ask(house: House, command: str, **fields: Any) -> Any:
    """Give one of the console's commands as the owner, who is an administrator, beside the page."""

    async def run() -> Any:
        async with await house.stage.as_owner() as client:
            return await client.command(f"{DOMAIN}/{command}", **fields)

    return house.run(run())


@pytest.fixture
def empty_list(house: House) -> Iterator[None]:
    """No serial is listed, neither before nor after."""
    ask(house, "clear_records")
    yield
    ask(house, "clear_records")
    ask(house, "set_records", refuses_unlisted=False)


def drop(page: Page, text: str) -> None:
    page.locator("isg-records-import label").evaluate(DROP, text)


@pytest.mark.usefixtures("empty_list", "left_without_owners")
def test_administrator_drops_a_list_and_sees_line_by_line_what_is_wrong(
    house: House, visitor: Visitor, phone: Visitor
) -> None:
    device = house.stage.devices.all[0]
    page = visitor.page
    visitor.log_in(house.stage.people.owner)
    visitor.visit(PATH)
    importing = page.locator("isg-records-import")
    expect(importing.get_by_text("Drop a file here")).to_be_visible()
    drop(page, a_list(COUNT))
    expect(importing.get_by_role("progressbar")).to_be_visible()
    expect(importing.get_by_text(f"of {COUNT - 3} serial numbers done")).to_be_visible()
    importing.get_by_role("button", name="Cancel").click()
    expect(importing.get_by_text("was cancelled")).to_be_visible(timeout=IMPORT_MS)
    assert ask(house, "records")["count"] == 0

    label = f"{a_list(40)}\r\n{device.serial};{device.password}"
    drop(page, label)
    expect(importing.get_by_text("New: 38, changed: 0, as before: 0.")).to_be_visible(
        timeout=IMPORT_MS
    )
    for fault in (
        "A password in line 11 cannot be one",
        "Line 21 does not begin with a serial number",
        "Line 31 has a serial number and no password",
    ):
        expect(importing.get_by_text(fault)).to_be_visible()
    assert password() not in page.content()
    visitor.picture("records-1-imported")
    assert faults(page) == []

    where = {"host": device.host, "port": device.port}
    ask(house, "claim", serial=device.serial, password=device.password, **where)
    search = page.locator("isg-records ha-selector-text input")
    search.fill(device.serial.lower())
    rows = page.locator("isg-records tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("Olivia")
    expect(rows).to_contain_text("since")
    expect(page.get_by_text("1 has this in it.")).to_be_visible()
    visitor.picture("records-2-search")

    search.fill("maker-00")
    expect(rows).to_have_count(9)
    expect(rows.first).to_contain_text("not claimed")
    page.get_by_role("button", name="Remove MAKER-001").click()
    dialog = page.locator("isg-confirm-dialog")
    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(rows).to_have_count(8)
    expect(dialog).to_have_count(0)  # until then it takes what is clicked
    page.get_by_role("switch").click(force=True)
    expect(page.get_by_role("switch")).to_be_checked()
    page.get_by_role("button", name="Remove all").click()
    expect(dialog.get_by_text("37 serial numbers are taken off")).to_be_visible()
    assert faults(page) == []

    phone.page.emulate_media(color_scheme="dark")
    phone.log_in(house.stage.people.owner)
    phone.visit(PATH)
    expect(phone.page.locator("isg-records tbody tr").first).to_be_visible()
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.picture("records-3-phone")
    assert faults(phone.page) == []

    dialog.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_text("0 serial numbers.")).to_be_visible()
    kept = ask(house, "records")
    assert (kept["count"], kept["refuses_unlisted"]) == (0, True)


@pytest.mark.usefixtures("empty_list")
def test_somebody_else_is_told_whose_page_that_is(house: House, phone: Visitor) -> None:
    phone.log_in(house.stage.people.second)
    phone.visit(PATH)
    expect(phone.page.get_by_text("only an administrator of Home Assistant")).to_be_visible()
    expect(phone.page.locator("isg-records-import")).to_have_count(0)
