"""Deployments: named sets of a device's settings, switched as a whole (FIG 7).

    asked --judged, checked, durable--> pending --session confirmed--> active
    pending --refused, out of range, too old--> told, and forgotten

A switch is durable before the device hears of it, so it happens after a cut, too, and a device that is
away gets it when it is back; who asked is judged again then. The same values may be sent twice: that
changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
import logging
from typing import Final

from ..policy.actors import Actor, System, User
from .deployment_checks import check_form, checked, risks as risks_of
from .deployment_errors import (
    ConfirmationNeeded,
    DeploymentChanged,
    DeploymentError,
    DeploymentExpired,
    NoDeployment,
    NoTrial,
    OnDevice,
    TooManyDeployments,
    on_device,
)
from .deployment_events import (
    DeploymentApplied,
    DeploymentEdited,
    DeploymentLost,
    DeploymentRefused,
    DeploymentWaits,
    SettingsTold,
)
from .deployment_records import MAX_DEPLOYMENTS, MAX_PENDING_S, NOTHING, DeviceDeployments, Pending
from .device import Device
from .device_settings import SettingsError, SettingsReader
from .errors import (
    CommandError,
    CommandFailed,
    DeviceOffline,
    DeviceSuspended,
    GatewayError,
    NotExecuted,
    OutcomeUnknown,
    QueueFull,
    UnknownDevice,
)
from .events import GatewayEvent
from .links import DeviceLink
from .registry import Registry
from .results import CommandResult

_LOGGER = logging.getLogger(__name__)

SETTINGS_COMMAND: Final = "settings"  # what a device can be set to, for whoever may read
SET_COMMAND: Final = "set_settings"
_SYSTEM: Final = System()


class Deployments:
    """The deployments of all devices of one gateway."""

    def __init__(
        self,
        registry: Registry,
        links: Mapping[str, DeviceLink],
        execute: Callable[..., Awaitable[CommandResult]],
        require: Callable[[Actor, str, str, Mapping[str, object]], object],
        unix_time: Callable[[], float],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """`execute` is the funnel; `require` judges an act as strictly, and raises Refused."""
        self._register = registry.deployments
        self._links = links
        self._execute = execute
        self._require = require
        self._now = unix_time
        self._emit = emit
        self._turns: dict[str, asyncio.Lock] = {}
        self._facts: dict[str, Mapping[str, str]] = {}

    def of(self, serial: str) -> DeviceDeployments:
        """Return what is kept of a device."""
        return self._register.records.get(serial, NOTHING)

    def factory(self, serial: str) -> Mapping[str, str]:
        """Return the factory settings that a device told since the start; nobody can change them."""
        return self._facts.get(serial, {})

    # --- what people do ------------------------------------------------------------------------------
    async def refresh(self, serial: str, actor: Actor) -> None:
        """Ask the device what it can be set to. Raises as `Gateway.execute`."""
        async with self._turn(serial):
            await self._read(serial, actor)

    async def put(
        self,
        serial: str,
        name: str,
        values: Mapping[str, object],
        actor: Actor,
        *,
        revision: int | None = None,
    ) -> None:
        """Add a deployment or replace it; the device is told when it is switched to.

        Raises Refused, DeploymentError; with `revision`, of what was shown, also DeploymentChanged.
        """
        try:
            await self.put_all({serial: revision}, name, values, actor)
        except OnDevice as found:
            raise found.error from None

    async def put_all(
        self,
        revisions: Mapping[str, int | None],
        name: str,
        values: Mapping[str, object],
        actor: Actor,
    ) -> None:
        """Do `put` for each of these devices, or for none. Raises OnDevice with what `put` raises."""
        serials = sorted(revisions)
        for serial in serials:
            with on_device(serial):
                self._require(actor, serial, SET_COMMAND, {"values": values})
                check_form(name, values)
        async with AsyncExitStack() as turns:
            for serial in serials:  # in order, so that two such acts never wait for each other
                await turns.enter_async_context(self._turn(serial))
            changed: dict[str, DeviceDeployments] = {}
            for serial in serials:
                with on_device(serial):
                    changed[serial] = self._with(serial, revisions[serial], name, values)
            await self._register.put_all(changed)
            for serial in serials:
                self._tell(serial)
                self._emit(DeploymentEdited(serial=serial, name=name, actor=actor, act="put"))

    async def delete(
        self, serial: str, name: str, actor: Actor, *, revision: int | None = None
    ) -> None:
        """Forget a deployment, and a switch to it that waits; the device keeps the values it has.

        Raises Refused, NoDeployment, DeploymentChanged.
        """
        values = self.of(serial).deployments.get(name, {})
        self._require(actor, serial, SET_COMMAND, {"values": values})
        async with self._turn(serial):
            record = self._at(serial, revision)
            if name not in record.deployments:
                raise NoDeployment
            pending = record.pending
            await self._change(
                serial,
                replace(
                    record,
                    revision=record.revision + 1,
                    deployments={
                        one: record.deployments[one] for one in record.deployments if one != name
                    },
                    active=None if record.active == name else record.active,
                    pending=None if pending is not None and pending.name == name else pending,
                ),
            )
            self._emit(DeploymentEdited(serial=serial, name=name, actor=actor, act="deleted"))

    async def activate(
        self, serial: str, name: str, actor: Actor, *, is_confirmed: bool = False
    ) -> bool:
        """Switch to a deployment; False: the device gets it when it is back.

        `is_confirmed`: settings may be changed that could lock the owner out. Raises Refused,
        NoDeployment, ConfirmationNeeded and other DeploymentError, and CommandError of the device.
        """
        values = self.of(serial).deployments.get(name, {})
        self._require(actor, serial, SET_COMMAND, {"values": values})
        if serial not in self._links:
            raise UnknownDevice
        async with self._turn(serial):
            record = self.of(serial)
            if name not in record.deployments:
                raise NoDeployment
            pending = Pending(
                name=name, actor=actor, is_confirmed=is_confirmed, asked_at=self._now()
            )
            self._check(record, pending)
            await self._change(serial, replace(record, pending=pending))
            is_done = await self._deliver(serial)
        if not is_done:
            self._emit(DeploymentWaits(serial=serial, name=name, actor=actor))
        return is_done

    async def cancel(self, serial: str, actor: Actor) -> None:
        """Drop a switch that waits. Raises Refused."""
        pending = self.of(serial).pending
        values = self.of(serial).deployments[pending.name] if pending is not None else {}
        self._require(actor, serial, SET_COMMAND, {"values": values})
        async with self._turn(serial):
            record = self.of(serial)
            if pending is None or record.pending != pending:
                return  # it was told meanwhile, or is another one
            await self._change(serial, replace(record, pending=None))
            self._emit(
                DeploymentEdited(serial=serial, name=pending.name, actor=actor, act="cancelled")
            )

    async def forget_user(self, user_id: str) -> None:
        """A user is gone or may not log in: what he asked for and waits is dropped."""
        for serial in tuple(self._register.records):
            async with self._turn(serial):
                pending = self.of(serial).pending
                if pending is not None and pending.actor == User(id=user_id):
                    await self._change(serial, replace(self.of(serial), pending=None))

    # --- what the link tells -------------------------------------------------------------------------
    async def link_up(self, device: Device) -> None:
        """The device is there: see what it is set to, and tell it what waits for it.

        A device without deployments is asked nothing. Raises CommandError when it does not answer.
        """
        serial = device.serial
        if not self.of(serial).deployments:
            return
        async with self._turn(serial):
            before = self.of(serial).in_force
            await self._read(serial, _SYSTEM)
            record = self.of(serial)
            if before is not None and record.in_force is None:
                _LOGGER.warning("Device %s does not have the settings of its deployment", serial)
                self._emit(DeploymentLost(serial=serial, name=before))
            if record.pending is None:
                return
            try:
                if self._now() > record.pending.asked_at + MAX_PENDING_S:
                    raise DeploymentExpired
                self._check(record, record.pending)
            except DeploymentError as error:
                await self._refuse(serial, record.pending, error, has_waited=True)
                return
            try:
                await self._deliver(serial, has_waited=True)
            except GatewayError as error:
                _LOGGER.info("Device %s could not be switched: %s", serial, error)

    async def forget(self, serial: str) -> None:
        """The device is given up or was reset."""
        async with self._turn(serial):
            await self._register.put(serial, None)
        self._turns.pop(serial, None)
        self._facts.pop(serial, None)
        self._emit(SettingsTold(serial=serial, lacks=None))

    # -------------------------------------------------------------------------------------------------
    def _turn(self, serial: str) -> asyncio.Lock:
        return self._turns.setdefault(serial, asyncio.Lock())

    def _at(self, serial: str, revision: int | None) -> DeviceDeployments:
        record = self.of(serial)
        if revision is not None and revision != record.revision:
            raise DeploymentChanged
        return record

    def _with(
        self, serial: str, revision: int | None, name: str, values: Mapping[str, object]
    ) -> DeviceDeployments:
        """Return the record of a device with one deployment more, or another one. Raises DeploymentError."""
        record = self._at(serial, revision)
        checked_values = checked(record.settings, values)
        if name not in record.deployments and len(record.deployments) >= MAX_DEPLOYMENTS:
            raise TooManyDeployments(limit=str(MAX_DEPLOYMENTS))
        return replace(
            record,
            revision=record.revision + 1,
            deployments={**record.deployments, name: checked_values},
        )

    def _check(self, record: DeviceDeployments, pending: Pending) -> None:
        """Check what is to be sent against what the device declares now. Raises DeploymentError."""
        values = checked(record.settings, record.deployments[pending.name])
        if risks := risks_of(record, values):
            if not record.trial_s:
                raise NoTrial(settings=", ".join(risks))
            if not pending.is_confirmed:
                raise ConfirmationNeeded(settings=", ".join(risks))

    async def _read(self, serial: str, actor: Actor) -> None:
        """Ask all pages. A device that has no settings, or tells them in no known form, has none."""
        reader = SettingsReader()
        page: int | None = 0
        try:
            while page is not None:
                answer = await self._execute(
                    actor, serial, SETTINGS_COMMAND, arguments={"page": page}
                )
                page = reader.add(answer.result)
        except CommandFailed:
            reader = SettingsReader()
        except SettingsError as error:
            _LOGGER.warning("Device %s tells settings that nobody understands: %s", serial, error)
            reader = SettingsReader()
        self._facts[serial] = reader.facts()
        record = self.of(serial)
        told = replace(record, settings=reader.settings(), trial_s=reader.trial_s())
        if told != record:
            await self._change(serial, told)
        self._emit(SettingsTold(serial=serial, lacks=told.lacks))

    async def _deliver(self, serial: str, *, has_waited: bool = False) -> bool:
        """Tell the device what waits for it; False when it has to wait on. Raises what refused it."""
        record = self.of(serial)
        pending = record.pending
        if pending is None:
            return True
        values = record.deployments[pending.name]
        risks = risks_of(record, values)
        try:
            await self._execute(
                pending.actor, serial, SET_COMMAND, arguments={"values": dict(values)}
            )
        except (DeviceSuspended, QueueFull) as error:
            await self._refuse(serial, pending, error, has_waited=has_waited)
            raise
        except DeviceOffline, NotExecuted, OutcomeUnknown:
            return False
        except CommandError as error:
            await self._refuse(serial, pending, error, has_waited=has_waited)
            raise
        settings = tuple(
            replace(one, value=values[one.key]) if one.key in values else one
            for one in record.settings
        )
        await self._change(
            serial, replace(record, active=pending.name, pending=None, settings=settings)
        )
        self._emit(DeploymentApplied(serial=serial, name=pending.name, actor=pending.actor))
        if risks and (link := self._links.get(serial)) is not None:
            link.relink()  # the device keeps them for good only when it was reached anew
        return True

    async def _refuse(
        self, serial: str, pending: Pending, error: GatewayError, *, has_waited: bool
    ) -> None:
        await self._change(serial, replace(self.of(serial), pending=None))
        self._emit(
            DeploymentRefused(
                serial=serial,
                name=pending.name,
                actor=pending.actor,
                code=error.code,
                has_waited=has_waited,
            )
        )

    async def _change(self, serial: str, record: DeviceDeployments) -> None:
        await self._register.put(serial, record)
        self._tell(serial)

    def _tell(self, serial: str) -> None:
        if (link := self._links.get(serial)) is not None:
            link.device.notify()
