"""One accepted TCP connection at the device: claim or link, whichever the first frame says."""

from . import wire
from .device_link import DeviceLink
from .device_memory import CONFIRMED
from .errors import FrameError, HandshakeError, ProtocolError
from .events import Event
from .frames import FrameReader, encode_frame
from .link import INIT_SIZE, RecordChannel, handshake as start_handshake

_NEW = 0
_CLAIMING = 1
_LINKING = 2
_LIVE = 3
_CLOSED = 4


class DeviceConnection:
    """One accepted TCP connection.

    NEW      --CLAIM_OPEN--> CLAIMING --CLAIM_CONFIRM--> CLOSED, the answer was sent
    NEW      --LINK_INIT-->  LINKING  --first record-->  LIVE
    any      bad bytes, 5 s without a valid record       CLOSED
    """

    link: DeviceLink  # there while LIVE
    _channel: RecordChannel  # there from LINKING on
    _binding: "Binding"  # the same
    _key: bytes  # the same
    _claim: "Attempt"  # there while CLAIMING

    def __init__(self, core: "DeviceCore", peer: bytes, may_claim: bool, now_ms: int) -> None:
        self.peer = peer
        self._core = core
        self._may_claim = may_claim
        self._reader = FrameReader()
        self._phase = _NEW
        self._output: "list[bytes]" = []
        self._events: "list[Event]" = []
        self._accepted_ms = now_ms
        self._now_ms = now_ms  # of the call that is under way
        self._is_restricted = False  # a peer at a new address: ADDRESSES is all that it may say

    @property
    def closed(self) -> bool:
        """Whether the connection is to be closed, after the output was sent."""
        return self._phase == _CLOSED

    @property
    def is_waiting(self) -> bool:
        """Whether it holds a handshake place."""
        return self._phase in (_NEW, _CLAIMING, _LINKING) or (
            self._phase == _LIVE and self._is_restricted
        )

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
        slot = None
        if self._phase == _LIVE:
            self.link.data.ended()
            slot = self._binding.slot
        self._phase = _CLOSED
        self._events.append(Event("closed", reason=reason))
        self._core.ended(self, slot, self._now_ms)

    def connection_lost(self, now_ms: int) -> None:
        """The peer or the network ended the connection."""
        self._now_ms = now_ms
        self.close("cut")

    def deadline(self) -> "int | None":
        """Return when `tick` is due."""
        if self._phase == _CLOSED:
            return None
        if self._phase == _LIVE and not self._is_restricted:
            return self.link.deadline()
        return self._accepted_ms + wire.FIRST_RECORD_MS

    def tick(self, now_ms: int) -> None:
        """Do what time demands."""
        self._now_ms = now_ms
        if self._phase == _LIVE and not self._is_restricted:
            self.link.tick(now_ms)
        elif self._phase != _CLOSED and now_ms >= self._accepted_ms + wire.FIRST_RECORD_MS:
            self.close("slow")

    def receive(self, data: bytes, now_ms: int) -> None:
        """Take received bytes."""
        if self._phase == _CLOSED:
            return
        self._now_ms = now_ms
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
            self._on_link_init(body, now_ms)
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

    def _on_link_init(self, body: bytes, now_ms: int) -> None:
        """Message 1: tried with the keys of each binding of that gateway, without Diffie-Hellman."""
        core = self._core
        if len(body) != INIT_SIZE:
            raise HandshakeError("LINK_INIT of wrong size")
        gateway_id = body[: wire.GATEWAY_ID_SIZE]
        for binding in core.memory.bindings.values():
            if binding.gateway_id != gateway_id:
                continue
            allowed = self.peer in binding.addresses  # FIG 11 step 1110
            if not allowed and not (core.recovers and binding.status == CONFIRMED):
                self._address_breach()
                return
            for key in binding.keys():
                handshake = start_handshake(
                    core.crypto, core.facts.serial, gateway_id, binding.mode, key, False
                )
                try:
                    handshake.read_1(body[wire.GATEWAY_ID_SIZE :])
                except HandshakeError:
                    continue
                if not allowed and not core.stranger_may_link(now_ms):
                    self._address_breach()
                    return
                answer = handshake.write_2(core.random(32))
                self._channel = RecordChannel(core.crypto, handshake)
                self._binding = binding
                self._key = key
                self._is_restricted = not allowed
                self._output.append(encode_frame(wire.FRAME_LINK_ACCEPT, answer))
                self._phase = _LINKING
                return
            if not allowed:
                self._address_breach()
                return
        raise HandshakeError("no binding with that gateway and key")

    def _address_breach(self) -> None:
        self._events.append(Event("breach", code=wire.ADDRESS_NOT_ALLOWED, authenticated=False))
        self.close("address")

    def _on_first_record(self, body: bytes, now_ms: int) -> None:
        """The first record that opens authenticates the link; only now is anything believed."""
        record = self._channel.open(body)
        core = self._core
        binding = self._binding
        if core.memory.bindings.get(binding.slot) is not binding or self._key not in binding.keys():
            raise HandshakeError("the binding was replaced meanwhile")
        if not self._is_restricted:
            if self.peer not in binding.addresses:  # not any more: they were changed meanwhile
                self._address_breach()
                return
            core.authenticated(self, binding.slot)
            if binding.status != CONFIRMED or binding.key != self._key:
                if binding.status != CONFIRMED:
                    self._events.append(Event("claimed", slot=binding.slot))
                binding.status = CONFIRMED
                binding.key = self._key
                binding.next_key = b""
                core.memory.save_binding(binding)
        self._phase = _LIVE
        self._reader.limit = core.facts.max_frame
        self.link = DeviceLink(core, self, binding, self._channel.hash, self._is_restricted, now_ms)
        self._events.append(Event("linked", slot=binding.slot, restricted=self._is_restricted))
        self.link.on_record(record, now_ms)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .claim_device import Attempt
    from .device_core import DeviceCore
    from .device_memory import Binding
