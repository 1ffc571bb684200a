"""Deployment settings: declared, checked, kept in flash, changed by commands; factory settings are not."""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.iot_secure_gateway.protocol import wire
from iotsg_device.deployment import DEFAULTS
from iotsg_device.device import Device
from iotsg_device.entities import Switch
from iotsg_device.entities.arguments import Choice, Decimal, Flag, Text, Whole
from iotsg_device.factory import FactorySettings
from iotsg_device.journal import Journal
from iotsg_device.memory_store import MemoryStore
from iotsg_device.settings import MAX_SETTINGS, Setting, Settings, own_settings

HOST = "127.0.0.1"


def declared() -> list[Setting]:
    return [
        Setting("hysteresis", "Hysteresis", Decimal(0.1, 5, 0.1, 1), 0.5, "°C"),
        Setting("mode", "Mode", Choice(("eco", "fast")), "eco"),
        Setting("label", "Label", Text(0, 200), ""),
    ]


def make(store: Any = None, lines: list[str] | None = None) -> Device:
    return Device(
        entities=[Switch("relay", "Relay")],
        host=HOST,
        settings=FactorySettings({"serial": "S-1", "prs": ["00" * 32], "port": 0, "ping_to": []}),
        store=store if store is not None else MemoryStore(),
        log=(lines if lines is not None else []).append,
        deployment_settings=declared(),
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
    "key", ["serial", "prs", "port", "claim_from", "model", "persistence", "max_frame", "S", ""]
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
        lambda: Settings(MemoryStore(), declared() + declared(), print),
        lambda: Settings(
            MemoryStore(),
            [Setting(f"s{n}", "S", Flag(), True) for n in range(MAX_SETTINGS + 1)],
            print,
        ),
    ],
)
def test_a_wrong_declaration_is_refused_at_once(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        wrong()


def test_the_defaults_at_hand_are_those_declared() -> None:
    assert {setting.key: setting.default for setting in own_settings()} == DEFAULTS
