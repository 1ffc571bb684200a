"""Readings: values that are kept in the gateway's own database, with what became of them and who reads them.

What a device tells is shown, kept or confidential as its owner chose (`disclosure.py`). What is kept belongs
to whoever owned the device then: another owner never sees it, however the device came to them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
import json
from typing import Final, NamedTuple, Protocol

from ..policy.actors import Actor
from ..policy.decision import Decision
from .description import DescriptionError
from .device import Device
from .disclosure import Disclosure, Disclosures, entity_of
from .errors import CommandError, GatewayError, UnknownDevice
from .events import DisclosureChosen, GatewayEvent, ReadingsGiven
from .links import DeviceLink
from .permissions import Permissions
from .printable import printable
from .rates import Bucket
from .registry import Registry
from .results import CommandResult
from .uses import Uses
from .value_intake import Kept

DISCLOSE_COMMAND: Final = "set_disclosure"  # how the policy knows the choice
READ_COMMAND: Final = "read"

# Readings of one device that are kept, so that none can push aside those of others.
KEEP_RATE: Final = 500.0  # a second
KEEP_BURST: Final = 5000.0


class UnknownEntity(GatewayError):
    """The device declares no entity of this key."""

    code = "unknown_entity"


class ReadingsUnavailable(GatewayError):
    """The database of readings does not answer."""

    code = "readings_unavailable"


class Reading(NamedTuple):
    """One value, or how many were lost at this place."""

    at_us: int  # when it was so: microseconds since 1970, by the gateway's clock
    arrived_us: int
    serial: str
    owner: str  # id of the user who owned the device then
    entity: str = ""
    name: str = ""  # of a further value of the entity
    value: str = "null"  # JSON
    unit: str = ""
    session: str = ""  # id of the session that brought it, as in the record
    lost: int = 0  # readings; then this is none


class Wanted(NamedTuple):
    """What somebody wants to see of a device; "" and None filter nothing."""

    entity: str = ""
    since_us: int | None = None  # included
    until_us: int | None = None  # excluded


class Cursor(NamedTuple):
    """Where the next page starts: behind this reading."""

    at_us: int
    number: int


type Page = list[tuple[int, Reading]]


class Database(Protocol):
    """Where readings go. Nothing here waits but `page`."""

    def put(self, reading: Reading) -> None:
        """Have a reading written, soon."""

    def lose(self, reading: Reading) -> None:
        """Count one that is not to be written."""

    def forget(self, serial: str) -> None:
        """Have all readings of a device removed, soon."""

    async def page(
        self, serial: str, owner: str, wanted: Wanted, cursor: Cursor | None, limit: int
    ) -> Page:
        """Return readings, the newest first. Raises ReadingsUnavailable."""


class Readings:
    """The choices for all devices, and the way to what is kept of them."""

    def __init__(
        self,
        registry: Registry,
        links: Mapping[str, DeviceLink],
        permissions: Permissions,
        require: Callable[[Actor, str, str], Decision],
        poll: Callable[[Device], Awaitable[None]],
        unix_time: Callable[[], float],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """`require` raises Refused; `poll` asks a device for its values."""
        self.database: Database | None = None  # set by the host
        self.is_on = True  # off, nothing more is kept; what is there stays
        self._choices = registry.disclosures
        self._links = links
        self._permissions = permissions
        self._owners = permissions.owners
        self._uses = Uses(permissions)
        self._require = require
        self._poll = poll
        self._unix_time = unix_time
        self._emit = emit
        self._changing = asyncio.Lock()

    # --- what is chosen ------------------------------------------------------------------------------
    def choices(self, actor: Actor, serial: str) -> Disclosures:
        """Return what is chosen for a device. Raises Refused for who may not choose."""
        self._require(actor, serial, DISCLOSE_COMMAND)
        return self._of(serial)

    async def choose(
        self, actor: Actor, serial: str, entity: str | None, choice: Disclosure | None
    ) -> None:
        """Choose for a device, or one of its entities; None: as the device. It is durable before it counts.

        Raises Refused, UnknownDevice, UnknownEntity.
        """
        await self._change(
            actor, serial, lambda before, declared: before.with_choice(entity, choice, declared)
        )

    async def choose_all(self, actor: Actor, serial: str, choices: Disclosures) -> None:
        """Replace all choices for a device at once. Raises as `choose`."""
        await self._change(actor, serial, lambda before, declared: choices)

    async def _change(
        self,
        actor: Actor,
        serial: str,
        change: Callable[[Disclosures, frozenset[str]], Disclosures],
    ) -> None:
        self._require(actor, serial, DISCLOSE_COMMAND)
        if (link := self._links.get(serial)) is None:
            raise UnknownDevice
        description = link.device.description
        declared = frozenset(one.key for one in description.entities) if description else _NONE
        async with self._changing:
            before = self._of(serial)
            choices = change(before, declared)
            if not choices.entities.keys() <= declared | before.entities.keys():
                raise UnknownEntity
            if choices == before:
                return
            await self._choices.put(serial, None if choices.are_plain else choices)
        for entity, choice in before.differences(choices):
            self._emit(DisclosureChosen(serial=serial, entity=entity, choice=choice, actor=actor))
        if (link := self._links.get(serial)) is None:
            return
        device = link.device  # it may have been attached anew
        device.disclose(choices)
        was_hidden = any(before.of(key) is Disclosure.CONFIDENTIAL for key in declared)
        if was_hidden and device.is_connected:
            with suppress(CommandError, DescriptionError, UnknownDevice):  # it tells later, then
                await self._poll(device)

    def is_hidden(self, serial: str, entity: str) -> bool:
        """Tell whether an entity is confidential, also of a device that is not attached now."""
        return self._of(serial).of(entity) is Disclosure.CONFIDENTIAL

    def _of(self, serial: str) -> Disclosures:
        return self._choices.records.get(serial, _PLAIN)

    # --- what is kept --------------------------------------------------------------------------------
    def watch(self, device: Device) -> None:
        """Treat the values of a device as its owner chose; before it tells any."""
        device.intake.choose(self._of(device.serial))
        bucket = Bucket(KEEP_RATE, KEEP_BURST, asyncio.get_running_loop().time())
        device.intake.keep = partial(self._keep, device, bucket)

    def _keep(
        self,
        device: Device,
        bucket: Bucket,
        key: str,
        value: Kept,
        session_id: bytes,
        age_ms: int = 0,
    ) -> None:
        owner = self._owners.get(device.serial)
        if self.database is None or owner is None or not self.is_on:
            return
        now_us = int(self._unix_time() * 1_000_000)
        entity = entity_of(key)
        reading = Reading(
            at_us=now_us - age_ms * 1000,
            arrived_us=now_us,
            serial=device.serial,
            owner=owner,
            entity=entity,
            name=key.partition(".")[2],
            value=json.dumps(value, separators=(",", ":")),
            unit=device.unit_of(entity) if key == entity else "",
            session=session_id.hex(),
        )
        if bucket.take(asyncio.get_running_loop().time()):
            self.database.put(reading)
        else:
            self.database.lose(reading)

    def forget(self, serial: str) -> None:
        """The device has no owner any more: nobody may read what is kept of it."""
        if self.database is not None:
            self.database.forget(serial)

    def told(
        self, actor: Actor, device: Device, command: str, answer: CommandResult
    ) -> CommandResult:
        """Return the answer to a command as its giver may see it: reading is a right of its own."""
        if (
            device.intake.choices.are_plain
            or command == READ_COMMAND
            or self._permissions.decide(actor, device.serial, READ_COMMAND).allowed
        ):
            return answer
        return answer._replace(result=device.intake.public(answer.result))

    async def page(
        self, actor: Actor, serial: str, wanted: Wanted, cursor: Cursor | None, limit: int
    ) -> Page:
        """Return what was kept of a device for its present owner, the newest first.

        Whoever may read the device may have it; a row that counts uses counts each page.
        Raises Refused, ReadingsUnavailable.
        """
        async with self._uses.one(lambda: self._require(actor, serial, READ_COMMAND)):
            if self.database is None:
                raise ReadingsUnavailable
            owner = self._owners.get(serial, "")
            page = await self.database.page(serial, owner, wanted, cursor, limit)
        self._emit(
            ReadingsGiven(
                serial=serial, actor=actor, entity=printable(wanted.entity), count=len(page)
            )
        )
        return page


_PLAIN: Final = Disclosures()
_NONE: Final = frozenset[str]()
