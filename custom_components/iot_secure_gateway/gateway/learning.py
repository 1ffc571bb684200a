"""Learning what somebody needs, while the gateway runs and across restarts (B3).

What is noted comes from the events of commands, so it costs a command nothing and allows nothing. It ends at
its moment, whether the gateway runs then or not. Starting and ending are durable at once; what was noted
within the last half minute may be lost by a crash.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
import logging
import secrets
from typing import Final, Protocol

from ..policy.actors import User
from ..policy.asking import grant_to_answer
from ..policy.authority import grants_of
from ..policy.errors import PolicyError
from ..policy.learning import Learning, Proposal, Seen, proposals, seen_now
from ..policy.row_changes import add_row
from ..policy.rows import Row
from ..policy.state import PolicyState
from .errors import ChangeRefused
from .events import CommandEnded, CommandRefused, GatewayEvent, PermissionsChanged
from .gateway import Gateway
from .json_object import JsonObject

MAX_RUNNING: Final = 16
MAX_KEPT: Final = 32  # with those that have ended; the oldest of these go first
SAVE_S: Final = 30.0

_LOGGER: Final = logging.getLogger(__name__)


type _Learnings = dict[str, Learning]


class LearningStore(Protocol):
    """What was learned."""

    async def load(self) -> list[object]:
        """Return what was saved last, unread."""

    async def save(self, learnings: list[JsonObject]) -> None:
        """Replace everything, durably."""


class Learner:
    """All that is learned at one gateway."""

    def __init__(
        self, gateway: Gateway, store: LearningStore, *, save_within: float = SAVE_S
    ) -> None:
        """Nothing is noted until `load` and `start`."""
        self._gateway = gateway
        self._store = store
        self._save_within = save_within
        self._all: _Learnings = {}  # by id, the oldest first
        self._changing = asyncio.Lock()
        self._stop_listening: Callable[[], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._saving: asyncio.Task[None] | None = None

    async def load(self) -> None:
        """Read the store. Raises ValueError for what was never saved, and what the store raises."""
        found = [Learning.from_dict(one, "learning") for one in await self._store.load()]
        self._all = {learning.id: learning for learning in found}

    def start(self) -> None:
        """Go on with what runs; the permissions are loaded."""
        self._drop_what_is_anothers()
        self._stop_listening = self._gateway.add_listener(self._on_event)

    async def stop(self) -> None:
        """Note no more; what was noted is durable then."""
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        if self._saving is not None:
            await asyncio.wait((self._saving,))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            await self._save_noted()

    # --- what people do ------------------------------------------------------------------------------
    async def learn(
        self,
        actor: User,
        serials: frozenset[str],
        lasting: timedelta,
        *,
        user_id: str = "",
        entity_id: str = "",
    ) -> Learning:
        """Begin to learn about a person, automation or script on devices that the caller has authority over.

        Raises ChangeRefused, ValueError, and what the store raises.
        """
        now = self._gateway.permissions.now()
        if not serials <= self._serials(actor.id):
            raise ChangeRefused(PolicyError("grants_too_much"))
        learning = Learning(
            id=secrets.token_hex(16),
            by=actor.id,
            user_id=user_id,
            entity_id=entity_id,
            serials=serials,
            started_at=now,
            until=now + lasting,
        )

        def add(learnings: _Learnings) -> _Learnings:
            ended = [key for key, one in learnings.items() if not one.is_running(now)]
            gone = ended[: max(len(learnings) - MAX_KEPT + 1, 0)]
            kept = {key: one for key, one in learnings.items() if key not in gone}
            return {**kept, learning.id: learning}

        async with self._changing:
            running = sum(one.is_running(now) for one in self._all.values())
            if running >= MAX_RUNNING:
                raise ChangeRefused(PolicyError("too_much_learning", limit=str(MAX_RUNNING)))
            await self._change(add)
        return learning

    async def end(self, actor: User, learning_id: str) -> None:
        """Learn no more; what was learned stays. Raises ChangeRefused, and what the store raises."""
        now = self._gateway.permissions.now()
        async with self._changing:
            self._to_change(actor, learning_id)
            await self._change(lambda all_: _with(all_, learning_id, lambda one: one.ended(now)))

    async def forget(self, actor: User, learning_id: str) -> None:
        """Throw away what was learned. Raises ChangeRefused, and what the store raises."""
        async with self._changing:
            self._to_change(actor, learning_id)
            await self._change(
                lambda all_: {key: one for key, one in all_.items() if key != learning_id}
            )

    async def take(
        self, actor: User, learning_id: str, proposal_id: str, *, row: Row | None = None, note: str
    ) -> int:
        """Make a proposal a row of the caller's, as it is or as `row` says; returns its number.

        Raises ChangeRefused, and what the stores raise.
        """
        async with self._changing:
            found = [one for one in self.proposals(actor.id, learning_id) if one.id == proposal_id]
            if not found:
                raise ChangeRefused(PolicyError("unknown_learning"))
            (proposal,) = found

            def change(state: PolicyState) -> PolicyState:
                return add_row(state, actor, row or _own(state, actor, proposal, note))

            state = await self._gateway.permissions.change(change, actor)
            await self._change(
                lambda all_: _with(all_, learning_id, lambda one: one.took(proposal_id))
            )
        return state.next_number - 1

    async def decline(self, actor: User, learning_id: str, proposal_id: str) -> None:
        """Keep that a proposal is not wanted. Raises ChangeRefused, and what the store raises."""
        async with self._changing:
            if all(one.id != proposal_id for one in self.proposals(actor.id, learning_id)):
                raise ChangeRefused(PolicyError("unknown_learning"))
            await self._change(
                lambda all_: _with(all_, learning_id, lambda one: one.turned_down(proposal_id))
            )

    # --- what people see -----------------------------------------------------------------------------
    def visible(self, user_id: str) -> list[Learning]:
        """Return what a person began, is learned about, or, as far as it is about these, has authority over."""
        serials = self._serials(user_id)
        found = (
            one if user_id in (one.by, one.user_id) else one.on(serials)
            for one in self._all.values()
        )
        return [one for one in found if one is not None]

    def proposals(self, user_id: str, learning_id: str) -> list[Proposal]:
        """Return rows for the devices that a person has authority over. Raises ChangeRefused."""
        learning, serials = self._all.get(learning_id), self._serials(user_id)
        if learning is None or not serials & learning.serials:
            raise ChangeRefused(PolicyError("unknown_learning"))
        return proposals(learning, serials, user_id)

    # -------------------------------------------------------------------------------------------------
    def _serials(self, user_id: str) -> frozenset[str]:
        grants = grants_of(self._gateway.permissions.state, user_id)
        return frozenset[str]().union(*(grant.serials for grant in grants))

    def _to_change(self, actor: User, learning_id: str) -> Learning:
        """Return what the caller began, or what is about a device of theirs. Raises ChangeRefused."""
        learning = self._all.get(learning_id)
        own = self._gateway.permissions.state.serials_of(actor.id)
        if learning is None or not (actor.id == learning.by or own & learning.serials):
            raise ChangeRefused(PolicyError("unknown_learning"))
        return learning

    def _on_event(self, event: GatewayEvent) -> None:
        if isinstance(event, PermissionsChanged):
            self._drop_what_is_anothers()
        if not isinstance(event, (CommandEnded, CommandRefused)):
            return
        permissions = self._gateway.permissions
        for learning in tuple(self._all.values()):
            if event.serial not in learning.serials or not learning.is_about(event.actor):
                continue
            now = permissions.now()
            if learning.is_running(now):
                is_refused = isinstance(event, CommandRefused)
                self._note(
                    learning,
                    seen_now(
                        event.serial,
                        event.command,
                        {} if isinstance(event, CommandRefused) else event.arguments,
                        now.astimezone(permissions.facts.zone),
                        is_refused=is_refused,
                    ),
                )

    def _drop_what_is_anothers(self) -> None:
        """Forget what was learned by somebody on a device that they have no authority over any more."""
        for learning in tuple(self._all.values()):
            left = learning.on(self._serials(learning.by))
            if left is None:
                del self._all[learning.id]
            else:
                self._all[learning.id] = left
            if left is not learning:
                self._changed()

    def _note(self, learning: Learning, seen: Seen | None) -> None:
        if seen is not None:
            self._all[learning.id] = learning.noted(seen)
            self._changed()

    def _changed(self) -> None:
        """Save within the time that is set."""
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._save_within, self._save_soon)

    def _save_soon(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        self._saving = loop.create_task(self._save_noted(), name="save what was learned")

    async def _save_noted(self) -> None:
        async with self._changing:
            try:
                await self._store.save(self._stored(self._all))
            except Exception:  # the store is the host's: full disk, lost rights
                _LOGGER.exception("What was learned could not be saved")

    async def _change(self, make: Callable[[_Learnings], _Learnings]) -> None:
        """Save, then count. What was noted while it was saved stays: `make` is asked again."""
        await self._store.save(self._stored(make(self._all)))
        self._all = make(self._all)

    @staticmethod
    def _stored(learnings: _Learnings) -> list[JsonObject]:
        return [learning.to_dict() for learning in learnings.values()]


def _with(learnings: _Learnings, key: str, make: Callable[[Learning], Learning]) -> _Learnings:
    """Change one, if it is still there."""
    return {one: make(found) if one == key else found for one, found in learnings.items()}


def _own(state: PolicyState, actor: User, proposal: Proposal, note: str) -> Row:
    """Return the row that was proposed, by what the actor holds. Raises PolicyError."""
    command = min(proposal.counts)
    grant = grant_to_answer(state, actor.id, proposal.serial, command)
    if grant is None:
        raise PolicyError("grants_too_much")
    return replace(proposal.row, by=grant.appointment, note=note)
