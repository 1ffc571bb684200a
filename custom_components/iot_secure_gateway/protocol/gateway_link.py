"""The gateway's end of one link: handshake, continuity, command sessions (FIG 10, FIG 13).

    CONNECTING  LINK_INIT sent      --LINK_ACCEPT-->  HELLO sent
    GREETING    HELLO sent          --HELLO_OK-->     SETTLING, or closed when a copy is suspected
    SETTLING    OUTCOME? per open question, then RESYNC per lane that needs it -> READY
    READY       nothing under way   --open()-->       OPEN sent
    OPENED      OPEN sent           --ECHO-->         COMMIT sent
    COMMITTED   COMMIT sent         --RESULT-->       READY
    ASKING      RELEASE, ROTATE, ADD_BINDING or ADDRESSES sent --answer--> READY or CLOSED
    RESTRICTED  the device does not allow our address: send_addresses() is all that is open
    STANDBY     another gateway is active: the link is kept, no session is opened
    any         timeout, cut, breach                  CLOSED

Sans-I/O: bytes and `now_ms` in; `take_output()`, `take_events()`, `closed`, `deadline()` out.
"""

from . import continuity, link, records, wire
from .errors import FrameError, ProtocolError, RecordError
from .events import Event, SessionEvent
from .frames import FrameReader, encode_frame
from .gateway_commands import CommandOpener
from .gateway_data import DataAcceptor
from .gateway_phases import ASKING, CLOSED, COMMITTED, CONNECTING, GREETING, OPENED, READY, SETTLING
from .gateway_requests import BindingRequests
from .gateway_settling import Settling

_IN_STEP = frozenset((CONNECTING, GREETING, SETTLING, OPENED, COMMITTED, ASKING))


class GatewayLink:
    """One link to one claimed device, for the time of one TCP connection.

    `suspended` may be set at any time: a session is then ended before its COMMIT (FIG 10 step 1015).
    """

    _channel: "link.RecordChannel"  # there once _is_linked

    def __init__(
        self,
        crypto: "Crypto",
        random: "Random",
        serial: str,
        gateway_id: bytes,
        binding_key: bytes,
        state: "GatewayState",
        now_ms: int,
        unix_ms: int,
        max_frame: int = wire.DEFAULT_MAX_FRAME,
        step_timeout_ms: int = wire.STEP_TIMEOUT_MS,
    ) -> None:
        self.state = state
        self.suspended = False
        self._crypto = crypto
        self._random = random
        self._unix_ms = unix_ms
        self._max_frame = max_frame
        self._step_timeout_ms = step_timeout_ms
        self._reader = FrameReader()
        self._data = DataAcceptor(crypto, random, state, self)
        self._is_linked = False  # whether _channel is there
        self._output: "list[bytes]" = []
        self._events: "list[Event | SessionEvent]" = []
        self.phase = CONNECTING
        self.peer_max_frame = wire.MIN_MAX_FRAME
        self._gsid_size = state.gsid_size
        self.continuity = Settling(crypto, random, state, self)
        self.commands = CommandOpener(random, state, self)
        self.requests = BindingRequests(crypto, random, binding_key, self)
        self.step_at_ms = now_ms
        self._sent_ms = now_ms
        self._heard_ms = now_ms
        self._handshake = link.handshake(crypto, serial, gateway_id, state.mode, binding_key, True)
        first = self._handshake.write_1(random(32))
        self._output.append(encode_frame(wire.FRAME_LINK_INIT, gateway_id + first))

    def __repr__(self) -> str:
        """Return a text without keys."""
        return "<GatewayLink phase=%d>" % self.phase

    # --- what the driver sees --------------------------------------------------------------------
    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed, after the output was sent."""
        return self.phase == CLOSED

    @property
    def is_ready(self) -> bool:
        """Whether a session can be opened now."""
        return self.phase == READY

    @property
    def max_command(self) -> int:
        """Bytes of the longest command that the device takes."""
        return min(self.peer_max_frame, self._max_frame) - wire.COMMAND_OVERHEAD  # it is echoed

    @property
    def channel_hash(self) -> bytes:
        """The handshake hash, which binds proofs to this link."""
        return self._channel.hash

    def take_output(self) -> bytes:
        """Return and clear the bytes to send."""
        output = self._output
        if not output:
            return b""
        self._output = []
        return output[0] if len(output) == 1 else b"".join(output)

    def take_events(self) -> "list[Any]":
        """Return and clear what happened."""
        events = self._events
        if events:
            self._events = []
        return events

    def deadline(self) -> "int | None":
        """Return when `tick` is due."""
        if self.phase == CLOSED:
            return None
        due = self._heard_ms + wire.SILENCE_MS
        quiet_ms = self._sent_ms + wire.KEEPALIVE_MS
        if quiet_ms < due and self.phase != SETTLING:
            due = quiet_ms
        next_ms = self.continuity.ask_at_ms
        if next_ms is None and self.phase in _IN_STEP and not self.continuity.awaits_save:
            next_ms = self.step_at_ms + self._step_timeout_ms
        return due if next_ms is None or due < next_ms else next_ms

    def tick(self, now_ms: int) -> None:
        """Do what time demands: keep alive, ask again, give up a step or the link."""
        if self.phase == CLOSED:
            return
        if self.continuity.ask_at_ms is not None:
            self.continuity.tick(now_ms)
        elif (
            self.phase in _IN_STEP
            and not self.continuity.awaits_save
            and now_ms >= self.step_at_ms + self._step_timeout_ms
        ):
            self.close(now_ms, "timeout")
            return
        if now_ms >= self._heard_ms + wire.SILENCE_MS:
            self.close(now_ms, "silence")
        elif (
            now_ms >= self._sent_ms + wire.KEEPALIVE_MS
            and self._is_linked
            and self.phase != SETTLING  # the device would take it for the end of the settling
        ):
            self.send(bytes((wire.KEEPALIVE,)), now_ms)

    def connection_lost(self, now_ms: int) -> None:
        """The connection ended; a session under way ends as FIG 13's interruption rules say."""
        self.close(now_ms, "cut")

    def receive(self, data: bytes, now_ms: int) -> None:
        """Take received bytes."""
        if self.phase == CLOSED:
            return
        try:
            reader = self._reader
            reader.feed(data)
            while self.phase != CLOSED:
                frame = reader.next()
                if frame is None:
                    return
                self._heard_ms = now_ms
                if frame[0] == wire.FRAME_RECORD and self._is_linked:
                    record = self._channel.open(frame[1])
                    if not record:
                        raise RecordError("empty record")
                    handler = _HANDLERS.get((self.phase, record[0]))
                    if handler is None:
                        handler = _ANY_TIME.get(record[0])
                        if handler is None or self.phase == GREETING:
                            raise RecordError("a record that this phase does not allow")
                    handler(self, record, now_ms)
                else:
                    self._on_handshake_frame(frame[0], frame[1], now_ms)
        except ProtocolError as error:
            self._events.append(
                Event("breach", code=error.code, authenticated=False, detail=str(error))
            )
            self.close(now_ms, "breach")

    def package_done(self, session_id: bytes, status: int, now_ms: int) -> None:
        """The package of a "package" or ended "stream" event is dealt with; events in it are durable."""
        self._data.done(session_id, status, now_ms)

    def take_more(self, session_id: bytes, size: int, now_ms: int) -> None:
        """Let the device send `size` more bytes of its stream."""
        self._data.grant(session_id, size, now_ms)

    def saved(self, now_ms: int) -> None:
        """What "save_now" asked for is durable: go on."""
        self.continuity.saved(now_ms)

    def _on_breach(self, record: bytes, now_ms: int) -> None:
        """The device refused a step. Before COMMIT nothing of the session was or will be executed.

        After COMMIT it may speak of another message than we think, so the outcome is asked for at
        the next contact (found by exploration: a replayed OPEN while the handler runs).
        """
        code = records.decode_breach(record)
        self._events.append(
            Event("breach", code=code, authenticated=True, detail="reported by the device")
        )
        is_open = self.phase == COMMITTED
        if self.phase == OPENED:
            self.phase = READY
            reason = wire.BREACH_NAMES[code].lower()
            self._events.append(
                SessionEvent(
                    "failed", self.commands.session_id, wire.STATUS_NOT_EXECUTED, b"", reason
                )
            )
        if is_open or code not in wire.HARMLESS_BREACHES:
            self.close(now_ms, "breach")

    # --- handshake and continuity -----------------------------------------------------------------
    def _on_handshake_frame(self, frame_type: int, body: bytes, now_ms: int) -> None:
        if frame_type == wire.FRAME_REJECT and self.phase <= GREETING and body == b"\x00":
            self._events.append(Event("rejected"))
            self.close(now_ms, "rejected")
            return
        if frame_type != wire.FRAME_LINK_ACCEPT or self.phase != CONNECTING:
            raise FrameError("a frame that this phase does not allow")
        self._handshake.read_2(body)
        self._channel = link.RecordChannel(self._crypto, self._handshake)
        self._is_linked = True
        self._reader.limit = self._max_frame
        self.phase = GREETING
        self.step_at_ms = now_ms
        state = self.state
        lanes = []
        for lane in wire.LANES:
            cache = state.lanes[lane]
            proof = continuity.confirmed_tag(
                self._crypto, self._channel.hash, continuity.FROM_GATEWAY, lane, state.epoch, cache
            )
            lanes.append((cache.count, proof))
        hello = records.Hello(self._unix_ms, self._max_frame, state.epoch, lanes)
        self.send(records.encode_hello(hello), now_ms)

    def _on_hello_ok(self, record: bytes, now_ms: int) -> None:
        self.continuity.on_hello_ok(record, now_ms)

    def _on_outcome(self, record: bytes, now_ms: int) -> None:
        self.continuity.on_outcome(record, now_ms)

    def _on_resynced(self, record: bytes, now_ms: int) -> None:
        self.continuity.on_resynced(record, now_ms)

    def _on_keepalive(self, record: bytes, now_ms: int) -> None:
        records.check_empty(record)

    def release(self, now_ms: int) -> None:
        """Ask the device to forget this binding; "released" tells that it did."""
        self.requests.release(now_ms)

    # --- command lane ------------------------------------------------------------------------------
    def open(self, session_id: bytes, command: bytes, now_ms: int) -> None:
        """Open a session for `command`, the canonical bytes whose id is `session_id` (step 1310)."""
        self.commands.open(session_id, command, now_ms)

    def _on_echo(self, record: bytes, now_ms: int) -> None:
        self.commands.on_echo(record, now_ms)

    def _on_result(self, record: bytes, now_ms: int) -> None:
        self.commands.on_result(record, now_ms)

    def _on_answer(self, record: bytes, now_ms: int) -> None:
        self.requests.on_answer(record, now_ms)

    # --- data lane ---------------------------------------------------------------------------------
    def _on_data_open(self, record: bytes, now_ms: int) -> None:
        self._data.on_open(record, now_ms)

    def _on_data_commit(self, record: bytes, now_ms: int) -> None:
        self._data.on_commit(record, now_ms)

    def _on_chunk(self, record: bytes, now_ms: int) -> None:
        self._data.on_chunk(record, now_ms)

    def _on_data_outcome_query(self, record: bytes, now_ms: int) -> None:
        self._data.on_outcome_query(record, now_ms)

    def report(self, event: "Event") -> None:
        """Add an event for the driver."""
        self._events.append(event)

    # --- ends ----------------------------------------------------------------------------------------
    def send(self, record: bytes, now_ms: int) -> None:
        """Queue a record."""
        self._sent_ms = now_ms
        self._output.append(self._channel.seal(record))

    def breach(self, code: int, detail: str, now_ms: int) -> None:
        """A check of ours failed: tell the device, end the session without COMMIT (step 1025)."""
        self._events.append(Event("breach", code=code, authenticated=True, detail=detail))
        self.send(records.encode_breach(code), now_ms)
        if code not in wire.HARMLESS_BREACHES:
            self.close(now_ms, wire.BREACH_NAMES[code].lower())

    def close(self, now_ms: int, reason: str) -> None:
        """End the link; a session under way ends with it."""
        phase = self.phase
        if phase == CLOSED:
            return
        self.phase = CLOSED
        if phase == OPENED:
            self._events.append(
                SessionEvent(
                    "failed", self.commands.session_id, wire.STATUS_NOT_EXECUTED, b"", reason
                )
            )
        elif phase == COMMITTED:
            self._events.append(
                SessionEvent("failed", self.commands.session_id, wire.STATUS_UNKNOWN, b"", reason)
            )
        self._events.append(Event("closed", reason=reason))


_HANDLERS = {
    (GREETING, wire.HELLO_OK): GatewayLink._on_hello_ok,
    (SETTLING, wire.OUTCOME): GatewayLink._on_outcome,
    (SETTLING, wire.RESYNCED): GatewayLink._on_resynced,
    (OPENED, wire.ECHO): GatewayLink._on_echo,
    (COMMITTED, wire.RESULT): GatewayLink._on_result,
}
for _kind in (wire.RELEASED, wire.ADDRESSES_OK, wire.ROTATED, wire.BINDING_ADDED):
    _HANDLERS[ASKING, _kind] = GatewayLink._on_answer
for _phase in (READY, OPENED, COMMITTED, ASKING):
    _HANDLERS[_phase, wire.DATA_OPEN] = GatewayLink._on_data_open
    _HANDLERS[_phase, wire.DATA_COMMIT] = GatewayLink._on_data_commit
    _HANDLERS[_phase, wire.CHUNK] = GatewayLink._on_chunk
    _HANDLERS[_phase, wire.DATA_OUTCOME_QUERY] = GatewayLink._on_data_outcome_query
_ANY_TIME = {wire.KEEPALIVE: GatewayLink._on_keepalive, wire.BREACH: GatewayLink._on_breach}


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .gateway_state import GatewayState
    from .ports import Crypto, Random
