"""A house for tests: a real Home Assistant, its people, and real devices on loopback."""

import asyncio
from collections.abc import Callable
from functools import lru_cache
import socket
import time
from typing import Any

from pytest_homeassistant_custom_component.common import MockUser

from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_USER
from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.config_entries import SOURCE_USER, ConfigEntry, ConfigFlowResult
from homeassistant.const import MATCH_ALL
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er

from ..gateway.kit import has_told_all
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.messages import Messages
from custom_components.iot_secure_gateway.protocol import kdf
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME
from iotsg_device.device import Device
from iotsg_device.entities import CommandFailed, Entity, Sensor, Switch
from iotsg_device.factory import FactorySettings
from iotsg_device.memory_store import MemoryStore
from iotsg_device.settings import Setting

PASSWORD = "ABCD-EFGH-IJKL-MNOP"
WRONG_PASSWORD = "WRNG-WRNG-WRNG-WRNG"
WITHIN_S = 10.0  # how long anything here may take before a test fails


@lru_cache
def prs_of(serial: str) -> str:
    """Return what a device keeps of its password; cached, for it is slow on purpose."""
    return kdf.prs(GatewayCrypto(), PASSWORD.replace("-", ""), serial).hex()


def free_port(kind: socket.SocketKind) -> int:
    """Return a port that nothing uses now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def token_of(hass: HomeAssistant, user: MockUser) -> str:
    """Return an access token of a user."""
    refresh_token = await hass.auth.async_create_refresh_token(
        user,
        client_name=f"test {len(user.refresh_tokens)}",
        token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
    )
    return hass.auth.async_create_access_token(refresh_token)


class VirtualDevice:
    """A device of the device library in this very loop: a switch and a temperature sensor."""

    def __init__(
        self,
        serial: str,
        ping_port: int | None = None,
        name: str = "Lamp",
        entities: list[Entity] | None = None,
        settings: list[Setting] | None = None,
        children: list[tuple[str, str, str]] | None = None,
    ) -> None:
        self._entities = entities
        self.settings = settings or []  # what its owner can set beside what the library has
        self.children = children or []  # key, name and model of each
        self.serial = serial
        self.switched: list[bool] = []  # every execution of the handler
        self.is_executing = False
        self.gate: asyncio.Event | None = None  # a test may hold the handler
        self.fault: str | None = None  # what the handler reports
        self.temperature = 21.5
        self.port = free_port(socket.SOCK_STREAM)
        self.store = MemoryStore()
        self._name = name
        self._ping_to = [f"127.0.0.1:{ping_port}"] if ping_port else []
        self._passed_ms = 0
        self._task: asyncio.Task[None] | None = None
        self._device: Device | None = None
        self.log: list[str] = []

    @property
    def device(self) -> Device:
        """The running device."""
        assert self._device is not None
        return self._device

    def entities(self) -> list[Entity]:
        """Declare what it is."""
        if self._entities is not None:
            return self._entities
        relay = Switch("relay", "Relay", self._set_relay)
        sensor = Sensor("temperature", "Temperature", lambda: self.temperature, "temperature", "°C")
        return [relay, sensor]

    async def _set_relay(self, is_on: bool) -> None:
        self.is_executing = True
        try:
            await self._do_set_relay(is_on)
        finally:
            self.is_executing = False

    async def _do_set_relay(self, is_on: bool) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.fault is not None:
            raise CommandFailed(self.fault)
        self.switched.append(is_on)

    async def start(self) -> None:
        """Power it up; returns when it listens."""
        listens = asyncio.Event()

        def log(line: str) -> None:
            self.log.append(line)
            if "listens" in line:
                listens.set()

        settings = FactorySettings(
            {
                "serial": self.serial,
                "prs": [prs_of(self.serial)],
                "manufacturer": "ACME",
                "model": "Test lamp",
                "name": self._name,
                "port": self.port,
                "claim_from": "any",
                "ping_to": self._ping_to,
                "ping_interval": 1,
            }
        )
        self._device = Device(
            entities=self.entities(),
            host="127.0.0.1",
            address="127.0.0.1",
            settings=settings,
            store=self.store,
            log=log,
            clock=self._now_ms,
            deployment_settings=self.settings,
            children=self.children,
        )
        self._task = asyncio.create_task(self._device.serve())
        async with asyncio.timeout(WITHIN_S):
            await listens.wait()

    def move(self) -> None:
        """Listen on another port from the next start on."""
        self.port = free_port(socket.SOCK_STREAM)

    def declare(self, entities: list[Entity]) -> None:
        """Be made of something else from the next start on, as after an update of its firmware."""
        self._entities = entities

    def let_time_pass(self, seconds: int) -> None:
        """Move the device's clock on: it makes people wait after a wrong password."""
        self._passed_ms += seconds * 1000

    def _now_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000 + self._passed_ms

    async def stop(self) -> None:
        """Cut its power; flash stays."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait((self._task,))
            self._task = None


class House:
    """A Home Assistant with the gateway, and helpers that act as its people do."""

    def __init__(self, hass: HomeAssistant, ping_port: int) -> None:
        self.hass = hass
        self.ping_port = ping_port
        self.devices: list[VirtualDevice] = []

    @property
    def gateway(self) -> Gateway:
        """The gateway under test."""
        return self.hass.data[DATA_RUNTIME].gateway

    @property
    def messages(self) -> Messages:
        """What tells people."""
        return self.hass.data[DATA_RUNTIME].messages

    async def person(self, name: str, *, is_admin: bool = False, **facts: Any) -> MockUser:
        """Add a user."""
        group = await self.hass.auth.async_get_group(GROUP_ID_ADMIN if is_admin else GROUP_ID_USER)
        assert group is not None
        return MockUser(name=name, groups=[group], **facts).add_to_hass(self.hass)

    async def add_gateway(self, *, listen: bool = True) -> ConfigEntry:
        """Set the gateway up through its form."""
        result = await self.start_flow()
        assert result["step_id"] == "gateway"
        result = await self.submit(
            result, {"listen_for_pings": listen, "ping_port": self.ping_port}
        )
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await self.hass.async_block_till_done()
        return result["result"]

    async def start_flow(self) -> ConfigFlowResult:
        """Press "Add integration", then "Add a device" where there is a choice."""
        result = await self.hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_USER}
        )
        if result["type"] is FlowResultType.MENU:
            result = await self.submit(result, {"next_step_id": "device"})
        return result

    async def submit(
        self, result: ConfigFlowResult, user_input: dict[str, Any]
    ) -> ConfigFlowResult:
        """Submit the form that is shown."""
        return await self.hass.config_entries.flow.async_configure(result["flow_id"], user_input)

    async def add_device(
        self, device: VirtualDevice, owner: MockUser, **changes: Any
    ) -> ConfigFlowResult:
        """Fill in the form for a device; `changes` replace fields, None leaves one out."""
        fields = {
            "serial": device.serial,
            "password": PASSWORD,
            "host": "127.0.0.1",
            "port": device.port,
            "owner": owner.id,
            **changes,
        }
        result = await self.start_flow()
        assert result["step_id"] == "device"
        return await self.submit(
            result, {name: value for name, value in fields.items() if value is not None}
        )

    async def device(self, serial: str = "LAMP-1", **facts: Any) -> VirtualDevice:
        """Power a new device up."""
        device = VirtualDevice(serial, **facts)
        self.devices.append(device)
        await device.start()
        return device

    async def claimed_device(
        self, owner: MockUser, serial: str = "LAMP-1", **facts: Any
    ) -> tuple[VirtualDevice, ConfigEntry]:
        """Power a device up, claim it and wait until all that it has to say is known."""
        device = await self.device(serial, **facts)
        result = await self.add_device(device, owner)
        assert result["type"] is FlowResultType.CREATE_ENTRY, result
        await self.known(serial)
        async with asyncio.timeout(WITHIN_S):
            while not has_told_all(device.device):
                await asyncio.sleep(0.001)
        await self.hass.async_block_till_done()
        return device, result["result"]

    async def known(self, serial: str = "LAMP-1") -> None:
        """Wait until the device is linked and has told its values."""
        await self.until(
            lambda: (
                (device := self.gateway.devices.get(serial)) is not None
                and device.is_connected
                and bool(device.values)
            )
        )
        await self.hass.async_block_till_done()

    def entity_id(self, platform: str, unique_id: str) -> str:
        """Return the entity id of a unique id."""
        found = er.async_get(self.hass).async_get_entity_id(platform, DOMAIN, unique_id)
        assert found is not None, unique_id
        return found

    def state(self, platform: str, unique_id: str) -> str | None:
        """Return the state of the entity of a unique id, or None."""
        found = er.async_get(self.hass).async_get_entity_id(platform, DOMAIN, unique_id)
        state = self.hass.states.get(found) if found else None
        return state.state if state is not None else None

    async def switch(self, service: str, context: Context | None, serial: str = "LAMP-1") -> None:
        """Call a switch service as somebody; raises what that person would be told."""
        await self.hass.services.async_call(
            "switch",
            service,
            {"entity_id": self.entity_id("switch", f"{serial}-relay")},
            blocking=True,
            context=context,
        )

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Return when `is_so`; looked at whenever anything happens here."""
        changed = asyncio.Event()

        @callback
        def note(*_: object) -> None:
            changed.set()

        flow_manager = self.hass.config_entries.flow
        removals = [
            self.hass.bus.async_listen(MATCH_ALL, note),
            flow_manager.async_subscribe_flow(note),
            self.gateway.add_listener(note),
        ]
        watched: set[str] = set()
        try:
            async with asyncio.timeout(WITHIN_S):
                while not is_so():
                    for serial, device in self.gateway.devices.items():
                        if serial not in watched:
                            watched.add(serial)
                            removals.append(device.add_listener(note))
                    await changed.wait()
                    changed.clear()
        finally:
            for remove in removals:
                remove()
