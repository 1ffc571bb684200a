"""What the device tells by itself: values that changed, events, log lines, breaches (data lane).

A package is one JSON object:
  {"boot": b, "values": {key: value}, "samples": [[key, ms_ago, value]],
   "events": [{"seq": n, "entity": .., "type": .., "data": ..}],
   "dropped": k, "log": [text], "breaches": [{"code": c, "authenticated": .., "count": n}]}
Only `boot` and `values` are always there. One package is under way at a time, and at most one goes
out in MIN_PAUSE_MS: of a value that changed meanwhile only the newest counts, unless it was
sampled; of too many samples the oldest goes, and `lost_samples` counts it. Events keep their
number (boot, seq) and are sent again until the gateway said that it has them; when the queue is
full the oldest goes, and `dropped` counts it. Counts are of this boot, so saying them twice is harmless.
"""

from isg_protocol import commands, wire
from isg_protocol.errors import MisuseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .entities.entity import Entity
    from .executor import Executor
    from .stream import OutStream

MIN_PAUSE_MS = 100  # between two packages
MAX_PAUSE_MS = 60000  # while the gateway refuses them
POLL_MS = 5000  # how often entities that change by themselves are read
MAX_EVENTS = 32
MAX_SAMPLES = 64
MAX_SAMPLE_AGE_MS = 86400000  # what is older, gateways take no more
MAX_LINES = 16
MAX_EVENT_BYTES = 256  # one event as JSON
MAX_PACKAGE = 1024  # bytes: within one record of the usual size, and what a board can spare
_FRAME = 128  # bytes of a package around its lists


class Reporter:
    """Collects what is to be told and hands packages to the core; the driver calls `pump`."""

    def __init__(
        self,
        core: "Any",
        executor: "Executor",
        entities: "Iterable[Entity]",
        clock: "Callable[[], int] | None" = None,
    ) -> None:
        """`clock`: milliseconds, of the same clock as `pump` is told; else samples are as old as that."""
        self._core = core
        self._executor = executor
        self._entities = list(entities)
        self._changed: "list[Entity]" = []
        self._events: "list[dict[str, Any]]" = []
        self._samples: "list[tuple[str, int, object]]" = []  # key, when, value
        self._clock = clock
        self._lines: "list[str]" = []
        self._breaches: "dict[tuple[int, bool], int]" = {}
        self._breaches_told = True
        self._flying: "_Flight | None" = None
        self._stream: "OutStream | None" = None
        self._streamers: "list[Any]" = []  # entities that have a stream to send
        self._is_stream_next = True  # streams and packages take turns
        self._stream_at_ms = 0
        self._sequence = 0
        self._pause_ms = MIN_PAUSE_MS
        self._next_ms = 0
        self._poll_at_ms = 0
        self._last_now_ms = 0
        self.dropped = 0  # events that found no place
        self.lost_samples = 0
        self.poll_ms = POLL_MS
        self.tells_log = True
        for entity in self._entities:
            entity.reporter = self

    def now_ms(self) -> int:
        """Return the time."""
        return self._last_now_ms if self._clock is None else self._clock()

    # --- what is to be told ------------------------------------------------------------------------
    def changed(self, entity: "Entity") -> None:
        """Have the present values of an entity sent."""
        if entity not in self._changed:
            self._changed.append(entity)

    def sample(self, entity: "Entity") -> None:
        """Have the main value of an entity sent as it is now, with its time, and shown, too."""
        self._samples.append((entity.key, self.now_ms(), entity.read()))
        self._trim()
        self.changed(entity)

    def fire(self, key: str, event_type: str, data: "dict[str, Any] | None" = None) -> None:
        """Queue an event. Raises ValueError when its data is too large or has no JSON form."""
        event: "dict[str, Any]" = {"seq": self._sequence + 1, "entity": key, "type": event_type}
        if data:
            event["data"] = data
        try:
            size = len(commands.encode(event))
        except MisuseError as error:
            raise ValueError(error.args[0])
        if size > MAX_EVENT_BYTES:
            raise ValueError("an event has at most {} bytes".format(MAX_EVENT_BYTES))
        self._sequence += 1
        self._events.append(event)
        self._trim()

    def line(self, text: str) -> None:
        """Queue a log line; of too many the oldest goes."""
        if self.tells_log:
            self._lines.append(text)
            del self._lines[:-MAX_LINES]

    def breach(self, code: int, is_authenticated: bool) -> None:
        """Count a breach."""
        key = (code, bool(is_authenticated))
        self._breaches[key] = self._breaches.get(key, 0) + 1
        self._breaches_told = False

    def stream(
        self,
        kind: str,
        chunks: "Iterable[Any]",
        head: "dict[str, Any] | None" = None,
        ended: "Callable[[int], None] | None" = None,
    ) -> None:
        """Send more than a package holds, such as a log file (kind "log"): see `stream.OutStream`.

        `ended` gets a status of `wire`: 0 taken, 2 refused by the gateway, 6 cut off. Values and
        events wait until then. Raises ValueError while another one is under way: `when_free` waits.
        """
        from .stream import OutStream

        if self._stream is not None:
            raise ValueError("one stream at a time")
        self._stream = OutStream(self._core, kind, head or {}, chunks, ended)
        self._is_stream_next = False  # what waited meanwhile is told first

    def when_free(self, streamer: "Any") -> None:
        """Have `streamer.begin_stream()` called, which may call `stream`, when no other is under way."""
        if streamer not in self._streamers:
            self._streamers.append(streamer)
            self._is_stream_next = False

    # --- how it is told ----------------------------------------------------------------------------
    def pump(self, now_ms: int) -> bool:
        """Send a package when there is something to tell and the lane is free; tells whether it did."""
        self._last_now_ms = now_ms
        if not self._core.can_send_package:
            return False
        if self._flying is not None:  # the lane is free and nobody said what became of it
            self._put_back(self._flying)
        if self.is_streaming:
            self._stream_ended(wire.STATUS_NOT_EXECUTED)
        is_due = now_ms >= self._next_ms
        if is_due and now_ms >= self._poll_at_ms:
            self._poll_at_ms = now_ms + self.poll_ms
            self._poll()
        is_due = is_due and bool(
            not self._breaches_told or self._changed or self._events or self._samples or self._lines
        )
        if now_ms >= self._stream_at_ms and (self._is_stream_next or not is_due):
            if self._stream is None and self._streamers:
                self._streamers.pop(0).begin_stream()
            if self._stream is not None:
                self._is_stream_next = False
                self._stream_at_ms = now_ms + MIN_PAUSE_MS
                self._stream.open(now_ms)
                return True
        if not is_due:
            return False
        self._is_stream_next = True
        flight = _Flight()
        package = self._fill(flight)
        self._next_ms = now_ms + self._pause_ms
        flight.session_id = self._core.send_package(package, now_ms)
        self._flying = flight
        return True

    @property
    def is_streaming(self) -> bool:
        """Whether a stream is under way."""
        return self._stream is not None and len(self._stream.session_id) > 0

    def feed(self) -> int:
        """Send the next piece of the stream; return in how many ms there may be more, or -1."""
        return -1 if self._stream is None else self._stream.feed(self._last_now_ms)

    def on_package(self, session_id: bytes, status: int) -> None:
        """A "package" event: what became of the package under way, when the gateway was heard."""
        stream = self._stream
        if stream is not None and session_id == stream.session_id:
            self._stream_ended(status)
            return
        flight = self._flying
        if flight is None or session_id != flight.session_id or status == wire.STATUS_UNKNOWN:
            return  # of an unknown one the lane asks on the next link
        if status == wire.STATUS_OK:
            self._flying = None
            self._pause_ms = MIN_PAUSE_MS
            return
        self._put_back(flight)
        if (
            status != wire.STATUS_NOT_EXECUTED
        ):  # refused: what is refused is not asked at once again
            self._pause_ms = min(self._pause_ms * 2, MAX_PAUSE_MS)
            self._next_ms = self._last_now_ms + self._pause_ms

    def _stream_ended(self, status: int) -> None:
        stream, self._stream = self._stream, None
        if stream is not None and not stream.end(status):
            self._stream = stream

    def _put_back(self, flight: "_Flight") -> None:
        """Have the content of a package that did not arrive sent again."""
        self._flying = None
        self._events = flight.events + self._events
        self._samples = flight.samples + self._samples
        self._lines = (flight.lines + self._lines)[-MAX_LINES:]
        for entity in flight.entities:
            self.changed(entity)
        if flight.has_breaches:
            self._breaches_told = False
        self._trim()

    def forget(self) -> None:
        """Drop all that was for an owner who is one no longer; numbers go on."""
        self._flying = None
        self._changed = []
        self._events = []
        self._samples = []
        self._lines = []
        self._breaches_told = True
        self._stream = None
        self._streamers = []

    def _poll(self) -> None:
        """Find what changed without saying so."""
        for entity in self._entities:
            values = self._executor.values_of(entity)
            if entity.told != (values if entity.is_compound else values[entity.key]):
                self.changed(entity)

    def _trim(self) -> None:
        over = len(self._events) - MAX_EVENTS
        if over > 0:
            self.dropped += over
            del self._events[:over]
        over = len(self._samples) - MAX_SAMPLES
        if over > 0:
            self.lost_samples += over
            del self._samples[:over]

    def _fill(self, flight: "_Flight") -> bytes:
        """Take as much as one package holds out of the queues into `flight`; return the package."""
        room = MAX_PACKAGE - _FRAME
        package: "dict[str, Any]" = {"boot": self._core.boot, "values": {}}
        if not self._breaches_told:
            package["breaches"] = [
                {"code": key[0], "authenticated": key[1], "count": self._breaches[key]}
                for key in sorted(self._breaches)
            ]
            room -= len(commands.encode(package["breaches"]))
            flight.has_breaches = self._breaches_told = True
        while self._events:
            size = len(commands.encode(self._events[0]))
            if size > room:
                break
            room -= size + 1
            flight.events.append(self._events.pop(0))
        if flight.events:
            package["events"] = flight.events
        if self.dropped:
            package["dropped"] = self.dropped
        while self._changed and room > 0:
            entity = self._changed[0]
            values = self._executor.values_of(entity)
            size = len(commands.encode(values))
            if size > room and flight.entities:
                break  # an entity whose values fill a package alone goes alone
            room -= size
            self._changed.pop(0)
            package["values"].update(values)
            entity.told = values if entity.is_compound else values[entity.key]
            flight.entities.append(entity)
        samples: "list[list[object]]" = []
        while self._samples:
            key, at_ms, value = self._samples[0]
            age_ms = max(0, self._last_now_ms - at_ms)
            if age_ms > MAX_SAMPLE_AGE_MS:
                self._samples.pop(0)
                self.lost_samples += 1
                continue
            sample = [key, age_ms, value]
            size = len(commands.encode(sample)) + 1
            if size > room:
                break
            room -= size
            samples.append(sample)
            flight.samples.append(self._samples.pop(0))
        if samples:
            package["samples"] = samples
        while self._lines and 4 * len(self._lines[0]) + 3 < room:
            line = self._lines.pop(0)
            room -= len(commands.encode(line)) + 1
            flight.lines.append(line)
        if flight.lines:
            package["log"] = flight.lines
        return commands.encode(package)


class _Flight:
    """A package under way, and what it holds."""

    def __init__(self) -> None:
        self.session_id = b""
        self.entities: "list[Entity]" = []
        self.events: "list[dict[str, Any]]" = []
        self.samples: "list[tuple[str, int, object]]" = []
        self.lines: "list[str]" = []
        self.has_breaches = False
