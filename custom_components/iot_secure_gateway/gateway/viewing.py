"""What people do with video, judged as strictly as a command: look on live, play recordings, record (S13).

A command is over in a moment; looking on is not. So it is judged at its beginning, where it may take a use of a
row, and each second after that by whoever serves it (`Viewing.goes_on`). It is told twice: that it began, and as
a command when it is over, with how long it took. So the record says who watched what, from when to when.

A recording is played in many requests. What one person asks of one clip is one viewing until nothing was asked for
`PAUSE_S`. A clip is for those who may play it now and could have at any moment that it shows.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from ..policy.actors import Actor, User
from ..policy.decision import DENIED, Decision, Reason
from ..policy.row_changes import give_back
from .command_ends import OK, CommandWatch, refusal
from .errors import GatewayError, Refused
from .events import CommandEnded, ViewingBegan
from .gateway import Gateway
from .kinds import PLAYBACK, RECORD, VIEW
from .uses import Uses

JUDGED_EVERY_S: Final = 1.0  # so a stream ends within two seconds of its time
PAUSE_S: Final = 60.0
MAX_VIEWINGS: Final = 64
MAX_OF_PERSON: Final = 8
MAX_OF_CAMERA: Final = 16
MAX_MOMENTS: Final = (
    240  # minutes of a clip that are judged, each by itself; a longer one is the owner's only
)

# Whoever holds these may at any time; rows count at their times.
_AT_ANY_TIME: Final = frozenset({Reason.OWNER, Reason.APPOINTED})
_MINUTE: Final = timedelta(minutes=1)


class TooManyViewings(GatewayError):
    """As much is watched already as the gateway serves: by this person, of this camera, or in all."""

    code = "too_many_viewings"


class Recorded(Protocol):
    """What is asked of a clip here."""

    @property
    def id(self) -> str:
        """By what it is known."""

    @property
    def serial(self) -> str:
        """Of which device it is."""

    @property
    def entity(self) -> str:
        """Of which camera of it."""

    @property
    def started_at(self) -> datetime:
        """When its first frame came, aware."""

    @property
    def ended_at(self) -> datetime | None:
        """When its last frame came; None while it grows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What somebody wants to see."""

    serial: str
    entity: str
    command: str  # VIEW or PLAYBACK
    what: str  # "live", "still", "clip", "thumbnail": for the record
    clip: Recorded | None = None

    @property
    def told(self) -> dict[str, str]:
        """Return it as the arguments of the line in the record."""
        return {"what": self.what} | ({"clip": self.clip_id} if self.clip_id else {})

    @property
    def clip_id(self) -> str:
        """Return of which clip the record tells; of small pictures, which come by the dozen, none."""
        return "" if self.clip is None or self.what == "thumbnail" else self.clip.id

    @property
    def topic(self) -> tuple[str, ...]:
        """Return what requests have in common that are one viewing."""
        return self.serial, self.entity, self.what, self.clip_id


class Viewing:
    """One person looks at one thing, from now until `Viewings` ends it."""

    def __init__(self, gateway: Gateway, actor: User, look: Look, judged: Decision) -> None:
        """It was judged."""
        self._gateway = gateway
        self.actor = actor
        self.look = look
        self.spent: int | None = None
        self.is_over = False
        self.requests = 0  # that are being served now
        self.pause: asyncio.TimerHandle | None = None
        self._decision = judged
        self._began = asyncio.get_running_loop().time()

    @property
    def lasts_s(self) -> float:
        """For how long it has lasted."""
        return asyncio.get_running_loop().time() - self._began

    def goes_on(self, actor: Actor) -> bool:
        """Tell whether it may go on for whoever that person is by now."""
        return (
            not self.is_over
            and isinstance(actor, User)
            and actor.id == self.actor.id
            and judge(self._gateway, actor, self.look, self.spent).allowed
        )

    def began(self) -> None:
        """Tell that it began."""
        look = self.look
        self._gateway.events.emit(
            ViewingBegan(
                serial=look.serial,
                actor=self.actor,
                command=look.command,
                entity=look.entity,
                what=look.what,
                clip=look.clip_id,
            )
        )

    def ended(self, code: str = OK) -> None:
        """Tell that it is over."""
        look = self.look
        self._gateway.events.emit(
            CommandEnded(
                serial=look.serial,
                actor=self.actor,
                command=look.command,
                entity=look.entity,
                arguments=look.told,
                decision=self._decision,
                code=code,
                duration_ms=self.lasts_s * 1000,
            )
        )


class Viewings:
    """All that is being looked at through one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        """Nothing is."""
        self._gateway = gateway
        self._uses = Uses(gateway.permissions)
        self._open: list[Viewing] = []

    def may(self, actor: Actor, look: Look) -> bool:
        """Tell whether somebody may look, without telling anybody: for what people are shown."""
        return judge(self._gateway, actor, look).allowed

    def may_play(self, actor: Actor, serial: str) -> bool:
        """Tell whether somebody may play clips of a device now, of whatever time."""
        return self._gateway.judge(actor, serial, PLAYBACK).allowed

    def require(self, actor: Actor, look: Look) -> Decision:
        """Judge before an address is given. Raises Refused."""
        decision = judge(self._gateway, actor, look)
        if not decision.allowed:
            self._gateway.events.emit(refusal(actor, look.serial, look.command, decision))
            raise Refused(decision)
        return decision

    def of(self, serial: str, entity: str) -> list[Viewing]:
        """Return what is watched of a camera, live and of its recordings; what pauses is not over yet."""
        return [
            one for one in self._open if one.look.serial == serial and one.look.entity == entity
        ]

    @asynccontextmanager
    async def live(self, actor: User, look: Look) -> AsyncIterator[Viewing]:
        """Look on for as long as this lasts. Raises Refused, TooManyViewings, UnknownDevice, DeviceOffline."""
        viewing = await self._begin(actor, look)
        viewing.requests = 1
        code = OK
        try:
            yield viewing
        except GatewayError as error:
            code = error.code
            raise
        finally:
            self._end(viewing, code)

    @asynccontextmanager
    async def request(self, actor: User, look: Look) -> AsyncIterator[Viewing]:
        """Serve one request of a viewing: of one that is there, or of a new one. Raises as `live`."""
        viewing = self._there(actor, look)
        if viewing is None:
            viewing = await self._begin(actor, look)
        elif not viewing.goes_on(actor) or viewing.look != look:
            self.require(actor, look)  # which says why
        if viewing.pause is not None:
            viewing.pause.cancel()
            viewing.pause = None
        viewing.requests += 1
        try:
            yield viewing
        finally:
            viewing.requests -= 1
            if not viewing.requests and viewing in self._open:
                loop = asyncio.get_running_loop()
                viewing.pause = loop.call_later(PAUSE_S, self._end, viewing)

    @asynccontextmanager
    async def recording(
        self, actor: Actor, serial: str, entity: str, arguments: Mapping[str, object]
    ) -> AsyncIterator[None]:
        """Begin or end a recording within: a command of whoever wants it. Raises Refused and what is raised within."""
        gateway = self._gateway
        with CommandWatch(gateway.events.emit, actor, serial, RECORD, entity, arguments) as watch:
            async with self._uses.one(
                lambda: watch.judged(gateway.require(actor, serial, RECORD, arguments))
            ):
                yield

    def stop(self) -> None:
        """Everything that is looked at ends."""
        for viewing in tuple(self._open):
            self._end(viewing)

    # -------------------------------------------------------------------------------------------------
    def _there(self, actor: User, look: Look) -> Viewing | None:
        return next(
            (
                one
                for one in self._open
                if one.actor.id == actor.id
                and one.look.topic == look.topic
                and one.look.what != "live"
            ),
            None,
        )

    async def _begin(self, actor: User, look: Look) -> Viewing:
        decision = self.require(actor, look)
        if look.command == VIEW:
            self._gateway.video.require_link(look.serial)
        self._require_room(actor, look)
        # Kept from now on, so that taking a use lets nobody by who is one too many.
        viewing = Viewing(self._gateway, actor, look, decision)
        self._open.append(viewing)
        try:
            if look.what != "thumbnail":  # these come with the list
                async with self._uses.one(lambda: self.require(actor, look)) as spent:
                    viewing.spent = spent
        except BaseException:
            viewing.is_over = True  # also for who joined it meanwhile
            if viewing in self._open:
                self._open.remove(viewing)
            raise
        viewing.began()
        return viewing

    def _require_room(self, actor: User, look: Look) -> None:
        """Make room by ending what pauses. Raises TooManyViewings."""
        if len(self._of(actor)) >= MAX_OF_PERSON:
            self._end_pausing(self._of(actor))
        if len(self._open) >= MAX_VIEWINGS:
            self._end_pausing(self._open)
        if len(self.of(look.serial, look.entity)) >= MAX_OF_CAMERA:
            self._end_pausing(self.of(look.serial, look.entity))
        if (
            len(self._of(actor)) >= MAX_OF_PERSON
            or len(self._open) >= MAX_VIEWINGS
            or len(self.of(look.serial, look.entity)) >= MAX_OF_CAMERA
        ):
            raise TooManyViewings

    def _of(self, actor: User) -> list[Viewing]:
        return [one for one in self._open if one.actor.id == actor.id]

    def _end_pausing(self, viewings: list[Viewing]) -> None:
        """End the one that pauses longest."""
        pausing = next((one for one in viewings if one.pause is not None), None)
        if pausing is not None:
            self._end(pausing)

    def _end(self, viewing: Viewing, code: str = OK) -> None:
        if viewing not in self._open:
            return
        self._open.remove(viewing)
        viewing.is_over = True
        if viewing.pause is not None:
            viewing.pause.cancel()
            viewing.pause = None
        viewing.ended(code)


def judge(gateway: Gateway, actor: Actor, look: Look, spent: int | None = None) -> Decision:
    """Judge a look now, and for a clip all the time that it shows."""
    decision = gateway.judge(actor, look.serial, look.command, spent=spent)
    if not decision.allowed or look.clip is None or decision.reason in _AT_ANY_TIME:
        return decision
    table = gateway.permissions.table
    if spent is not None:  # the use that this very look has taken
        table = table.after_use(give_back(gateway.permissions.state, spent))
    for count, at in enumerate(_moments(look.clip, gateway.permissions.now())):
        if count == MAX_MOMENTS:
            return replace(DENIED[Reason.NOT_NOW], row=decision.row)
        then = table.decide(actor, look.serial, look.command, {}, at)
        if not then.allowed:
            return replace(then, next_allowed_at=None)
    return decision


def _moments(clip: Recorded, now: datetime) -> Iterator[datetime]:
    """Yield begin and end of what a clip shows, and each full minute between them."""
    at, end = clip.started_at.astimezone(UTC), (clip.ended_at or now).astimezone(UTC)
    yield at
    at = at.replace(second=0, microsecond=0) + _MINUTE
    while at < end:
        yield at
        at += _MINUTE
    yield end
