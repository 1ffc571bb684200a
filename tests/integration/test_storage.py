"""The stores of the gateway: private, atomic, versioned, and honest about failed writes."""

import asyncio
from dataclasses import replace
import json
from pathlib import Path
import stat
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import UnsupportedStorageVersionError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util.file import WriteError

from .house import House
from custom_components.iot_secure_gateway import storage
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.deployment_records import (
    DeviceDeployments,
    Pending,
)
from custom_components.iot_secure_gateway.gateway.device_settings import Setting
from custom_components.iot_secure_gateway.gateway.stores import Binding, StoredStates
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.storage import (
    IncompleteStores,
    NewerStore,
    PrivateStore,
    StorageError,
    async_gateway_id,
    home_assistant_stores,
)

KEY = bytes(range(32))
BINDING = Binding(key=KEY, claimed_by="u", is_confirmed=True)
ROTATING = Binding(
    key=KEY,
    claimed_by="u",
    is_confirmed=True,
    next_key=bytes(32),
    is_suspended=True,
    is_guest=True,
    guests=(1, 3),
    addresses=("192.0.2.1", "2001:db8::1"),
)

DEPLOYMENTS = DeviceDeployments(
    revision=3,
    deployments={"home": {"level": 1, "name": "x", "is_on": True}},
    active="home",
    pending=Pending(name="home", actor=User(id="u", name="U"), is_confirmed=True, asked_at=1.5),
    settings=(
        Setting(
            key="level",
            name="Level",
            kind="decimal",
            default="0.5",
            value="1",
            unit="m",
            limits=("0", "9.5", "0.1"),
            is_risky=True,
        ),
        Setting(key="mode", name="M", kind="choice", default="a", value="b", options=("a", "b")),
    ),
)


def path_of(config_dir: str, name: str) -> Path:
    """Return the file of a store."""
    return Path(config_dir, ".storage", f"{DOMAIN}.{name}")


def write(config_dir: str, name: str, data: Any, version: int = 1, minor_version: int = 1) -> None:
    """Put a file there as another run would have left it."""
    path = path_of(config_dir, name)
    path.parent.mkdir(exist_ok=True)
    content = {
        "version": version,
        "minor_version": minor_version,
        "key": f"{DOMAIN}.{name}",
        "data": data,
    }
    path.write_text(json.dumps(content))


async def test_everything_comes_back_from_disk(hass: HomeAssistant, hass_config_dir: str) -> None:
    stores = home_assistant_stores(hass)
    states = StoredStates(states={"A": {"epoch": 1}}, is_clean=False)
    await stores.bindings.save({"A": BINDING, "B": ROTATING})
    await stores.permissions.save(PolicyState(owners={"A": "user"}))
    await stores.descriptions.save({"A": {"page": 0}})
    await stores.journals.save({"A": {"seq": 1}})
    await stores.deployments.save({"A": DEPLOYMENTS})
    await stores.states.save(states)
    again = home_assistant_stores(hass)
    assert await again.bindings.load() == {"A": BINDING, "B": ROTATING}
    assert await again.permissions.load() == PolicyState(owners={"A": "user"})
    assert await again.descriptions.load() == {"A": {"page": 0}}
    assert await again.journals.load() == {"A": {"seq": 1}}
    assert await again.deployments.load() == {"A": DEPLOYMENTS}
    assert await again.states.load() == states


async def test_stores_that_were_never_written_are_empty_and_clean(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    stores = home_assistant_stores(hass)
    assert await stores.bindings.load() == {}
    assert await stores.states.load() == StoredStates()


async def test_only_home_assistants_user_may_read_them(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    stores = home_assistant_stores(hass)
    await async_gateway_id(hass)
    await stores.bindings.save({"A": BINDING})
    await stores.states.save(StoredStates())
    for name in ("bindings", "states", "identity"):
        mode = path_of(hass_config_dir, name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


async def test_keys_are_in_the_key_store_only(hass: HomeAssistant, hass_config_dir: str) -> None:
    stores = home_assistant_stores(hass)
    await stores.bindings.save({"A": BINDING})
    await stores.states.save(StoredStates(states={"A": {"epoch": 1}}))
    await stores.permissions.save(PolicyState(owners={"A": "user"}))
    holders = [
        path.name
        for path in Path(hass_config_dir, ".storage").iterdir()
        if KEY.hex() in path.read_text()
    ]
    assert holders == [f"{DOMAIN}.bindings"]


async def test_save_that_failed_raises(hass: HomeAssistant, hass_config_dir: str) -> None:
    """Home Assistant's store only logs it; a key that is not on disk must never be used."""
    stores = home_assistant_stores(hass)
    with (
        patch.object(PrivateStore, "_write_prepared_data", side_effect=WriteError("disk full")),
        pytest.raises(StorageError) as failed,
    ):
        await stores.bindings.save({"A": BINDING})
    assert failed.value.translation_placeholders == {"store": "bindings"}
    await stores.bindings.save({"A": BINDING})  # and it works again afterwards
    assert await home_assistant_stores(hass).bindings.load() == {"A": BINDING}


async def test_save_during_the_stop_is_written_at_once(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    stores = home_assistant_stores(hass)
    hass.set_state(CoreState.stopping)
    await stores.states.save(StoredStates(is_clean=True))
    # Not put off to the end: a key or a mark counts from now on, and the process may be killed before.
    assert json.loads(path_of(hass_config_dir, "states").read_text())["data"]["is_clean"] is True
    hass.set_state(CoreState.running)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bindings", []),
        ("bindings", {"records": []}),
        ("bindings", {"records": {"A": "x"}}),
        ("bindings", {"records": {"A": {"key": "zz", "claimed_by": "u", "is_confirmed": True}}}),
        ("bindings", {"records": {"A": {"key": "00", "claimed_by": "u", "is_confirmed": True}}}),
        ("permissions", {"owners": 7}),
        ("offers", {"records": {"A": {}}}),
        ("takeovers", {"records": {"A": {"from_id": "a", "by_id": "b", "due_at": True}}}),
        ("descriptions", {"records": {"A": []}}),
        ("states", {"states": {}}),
        ("states", {"states": [], "is_clean": True}),
        ("states", {"states": {"A": 1}, "is_clean": True}),
    ],
)
async def test_content_that_is_not_ours_is_an_error_never_empty(
    hass: HomeAssistant, hass_config_dir: str, name: str, data: Any
) -> None:
    await asyncio.to_thread(write, hass_config_dir, name, data)
    store = getattr(home_assistant_stores(hass), name)
    with pytest.raises(StorageError):
        await store.load()


async def test_gateway_id_is_made_once(hass: HomeAssistant, hass_config_dir: str) -> None:
    first = await async_gateway_id(hass)
    assert len(first) == 16
    assert await async_gateway_id(hass) == first


@pytest.mark.parametrize("data", [{}, {"gateway_id": 7}, {"gateway_id": "00"}, {"gateway_id": "x"}])
async def test_damaged_gateway_id_is_not_replaced(
    hass: HomeAssistant, hass_config_dir: str, data: Any
) -> None:
    """Another id would make strangers of all devices."""
    await asyncio.to_thread(write, hass_config_dir, "identity", data)
    with pytest.raises(StorageError):
        await async_gateway_id(hass)


async def test_older_content_is_taken_up_step_by_step(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    await asyncio.to_thread(write, hass_config_dir, "descriptions", {"all": {"A": {}}}, 0, 1)
    steps = {
        (0, 1): lambda content: {"records": content["all"]},
        (0, 2): lambda content: {"records": dict(content["records"], B={"page": 1})},
    }
    with patch.object(storage, "MIGRATIONS", {"descriptions": steps}):
        assert await home_assistant_stores(hass).descriptions.load() == {"A": {}, "B": {"page": 1}}
    stored = json.loads(path_of(hass_config_dir, "descriptions").read_text())
    assert (stored["version"], stored["data"]) == (1, {"records": {"A": {}, "B": {"page": 1}}})


async def test_owners_from_before_there_were_permissions_are_taken_up(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    await asyncio.to_thread(write, hass_config_dir, "owners", {"records": {"A": "user"}})
    store = home_assistant_stores(hass).permissions
    state = await store.load()
    assert state == PolicyState(owners={"A": "user"})
    assert path_of(hass_config_dir, "owners").exists(), "nothing was made durable in its place yet"
    await store.save(replace(state, owners={"B": "user"}))
    assert not path_of(hass_config_dir, "owners").exists()
    assert await home_assistant_stores(hass).permissions.load() == PolicyState(owners={"B": "user"})


@pytest.mark.parametrize("data", [{}, {"records": []}, {"records": {"A": 7}}])
async def test_damaged_owners_from_before_are_an_error(
    hass: HomeAssistant, hass_config_dir: str, data: Any
) -> None:
    await asyncio.to_thread(write, hass_config_dir, "owners", data)
    with pytest.raises(StorageError):
        await home_assistant_stores(hass).permissions.load()


async def test_binding_from_before_keys_could_be_replaced_is_taken_up(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    old = {"key": KEY.hex(), "claimed_by": "u", "is_confirmed": True}
    await asyncio.to_thread(write, hass_config_dir, "bindings", {"records": {"A": old}}, 1, 1)
    assert await home_assistant_stores(hass).bindings.load() == {"A": BINDING}
    stored = json.loads(path_of(hass_config_dir, "bindings").read_text())
    assert (stored["version"], stored["minor_version"]) == (1, 3)


async def test_content_of_a_version_without_a_step_is_an_error(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    await asyncio.to_thread(write, hass_config_dir, "descriptions", {"all": {}}, 0, 1)
    with pytest.raises(StorageError):
        await home_assistant_stores(hass).descriptions.load()


@pytest.mark.parametrize(("version", "minor_version"), [(1, 9), (2, 1)])
async def test_newer_version_is_refused_and_not_overwritten(
    hass: HomeAssistant, hass_config_dir: str, version: int, minor_version: int
) -> None:
    """What it says beyond what is known here would be lost with the next save."""
    later = {"records": {"A": {}}, "more": 1}
    await asyncio.to_thread(write, hass_config_dir, "descriptions", later, version, minor_version)
    with pytest.raises((NewerStore, UnsupportedStorageVersionError)):
        await home_assistant_stores(hass).descriptions.load()
    stored = json.loads(await asyncio.to_thread(path_of(hass_config_dir, "descriptions").read_text))
    assert (stored["minor_version"], stored["data"]) == (minor_version, later)


@pytest.mark.parametrize(
    ("version", "minor_version", "data", "issue"),
    [
        (1, 9, {"records": {}}, "store_newer"),
        (2, 1, {"records": {}}, "store_newer"),
        (1, 3, {"records": {"A": {"key": "00"}}}, "store_damaged"),
    ],
)
async def test_store_that_cannot_be_used_stops_the_gateway_and_is_explained(
    house: House,
    hass_config_dir: str,
    version: int,
    minor_version: int,
    data: Any,
    issue: str,
) -> None:
    issues = ir.async_get(house.hass)
    await async_gateway_id(house.hass)
    await asyncio.to_thread(write, hass_config_dir, "bindings", data, version, minor_version)
    MockConfigEntry(domain=DOMAIN, unique_id="gateway").add_to_hass(house.hass)
    assert not await async_setup_component(house.hass, DOMAIN, {})
    shown = issues.async_get_issue(DOMAIN, issue)
    assert shown is not None
    assert shown.translation_placeholders == {
        "store": "bindings",
        "file": f".storage/{DOMAIN}.bindings",
    }
    stored = json.loads(await asyncio.to_thread(path_of(hass_config_dir, "bindings").read_text))
    assert (stored["version"], stored["data"]) == (version, data)


async def test_file_that_was_cut_is_put_aside_and_the_others_count(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    """Home Assistant keeps what it cannot read beside it, and says so in an issue of its own."""
    stores = home_assistant_stores(hass)
    await stores.bindings.save({"A": BINDING})
    await stores.states.save(StoredStates(states={"A": {"epoch": 1}}))
    path = path_of(hass_config_dir, "states")
    whole = await asyncio.to_thread(path.read_bytes)
    await asyncio.to_thread(path.write_bytes, whole[: len(whole) // 2])
    again = home_assistant_stores(hass)
    assert await again.states.load() == StoredStates()
    assert await again.bindings.load() == {"A": BINDING}
    (aside,) = await asyncio.to_thread(lambda: list(path.parent.glob(f"{path.name}.corrupt*")))
    assert await asyncio.to_thread(aside.read_bytes) == whole[: len(whole) // 2]


@pytest.mark.parametrize("is_empty", [False, True])
async def test_gateway_id_is_not_made_anew_beside_keys(
    hass: HomeAssistant, hass_config_dir: str, is_empty: bool
) -> None:
    stores = home_assistant_stores(hass)
    await stores.bindings.save({} if is_empty else {"A": BINDING})
    if is_empty:
        assert len(await async_gateway_id(hass)) == 16
        return
    with pytest.raises(IncompleteStores):
        await async_gateway_id(hass)
    assert not path_of(hass_config_dir, "identity").exists()
