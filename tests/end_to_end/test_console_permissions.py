"""The page of permissions in a real browser: the table of FIG 9, made and looked at by its owner."""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect
import pytest

from scripts.demonstration.home import DOMAIN

from simulator import fleet
from tests.end_to_end.accessibility import faults
from tests.end_to_end.visitors import House, Visitor

PATH = "/iot-secure-gateway/permissions"
LINK_MS = 30_000


def ask(house: House, command: str, **fields: Any) -> Any:
    """Give one of the console's commands as the owner, beside the page."""

    async def run() -> Any:
        async with await house.stage.as_owner() as client:
            return await client.command(f"{DOMAIN}/{command}", **fields)

    return house.run(run())


def second_of(house: House) -> str:
    people = ask(house, "people")["people"]
    return next(one["user_id"] for one in people if one["name"] == house.stage.people.second.name)


@pytest.fixture
def empty_table(house: House, device: fleet.VirtualDevice) -> None:
    """No row is there."""
    clear(house)


def open_page(visitor: Visitor, section: str = "") -> Page:
    visitor.log_in(visitor.house.stage.people.owner)
    visitor.visit(f"{PATH}/{section}")
    return visitor.page


def fits(page: Page, selector: str) -> bool:
    """Tell whether nothing in some elements is wider than they are, and they are on the screen."""
    return all(
        one.evaluate(
            "one => one.scrollWidth <= one.clientWidth + 1 && one.clientWidth < innerWidth"
        )
        for one in page.locator(selector).all()
    )


def row_dialog(page: Page) -> Locator:
    page.get_by_role("button", name="Add a row").click()
    dialog = page.locator("isg-row-dialog")
    expect(dialog.get_by_role("checkbox", name="Read")).to_be_visible(timeout=LINK_MS)
    return dialog


def save(dialog: Locator) -> None:
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)


def a_row(house: House, device: fleet.VirtualDevice, **changes: Any) -> dict[str, Any]:
    """Return a row for the second person."""
    return {
        "effect": "allow",
        "users": {"users": [second_of(house)]},
        "devices": {"serials": [device.serial]},
        "commands": {"groups": ["read"]},
        "times": {"always": True},
        **changes,
    }


def choose(page: Page, within: Locator, label: str, option: str) -> None:
    """Choose one of a list that opens."""
    field = within.locator("ha-selector-select").filter(has_text=label).first
    field.click()
    item = page.locator("ha-combo-box-item").filter(has_text=option)
    page.get_by_role("menuitem", name=option).or_(item).or_(
        page.get_by_role("option", name=option)
    ).first.click()


def refer(house: House, kind: str, **reference: Any) -> None:
    """Make a group or shift of the owner's."""
    ask(house, "put_reference", kind=kind, reference=reference)


@pytest.fixture
def figure_9(house: House, device: fleet.VirtualDevice) -> Iterator[None]:
    """What the rows of FIG 9 name is there."""
    refer(house, "user_groups", name="Audit Team C", users=[second_of(house)])
    refer(house, "device_groups", name="Device Group 1", serials=[device.serial])
    refer(house, "command_groups", name="Command Group A", names=["turn_off", "turn_on"])
    refer(house, "shifts", name="First Shift", hours=[{"start": "06:00", "end": "14:00"}])
    yield
    clear(house)


def clear(house: House) -> None:
    """Remove all rows, and what they named."""
    for one in ask(house, "rows")["rows"]:
        ask(house, "remove_row", number=one["row"]["number"], version=one["version"])
    for kind, kept in ask(house, "references").items():
        for one in kept:
            found = {"reference_id": one["reference"]["id"], "version": one["version"]}
            ask(house, "remove_reference", kind=kind, **found)


@pytest.mark.usefixtures("empty_table", "figure_9")
def test_owner_enters_the_two_rows_of_figure_9_and_sees_the_table(
    house: House, visitor: Visitor
) -> None:
    page = open_page(visitor)
    table = page.locator("isg-permission-table")
    dialog = row_dialog(page)
    for name in ("Sam", "Device Group 1", "Command Group A", "First Shift"):
        dialog.get_by_role("checkbox", name=name).check(force=True)
    save(dialog)
    first = table.get_by_role("row").filter(has_text="Sam")
    cells = first.get_by_role("cell")
    for at, text in enumerate(("Sam", "Device Group 1", "Command Group A", "First Shift")):
        expect(cells.nth(at + 1)).to_contain_text(text)

    dialog = row_dialog(page)
    for name in ("Audit Team C", "Virtual lamp (CPython)", "Read"):
        dialog.get_by_role("checkbox", name=name).check(force=True)
    dialog.get_by_role("button", name="Add hours").click()
    hours = dialog.locator("ha-selector-time input")
    hours.nth(0).fill("13")
    hours.nth(2).fill("15")
    dialog.get_by_role("button", name="Add dates").click()
    for at in range(2):  # its day is long ago, and would be told as a row that never counts
        dialog.locator("ha-selector-date ha-date-input").nth(at).click()
        page.get_by_role("button", name="Today").click()
        page.get_by_role("button", name="OK").click()
    visitor.picture("permissions-2-form")
    save(dialog)
    second = table.get_by_role("row").filter(has_text="Audit Team C")
    expect(second).to_contain_text("13:00 to 15:00")
    visitor.picture("permissions-3-table")
    kept = [one["row"] for one in ask(house, "rows")["rows"]]
    assert [row["times"].keys() for row in kept] == [{"shifts"}, {"dates", "hours"}]
    assert kept[1]["times"]["hours"] == [{"start": "13:00:00", "end": "15:00:00"}]
    assert kept[1]["times"]["dates"][0].keys() == {"first", "last"}


@pytest.mark.usefixtures("empty_table")
def test_owner_switches_a_row_off_and_removes_one_with_a_hostile_note(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    ask(house, "add_row", row=a_row(house, device))
    page = open_page(visitor)
    table = page.locator("isg-permission-table")
    dialog = row_dialog(page)
    dialog.get_by_role("radio", name="Forbids").check(force=True)
    dialog.get_by_label("Everybody with a login, never software").click()
    dialog.get_by_role("checkbox", name="Virtual lamp (CPython)").check(force=True)
    dialog.get_by_role("checkbox", name="Control").check(force=True)
    note = "<b>night</b> \U0001f319 \u05e9\u05dc\u05d5\u05dd"
    dialog.locator("ha-selector-text input").last.fill(note)
    save(dialog)
    forbids = table.get_by_role("row").filter(has_text="Forbids")
    expect(forbids).to_contain_text("<b>night</b>")
    row = table.get_by_role("row").filter(has_text="Allows")
    row.get_by_role("switch").click(force=True)
    expect(row).to_contain_text("switched off")
    forbids.get_by_role("button", name="Remove").click()
    page.locator("isg-confirm-dialog").get_by_role("button", name="Remove").click()
    expect(forbids).to_have_count(0)
    (kept,) = ask(house, "rows")["rows"]
    assert not kept["row"]["is_on"]


@pytest.mark.usefixtures("empty_table")
def test_second_editor_is_told_and_overwrites_nothing(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    row = a_row(house, device)
    made = ask(house, "add_row", row=row)
    page = open_page(visitor)
    page.get_by_role("button", name=f"Change row {made['number']}").click()
    dialog = page.locator("isg-row-dialog")
    video = dialog.get_by_role("checkbox", name="Video")
    video.check(force=True)
    ask(house, "change_row", **made, row={**row, "commands": {"groups": ["configure", "read"]}})
    dialog.get_by_role("button", name="Save").click()
    told = dialog.get_by_text("somebody else changed this row meanwhile")
    expect(told).to_be_in_viewport()
    expect(video).to_be_checked()  # nothing typed is lost
    (kept,) = ask(house, "rows")["rows"]
    assert kept["row"]["commands"] == {"groups": ["configure", "read"]}
    visitor.picture("permissions-4-conflict")

    dialog.get_by_role("button", name="Show it as it is now").click()
    expect(video).not_to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Configure")).to_be_checked()
    video.check(force=True)
    save(dialog)
    (kept,) = ask(house, "rows")["rows"]
    assert kept["row"]["commands"] == {"groups": ["configure", "read", "video"]}


@pytest.mark.usefixtures("empty_table")
def test_row_is_tried_before_it_is_saved_and_explained_afterwards(
    house: House, visitor: Visitor
) -> None:
    page = open_page(visitor)
    dialog = row_dialog(page)
    dialog.get_by_role("checkbox", name="Sam").check(force=True)
    dialog.get_by_role("checkbox", name="Virtual lamp (CPython)").check(force=True)
    dialog.get_by_role("checkbox", name="Control").check(force=True)
    dialog.get_by_role("button", name="Try it before saving").click()
    trying = dialog.locator("isg-try")
    choose(page, trying, "Who", "Sam")
    choose(page, trying, "Command", "Turn on")
    trying.get_by_role("button", name="Try", exact=True).click()
    expect(trying.get_by_text("It is allowed")).to_be_visible()
    trying.get_by_role("button", name="Show the week").click()
    expect(trying.get_by_text("all day")).to_have_count(7)
    visitor.picture("permissions-5-tried")
    assert ask(house, "rows")["rows"] == []  # nothing was saved by that
    save(dialog)

    page.get_by_role("link", name="Try out").click()
    asking = page.locator("isg-try")
    choose(page, asking, "Who", "Sam")
    choose(page, asking, "Command", "Change settings")
    asking.get_by_role("button", name="Explain").click()
    expect(asking.get_by_text("It is refused")).to_be_visible()
    expect(asking.get_by_text("does not fit in Commands")).to_be_visible()
    asking.get_by_role("button", name="Show the week").click()
    expect(asking.get_by_text("not allowed", exact=True)).to_have_count(7)
    visitor.picture("permissions-6-explained")


@pytest.mark.usefixtures("empty_table")
def test_limit_of_an_argument_is_entered_and_explained(house: House, visitor: Visitor) -> None:
    page = open_page(visitor)
    dialog = row_dialog(page)
    for name in ("Sam", "Virtual lamp (CPython)", "Control"):
        dialog.get_by_role("checkbox", name=name).check(force=True)
    dialog.get_by_role("button", name="Add a limit of an argument").click()
    limit = dialog.locator("isg-list-editor").first
    limit.locator("ha-selector-text input").nth(0).fill("turn_on")
    limit.locator("ha-selector-text input").nth(1).fill("brightness")
    limit.locator("ha-selector-number input").nth(1).fill("40")
    save(dialog)
    (kept,) = ask(house, "rows")["rows"]
    limits = [{"command": "turn_on", "argument": "brightness", "maximum": 40}]
    assert kept["row"]["commands"] == {"groups": ["control"], "limits": limits}

    page.get_by_role("link", name="Try out").click()
    asking = page.locator("isg-try")
    choose(page, asking, "Who", "Sam")
    choose(page, asking, "Command", "Turn on")
    asking.get_by_role("button", name="Add an argument").click()
    asking.locator("ha-selector-text input").nth(0).fill("brightness")
    for value, told in (("41", "does not allow these values"), ("40", "It is allowed")):
        asking.locator("ha-selector-text input").nth(1).fill(value)
        asking.get_by_role("button", name="Explain").click()
        expect(asking.get_by_text(told)).to_be_visible()


@pytest.mark.usefixtures("empty_table")
def test_days_of_the_week_are_entered(house: House, visitor: Visitor) -> None:
    page = open_page(visitor)
    dialog = row_dialog(page)
    for name in ("Sam", "Virtual lamp (CPython)", "Read"):
        dialog.get_by_role("checkbox", name=name).check(force=True)
    for name in ("Tue", "Fri"):
        dialog.get_by_role("checkbox", name=name, exact=True).check(force=True)
    save(dialog)
    expect(page.locator("isg-permission-table").get_by_text("Tue, Fri")).to_be_visible()
    (kept,) = ask(house, "rows")["rows"]
    assert kept["row"]["times"] == {"weekdays": ["tue", "fri"]}


@pytest.mark.usefixtures("empty_table")
def test_shift_is_made_named_by_a_row_and_cannot_be_removed_then(
    house: House, visitor: Visitor
) -> None:
    """FIG 9: a row names its hours by the name of a shift."""
    page = open_page(visitor, "groups")
    groups = page.locator("isg-permission-groups")
    groups.get_by_role("button", name="Add").last.click()
    dialog = page.locator("isg-reference-dialog")
    dialog.locator("ha-selector-text input").first.fill("Shift 1")
    hours = dialog.locator("ha-selector-time input")
    for at, number in enumerate(("8", "00", "16", "30")):
        hours.nth(at).fill(number)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    expect(groups.get_by_text("08:00\u201316:30")).to_be_visible()

    page.get_by_role("link", name="Permission table").click()
    dialog = row_dialog(page)
    dialog.get_by_role("checkbox", name="Sam").check(force=True)
    dialog.get_by_role("checkbox", name="Virtual lamp (CPython)").check(force=True)
    dialog.get_by_role("checkbox", name="Control").check(force=True)
    dialog.get_by_role("checkbox", name="Shift 1").check(force=True)
    save(dialog)
    expect(page.get_by_role("row").filter(has_text="Sam")).to_contain_text("Shift 1")

    page.get_by_role("link", name="Groups and shifts").click()
    visitor.picture("permissions-7-groups")
    groups.get_by_role("button", name="Remove Shift 1").click()
    confirm = page.locator("isg-confirm-dialog")
    confirm.get_by_role("button", name="Remove").click()
    expect(confirm.locator("ha-alert")).to_be_visible()
    assert len(ask(house, "references")["shifts"]) == 1


@pytest.mark.usefixtures("empty_table")
def test_import_shows_its_differences_before_and_the_history_undoes_it(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    ask(house, "add_row", row=a_row(house, device))
    table = json.loads(ask(house, "export_permissions")["content"])
    table["rows"][0]["commands"] = {"groups": ["read", "video"]}
    page = open_page(visitor, "exchange")
    exchange = page.locator("isg-permission-exchange")
    with page.expect_download() as downloading:
        exchange.get_by_role("button", name="Export as JSON").click()
    exported = json.loads(Path(downloading.value.path()).read_text())
    assert exported["rows"][0]["commands"] == {"groups": ["read"]}

    content = json.dumps(table).encode()
    exchange.get_by_label("Choose a file").set_input_files(
        {"name": "table.json", "mimeType": "application/json", "buffer": content}
    )
    exchange.get_by_role("button", name="Show what it would change").click()
    expect(exchange.get_by_text("1 change", exact=True)).to_be_visible()
    expect(exchange.locator("ins")).to_contain_text("Read, Video")
    (kept,) = ask(house, "rows")["rows"]
    assert kept["row"]["commands"] == {"groups": ["read"]}  # shown, not done
    visitor.picture("permissions-8-import")
    exchange.get_by_role("button", name="Apply these changes").click()
    expect(page.get_by_text("The table was taken over").first).to_be_visible()
    (kept,) = ask(house, "rows")["rows"]
    assert kept["row"]["commands"] == {"groups": ["read", "video"]}

    page.locator("isg-permissions").get_by_role("link", name="History").click()
    history = page.locator("isg-permission-history")
    expect(history.locator("li").first).to_contain_text("Read, Video")
    visitor.picture("permissions-9-history")
    history.locator("li").first.get_by_role("button", name="Undo").click()
    page.locator("isg-confirm-dialog").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The change was taken back").first).to_be_visible()
    (kept,) = ask(house, "rows")["rows"]
    assert kept["row"]["commands"] == {"groups": ["read"]}


@pytest.mark.usefixtures("empty_table")
def test_request_is_answered_with_a_row(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    async def asks() -> None:
        async with await house.stage.as_second() as client:
            await client.command(
                f"{DOMAIN}/ask_for_access", serial=device.serial, command="turn_on"
            )

    house.run(asks())
    page = open_page(visitor, "requests")
    requests = page.locator("isg-permission-requests")
    expect(requests.get_by_text("Sam asks for: Turn on")).to_be_visible()
    visitor.picture("permissions-10-requests")
    requests.get_by_role("button", name="With a row").click()
    dialog = page.locator("isg-row-dialog")
    expect(dialog.get_by_role("checkbox", name="Sam")).to_be_checked(timeout=LINK_MS)
    save(dialog)
    expect(requests.get_by_text("Nobody waits for your answer.")).to_be_visible()
    (kept,) = ask(house, "rows")["rows"]
    assert kept["row"]["commands"] == {"names": ["turn_on"]}
    assert kept["row"]["users"] == {"users": [second_of(house)]}


@pytest.mark.usefixtures("empty_table")
def test_guest_pass_is_made_and_its_code_shown_once(house: House, visitor: Visitor) -> None:
    page = open_page(visitor)
    page.get_by_role("button", name="New guest pass").click()
    dialog = page.locator("isg-pass-dialog")
    dialog.locator("ha-selector-text input").first.fill("Plumber")
    dialog.get_by_role("checkbox", name="Virtual lamp (CPython)").check(force=True)
    dialog.get_by_role("button", name="Make the pass").click()
    code = dialog.get_by_role("img", name="QR code of the link")
    expect(code).to_be_visible()
    assert code.evaluate("image => image.complete && image.naturalWidth > 0")
    link = dialog.locator(".link").inner_text()
    visitor.picture("permissions-13-pass")
    dialog.get_by_role("button", name="Done").click()
    expect(page.get_by_role("row").filter(has_text="Plumber")).to_contain_text("Guest pass")

    visitor.visit("/" + link.split("/", 3)[3])
    expect(page.get_by_role("button", name="Turn on").first).to_be_visible()


@pytest.mark.usefixtures("empty_table")
def test_table_fits_a_phone_and_hinders_nobody(
    house: House, phone: Visitor, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    long_name = "L" * 190
    ask(house, "add_row", row=a_row(house, device, note=long_name))
    ask(house, "add_row", row=a_row(house, device, effect="forbid"))
    page = open_page(phone)
    expect(page.get_by_role("row").filter(has_text="Forbids")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.picture("permissions-11-phone")
    page.get_by_role("button", name="Add a row").click()
    expect(page.locator("isg-row-dialog").get_by_role("checkbox", name="Read")).to_be_visible()
    assert fits(page, "isg-row-dialog ha-form")
    phone.picture("permissions-12-phone-form")

    visitor.page.emulate_media(color_scheme="dark")
    page = open_page(visitor)
    for section in ("", "try", "requests", "groups", "history", "exchange"):
        visitor.visit(f"{PATH}/{section}")
        expect(page.locator("isg-permissions nav a[aria-current=page]")).to_be_visible()
        expect(page.locator("isg-permissions ha-card").first).to_be_visible()
        visitor.picture(f"permissions-dark-{section or 'table'}")
        assert faults(page) == []


@pytest.mark.usefixtures("empty_table")
def test_somebody_without_authority_sees_no_row_and_asks_about_themselves(
    house: House, phone: Visitor, device: fleet.VirtualDevice
) -> None:
    ask(house, "add_row", row=a_row(house, device))
    phone.log_in(house.stage.people.second)
    phone.visit(f"{PATH}/")
    page = phone.page
    expect(page.get_by_text("Rows are made by those who have authority")).to_be_visible()
    expect(page.get_by_role("table")).to_have_count(0)
    expect(page.get_by_role("button", name="Add a row")).to_have_count(0)
    page.get_by_role("link", name="Try out").click()
    asking = page.locator("isg-try")
    choose(page, asking, "Command", "Turn on")
    asking.get_by_role("button", name="Explain").click()
    expect(asking.get_by_text("It is refused")).to_be_visible()
    asking.get_by_role("button", name="Show the week").click()
    expect(asking.get_by_text("not allowed", exact=True)).to_have_count(7)
    assert fits(page, "isg-try")
    phone.page.locator("isg-week").scroll_into_view_if_needed()
    phone.picture("permissions-14-phone-week")
