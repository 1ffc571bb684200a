"""What a device's owner may do to its binding: a new key, other gateways in the alternative (FIG 1).

All of it goes over the link of the owner's gateway, as the policy allows; none of it is a command.
"""

import asyncio
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, override

from ..policy.actors import Actor
from ..protocol import kdf, wire
from ..protocol.gateway_link import GatewayLink
from .binding_keeper import BindingKeeper
from .crypto import GatewayCrypto
from .device import Problem
from .errors import NoAddressSeen, NoAnswer, NoGuestSlot, NoSuchGuest, NotOwnersGateway
from .events import GatewayEvent, GuestInvited, GuestRemoved
from .links import DeviceLink
from .settings import GatewaySettings

ROTATE_COMMAND: Final = "rotate_key"  # as the policy knows these acts
INVITE_COMMAND: Final = "invite_gateway"
REMOVE_COMMAND: Final = "remove_gateway"
ALLOW_COMMAND: Final = "allow_address"

_CODE_BYTES = 15  # 120 bits, 24 signs: typed once, so it may be longer than a password on a label
_GROUP = 4  # signs of a code between two hyphens
_NO_PRS = bytes(32)  # goes with "0 seconds", which ends a binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A one-time code with which another gateway may claim a device; shown once, kept nowhere."""

    slot: int  # names the other gateway from now on
    code: str
    expires_in: int  # seconds

    @override
    def __repr__(self) -> str:
        return f"Invitation(slot={self.slot}, code=<secret>)"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerActs:
    """The acts of owners, for all devices of a gateway."""

    crypto: GatewayCrypto
    random: Callable[[int], bytes]
    settings: GatewaySettings
    bindings: BindingKeeper
    permit: Callable[[Actor, str, str], DeviceLink]  # actor, serial, command: the link, or raises
    require: Callable[[Actor, str, str], object]  # the same, without asking for a link
    linked: Callable[[str], DeviceLink]  # serial: its link, up or not, or raises
    emit: Callable[[GatewayEvent], None]

    async def rotate_key(self, serial: str, actor: Actor) -> None:
        """Replace the binding key; returns when the device has used the new one.

        Raises NoAnswer when that did not happen in time: until it does, both ends keep both keys.
        """
        await self.rotate(self.permit(actor, serial, ROTATE_COMMAND))

    async def rotate(self, link: DeviceLink) -> None:
        """Replace the key of a device that is linked, as somebody decided. Raises NoAnswer."""
        async with link.rotating:
            await self._ask(link, lambda live, now_ms: live.requests.rotate(now_ms), "rotated")
            try:
                async with asyncio.timeout(self.settings.ready_timeout):
                    await link.wait_key_settled()
            except TimeoutError:
                raise NoAnswer from None

    async def invite_gateway(self, serial: str, actor: Actor) -> Invitation:
        """Let another gateway claim the device, to command it when this one is away.

        Raises NotOwnersGateway, NoGuestSlot, NoAnswer.
        """
        link = self.permit(actor, serial, INVITE_COMMAND)
        self._check_is_owners(serial)
        slot = await self.bindings.add_guest(serial)
        if slot is None:
            raise NoGuestSlot
        code = b32encode(self.random(_CODE_BYTES)).decode()
        loop = asyncio.get_running_loop()
        prs = await loop.run_in_executor(None, kdf.prs, self.crypto, code, serial)

        def send(live: GatewayLink, now_ms: int) -> None:
            live.requests.add_binding(slot, prs, wire.MAX_INVITATION_S, now_ms)

        await self._ask(link, send, "binding_added")
        self.emit(GuestInvited(serial=serial, slot=slot))
        groups = (code[start : start + _GROUP] for start in range(0, len(code), _GROUP))
        return Invitation(slot=slot, code="-".join(groups), expires_in=wire.MAX_INVITATION_S)

    async def remove_gateway(self, serial: str, slot: int, actor: Actor) -> None:
        """Take an invitation back, and the binding that came of it.

        Raises NotOwnersGateway, NoSuchGuest, NoAnswer.
        """
        link = self.permit(actor, serial, REMOVE_COMMAND)
        self._check_is_owners(serial)
        if slot not in self.bindings.guests(serial):
            raise NoSuchGuest

        def send(live: GatewayLink, now_ms: int) -> None:
            live.requests.add_binding(slot, _NO_PRS, 0, now_ms)

        await self._ask(link, send, "binding_added")
        await self.bindings.remove_guest(serial, slot)
        self.emit(GuestRemoved(serial=serial, slot=slot))

    async def allow_address(self, serial: str, actor: Actor) -> None:
        """The owner says that the address which the device saw is this gateway's: connect anew.

        Raises Refused, UnknownDevice, NoAddressSeen.
        """
        self.require(actor, serial, ALLOW_COMMAND)
        link = self.linked(serial)
        address = link.device.observed_address
        if link.device.problem is not Problem.ADDRESS_NOT_ALLOWED or address is None:
            raise NoAddressSeen
        await self.bindings.allow_address(serial, address)
        link.retry()

    def _check_is_owners(self, serial: str) -> None:
        if self.bindings.is_guest(serial):
            raise NotOwnersGateway

    async def _ask(
        self, link: DeviceLink, send: Callable[[GatewayLink, int], None], answer_kind: str
    ) -> None:
        if await link.requests.ask(send, answer_kind, self.settings.release_timeout) is None:
            raise NoAnswer
