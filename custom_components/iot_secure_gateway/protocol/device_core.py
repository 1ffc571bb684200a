"""The device's end: what outlives a connection (FIG 4, FIG 5, FIG 11).

`DeviceCore` holds what is true of the device, `DeviceConnection` what is true of one TCP
connection. Sans-I/O: the driver feeds bytes and time, sends what `take_output()` of every
connection gives, and calls the handlers for "execute" events, then `finish`.

Of several bindings exactly one is *active*: the owner's (slot 0) whenever its gateway is linked,
another one only after the owner's gateway has been away for `fallback_after_ms`. Only the active
binding may open sessions ("in the alternative", FIG 1).
"""

from . import pings, wire
from .claim_device import OWNER_SLOT, ClaimDesk
from .device_connection import DeviceConnection
from .device_memory import CONFIRMED, DeviceMemory
from .errors import MisuseError
from .events import Event
from .records import Outcome

HANDSHAKE_PLACES = (
    2  # connections that have not proved themselves; one is kept for allowed addresses
)
STRANGER_PAUSE_MS = 2000  # between two Diffie-Hellman for peers at addresses that are not allowed
FALLBACK_AFTER_MS = 120000  # the owner's gateway is away this long before another may command
RECOVERY_AUTHENTICATED = "authenticated"  # a gateway at a new address may give its addresses anew


class DeviceCore:
    """The device as the protocol sees it; `facts`, `store`, `crypto` and `random` are ports."""

    def __init__(
        self, crypto: "Crypto", random: "Random", store: "Store", facts: "Facts", now_ms: int
    ) -> None:
        self.crypto = crypto
        self.random = random
        self.facts = facts
        data_persistence = getattr(facts, "data_persistence", "checkpoint")
        self.memory = DeviceMemory(
            store, (facts.persistence == "checkpoint", data_persistence == "checkpoint")
        )
        self.desk = ClaimDesk(crypto, random, self.memory, facts, now_ms)
        self.live: "DeviceConnection | None" = None  # the link of the active binding
        self.active_slot = OWNER_SLOT
        self._links: "dict[int, DeviceConnection]" = {}  # slot -> authenticated link
        self._owner_seen_ms = now_ms  # when the owner's gateway was last linked
        self._stranger_at_ms = now_ms  # when the next stranger may cost a Diffie-Hellman
        self.open_package: "tuple[bytes, int] | None" = None  # data session without a known outcome
        self.executing: "tuple[Binding, int, bytes] | None" = (
            None  # (binding, number, session id) while a handler runs
        )
        self.reset_cause = getattr(facts, "reset_cause", 0)
        self._waiting: "list[DeviceConnection]" = []  # connections that have not proved themselves
        self._ping_sequence = 0

    @property
    def boot(self) -> int:
        """Number of this boot, from 1."""
        return self.memory.boot

    @property
    def is_owned(self) -> bool:
        """Whether a gateway holds a confirmed binding."""
        for binding in self.memory.bindings.values():
            if binding.status == CONFIRMED:
                return True
        return False

    def address_allowed(self, peer: bytes) -> bool:
        """Tell whether `peer` is a predetermined gateway address (FIG 11 step 1110)."""
        for binding in self.memory.bindings.values():
            if peer in binding.addresses:
                return True
        return False

    def connect(self, peer: bytes, may_claim: bool, now_ms: int) -> "DeviceConnection":
        """Return the connection for an accepted peer (4 or 16 bytes); it may be closed at once."""
        connection = DeviceConnection(self, peer, may_claim, now_ms)
        self._waiting = [other for other in self._waiting if other.is_waiting]
        allowed = self.address_allowed(peer)
        if not allowed and not may_claim and not (self.recovers and self.is_owned):
            connection.refuse(Event("breach", code=wire.ADDRESS_NOT_ALLOWED, authenticated=False))
        elif self._has_place(allowed):
            self._waiting.append(connection)
        else:
            connection.refuse(Event("no_place"))
        return connection

    def _has_place(self, allowed: bool) -> bool:
        strangers = 0
        for other in self._waiting:
            if not self.address_allowed(other.peer):
                strangers += 1
        if allowed:
            return len(self._waiting) < HANDSHAKE_PLACES
        places = HANDSHAKE_PLACES - 1 if self.memory.bindings else HANDSHAKE_PLACES
        return strangers < places and len(self._waiting) < HANDSHAKE_PLACES

    def finish(self, session_id: bytes, status: int, result: bytes, now_ms: int) -> None:
        """The handler of `session_id` has ended: keep the outcome, then answer if the link still stands."""
        if self.executing is None or self.executing[2] != session_id:
            return
        binding, number, _ = self.executing
        self.executing = None
        if self.memory.bindings.get(binding.slot) is binding:
            self.memory.save_outcome(binding.slot, Outcome(session_id, number, status, result))
        connection = self._links.get(binding.slot)
        if connection is not None:
            connection.link.send_result(session_id, status, result, now_ms)

    @property
    def can_send_package(self) -> bool:
        """Whether the data lane is open and idle."""
        return self.live is not None and self.live.link.data.is_idle

    def send_package(self, package: bytes, now_ms: int, is_stream: bool = False) -> bytes:
        """Open a data session for one package and return its session id; a "package" event ends it.

        With `is_stream` a "stream_open" event tells when `write_stream` may begin.
        """
        if self.live is None:
            raise MisuseError("no link is up")
        link = self.live.link
        return link.data.send(package, is_stream, link.max_frame, now_ms)

    def write_stream(self, data: bytes, now_ms: int) -> None:
        """Send the next part of the open stream; empty data ends it."""
        if self.live is None:
            raise MisuseError("no link is up")
        self.live.link.data.write(data, now_ms)

    def stop(self) -> None:
        """Keep what is not in flash yet, before an orderly stop."""
        self.memory.checkpoint()

    def factory_reset(self) -> None:
        """Forget owner and sessions (the button was held); factory settings stay."""
        self.memory.erase_all()
        self.open_package = None
        self.active_slot = OWNER_SLOT
        for connection in list(self._links.values()):
            connection.close("reset")

    def pings(self, ip: str, port: int) -> "list[bytes]":
        """Return the next ping datagrams (FIG 3 step 305): one per binding, or an unbound one."""
        facts = {
            "v": wire.VERSION,
            "sn": self.facts.serial,
            "ip": ip,
            "port": port,
            "model": self.facts.model,
            "fw": self.facts.firmware,
            "claimed": self.is_owned,
        }
        bound = [item for item in self.memory.bindings.values() if item.status == CONFIRMED]
        if not bound:
            return [pings.encode_unbound(facts)]
        facts["boot"] = self.boot
        facts["seq"] = self._ping_sequence
        self._ping_sequence += 1
        return [pings.encode_bound(self.crypto, binding.key, facts) for binding in bound]

    # --- links ---------------------------------------------------------------------------------------
    @property
    def recovers(self) -> bool:
        """Whether a gateway at a new address may give its addresses anew (setting `ip_recovery`)."""
        return getattr(self.facts, "ip_recovery", RECOVERY_AUTHENTICATED) == RECOVERY_AUTHENTICATED

    def stranger_may_link(self, now_ms: int) -> bool:
        """Tell whether a peer at an address that is not allowed may cost a Diffie-Hellman now."""
        if now_ms < self._stranger_at_ms:
            return False
        self._stranger_at_ms = now_ms + STRANGER_PAUSE_MS
        return True

    def authenticated(self, connection: "DeviceConnection", slot: int) -> None:
        """A link proved itself: an older one of the binding ends, with its pending session, only now."""
        older = self._links.get(slot)
        if older is not None:
            older.close("replaced")
        self._links[slot] = connection
        if slot == OWNER_SLOT:
            self._activate(OWNER_SLOT)
        elif slot == self.active_slot:
            self.live = connection

    def fallback_at(self, slot: int) -> "int | None":
        """Return when a standby link of `slot` takes over; None when it is active or has not to."""
        if slot == self.active_slot or OWNER_SLOT in self._links:
            return None
        return self._owner_seen_ms + getattr(self.facts, "fallback_after_ms", FALLBACK_AFTER_MS)

    def fall_back(self, slot: int) -> None:
        """The owner's gateway stayed away: let `slot` command. Its link begins anew, as the active one."""
        standby = self._links.get(slot)
        self._activate(slot)
        if standby is not None:
            standby.close("activated")

    def _activate(self, slot: int) -> None:
        """Let one binding command; a session that another one has open ends, never executed."""
        if slot != self.active_slot:
            former = self._links.get(self.active_slot)
            self.active_slot = slot
            if former is not None:
                former.close("standby")
        self.live = self._links.get(slot)

    def release(self, slot: int) -> None:
        """A gateway gives the device up; with the owner's all that hung on it end."""
        for other in list(self.memory.bindings):
            if slot in (OWNER_SLOT, other):
                self.memory.erase_binding(other)
                connection = self._links.get(other)
                if connection is not None:
                    connection.close("released")
        if slot == OWNER_SLOT:
            self.desk.withdraw_all()
            self.open_package = None

    def ended(self, connection: "DeviceConnection", slot: "int | None", now_ms: int) -> None:
        """A connection closed."""
        self._waiting = [other for other in self._waiting if other is not connection]
        if slot is not None and self._links.get(slot) is connection:
            del self._links[slot]
            if slot == OWNER_SLOT:
                self._owner_seen_ms = now_ms
        if self.live is connection:
            self.live = None
<<<<<<< HEAD
=======
        self._waiting = [other for other in self._waiting if other is not connection]


class DeviceConnection:
    """One accepted TCP connection.

    NEW      --CLAIM_OPEN--> CLAIMING --CLAIM_CONFIRM--> CLOSED, the answer was sent
    NEW      --LINK_INIT-->  LINKING  --first record-->  LIVE
    any      bad bytes, 5 s without a valid record       CLOSED
    """

    link: DeviceLink  # there while LIVE
    _channel: RecordChannel  # there from LINKING on
    _binding: "Binding"  # the same
    _claim: "Attempt"  # there while CLAIMING

    def __init__(self, core: DeviceCore, peer: bytes, may_claim: bool, now_ms: int) -> None:
        self.peer = peer
        self._core = core
        self._may_claim = may_claim
        self._reader = FrameReader()
        self._phase = _NEW
        self._output: "list[bytes]" = []
        self._events: "list[Event]" = []
        self._accepted_ms = now_ms

    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed, after the output was sent."""
        return self._phase == _CLOSED

    @property
    def is_waiting(self) -> bool:
        """Whether it holds a handshake place."""
        return self._phase in (_NEW, _CLAIMING, _LINKING)

    def take_output(self) -> bytes:
        """Return and clear the bytes to send."""
        output = self._output
        if not output:
            return b""
        self._output = []
        return output[0] if len(output) == 1 else b"".join(output)

    def take_events(self) -> "list[Event]":
        """Return and clear what happened."""
        events = self._events
        if events:
            self._events = []
        return events

    def report(self, event: "Event") -> None:
        """Add an event."""
        self._events.append(event)

    def send(self, record: bytes) -> None:
        """Queue a record of the link."""
        self._output.append(self._channel.seal(record))

    def refuse(self, event: "Event") -> None:
        """Close before anything was read."""
        self._events.append(event)
        self.close("refused")

    def close(self, reason: str) -> None:
        """End the connection; a pending session dies with it, provisional identifiers do not."""
        if self._phase == _CLOSED:
            return
        if self._phase == _LIVE:
            self.link.data.ended()
        self._phase = _CLOSED
        self._events.append(Event("closed", reason=reason))
        self._core.ended(self)

    def connection_lost(self, now_ms: int) -> None:
        """The peer or the network ended the connection."""
        self.close("cut")

    def deadline(self) -> "int | None":
        """Return when `tick` is due."""
        if self._phase == _CLOSED:
            return None
        if self._phase == _LIVE:
            return self.link.deadline()
        return self._accepted_ms + wire.FIRST_RECORD_MS

    def tick(self, now_ms: int) -> None:
        """Do what time demands."""
        if self._phase == _LIVE:
            self.link.tick(now_ms)
        elif self._phase != _CLOSED and now_ms >= self._accepted_ms + wire.FIRST_RECORD_MS:
            self.close("slow")

    def receive(self, data: bytes, now_ms: int) -> None:
        """Take received bytes."""
        if self._phase == _CLOSED:
            return
        try:
            reader = self._reader
            reader.feed(data)
            while self._phase != _CLOSED:
                frame = reader.next()
                if frame is None:
                    return
                if self._phase == _LIVE and frame[0] == wire.FRAME_RECORD:
                    self.link.on_record(self._channel.open(frame[1]), now_ms)
                else:
                    self._on_first_frames(frame[0], frame[1], now_ms)
        except ProtocolError as error:
            if self._phase in (_NEW, _LINKING, _CLAIMING):
                self._output.append(encode_frame(wire.FRAME_REJECT, b"\x00"))
            self._events.append(Event("breach", code=error.code, authenticated=False))
            self.close("breach")

    def _on_first_frames(self, frame_type: int, body: bytes, now_ms: int) -> None:
        if frame_type == wire.FRAME_LINK_INIT and self._phase == _NEW:
            self._on_link_init(body)
        elif frame_type == wire.FRAME_RECORD and self._phase == _LINKING:
            self._on_first_record(body, now_ms)
        elif frame_type == wire.FRAME_CLAIM_OPEN and self._phase == _NEW:
            attempt, answer = self._core.desk.open(body, self.peer, self._may_claim, now_ms)
            if attempt is not None:
                self._claim = attempt
            self._answer_claim(answer, attempt is not None, now_ms)
        elif frame_type == wire.FRAME_CLAIM_CONFIRM and self._phase == _CLAIMING:
            answer, event = self._core.desk.confirm(self._claim, body, self.peer, now_ms)
            self._events.append(event)
            self._answer_claim(answer, False, now_ms)
        else:
            raise FrameError("a frame that this phase does not allow")

    def _answer_claim(self, answer: "tuple[int, bytes]", goes_on: bool, now_ms: int) -> None:
        self._output.append(encode_frame(answer[0], answer[1]))
        if goes_on:
            self._phase = _CLAIMING
            self._accepted_ms = now_ms
        else:
            self.close("claim answered")

    def _on_link_init(self, body: bytes) -> None:
        """Message 1: tried with the key of each binding of that gateway, without Diffie-Hellman."""
        core = self._core
        if len(body) != INIT_SIZE:
            raise HandshakeError("LINK_INIT of wrong size")
        gateway_id = body[: wire.GATEWAY_ID_SIZE]
        for binding in core.memory.bindings.values():
            if binding.gateway_id != gateway_id:
                continue
            if self.peer not in binding.addresses:  # FIG 11 step 1110
                self._events.append(
                    Event("breach", code=wire.ADDRESS_NOT_ALLOWED, authenticated=False)
                )
                self.close("address")
                return
            handshake = start_handshake(
                core.crypto, core.facts.serial, gateway_id, binding.mode, binding.key, False
            )
            try:
                handshake.read_1(body[wire.GATEWAY_ID_SIZE :])
            except HandshakeError:
                continue
            answer = handshake.write_2(core.random(32))
            self._channel = RecordChannel(core.crypto, handshake)
            self._binding = binding
            self._output.append(encode_frame(wire.FRAME_LINK_ACCEPT, answer))
            self._phase = _LINKING
            return
        raise HandshakeError("no binding with that gateway and key")

    def _on_first_record(self, body: bytes, now_ms: int) -> None:
        """The first record that opens authenticates the link; only now is anything believed."""
        record = self._channel.open(body)
        core = self._core
        binding = self._binding
        if core.memory.bindings.get(binding.slot) is not binding:
            raise HandshakeError("the binding was replaced meanwhile")
        core.authenticated(self)
        self._phase = _LIVE
        self._reader.limit = core.facts.max_frame
        self.link = DeviceLink(core, self, binding, self._channel.hash, now_ms)
        if binding.status != CONFIRMED:
            binding.status = CONFIRMED
            core.memory.save_binding(binding)
            self._events.append(Event("claimed", slot=binding.slot))
        self._events.append(Event("linked", slot=binding.slot))
        self.link.on_record(record, now_ms)
>>>>>>> 3c8a5bc (wip)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .device_memory import Binding
    from .ports import Crypto, Facts, Random, Store
