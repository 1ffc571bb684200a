"""The runs that one claim takes: of the device's passwords and its session mode nobody told us which.

    the slot that the maker's record names; without a record:
    slot 0 --owned--> slots 1 to 3, where the owner of another gateway may have invited us
    mode 0 --rejected before the password was looked at--> mode 1 (a device without a GSID cache)
    locked for a moment --> once more

What a device answers before it proved itself only decides what is tried next. A man in between can
make it fail, but not make a device take the lesser mode: it knows its own.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from ..protocol import claim as claim_protocol, wire
from ..protocol.claim import ClaimResult, GatewayClaim
from .crypto import GatewayCrypto
from .errors import DeviceUnreachable, NotADevice
from .printable import printable
from .transport import MachineProtocol

OWNER_SLOT = 0  # of the password on the label, as long as no record says otherwise
INVITED_SLOTS = range(1, wire.PRS_SLOTS)
SHORT_LOCK_S = 2  # a device pauses so after every attempt: waited for here, once, not by the person
_MODES = (wire.MODE_DSID_GSID, wire.MODE_DSID)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRuns:
    """One claim: who claims what, where."""

    crypto: GatewayCrypto
    random: Callable[[int], bytes]
    gateway_id: bytes
    connect_timeout: float  # seconds
    serial: str
    host: str
    port: int

    async def as_owner(self, prs: bytes, slot: int = OWNER_SLOT) -> ClaimResult:
        """Claim with a password of the device. Raises DeviceUnreachable, NotADevice."""
        return await self._in_some_mode(prs, slot)

    async def as_invited(self, prs: bytes) -> ClaimResult:
        """Claim an owned device with a one-time code. Raises as `as_owner`.

        "owned" when nobody is invited there; "rejected" when somebody is, with another code.
        """
        result = ClaimResult(claim_protocol.OWNED)
        for slot in INVITED_SLOTS:
            answer = await self._in_some_mode(prs, slot)
            if answer.status not in (claim_protocol.OWNED, claim_protocol.REJECTED):
                return answer
            if answer.status == claim_protocol.REJECTED:
                result = answer
        return result

    async def _in_some_mode(self, prs: bytes, slot: int) -> ClaimResult:
        for mode in _MODES:
            result = await self._run(prs, slot, mode)
            if result.status == claim_protocol.LOCKED and result.seconds <= SHORT_LOCK_S:
                await asyncio.sleep(result.seconds)
                result = await self._run(prs, slot, mode)
            if result.status != claim_protocol.REJECTED or result.was_tried:
                break
        return result

    async def _run(self, prs: bytes, slot: int, mode: int) -> ClaimResult:
        """Run the password-authenticated exchange once with whoever answers there."""
        loop = asyncio.get_running_loop()
        closed: asyncio.Future[None] = loop.create_future()
        machine: GatewayClaim | None = None

        def make(now_ms: int) -> GatewayClaim:
            nonlocal machine
            machine = GatewayClaim(
                self.crypto, self.random, self.serial, self.gateway_id, prs, slot, mode, now_ms
            )
            return machine

        def on_closed() -> None:
            if not closed.done():
                closed.set_result(None)

        protocol = MachineProtocol(make, lambda: None, on_closed)
        try:
            async with asyncio.timeout(self.connect_timeout):
                await loop.create_connection(lambda: protocol, self.host, self.port)
        except OSError:
            raise DeviceUnreachable(printable(self.host), self.port) from None
        try:
            await closed  # bounded by the machine's own deadlines
        finally:
            protocol.abort()
        if machine is None or machine.result is None:
            raise NotADevice
        return machine.result
