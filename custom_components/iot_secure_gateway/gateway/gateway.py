"""The gateway object: what all parts of the host talk to (FIG 1 box 105, FIG 2 bus 205).

Every command of every origin goes through `Gateway.execute`; there is no second way to a device.
"""

import asyncio
from collections.abc import Callable, Mapping
import os
import time
from types import MappingProxyType
from typing import Final

from ..policy.actors import Actor
from ..policy.decision import Decision
from ..protocol import wire
from .binding_keeper import BindingKeeper
from .claims import Claims, ClaimServices, ClaimState
from .command_ends import CommandWatch, refusal
from .crypto import GatewayCrypto
from .deployments import Deployments
from .device import Device
from .errors import ClaimError, NoBinding, Refused
from .event_bus import EventBus
from .events import Breach, ClaimAttempted, GatewayEvent, OutcomeLearned
from .fleet import Fleet
from .introduction import Introducer
from .key_schedule import KeySchedule
from .link_services import LinkServices
from .links import DeviceLink
from .maker_records import MakerRecords
from .monitor import Monitor
from .owner_acts import OwnerActs
from .ownership import Ownership
from .permissions import Permissions
from .pings import Hint, PingListener
from .printable import printable
from .readings import Readings
from .registry import Registry
from .restoring import Restoring
from .results import CommandResult
from .safeguards import Safeguards
from .session_traces import SessionTraces
from .sessions import offline_error
from .settings import GatewaySettings
from .state_keeper import StateKeeper
from .stores import Binding, GatewayStores
from .uses import Uses
from .video import Video

RELEASE_COMMAND: Final = "release"  # how the policy knows the giving up of a device
_NO_ARGUMENTS: Mapping[str, object] = MappingProxyType({})


class Gateway:
    """One gateway server with all its devices."""

    def __init__(
        self,
        gateway_id: bytes,
        stores: GatewayStores,
        *,
        crypto: GatewayCrypto | None = None,
        random: Callable[[int], bytes] = os.urandom,
        unix_time: Callable[[], float] = time.time,
        settings: GatewaySettings | None = None,
    ) -> None:
        """Nothing happens before `start`. `gateway_id`: 16 bytes, the same for ever."""
        settings = settings or GatewaySettings()
        crypto = crypto or GatewayCrypto()
        self.events = events = EventBus()
        self._registry = Registry(stores)
        self.permissions = Permissions(stores.permissions, unix_time=unix_time, emit=events.emit)
        self._binding_keeper = BindingKeeper(self._registry.bindings, unix_time)
        self._keeper = StateKeeper(
            stores.states, settings.save_within, lambda serial: self._fleet.saved(serial)
        )
        self.was_stopped_in_order = True  # the last time, as `start` found
        self._settings = settings
        self._links: dict[str, DeviceLink] = {}
        self.deployments = Deployments(
            self._registry, self._links, self.execute, self.require, unix_time, events.emit
        )
        self._introducer = introducer = Introducer(
            self.execute, self._registry.descriptions, self.deployments, events.emit
        )
        self.readings = Readings(
            self._registry,
            self._links,
            self.permissions,
            self.require,
            introducer.poll,
            unix_time,
            events.emit,
        )
        self.safeguards = Safeguards(
            stores.monitoring,
            self.permissions,
            suspend=lambda serial: self._fleet.suspend(serial),
            resume=lambda serial: self._fleet.resume(serial),
            require=self.require,
            emit=events.emit,
        )
        self._link_services = LinkServices(
            crypto=crypto,
            random=random,
            unix_time=unix_time,
            gateway_id=gateway_id,
            settings=settings,
            judge=self.judge,
            emit=events.emit,
            bindings=self._binding_keeper,
            journals=self._registry.journals,
            state_changed=self._keeper.changed,
            save_now=self._keeper.save_now,
            introduce=introducer.introduce,
            poll=introducer.poll,
            watch=self.readings.watch,
            traces=SessionTraces(unix_time, settings.step_timeout_ms, events.add_listener),
        )
        self.traces = self._link_services.traces
        self.streams = self._link_services.streams  # who takes which kind of stream
        self.maker_records = MakerRecords(
            stores.records, random, lambda serial: serial in self.owners
        )
        self._fleet = Fleet(
            self._links,
            self._registry,
            self._keeper,
            introducer,
            self._link_services,
            is_suspended=self.safeguards.is_suspended,
            emit=events.emit,
        )
        self.devices = self._fleet.devices
        self.video = Video(self.streams, self.devices, self.execute, unix_time, events.emit)
        self.monitor = Monitor(
            stores.monitoring,
            self.permissions,
            self.safeguards,
            self.devices,
            unix_time=unix_time,
            random=random,
            last_boot=self._last_boot,
            emit=events.emit,
        )
        events.add_listener(self._watch)
        self._uses = Uses(self.permissions)
        self._claims = Claims(
            ClaimServices(
                crypto=crypto,
                random=random,
                gateway_id=gateway_id,
                settings=settings,
                registry=self._registry,
                permissions=self.permissions,
                records=self.maker_records,
                keeper=self._keeper,
                is_connected=lambda serial: (
                    serial in self.devices and self.devices[serial].is_connected
                ),
                bring_up=self._fleet.bring_up,
                safeguards=self.safeguards,
            )
        )
        self._acts = OwnerActs(
            crypto=crypto,
            random=random,
            settings=settings,
            bindings=self._binding_keeper,
            permit=self._permit,
            require=self.require,
            linked=self._fleet.linked,
            emit=events.emit,
        )
        self.restoring = Restoring(
            self._registry, self._keeper, self._fleet, self.require, events.emit
        )
        self.key_schedule = KeySchedule(
            self._registry.bindings, self._links, self._acts.rotate, unix_time, events.emit
        )
        self.ownership = Ownership(
            self._registry,
            self.permissions,
            self.safeguards,
            judge=self.require,
            forget=self._forget,
            unix_time=unix_time,
            emit=events.emit,
        )
        self._pings = PingListener(
            crypto,
            self._registry.bindings.records,
            emit=events.emit,
            on_hint=self._on_hint,
            last_boot=self._last_boot,
            on_reset=self.ownership.device_reset,
            is_blocked=self.monitor.is_source_blocked,
            on_suspicion=self.monitor.on_ping,
        )
        self.owners: Mapping[str, str] = self.permissions.owners  # user ids by serial
        self.add_listener = events.add_listener
        self.detach = self._fleet.detach
        self.link_facts = self._fleet.facts
        self.start_pings = self._pings.start
        self.stop_pings = self._pings.stop
        self.discovered = self._pings.discovered
        self.ping_fates = self._pings.fates
        self.add_discovery_listener = self._pings.add_listener
        self.rotate_key = self._acts.rotate_key
        self.invite_gateway = self._acts.invite_gateway
        self.remove_gateway = self._acts.remove_gateway
        self.allow_address = self._acts.allow_address
        self.guests = self._binding_keeper.guests

    # --- start and stop ------------------------------------------------------------------------------
    async def start(self, *, was_restored: bool = False) -> None:
        """Load the stores. Sessions that an unclean stop cut off are reported as unknown for good.

        `was_restored`: they are those of another day or machine (restoring.py).
        """
        await self._registry.load()
        await self.permissions.load()
        await self.maker_records.load()
        await self.monitor.load()
        for serial, session_ids in (await self._keeper.open()).items():
            for session_id in session_ids:
                self.events.emit(
                    OutcomeLearned(serial=serial, session_id=session_id, status=wire.STATUS_UNKNOWN)
                )
        self.was_stopped_in_order = self._keeper.was_stopped_in_order
        await self.restoring.prepare(was_restored=was_restored)
        self.monitor.start()

    async def stop(self) -> None:
        """Close everything in order; all session caches are durable afterwards."""
        await self._pings.stop()
        await self.key_schedule.stop()
        await self.ownership.stop()
        await self.video.stop()
        await asyncio.gather(*(self.detach(serial) for serial in tuple(self._links)))
        await self.monitor.stop()
        await self.permissions.settle()
        await self._keeper.close()

    # --- pings ---------------------------------------------------------------------------------------
    @property
    def ping_port(self) -> int | None:
        """The UDP port on which the gateway listens for pings, or None."""
        return self._pings.port

    # --- devices -------------------------------------------------------------------------------------
    async def claim(
        self,
        serial: str,
        password: str,
        host: str,
        port: int,
        owner_id: str,
        *,
        claimant_id: str | None = None,
    ) -> None:
        """Claim a device for a user (FIG 4, FIG 6); it is attached then. Raises ClaimError.

        `claimant_id`: who does it, if not the owner-to-be; "" for somebody without a name.
        """
        by = owner_id if claimant_id is None else claimant_id
        try:
            await self._claims.claim(serial, password, host, port, owner_id, by)
            self._pings.forget(serial)
        except ClaimError as error:
            self.events.emit(ClaimAttempted(serial=printable(serial), user_id=by, code=error.code))
            raise

    def claim_state(self, serial: str) -> ClaimState:
        """Return how attempts to claim a serial stand here. Raises InvalidSerial."""
        return self._claims.state(serial)

    def has_binding(self, serial: str) -> bool:
        """Whether the device was claimed here and never released: attaching it needs no new claim."""
        binding = self._registry.bindings.records.get(serial)
        return binding is not None and binding.is_confirmed

    async def attach(self, serial: str, host: str, port: int) -> Device:
        """Keep a claimed device linked from now on; returns before a link is up. Raises NoBinding."""
        if (link := self._links.get(serial)) is not None:
            link.move(host, port)
            return link.device
        if not self.has_binding(serial):
            raise NoBinding
        return self._fleet.attach(serial, host, port).device

    async def release(self, serial: str, actor: Actor) -> bool:
        """Give a device up: it forgets this gateway, and the gateway forgets it.

        False when the device did not confirm; then everything stays, and it can be attached again, or
        be reset at the device itself. Raises Refused for anybody but the owner.
        """
        self.require(actor, serial, RELEASE_COMMAND)
        link, binding = self._links.get(serial), self._registry.bindings.records.get(serial)
        with self.ownership.releasing(serial):
            if link is None or not await link.release(self._settings.release_timeout):
                return False
            return await self._forget(serial, binding)

    # --- commands ------------------------------------------------------------------------------------
    async def execute(
        self,
        actor: Actor,
        serial: str,
        command: str,
        *,
        entity: str | None = None,
        arguments: Mapping[str, object] | None = None,
    ) -> CommandResult:
        """Give one command to one device: the funnel. Returns its confirmed result.

        Raises UnknownDevice and CommandError: Refused, DeviceOffline, InvalidCommand, QueueFull,
        CommandExpired, NotExecuted, CommandFailed, RefusedByDevice, OutcomeUnknown.
        """
        arguments = arguments or _NO_ARGUMENTS
        with CommandWatch(self.events.emit, actor, serial, command, entity, arguments) as watch:
            async with self._uses.one(
                lambda: watch.judged(self.require(actor, serial, command, arguments))
            ) as spent:
                if spent is not None:  # which took a while: blocked, or forbidden, meanwhile?
                    self._judge_again(actor, serial, command, arguments, spent)
                link = self._fleet.linked(serial)
                answer = link.sessions.submit(actor, command, entity, arguments, spent)
                result = watch.answered(await answer)
                return self.readings.told(actor, link.device, command, result)

    def judge(
        self,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object] = _NO_ARGUMENTS,
        spent: int | None = None,
    ) -> Decision:
        """Tell what would be answered, without doing or reporting anything: for what people are shown."""
        decision = self.permissions.decide(actor, serial, command, arguments, spent=spent)
        return self.monitor.restrained(actor, serial, decision)

    # -------------------------------------------------------------------------------------------------
    def require(
        self,
        actor: Actor,
        serial: str,
        command: str,
        arguments: Mapping[str, object] = _NO_ARGUMENTS,
    ) -> Decision:
        """Judge an act that is done outside, as strictly as a command. Raises Refused."""
        decision = self.judge(actor, serial, command, arguments)
        if not decision.allowed:
            self.events.emit(refusal(actor, serial, command, decision))
            raise Refused(decision)
        return decision

    def _judge_again(
        self, actor: Actor, serial: str, command: str, given: Mapping[str, object], spent: int
    ) -> None:
        if not (decision := self.judge(actor, serial, command, given, spent)).allowed:
            raise Refused(decision)

    def _permit(self, actor: Actor, serial: str, command: str) -> DeviceLink:
        """Return the link for an owner's act. Raises Refused, UnknownDevice, DeviceOffline."""
        self.require(actor, serial, command)
        link = self._fleet.linked(serial)
        if not link.device.is_connected:
            raise offline_error(link.device)
        return link

    async def _forget(self, serial: str, binding: Binding | None) -> bool:
        """Drop all that is kept of a device, the key last; False if it was claimed anew meanwhile."""
        async with self._registry.turns.of(serial):
            if has_ended := self._registry.still_has(serial, binding):
                await self._fleet.detach_for_good(serial)
                await self.permissions.forget_device(serial)
                await self.monitor.forget_device(serial)
                await self.deployments.forget(serial)
                self.readings.forget(serial)
                await self.video.forget(serial)
                await self._registry.forget(serial)
                await self._keeper.put(serial, None)
        return has_ended

    def _last_boot(self, serial: str) -> int:
        state = self._keeper.get(serial)
        return 0 if state is None else state.last_boot

    def _watch(self, event: GatewayEvent) -> None:
        """Have the monitoring look at an event, but at what a restore explains."""
        if isinstance(event, Breach) and self.restoring.explains(event):
            self.monitor.memory.told.new_ones(event)  # heard, so that it is not news later
        else:
            self.monitor.on_event(event)

    def _on_hint(self, hint: Hint) -> None:
        self.monitor.heard(hint.serial, hint.boot)
        self._fleet.hint(hint)
