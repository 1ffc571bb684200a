"""Ours as people use it: a service call in a running Home Assistant, by the owner of the device.

A whole Home Assistant core with its default integrations runs in the gateway's process; its stores are files.
There is no recorder, which takes its work to a thread of its own.
"""

import json
import logging
from pathlib import Path
import socket
from typing import Final

from benchmarks.contract import Facts, Options
from benchmarks.exchange import COMMANDS
from benchmarks.systems.our_gateway import claim_all
from benchmarks.waiting import wait_until
from homeassistant import bootstrap
from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT, STATE_UNAVAILABLE
from homeassistant.core import Context, CoreState, HomeAssistant
from homeassistant.runner import RuntimeConfig

from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.gateway.stores import StoredStates
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.storage import async_gateway_id, home_assistant_stores

# Address and port of its web server stand in a store: an `http:` block counts as a trial that ends the
# process after some minutes.
_HTTP_STORE_VERSION: Final = 1


class HomeAssistantGateway:
    """Home Assistant with one entry per device; a command is `switch.turn_on` or `switch.turn_off`."""

    async def start(self, options: Options, facts: Facts) -> None:
        """Start Home Assistant, claim the devices for a user and add their entries."""
        folder = Path(options["folder"]) / "home-assistant"
        _write_configuration(folder)
        logging.disable(logging.ERROR)  # it misses camera tools and says so at length
        hass = await bootstrap.async_setup_hass(RuntimeConfig(str(folder), skip_pip=True))
        if hass is None:
            raise RuntimeError("Home Assistant did not start")
        self._hass = hass
        if hass.config.recovery_mode:
            raise RuntimeError("Home Assistant started in recovery mode")
        await hass.async_start()
        await wait_until(lambda: hass.state is CoreState.running)
        owner = await hass.auth.async_create_user("Owner")
        await self._store_claims(hass, owner.id, facts)
        for fact in facts["devices"]:
            await hass.config_entries.async_add(_entry(fact))
        await wait_until(lambda: self._are_there(len(facts["devices"])))
        self._entity_ids = sorted(hass.states.async_entity_ids("switch"))
        self._turns = [0] * len(self._entity_ids)
        self._owner_id = owner.id

    async def _store_claims(self, hass: HomeAssistant, owner_id: str, facts: Facts) -> None:
        """Leave in the stores what a claim through the form leaves there."""
        stores = home_assistant_stores(hass)
        gateway_id = await async_gateway_id(hass)
        bindings, states = await claim_all(GatewayCrypto(), gateway_id, facts, owner_id)
        await stores.bindings.save(bindings)
        await stores.states.save(StoredStates(states=states))
        await stores.permissions.save(PolicyState(owners=dict.fromkeys(bindings, owner_id)))

    def _are_there(self, count: int) -> bool:
        switches = self._hass.states.async_all("switch")
        return len(switches) == count and all(
            state.state != STATE_UNAVAILABLE for state in switches
        )

    async def command(self, index: int) -> None:
        """Switch one device by a service call, and see its new state before it returns."""
        self._turns[index] ^= 1
        entity_id = self._entity_ids[index]
        await self._hass.services.async_call(
            "switch",
            COMMANDS[self._turns[index]],
            {"entity_id": entity_id},
            blocking=True,
            context=Context(user_id=self._owner_id),
        )
        wanted = ("off", "on")[COMMANDS[self._turns[index]] == "turn_on"]
        state = self._hass.states.get(entity_id)
        if state is None or state.state != wanted:
            raise RuntimeError("the switch did not follow")

    async def stop(self) -> None:
        """Stop Home Assistant."""
        await self._hass.async_stop(force=True)


def _write_configuration(folder: Path) -> None:
    storage = folder / ".storage"
    storage.mkdir(parents=True)
    (folder / "configuration.yaml").write_text("homeassistant:\n")
    content = {
        "version": _HTTP_STORE_VERSION,
        "minor_version": 1,
        "key": "http",
        "data": {"server_host": ["127.0.0.1"], "server_port": _free_port()},
    }
    (storage / "http").write_text(json.dumps(content))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _entry(fact: Facts) -> ConfigEntry:
    return ConfigEntry(
        data={CONF_HOST: "127.0.0.1", CONF_PORT: fact["port"]},
        discovery_keys={},  # type: ignore[arg-type]
        domain=DOMAIN,
        minor_version=1,
        options={},
        source=SOURCE_USER,
        subentries_data=None,
        title=fact["serial"],
        unique_id=fact["serial"],
        version=1,
    )
