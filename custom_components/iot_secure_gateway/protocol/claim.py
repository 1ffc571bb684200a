"""The gateway's side of a claim (FIG 4 steps 415-425, FIG 5): sans-I/O, one object per attempt.

start -> CLAIM_OPEN        WAIT_REPLY   --CLAIM_REPLY-->   CLAIM_CONFIRM
                           WAIT_RESULT  --CLAIM_RESULT-->  done
WAIT_REPLY also takes CLAIM_RESULT (owned, locked, closed); anything else fails the attempt.
"""

from . import wire
from .claim_messages import SID_SIZE, ClaimExchange, ClaimOpen, decode_result, encode_open
from .errors import HandshakeError, ProtocolError
from .frames import FrameReader, encode_frame
from .gateway_state import GatewayState

VALIDATED = "validated"
REJECTED = "rejected"
OWNED = "owned"
LOCKED = "locked"
CLOSED = "closed"
FAILED = "failed"  # no answer that makes sense: not a device of ours, cut off, too slow

_STATUS = {
    wire.CLAIM_REJECTED: REJECTED,
    wire.CLAIM_OWNED: OWNED,
    wire.CLAIM_LOCKED: LOCKED,
    wire.CLAIM_CLOSED: CLOSED,
}

_WAIT_REPLY = 0
_WAIT_RESULT = 1
_DONE = 2

ANSWER_TIMEOUT_MS = 15000  # a microcontroller computes for seconds here


class ClaimResult:
    """How a claim ended; all but `validated` are not authenticated: show, never act."""

    def __init__(self, status: str, seconds: int = 0) -> None:
        self.status = status
        self.seconds = seconds
        self.was_tried = True  # False: the device answered before it looked at the password
        self.binding_key = b""
        self.state: "GatewayState | None" = None  # when validated

    def __repr__(self) -> str:
        """Return a text without the key."""
        return "<ClaimResult %s>" % self.status


class GatewayClaim:
    """One claim attempt over one connection. `result` is None until it is decided."""

    def __init__(
        self,
        crypto: "Crypto",
        random: "Random",
        serial: str,
        gateway_id: bytes,
        prs: bytes,
        slot: int,
        mode: int,
        now_ms: int,
    ) -> None:
        self._crypto = crypto
        self._mode = mode
        self._reader = FrameReader()
        self._phase = _WAIT_REPLY
        self._secret = random(32)
        self._deadline_ms = now_ms + ANSWER_TIMEOUT_MS
        sid = random(SID_SIZE)
        self._exchange = ClaimExchange(crypto, serial, sid, mode, slot, gateway_id, prs)
        self._share = self._exchange.share(self._secret)
        message = ClaimOpen(sid, wire.VERSION, mode, slot, gateway_id, self._share)
        self._output = encode_frame(wire.FRAME_CLAIM_OPEN, encode_open(message))
        self.result: "ClaimResult | None" = None

    def __repr__(self) -> str:
        """Return a text without secrets."""
        return "<GatewayClaim>"

    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed, after the output was sent."""
        return self._phase == _DONE

    def take_output(self) -> bytes:
        """Return and clear the bytes to send."""
        output, self._output = self._output, b""
        return output

    def receive(self, data: bytes, now_ms: int) -> None:
        """Take received bytes."""
        if self._phase == _DONE:
            return
        try:
            self._reader.feed(data)
            while self._phase != _DONE:
                frame = self._reader.next()
                if frame is None:
                    return
                self._deadline_ms = now_ms + ANSWER_TIMEOUT_MS
                self._on_frame(frame[0], frame[1])
        except ProtocolError:
            self._finish(ClaimResult(FAILED))

    def deadline(self) -> "int | None":
        """Return when `tick` is due."""
        return None if self._phase == _DONE else self._deadline_ms

    def tick(self, now_ms: int) -> None:
        """Give up after the deadline."""
        if self._phase != _DONE and now_ms >= self._deadline_ms:
            self._finish(ClaimResult(FAILED))

    def connection_lost(self, now_ms: int) -> None:
        """The connection ended."""
        if self._phase != _DONE:
            self._finish(ClaimResult(FAILED))

    def _on_frame(self, frame_type: int, body: bytes) -> None:
        if frame_type == wire.FRAME_CLAIM_REPLY and self._phase == _WAIT_REPLY:
            if len(body) != 32:
                raise HandshakeError("CLAIM_REPLY of wrong size")
            self._exchange.complete(self._secret, body, self._share, body)
            self._output += encode_frame(wire.FRAME_CLAIM_CONFIRM, self._exchange.initiator_tag)
            self._phase = _WAIT_RESULT
        elif frame_type == wire.FRAME_CLAIM_RESULT:
            self._on_result(body)
        else:
            raise HandshakeError("not an answer to a claim")

    def _on_result(self, body: bytes) -> None:
        result, tag, seconds = decode_result(body)
        if result != wire.CLAIM_VALIDATED:
            refused = ClaimResult(_STATUS[result], seconds)
            refused.was_tried = self._phase == _WAIT_RESULT
            self._finish(refused)
            return
        if self._phase != _WAIT_RESULT or not self._crypto.equal(tag, self._exchange.responder_tag):
            raise HandshakeError("the device did not prove that it knows the password")
        outcome = ClaimResult(VALIDATED)
        outcome.binding_key = self._exchange.binding_key()
        outcome.state = GatewayState(self._mode, self._exchange.first_lanes(self._mode))
        self._finish(outcome)

    def _finish(self, result: ClaimResult) -> None:
        self.result = result
        self._phase = _DONE
        self._secret = b""


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ports import Crypto, Random
