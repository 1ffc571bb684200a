"""Command sessions at the gateway (FIG 10, FIG 13): open, compare the echo, commit, take the result."""

from . import records, wire
from .errors import MisuseError
from .events import Event, SessionEvent
from .gateway_phases import COMMITTED, OPENED, READY
from .gateway_state import MAX_UNSAVED
from .identifiers import draw, is_identifier


class CommandOpener:
    """The opener of one link's command lane; one session at a time."""

    def __init__(self, random: "Random", state: "GatewayState", link: "GatewayLink") -> None:
        self.session_id = b""
        self._random = random
        self._state = state
        self._link = link
        self._cache = state.lanes[wire.LANE_COMMAND]
        self._gsid_size = state.gsid_size
        self._command = b""

    def __repr__(self) -> str:
        """Return a text without identifiers."""
        return "<CommandOpener>"

    def open(self, session_id: bytes, command: bytes, now_ms: int) -> None:
        """Open a session for `command`, the canonical bytes whose id is `session_id` (step 1310)."""
        link = self._link
        if link.phase != READY:
            raise MisuseError("no session can be opened now")
        if self._state.unsaved >= MAX_UNSAVED:
            raise MisuseError("the state has to be saved first")
        if len(command) > link.max_command:
            raise MisuseError("command longer than the device takes")
        cache = self._cache
        gsid = b""
        if self._gsid_size:
            gsid = draw(self._random(32))
            while cache.knows_opener(gsid):
                gsid = draw(self._random(32))
        cache.begin(gsid)
        self._command = command
        self.session_id = session_id
        link.phase = OPENED
        link.step_at_ms = now_ms
        link.send(records.encode_session(wire.OPEN, gsid, cache.acceptor_id, command), now_ms)

    def on_echo(self, record: bytes, now_ms: int) -> None:
        """ECHO: COMMIT only what came back identical (steps 1010-1020)."""
        link = self._link
        gsid, dsid, command = records.decode_session(record, self._gsid_size)
        cache = self._cache
        if gsid != cache.provisional_opener:
            link.breach(wire.GSID_MISMATCH, "ECHO with another GSID", now_ms)
        elif command != self._command:  # FIG 10 step 1015
            link.breach(wire.COMMAND_MISMATCH, "ECHO with another command", now_ms)
        elif dsid == cache.acceptor_id or not is_identifier(dsid):
            link.breach(wire.DSID_MISMATCH, "ECHO without a new DSID", now_ms)
        elif link.suspended:
            link.close(now_ms, "suspended")
        else:
            state = self._state
            cache.echoed(dsid)
            state.unsaved += 1
            state.dirty = True
            state.unresolved.append((self.session_id, cache.count))
            link.phase = COMMITTED
            link.step_at_ms = now_ms
            link.send(records.encode_session(wire.COMMIT, gsid, dsid, command), now_ms)  # step 1020
            link.report(Event("committed", gsid=gsid, dsid=dsid, number=cache.count))

    def on_result(self, record: bytes, now_ms: int) -> None:
        """RESULT: the session is over."""
        link = self._link
        gsid, dsid, status, result = records.decode_result(record, self._gsid_size)
        cache = self._cache
        if gsid != cache.opener_id or dsid != cache.acceptor_id:
            link.breach(wire.DSID_MISMATCH, "RESULT of another session", now_ms)
            return
        self._state.forget(self.session_id)
        link.phase = READY
        link.report(SessionEvent("result", self.session_id, status, result))


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .gateway_link import GatewayLink
    from .gateway_state import GatewayState
    from .ports import Random
