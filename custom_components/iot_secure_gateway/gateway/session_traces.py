"""The newest command sessions step by step, with both caches, for people to look at (FIG 12, FIG 13).

    opened -> OPEN -> ECHO, COMMIT -> RESULT -> ended        or ended before, and why

Of the device's cache is shown what its own messages prove. Of identifiers only the beginning is kept, of
commands only the name. How long sessions took is kept of a few more of them (B34).
"""

from array import array
import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from enum import StrEnum
import math
from typing import Final, NamedTuple, override

from ..protocol import wire
from ..protocol.caches import LaneCache
from ..protocol.events import Event, SessionEvent
from .events import GatewayEvent, OwnerChanged
from .listeners import Listeners

MAX_SESSIONS: Final = (
    16  # of one device, with their steps: looking at a device's page takes some, too
)
MAX_TIMES: Final = 100  # of one device: sessions of which only the times are kept
MIN_TIMES: Final = 5  # fewer say nothing about what is usual
SHOWN: Final = 4  # of an identifier's 20 characters: 24 bits to tell it by, 95 that nobody is shown
SLOW_MS: Final = 1000.0  # a handshake of one session in twenty that takes longer is worth a look


type GatewayListener = Callable[[GatewayEvent], None]
type Pair = tuple[bytes, bytes]  # the beginnings of a GSID and a DSID


class Cache(NamedTuple):
    """The beginnings of the identifiers that one end holds; "" for none. FIG 13 has the new ones in brackets."""

    gsid: str
    dsid: str
    new_gsid: str = ""  # provisional
    new_dsid: str = ""


class Step(NamedTuple):
    """One message, and what both ends hold after it was sent."""

    name: str  # open, echo, commit or result
    at_ms: float  # since OPEN was sent
    gateway: Cache
    device: Cache | None  # None: nothing proves what it holds now


class End(StrEnum):
    """What became of a session."""

    DONE = "done"
    FAILED = "failed"  # the device says that it could not
    REFUSED = "refused"  # by the device
    NOT_EXECUTED = "not_executed"
    UNKNOWN = "unknown"


_ENDS: Final = {
    wire.STATUS_OK: End.DONE,
    wire.STATUS_FAILED: End.FAILED,
    wire.STATUS_REFUSED: End.REFUSED,
    wire.STATUS_NOT_EXECUTED: End.NOT_EXECUTED,
}


class TracedSession:
    """One session of the command lane: noted in passing, put into words when somebody looks."""

    __slots__ = ("_committed_at", "_device_is_known", "_new", "_old", "_opened_at", "_result_at", "command", "end", "id", "key", "number", "reason", "started_at", "total_ms")  # fmt: skip

    def __init__(
        self,
        key: int,
        session_id: bytes,
        command: str,
        started_at: float,
        opened_at: float,
        old: Pair,
        new_gsid: bytes,
        *,
        device_is_known: bool,
    ) -> None:
        """`started_at`: Unix time, `opened_at`: loop time, both in seconds. `old`: what the gateway holds."""
        self.key = key  # counts up from the start of this gateway
        self.id = session_id
        self.command = command
        self.started_at = started_at
        self.number: int | None = None  # on the lane, known from ECHO on
        self.end: End | None = None  # None while it runs
        self.reason = ""  # why there was no answer: a short word of the protocol's
        self.total_ms: float | None = None  # from OPEN to the end
        self._opened_at = opened_at
        self._committed_at: float | None = None
        self._result_at: float | None = None
        self._old = old
        self._new: Pair = (new_gsid, b"")
        self._device_is_known = device_is_known

    @override
    def __repr__(self) -> str:
        """Return a text without identifiers."""
        return f"<TracedSession {self.key} {self.command}>"

    @property
    def handshake_ms(self) -> float | None:
        """From OPEN to COMMIT."""
        return None if self._committed_at is None else self._since(self._committed_at)

    @property
    def gateway(self) -> Cache:
        """What the gateway held before OPEN."""
        return Cache(_text(self._old[0]), _text(self._old[1]))

    @property
    def device(self) -> Cache | None:
        """What the device held before OPEN; None: nothing proved it then."""
        return self.gateway if self._device_is_known else None

    @property
    def steps(self) -> list[Step]:
        """The messages so far. ECHO proves that the device holds both pairs, RESULT that it dropped the old one."""
        old, new_gsid, new_dsid = self.gateway, _text(self._new[0]), _text(self._new[1])
        offered, new = old._replace(new_gsid=new_gsid), Cache(new_gsid, new_dsid)
        steps = [Step("open", 0.0, offered, self.device)]
        if self._committed_at is not None:
            at_ms = self._since(self._committed_at)
            both = offered._replace(new_dsid=new_dsid)
            steps += [Step("echo", at_ms, offered, both), Step("commit", at_ms, new, both)]
        if self._result_at is not None:
            steps.append(Step("result", self._since(self._result_at), new, new))
        return steps

    # --- for the trace only --------------------------------------------------------------------------
    def committed(self, new: Pair, number: int, at: float) -> None:
        """ECHO came, COMMIT went out."""
        self._new, self.number, self._committed_at = new, number, at

    def over(self, end: End, reason: str, at: float, *, is_answered: bool) -> Pair | None:
        """The session ended at loop time `at`; returns what the device holds now, when that is proven."""
        self.end, self.reason, self.total_ms = end, reason, self._since(at)
        if not is_answered:
            return None
        self._result_at = at
        return self._new

    def _since(self, at: float) -> float:
        return (at - self._opened_at) * 1000


class Spread(NamedTuple):
    """What half of the sessions, and all but one in twenty, did not exceed."""

    half_ms: float
    most_ms: float


class Times(NamedTuple):
    """How long the last sessions took that were answered."""

    handshake: Spread
    total: Spread
    totals_ms: Sequence[float]  # the oldest first
    is_slow: bool


class DeviceTrace:
    """The newest sessions of one device."""

    def __init__(self, unix_time: Callable[[], float], changed: Callable[[], None]) -> None:
        """`changed` is called after each step."""
        self.sessions: deque[TracedSession] = deque(maxlen=MAX_SESSIONS)
        self._handshakes = array(
            "f"
        )  # milliseconds, as many of each; arrays, for there are many devices
        self._totals = array("f")
        self._unix_time = unix_time
        self._changed = changed
        self._clock = asyncio.get_running_loop().time
        self._count = 0
        self._proven: Pair | None = None  # what the device holds for sure

    def opened(self, session_id: bytes, command: str, now: float, cache: LaneCache) -> None:
        """OPEN is about to be sent, at loop time `now`; `cache` is the gateway's, with the new GSID in it."""
        old = (cache.opener_id[:SHOWN], cache.acceptor_id[:SHOWN])
        self.sessions.append(
            TracedSession(
                self._count,
                session_id,
                command,
                self._unix_time(),
                now,
                old,
                cache.provisional_opener[:SHOWN],
                device_is_known=old == self._proven,
            )
        )
        self._count += 1
        self._proven = None  # until it answers: OPEN may have reached it, or not
        self._changed()

    def on_committed(self, event: Event) -> None:
        """ECHO was right, and COMMIT goes out."""
        new = (event.gsid[:SHOWN], event.dsid[:SHOWN])
        self.sessions[-1].committed(new, event.number, self._clock())
        self._changed()

    def ended(self, event: SessionEvent) -> None:
        """The session is over, or what became of an earlier one is known now."""
        for session in reversed(self.sessions):
            if session.id == event.session_id:
                break
        else:
            return
        end = _ENDS.get(event.status, End.UNKNOWN)
        if session.end is not None:
            session.end = end  # learnt later
        else:
            is_answered = event.kind == "result"
            self._proven = session.over(end, event.reason, self._clock(), is_answered=is_answered)
            handshake_ms, total_ms = session.handshake_ms, session.total_ms
            if is_answered and handshake_ms is not None and total_ms is not None:
                for times, taken in (self._handshakes, handshake_ms), (self._totals, total_ms):
                    times.append(taken)
                    del times[:-MAX_TIMES]
        self._changed()

    def forget_ended(self) -> None:
        """Keep nothing of sessions that ended."""
        running = [session for session in self.sessions if session.end is None]
        self.sessions.clear()
        self.sessions.extend(running)
        del self._handshakes[:], self._totals[:]
        self._changed()

    def times(self) -> Times | None:
        """Return how long sessions took, when there were enough of them."""
        if len(self._totals) < MIN_TIMES:
            return None
        handshake, total = _spread(self._handshakes), _spread(self._totals)
        return Times(handshake, total, tuple(self._totals), handshake.most_ms > SLOW_MS)


class SessionTraces:
    """The traces of all devices that are attached."""

    def __init__(
        self,
        unix_time: Callable[[], float],
        step_limit_ms: int,
        listen: Callable[[GatewayListener], object],
    ) -> None:
        """Nothing was seen yet. `unix_time`: seconds; `step_limit_ms`: how long links wait for a step."""
        self.step_limit_ms = step_limit_ms
        self._unix_time = unix_time
        self._devices: dict[str, DeviceTrace] = {}
        self._listeners = Listeners[()]("the session traces")
        listen(self._on_event)

    def of(self, serial: str) -> DeviceTrace:
        """Return the trace of a device, begun now if there is none."""
        if (trace := self._devices.get(serial)) is None:
            trace = self._devices[serial] = DeviceTrace(self._unix_time, self._listeners.tell)
        return trace

    def get(self, serial: str) -> DeviceTrace | None:
        """Return the trace of a device if there is one."""
        return self._devices.get(serial)

    def forget(self, serial: str) -> None:
        """The device was let go."""
        self._devices.pop(serial, None)

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each step of any device; returns its removal."""
        return self._listeners.add(listener)

    def _on_event(self, event: GatewayEvent) -> None:
        """What was done with a device is not for its next owner."""
        if isinstance(event, OwnerChanged) and (trace := self._devices.get(event.serial)):
            trace.forget_ended()


def _text(identifier: bytes) -> str:
    return identifier.decode("ascii", "replace")


def _spread(values: Sequence[float]) -> Spread:
    ordered = sorted(values)
    return Spread(_rank(ordered, 0.5), _rank(ordered, 0.95))


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]
