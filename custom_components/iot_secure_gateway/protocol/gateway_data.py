"""The data lane at the gateway: takes packages that the device sends (sensor values, events, logs).

IDLE        --DATA_OPEN-->    DATA_ECHO, OFFERED
OFFERED     --DATA_COMMIT-->  DELIVERING (the package was inline) or RECEIVING
RECEIVING   --CHUNK-->        RECEIVING, until all is there: DELIVERING
DELIVERING  done() of the driver, when what matters is durable --> DATA_DONE, IDLE
            A stream may be ended so from RECEIVING, too; what of it is under way is then dropped.
OFFERED is dropped by a new DATA_OPEN, after 10 s and at the end of the link.
"""

from . import data_records, records, wire
from .data_records import FLAG_INLINE, FLAG_STREAM
from .errors import RecordError
from .events import Event
from .gateway_state import MAX_UNSAVED
from .identifiers import draw, is_identifier

_IDLE = 0
_OFFERED = 1
_RECEIVING = 2
_DELIVERING = 3

_REMEMBERED = 4  # finished packages that the device may still ask about; it has one under way


class DataAcceptor:
    """The acceptor of one link's data lane."""

    _message: "data_records.DataOpen"  # there from OFFERED on

    def __init__(
        self, crypto: "Crypto", random: "Random", state: "GatewayState", link: "GatewayLink"
    ) -> None:
        self._crypto = crypto
        self._random = random
        self._state = state
        self._link = link
        self._cache = state.lanes[wire.LANE_DATA]
        self._gsid_size = state.gsid_size
        self._phase = _IDLE
        self._gsid = b""
        self._number = 0  # of the session, known from DATA_COMMIT on
        self._offered_until_ms = 0
        self._parts: "list[bytes]" = []
        self._received = 0
        self._granted = 0  # bytes of a stream that may come

    def __repr__(self) -> str:
        """Return a text without identifiers."""
        return "<DataAcceptor phase=%d>" % self._phase

    def on_open(self, record: bytes, now_ms: int) -> None:
        """DATA_OPEN: check that the device remembers what we do, and answer with a new GSID."""
        message = data_records.decode_data_open(record)
        cache = self._cache
        link = self._link
        if self._phase in (_RECEIVING, _DELIVERING):
            link.breach(wire.BUSY, "DATA_OPEN while a package is being taken", now_ms)
            return
        if self._state.unsaved >= MAX_UNSAVED:  # a crash now must not lose more than is forgiven
            link.report(Event("save_now"))
            link.send(records.encode_breach(wire.BUSY), now_ms)
            return
        if not cache.would_settle(message.last):
            link.breach(wire.GSID_MISMATCH, "DATA_OPEN with another GSID", now_ms)
            return
        if cache.knows_opener(message.dsid) or not is_identifier(message.dsid):
            link.breach(wire.DSID_MISMATCH, "DATA_OPEN without a new DSID", now_ms)
            return
        if message.flags & FLAG_INLINE and self._crypto.sha256(message.package) != message.digest:
            link.breach(wire.COMMAND_MISMATCH, "DATA_OPEN with another package", now_ms)
            return
        cache.settle(message.last)
        gsid = b""
        if self._gsid_size:
            gsid = draw(self._random(32))
            while gsid == cache.acceptor_id:
                gsid = draw(self._random(32))
        cache.offer(message.dsid, gsid)
        self._granted = 0  # what was still under way of a stream that was ended early has come
        self._state.dirty = True
        self._message = message
        self._gsid = gsid
        self._phase = _OFFERED
        self._offered_until_ms = now_ms + wire.PENDING_SESSION_MS
        link.send(
            data_records.encode_data_step(wire.DATA_ECHO, message.dsid, gsid, message.digest),
            now_ms,
        )

    def on_commit(self, record: bytes, now_ms: int) -> None:
        """DATA_COMMIT: all identical to what was offered, so the package counts."""
        dsid, gsid, digest = data_records.decode_data_step(record, self._gsid_size)
        link = self._link
        if self._phase != _OFFERED or now_ms >= self._offered_until_ms:
            self._phase = _IDLE
            link.breach(wire.SESSION_EXPIRED, "DATA_COMMIT without a session", now_ms)
            return
        self._phase = _IDLE
        message = self._message
        if digest != message.digest:
            link.breach(wire.COMMAND_MISMATCH, "DATA_COMMIT of another package", now_ms)
        elif gsid != self._gsid:
            link.breach(wire.GSID_MISMATCH, "DATA_COMMIT with another GSID", now_ms)
        elif dsid != message.dsid:
            link.breach(wire.DSID_MISMATCH, "DATA_COMMIT with another DSID", now_ms)
        else:
            self._cache.commit()
            self._number = self._cache.count
            self._state.unsaved += 1
            self._state.dirty = True
            self._parts = []
            self._received = 0
            if message.flags & FLAG_STREAM:
                self._phase = _RECEIVING
                link.report(Event("stream", session_id=message.session_id, package=message.package))
            elif message.flags & FLAG_INLINE:
                self._deliver(message.package)
            else:
                self._phase = _RECEIVING

    def on_chunk(self, record: bytes, now_ms: int) -> None:
        """CHUNK: the next part of a long package or of a stream."""
        offset, part = data_records.decode_chunk(record)
        if self._phase == _IDLE and 0 < self._granted >= self._received + len(part):
            self._received += len(part)  # sent before the device heard that nobody wants it
            return
        if self._phase != _RECEIVING or offset != self._received & 0xFFFFFFFF:
            raise RecordError("CHUNK that does not follow")
        message = self._message
        if message.flags & FLAG_STREAM:
            if self._received + len(part) > self._granted:
                raise RecordError("CHUNK beyond what was granted")
            self._received += len(part)
            link_event = Event("chunk", session_id=message.session_id, data=part, last=not part)
            self._link.report(link_event)
            if not part:
                self._phase = _DELIVERING
                self._granted = 0
            return
        if not part or self._received + len(part) > message.size:
            raise RecordError("CHUNK beyond the package")
        self._parts.append(part)
        self._received += len(part)
        if self._received == message.size:
            package = b"".join(self._parts)
            self._parts = []
            if self._crypto.sha256(package) != message.digest:
                self._phase = _IDLE
                self._link.breach(
                    wire.COMMAND_MISMATCH, "a package of other bytes than announced", now_ms
                )
                return
            self._deliver(package)

    def on_outcome_query(self, record: bytes, now_ms: int) -> None:
        """DATA_OUTCOME?: the device asks what became of a package whose link was cut."""
        session_id, number = records.decode_outcome_query(record)
        status = wire.STATUS_UNKNOWN
        if number > self._cache.count:
            status = wire.STATUS_NOT_EXECUTED
        for known_id, known_number, known_status in self._state.data_done:
            if known_id == session_id and known_number == number:
                status = known_status
        self._link.send(data_records.encode_data_outcome(session_id, number, status), now_ms)

    def done(self, session_id: bytes, status: int, now_ms: int) -> None:
        """The driver has dealt with the package: STATUS_OK, or STATUS_REFUSED for one it cannot use.

        Of a stream that was cut it is STATUS_UNKNOWN; the device hears of it when it asks.
        """
        if self._phase not in (_RECEIVING, _DELIVERING) or self._message.session_id != session_id:
            return
        self._phase = _IDLE
        state = self._state
        entry = (session_id, self._number, status)  # a newer link may have counted on meanwhile
        state.data_done = (state.data_done + [entry])[-_REMEMBERED:]
        state.dirty = True
        if not self._link.closed:
            self._link.send(
                data_records.encode_data_done(self._message.dsid, self._gsid, status), now_ms
            )

    def grant(self, session_id: bytes, size: int, now_ms: int) -> None:
        """The driver takes `size` more bytes of a stream."""
        if self._phase != _RECEIVING or self._message.session_id != session_id:
            return
        self._granted += size
        self._link.send(data_records.encode_credit(self._granted & 0xFFFFFFFF), now_ms)

    def _deliver(self, package: bytes) -> None:
        self._phase = _DELIVERING
        self._link.report(Event("package", session_id=self._message.session_id, package=package))


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .gateway_link import GatewayLink
    from .gateway_state import GatewayState
    from .ports import Crypto, Random
