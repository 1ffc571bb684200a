"""The data lane at the device: one package at a time, opened by the device.

CLOSED_LANE  the gateway has not settled yet      --KEEPALIVE-->   ASKING or IDLE
ASKING       DATA_OUTCOME? for a package cut off  --DATA_OUTCOME--> IDLE
IDLE         send()  --> DATA_OPEN, OPENED
OPENED       --DATA_ECHO-->  promoted, DATA_COMMIT (and CHUNKs), COMMITTED
COMMITTED    --DATA_DONE-->  IDLE; a stream also before its end: the gateway wants no more of it
COMMITTED    --CREDIT-->     so much more of a stream may be sent
The end of the link ends a package as not executed before DATA_COMMIT, as unknown after it.
"""

from . import data_records, records, wire
from .data_records import FLAG_INLINE, FLAG_STREAM
from .errors import MisuseError, RecordError
from .events import SessionEvent
from .identifiers import draw, is_identifier

_CLOSED_LANE = 0
_ASKING = 1
_IDLE = 2
_OPENED = 3
_COMMITTED = 4

_WAITING = (_ASKING, _OPENED, _COMMITTED)


class DataOpener:
    """The opener of one link's data lane.

    `core.open_package` keeps (session id, number) of a package whose outcome is not known.
    """

    def __init__(self, core: "DeviceCore", link: "DeviceLink", binding: "Binding") -> None:
        self._core = core
        self._link = link
        self._binding = binding
        self._cache = binding.lanes[wire.LANE_DATA]
        self._gsid_size = binding.gsid_size
        self._phase = _CLOSED_LANE
        self._session_id = b""
        self._digest = b""
        self._rest = b""  # package that goes as CHUNKs
        self._is_stream = False
        self._offset = 0
        self._limit = 0  # of a stream: the offset up to which the gateway takes it
        self._is_awaited = False  # the gateway has not said yet that it takes a stream
        self._step_ms = 0

    @property
    def is_idle(self) -> bool:
        """Whether a package can be sent now."""
        return self._phase == _IDLE

    def deadline(self) -> "int | None":
        """Return when the link is to be given up; a stream that is taken has no end to wait for."""
        if self._phase not in _WAITING:
            return None
        if self._phase == _COMMITTED and self._is_stream and not self._is_awaited:
            return None
        return self._step_ms + wire.DATA_STEP_MS

    @property
    def room(self) -> int:
        """Bytes of the open stream that may be sent now."""
        if self._phase != _COMMITTED or not self._is_stream:
            return 0
        return self._limit - self._offset & 0xFFFFFFFF

    def begin(self, now_ms: int) -> None:
        """The gateway has settled."""
        if not self._cache.last_used:
            return  # lost in flash: until a RESYNC sets the lane anew there is nothing to name
        if self._core.open_package is None:
            self._phase = _IDLE
            return
        session_id, number = self._core.open_package
        self._phase = _ASKING
        self._step_ms = now_ms
        self._link.send(
            records.encode_outcome_query(session_id, number, wire.DATA_OUTCOME_QUERY), now_ms
        )

    def send(self, package: bytes, is_stream: bool, max_frame: int, now_ms: int) -> bytes:
        """Open a session for one package; return its session id."""
        if self._phase != _IDLE:
            raise MisuseError("no package can be sent now")
        inline = len(package) <= max_frame - data_records.OPEN_OVERHEAD
        if (is_stream and not inline) or len(package) > wire.MAX_PACKAGE or not package:
            raise MisuseError("package of impossible size")
        core = self._core
        cache = self._cache
        dsid = draw(core.random(32))
        while cache.knows_opener(dsid):
            dsid = draw(core.random(32))
        last = cache.last_used
        cache.begin(dsid)
        self._session_id = core.random(wire.SESSION_ID_SIZE)
        self._digest = core.crypto.sha256(package)
        self._is_stream = is_stream
        self._rest = b"" if inline else package
        self._phase = _OPENED
        self._step_ms = now_ms
        flags = (FLAG_INLINE if inline else 0) | (FLAG_STREAM if is_stream else 0)
        message = data_records.DataOpen(
            dsid,
            last,
            self._session_id,
            self._digest,
            len(package),
            flags,
            package if inline else b"",
        )
        self._link.send(data_records.encode_data_open(message), now_ms)
        return self._session_id

    def write(self, data: bytes, now_ms: int) -> None:
        """Send the next part of a stream; nothing ends it."""
        if self._phase != _COMMITTED or not self._is_stream:
            raise MisuseError("no stream is open")
        if len(data) > min(self._link.max_frame - data_records.CHUNK_OVERHEAD, self.room):
            raise MisuseError("part of a stream that is too long")
        if not data:
            self._is_stream = False
            self._step_ms = now_ms
        self._link.send(data_records.encode_chunk(self._offset, data), now_ms)
        self._offset = self._offset + len(data) & 0xFFFFFFFF

    def on_echo(self, record: bytes, now_ms: int) -> None:
        """DATA_ECHO: keep the pair (in flash before anything is said), then DATA_COMMIT."""
        dsid, gsid, digest = data_records.decode_data_step(record, self._gsid_size)
        cache = self._cache
        link = self._link
        if self._phase != _OPENED:
            raise RecordError("DATA_ECHO without a session")
        if dsid != cache.provisional_opener:
            link.breach_and_close(wire.DSID_MISMATCH, now_ms)
        elif digest != self._digest:
            link.breach_and_close(wire.COMMAND_MISMATCH, now_ms)
        elif self._gsid_size and (gsid == cache.acceptor_id or not is_identifier(gsid)):
            link.breach_and_close(wire.GSID_MISMATCH, now_ms)
        else:
            core = self._core
            cache.echoed(gsid)
            core.memory.promoted(self._binding, wire.LANE_DATA)
            core.open_package = (self._session_id, cache.count)
            self._phase = _COMMITTED
            self._step_ms = now_ms
            self._offset = 0
            link.send(data_records.encode_data_step(wire.DATA_COMMIT, dsid, gsid, digest), now_ms)
            size = link.max_frame - data_records.CHUNK_OVERHEAD
            while self._offset < len(self._rest):
                part = self._rest[self._offset : self._offset + size]
                link.send(data_records.encode_chunk(self._offset, part), now_ms)
                self._offset += len(part)
            self._rest = b""
            self._limit = 0
            self._is_awaited = self._is_stream

    def on_credit(self, record: bytes, now_ms: int) -> None:
        """CREDIT: the gateway takes the stream, so far for now."""
        limit = data_records.decode_credit(record)
        if self._phase != _COMMITTED or limit - self._offset & 0xFFFFFFFF > wire.MAX_CREDIT:
            raise RecordError("CREDIT without a stream, or too much of it")
        if self._is_stream:
            self._limit = limit
            self._is_awaited = False
            self._link.report(SessionEvent("stream_room", self._session_id, wire.STATUS_RUNNING))

    def on_done(self, record: bytes, now_ms: int) -> None:
        """DATA_DONE: the gateway has what it needs, or wants no more of a stream."""
        dsid, gsid, status = data_records.decode_data_done(record, self._gsid_size)
        cache = self._cache
        if self._phase != _COMMITTED:
            raise RecordError("DATA_DONE without a session")
        if dsid != cache.opener_id or gsid != cache.acceptor_id:
            self._link.breach_and_close(wire.GSID_MISMATCH, now_ms)
            return
        self._core.open_package = None
        self._end(status)

    def on_outcome(self, record: bytes, now_ms: int) -> None:
        """DATA_OUTCOME: what became of the package that was cut off."""
        session_id, number, status = data_records.decode_data_outcome(record)
        if self._phase != _ASKING or (session_id, number) != self._core.open_package:
            raise RecordError("DATA_OUTCOME of another package")
        self._core.open_package = None
        self._session_id = session_id
        self._end(status)

    def refused(self) -> None:
        """The gateway refused a step. After DATA_COMMIT that leaves open whether the package counts."""
        if self._phase == _OPENED:
            self._end(wire.STATUS_NOT_EXECUTED)
        elif self._phase == _COMMITTED:
            self._link.end("refused")

    def ended(self) -> None:
        """The link ended."""
        phase, self._phase = self._phase, _CLOSED_LANE
        if phase == _OPENED:
            self._link.report(SessionEvent("package", self._session_id, wire.STATUS_NOT_EXECUTED))
        elif phase == _COMMITTED:
            self._link.report(SessionEvent("package", self._session_id, wire.STATUS_UNKNOWN))

    def _end(self, status: int) -> None:
        self._phase = _IDLE
        self._rest = b""
        self._is_stream = False
        self._link.report(SessionEvent("package", self._session_id, status))


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .device_core import DeviceCore
    from .device_link import DeviceLink
    from .device_memory import Binding
