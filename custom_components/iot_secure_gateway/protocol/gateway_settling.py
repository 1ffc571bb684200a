"""What the gateway settles on a new link before any session: continuity, open questions, RESYNC."""

from . import continuity, gateway_memory, records, wire
from .errors import RecordError
from .events import Event, SessionEvent
from .gateway_phases import READY, RESTRICTED, SETTLING, STANDBY
from .identifiers import draw

RUNNING_POLL_MS = 500  # a device that says "running" is asked again after this


class Settling:
    """The way of one link from HELLO_OK to READY, STANDBY or RESTRICTED.

    `awaits_save` holds the next RESYNC back until the driver has made the state durable;
    `ask_at_ms` is when a device that was still executing is asked again.
    """

    _hello_ok: "records.HelloOk"  # there from HELLO_OK on
    _resync: "records.Resync"  # there while one is under way

    def __init__(
        self, crypto: "Crypto", random: "Random", state: "GatewayState", link: "GatewayLink"
    ) -> None:
        self.awaits_save = False
        self.ask_at_ms: "int | None" = None
        self._crypto = crypto
        self._random = random
        self._state = state
        self._link = link
        self._questions: "list[tuple[bytes, int]]" = []  # (session id, number) still to be asked
        self._resyncs: "list[int]" = []  # lanes still to be resynchronised

    def __repr__(self) -> str:
        """Return a text without identifiers."""
        return "<Settling>"

    def tick(self, now_ms: int) -> None:
        """Ask again when it is time."""
        if self.ask_at_ms is not None and now_ms >= self.ask_at_ms:
            self.ask_at_ms = None
            self.settle(now_ms)

    def saved(self, now_ms: int) -> None:
        """What "save_now" asked for is durable: send the RESYNC."""
        if self.awaits_save and self._link.phase == SETTLING:
            self.awaits_save = False
            self._link.step_at_ms = now_ms
            self._send_resync(now_ms)

    def on_hello_ok(self, record: bytes, now_ms: int) -> None:
        """HELLO_OK: judge both lanes before anything else is evaluated."""
        link = self._link
        hello = records.decode_hello_ok(record)
        state = self._state
        self._hello_ok = hello
        link.peer_max_frame = hello.max_frame
        self._resyncs = []
        is_behind = False
        for lane in wire.LANES:
            verdict = gateway_memory.judge(self._crypto, link.channel_hash, state, lane, hello)
            if verdict == continuity.COPY:
                link.report(Event("copy_suspected", lane=lane))
                link.breach(wire.CONTINUITY_BREAK, "counts or identifiers do not match", now_ms)
                return
            if verdict == continuity.BEHIND:
                is_behind = True
            elif verdict == continuity.RESYNC:
                self._resyncs.append(lane)
            else:
                state.may_have_lost[lane] = False
        state.dirty = True
        if is_behind:
            link.report(Event("behind"))
            link.close(now_ms, "behind")
            return
        if hello.flags & wire.FLAG_RESTRICTED:
            link.phase = RESTRICTED
            link.report(Event("restricted", observed_address=hello.observed))
            return
        self._questions = list(state.unresolved)
        link.phase = SETTLING
        self.settle(now_ms)

    def settle(self, now_ms: int) -> None:
        """Take the next step before READY: ask for an outcome, set a lane anew, or be ready."""
        link = self._link
        link.step_at_ms = now_ms
        if self._questions:
            session_id, number = self._questions[0]
            link.send(records.encode_outcome_query(session_id, number), now_ms)
        elif self._resyncs:
            lane = self._resyncs[0]
            state = self._state
            count = max(state.lanes[lane].count, self._hello_ok.lanes[lane].count) + 1
            state.epoch = max(state.epoch, self._hello_ok.epoch) + 1
            for other in self._resyncs:
                state.resync_pending[other] = True
            gsid = draw(self._random(32)) if self._state.gsid_size else b""
            self._resync = records.Resync(lane, state.epoch, count, gsid, draw(self._random(32)))
            state.dirty = True
            self.awaits_save = True
            link.report(Event("save_now"))
        elif self._hello_ok.flags & wire.FLAG_STANDBY:
            self._state.memory = gateway_memory.OWN_MEMORY
            self._state.last_boot = self._hello_ok.boot
            link.phase = STANDBY
            link.report(Event("standby"))
        else:
            self._state.memory = gateway_memory.OWN_MEMORY
            # Not before: until a RESYNC is under way this boot explains why the device is behind.
            self._state.last_boot = self._hello_ok.boot
            link.phase = READY
            link.send(bytes((wire.KEEPALIVE,)), now_ms)  # tells the device that its lane may begin
            hello = self._hello_ok
            link.report(
                Event(
                    "ready",
                    firmware=hello.firmware,
                    boot=hello.boot,
                    reset_cause=hello.reset_cause,
                    flags=hello.flags,
                    observed_address=hello.observed,
                )
            )

    def on_outcome(self, record: bytes, now_ms: int) -> None:
        """OUTCOME: what became of a session that was cut off."""
        link = self._link
        outcome = records.decode_outcome(record)
        if not self._questions or (outcome.session_id, outcome.number) != self._questions[0]:
            raise RecordError("OUTCOME of another session")
        if self.ask_at_ms is not None:
            raise RecordError("OUTCOME that was not asked for")
        if outcome.status == wire.STATUS_RUNNING:
            self.ask_at_ms = now_ms + RUNNING_POLL_MS
            return
        self._questions.pop(0)
        self._state.forget(outcome.session_id)
        link.report(SessionEvent("outcome", outcome.session_id, outcome.status, outcome.result))
        self.settle(now_ms)

    def _send_resync(self, now_ms: int) -> None:
        self._link.send(records.encode_resync(self._resync), now_ms)

    def on_resynced(self, record: bytes, now_ms: int) -> None:
        """RESYNCED: the device has written what we sent; both sides go on from there."""
        resync, _ = records.decode_resynced(record, self._state.gsid_size)
        if self._questions or self.awaits_save or not self._resyncs or resync != self._resync:
            raise RecordError("RESYNCED that was not asked for")
        opener, acceptor = continuity.pair(resync.lane, resync.gsid, resync.dsid)
        state = self._state
        state.lanes[resync.lane].reset(opener, acceptor, resync.count)
        state.resync_pending[resync.lane] = False
        state.may_have_lost[resync.lane] = False
        state.dirty = True
        self._resyncs.pop(0)
        self.settle(now_ms)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .gateway_link import GatewayLink
    from .gateway_state import GatewayState
    from .ports import Crypto, Random
