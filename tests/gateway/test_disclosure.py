"""What becomes of the values of a device: shown, kept or confidential, as its owner chose."""

import json
from typing import Any

import pytest

from .kit import ANN, BOB, SERIAL, Bench, Rig, soon, until
from .test_data_lane import pack, tell
from custom_components.iot_secure_gateway.gateway import readings, value_intake
from custom_components.iot_secure_gateway.gateway.description import MAX_ENTITIES
from custom_components.iot_secure_gateway.gateway.device import Device
from custom_components.iot_secure_gateway.gateway.disclosure import Disclosure, Disclosures
from custom_components.iot_secure_gateway.gateway.errors import Refused, UnknownDevice
from custom_components.iot_secure_gateway.gateway.events import (
    DeviceEvent,
    DisclosureChosen,
    OutcomeLearned,
    ReadingsGiven,
)
from custom_components.iot_secure_gateway.gateway.introduction import ask_values
from custom_components.iot_secure_gateway.gateway.link_reports import LinkReports
from custom_components.iot_secure_gateway.gateway.packages import (
    MAX_AGE_MS,
    MAX_SAMPLES,
    PackageError,
    Sample,
    read_package,
)
from custom_components.iot_secure_gateway.gateway.readings import (
    Cursor,
    Page,
    Reading,
    ReadingsUnavailable,
    UnknownEntity,
    Wanted,
)
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.row_changes import add_row
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.events import SessionEvent

SHOWN, KEPT, CONFIDENTIAL = Disclosure.SHOWN, Disclosure.KEPT, Disclosure.CONFIDENTIAL


class Notebook:
    """A database in memory: what came, in order."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.lost = 0
        self.forgotten: list[str] = []

    def put(self, reading: Reading) -> None:
        self.readings.append(reading)

    def lose(self, reading: Reading) -> None:
        self.lost += 1

    def forget(self, serial: str) -> None:
        self.forgotten.append(serial)

    async def page(
        self, serial: str, owner: str, wanted: Wanted, cursor: Cursor | None, limit: int
    ) -> Page:
        mine = [one for one in self.readings if (one.serial, one.owner) == (serial, owner)]
        return list(enumerate(mine))[:limit]

    def values(self, key: str) -> list[Any]:
        """Return what came of an entity, or of a further value of it."""
        entity, _, name = key.partition(".")
        return [
            json.loads(one.value)
            for one in self.readings
            if (one.entity, one.name) == (entity, name)
        ]


@pytest.fixture
async def notebook(rig: Rig) -> Notebook:
    rig.gateway.readings.database = notebook = Notebook()
    return notebook


@pytest.fixture
async def device(rig: Rig, bench: Bench, notebook: Notebook) -> Device:
    """Return a device of Ann's that says nothing but what a test lets it say."""
    device = await rig.claimed(bench)
    await bench.hush()
    return device


async def choose(rig: Rig, entity: str | None, choice: Disclosure | None, **changes: Any) -> None:
    actor, serial = changes.pop("actor", ANN), changes.pop("serial", SERIAL)
    await rig.gateway.readings.choose(actor, serial, entity, choice)


async def push(bench: Bench, **content: Any) -> bytes:
    """Send a package although the device is hushed; return its session once it was answered."""
    core: Any = bench.device.core
    session_id = await bench.push(pack(boot=core.boot, **content))
    await soon(lambda: core.can_send_package)
    return session_id


# --- choosing -----------------------------------------------------------------------------------------
async def test_confidential_value_is_gone_at_once_and_does_not_come_back(
    rig: Rig, bench: Bench, device: Device, notebook: Notebook
) -> None:
    assert device.values["temp"] == "21.5"
    changes: list[bool] = []
    device.add_listener(lambda: changes.append("temp" in device.values))
    await choose(rig, "temp", CONFIDENTIAL)
    assert changes == [False]
    await push(bench, values={"temp": "22.5", "relay": True})
    await rig.turn(True)
    await rig.gateway.execute(ANN, SERIAL, "read")
    assert "temp" not in device.values
    assert device.values["relay"] is True
    assert notebook.values("temp") == ["22.5", "21.5"]
    assert notebook.values("relay") == []
    # ... nor after a restart, which asks for everything anew.
    await rig.restart()
    rig.gateway.readings.database = notebook
    device = await rig.gateway.attach(SERIAL, "127.0.0.1", bench.port)
    await until(device, lambda: "relay" in device.values)
    assert "temp" not in device.values


async def test_whole_device_is_confidential_but_what_its_owner_excepts(
    rig: Rig, bench: Bench, device: Device
) -> None:
    await choose(rig, None, CONFIDENTIAL)
    assert not device.values
    await choose(rig, "temp", SHOWN)
    assert device.values == {"temp": "21.5"}  # asked for, for it would not tell by itself
    await choose(rig, "temp", None)
    assert not device.values
    await choose(rig, None, SHOWN)
    assert device.values.keys() == {"relay", "slow", "stuck", "temp"}
    assert rig.gateway.readings.choices(ANN, SERIAL) == Disclosures()
    assert await rig.stores.disclosures.load() == {}


async def test_choice_is_durable_before_it_counts_and_told(
    rig: Rig, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    save = rig.stores.disclosures.save

    async def note(content: Any) -> None:
        seen.append("temp" in device.values)
        await save(content)

    monkeypatch.setattr(rig.stores.disclosures, "save", note)
    await choose(rig, "temp", CONFIDENTIAL)
    await choose(rig, "temp", CONFIDENTIAL)  # says nothing new
    assert seen == [True]
    told = DisclosureChosen(serial=SERIAL, entity="temp", choice="confidential", actor=ANN)
    assert rig.seen(DisclosureChosen) == [told]
    await choose(rig, "temp", None)
    assert rig.seen(DisclosureChosen)[-1].choice == ""

    async def fail(content: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(rig.stores.disclosures, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        await choose(rig, "temp", CONFIDENTIAL)
    assert device.values["temp"] == "21.5"
    assert rig.gateway.readings.choices(ANN, SERIAL) == Disclosures()


async def test_only_who_may_administer_chooses(rig: Rig, bench: Bench, device: Device) -> None:
    with pytest.raises(Refused):
        await choose(rig, "temp", SHOWN, actor=BOB)
    with pytest.raises(Refused):
        rig.gateway.readings.choices(BOB, SERIAL)
    with pytest.raises(Refused):
        await choose(rig, None, SHOWN, serial="OTHER-1")
    await allow_bob(rig, "read", "turn_on")
    with pytest.raises(Refused):
        await choose(rig, "temp", SHOWN, actor=BOB)
    with pytest.raises(UnknownEntity):
        await choose(rig, "humidity", CONFIDENTIAL)
    await rig.gateway.detach(SERIAL)
    with pytest.raises(UnknownDevice):
        await choose(rig, "temp", CONFIDENTIAL)


async def test_device_that_goes_while_its_choice_is_saved_has_it_when_it_is_back(
    rig: Rig, bench: Bench, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = rig.stores.disclosures.save

    async def slow(content: Any) -> None:
        await rig.gateway.detach(SERIAL)
        await save(content)

    monkeypatch.setattr(rig.stores.disclosures, "save", slow)
    await choose(rig, "temp", CONFIDENTIAL)
    device = await rig.gateway.attach(SERIAL, "127.0.0.1", bench.port)
    await until(device, lambda: "relay" in device.values)
    assert "temp" not in device.values


async def test_choice_ends_with_the_binding_and_what_is_kept_goes(
    rig: Rig, bench: Bench, device: Device, notebook: Notebook
) -> None:
    await choose(rig, "temp", CONFIDENTIAL)
    assert await rig.gateway.release(SERIAL, ANN)
    assert await rig.stores.disclosures.load() == {}
    assert notebook.forgotten == [SERIAL]
    assert (await rig.claimed(bench)).values["temp"] == "21.5"


async def test_device_that_is_away_is_treated_so_when_it_is_back(
    rig: Rig, bench: Bench, device: Device
) -> None:
    await choose(rig, None, CONFIDENTIAL)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    await choose(rig, None, SHOWN)
    await bench.start()
    await until(device, lambda: "temp" in device.values)


def test_choices_are_bounded_and_read_with_suspicion() -> None:
    declared = frozenset({"new"})
    many = Disclosures(entities={f"old_{n}": KEPT for n in range(MAX_ENTITIES)})
    assert many.with_choice("new", KEPT, declared).entities == {"new": KEPT}
    assert len(many.with_choice("old_1", SHOWN, declared).entities) == MAX_ENTITIES
    assert Disclosures.from_dict(many.to_dict()) == many
    for wrong in (
        {},
        {"device": "shown", "entities": []},
        {"device": "secret", "entities": {}},
        {"device": "shown", "entities": {"Key": "kept"}},
        {"device": "shown", "entities": {"key": 5}},
        {"device": "shown", "entities": {f"k{n}": "kept" for n in range(MAX_ENTITIES + 1)}},
    ):
        with pytest.raises(ValueError, match="."):
            Disclosures.from_dict(wrong)


# --- who still gets it --------------------------------------------------------------------------------
async def allow_bob(rig: Rig, *commands: str, uses: int | None = None) -> None:
    row = Row(
        made_by=ANN.id,
        users=Users(users=frozenset({BOB.id})),
        devices=Devices(serials=frozenset({SERIAL})),
        commands=Commands(names=frozenset(commands)),
        uses_left=uses,
    )
    await rig.gateway.permissions.change(lambda state: add_row(state, ANN, row), by=ANN)


async def test_permitted_read_gives_confidential_values(
    rig: Rig, bench: Bench, device: Device
) -> None:
    await choose(rig, None, CONFIDENTIAL)
    await allow_bob(rig, "read")

    async def ask(command: str, arguments: Any) -> Any:
        return await rig.gateway.execute(BOB, SERIAL, command, arguments=arguments)

    values = await ask_values(ask, device.description)
    assert values == {"relay": False, "slow": False, "stuck": False, "temp": "21.5"}
    assert not device.values


async def test_result_for_others_is_without_what_is_confidential(rig: Rig, device: Device) -> None:
    await choose(rig, "temp", CONFIDENTIAL)
    result = {"values": {"temp": "21.5", "temp.trend": "up", "relay": True}, "took": 3}
    assert device.intake.public(result) == {"values": {"relay": True}, "took": 3}
    assert device.intake.public({"values": 5}) == {"values": 5}
    await choose(rig, "temp", None)
    assert device.intake.public(result) == result


async def test_who_may_command_but_not_read_is_not_told_the_value_by_the_answer(
    rig: Rig, bench: Bench, device: Device
) -> None:
    await allow_bob(rig, "turn_on")
    assert (await rig.turn(True, actor=BOB))["values"] == {"relay": True}
    await choose(rig, "relay", CONFIDENTIAL)
    assert (await rig.turn(True, actor=BOB))["values"] == {}
    assert (await rig.turn(True))["values"] == {"relay": True}  # its owner may read
    await allow_bob(rig, "read")
    assert (await rig.turn(True, actor=BOB))["values"] == {"relay": True}


async def test_outcome_that_comes_later_is_told_without_it(rig: Rig, device: Device) -> None:
    await choose(rig, "temp", CONFIDENTIAL)
    told: list[OutcomeLearned] = []
    reports = LinkReports(device, told.append)  # type: ignore[arg-type]
    result = pack(values={"temp": "30", "relay": True})
    reports.on_outcome(SessionEvent("outcome", b"1" * 16, wire.STATUS_OK, result))
    assert told[0].result == {"values": {"relay": True}}
    assert device.values == {**device.values, "relay": True}
    assert "temp" not in device.values


async def test_page_is_for_who_may_read_and_of_the_present_owner(
    rig: Rig, bench: Bench, device: Device, notebook: Notebook
) -> None:
    await choose(rig, "temp", KEPT)
    session_id = await push(bench, values={"temp": "22"})
    gateway = rig.gateway
    with pytest.raises(Refused):
        await gateway.readings.page(BOB, SERIAL, Wanted(), None, 10)
    await allow_bob(rig, "read", uses=1)
    ((_, found),) = await gateway.readings.page(BOB, SERIAL, Wanted(), None, 10)
    assert (found.owner, found.entity, found.name, found.value) == ("ann", "temp", "", '"22"')
    assert (found.unit, found.session) == ("°C", session_id.hex())
    assert found.at_us == found.arrived_us
    given = ReadingsGiven(serial=SERIAL, actor=BOB, entity="", count=1)
    assert rig.seen(ReadingsGiven) == [given]
    with pytest.raises(Refused):  # the row had one use
        await gateway.readings.page(BOB, SERIAL, Wanted(), None, 10)
    gateway.readings.database = None
    with pytest.raises(ReadingsUnavailable):
        await gateway.readings.page(ANN, SERIAL, Wanted(), None, 10)
    await push(bench, values={"temp": "23"})  # nowhere to keep it
    assert notebook.values("temp") == ["22"]


# --- events -------------------------------------------------------------------------------------------
async def test_confidential_event_is_kept_but_not_told(
    rig: Rig, bench: Bench, notebook: Notebook
) -> None:
    device = await rig.claimed(bench)
    await choose(rig, "slow", KEPT)
    await choose(rig, "stuck", CONFIDENTIAL)
    events = [
        {"entity": name, "seq": seq, "type": "turned", "data": {"by": "hand"}}
        for seq, name in enumerate(("relay", "slow", "stuck"), 1)
    ]
    assert await tell(bench, events=events) == wire.STATUS_OK
    assert [told.event.entity for told in rig.seen(DeviceEvent)] == ["relay", "slow"]
    assert [event.entity for event in device.recent_events] == ["relay", "slow"]
    assert device.stats.events == 2
    content = {"type": "turned", "data": {"by": "hand"}}
    assert (notebook.values("slow")[-1], notebook.values("stuck")[-1]) == (content, content)
    assert "relay" not in [one.entity for one in notebook.readings]
    journal = await rig.stores.journals.load()
    assert "stuck" not in json.dumps(journal)
    # Sent again it is known, although it is in no journal.
    before = len(notebook.readings)
    assert await tell(bench, events=events) == wire.STATUS_OK
    assert len([one for one in notebook.readings[before:] if "turned" in one.value]) == 0
    await choose(rig, "relay", CONFIDENTIAL)
    assert [event.entity for event in device.recent_events] == ["slow"]


# --- what is kept is shown slowly ---------------------------------------------------------------------
async def test_each_of_many_values_is_kept_and_few_are_shown_the_last_among_them(
    rig: Rig, bench: Bench, device: Device, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_intake, "SHOW_RATE", 20.0)
    await choose(rig, "temp", KEPT)
    shown: list[Any] = []

    def note() -> None:
        if shown[-1:] != [value := device.values["temp"]]:
            shown.append(value)

    note()
    device.add_listener(note)
    for number in range(40):
        device.learn_values({"values": {"temp": str(number)}})
    assert shown == ["21.5", "0", "1", "2", "3", "4"]
    await until(device, lambda: device.values["temp"] == "39")
    assert shown == ["21.5", "0", "1", "2", "3", "4", "39"]
    assert notebook.values("temp") == [str(number) for number in range(40)]
    device.learn_values({"values": {"temp": "40"}})  # soon after
    assert device.values["temp"] == "39"
    await until(device, lambda: device.values["temp"] == "40")


async def test_older_value_never_follows_a_newer_one(
    rig: Rig, bench: Bench, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_intake, "SHOW_RATE", 20.0)
    monkeypatch.setattr(value_intake, "SHOW_BURST", 1.0)
    await choose(rig, "temp", KEPT)
    for value in ("1", "2"):
        device.learn_values({"values": {"temp": value}})
    device.intake._buckets["temp"]._tokens = 1.0  # it filled up a moment before the timer
    shown: list[Any] = []
    device.add_listener(lambda: shown.append(device.values["temp"]))
    device.learn_values({"values": {"temp": "3"}})
    await until(device, lambda: device.values["temp"] == "3")
    assert shown == ["3"]
    assert device.intake._timer is None


async def test_further_values_that_are_held_back_come_with_the_main_one(
    rig: Rig, bench: Bench, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_intake, "SHOW_RATE", 20.0)
    monkeypatch.setattr(value_intake, "SHOW_BURST", 1.0)
    await choose(rig, "relay", KEPT)
    for values in (
        {"relay": True, "relay.level": 1},
        {"relay.level": 2, "relay.mode": "a"},
        {"relay": False, "relay.level": 3},
        {"relay.level": 4},
    ):
        device.learn_values({"values": values})
    assert (device.values["relay"], device.values["relay.level"]) == (True, 1)
    await until(device, lambda: device.values["relay"] is False)
    assert device.values["relay.level"] == 4
    assert "relay.mode" not in device.values


async def test_what_is_held_back_is_dropped_with_the_link_and_by_a_choice(
    rig: Rig, bench: Bench, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(value_intake, "SHOW_BURST", 1.0)
    await choose(rig, "temp", KEPT)
    device.learn_values({"values": {"temp": "1"}})
    device.learn_values({"values": {"temp": "2"}})
    timer: Any = device.intake._timer
    await choose(rig, "temp", CONFIDENTIAL)
    assert timer.cancelled()
    assert "temp" not in device.values
    await choose(rig, "temp", KEPT)
    assert device.values["temp"] == "21.5"  # asked for, and nothing older stands before it
    device.learn_values({"values": {"temp": "3"}})
    timer = device.intake._timer
    assert timer is not None
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    assert timer.cancelled()
    assert not device.values


async def test_one_device_that_tells_without_end_is_cut_short_and_counted(
    rig: Rig, device: Device, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.gateway.detach(SERIAL)
    monkeypatch.setattr(readings, "KEEP_RATE", 0.0)
    monkeypatch.setattr(readings, "KEEP_BURST", 3.0)
    device = await rig.gateway.attach(SERIAL, device.host, device.port)
    await until(device, lambda: "temp" in device.values)
    await choose(rig, "temp", KEPT)
    for number in range(10):
        device.learn_values({"values": {"temp": str(number)}})
    assert notebook.values("temp") == ["0", "1", "2"]
    assert notebook.lost == 7


# --- samples ------------------------------------------------------------------------------------------
async def test_samples_are_kept_with_the_time_they_were_taken(
    rig: Rig, bench: Bench, device: Device, notebook: Notebook
) -> None:
    await choose(rig, "temp", KEPT)
    samples = [["temp", 2000, "20.5"], ["temp", 1000, "21"], ["relay", 5, True], ["other", 5, 1]]
    session_id = await push(bench, samples=samples, values={"temp": "22"})
    assert notebook.values("temp") == ["20.5", "21"]
    assert [one.arrived_us - one.at_us for one in notebook.readings] == [2_000_000, 1_000_000]
    assert {one.session for one in notebook.readings} == {session_id.hex()}
    assert {one.entity for one in notebook.readings} == {"temp"}
    assert device.values["temp"] == "22"
    await push(bench, values={"temp": "23"})
    assert notebook.values("temp") == ["20.5", "21", "23"]


@pytest.mark.parametrize(
    "samples",
    [
        {},
        [5],
        [["temp", 1]],
        [["temp", 1, 2, 3]],
        [[5, 1, 2]],
        [["temp", -1, 2]],
        [["temp", MAX_AGE_MS + 1, 2]],
        [["temp", True, 2]],
        [["temp", 1, []]],
        [["temp", 1, 2**53]],
        [["temp", 1, 1]] * (MAX_SAMPLES + 1),
    ],
)
def test_samples_out_of_form_are_refused(samples: object) -> None:
    with pytest.raises(PackageError):
        read_package(pack(boot=1, samples=samples), 1)


def test_samples_are_read_within_bounds() -> None:
    package = read_package(
        pack(samples=[["temp", 0, "a\n" + "b" * 300], ["x", MAX_AGE_MS, None]]), 1
    )
    assert package.samples[1] == Sample("x", MAX_AGE_MS, None)
    assert isinstance(text := package.samples[0].value, str)
    assert len(text) <= 255
    assert "\n" not in text
