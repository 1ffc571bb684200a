"""The gateway's end of one link: handshake, continuity, command sessions (FIG 10, FIG 13).

    CONNECTING  LINK_INIT sent      --LINK_ACCEPT-->  HELLO sent
    GREETING    HELLO sent          --HELLO_OK-->     SETTLING, or closed when a copy is suspected
    SETTLING    OUTCOME? per open question, then RESYNC per lane that needs it -> READY
    READY       nothing under way   --open()-->       OPEN sent
    OPENED      OPEN sent           --ECHO-->         COMMIT sent
    COMMITTED   COMMIT sent         --RESULT-->       READY
    RELEASING   RELEASE sent        --RELEASED-->     CLOSED
    any         timeout, cut, breach                  CLOSED

Sans-I/O: bytes and `now_ms` in; `take_output()`, `take_events()`, `closed`, `deadline()` out.
"""

from . import continuity, link, records, wire
from .errors import FrameError, MisuseError, ProtocolError, RecordError
from .events import Event, SessionEvent
from .frames import FrameReader, encode_frame
from .gateway_data import DataAcceptor
from .gateway_state import MAX_UNSAVED
from .identifiers import draw, is_identifier

CONNECTING = 0
GREETING = 1
SETTLING = 2
READY = 3
OPENED = 4
COMMITTED = 5
RELEASING = 6
CLOSED = 7

_IN_STEP = frozenset((CONNECTING, GREETING, SETTLING, OPENED, COMMITTED, RELEASING))
RUNNING_POLL_MS = 500  # a device that says "running" is asked again after this


class GatewayLink:
    """One link to one claimed device, for the time of one TCP connection.

    `suspended` may be set at any time: a session is then ended before its COMMIT (FIG 10 step 1015).
    """

    _channel: "link.RecordChannel"  # there once _is_linked
    _hello_ok: "records.HelloOk"  # there from SETTLING on
    _resync: "records.Resync"  # there while one is under way

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
        self.trace = False  # whether "step" events are made (FIG 12 as a picture)
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
        self._phase = CONNECTING
        self._peer_max_frame = wire.MIN_MAX_FRAME
        self._gsid_size = state.gsid_size
        self._command_cache = state.lanes[wire.LANE_COMMAND]
        self._command = b""
        self._session_id = b""
        self._questions: "list[tuple[bytes, int]]" = []  # (session id, number) still to be asked
        self._resyncs: "list[int]" = []  # lanes still to be resynchronised
        self._awaits_save = False
        self._ask_at_ms: "int | None" = None
        self._step_at_ms = now_ms
        self._sent_ms = now_ms
        self._heard_ms = now_ms
        self._handshake = link.handshake(crypto, serial, gateway_id, state.mode, binding_key, True)
        first = self._handshake.write_1(random(32))
        self._output.append(encode_frame(wire.FRAME_LINK_INIT, gateway_id + first))

    def __repr__(self) -> str:
        """Return a text without keys."""
        return "<GatewayLink phase=%d>" % self._phase

    # --- what the driver sees --------------------------------------------------------------------
    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed, after the output was sent."""
        return self._phase == CLOSED

    @property
    def is_ready(self) -> bool:
        """Whether a session can be opened now."""
        return self._phase == READY

    @property
    def max_command(self) -> int:
        """Bytes of the longest command that the device takes."""
        return self._peer_max_frame - wire.COMMAND_OVERHEAD

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
        if self._phase == CLOSED:
            return None
        due = min(self._sent_ms + wire.KEEPALIVE_MS, self._heard_ms + wire.SILENCE_MS)
        if self._ask_at_ms is not None:
            due = min(due, self._ask_at_ms)
        elif self._phase in _IN_STEP and not self._awaits_save:
            due = min(due, self._step_at_ms + self._step_timeout_ms)
        return due

    def tick(self, now_ms: int) -> None:
        """Do what time demands: keep alive, ask again, give up a step or the link."""
        if self._phase == CLOSED:
            return
        if self._ask_at_ms is not None:
            if now_ms >= self._ask_at_ms:
                self._ask_at_ms = None
                self._settle(now_ms)
        elif (
            self._phase in _IN_STEP
            and not self._awaits_save
            and now_ms >= self._step_at_ms + self._step_timeout_ms
        ):
            self._close(now_ms, "timeout")
            return
        if now_ms >= self._heard_ms + wire.SILENCE_MS:
            self._close(now_ms, "silence")
        elif now_ms >= self._sent_ms + wire.KEEPALIVE_MS and self._is_linked:
            self.send(bytes((wire.KEEPALIVE,)), now_ms)

    def connection_lost(self, now_ms: int) -> None:
        """The connection ended; a session under way ends as FIG 13's interruption rules say."""
        self._close(now_ms, "cut")

    def receive(self, data: bytes, now_ms: int) -> None:
        """Take received bytes."""
        if self._phase == CLOSED:
            return
        try:
            reader = self._reader
            reader.feed(data)
            while self._phase != CLOSED:
                frame = reader.next()
                if frame is None:
                    return
                self._heard_ms = now_ms
                if frame[0] == wire.FRAME_RECORD and self._is_linked:
                    record = self._channel.open(frame[1])
                    if not record:
                        raise RecordError("empty record")
                    handler = _HANDLERS.get((self._phase, record[0]))
                    if handler is None:
                        handler = _ANY_TIME.get(record[0])
                        if handler is None or self._phase == GREETING:
                            raise RecordError("a record that this phase does not allow")
                    handler(self, record, now_ms)
                else:
                    self._on_handshake_frame(frame[0], frame[1], now_ms)
        except ProtocolError as error:
            self._events.append(
                Event("breach", code=error.code, authenticated=False, detail=str(error))
            )
            self._close(now_ms, "breach")

    # --- sessions ----------------------------------------------------------------------------------
    def open(self, session_id: bytes, command: bytes, now_ms: int) -> None:
        """Open a session for `command`, the canonical bytes whose id is `session_id` (step 1310)."""
        if self._phase != READY:
            raise MisuseError("no session can be opened now")
        if self.state.unsaved >= MAX_UNSAVED:
            raise MisuseError("the state has to be saved first")
        if len(command) > self._peer_max_frame - wire.COMMAND_OVERHEAD:
            raise MisuseError("command longer than the device takes")
        cache = self._command_cache
        gsid = b""
        if self._gsid_size:
            gsid = draw(self._random(32))
            while cache.knows_opener(gsid):
                gsid = draw(self._random(32))
        cache.begin(gsid)
        self._command = command
        self._session_id = session_id
        self._phase = OPENED
        self._step_at_ms = now_ms
        self.send(records.encode_session(wire.OPEN, gsid, cache.acceptor_id, command), now_ms)
        if self.trace:
            self._step("open", gsid, cache.acceptor_id)

    def release(self, now_ms: int) -> None:
        """Ask the device to forget this binding; "released" tells that it did."""
        if self._phase != READY:
            raise MisuseError("the link is not idle")
        self._phase = RELEASING
        self._step_at_ms = now_ms
        self.send(bytes((wire.RELEASE,)), now_ms)

    def package_done(self, session_id: bytes, status: int, now_ms: int) -> None:
        """The package of a "package" or ended "stream" event is dealt with; events in it are durable."""
        self._data.done(session_id, status, now_ms)

    def saved(self, now_ms: int) -> None:
        """What "save_now" asked for is durable: go on."""
        if self._awaits_save and self._phase == SETTLING:
            self._awaits_save = False
            self._step_at_ms = now_ms
            self._send_resync(now_ms)

    def _on_echo(self, record: bytes, now_ms: int) -> None:
        gsid, dsid, command = records.decode_session(record, self._gsid_size)
        cache = self._command_cache
        if gsid != cache.provisional_opener:
            self.breach(wire.GSID_MISMATCH, "ECHO with another GSID", now_ms)
        elif command != self._command:  # FIG 10 step 1015
            self.breach(wire.COMMAND_MISMATCH, "ECHO with another command", now_ms)
        elif dsid == cache.acceptor_id or not is_identifier(dsid):
            self.breach(wire.DSID_MISMATCH, "ECHO without a new DSID", now_ms)
        elif self.suspended:
            self._close(now_ms, "suspended")
        else:
            state = self.state
            cache.echoed(dsid)
            state.unsaved += 1
            state.dirty = True
            state.unresolved.append((self._session_id, cache.count))
            self._phase = COMMITTED
            self._step_at_ms = now_ms
            self.send(records.encode_session(wire.COMMIT, gsid, dsid, command), now_ms)  # step 1020
            if self.trace:
                self._step("echo", gsid, dsid)
                self._step("commit", gsid, dsid)

    def _on_result(self, record: bytes, now_ms: int) -> None:
        gsid, dsid, status, result = records.decode_result(record, self._gsid_size)
        cache = self._command_cache
        if gsid != cache.opener_id or dsid != cache.acceptor_id:
            self.breach(wire.DSID_MISMATCH, "RESULT of another session", now_ms)
            return
        self._forget_question(self._session_id)
        self._phase = READY
        self._events.append(SessionEvent("result", self._session_id, status, result))
        if self.trace:
            self._step("result", gsid, dsid)

    def _on_breach(self, record: bytes, now_ms: int) -> None:
        """The device refused a step: nothing of this session was or will be executed."""
        code = records.decode_breach(record)
        self._events.append(
            Event("breach", code=code, authenticated=True, detail="reported by the device")
        )
        if self._phase == OPENED or self._phase == COMMITTED:
            self._forget_question(self._session_id)
            self._phase = READY
            reason = wire.BREACH_NAMES[code].lower()
            self._events.append(
                SessionEvent("failed", self._session_id, wire.STATUS_NOT_EXECUTED, b"", reason)
            )
        if code not in wire.HARMLESS_BREACHES:
            self._close(now_ms, "breach")

    # --- handshake and continuity -----------------------------------------------------------------
    def _on_handshake_frame(self, frame_type: int, body: bytes, now_ms: int) -> None:
        if frame_type == wire.FRAME_REJECT:
            self._events.append(Event("rejected"))
            self._close(now_ms, "rejected")
            return
        if frame_type != wire.FRAME_LINK_ACCEPT or self._phase != CONNECTING:
            raise FrameError("a frame that this phase does not allow")
        self._handshake.read_2(body)
        self._channel = link.RecordChannel(self._crypto, self._handshake)
        self._is_linked = True
        self._reader.limit = self._max_frame
        self._phase = GREETING
        self._step_at_ms = now_ms
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
        hello = records.decode_hello_ok(record)
        state = self.state
        self._hello_ok = hello
        self._peer_max_frame = hello.max_frame
        self._resyncs = []
        for lane in wire.LANES:
            verdict = continuity.judge(self._crypto, self._channel.hash, state, lane, hello)
            if verdict == continuity.COPY:
                self._events.append(Event("copy_suspected", lane=lane))
                self.breach(wire.CONTINUITY_BREAK, "counts or identifiers do not match", now_ms)
                return
            if verdict == continuity.RESYNC:
                self._resyncs.append(lane)
            else:
                state.may_have_lost[lane] = False
        state.last_boot = hello.boot
        state.dirty = True
        self._questions = list(state.unresolved)
        self._phase = SETTLING
        self._settle(now_ms)

    def _settle(self, now_ms: int) -> None:
        """Take the next step before READY: ask for an outcome, set a lane anew, or be ready."""
        self._step_at_ms = now_ms
        if self._questions:
            session_id, number = self._questions[0]
            self.send(records.encode_outcome_query(session_id, number), now_ms)
        elif self._resyncs:
            lane = self._resyncs[0]
            state = self.state
            count = max(state.lanes[lane].count, self._hello_ok.lanes[lane].count) + 1
            state.epoch = max(state.epoch, self._hello_ok.epoch) + 1
            for other in self._resyncs:
                state.resync_pending[other] = True
            gsid = draw(self._random(32)) if self._gsid_size else b""
            self._resync = records.Resync(lane, state.epoch, count, gsid, draw(self._random(32)))
            state.dirty = True
            self._awaits_save = True
            self._events.append(Event("save_now"))
        else:
            self._phase = READY
            self.send(bytes((wire.KEEPALIVE,)), now_ms)  # tells the device that its lane may begin
            hello = self._hello_ok
            self._events.append(
                Event(
                    "ready",
                    firmware=hello.firmware,
                    boot=hello.boot,
                    reset_cause=hello.reset_cause,
                    flags=hello.flags,
                    observed_address=hello.observed,
                )
            )

    def _on_outcome(self, record: bytes, now_ms: int) -> None:
        outcome = records.decode_outcome(record)
        if not self._questions or (outcome.session_id, outcome.number) != self._questions[0]:
            raise RecordError("OUTCOME of another session")
        if outcome.status == wire.STATUS_RUNNING:
            self._ask_at_ms = now_ms + RUNNING_POLL_MS
            return
        self._questions.pop(0)
        self._forget_question(outcome.session_id)
        self._events.append(
            SessionEvent("outcome", outcome.session_id, outcome.status, outcome.result)
        )
        self._settle(now_ms)

    def _send_resync(self, now_ms: int) -> None:
        self.send(records.encode_resync(self._resync), now_ms)

    def _on_resynced(self, record: bytes, now_ms: int) -> None:
        resync, _ = records.decode_resynced(record, self._gsid_size)
        if resync != self._resync:
            raise RecordError("RESYNCED with other values")
        opener, acceptor = continuity.pair(resync.lane, resync.gsid, resync.dsid)
        state = self.state
        state.lanes[resync.lane].reset(opener, acceptor, resync.count)
        state.resync_pending[resync.lane] = False
        state.may_have_lost[resync.lane] = False
        state.dirty = True
        self._resyncs.pop(0)
        self._settle(now_ms)

    def _on_released(self, record: bytes, now_ms: int) -> None:
        records.check_empty(record)
        self._events.append(Event("released"))
        self._close(now_ms, "released")

    def _on_keepalive(self, record: bytes, now_ms: int) -> None:
        records.check_empty(record)

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
            self._close(now_ms, wire.BREACH_NAMES[code].lower())

    def _close(self, now_ms: int, reason: str) -> None:
        phase = self._phase
        if phase == CLOSED:
            return
        self._phase = CLOSED
        if phase == OPENED:
            self._events.append(
                SessionEvent("failed", self._session_id, wire.STATUS_NOT_EXECUTED, b"", reason)
            )
        elif phase == COMMITTED:
            self._events.append(
                SessionEvent("failed", self._session_id, wire.STATUS_UNKNOWN, b"", reason)
            )
        self._events.append(Event("closed", reason=reason))

    def _forget_question(self, session_id: bytes) -> None:
        unresolved = self.state.unresolved
        self.state.unresolved = [item for item in unresolved if item[0] != session_id]
        self.state.dirty = True

    def _step(self, name: str, gsid: bytes, dsid: bytes) -> None:
        self._events.append(
            Event("step", name=name, gsid=gsid, dsid=dsid, number=self._command_cache.count)
        )


_HANDLERS = {
    (GREETING, wire.HELLO_OK): GatewayLink._on_hello_ok,
    (SETTLING, wire.OUTCOME): GatewayLink._on_outcome,
    (SETTLING, wire.RESYNCED): GatewayLink._on_resynced,
    (OPENED, wire.ECHO): GatewayLink._on_echo,
    (COMMITTED, wire.RESULT): GatewayLink._on_result,
    (RELEASING, wire.RELEASED): GatewayLink._on_released,
}
for _phase in (READY, OPENED, COMMITTED, RELEASING):
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
