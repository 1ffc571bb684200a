"""A day of a household in which nothing bad happens: commands, values, reboots, Wi-Fi that drops, new addresses.

Everything is real but time and the network (virtual_network.py); one seed is one day.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
import random
from typing import Any

from .kit import ANN, BOB, GATEWAY_ID, PASSWORD, prs_of
from .virtual_network import VirtualLoop
from custom_components.iot_secure_gateway.gateway.errors import CommandError
from custom_components.iot_secure_gateway.gateway.events import AddressChanged, GatewayEvent
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.gateway.stores import memory_stores
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.policy.actors import Actor, Automation
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.row_changes import add_row
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.threats import Level
from iotsg_device import device as device_module
from iotsg_device.device import Device
from iotsg_device.entities import Sensor, Switch
from iotsg_device.factory import FactorySettings
from iotsg_device.memory_store import MemoryStore

PING_PORT = 8863
UNIX_TIME = 1_800_000_000.0
WATERING = Automation(entity_id="automation.watering")
PEOPLE: tuple[Actor, ...] = (ANN, BOB, WATERING)
SETTLED_S = 180.0  # after an incident, until which a command may find its device away
TICK_MS = 1000  # of a device: ten times the usual, for there is nobody who waits
INCIDENTS = (
    *["drop"] * 8,  # the Wi-Fi of a device is gone for minutes ...
    *["blink"] * 8,  # ... or for seconds
    *["reboot"] * 3,
    *["power_cut"] * 3,
    *["lease"] * 2,  # a device comes back at another address
    "gateway_lease",  # and so does the gateway
    "restart",
    "crash",  # of Home Assistant
)
DUPLICATED = 0.002  # of all pings: what networks do now and then


class Thing:
    """One device on the network with its flash."""

    def __init__(self, serial: str, host: str, loop: VirtualLoop, dice: random.Random) -> None:
        self.serial, self.host = serial, host
        self.temperature = 20.0
        self.switched: list[bool] = []
        self._loop, self._dice = loop, dice
        self._store = MemoryStore()
        self._task: asyncio.Task[None] | None = None
        self.device: Device

    async def start(self) -> None:
        """Power it up."""
        factory: dict[str, object] = {
            "serial": self.serial,
            "prs": [prs_of(PASSWORD, self.serial)],
            "claim_from": "any",
            "port": 8863,
            "ping_to": ["192.0.2.255"],
            "manufacturer": "Maker",
            "model": "Thing",
        }
        started = self._loop.time()
        self.device = Device(
            entities=[
                Switch("relay", "Relay", self.switched.append),
                Sensor("temp", "Temperature", lambda: round(self.temperature, 1)),
            ],
            host=self.host,
            address=self.host,
            settings=FactorySettings(factory),
            store=self._store,
            log=lambda text: None,
            clock=lambda: int((self._loop.time() - started) * 1000),
            random=self._dice.randbytes,
        )
        pings: Any = self.device._pings
        pings._send = self._ping  # in place of a socket
        self._task = asyncio.create_task(self.device.serve())
        while (self.host, 8863) not in self._loop.network.listeners:
            await asyncio.sleep(0)

    async def _ping(self, _: str, __: int, port: int) -> None:
        network = self._loop.network
        pings: Any = self.device._pings
        for datagram in pings._make(self.host, port):
            for _again in range(1 + (self._dice.random() < DUPLICATED)):
                network.send(self.host, network.gateway_host, PING_PORT, datagram)

    async def stop(self, *, in_order: bool) -> None:
        """Cut its power; in order it takes leave of its connections."""
        if not in_order:
            self._loop.network.kill(self.host)
        self.device.stop()
        if self._task is not None:
            with suppress(OSError):
                await self._task


@dataclass
class Told:
    """What a day was like."""

    threats: list[ThreatSeen] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)  # commands, though nothing was wrong
    incidents: Counter[str] = field(default_factory=Counter)
    links: int = 0
    moves: int = 0

    @property
    def grave(self) -> list[str]:
        """What should not have been: anything above VERY LOW."""
        return [
            f"{each.detection} {each.level} of {each.serial}: {each.evidence}"
            for each in self.threats
            if each.level is not Level.VERY_LOW
        ]


class QuietDay:
    """One household with its gateway."""

    def __init__(
        self,
        loop: VirtualLoop,
        seed: int,
        hours: float = 24.0,
        incidents: Sequence[str] = INCIDENTS,
    ) -> None:
        self.loop, self.hours = loop, hours
        self.dice = random.Random(seed)
        self.told = Told()
        self._kinds = incidents
        self.stores = memory_stores()
        self.things = [
            Thing(serial, f"192.0.2.{20 + number}", loop, self.dice)
            for number, serial in enumerate(("LAMP-1", "PUMP-1", "BOILER-1"))
        ]
        self.gateway: Gateway
        self._calm_at = 0.0  # from when on every command must succeed

    def now(self) -> float:
        """Return the wall clock of the gateway."""
        return UNIX_TIME + self.loop.time()

    # --- the gateway ---------------------------------------------------------------------------------
    async def start(self) -> None:
        """Start the gateway; devices that it knows are linked."""
        self.gateway = Gateway(
            GATEWAY_ID, self.stores, unix_time=self.now, random=self.dice.randbytes
        )
        self.gateway.add_listener(self._listen)
        await self.gateway.start()
        await self.gateway.start_pings(PING_PORT)
        for thing in self.things:
            if self.gateway.has_binding(thing.serial):
                await self.gateway.attach(thing.serial, thing.host, 8863)

    async def restart(self, *, in_order: bool) -> None:
        """Home Assistant starts anew, after a stop or after a crash."""
        durable = None if in_order else await self.stores.states.load()
        if not in_order:
            self.loop.network.kill(self.loop.network.gateway_host)
        await self.gateway.stop()
        if durable is not None:
            await self.stores.states.save(durable)
        await asyncio.sleep(20)
        await self.start()

    def _listen(self, event: GatewayEvent) -> None:
        if isinstance(event, ThreatSeen):
            self.told.threats.append(event)
        elif isinstance(event, AddressChanged):
            self.told.moves += 1

    # --- the day -------------------------------------------------------------------------------------
    async def live(self) -> Told:
        """Move in, live through the day, stop."""
        before, device_module.TICK_MS = device_module.TICK_MS, TICK_MS
        try:
            for thing in self.things:
                await thing.start()
            await self.start()
            await self._move_in()
            await self._day()
            self.told.links = sum(each.stats.links for each in self.gateway.devices.values())
            await self.gateway.stop()
            for thing in self.things:
                await thing.stop(in_order=True)
        finally:
            device_module.TICK_MS = before
        return self.told

    async def _move_in(self) -> None:
        for thing in self.things:
            await self.gateway.claim(thing.serial, PASSWORD, thing.host, 8863, ANN.id)
        row = Row(
            number=1,
            made_by=ANN.id,
            users=Users(users=frozenset({"bob"}), automations=frozenset({WATERING.entity_id})),
            devices=Devices(serials=frozenset(thing.serial for thing in self.things)),
            commands=Commands(names=frozenset({"turn_on", "turn_off"})),
        )
        await self.gateway.permissions.change(lambda state: add_row(state, ANN, row), ANN)

    async def _day(self) -> None:
        begun = self.loop.time()
        ends = begun + self.hours * 3600
        incidents = self._incidents(begun, ends)
        self._calm_at = begun + SETTLED_S
        while (now := self.loop.time()) < ends:
            at = now + self.dice.expovariate(1 / 150)
            while incidents and incidents[0][0] <= at:
                when, kind = incidents.pop(0)
                await asyncio.sleep(max(0.0, when - self.loop.time()))
                await self._happen(kind)
            await asyncio.sleep(max(0.0, at - self.loop.time()))
            await self._command()
            for thing in self.things:
                thing.temperature += self.dice.uniform(-0.3, 0.3)

    def _incidents(self, begun: float, ends: float) -> list[tuple[float, str]]:
        return sorted((self.dice.uniform(begun, ends), kind) for kind in self._kinds)

    async def _happen(self, kind: str) -> None:
        self.told.incidents[kind] += 1
        thing, network = self.dice.choice(self.things), self.loop.network
        if kind in {"drop", "blink"}:
            network.lose(thing.host)
            long = self.dice.uniform(30, 900) if kind == "drop" else self.dice.uniform(1, 15)
            host = thing.host
            await asyncio.sleep(long)
            network.find(host)
        elif kind in {"reboot", "power_cut", "lease"}:
            await thing.stop(in_order=kind == "reboot")
            if kind == "lease":
                thing.host = f"192.0.2.{self.dice.randrange(100, 200)}"
            await asyncio.sleep(self.dice.uniform(1, 20))
            await thing.start()
        elif kind == "gateway_lease":
            network.kill(network.gateway_host)
            network.gateway_host = "192.0.2.11"
        else:
            await self.restart(in_order=kind == "restart")
        self._calm_at = self.loop.time() + SETTLED_S

    async def _command(self) -> None:
        thing, who = self.dice.choice(self.things), self.dice.choice(PEOPLE)
        command = self.dice.choice(("turn_on", "turn_off"))
        is_calm = self.loop.time() >= self._calm_at
        try:
            await self.gateway.execute(who, thing.serial, command, entity="relay")
        except CommandError as error:
            self.told.ends[type(error).__name__] += 1
            if is_calm:
                self.told.failed.append(f"{command} of {thing.serial}: {error!r}")
        else:
            self.told.ends["ok"] += 1
