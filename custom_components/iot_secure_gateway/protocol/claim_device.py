"""The device's side of a claim: the one place where passwords are tried (FIG 4, FIG 5, claim 6).

`claim_messages` with its arithmetic is imported where a claim needs it: a device with little memory
forgets these modules after each claim.
"""

from . import wire
from .device_memory import CONFIRMED, PROVISIONAL, Binding
from .errors import HandshakeError
from .events import Event

FREE_ATTEMPTS = 5  # wrong passwords in a row before the device makes the next one wait
FIRST_WAIT_MS = 10000
LONGEST_WAIT_MS = 60000
ATTEMPT_PAUSE_MS = 1000  # between attempts: bounds flash writes and public-key work for strangers
OWNER_SLOT = 0  # binding slot of the owner's gateway


class Attempt:
    """A claim between CLAIM_REPLY and CLAIM_CONFIRM; `slot` is the binding slot that it is for."""

    def __init__(self, exchange: "ClaimExchange", slot: int, mode: int, gateway_id: bytes) -> None:
        self.exchange = exchange
        self.slot = slot
        self.mode = mode
        self.gateway_id = gateway_id


class ClaimDesk:
    """Answers claims, counts wrong passwords in flash before it looks at them, and slows guessing."""

    def __init__(
        self,
        crypto: "Crypto",
        random: "Random",
        memory: "DeviceMemory",
        facts: "Facts",
        now_ms: int,
    ) -> None:
        self._crypto = crypto
        self._random = random
        self._memory = memory
        self._facts = facts
        self._locked_until_ms = now_ms + self._wait_ms()
        self._opened_ms = now_ms  # of the claim window
        self._invitations: "dict[int, tuple[bytes, int]]" = {}  # binding slot -> (PRS, until)

    def open(
        self, body: bytes, peer: bytes, may_claim: bool, now_ms: int
    ) -> "tuple[Attempt | None, tuple[int, bytes]]":
        """Return (attempt or None, answer as (frame type, body)). Raises HandshakeError."""
        from .claim_messages import ClaimExchange, decode_open

        message = decode_open(body)
        prs, slot = self._invitation(message.slot, now_ms), message.slot
        if prs is None:
            prs, slot = self._factory_prs(message.slot), OWNER_SLOT
            if self._is_taken(OWNER_SLOT):  # FIG 4 step 410: an owned device looks at no password
                return None, _result(wire.CLAIM_OWNED)
            if self._is_closed(now_ms):
                return None, _result(wire.CLAIM_CLOSED)
        if not may_claim:
            raise HandshakeError("claims are not taken from this address")
        if now_ms < self._locked_until_ms:
            seconds = (self._locked_until_ms - now_ms + 999) // 1000
            return None, _result(wire.CLAIM_LOCKED, b"", seconds)
        if prs is None or message.mode != self._facts.mode:
            return None, _result(wire.CLAIM_REJECTED)
        self._locked_until_ms = now_ms + ATTEMPT_PAUSE_MS
        exchange = ClaimExchange(
            self._crypto,
            self._facts.serial,
            message.sid,
            message.mode,
            message.slot,
            message.gateway_id,
            prs,
        )
        secret = self._random(32)
        share = exchange.share(secret)
        exchange.complete(secret, message.share, message.share, share)
        attempt = Attempt(exchange, slot, message.mode, message.gateway_id)
        return attempt, (wire.FRAME_CLAIM_REPLY, share)

    def confirm(
        self, attempt: Attempt, body: bytes, peer: bytes, now_ms: int
    ) -> "tuple[tuple[int, bytes], Event]":
        """Return (answer, event) for CLAIM_CONFIRM; on success the binding is provisional."""
        from .claim_messages import CONFIRM_SIZE

        if len(body) != CONFIRM_SIZE:
            raise HandshakeError("CLAIM_CONFIRM of wrong size")
        count = self._memory.wrong_claims + 1
        self._memory.save_wrong_claims(count)
        if not self._crypto.equal(body, attempt.exchange.initiator_tag):
            self._locked_until_ms = now_ms + max(self._wait_ms(), ATTEMPT_PAUSE_MS)
            return _result(wire.CLAIM_REJECTED), Event("claim_failed", wrong=count, peer=peer)
        slot = attempt.slot
        invited = slot != OWNER_SLOT
        if self._is_taken(slot) or (invited and self._invitation(slot, now_ms) is None):
            # another claim was faster, or the owner took the invitation back
            return _result(wire.CLAIM_OWNED), Event("claim_failed", wrong=0, peer=peer)
        binding = Binding(
            slot,
            PROVISIONAL,
            attempt.mode,
            attempt.gateway_id,
            attempt.exchange.binding_key(),
        )
        binding.addresses = [peer]
        binding.lanes = attempt.exchange.first_lanes(attempt.mode)
        self._memory.add_binding(binding)
        self._invitations.pop(slot, None)  # a one-time code
        self._memory.save_wrong_claims(0)
        answer = _result(wire.CLAIM_VALIDATED, attempt.exchange.responder_tag)
        return answer, Event("claim_accepted", slot=slot)

    def unlock(self, now_ms: int) -> None:
        """The button was pressed: the next attempt need not wait, and the claim window is open again."""
        self._memory.save_wrong_claims(0)
        self._locked_until_ms = self._opened_ms = now_ms

    def invite(self, slot: int, prs: bytes, seconds: int, now_ms: int) -> None:
        """The owner's gateway lets another gateway claim `slot`; 0 seconds end its binding instead."""
        self._invitations.pop(slot, None)
        if seconds:
            self._invitations[slot] = (prs, now_ms + seconds * 1000)

    def withdraw_all(self) -> None:
        """The owner is gone, and with it the invitations."""
        self._invitations = {}

    def drop_expired(self, now_ms: int) -> None:
        """Free the slots of invitations that nobody followed in time, and forget their secrets."""
        for slot in list(self._invitations):
            if now_ms >= self._invitations[slot][1]:
                del self._invitations[slot]

    def _invitation(self, slot: int, now_ms: int) -> "bytes | None":
        self.drop_expired(now_ms)
        found = self._invitations.get(slot)
        return None if found is None else found[0]

    def _factory_prs(self, slot: int) -> "bytes | None":
        return self._facts.prs[slot] if slot < len(self._facts.prs) else None

    def _is_taken(self, slot: int) -> bool:
        """Tell whether a slot is bound; a damaged binding is still somebody's: only the button frees it."""
        binding = self._memory.bindings.get(slot)
        return self._memory.binding_damaged or (binding is not None and binding.status == CONFIRMED)

    def _is_closed(self, now_ms: int) -> bool:
        """Tell whether the claim window is over: who claims has to be where the power is, or the button."""
        window = self._facts.claim_window_ms
        return window > 0 and now_ms - self._opened_ms >= window

    def _wait_ms(self) -> int:
        """Return how long the next attempt has to wait after so many wrong ones."""
        beyond = self._memory.wrong_claims - FREE_ATTEMPTS
        if beyond < 0:
            return 0
        return min(FIRST_WAIT_MS << min(beyond, 8), LONGEST_WAIT_MS)


def _result(result: int, tag: bytes = b"", seconds: int = 0) -> "tuple[int, bytes]":
    from .claim_messages import encode_result

    return wire.FRAME_CLAIM_RESULT, encode_result(result, tag, seconds)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .claim_messages import ClaimExchange
    from .device_memory import DeviceMemory
    from .ports import Crypto, Facts, Random
