"""The stories US1 to US7 through the console page, by people who are no administrators.

Olivia is the administrator; Sam and Kim only have logins. Here are the sentences that no other journey walks:

| story | sentence | where |
|---|---|---|
| US1 | a demo device is started, claimed from its card, obeys | test_demo_device.py, as administrator |
| US1 | the same without being one, at the page | here |
| US2 | wrong password, then offered and given up | test_console.py, test_console_owners.py, test_owners.py |
| US2 | a device of somebody else is refused; six wrong tries; what is accepted ends the rows | here |
| US3 | a list of 500 lines with three bad ones; dropped, searched, cleared | test_maker_list.py, test_console_records.py |
| US3 | what is not on the list is refused where that is set | here |
| US4 | days of the week, shifts, an edited row | test_console_permissions.py |
| US4 | refused on more than one way, with the next time; the record; an edit counts at once | here |
| US5 | the two rows of FIG 9 are entered; differences of an import | test_console_permissions.py |
| US5 | its hours to the minute; out, gone, in: the same table | here |
| US6 | explained, tried before it is saved, what was refused is learned | test_console_permissions.py, test_console_owners.py |
| US6 | the row that came nearest, and green tomorrow; what was used is learned | here |
| US7 | an automation is refused, allowed at the page, and named with who set it off | here |
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
import json
from pathlib import Path
import re
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, Page, expect
import pytest

from scripts.demonstration.devices import switched
from scripts.demonstration.errors import RequestRefused
from scripts.demonstration.flows import FLOWS
from scripts.demonstration.home import DOMAIN

from tests.end_to_end.accessibility import faults
from tests.end_to_end.story_people import CONSOLE, LINK_MS, People, Somebody, go
from tests.end_to_end.test_console_permissions import choose, fits, row_dialog, save
from tests.end_to_end.visitors import DESKTOP, PHONE, House, Visitor

LAMP = "Virtual lamp (CPython)"
TYPED = """(field, value) => field.dispatchEvent(
    new CustomEvent("value-changed", {detail: {value}, bubbles: true, composed: true}))"""


@pytest.fixture(scope="module")
def people(house: House, left_without_owners: None) -> Iterator[People]:
    """Olivia, Sam and Kim; nobody owns anything."""
    people = People(house, house.stage.devices.all[0])
    yield people
    for owner in (people.sam, people.olivia):
        for one in owner.ask("devices")["devices"]:
            if one["is_yours"]:
                owner.ask("release", serial=one["serial"])
    people.olivia.tell("config/auth/delete", user_id=people.kim.id)


@pytest.fixture
def sams(people: People) -> Iterator[People]:
    """The lamp is Sam's, and there is no row for it."""
    if not any(one["is_yours"] for one in people.sam.ask("devices")["devices"]):
        lamp = people.lamp
        where = {"host": lamp.host, "port": lamp.port}
        people.sam.ask("claim", serial=lamp.serial, password=lamp.password, **where)
    people.relay()
    people.clear()
    yield people
    people.clear()


async def _start_demo_device(olivia: Somebody) -> tuple[str, str, str]:
    """Start one as the administrator does; return what its label says, and its port."""
    async with await olivia.client() as client:
        menu = await client.rest_ok("POST", FLOWS, {"handler": DOMAIN})
        flow = f"{FLOWS}/{menu['flow_id']}"
        label = await client.rest_ok("POST", flow, {"next_step_id": "demo_device"})
        await client.rest_ok("POST", flow, {})
        shown = label["description_placeholders"]
        return shown["serial"], shown["password"], shown["port"]


async def _dispose(olivia: Somebody) -> None:
    """Delete what the demo device runs on."""
    async with await olivia.client() as client:
        for entry in await client.command("config_entries/get", domain=DOMAIN):
            if entry["title"] == "Demo hardware":
                await client.rest_ok("DELETE", f"config/config_entries/entry/{entry['entry_id']}")


@pytest.fixture
def demo_device(house: House, people: People) -> Iterator[tuple[str, str, str]]:
    """A demo device that nobody owns: its serial number, password and port."""
    yield house.run(_start_demo_device(people.olivia))
    house.run(_dispose(people.olivia))


def claim(dialog: Locator, password: str) -> None:
    dialog.locator("input[type=password]").fill(password)
    dialog.get_by_role("button", name="Claim", exact=True).click()


def test_us1_us2_demo_device_is_claimed_without_being_administrator_and_locks_after_six_wrong_tries(
    people: People, phone: Visitor, demo_device: tuple[str, str, str]
) -> None:
    serial, password, port = demo_device
    page = people.sam.visits(phone, "overview")
    waiting = page.locator("isg-overview li").filter(has_text=serial)
    expect(waiting).to_contain_text("127.0.0.1", timeout=LINK_MS)
    waiting.get_by_role("button", name="Claim").click()
    dialog = page.locator("isg-claim-dialog")
    assert faults(page) == []
    claim(dialog, password)
    expect(dialog).to_have_count(0, timeout=LINK_MS)
    own = page.locator("isg-overview li").filter(has_text="Yours")
    expect(own).to_contain_text("Threat level: Very low", timeout=LINK_MS)
    go(page, "my-access")
    outlet = page.locator("isg-device-access li").filter(has_text="Outlet")
    outlet.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("confirmed by the device").first).to_be_visible()
    expect(outlet.get_by_text("On", exact=True)).to_be_visible()
    expect(page.locator("isg-device-access li").filter(has_text="Temperature")).to_contain_text(
        "°C"
    )
    phone.picture("stories-1-demo")

    people.sam.ask("release", serial=serial)
    page.get_by_role("button", name="Claim a device").click()
    dialog.get_by_role("textbox", name="Serial number").fill(serial)
    dialog.get_by_role("textbox", name="Address").fill("127.0.0.1")
    dialog.get_by_role("spinbutton", name="Network port").fill(port)
    for wrong in range(1, 7):
        claim(dialog, "wrong-password")
        told = dialog.locator("ha-alert")
        expect(told).to_contain_text(
            "accepts no claim for" if wrong == 6 else f"({wrong} wrong in a row)"
        )
    assert re.search(r"for \d+ seconds", told.inner_text())
    phone.picture("stories-2-locked")


def test_us2_device_of_somebody_else_is_refused_its_owner_is_told_and_what_is_accepted_ends_rows(
    house: House, browser: Browser, people: People, visitor: Visitor, phone: Visitor
) -> None:
    lamp, olivia = people.lamp, people.olivia
    where = {"host": lamp.host, "port": lamp.port}
    olivia.ask("claim", serial=lamp.serial, password=lamp.password, **where)
    page = people.kim.visits(phone, "my-access")
    page.get_by_role("button", name="Claim a device").click()
    dialog = page.locator("isg-claim-dialog")
    dialog.get_by_role("textbox", name="Serial number").fill(lamp.serial)
    for password in ("wrong-password", lamp.password):
        claim(dialog, password)
        told = dialog.locator("ha-alert")
        expect(told).to_contain_text("belongs to Olivia, so nothing was sent to it")
        dialog.locator("input[type=password]").fill("")
    assert faults(page) == []
    storage = house.stage.home.folder / ".storage"
    kept = [path.read_bytes() for path in storage.iterdir() if path.is_file()]
    assert kept
    assert not any(lamp.password.encode() in content for content in kept)

    seen = olivia.visits(visitor, "monitoring")
    expect(seen.locator("isg-threats li").filter(has_text="Kim").first).to_be_visible(
        timeout=LINK_MS
    )
    olivia.ask("add_row", row=people.row(people.kim))
    olivia.ask("offer_transfer", serial=lamp.serial, user_id=people.sam.id)
    other = Visitor(browser, house, PHONE)
    page = people.sam.visits(other, "overview")
    offer = page.locator("isg-overview li").filter(has_text="Olivia wants to give you this device")
    expect(offer).to_be_visible(timeout=LINK_MS)
    other.picture("stories-3-offered")
    offer.get_by_role("button", name="Accept").click()
    own = page.locator("isg-overview li").filter(has_text="Yours")
    expect(own).to_contain_text(LAMP)
    other.leave()
    assert olivia.ask("rows")["rows"] == people.sam.ask("rows")["rows"] == []
    with pytest.raises(RequestRefused, match="Ask Sam"):
        olivia.ask("release", serial=lamp.serial)


def test_us3_device_that_is_not_on_the_list_is_refused_where_that_is_set(
    house: House, people: People, phone: Visitor
) -> None:
    device = house.stage.devices.all[1]
    people.olivia.ask("set_records", refuses_unlisted=True)
    page = people.sam.visits(phone, "my-access")
    page.get_by_role("button", name="Claim a device").click()
    dialog = page.locator("isg-claim-dialog")
    dialog.get_by_role("textbox", name="Serial number").fill(device.serial)
    claim(dialog, device.password)
    expect(dialog.locator("ha-alert")).to_contain_text("list")
    people.olivia.ask("set_records", refuses_unlisted=False)
    assert device.serial not in {one["serial"] for one in people.sam.ask("devices")["devices"]}


def later(people: People) -> datetime:
    """Return when hours of the home's clock begin that have not yet, in an unusual minute."""
    zone = ZoneInfo(people.olivia.tell("get_config")["time_zone"])
    return (datetime.now(zone) + timedelta(hours=2)).replace(minute=37)


def hours_of(start: datetime) -> dict[str, Any]:
    """Return times that last an hour."""
    end = start + timedelta(hours=1)
    return {"hours": [{"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}]}


@pytest.fixture
def bedtime(house: House, people: People) -> Iterator[None]:
    """A script that switches the lamp on."""
    action = {"action": "switch.turn_on", "target": {"entity_id": people.relay()}}
    script = "config/script/config/bedtime"
    house.run(_rest(people.olivia, "POST", script, {"alias": "Bedtime", "sequence": [action]}))
    yield
    house.run(_rest(people.olivia, "DELETE", script))


async def _rest(
    olivia: Somebody, method: str, path: str, body: dict[str, Any] | None = None
) -> None:
    async with await olivia.client() as client:
        await client.rest_ok(method, path, body)


def test_us4_child_is_refused_on_every_way_and_told_when_until_the_row_is_edited(
    people: People, sams: People, bedtime: None, visitor: Visitor, phone: Visitor
) -> None:
    lamp, relay = people.lamp, people.relay()
    before = switched(lamp)
    start = later(people)
    page = people.sam.visits(visitor, "permissions")
    dialog = row_dialog(page)
    for name in ("Kim", LAMP, "Control"):
        dialog.get_by_role("checkbox", name=name).check(force=True)
    dialog.get_by_role("button", name="Add hours").click()
    hours = dialog.locator("ha-selector-time input")
    for at, number in enumerate((start.hour, 37, (start.hour + 1) % 24, 37)):
        hours.nth(at).fill(str(number))
    save(dialog)
    expect(page.get_by_role("row").filter(has_text="Kim")).to_contain_text(f"{start:%H:%M}")

    child = people.kim.visits(phone, "my-access")
    access = child.locator("isg-device-access")
    expect(access.get_by_text(re.compile(r"Turn on: from .*:37"))).to_be_visible()
    expect(access.get_by_role("button", name="Turn on")).to_have_count(0)
    assert faults(child) == []
    assert fits(child, "isg-my-access")
    phone.picture("stories-4-locked")
    phone.tolerated_errors.add("Object")  # the frontend leaves the promise of a refusal unhandled
    phone.visit(f"/home/overview?more-info-entity-id={relay}")
    told = re.compile(rf"column Times does not fit now. Try again from .*{start:%H:%M}")
    child.locator("ha-more-info-dialog").get_by_role("switch").click()
    expect(child.get_by_text(told).first).to_be_visible()
    for act in (
        lambda: people.kim.tell("call_service", domain="script", service="bedtime"),
        lambda: people.kim.call("homeassistant", "turn_on", relay),
        lambda: people.kim.ask(
            "send_command", serial=lamp.serial, command="turn_on", entity="relay"
        ),
    ):
        with pytest.raises(RequestRefused, match=told):
            act()
    assert switched(lamp) == before

    kim = f"user:{people.kim.id}"
    go(page, f"audit?device={lamp.serial}&verdict=refused&who={kim}")
    lines = page.locator("isg-audit-list tbody tr")
    expect(lines).to_have_count(4)
    who = page.locator("isg-audit-filter ha-selector-select").filter(has_text="Who")
    expect(who).to_contain_text("Kim")  # and not what the address says
    for line in lines.all():
        expect(line).to_contain_text("Kim")
        expect(line).to_contain_text("time")
    go(page, "monitoring")
    beyond = page.locator("isg-threats li").filter(has_text="A command outside its permitted times")
    expect(beyond.filter(has_text="Kim").first).to_contain_text("Low")

    phone.visit(f"{CONSOLE}/my-access")  # without the dialog
    go(page, "permissions")
    page.get_by_role("button", name=re.compile("^Change row")).click()
    dialog = page.locator("isg-row-dialog")
    dialog.get_by_role("button", name=re.compile("^(Remove|Delete)")).first.click()
    save(dialog)
    access.get_by_role("button", name="Turn on").click()  # there by itself
    expect(child.get_by_text("confirmed by the device").first).to_be_visible()
    assert switched(lamp) == [*before, "on"]


def asks_at(page: Page, trying: Locator, day: str, time: str) -> None:
    """Ask about a moment, in the form that tries what would be."""
    trying.locator("ha-selector-date ha-date-input").evaluate(TYPED, day)
    typed = trying.locator("ha-selector-time input")
    for at, number in enumerate(time.split(":")):
        typed.nth(at).fill(number)
    trying.get_by_role("button", name="Explain").click()


def test_us5_hours_of_figure_9_are_kept_to_the_minute_and_the_table_comes_back(
    people: People, sams: People, visitor: Visitor
) -> None:
    sam, kim, lamp = people.sam, people.kim, people.lamp

    def put(kind: str, **reference: Any) -> list[str]:
        return [sam.ask("put_reference", kind=kind, reference=reference)["reference_id"]]

    first = put("shifts", name="First Shift", hours=[{"start": "06:00", "end": "14:00"}])
    group_a = put("command_groups", name="Command Group A", names=["turn_off", "turn_on"])
    group_1 = put("device_groups", name="Device Group 1", serials=[lamp.serial])
    team_c = put("user_groups", name="Audit Team C", users=[kim.id])
    joe = people.row(
        people.olivia,
        devices={"groups": group_1},
        commands={"own_groups": group_a},
        times={"shifts": first},
    )
    day = [{"first": "2020-01-02", "last": "2020-01-02"}]
    once = {"dates": day, "hours": [{"start": "13:00", "end": "15:00"}]}
    audit = people.row(kim, users={"groups": team_c}, commands={"groups": ["read"]}, times=once)
    sam.ask("add_row", row=joe)
    sam.ask("add_row", row=audit)

    page = sam.visits(visitor, "permissions")
    row = page.get_by_role("row")
    expect(row.filter(has_text="Olivia")).to_contain_text("First Shift")
    expect(row.filter(has_text="Audit Team C")).to_contain_text("13:00 to 15:00")
    expect(row.filter(has_text="Audit Team C")).to_contain_text("2 Jan 2020")
    visitor.picture("stories-5-table")
    page.get_by_role("link", name="Try out").click()
    trying = page.locator("isg-try")
    for who, command, moments in (
        ("Kim", "Read", {"12:59": False, "13:00": True, "14:59": True, "15:00": False}),
        ("Kim", "Turn on", {"13:00": False}),
        ("Olivia", "Turn on", {"05:59": False, "06:00": True, "13:59": True, "14:00": False}),
    ):
        choose(page, trying, "Who", who)
        choose(page, trying, "Command", command)
        for time, is_allowed in moments.items():
            asks_at(page, trying, "2020-01-02", time)
            expected = "It is allowed" if is_allowed else "It is refused"
            expect(trying.get_by_text(expected)).to_be_visible()
    visitor.picture("stories-5-figure-9")

    page.get_by_role("link", name="Import and export").click()
    exchange = page.locator("isg-permission-exchange")

    def exported() -> Any:
        with page.expect_download() as downloading:
            exchange.get_by_role("button", name="Export as JSON").click()
        return json.loads(Path(downloading.value.path()).read_text())

    before = exported()
    people.clear()
    assert exported()["rows"] == []
    content = json.dumps(before).encode()
    exchange.get_by_label("Choose a file").set_input_files(
        {"name": "table.json", "mimeType": "application/json", "buffer": content}
    )
    exchange.get_by_role("button", name="Show what it would change").click()
    exchange.get_by_role("button", name="Apply these changes").click()
    expect(page.get_by_text("The table was taken over").first).to_be_visible()
    assert exported() == before


def test_us6_owner_learns_which_row_came_nearest_and_what_was_used(
    people: People, sams: People, phone: Visitor
) -> None:
    start = later(people)
    row = people.row(people.kim, times=hours_of(start))
    made = people.sam.ask("add_row", row=row)
    page = people.sam.visits(phone, "permissions/try")
    asking = page.locator("isg-try")
    choose(page, asking, "Who", "Kim")
    choose(page, asking, "Command", "Turn on")
    asking.get_by_role("button", name="Explain").click()
    expect(asking.get_by_text("It is refused")).to_be_visible()
    expect(asking.get_by_text(re.compile(r"Possible from .*:37"))).to_be_visible()
    held = asking.get_by_role("list", name="Rows that were looked at").get_by_role("listitem")
    expect(held.first).to_contain_text(f"Row {made['number']}, which allows: does not fit in Times")
    tomorrow = start + timedelta(days=1)
    asks_at(page, asking, f"{tomorrow:%Y-%m-%d}", f"{tomorrow:%H}:40")
    expect(asking.locator("ha-alert[alert-type=success]")).to_contain_text(str(made["number"]))
    assert fits(page, "isg-try")
    phone.picture("stories-6-tomorrow")

    people.sam.ask("change_row", **made, row={**row, "times": {"always": True}})
    page.get_by_role("link", name="Learning").click()
    page.get_by_role("button", name="Learn what somebody needs").click()
    dialog = page.locator("isg-learning-dialog")
    choose(page, dialog, "Person", "Kim")
    dialog.get_by_role("checkbox").first.check(force=True)
    dialog.get_by_role("button", name="Begin").click()
    expect(dialog).to_have_count(0)
    people.kim.call("switch", "turn_on", people.relay())
    proposal = page.get_by_role("list", name="Proposed rows").get_by_role("listitem")
    expect(proposal).to_contain_text("was used: Turn on ×1")
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Forget").click()
    page.locator("isg-confirm-dialog").get_by_role("button", name="Forget").click()
    expect(proposal).to_have_count(0)


@pytest.fixture
def automations(house: House, people: People) -> Iterator[None]:
    """A button that waters by an automation, and one that waters by the clock alone."""
    water = {"action": "switch.turn_on", "target": {"entity_id": people.relay()}}
    made = [people.olivia.tell("input_boolean/create", name=name)["id"] for name in ("Pump", "Dry")]
    is_dry = {"condition": "state", "entity_id": "input_boolean.dry", "state": "on"}
    once = {"action": "input_boolean.turn_off", "target": {"entity_id": "input_boolean.dry"}}
    pressed = {"trigger": "state", "entity_id": "input_boolean.pump"}
    always = {"trigger": "time_pattern", "seconds": "/1"}
    for key, config in {
        "pump": {"alias": "Pump button", "triggers": [pressed], "actions": [water]},
        "watering": {
            "alias": "Watering",
            "triggers": [always],
            "conditions": [is_dry],
            "actions": [once, water],
        },
    }.items():
        house.run(_rest(people.olivia, "POST", f"config/automation/config/{key}", config))
    yield
    for key in ("pump", "watering"):
        house.run(_rest(people.olivia, "DELETE", f"config/automation/config/{key}"))
    for one in made:
        people.olivia.tell("input_boolean/delete", input_boolean_id=one)


def test_us7_automations_are_refused_until_the_owner_allows_them_at_the_page(
    people: People, sams: People, automations: None, visitor: Visitor
) -> None:
    lamp, kim = people.lamp, people.kim
    before = switched(lamp)
    page = people.sam.visits(visitor, "overview")
    asked = page.locator("isg-overview li").filter(has_text="was refused: Turn on")
    kim.call("input_boolean", "toggle", "input_boolean.pump")
    pump = asked.filter(has_text="Pump button")
    expect(pump).to_contain_text(LAMP)
    people.olivia.call("input_boolean", "turn_on", "input_boolean.dry")
    watering = asked.filter(has_text="Watering")
    expect(watering).to_be_visible()
    assert faults(page) == []
    visitor.picture("stories-7-refused")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(pump.get_by_role("button", name="Allow it")).to_be_in_viewport()
    assert fits(page, "isg-overview")
    visitor.picture("stories-7-phone")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    assert switched(lamp) == before

    def allow(refused: Locator, name: str) -> None:
        refused.get_by_role("button", name="Allow it").click()
        dialog = page.locator("isg-row-dialog")
        expect(dialog.get_by_text(name).first).to_be_visible(timeout=LINK_MS)
        assert faults(page) == []
        visitor.picture("stories-8-allow")
        save(dialog)
        expect(refused).to_have_count(0)

    allow(watering, "Watering")
    people.olivia.call("input_boolean", "turn_on", "input_boolean.dry")
    visitor.sees_lamp_do(lamp, [*before, "on"])
    kim.call("input_boolean", "toggle", "input_boolean.pump")  # its row is of another automation
    allow(pump, "Pump button")
    kim.call("input_boolean", "toggle", "input_boolean.pump")  # and Kim may still not
    go(page, f"audit?device={lamp.serial}&who=automation.pump_button")
    lines = page.locator("isg-audit-list tbody tr")
    refused = lines.filter(has_text="Kim").filter(has_text="Refused")
    expect(refused).to_have_count(3)
    visitor.picture("stories-9-record")
    assert switched(lamp) == [*before, "on"]
    people.sam.ask("add_row", row=people.row(kim))
    kim.call("input_boolean", "toggle", "input_boolean.pump")
    visitor.sees_lamp_do(lamp, [*before, "on", "on"])
    expect(lines.filter(has_text="Kim").filter(has_not_text="Refused")).to_have_count(1)
