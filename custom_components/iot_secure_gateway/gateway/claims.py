"""Claiming a device by serial and password (FIG 4 to 6): from what was typed to a live, owned device.

    checked, turn taken -> not owned by another -> on the maker's record, if there is one (FIG 6)
    -> resolved -> CPace runs -> cache and key durable -> first link up -> owner durable -> key confirmed

Cut anywhere, nothing counts as claimed before the last step, and the same person's next claim takes
it up again: a key whose first link may have come up stays in the key store as unconfirmed.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from math import ceil
import socket

from ..protocol import claim as claim_protocol, kdf
from ..protocol.claim import ClaimResult
from ..protocol.identifiers import normalise_password, normalise_serial
from .attempts import Attempts
from .claim_runs import OWNER_SLOT, ClaimRuns
from .crypto import GatewayCrypto
from .errors import (
    AddressUnknown,
    AlreadyOwned,
    ClaimLocked,
    ClaimWindowOver,
    DeviceUnreachable,
    InvalidAddress,
    InvalidPassword,
    InvalidSerial,
    NotADevice,
    PasswordNotInRecord,
    SerialNotListed,
    TooManyClaims,
    WrongPassword,
)
from .maker_records import MakerRecords
from .permissions import Permissions
from .printable import printable
from .record_store import MakerRecord
from .registry import Registry
from .safeguards import Safeguards
from .settings import GatewaySettings
from .state_keeper import StateKeeper
from .stores import Binding

MAX_CLAIMS = 16  # under way at a time, waiting ones included: people type them
MAX_HOST = 253  # characters of a name in the DNS
_HOST_SIGNS = frozenset(".-_:%")  # besides letters and digits; the last two are in IPv6 addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimServices:
    """What claims need from the gateway."""

    crypto: GatewayCrypto
    random: Callable[[int], bytes]
    gateway_id: bytes
    settings: GatewaySettings
    registry: Registry
    permissions: Permissions
    records: MakerRecords
    keeper: StateKeeper
    is_connected: Callable[[str], bool]  # serial: whether a link to it is up
    bring_up: Callable[[str, str, int], Awaitable[bool]]  # serial, host, port: link it anew
    safeguards: Safeguards  # which a device that is reset and claimed has left behind


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimState:
    """What somebody should know before trying to claim a device here."""

    attempts_left: int  # wrong passwords before this gateway makes people wait
    locked_for: (
        int  # seconds until the next attempt is taken; the device may have a lock of its own
    )
    is_listed: bool  # on the maker's record, whose passwords then decide


class Claims:
    """All claims of this gateway; of one serial one at a time."""

    def __init__(self, services: ClaimServices) -> None:
        """No claim is under way."""
        self._services = services
        self._attempts = Attempts()
        self._under_way = 0

    def state(self, serial: str) -> ClaimState:
        """Return how attempts on a serial stand. Raises InvalidSerial."""
        normal_serial = normalise_serial(serial)
        if normal_serial is None:
            raise InvalidSerial
        return ClaimState(
            attempts_left=self._attempts.left(normal_serial),
            locked_for=self._locked_for(normal_serial),
            is_listed=self._services.records.get(normal_serial) is not None,
        )

    async def claim(
        self, serial: str, password: str, host: str, port: int, owner_id: str, claimant_id: str
    ) -> None:
        """Claim a device for a user; returns when it is linked and owned. Raises ClaimError.

        `claimant_id`: who does it. Only the owner claims an owned device anew: a claim replaces the key
        by that of whatever answers there, so anybody else could put another device in its place.
        """
        normal_serial = normalise_serial(serial)
        if normal_serial is None:
            raise InvalidSerial
        async with self._turn(normal_serial):
            self._check_owner(normal_serial, owner_id, claimant_id)  # whatever else was typed
            normal_host = check_address(host, port)
            record = self._services.records.get(normal_serial)  # the list may change meanwhile
            if record is None and self._services.records.refuses_unlisted:
                raise SerialNotListed
            normal_password = normalise_password(password)
            if normal_password is None:
                raise InvalidPassword
            if seconds := self._locked_for(normal_serial):
                raise ClaimLocked(seconds)
            slot = await self._slot(record, normal_serial, normal_password)
            await self._resolve(normal_host, port)
            loop, services = asyncio.get_running_loop(), self._services
            prs = await loop.run_in_executor(
                None, kdf.prs, services.crypto, normal_password, normal_serial
            )
            runs = ClaimRuns(
                crypto=services.crypto,
                random=services.random,
                gateway_id=services.gateway_id,
                connect_timeout=services.settings.connect_timeout,
                serial=normal_serial,
                host=normal_host,
                port=port,
            )
            result, is_guest = await runs.as_owner(prs, slot), False
            if result.status == claim_protocol.OWNED:
                if await self._take_up(normal_serial, normal_host, port, owner_id):
                    return
                if record is None:  # else it is a password of the device, and no invitation
                    result, is_guest = await runs.as_invited(prs), True
            await self._conclude(
                result, normal_serial, normal_host, port, owner_id, is_guest=is_guest
            )

    @asynccontextmanager
    async def _turn(self, serial: str) -> AsyncIterator[None]:
        """Let one claim of a serial run at a time, and only so many in all."""
        if self._under_way >= MAX_CLAIMS:
            raise TooManyClaims
        self._under_way += 1
        try:
            async with self._services.registry.turns.of(serial):
                yield
        finally:
            self._under_way -= 1

    def _check_owner(self, serial: str, owner_id: str, claimant_id: str) -> None:
        """Refuse before anything is sent when the device has an owner here (FIG 4 step 410)."""
        owner = self._services.permissions.owners.get(serial)
        if owner and ({owner} != {owner_id, claimant_id} or self._services.is_connected(serial)):
            raise AlreadyOwned(by_us=True)

    def _locked_for(self, serial: str) -> int:
        return ceil(self._attempts.locked_for(serial, asyncio.get_running_loop().time()))

    async def _slot(self, record: MakerRecord | None, serial: str, password: str) -> int:
        """Look the password up in the maker's record, if the serial is on it (FIG 6 steps 620, 625)."""
        if record is None:
            return OWNER_SLOT
        loop = asyncio.get_running_loop()
        slot = await loop.run_in_executor(None, record.slot_of, password)
        if slot is None:
            raise PasswordNotInRecord(*self._attempts.wrong(serial, loop.time()))
        return slot

    async def _resolve(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._services.settings.connect_timeout):
                await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError, UnicodeError:  # TimeoutError and gaierror are OSErrors
            raise AddressUnknown(printable(host)) from None

    async def _conclude(
        self,
        result: ClaimResult,
        serial: str,
        host: str,
        port: int,
        owner_id: str,
        *,
        is_guest: bool,
    ) -> None:
        """Act on the device's answer (FIG 5 step 520); only "validated" is proven to be its own."""
        registry, status = self._services.registry, result.status
        if status == claim_protocol.REJECTED:
            raise WrongPassword(*self._attempts.wrong(serial, asyncio.get_running_loop().time()))
        if status == claim_protocol.LOCKED:
            raise ClaimLocked(result.seconds)
        if status == claim_protocol.CLOSED:
            raise ClaimWindowOver
        if status == claim_protocol.OWNED:
            raise AlreadyOwned(by_us=False)
        if status != claim_protocol.VALIDATED or result.state is None:
            raise NotADevice
        self._attempts.right(serial)
        binding = Binding(
            key=result.binding_key,
            claimed_by=owner_id,
            is_confirmed=False,
            is_guest=is_guest,
            mode=result.state.mode,
        )
        await registry.journals.put(serial, None)  # whatever it was, it was not this owner's
        await self._services.keeper.put(serial, result.state)
        await registry.bindings.put(serial, binding)
        await self._services.safeguards.claimed(serial)
        if not await self._services.bring_up(serial, host, port):
            raise DeviceUnreachable(printable(host), port)
        await self._confirm(serial, owner_id)

    async def _take_up(self, serial: str, host: str, port: int, owner_id: str) -> bool:
        """Take up this person's own claim, whose end got lost; False when there is none."""
        binding = self._services.registry.bindings.records.get(serial)
        if binding is None or binding.claimed_by != owner_id or binding.is_suspended:
            return False
        if self._services.safeguards.is_suspended(serial):
            return False  # the password was not asked for
        if not await self._services.bring_up(serial, host, port):
            return False
        await self._confirm(serial, owner_id)
        return True

    async def _confirm(self, serial: str, owner_id: str) -> None:
        registry = self._services.registry
        await self._services.permissions.set_owner(serial, owner_id)
        await registry.bindings.change(serial, lambda binding: replace(binding, is_confirmed=True))


def check_address(host: str, port: int) -> str:
    """Return the host as it is to be used. Raises InvalidAddress."""
    host = host.strip() if len(host) <= 2 * MAX_HOST else ""
    if not 0 < len(host) <= MAX_HOST or not 0 < port <= 65535:
        raise InvalidAddress
    if not all(sign.isalnum() or sign in _HOST_SIGNS for sign in host):
        raise InvalidAddress
    return host
