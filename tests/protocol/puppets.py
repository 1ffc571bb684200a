"""Peers that hold the right keys and say whatever a test tells them to: for what no honest end would send."""

from __future__ import annotations

from typing import Any

from custom_components.iot_secure_gateway.protocol import (
    claim_messages,
    continuity,
    frames,
    link,
    records,
    wire,
)
from custom_components.iot_secure_gateway.protocol.claim import GatewayClaim
from custom_components.iot_secure_gateway.protocol.device_connection import DeviceConnection
from custom_components.iot_secure_gateway.protocol.gateway_link import GatewayLink
from custom_components.iot_secure_gateway.protocol.records import HelloOk, LaneSummary
from tests.protocol.world import GATEWAY_ADDRESS, GATEWAY_ID, PRS, SERIAL, UNIX_MS, World, breaches

COMMAND = b'{"args":{},"cmd":"turn_on","entity":"relay","id":"000102030405060708090a0b0c0d0e0f"}'
SESSION_ID = bytes(range(16))


def split(data: bytes) -> list[tuple[int, bytes]]:
    """Return (type, body) of each frame."""
    reader = frames.FrameReader(wire.MAX_MAX_FRAME)
    reader.feed(data)
    found = []
    while (frame := reader.next()) is not None:
        found.append(frame)
    return found


class PuppetGateway:
    """A gateway's end of a connection to the device of a world, driven by hand."""

    def __init__(
        self, world: World, *, peer: bytes = GATEWAY_ADDRESS, may_claim: bool = True
    ) -> None:
        self.world = world
        self.connection: DeviceConnection = world.core.connect(peer, may_claim, world.now_ms)
        self.events: list[Any] = []
        self.records: list[bytes] = []  # opened, as the device sent them
        self.frames: list[tuple[int, bytes]] = []  # all others
        self._channel: link.RecordChannel | None = None
        self._collect()

    def feed(self, data: bytes) -> None:
        """Send raw bytes."""
        self.connection.receive(data, self.world.now_ms)
        self._collect()

    def frame(self, frame_type: int, body: bytes = b"") -> None:
        """Send one frame."""
        self.feed(frames.encode_frame(frame_type, body))

    def record(self, record: bytes) -> None:
        """Send one record inside the link."""
        assert self._channel is not None
        self.feed(self._channel.seal(record))

    def init_message(self, key: bytes | None = None) -> bytes:
        """Begin a handshake and return the body of LINK_INIT."""
        world = self.world
        self._handshake = link.handshake(
            world.gateway_crypto,
            SERIAL,
            GATEWAY_ID,
            world.mode,
            world.disk.binding_key if key is None else key,
            True,
        )
        return GATEWAY_ID + self._handshake.write_1(world.gateway_random(32))

    def shake(self, key: bytes | None = None) -> PuppetGateway:
        """Complete the handshake; no record is sent yet."""
        self.frame(wire.FRAME_LINK_INIT, self.init_message(key))
        frame_type, body = self.frames.pop()
        assert frame_type == wire.FRAME_LINK_ACCEPT
        self._handshake.read_2(body)
        self._channel = link.RecordChannel(self.world.gateway_crypto, self._handshake)
        return self

    def greet(self, *, max_frame: int = 4096) -> PuppetGateway:
        """Send HELLO and take the answer."""
        hello = records.Hello(UNIX_MS, max_frame, 0, [(0, bytes(16))] * 2)
        self.record(records.encode_hello(hello))
        self.hello_ok = records.decode_hello_ok(self.records.pop())
        return self

    def open(self, gsid: bytes, dsid: bytes, command: bytes = COMMAND) -> bytes:
        """Send OPEN and return what came back."""
        self.record(records.encode_session(wire.OPEN, gsid, dsid, command))
        return self.records.pop()

    def commit(self, gsid: bytes, dsid: bytes, command: bytes = COMMAND) -> None:
        """Send COMMIT."""
        self.record(records.encode_session(wire.COMMIT, gsid, dsid, command))

    def _collect(self) -> None:
        self.world._after_device()
        events = self.connection.take_events()
        for event in events:
            if event.kind == "execute":
                done = self.world.handle(event.command)
                if done is not None:
                    self.world.core.finish(event.session_id, done[0], done[1], self.world.now_ms)
        self.events += events
        for frame_type, body in split(self.connection.take_output()):
            if frame_type == wire.FRAME_RECORD and self._channel is not None:
                self.records.append(self._channel.open(body))
            else:
                self.frames.append((frame_type, body))

    @property
    def closed(self) -> bool:
        return self.connection.closed

    def breaches(self) -> list[tuple[str, bool]]:
        return breaches(self.events)


class PuppetDevice:
    """A device's end of a link of the real gateway, driven by hand; its caches are the world's device's."""

    def __init__(self, world: World, **limits: Any) -> None:
        self.world = world
        self.link = GatewayLink(
            world.gateway_crypto,
            world.gateway_random,
            SERIAL,
            GATEWAY_ID,
            world.disk.binding_key,
            world.state,
            world.now_ms,
            UNIX_MS,
            **limits,
        )
        self.events: list[Any] = []
        self.records: list[bytes] = []
        self.frames: list[tuple[int, bytes]] = []
        self._channel: link.RecordChannel | None = None
        self.collect()

    def collect(self) -> None:
        """Take what the gateway sent and reported."""
        self.events += self.link.take_events()
        for frame_type, body in split(self.link.take_output()):
            if frame_type == wire.FRAME_RECORD and self._channel is not None:
                self.records.append(self._channel.open(body))
            else:
                self.frames.append((frame_type, body))

    def feed(self, data: bytes) -> None:
        """Send raw bytes."""
        self.link.receive(data, self.world.now_ms)
        self.collect()

    def frame(self, frame_type: int, body: bytes = b"") -> None:
        """Send one frame."""
        self.feed(frames.encode_frame(frame_type, body))

    def record(self, record: bytes) -> None:
        """Send one record inside the link."""
        assert self._channel is not None
        self.feed(self._channel.seal(record))

    def accept(self) -> PuppetDevice:
        """Answer the handshake and take HELLO."""
        world = self.world
        binding = world.device_binding()
        frame_type, body = self.frames.pop(0)
        assert frame_type == wire.FRAME_LINK_INIT
        handshake = link.handshake(
            world.device_crypto, SERIAL, GATEWAY_ID, world.mode, binding.key, False
        )
        handshake.read_1(body[wire.GATEWAY_ID_SIZE :])
        answer = handshake.write_2(world.device_random(32))
        self._channel = link.RecordChannel(world.device_crypto, handshake)
        self.frame(wire.FRAME_LINK_ACCEPT, answer)
        self.hello = records.decode_hello(self.records.pop(0))
        return self

    def hello_ok(self, **changed: Any) -> HelloOk:
        """Return what the world's device would say in HELLO_OK, with some fields changed."""
        assert self._channel is not None
        world = self.world
        binding = world.device_binding()
        lanes = [
            LaneSummary(
                cache.count,
                1,
                *(
                    make(
                        world.device_crypto,
                        self._channel.hash,
                        continuity.FROM_DEVICE,
                        lane,
                        binding.epoch,
                        cache,
                    )
                    for make in (continuity.confirmed_tag, continuity.provisional_tag)
                ),
            )
            for lane, cache in enumerate(binding.lanes)
        ]
        hello = HelloOk(1, 0, 0, 4096, binding.epoch, GATEWAY_ADDRESS, "1.0", lanes)
        return hello._replace(**changed)

    def greet(self, **changed: Any) -> PuppetDevice:
        """Send HELLO_OK."""
        self.record(records.encode_hello_ok(self.hello_ok(**changed)))
        return self

    def open(self, command: bytes = COMMAND, session_id: bytes = SESSION_ID) -> bytes:
        """Have the gateway open a session and return the OPEN record."""
        self.records.clear()  # of what ended the settling
        self.link.open(session_id, command, self.world.now_ms)
        self.collect()
        return self.records.pop(0)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def breaches(self) -> list[tuple[str, bool]]:
        return breaches(self.events)


# --- claims ---------------------------------------------------------------------------------------------
def claim_open(**changed: Any) -> bytes:
    """Return the body of a CLAIM_OPEN whose share is a point of the right order."""
    share = World().gateway_crypto.x25519_public(bytes(range(32)))
    message = claim_messages.ClaimOpen(bytes(16), 1, 0, 0, GATEWAY_ID, share)
    return claim_messages.encode_open(message._replace(**changed))


def fresh_claim() -> GatewayClaim:
    """Return a claim whose CLAIM_OPEN was sent."""
    world = World()
    claim = GatewayClaim(
        world.gateway_crypto, world.gateway_random, SERIAL, GATEWAY_ID, PRS, 0, 0, 0
    )
    assert [frame[0] for frame in split(claim.take_output())] == [wire.FRAME_CLAIM_OPEN]
    return claim
