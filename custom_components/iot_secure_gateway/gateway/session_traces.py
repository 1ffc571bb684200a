"""The newest command sessions step by step, with both caches, for people to look at (FIG 12, FIG 13).

    opened -> OPEN -> ECHO, COMMIT -> RESULT -> ended        or ended before, and why

Of the device's cache is shown what its own messages prove. Of identifiers only the beginning is kept, of
commands only the name. How long sessions took is kept of a few more of them (B34).
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
import logging
import math
from typing import Final, NamedTuple

from ..protocol import wire
from ..protocol.caches import LaneCache
from ..protocol.events import Event, SessionEvent

_LOGGER = logging.getLogger(__name__)

MAX_SESSIONS: Final = (
    16  # of one device, with their steps: looking at a device's page takes some, too
)
MAX_TIMES: Final = 100  # of one device: sessions of which only the times are kept
MIN_TIMES: Final = 5  # fewer say nothing about what is usual
SHOWN: Final = 4  # of an identifier's 20 characters: 24 bits to tell it by, 95 that nobody is shown
SLOW_MS: Final = 1000.0  # a handshake of one session in twenty that takes longer is worth a look


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


@dataclass(slots=True, kw_only=True)
class TracedSession:
    """One session of the command lane."""

    key: int  # counts up from the start of this gateway
    id: bytes = field(repr=False)
    command: str
    started_at: float  # Unix time, seconds
    gateway: Cache  # before OPEN
    device: Cache | None
    steps: list[Step] = field(default_factory=list)
    number: int | None = None  # on the lane, known from ECHO on
    end: End | None = None  # None while it runs
    reason: str = ""  # why there was no answer: a short word of the protocol's
    handshake_ms: float | None = None  # from OPEN to COMMIT
    total_ms: float | None = None  # from OPEN to the end


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
        self._times: deque[tuple[float, float]] = deque(maxlen=MAX_TIMES)
        self._unix_time = unix_time
        self._changed = changed
        self._clock = asyncio.get_running_loop().time
        self._opened_at = 0.0
        self._count = 0
        self._proven: Cache | None = None  # what the device holds for sure

    def opened(self, session_id: bytes, command: str, now: float, cache: LaneCache) -> None:
        """OPEN is about to be sent, at loop time `now`; `cache` is the gateway's, with the new GSID in it."""
        held = Cache(_short(cache.opener_id), _short(cache.acceptor_id))
        known = held if self._proven == held else None
        session = TracedSession(
            key=self._count,
            id=session_id,
            command=command,
            started_at=self._unix_time(),
            gateway=held,
            device=known,
        )
        self._count += 1
        self._opened_at = now
        self._proven = None  # until it answers: OPEN may have reached it, or not
        offered = held._replace(new_gsid=_short(cache.provisional_opener))
        session.steps.append(Step("open", 0.0, offered, known))
        self.sessions.append(session)
        self._changed()

    def on_step(self, event: Event) -> None:
        """One of the messages that follow OPEN."""
        session = self.sessions[-1]
        at_ms = self._passed_ms()
        gateway = session.steps[-1].gateway
        held = Cache(_short(event.gsid), _short(event.dsid))
        if event.name == "echo":  # which proves that the device holds both pairs
            device = session.gateway._replace(new_gsid=held.gsid, new_dsid=held.dsid)
            session.number = event.number
            session.steps.append(Step("echo", at_ms, gateway, device))
        elif event.name == "commit":
            session.handshake_ms = at_ms
            session.steps.append(Step("commit", at_ms, held, session.steps[-1].device))
        elif event.name == "result":
            session.steps.append(Step("result", at_ms, held, held))
            self._proven = held
        self._changed()

    def ended(self, event: SessionEvent) -> None:
        """The session is over, or what became of an earlier one is known now."""
        for session in self.sessions:
            if session.id == event.session_id:
                break
        else:
            return
        is_late = session.end is not None
        session.end = _ENDS.get(event.status, End.UNKNOWN)
        if not is_late:
            session.reason = event.reason
            session.total_ms = self._passed_ms()
            if event.kind == "result" and session.handshake_ms is not None:
                self._times.append((session.handshake_ms, session.total_ms))
        self._changed()

    def times(self) -> Times | None:
        """Return how long sessions took, when there were enough of them."""
        if len(self._times) < MIN_TIMES:
            return None
        handshakes, totals = zip(*self._times, strict=True)
        handshake = _spread(handshakes)
        return Times(handshake, _spread(totals), totals, handshake.most_ms > SLOW_MS)

    def _passed_ms(self) -> float:
        return (self._clock() - self._opened_at) * 1000


class SessionTraces:
    """The traces of all devices that are attached."""

    def __init__(self, unix_time: Callable[[], float], step_limit_ms: int) -> None:
        """Nothing was seen yet. `unix_time`: seconds; `step_limit_ms`: how long links wait for a step."""
        self.step_limit_ms = step_limit_ms
        self._unix_time = unix_time
        self._devices: dict[str, DeviceTrace] = {}
        self._listeners: list[Callable[[], None]] = []

    def of(self, serial: str) -> DeviceTrace:
        """Return the trace of a device, begun now if there is none."""
        if (trace := self._devices.get(serial)) is None:
            trace = self._devices[serial] = DeviceTrace(self._unix_time, self._tell)
        return trace

    def get(self, serial: str) -> DeviceTrace | None:
        """Return the trace of a device if there is one."""
        return self._devices.get(serial)

    def forget(self, serial: str) -> None:
        """The device was let go."""
        self._devices.pop(serial, None)

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each step of any device; returns its removal."""
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            try:
                listener()
            except Exception:
                _LOGGER.exception("Listener of the session traces failed")


def _short(identifier: bytes) -> str:
    return identifier[:SHOWN].decode("ascii", "replace")


def _spread(values: Sequence[float]) -> Spread:
    ordered = sorted(values)
    return Spread(_rank(ordered, 0.5), _rank(ordered, 0.95))


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]
