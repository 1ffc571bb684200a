"""The page of the record in a real browser: "Who did it?" (US11), and a list without an end that stays small."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
from urllib.parse import urlencode

from playwright.sync_api import Page, expect
import pytest

from scripts.demonstration.client import Client
from scripts.demonstration.errors import RequestRefused
from scripts.demonstration.home import DOMAIN
from scripts.demonstration.people import log_in

from simulator import fleet
from tests.end_to_end.accessibility import faults
from tests.end_to_end.visitors import House, Visitor

PATH = "/iot-secure-gateway/audit"
LINES = 2500
AT_ONCE = 250
MAX_ROWS = 300  # in the page, however long the list is
LINK_MS = 30_000


async def _night(house: House) -> tuple[fleet.VirtualDevice, int, str]:
    """Claim a lamp; let Sam switch it on by a row, and be refused without it.

    Return the lamp, the row's number, and since when all this was.
    """
    device = house.stage.devices.all[0]
    since = datetime.now(UTC).isoformat()
    async with await house.stage.as_owner() as owner, await _as_second(house) as second:
        where = {"host": device.host, "port": device.port}
        await owner.command(
            f"{DOMAIN}/claim", serial=device.serial, password=device.password, **where
        )
        await owner.watch_states()
        relay = await owner.until("the lamp", lambda: _relay(owner), 30)
        with pytest.raises(RequestRefused):
            await second.call_service("switch", "turn_on", relay)
        people = (await owner.command(f"{DOMAIN}/people"))["people"]
        sam = next(one["user_id"] for one in people if one["name"] == "Sam")
        row = {
            "effect": "allow",
            "users": {"users": [sam]},
            "devices": {"serials": [device.serial]},
            "commands": {"names": ["turn_on"]},
            "times": {"always": True},
        }
        number: int = (await owner.command(f"{DOMAIN}/add_row", row=row))["number"]
        await second.call_service("switch", "turn_on", relay)
    return device, number, since


async def _as_second(house: House) -> Client:
    stage = house.stage
    tokens = await log_in(stage.home.address, stage.people.second)
    return Client(stage.home.address, tokens.access)


def _relay(owner: Client) -> str | None:
    return next(
        (
            name
            for name, state in owner.states.items()
            if name.startswith("switch.virtual_lamp") and state["state"] in {"on", "off"}
        ),
        None,
    )


async def _act(house: House, count: int) -> None:
    """Do something that changes nothing and leaves a line, many times."""
    async with await house.stage.as_owner() as owner:
        for _ in range(0, count, AT_ONCE):
            acts = (owner.command(f"{DOMAIN}/cancel_import") for _ in range(min(AT_ONCE, count)))
            await asyncio.gather(*acts)


@pytest.fixture(scope="module")
def night(house: House, left_without_owners: None) -> tuple[fleet.VirtualDevice, int, str]:
    """Sam was refused, then switched the lamp on."""
    return house.run(_night(house))


@contextmanager
def somebody_changes_a_line(house: House) -> Iterator[int]:
    """Have the line of what Sam did say that it was Eve, for a while."""
    said = "UPDATE iotsg_audit_lines SET name = ? WHERE number = ?"
    path = house.stage.folder / "config" / f"{DOMAIN}_audit.db"
    with closing(sqlite3.connect(path, autocommit=True)) as database:
        line = "SELECT max(number) FROM iotsg_audit_lines WHERE name = 'Sam' AND verdict = 'ok'"
        (number,) = database.execute(line).fetchone()
        database.execute(said, ("Eve", number))
        yield number
        database.execute(said, ("Sam", number))


def open_page(visitor: Visitor, search: str = "") -> Page:
    visitor.log_in(visitor.house.stage.people.owner)
    visitor.visit(PATH + search)
    return visitor.page


def test_owner_finds_out_who_did_it_and_why_they_could(
    house: House, visitor: Visitor, phone: Visitor, night: tuple[fleet.VirtualDevice, int, str]
) -> None:
    device, row, began = night
    page = open_page(visitor, "?" + urlencode({"since": began}))
    rows = page.locator("isg-audit-list tbody tr")
    expect(rows.filter(has_text="Sam").first).to_be_visible(timeout=LINK_MS)
    visitor.picture("audit-1-list")
    assert faults(page) == []

    page.locator("isg-audit-filter ha-selector-select").filter(has_text="Outcome").click()
    page.get_by_role("menuitem", name="Refused").or_(
        page.get_by_role("option", name="Refused")
    ).or_(page.locator("ha-combo-box-item").filter(has_text="Refused")).first.click()
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("No row allows it.")
    assert "verdict=refused" in page.url  # others can be sent there

    hours = [datetime.now(UTC) + timedelta(hours=ahead) for ahead in (-1, 1)]
    before, until = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in hours)
    visitor.visit(f"{PATH}?device={device.serial}&until={before}")
    expect(page.get_by_text("Nothing is on the record that fits.")).to_be_visible()
    wanted = page.locator("isg-audit-filter ha-selector-select")
    expect(wanted.filter(has_text="Device")).to_contain_text("Virtual lamp (CPython)")
    fitting = {"device": device.serial, "verdict": "ok", "since": began, "until": until}
    visitor.visit(f"{PATH}?{urlencode(fitting)}")
    line = rows.filter(has_text="Sam")
    expect(line).to_have_count(1)
    line.locator("button").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("isg-audit-line-dialog")
    expect(dialog.get_by_role("row").filter(has_text="Session (GSID, DSID)")).to_be_visible()
    expect(dialog.get_by_text("127.0.0.1")).to_be_visible()
    expect(dialog.get_by_role("heading", name=f"Row {row} of the permissions")).to_be_visible()
    expect(dialog.get_by_text("Allows · Sam · Virtual lamp (CPython)")).to_be_visible()
    expect(dialog.get_by_text("Nothing else.")).to_be_visible()
    visitor.picture("audit-2-line")
    assert faults(page) == []
    dialog.get_by_role("button", name="Close").last.click()
    expect(dialog).to_have_count(0)

    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("all are what was written")).to_be_visible()
    with somebody_changes_a_line(house) as number:
        page.get_by_role("button", name="Verify").click()
        expect(page.get_by_text(f"Lines {number} to {number} were changed.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as CSV").click()
    exported = list(csv.DictReader(Path(download.value.path()).read_text("utf-8").splitlines()))
    assert {one["serial"] for one in exported} == {device.serial}
    assert "Sam" in {one["name"] for one in exported}

    page = open_page(phone)
    expect(page.locator("isg-audit-list tbody tr").filter(has_text="Sam").first).to_be_visible()
    phone.picture("audit-3-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == []


DOWN = """async list => {
    const viewport = list.renderRoot.querySelector(".viewport");
    const rows = () => list.renderRoot.querySelectorAll("tbody tr").length;
    let most = 0;
    for (let step = 0; step < 400 && list.ledger.hasMore; step++) {
        viewport.scrollTop += 3 * viewport.clientHeight;
        await new Promise(requestAnimationFrame);
        most = Math.max(most, rows());
    }
    viewport.scrollTop = viewport.scrollHeight;
    await new Promise(requestAnimationFrame);
    return [list.ledger.length, Math.max(most, rows())];
}"""
NUMBERS = """list => [...list.renderRoot.querySelectorAll("tbody tr")].map(
    row => list.ledger.at(Number(row.dataset.at))?.number)"""
TO = """(list, row) => { list.renderRoot.querySelector(".viewport").scrollTop = row * 56; }"""


# A quarter of a million lines, more than a browser has pixels for: as if the page had fetched that many.
MANY = """async list => {
    const page = list.getRootNode().host, line = list.ledger.at(0), length = 250000;
    page.take = () => {};  // what is new in the meantime would come instead
    page.ledger = {
        length, hasMore: false, isLoading: false, need() {}, more() {},
        at: row => row < length ? {...line, number: length - row} : undefined,
    };
    await page.updateComplete;
    await list.updateComplete;
}"""
SEEN = """list => {
    const viewport = list.renderRoot.querySelector(".viewport").getBoundingClientRect();
    return [...list.renderRoot.querySelectorAll("tbody tr")].filter(row => {
        const place = row.getBoundingClientRect();
        return place.top >= viewport.top && place.bottom <= viewport.bottom;
    }).map(row => Number(row.dataset.at));
}"""


@pytest.mark.usefixtures("night")
def test_list_of_thousands_stays_small_and_keeps_its_place(house: House, visitor: Visitor) -> None:
    house.run(_act(house, LINES))
    visitor.page.emulate_media(color_scheme="dark")
    page = open_page(visitor)
    listed = page.locator("isg-audit-list")
    acts = listed.locator("tbody tr").filter(has_text="At the console: cancel import")
    expect(acts.first).to_be_visible(timeout=LINK_MS)
    length, most = listed.evaluate(DOWN)
    assert length > LINES
    assert 0 < most <= MAX_ROWS
    expect(listed.get_by_text("This is where it begins.")).to_be_visible()
    # What lies far above was forgotten, and comes back in its order when somebody scrolls there.
    listed.evaluate(TO, 200)
    expect(listed.locator('tr[data-at="205"] button')).to_be_visible()
    numbers = listed.evaluate(NUMBERS)
    assert numbers == sorted(numbers, reverse=True)

    first = listed.locator('tr[data-at="205"]').inner_text()
    house.run(_sees_new_line(house))
    new = page.get_by_role("button", name="New lines: show them")
    expect(new).to_be_visible()
    assert listed.locator('tr[data-at="205"]').inner_text() == first
    visitor.picture("audit-4-dark")
    assert faults(page) == []
    new.click()
    expect(listed.locator("tbody tr").first).to_contain_text("Sam")
    # The keyboard goes through it without the mouse.
    listed.locator("tbody tr button").first.focus()
    for _ in range(8):
        page.keyboard.press("PageDown")
    expect(listed.locator('tr[data-at="80"] button')).to_be_focused()

    listed.evaluate(MANY)
    listed.locator("tbody tr button").first.focus()
    for key, row in (("End", 249_999), ("PageUp", 249_989), ("Home", 0), ("PageDown", 10)):
        page.keyboard.press(key)
        expect(listed.locator(f'tr[data-at="{row}"] button')).to_be_focused()
        assert row in listed.evaluate(SEEN)
    for row in (90_000, 101_000, 60_000, 51_000, 4_000):  # as the scroll bar is dragged
        wanted = row + listed.evaluate("list => list.base")
        listed.evaluate(TO, row)
        for _ in range(100):  # a busy machine draws late
            page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
            )
            seen = listed.evaluate(SEEN)
            if len(seen) > 5:
                break
        assert len(seen) > 5
        assert seen == list(range(seen[0], seen[0] + len(seen)))
        assert 0 <= seen[0] - wanted <= 1  # also where the list moved along under the rows


async def _sees_new_line(house: House) -> None:
    """Have Sam switch the lamp on once more."""
    async with await house.stage.as_owner() as owner, await _as_second(house) as second:
        await owner.watch_states()
        relay = await owner.until("the lamp", lambda: _relay(owner), 30)
        await second.call_service("switch", "turn_on", relay)
