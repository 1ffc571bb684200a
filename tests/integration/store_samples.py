"""What each store of the gateway may hold, as a file on the disk, and how it is read and written again.

`PYTHONPATH=device_firmware .venv/bin/python -m tests.integration.store_samples` writes a fixture for each store that has none of its present
version. A fixture that exists is history: it is never written again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
import json
from pathlib import Path
from random import Random
from typing import Any, Final

from homeassistant.core import HomeAssistant

from custom_components.iot_secure_gateway import demo, learning_store, postponing
from custom_components.iot_secure_gateway.access_questions import AccessQuestions
from custom_components.iot_secure_gateway.auditing import HomeSealStore
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.monitoring_store import MonitoringRecord
from custom_components.iot_secure_gateway.gateway.postponed_records import (
    postponements_list,
    read_postponements,
)
from custom_components.iot_secure_gateway.gateway.stores import Binding
from custom_components.iot_secure_gateway.message_settings import MessageSettings
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.protocol import gateway_memory
from custom_components.iot_secure_gateway.protocol.caches import LaneCache
from custom_components.iot_secure_gateway.protocol.gateway_state import GatewayState
from custom_components.iot_secure_gateway.run_mark import RunMark
from custom_components.iot_secure_gateway.storage import (
    STORAGE_MINOR_VERSIONS,
    STORAGE_VERSION,
    HomeMonitoringStore,
    MappingStore,
    PrivateStore,
    async_gateway_id,
    home_assistant_stores,
)

FIXTURES: Final = Path(__file__).parent / "fixtures" / "stores"

type Pass = Callable[[HomeAssistant], Awaitable[object]]  # reads a store, and writes what it read


def _same(load: str, save: str, store: Callable[[HomeAssistant], Any]) -> Pass:
    async def through(hass: HomeAssistant) -> object:
        found = store(hass)
        content = await getattr(found, load)()
        await getattr(found, save)(content)
        return content

    return through


def _of_gateway(name: str) -> Pass:
    return _same("load", "save", lambda hass: getattr(home_assistant_stores(hass), name))


def _read_only(read: Pass) -> Pass:
    return read


async def _run(hass: HomeAssistant) -> object:
    return await RunMark(hass).async_was_restored()


async def _access_questions(hass: HomeAssistant) -> object:
    questions = AccessQuestions(hass)
    await questions.load()
    await questions._save(dict(questions._all))
    return questions._all


async def _messages(hass: HomeAssistant) -> object:
    settings = MessageSettings(hass)
    await settings.load()
    for person, entities in settings._entities.items():
        await settings.choose(person, entities)
    return settings._entities


async def _demo_device(hass: HomeAssistant) -> object:
    store = demo._store(hass)
    identity, port, flash = demo._read(await store.async_load())
    await store.async_save_durably(demo._content(identity, port, flash.content()))
    return identity


async def _owners(hass: HomeAssistant) -> object:
    state = await home_assistant_stores(hass).permissions.load()
    return None if state is None else state.owners


def _postponed(hass: HomeAssistant) -> Any:
    store = PrivateStore(hass, postponing.STORE)
    return MappingStore(store, postponements_list, read_postponements)


PASSES: Final[Mapping[str, Pass]] = {
    "identity": _read_only(async_gateway_id),
    "run": _read_only(_run),
    "owners": _read_only(_owners),
    "bindings": _of_gateway("bindings"),
    "states": _of_gateway("states"),
    "permissions": _of_gateway("permissions"),
    "permission_history": _same(
        "load_history", "save_history", lambda hass: home_assistant_stores(hass).permissions
    ),
    "offers": _of_gateway("offers"),
    "takeovers": _of_gateway("takeovers"),
    "descriptions": _of_gateway("descriptions"),
    "deployments": _of_gateway("deployments"),
    "disclosures": _of_gateway("disclosures"),
    "journals": _of_gateway("journals"),
    "records": _of_gateway("records"),
    "monitoring": _same("load", "save", HomeMonitoringStore),
    "monitoring_memory": _same("load_memory", "save_memory", HomeMonitoringStore),
    "learning": _same("load", "save", learning_store.HomeLearningStore),
    "postponed": _same("load", "save", _postponed),
    "access_questions": _access_questions,
    "messages": _messages,
    "audit": _same("load", "save", HomeSealStore),
    "demo_device": _demo_device,
}


def _state() -> dict[str, Any]:
    lanes = [LaneCache(b"E" * 20, b"5" * 20, 7), LaneCache(b"F" * 20, b"6" * 20, 3)]
    lanes[1].offer(b"G" * 20, b"7" * 20)
    state = GatewayState(0, lanes)
    state.epoch, state.last_boot = 3, 4
    state.may_have_lost = [False, True]
    state.memory = gateway_memory.FROM_BACKUP
    state.unresolved = [(b"s" * 16, 7)]
    state.data_done = [(b"d" * 16, 1, 0)]
    return state.to_dict()


def _permissions() -> dict[str, Any]:
    from tests.policy.random_houses import house

    state, _ = house(Random(7))
    found: dict[str, Any] = json.loads(json.dumps(state.to_dict()))
    assert PolicyState.from_dict(found) == state
    return found


def samples() -> dict[str, Any]:
    """Return content for each store."""
    from .test_storage import DEPLOYMENTS

    binding = Binding(
        key=bytes(range(32)),
        claimed_by="olivia",
        is_confirmed=True,
        next_key=bytes(32),
        is_suspended=True,
        is_guest=True,
        guests=(1, 3),
        addresses=("192.0.2.1", "2001:db8::1"),
        mode=0,
        key_since=1_800_000_000,
    )
    user = {"kind": "user", "id": "olivia", "name": "Olivia"}
    event = {"seq": 7, "entity": "bell", "type": "press", "data": {}, "age_ms": 0, "at": 1.5}
    return {
        "identity": {"gateway_id": bytes(range(16)).hex()},
        "run": {"mark": "00" * 16},
        "bindings": {"records": {"LAMP-1": binding.to_dict()}},
        "states": {"states": {"LAMP-1": _state()}, "is_clean": True},
        "permissions": _permissions(),
        "permission_history": {"changes": [{"revision": 1, "by": "olivia"}]},
        "offers": {"records": {"LAMP-1": {"from_id": "a", "to_id": "b", "until": 1.5}}},
        "takeovers": {"records": {"LAMP-1": {"from_id": "a", "by_id": "b", "due_at": 1.5}}},
        "descriptions": {"records": {"LAMP-1": {"facts": {"name": "Lamp"}, "entities": []}}},
        "journals": {"records": {"LAMP-1": {"seq": 7, "events": [event]}}},
        "records": {
            "records": {"LAMP-1": {"salt": "00" * 16, "digests": ["11" * 16, None], "cost": 12}},
            "refuses_unlisted": True,
        },
        "messages": {"entities": {"olivia": ["notify.mail"]}},
        "audit": {
            "key": "00" * 32,
            "number": 7,
            "digest": "11" * 32,
            "url": "",
            "left": "",
        },
        "access_questions": {
            "questions": [
                {
                    "id": "00" * 16,
                    "user_id": "ben",
                    "serial": "LAMP-1",
                    "command": "turn_on",
                    "arguments": {},
                    "asked_at": 1.5,
                    "until": 2.5,
                    "answer": "",
                    "answered_by": "",
                    "answered_at": 0.0,
                }
            ]
        },
        "deployments": {"records": {"LAMP-1": DEPLOYMENTS.to_dict()}},
        "monitoring": MonitoringRecord().to_dict(),
        "monitoring_memory": {"devices": {}},
        "demo_device": {
            "serial": "DEMO-1",
            "prs": "33" * 32,
            "port": 8863,
            "flash": {"62": "00000001"},
        },
        "learning": {
            "learnings": [
                {
                    "id": "00" * 8,
                    "by": "olivia",
                    "user_id": "ben",
                    "entity_id": "",
                    "serials": ["LAMP-1"],
                    "started_at": "2026-01-01T00:00:00+00:00",
                    "until": "2026-01-02T00:00:00+00:00",
                    "seen": [],
                    "lost": 0,
                    "taken": [],
                }
            ]
        },
        "disclosures": {
            "records": {"LAMP-1": {"device": "kept", "entities": {"temp": "confidential"}}}
        },
        "postponed": {
            "records": {
                "LAMP-1": [
                    {
                        "id": "00" * 16,
                        "actor": user,
                        "command": "turn_on",
                        "entity": "relay",
                        "arguments": {"level": 1},
                        "asked_at": 1.5,
                        "until": 2.5,
                        "phase": "unsettled",
                        "attempts": 1,
                        "session_id": "22" * 16,
                    }
                ]
            }
        },
    }


def version_of(name: str) -> tuple[int, int]:
    """Return the present version of a store."""
    return STORAGE_VERSION, STORAGE_MINOR_VERSIONS.get(name, 1)


def fixture_of(name: str, version: tuple[int, int]) -> Path:
    """Return where the fixture of a version is."""
    return FIXTURES / f"{name}-{version[0]}.{version[1]}.json"


def main() -> None:
    """Write what is missing."""
    for name, data in samples().items():
        version = version_of(name)
        path = fixture_of(name, version)
        if path.exists():
            continue
        content = {
            "version": version[0],
            "minor_version": version[1],
            "key": f"{DOMAIN}.{name}",
            "data": data,
        }
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        print(path.name)


if __name__ == "__main__":
    main()
