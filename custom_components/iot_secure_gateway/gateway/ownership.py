"""Who a device belongs to, and how that changes after the claim: transfer, break-glass, reset, release.

Only the first owner himself gives a device away. An administrator of the host has no right to it but
to ask for it aloud (`handovers.py`). With the owner go all who held authority from him.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
import logging
from typing import Final

from ..policy.actors import Actor, User
from .errors import InvalidReceiver, NoOffer, NotAdministrator, TakeoverTooEarly, UnknownDevice
from .events import (
    DeviceReset,
    GatewayEvent,
    OwnerChanged,
    TakeoverAsked,
    TakeoverEnded,
    TransferEnded,
    TransferOffered,
)
from .handovers import OBJECTION_S, OFFER_S, TAKEOVER_S, Offer, Takeover
from .permissions import Permissions
from .registry import Registry
from .safeguards import Safeguards
from .stores import Binding

_LOGGER = logging.getLogger(__name__)

# How the policy knows these acts.
TRANSFER_COMMAND: Final = "transfer"
OBJECT_COMMAND: Final = "object_takeover"


class Ownership:
    """All changes of owners at one gateway."""

    def __init__(
        self,
        registry: Registry,
        permissions: Permissions,
        safeguards: Safeguards,
        *,
        judge: Callable[[Actor, str, str], object],
        forget: Callable[[str, Binding | None], Awaitable[bool]],
        unix_time: Callable[[], float],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """`judge` raises Refused.

        `forget` ends the link to a device and drops all that is kept of it, if it is still bound as given.
        """
        self._registry = registry
        self._permissions = permissions
        self._safeguards = safeguards
        self._judge = judge
        self._forget = forget
        self._now = unix_time
        self._emit = emit
        self._resets: dict[str, asyncio.Task[None]] = {}  # by serial: bindings being forgotten
        self._releasing: set[str] = set()  # serials
        self._changing = asyncio.Lock()  # two people who act at once are asked one after the other

    async def stop(self) -> None:
        """Wait until what is under way is durable."""
        await asyncio.gather(*self._resets.values())

    # --- transfer ------------------------------------------------------------------------------------
    def offer(self, serial: str) -> Offer | None:
        """Return the offer that stands for a device."""
        offer = self._registry.offers.records.get(serial)
        if offer is None or offer.until <= self._now() or offer.from_id != self._owner(serial):
            return None
        return offer

    async def offer_transfer(self, serial: str, actor: Actor, to_id: str) -> None:
        """The owner offers the device to another active user; a newer offer replaces an older one.

        Raises Refused, InvalidReceiver.
        """
        async with self._changing:
            self._judge(actor, serial, TRANSFER_COMMAND)
            from_id = self._owner(serial)
            if not to_id or to_id == from_id:
                raise InvalidReceiver
            offer = Offer(from_id=from_id, to_id=to_id, until=self._now() + OFFER_S)
            await self._registry.offers.put(serial, offer)
        self._emit(TransferOffered(serial=serial, from_id=from_id, to_id=to_id))

    async def accept_transfer(self, serial: str, actor: Actor) -> None:
        """The receiver takes the device over, and with it ends all that hung on the former owner.

        Raises NoOffer.
        """
        async with self._registry.turns.of(serial), self._changing:
            offer = self.offer(serial)
            if offer is None or not isinstance(actor, User) or actor.id != offer.to_id:
                raise NoOffer
            await self._hand_over(serial, offer.to_id)
        self._emit(OwnerChanged(serial=serial, from_id=offer.from_id, to_id=offer.to_id))

    async def end_transfer(self, serial: str, actor: Actor) -> None:
        """The owner withdraws the offer, or the receiver declines it. Raises NoOffer."""
        async with self._changing:
            offer = self.offer(serial)
            if offer is None or not isinstance(actor, User):
                raise NoOffer
            if actor.id not in (offer.to_id, offer.from_id):
                raise NoOffer
            await self._registry.offers.put(serial, None)
        self._emit(
            TransferEnded(serial=serial, from_id=offer.from_id, to_id=offer.to_id, by_id=actor.id)
        )

    # --- break-glass ---------------------------------------------------------------------------------
    def takeover(self, serial: str) -> Takeover | None:
        """Return what an administrator asked for and may still complete."""
        asked = self._registry.takeovers.records.get(serial)
        if asked is None or asked.from_id != self._owner(serial):
            return None
        return asked if self._now() < asked.due_at + TAKEOVER_S else None

    @property
    def unowned(self) -> tuple[str, ...]:
        """Return the devices that are bound here and belong to nobody: who owned them was lost."""
        owners = self._permissions.owners
        return tuple(
            serial
            for serial, binding in self._registry.bindings.records.items()
            if binding.is_confirmed and serial not in owners
        )

    async def ask_takeover(
        self, serial: str, actor: Actor, *, is_administrator: bool, is_owner_gone: bool
    ) -> Takeover:
        """An administrator of the host asks for a device whose owner cannot act any more.

        `is_owner_gone`: the owner is no active user of the host, so nobody has to be waited for; the same
        holds for a bound device that has no owner.
        Raises NotAdministrator, UnknownDevice.
        """
        async with self._changing:
            if not isinstance(actor, User) or not is_administrator:
                raise NotAdministrator
            owner_id = self._owner(serial)
            if owner_id == actor.id or serial not in self._registry.bindings.records:
                raise UnknownDevice
            is_gone = is_owner_gone or not owner_id
            asked = self.takeover(serial)
            if asked is None or asked.by_id != actor.id or is_gone:
                due_at = self._now() + (0 if is_gone else OBJECTION_S)
                asked = Takeover(from_id=owner_id, by_id=actor.id, due_at=due_at)
                await self._registry.takeovers.put(serial, asked)
        self._emit(
            TakeoverAsked(serial=serial, owner_id=owner_id, by_id=actor.id, due_at=asked.due_at)
        )
        return asked

    async def object_takeover(self, serial: str, actor: Actor) -> None:
        """The owner keeps the device, or who asked for it no longer does. Raises NoOffer, Refused."""
        async with self._changing:
            asked = self.takeover(serial)
            if asked is None:
                raise NoOffer
            if not isinstance(actor, User) or actor.id != asked.by_id:
                self._judge(actor, serial, OBJECT_COMMAND)
            await self._registry.takeovers.put(serial, None)
        self._emit(TakeoverEnded(serial=serial, owner_id=asked.from_id, by_id=asked.by_id))

    async def take_over(self, serial: str, actor: Actor, *, is_administrator: bool) -> None:
        """Complete what was asked for, once the owner's time to object is over.

        Raises NotAdministrator, NoOffer, TakeoverTooEarly.
        """
        async with self._registry.turns.of(serial), self._changing:
            if not isinstance(actor, User) or not is_administrator:
                raise NotAdministrator
            asked = self.takeover(serial)
            if asked is None or asked.by_id != actor.id:
                raise NoOffer
            if (seconds := asked.due_at - self._now()) > 0:
                raise TakeoverTooEarly(seconds)
            await self._hand_over(serial, actor.id)
        _LOGGER.warning("Device %s was taken over by an administrator (break-glass)", serial)
        self._emit(
            OwnerChanged(serial=serial, from_id=asked.from_id, to_id=actor.id, is_takeover=True)
        )

    # --- the end of ownership ------------------------------------------------------------------------
    @contextmanager
    def releasing(self, serial: str) -> Iterator[None]:
        """The owner lets go: the proof that the device did may come before its answer, and is no reset."""
        self._releasing.add(serial)
        try:
            yield
        finally:
            self._releasing.discard(serial)

    def device_reset(self, serial: str) -> None:
        """The device proved that it has given its binding up: so does the gateway."""
        if serial in self._resets or serial in self._releasing:
            return
        binding, owner_id = self._registry.bindings.records.get(serial), self._owner(serial)

        async def forget() -> None:
            try:
                if await self._forget(serial, binding):
                    self._emit(DeviceReset(serial=serial, owner_id=owner_id))
            except Exception:  # border of a task: the next ping says the same
                _LOGGER.exception("The reset of %s could not be noted", serial)
            finally:
                del self._resets[serial]

        self._resets[serial] = asyncio.create_task(forget())

    async def forget_user(self, user_id: str) -> None:
        """A user was deleted: what is offered to him or by him, and what he asked for, ends.

        His devices stay his, for nobody inherits silently; so nobody commands them until an
        administrator has asked for them aloud.
        """
        async with self._changing:
            for serial, offer in tuple(self._registry.offers.records.items()):
                if user_id in (offer.from_id, offer.to_id):
                    await self._registry.offers.put(serial, None)
            for serial, asked in tuple(self._registry.takeovers.records.items()):
                if user_id == asked.by_id:
                    await self._registry.takeovers.put(serial, None)
            await self._permissions.forget_user(user_id)
            await self._safeguards.forget_user(user_id)

    async def forget_users_but(self, user_ids: Collection[str]) -> None:
        """Forget who was deleted while nobody could tell, as `forget_user`. `user_ids`: all that there are."""
        state, records = self._permissions.state, self._registry
        named = {*state.owners.values(), *(row.made_by for row in state.rows.values())}
        for link in state.appointments.values():
            named |= {link.user_id, link.given_by}
        named |= self._safeguards.people()
        named |= {offer.to_id for offer in records.offers.records.values()}
        named |= {asked.by_id for asked in records.takeovers.records.values()}
        for user_id in sorted(named.difference(user_ids)):
            await self.forget_user(user_id)

    # -------------------------------------------------------------------------------------------------
    def _owner(self, serial: str) -> str:
        return self._permissions.owners.get(serial, "")

    async def _hand_over(self, serial: str, to_id: str) -> None:
        """Change the owner; what asked for it counts no more from then on, so it may go afterwards."""
        await self._permissions.set_owner(serial, to_id)
        await self._registry.offers.put(serial, None)
        await self._registry.takeovers.put(serial, None)
