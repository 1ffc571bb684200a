"""A gateway and a device in one process, joined by a wire that a test holds in its hands.

Both ends are the real machines over ports of `world_ports.py`. Time, randomness, the wire, the
device's flash and the gateway's disk belong to the world: frames are delivered one at a time, cut,
dropped, replayed or injected; either side may lose its power at any write. `copy.deepcopy(world)` is
the same world at the same point.
"""

from __future__ import annotations

from collections import deque
import copy
import json
from typing import Any

from custom_components.iot_secure_gateway.protocol import commands, gateway_state, wire
from custom_components.iot_secure_gateway.protocol.claim import ClaimResult, GatewayClaim
from custom_components.iot_secure_gateway.protocol.device_core import DeviceCore
from custom_components.iot_secure_gateway.protocol.gateway_link import GatewayLink
from custom_components.iot_secure_gateway.protocol.gateway_state import GatewayState
from tests.protocol.world_ports import (
    DeviceFacts,
    Flash,
    GatewayDisk,
    PowerCut,
    Sealed,
    SeededRandom,
    SpyDeviceCrypto,
    SpyGatewayCrypto,
)
from tests.protocol.world_wire import DEVICE, GATEWAY, Frame, Pipe, name, split

SERIAL = "LAMP-1"
GATEWAY_ID = bytes(range(16))
GATEWAY_ADDRESS = bytes((192, 0, 2, 10))
OTHER_ADDRESS = bytes((192, 0, 2, 66))
PRS = bytes(range(100, 132))
WRONG_PRS = bytes(32)
UNIX_MS = 1_700_000_000_000
MAX_STEPS = 500  # frames in one `pump`: more means that the ends talk in circles


class World:
    """Both ends and everything between them; see the module."""

    def __init__(self, mode: int = wire.MODE_DSID_GSID) -> None:
        self.now_ms = 1_000_000
        self.sealed = Sealed()
        self.gateway_crypto = SpyGatewayCrypto(self.sealed)
        self.device_crypto = SpyDeviceCrypto(self.sealed)
        self.gateway_random = SeededRandom("gateway")
        self.device_random = SeededRandom("device")
        self.mode = mode
        self.facts = DeviceFacts(SERIAL, [PRS, None, None, None], mode)
        self.flash = Flash()
        self.core = self._new_core()
        self.disk = GatewayDisk()
        self.state: GatewayState
        self.link: GatewayLink
        self.pipe: Pipe
        self.pipes: list[Pipe] = []
        self.wire_log: list[Frame] = []
        self.device_events: list[Any] = []
        self.gateway_events: list[Any] = []
        self.executed: list[str] = []  # session ids (hex) whose handler was called
        self.unknown_at_start: list[bytes] = []  # sessions made unknown by an unclean stop
        self._sessions = 0

    # --- the device ------------------------------------------------------------------------------
    def _new_core(self) -> DeviceCore:
        return DeviceCore(
            self.device_crypto, self.device_random, self.flash, self.facts, self.now_ms
        )

    def accept(self, near: Any, peer: bytes = GATEWAY_ADDRESS, *, may_claim: bool = True) -> Pipe:
        """Open a TCP connection to the device and return it; it becomes `self.pipe`."""
        pipe = Pipe(near, self.core.connect(peer, may_claim, self.now_ms))
        self.pipes.append(pipe)
        self.pipe = pipe
        self.collect()
        return pipe

    def reboot_device(self) -> None:
        """Cut all connections and start the device anew from its flash."""
        for pipe in self.pipes:
            pipe.is_cut = True
            pipe.to_device.clear()
            pipe.to_gateway.clear()
            pipe.near.connection_lost(self.now_ms)
        self.flash.cut_at = None
        self._after_gateway()
        self.pipes = []
        self.core = self._new_core()

    def finish(
        self, session_id: bytes, status: int = wire.STATUS_OK, result: bytes = b"{}"
    ) -> None:
        """End a handler that was held."""
        self.core.finish(session_id, status, result, self.now_ms)
        self.collect()

    def handle(self, command: dict[str, Any]) -> tuple[int, bytes] | None:
        """Stand in for the entity layer: what a command does follows from its name."""
        name = command["cmd"]
        if name == "unheard_of":
            return wire.STATUS_REFUSED, b'{"error":"unknown command"}'
        self.executed.append(command["id"])
        if name == "slow":
            return None
        if name == "broken":
            return wire.STATUS_FAILED, b'{"error":"no power at the relay"}'
        return wire.STATUS_OK, commands.encode({"values": {command.get("entity", "all"): name}})

    # --- the gateway -----------------------------------------------------------------------------
    def claim(
        self, prs: bytes = PRS, *, slot: int = 0, mode: int | None = None, **where: Any
    ) -> ClaimResult:
        """Run a whole claim; a validated one is taken over as a gateway does (durably)."""
        claim = self.start_claim(prs, slot=slot, mode=mode, **where)
        self.pump()
        assert claim.result is not None
        if claim.result.status == "validated":
            self.take_over(claim.result)
        return claim.result

    def start_claim(
        self, prs: bytes = PRS, *, slot: int = 0, mode: int | None = None, **where: Any
    ) -> GatewayClaim:
        """Connect and begin a claim."""
        claim = GatewayClaim(
            self.gateway_crypto,
            self.gateway_random,
            SERIAL,
            GATEWAY_ID,
            prs,
            slot,
            self.mode if mode is None else mode,
            self.now_ms,
        )
        self.accept(claim, **where)
        return claim

    def take_over(self, result: ClaimResult) -> None:
        """Keep key and state of a validated claim."""
        assert result.state is not None
        self.disk.binding_key = result.binding_key
        self.state = result.state
        self.save()

    def connect(self, *, max_frame: int = wire.DEFAULT_MAX_FRAME, **where: Any) -> GatewayLink:
        """Connect and begin a link; nothing is delivered yet."""
        self.link = GatewayLink(
            self.gateway_crypto,
            self.gateway_random,
            SERIAL,
            GATEWAY_ID,
            self.disk.binding_key,
            self.state,
            self.now_ms,
            UNIX_MS,
            max_frame=max_frame,
        )
        self.accept(self.link, **where)
        return self.link

    def link_up(self, **where: Any) -> GatewayLink:
        """Connect and go on until the link is ready."""
        link = self.connect(**where)
        self.pump()
        assert link.is_ready, self.gateway_kinds()
        return link

    def open(self, name: str = "turn_on", **arguments: Any) -> bytes:
        """Open a session on the link and return its id."""
        self._sessions += 1
        session_id = self._sessions.to_bytes(16, "big")
        command = commands.encode_command(session_id, name, "relay", arguments)
        self.link.open(session_id, command, self.now_ms)
        self._after_gateway()
        return session_id

    def run(self, name: str = "turn_on") -> Any:
        """Run one whole session and return how it ended."""
        session_id = self.open(name)
        self.pump()
        return self.ending(session_id)

    def save(self) -> None:
        """Make the gateway's state durable."""
        data, token = self.state.snapshot()
        self.disk.state = json.dumps(data)
        self.state.saved(token)

    def restart_gateway(self, *, clean: bool) -> None:
        """Stop the gateway, in order or with what was saved last, and start it again."""
        if clean:
            self.save()
        self.cut()
        self.state = gateway_state.from_dict(json.loads(self.disk.state))
        if not clean:
            self.unknown_at_start += self.state.mark_unclean_stop()
        self.save()

    # --- the wire --------------------------------------------------------------------------------
    def collect(self) -> None:
        """Do what drivers do after each call: act on events, save, and put output on the wire."""
        try:
            self._after_device()
        except PowerCut:
            self.reboot_device()
        self._after_gateway()

    def _after_device(self) -> None:
        for pipe in list(self.pipes):
            events = pipe.far.take_events()
            self.device_events += events
            for event in events:
                if event.kind == "execute":
                    done = self.handle(event.command)
                    if done is not None:
                        self.core.finish(event.session_id, done[0], done[1], self.now_ms)
        for pipe in self.pipes:
            self._put_on_wire(pipe, pipe.to_gateway, GATEWAY, pipe.far.take_output())

    def _after_gateway(self) -> None:
        for pipe in self.pipes:
            if not pipe.is_cut:
                self._save_for(pipe)
            self._put_on_wire(pipe, pipe.to_device, DEVICE, pipe.near.take_output())
            if hasattr(pipe.near, "take_events"):
                self.gateway_events += pipe.near.take_events()

    def _save_for(self, pipe: Pipe) -> None:
        if isinstance(pipe.near, GatewayLink) and self.disk.is_saved_by_itself and self.state.dirty:
            self.save()
            pipe.near.saved(self.now_ms)

    def _put_on_wire(self, pipe: Pipe, queue: deque[Frame], to: str, data: bytes) -> None:
        if pipe.is_cut:
            return
        for part in split(data):
            frame = name(to, part, self.sealed)
            self.wire_log.append(frame)
            queue.append(frame)

    @property
    def next_frame(self) -> Frame | None:
        """The frame that `step` would deliver: to the device first."""
        queue = self.pipe.to_device or self.pipe.to_gateway
        return queue[0] if queue else None

    def step(self) -> Frame:
        """Deliver the next frame and return it."""
        queue = self.pipe.to_device or self.pipe.to_gateway
        frame = queue.popleft()
        self.inject(frame.to, frame.data)
        return frame

    def inject(self, to: str, data: bytes) -> None:
        """Deliver any bytes to one end of the current connection."""
        if to == DEVICE:
            try:
                self.pipe.far.receive(data, self.now_ms)
            except PowerCut:
                self.reboot_device()
                return
        else:
            self.pipe.near.receive(data, self.now_ms)
        self.collect()

    def drop(self) -> Frame:
        """Lose the next frame."""
        return (self.pipe.to_device or self.pipe.to_gateway).popleft()

    def pump(self) -> None:
        """Deliver until nothing is under way; a connection closed by one end is lost for the other."""
        for _ in range(MAX_STEPS):
            while self.next_frame is not None and not self.pipe.is_cut:
                self.step()
            if self.pipe.is_cut or not (self.pipe.far.closed or self.pipe.near.closed):
                return
            self.cut()
        raise AssertionError("the ends talk in circles")

    def until(self, name: str) -> Frame:
        """Deliver until the next frame is `name`; it stays on the wire."""
        for _ in range(MAX_STEPS):
            frame = self.next_frame
            assert frame is not None, f"no {name} came: {[frame.name for frame in self.wire_log]}"
            if frame.name == name:
                return frame
            self.step()
        raise AssertionError("the ends talk in circles")

    def cut(self) -> None:
        """End the connection; what is under way is lost."""
        if self.pipe not in self.pipes:
            return
        self.pipe.is_cut = True
        self.pipe.to_device.clear()
        self.pipe.to_gateway.clear()
        self.pipe.near.connection_lost(self.now_ms)
        self.pipe.far.connection_lost(self.now_ms)
        self.collect()
        self.pipes.remove(self.pipe)

    def wait(self, milliseconds: int) -> None:
        """Let time pass without anybody noticing."""
        self.now_ms += milliseconds

    def tick(self) -> None:
        """Let both ends of every connection look at the clock."""
        for pipe in list(self.pipes):
            for end in (pipe.near, pipe.far):
                due = end.deadline()
                if due is not None and due <= self.now_ms:
                    end.tick(self.now_ms)
        self.collect()

    # --- what tests ask ----------------------------------------------------------------------------
    def gateway_kinds(self) -> list[str]:
        """Kinds of the gateway's events so far, but of each COMMIT that went out."""
        return [event.kind for event in self.gateway_events if event.kind != "committed"]

    def device_kinds(self) -> list[str]:
        """Kinds of the device's events so far."""
        return [event.kind for event in self.device_events]

    def ending(self, session_id: bytes) -> Any:
        """Return the last event that says how a session ended, or None."""
        found = [
            event
            for event in self.gateway_events
            if event.kind in ("result", "failed", "outcome") and event.session_id == session_id
        ]
        return found[-1] if found else None

    def names(self) -> list[str]:
        """Names of all frames that were put on the wire."""
        return [frame.name for frame in self.wire_log]

    def device_binding(self) -> Any:
        """The device's binding with the gateway."""
        return self.core.memory.bindings[0]

    def copy(self) -> World:
        """Return the same world at the same point."""
        return copy.deepcopy(self)


_CLAIMED: dict[int, World] = {}


def claimed(mode: int = wire.MODE_DSID_GSID) -> World:
    """Return a world in which the claim is done and no link was made yet."""
    if mode not in _CLAIMED:
        world = World(mode)
        assert world.claim().status == "validated"
        world.wait(1000)  # the pause between two attempts
        _CLAIMED[mode] = world
    return _CLAIMED[mode].copy()


def linked(mode: int = wire.MODE_DSID_GSID) -> World:
    """Return a world with a link that is ready for sessions."""
    world = claimed(mode)
    world.link_up()
    return world


def breaches(events: list[Any]) -> list[tuple[str, bool]]:
    """Return (name of the code, authenticated) of each breach among the events."""
    return [
        (wire.BREACH_NAMES[event.code], event.authenticated)
        for event in events
        if event.kind == "breach"
    ]
