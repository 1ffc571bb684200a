"""Both ends in memory, with everything that can happen to them as single steps.

The ends are the real ones (`protocol/`); only cryptography is ideal (`ideal_crypto`) and time
stands still: a timeout is a step. A world pickles to bytes, so that a search can go back to it.
"""

from dataclasses import dataclass, field
import pickle
from types import ModuleType
from typing import Any

from .ideal_crypto import Bare, IdealCrypto, Ordered, random, rename

PEER = b"\x7f\x00\x00\x01"
SERIAL = "SN-1"
GATEWAY_ID = b"G" * 16
KEY = b"K" * 32
MAX_LINKS = 4  # of a bare search: a link that fails would be followed by the next for ever


class Violation(Exception):
    """A guarantee does not hold; the text says which."""


class PowerCut(Exception):
    """The device's power went at a flash write."""


class Flash:
    """The device's store; `cut_at` writes from now, power goes before or after the write."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}
        self.lost = False
        self.cut_at = 0
        self.cut_before = False

    def get(self, key: bytes) -> bytes | None:
        """Return a value."""
        return self.values.get(key)

    def put(self, key: bytes, value: bytes) -> None:
        """Write, or lose power."""
        if self.cut_at:
            self.cut_at -= 1
            if not self.cut_at:
                if not self.cut_before:
                    self.values[key] = value
                raise PowerCut
        self.values[key] = value

    def delete(self, key: bytes) -> None:
        """Forget a key."""
        self.values.pop(key, None)

    def keys(self) -> list[bytes]:
        """Return all keys."""
        return list(self.values)


@dataclass
class Facts:
    """What the device is."""

    mode: int
    data_persistence: str
    persistence: str = "always"
    serial: str = SERIAL
    firmware: str = "1"
    model: str = "M"
    max_frame: int = 4096
    ip_recovery: str = "strict"
    prs: list[bytes | None] = field(default_factory=lambda: [None] * 4)


@dataclass(frozen=True)
class Setting:
    """What a search explores."""

    mode: int = 0
    commands: int = 0  # sessions on the command lane
    packages: int = 0  # sessions on the data lane
    is_ordered: bool = True  # the cipher of the link keeps records in order
    data_persistence: str = "checkpoint"


@dataclass
class Ledger:
    """What happened, as an all-knowing observer sees it."""

    committed: set[bytes] = field(default_factory=set)  # command bytes that the gateway committed
    executed: list[bytes] = field(default_factory=list)  # session ids whose handler was called
    reported: dict[bytes, int] = field(default_factory=dict)  # session id -> last status reported
    delivered: list[bytes] = field(default_factory=list)  # packages that the gateway took
    package_reports: dict[bytes, int] = field(default_factory=dict)
    is_attacked: bool = False  # somebody did more than cut and crash
    is_moved: bool = False  # the gateway's address is no longer allowed


class World:
    """One state. Steps are methods named in `steps()`; each changes the world or raises Violation."""

    def __init__(self, protocol: ModuleType, setting: Setting) -> None:
        self.protocol = protocol.__name__
        self.setting = setting
        self.crypto = IdealCrypto(Ordered if setting.is_ordered else Bare)
        self.ledger = Ledger()
        self.flash = Flash()
        self.facts = Facts(setting.mode, setting.data_persistence)
        caches, memory, state = _modules(protocol, "caches", "device_memory", "gateway_state")
        first = b"ID" + b"9" * 17
        gsid = setting.mode == 0
        command = (first + b"1" if gsid else b"", first + b"2")
        data = (first + b"3", first + b"4" if gsid else b"")
        keeper = memory.DeviceMemory(self.flash, (False, setting.data_persistence == "checkpoint"))
        binding = memory.Binding(0, memory.CONFIRMED, setting.mode, GATEWAY_ID, KEY)
        binding.addresses = [PEER]
        binding.lanes = [caches.LaneCache(*command), caches.LaneCache(*data)]
        keeper.add_binding(binding)
        self.state = state.GatewayState(
            setting.mode, [caches.LaneCache(*command), caches.LaneCache(*data)]
        )
        self.saved = self.state.to_dict()
        self.links = 0  # counted on a bare link only, where each leaves more to replay
        self.opened = 0
        self.sent = 0
        self.link: Any = None
        self.connection: Any = None
        self.core: Any = None
        self.to_device: list[bytes] = []
        self.to_gateway: list[bytes] = []
        self.history: list[tuple[bool, bytes]] = []  # (to the device?, frame): what can be replayed
        self.running: bytes | None = None
        self.waiting_package: bytes | None = None
        self.awaits_save = False
        self._boot()

    # --- what a search needs -----------------------------------------------------------------------
    def freeze(self) -> bytes:
        """Return the world as bytes."""
        return pickle.dumps(self, pickle.HIGHEST_PROTOCOL)

    # --- ordinary steps ----------------------------------------------------------------------------
    def steps(self) -> list[str]:
        """Return what can happen without any fault."""
        if self.link is None:
            return ["connect"] if self.links < MAX_LINKS or self.setting.is_ordered else []
        found = []
        if self.to_device:
            found.append("deliver_to_device")
        if self.to_gateway:
            found.append("deliver_to_gateway")
        if self.running is not None:
            found.append("finish_handler")
        if self.waiting_package is not None:
            found.append("finish_package")
        if self.awaits_save:
            found.append("save")
        if self.link.is_ready and self.opened < self.setting.commands:
            found.append("open_command")
        if self.sent < self.setting.packages and self.core.can_send_package:
            found.append("send_package")
        return found

    def connect(self) -> None:
        """A new TCP connection; the Noise messages pass at once, everything after them in steps."""
        self.links += 0 if self.setting.is_ordered else 1
        gateway_link = self._module("gateway_link")
        self.connection = self.core.connect(PEER, False, 0)
        self.link = gateway_link.GatewayLink(
            self.crypto, random, SERIAL, GATEWAY_ID, KEY, self.state, 0, 0
        )
        self.connection.receive(self.link.take_output(), 0)
        self.link.receive(self.connection.take_output(), 0)
        self._collect()

    def open_command(self) -> None:
        """The gateway opens a session."""
        self.opened += 1
        session_id = random(16)
        commands = self._module("commands")
        self.state.unsaved = 0  # the driver saves in time; crashes before it are steps of their own
        self.link.open(session_id, commands.encode_command(session_id, "on", None, {}), 0)
        self._collect()

    def send_package(self) -> None:
        """The device opens a session on the data lane."""
        self.sent += 1
        self.state.unsaved = 0
        self.core.send_package(b"package <%d>" % self.sent, 0)
        self._collect()

    def deliver_to_device(self) -> None:
        """The next message reaches the device."""
        self._to_device(self.to_device.pop(0))

    def deliver_to_gateway(self) -> None:
        """The next message reaches the gateway."""
        self.link.receive(self.to_gateway.pop(0), 0)
        self._collect()

    def finish_handler(self) -> None:
        """The device's handler ends."""
        session_id, self.running = self.running, None
        self.core.finish(session_id, 0, b"{}", 0)
        self._collect()

    def finish_package(self) -> None:
        """The gateway's driver has dealt with a package."""
        session_id, self.waiting_package = self.waiting_package, None
        self.link.package_done(session_id, 0, 0)
        self._collect()

    def save(self) -> None:
        """The gateway's state becomes durable."""
        self.saved = self.state.to_dict()
        if self.awaits_save:
            self.awaits_save = False
            if self.link is not None:
                self.link.saved(0)
                self._collect()

    # --- faults ------------------------------------------------------------------------------------
    def faults(self) -> list[str]:
        """Return the faults that can happen now."""
        found = ["gateway_crash", "gateway_restart", "device_crash"]
        if self.link is None:
            return found
        found += ["cut", "save"]
        if self.to_device:
            found += [
                "device_dies_before_write",
                "device_dies_after_write",
                "device_dies_at_second_write",
            ]
            found += ["drop_to_device", "duplicate_to_device"]
        if self.to_gateway:
            found += ["drop_to_gateway", "duplicate_to_gateway"]
        if len(self.to_device) > 1:
            found.append("reorder_to_device")
        if len(self.to_gateway) > 1:
            found.append("reorder_to_gateway")
        if self.link.phase in (4, 5):
            found.append("gateway_timeout")
        if self.connection is not None and not self.connection.closed:
            found.append("device_waits_too_long")
            found.append("move_gateway")
        found += [f"replay_{index}" for index in range(len(self.history))]
        return found

    def cut(self) -> None:
        """The connection ends; what was under way is lost."""
        if self.link is not None:
            self.link.connection_lost(0)
            self._gateway_events()
        if self.connection is not None:
            self.connection.connection_lost(0)
            self._device_events()
        self._no_link()

    def gateway_crash(self) -> None:
        """The gateway dies; what was not saved is gone."""
        self._gateway_starts(self.saved, is_clean=False)

    def gateway_restart(self) -> None:
        """The gateway stops in order and starts again."""
        if self.link is not None:
            self.cut()
        self._gateway_starts(self.state.to_dict(), is_clean=True)

    def device_crash(self) -> None:
        """The device loses power between two messages."""
        if self.link is not None:
            self.link.connection_lost(0)
            self._gateway_events()
        self._boot()

    def device_dies_before_write(self) -> None:
        """Power goes just before the first flash write that the next message causes."""
        self._die_at(1, is_before=True)

    def device_dies_after_write(self) -> None:
        """Power goes just after the first flash write that the next message causes."""
        self._die_at(1, is_before=False)

    def device_dies_at_second_write(self) -> None:
        """Power goes just before the second flash write that the next message causes."""
        self._die_at(2, is_before=True)

    def gateway_timeout(self) -> None:
        """The gateway waited too long for a step."""
        self.link.tick(5001)
        self._collect()

    def device_waits_too_long(self) -> None:
        """The device's pending session expires."""
        self.connection.tick(10001)
        self._collect()

    def move_gateway(self) -> None:
        """The address of the link is taken off the list of allowed ones."""
        self.ledger.is_attacked = True
        self.ledger.is_moved = True
        self.core.memory.bindings[0].addresses = [b"\x7f\x00\x00\x02"]

    def drop_to_device(self) -> None:
        """A message is lost inside the stream."""
        self._tampered()
        self.to_device.pop(0)

    def drop_to_gateway(self) -> None:
        """A message is lost inside the stream."""
        self._tampered()
        self.to_gateway.pop(0)

    def duplicate_to_device(self) -> None:
        """A message comes twice."""
        self._tampered()
        self.to_device.insert(0, self.to_device[0])

    def duplicate_to_gateway(self) -> None:
        """A message comes twice."""
        self._tampered()
        self.to_gateway.insert(0, self.to_gateway[0])

    def reorder_to_device(self) -> None:
        """Two messages change places."""
        self._tampered()
        self.to_device[0], self.to_device[1] = self.to_device[1], self.to_device[0]

    def reorder_to_gateway(self) -> None:
        """Two messages change places."""
        self._tampered()
        self.to_gateway[0], self.to_gateway[1] = self.to_gateway[1], self.to_gateway[0]

    def _tampered(self) -> None:
        """On an ordered link the cipher makes a cut of it; on a bare one it is an attack."""
        if not self.setting.is_ordered:
            self.ledger.is_attacked = True

    def replay(self, index: int) -> None:
        """A message of before comes again."""
        self.ledger.is_attacked = True
        is_to_device, frame = self.history[index]
        (self.to_device if is_to_device else self.to_gateway).insert(0, frame)

    # --- healing (G6) ------------------------------------------------------------------------------
    def heal(self) -> None:
        """After whatever happened: one new contact, and a session on each lane works."""
        if self.ledger.is_attacked:
            return
        self.cut()
        for _ in range(3):
            self.connect()
            self._run_dry()
            if self.link is not None and self.link.is_ready:
                break
        else:
            raise Violation("G6: no link comes up after an interruption")
        executed, delivered = len(self.ledger.executed), len(self.ledger.delivered)
        self.open_command()
        self._run_dry()
        if len(self.ledger.executed) != executed + 1:
            raise Violation("G6: the next command is not executed after an interruption")
        self.send_package()
        self._run_dry()
        if len(self.ledger.delivered) != delivered + 1:
            raise Violation("G6: the next package is not taken after an interruption")

    def _run_dry(self) -> None:
        for _ in range(60):
            ready = [
                step
                for step in self.steps()
                if step not in ("open_command", "send_package", "connect")
            ]
            if not ready:
                return
            getattr(self, ready[0])()

    # --- inner workings ----------------------------------------------------------------------------
    def _module(self, name: str) -> Any:
        import importlib

        return importlib.import_module(f"{self.protocol}.{name}")

    def _boot(self) -> None:
        device_core = self._module("device_core")
        self.flash.cut_at = 0
        self.core = device_core.DeviceCore(self.crypto, random, self.flash, self.facts, 0)
        self.running = None
        self._no_link()

    def _no_link(self) -> None:
        self.link = None
        self.connection = None
        self.to_device = []
        self.to_gateway = []
        self.waiting_package = None
        self.awaits_save = False

    def _gateway_starts(self, saved: dict[str, Any], *, is_clean: bool) -> None:
        if self.connection is not None:
            self.connection.connection_lost(0)
            self._device_events()
        self.state = self._module("gateway_state").from_dict(pickle.loads(pickle.dumps(saved)))
        if not is_clean:
            for session_id in self.state.mark_unclean_stop():
                self._report(session_id, 6)
            self.saved = self.state.to_dict()
        self._no_link()

    def _die_at(self, number: int, *, is_before: bool) -> None:
        self.flash.cut_at = number
        self.flash.cut_before = is_before
        try:
            self._to_device(self.to_device.pop(0))
        except PowerCut:
            pass
        self.flash.cut_at = 0
        self.device_crash()

    def _to_device(self, frame: bytes) -> None:
        self.connection.receive(frame, 0)
        self._collect()

    def _collect(self) -> None:
        """Take events and output of both ends, until the links that closed are gone."""
        self._device_events()
        self._gateway_events()
        self._take_output()
        if self.link is not None and (
            self.link.closed or (self.connection.closed and not self.to_gateway)
        ):
            if not self.link.closed:
                self.link.connection_lost(0)
                self._gateway_events()
            if not self.connection.closed:
                self.connection.connection_lost(0)
                self._device_events()
            self._no_link()

    def _take_output(self) -> None:
        for source, queue, is_to_device in (
            (self.link, self.to_device, True),
            (self.connection, self.to_gateway, False),
        ):
            if source is None:
                continue
            data = source.take_output()
            while data:
                size = (data[0] << 8 | data[1]) + 2
                frame, data = data[:size], data[size:]
                queue.append(frame)
                if not self.setting.is_ordered:
                    self.history.append((is_to_device, frame))

    def _device_events(self) -> None:
        if self.connection is None:
            return
        for event in self.connection.take_events():
            if event.kind == "execute":
                self._executed(event)
            elif event.kind == "package":
                self.ledger.package_reports[event.session_id] = event.status

    def _executed(self, event: Any) -> None:
        session_id = event.session_id
        if self.ledger.is_moved:
            raise Violation("G1: executed for a gateway whose address is not allowed")
        if session_id not in self.ledger.committed:
            raise Violation("G1: executed what the gateway did not commit")
        if session_id in self.ledger.executed:
            raise Violation("G2: executed twice")
        if self.ledger.reported.get(session_id) in (2, 3):
            raise Violation("G3: executed after it was reported as not executed")
        self.ledger.executed.append(session_id)
        self.running = session_id

    def _gateway_events(self) -> None:
        if self.link is None:
            return
        if self.link.phase == 5:
            self.ledger.committed.add(self.link.commands.session_id)
        for event in self.link.take_events():
            kind = event.kind
            if kind in ("result", "failed", "outcome"):
                self._report(event.session_id, event.status)
            elif kind == "save_now":
                self.awaits_save = True
            elif kind == "package":
                if event.session_id in self.ledger.delivered:
                    raise Violation("data lane: a package was taken twice")
                self.ledger.delivered.append(event.session_id)
                self.waiting_package = event.session_id
            elif kind == "copy_suspected" and not self.ledger.is_attacked:
                raise Violation("G6: an honest interruption is taken for a copy")
            elif kind == "breach" and event.authenticated and event.code in (5, 6, 7, 8, 9):
                if not self.ledger.is_attacked:
                    raise Violation("G6: an honest interruption is taken for an attack")

    def _report(self, session_id: bytes, status: int) -> None:
        if status in (2, 3) and session_id in self.ledger.executed:
            raise Violation("G3: reported as not executed, but the handler was called")
        if status == 0 and session_id not in self.ledger.executed:
            raise Violation("G3: reported as done, but the handler was not called")
        self.ledger.reported[session_id] = status

    def check(self) -> None:
        """Assert what must hold in every state."""
        for session_id, status in self.ledger.package_reports.items():
            if status == 0 and session_id not in self.ledger.delivered:
                raise Violation("data lane: reported as taken, but it was not")
            if status == 3 and session_id in self.ledger.delivered:
                raise Violation("data lane: reported as not taken, but it was")


def thaw(frozen: bytes) -> World:
    """Return the world that `freeze` kept."""
    world: World = pickle.loads(frozen)
    return world


def canonical(frozen: bytes) -> bytes:
    """Return frozen bytes that are the same for worlds that differ in names only."""
    return rename(frozen)


def _modules(protocol: ModuleType, *names: str) -> list[Any]:
    import importlib

    return [importlib.import_module(f"{protocol.__name__}.{name}") for name in names]


def forget_the_past(world: World) -> None:
    """Take out of a world what nothing can depend on any more, so that more worlds are the same.

    Done only while no link is up and messages cannot be replayed: sessions whose end is known leave
    the ledger and the device's outcomes; boots, counts and epochs are counted from the lowest.
    """
    if world.link is not None or not world.setting.is_ordered:
        return
    memory = world.core.memory
    binding = memory.bindings[0]
    state, saved, flash = world.state, world.saved, world.flash.values
    open_ids = {session_id for session_id, _ in state.unresolved}
    open_ids |= {bytes.fromhex(text) for text, _ in saved["unresolved"]}
    if world.core.executing is not None:
        open_ids.add(world.core.executing[2])
    ledger = world.ledger
    ledger.committed &= open_ids
    ledger.executed = [item for item in ledger.executed if item in open_ids]
    ledger.reported = {key: ledger.reported[key] for key in ledger.reported if key in open_ids}
    package = {world.core.open_package[0]} if world.core.open_package is not None else set()
    ledger.delivered = [item for item in ledger.delivered if item in package]
    ledger.package_reports = {
        key: status for key, status in ledger.package_reports.items() if key in package
    }
    state.data_done = [entry for entry in state.data_done if entry[0] in package]
    saved["data_done"] = [
        entry for entry in saved["data_done"] if bytes.fromhex(entry[0]) in package
    ]
    started = flash[b"L\x00\x00"][-16:]
    for number, outcome in list(memory.outcomes[0].items()):
        if outcome.session_id not in open_ids and outcome.session_id != started:
            del memory.outcomes[0][number]
    for key in list(flash):
        if key[:1] == b"O" and not any(text in flash[key] for text in (*open_ids, started)):
            del flash[key]
    _rebase_boots(world, state, saved, memory, flash)
    del binding


def _rebase_boots(
    world: World, state: Any, saved: Any, memory: Any, flash: dict[bytes, bytes]
) -> None:
    shift = min(state.last_boot, saved["last_boot"])
    if shift > 0:
        state.last_boot -= shift
        saved["last_boot"] -= shift
        memory.boot -= shift
        flash[b"boot"] = (int.from_bytes(flash[b"boot"], "big") - shift).to_bytes(4, "big")
