"""The device's end: connections, claim, and what outlives a connection (FIG 4, FIG 5, FIG 11).

`DeviceCore` holds what is true of the device, `DeviceConnection` what is true of one TCP
connection; once a link is authenticated the connection hands records to a `DeviceLink`.
Sans-I/O: the driver feeds bytes and time, sends `take_output()` of the connection and of
`core.live`, and calls the handlers for "execute" events, then `finish`.
"""

from . import pings, wire
from .claim_device import ClaimDesk
from .device_link import DeviceLink
from .device_memory import CONFIRMED, DeviceMemory
from .errors import FrameError, HandshakeError, MisuseError, ProtocolError
from .events import Event
from .frames import FrameReader, encode_frame
from .link import INIT_SIZE, RecordChannel, handshake as start_handshake
from .records import Outcome

HANDSHAKE_PLACES = (
    2  # connections that have not proved themselves; one is kept for allowed addresses
)

_NEW = 0
_CLAIMING = 1
_LINKING = 2
_LIVE = 3
_CLOSED = 4


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
        self.live: "DeviceConnection | None" = None  # the connection whose link is authenticated
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
        if not allowed and not may_claim:
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
        if binding.slot in self.memory.outcomes:
            self.memory.save_outcome(binding.slot, Outcome(session_id, number, status, result))
        if self.live is not None:
            self.live.link.send_result(session_id, status, result, now_ms)

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
        if self.live is not None:
            self.live.close("reset")

    def ping(self, ip: str, port: int) -> bytes:
        """Return the next ping datagram (FIG 3 step 305)."""
        facts = {
            "v": wire.VERSION,
            "sn": self.facts.serial,
            "ip": ip,
            "port": port,
            "model": self.facts.model,
            "fw": self.facts.firmware,
            "claimed": self.is_owned,
        }
        for binding in self.memory.bindings.values():
            if binding.status == CONFIRMED:
                sequence = self._ping_sequence
                self._ping_sequence += 1
                facts["boot"] = self.boot
                facts["seq"] = sequence
                return pings.encode_bound(self.crypto, binding.key, facts)
        return pings.encode_unbound(facts)

    def authenticated(self, connection: "DeviceConnection") -> None:
        """A link proved itself: an older one ends now, with its pending session, and not before."""
        if self.live is not None and self.live is not connection:
            self.live.close("replaced")
        self.live = connection

    def ended(self, connection: "DeviceConnection") -> None:
        """A connection closed."""
        if self.live is connection:
            self.live = None
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
            self._reader.limit = core.facts.max_frame
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
        self.link = DeviceLink(core, self, binding, self._channel.hash, now_ms)
        if binding.status != CONFIRMED:
            binding.status = CONFIRMED
            core.memory.save_binding(binding)
            self._events.append(Event("claimed", slot=binding.slot))
        self._events.append(Event("linked", slot=binding.slot))
        self.link.on_record(record, now_ms)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .claim_device import Attempt
    from .device_memory import Binding
    from .ports import Crypto, Facts, Random, Store
