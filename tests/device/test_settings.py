"""Deployment settings: declared, checked, kept in flash, changed by commands; factory settings are not."""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any, override

import pytest

from custom_components.iot_secure_gateway.protocol import wire
from iotsg_device.deployment import DEFAULTS
from iotsg_device.device import Device
from iotsg_device.entities import Switch
from iotsg_device.entities.arguments import Choice, Decimal, Flag, Text, Whole
from iotsg_device.factory import FactorySettings
from iotsg_device.journal import Journal
from iotsg_device.memory_store import MemoryStore
from iotsg_device.own_settings import declare, own_keys
from iotsg_device.settings import MAX_SETTINGS, Setting

HOST = "127.0.0.1"


def declared() -> list[Setting]:
    return [
        Setting("hysteresis", "Hysteresis", Decimal(0.1, 5, 0.1, 1), 0.5, "°C"),
        Setting("mode", "Mode", Choice(("eco", "fast")), "eco"),
        Setting("label", "Label", Text(0, 200), ""),
    ]


def make(
    store: Any = None, lines: list[str] | None = None, settings: list[Setting] | None = None
) -> Device:
    return Device(
        entities=[Switch("relay", "Relay")],
        host=HOST,
        settings=FactorySettings({"serial": "S-1", "prs": ["00" * 32], "port": 0, "ping_to": []}),
        store=store if store is not None else MemoryStore(),
        log=(lines if lines is not None else []).append,
        deployment_settings=declared() if settings is None else settings,
    )


def run(device: Device, name: str, **args: Any) -> tuple[int, Any]:
    """Check and execute as the driver does."""
    command = {"id": "00" * 16, "cmd": name, "args": args}
    refused = device.driver._executor.check(command)
    if refused is not None:
        return wire.STATUS_REFUSED, refused
    done = device.driver._executor.execute(command)
    assert isinstance(done, tuple)
    return done[0], json.loads(done[1])


def all_settings(device: Device) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    page, pages = 0, 1
    while page < pages:
        status, answer = run(device, "settings", page=page)
        assert status == 0
        assert len(json.dumps(answer)) < 1024
        found |= {item["key"]: item for item in answer["settings"]}
        page, pages = page + 1, answer["pages"]
    return found


def test_settings_tell_type_unit_range_and_default() -> None:
    settings = all_settings(make())
    assert settings["hysteresis"] == {
        "key": "hysteresis",
        "name": "Hysteresis",
        "type": "decimal",
        "unit": "°C",
        "range": ["0.1", "5.0", "0.1"],
        "default": "0.5",
        "value": "0.5",
    }
    assert settings["mode"]["options"] == ["eco", "fast"]
    assert settings["breach_safe_state"]["value"] is False


def test_changed_settings_survive_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "journal.bin")
    store = Journal(path)
    device = make(store)
    changes = {"hysteresis": "1.5", "mode": "fast", "report_interval": 60}
    assert run(device, "set_settings", values=changes) == (0, {"settings": changes})
    assert device.reporter.poll_ms == 60000
    store.close()
    again = make(Journal(path))
    assert again.deployment["hysteresis"] == 1.5
    assert again.deployment["mode"] == "fast"
    assert again.reporter.poll_ms == 60000


def test_library_settings_work_at_once() -> None:
    device = make()
    run(
        device,
        "set_settings",
        values={"ip_recovery": "strict", "fallback_after": 10, "report_log": False},
    )
    assert not device.core.recovers
    assert device._facts.fallback_after_ms == 10000
    assert not device.reporter.tells_log


def test_a_maker_is_told_of_changes() -> None:
    device = make()
    seen: list[object] = []
    device.on_settings = lambda: seen.append(device.deployment["mode"])  # type: ignore[method-assign]
    run(device, "set_settings", values={"mode": "fast"})
    assert seen == ["fast"]


@pytest.mark.parametrize(
    ("name", "args", "reason"),
    [
        ("settings", {"page": 9}, "no such page"),
        ("settings", {"page": True}, "page must be a whole number"),
        ("settings", {"all": 1}, "settings takes page"),
        ("set_settings", {}, "values must be an object"),
        ("set_settings", {"values": {}}, "values must be an object"),
        ("set_settings", {"values": ["mode"]}, "values must be an object"),
        ("set_settings", {"mode": "fast"}, "set_settings takes values"),
        ("set_settings", {"values": {"mode": "slow"}}, "mode: not one of the options"),
        ("set_settings", {"values": {"hysteresis": "9"}}, "hysteresis: must be 0.1 to 5.0"),
        ("set_settings", {"values": {"label": "\u20ac" * 100}}, "label: too long"),
        ("set_settings", {"values": {"report_interval": 0}}, "report_interval: must be 1 to 3600"),
    ],
)
def test_what_is_out_of_range_is_refused(name: str, args: dict[str, Any], reason: str) -> None:
    assert run(make(), name, **args) == (wire.STATUS_REFUSED, reason)


@pytest.mark.parametrize(
    "key",
    ["serial", "prs", "port", "claim_from", "model", "claim_window", "max_frame", "S", "", "fixed"],
)
def test_no_command_writes_a_factory_setting(key: str) -> None:
    device = make()
    before = vars(device.settings).copy()
    refused = run(device, "set_settings", values={key: "x", "mode": "fast"})
    assert refused == (wire.STATUS_REFUSED, "unknown setting")
    assert vars(device.settings) == before
    assert device.deployment["mode"] == "eco"  # all are checked before the first is written


def test_the_button_puts_defaults_back() -> None:
    store = MemoryStore()
    device = make(store)
    run(device, "set_settings", values={"mode": "fast", "report_interval": 60})
    device.factory_reset()
    assert device.deployment["mode"] == "eco"
    assert device.reporter.poll_ms == 5000
    assert not [key for key in list(store.keys()) if key.startswith(b"S")]


@pytest.mark.parametrize("data", [b"7", b'"slow"', b"\xff", b"{", b"[1]"])
def test_a_stored_value_out_of_range_falls_back_and_is_said(data: bytes) -> None:
    store = MemoryStore()
    store.put(b"Smode", data)
    lines: list[str] = []
    assert make(store, lines).deployment["mode"] == "eco"
    assert "setting mode is out of its range: its default is used" in lines


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Setting("Mode", "M", Flag(), True),
        lambda: Setting("m" * 21, "M", Flag(), True),
        lambda: Setting("mode", "", Flag(), True),
        lambda: Setting("mode", "M", Flag(), True, "u" * 17),
        lambda: Setting("mode", "M", Whole(1, 5), 6),
        lambda: Setting("mode", "M", Choice(("a",)), "b"),
        lambda: make(settings=declared() + declared()),
        lambda: make(settings=[Setting("persistence", "P", Flag(), True)]),
        lambda: make(settings=[Setting("gateway_addresses", "P", Flag(), True)]),
        lambda: make(settings=[Setting(f"s{n}", "S", Flag(), True) for n in range(MAX_SETTINGS)]),
    ],
)
def test_a_wrong_declaration_is_refused_at_once(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        wrong()


def test_the_defaults_at_hand_are_those_declared() -> None:
    assert {key: declare(key, None).default for key in own_keys((), None)} == DEFAULTS


class PowerCutError(BaseException):
    """The power went, at a write that the test chose."""


class FailingStore(MemoryStore):
    """Ends at the write numbered `at`, which is kept or not."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0
        self.is_kept = False
        self.error: type[BaseException] = PowerCutError

    def _write(self, act: Callable[[], None]) -> None:
        self.at -= 1
        if self.at != 0 or self.is_kept:
            act()
        if self.at == 0:
            raise self.error

    @override
    def put(self, key: bytes, value: bytes) -> None:
        self._write(lambda: super(FailingStore, self).put(key, value))

    @override
    def delete(self, key: bytes) -> None:
        self._write(lambda: super(FailingStore, self).delete(key))


OLD = {"hysteresis": "0.7", "mode": "eco", "report_interval": 7}
NEW = {"hysteresis": "1.5", "mode": "fast", "report_interval": 60}


def present(device: Device) -> dict[str, Any]:
    """Return the values as the device works with them and as it tells them, which are the same."""
    told = {key: item["value"] for key, item in all_settings(device).items() if key in NEW}
    assert str(device.deployment["hysteresis"]) == told["hysteresis"]
    assert device.deployment["mode"] == told["mode"]
    assert device.reporter.poll_ms == 1000 * told["report_interval"]
    return told


@pytest.mark.parametrize("is_kept", [False, True])
def test_several_values_are_set_all_or_none_whatever_write_the_power_cuts(is_kept: bool) -> None:
    ends = []
    for at in range(1, 100):
        store = FailingStore()
        device = make(store)
        run(device, "set_settings", values=OLD)
        store.at, store.is_kept = at, is_kept
        try:
            answer = run(device, "set_settings", values=NEW)
        except PowerCutError:
            store.at = 0
            ends.append(present(make(store)))
            assert not [key for key in store.keys() if key.startswith(b"T")]  # noqa: SIM118 - no dict
        else:
            assert answer == (0, {"settings": NEW})
            assert present(device) == NEW
            break
    assert [end in (OLD, NEW) for end in ends] == [True] * len(ends)
    assert ends == sorted(ends, key=lambda end: end == NEW), "once it is decided, it stays so"
    assert OLD in ends
    assert NEW in ends


def test_a_cut_while_a_change_is_ended_leaves_it_to_the_next_start() -> None:
    for at in range(1, 100):
        store = FailingStore()
        for key, value in NEW.items():
            MemoryStore.put(store, b"T" + key.encode(), json.dumps(value).encode())
        MemoryStore.put(store, b"T", b"")
        store.at = at
        try:
            device = make(store)
        except PowerCutError:
            store.at = 0
            assert present(make(store)) == NEW
        else:
            assert present(device) == NEW
            break
    assert at > len(NEW)


def test_flash_that_fails_under_settings_stops_the_device_and_leaves_the_outcome_open() -> None:
    store = FailingStore()
    device = make(store)
    store.at, store.error = 2, OSError
    command = {"id": "00" * 16, "cmd": "set_settings", "args": {"values": NEW}}
    device.driver._execute(bytes(16), command)
    assert isinstance(device.driver.failure, OSError)
    store.at = 0
    assert present(make(store)) == {"hysteresis": "0.5", "mode": "eco", "report_interval": 5}


def test_factory_settings_are_told_on_the_last_page_without_secrets_and_in_short() -> None:
    facts = {
        "serial": "S-1",
        "prs": ["00" * 32],
        "name": "\u20ac" * 60,
        "claim_from": ["192.0.2.0/24", "198.51.100.0/24"],
        "ping_to": ["192.0.2.1:99"],
    }
    device = Device(host=HOST, settings=FactorySettings(facts), store=MemoryStore(), log=print)
    pages = run(device, "settings")[1]["pages"]
    told = run(device, "settings", page=pages - 1)[1]
    assert told["settings"] == []
    assert told["factory"]["claim_from"] == "192.0.2.0/24, 198.51.100.0/24"
    assert told["factory"]["ping_to"] == "192.0.2.1:99"
    assert 0 < len(told["factory"]["name"]) < 60
    assert "00" * 32 not in json.dumps(told)
    assert len(json.dumps(told)) < 1024
