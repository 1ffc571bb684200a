"""Both ends in memory, and what happens to them without any fault, as single steps.

The ends are the real ones (`protocol/`); time stands still at 0, a timeout is a step of its own.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from .ends import (
    ELSEWHERE,
    GATEWAY_ID,
    KEY,
    PEER,
    SERIAL,
    Facts,
    Flash,
    Ledger,
    Setting,
    Violation,
    facts_of,
)
from .ideal_crypto import BARE, ORDERED, random

SETTLING, READY, OPENED, COMMITTED = 2, 3, 4, 5  # phases of the gateway's link
UNKNOWN = 6
MAX_LINKS = 2  # of a bare search: a link that fails would be followed by the next for ever
MAX_STEPS = 80  # of an undisturbed run


def take_apart(*hubs: Any) -> None:
    """End what refers to itself in circles: memory that is free at once is still in the cache."""
    for hub in hubs:
        if hub is not None:
            take_apart(getattr(hub, "link", None))  # a device's connection has one
            vars(hub).clear()


class Steps:
    """One state of the two ends; a step changes it or raises Violation."""

    crypto: Any = None  # ports of gateway and device; None: ideal ones
    draw: Any = staticmethod(random)
    setting: Setting

    def __init__(self, protocol: ModuleType, setting: Setting) -> None:
        self.protocol = protocol.__name__
        self.setting = setting
        self.ledger = Ledger()
        self.flash = Flash()
        self.disk: list[Any] = []  # states of the gateway that a crash now may find saved
        self.link: Any = None  # the gateway's end
        self.connection: Any = None  # the device's end
        self.core: Any = None
        self.to_device: list[bytes] = []
        self.to_gateway: list[bytes] = []
        self.history: list[tuple[bool, bytes]] = []  # (to the device?, frame) for bare replay
        self.links = 0  # counted for a bare cipher only
        self.opened = 0
        self.sent = 0
        self.running: bytes | None = None  # session whose handler runs
        self.waiting_package: bytes | None = None  # package that the gateway's driver looks at
        self.awaits_save = False
        caches, memory, state = (
            self.module(name) for name in ("caches", "device_memory", "gateway_state")
        )
        gsid = setting.mode == 0
        first = [b"ID" + b"9" * 17 + b"%d" % index for index in range(4)]
        command = (first[0] if gsid else b"", first[1])
        data = (first[2], first[3] if gsid else b"")
        keeper = memory.DeviceMemory(
            self.flash,
            (setting.persistence == "checkpoint", setting.data_persistence == "checkpoint"),
        )
        binding = memory.Binding(0, memory.CONFIRMED, setting.mode, GATEWAY_ID, KEY)
        binding.addresses = [PEER]
        binding.lanes = [caches.LaneCache(*command), caches.LaneCache(*data)]
        keeper.add_binding(binding)
        self.state = state.GatewayState(
            setting.mode, [caches.LaneCache(*command), caches.LaneCache(*data)]
        )
        self.saves_now()
        self.boot()

    def module(self, name: str) -> Any:
        """Return a module of the protocol that is explored."""
        return importlib.import_module(f"{self.protocol}.{name}")

    @property
    def command_lane(self) -> Any:
        """The device's cache of the command lane."""
        return self.core.memory.bindings[0].lanes[0]

    @property
    def device_crypto(self) -> Any:
        """The device's crypto port."""
        return self.crypto[1] if self.crypto else ORDERED if self.setting.is_ordered else BARE

    @property
    def gateway_crypto(self) -> Any:
        """The gateway's crypto port."""
        return self.crypto[0] if self.crypto else ORDERED if self.setting.is_ordered else BARE

    @property
    def facts(self) -> Facts:
        """What the device is."""
        setting = self.setting
        return facts_of(setting.mode, setting.persistence, setting.data_persistence)

    # --- ordinary steps ----------------------------------------------------------------------------
    def steps(self) -> list[str]:
        """Return what can happen without any fault."""
        found = ["finish_handler"] if self.running is not None else []
        if self.link is None:
            if self.links < MAX_LINKS or self.setting.is_ordered:
                found.append("connect")
            return found
        if self.to_device:
            found.append("deliver_to_device")
        if self.to_gateway:
            found.append("deliver_to_gateway")
        if self.waiting_package is not None:
            found.append("finish_package")
        if self.awaits_save:
            found.append("save")
        if self.link.continuity.ask_at_ms is not None:
            found.append("ask_again")
        if self.link.phase == READY and self.opened < self.setting.commands:
            found.append("open_command")
        if self.sent < self.setting.packages and self.core.can_send_package:
            found.append("send_package")
        return found

    def connect(self) -> None:
        """A new connection; the Noise messages pass at once, everything after them in steps.

        Nothing is missed by that: before its first record a link changes nothing at either end
        (a lost handshake is a cut), which the act `stranger` looks at. With both lanes at work the
        greetings pass at once, too: they are the same with one lane, where they are explored.
        """
        self.links += 0 if self.setting.is_ordered else 1
        self.connection = self.core.connect(ELSEWHERE if self.ledger.is_moved else PEER, False, 0)
        self.link = self.module("gateway_link").GatewayLink(
            self.gateway_crypto, self.draw, SERIAL, GATEWAY_ID, KEY, self.state, 0, 0
        )
        self.connection.receive(self.link.take_output(), 0)
        self.link.receive(self.connection.take_output(), 0)
        self.collect()
        if self.setting.commands and self.setting.packages:
            while self.link is not None and self.link.phase < SETTLING:
                if self.to_device:
                    self.deliver_to_device()
                else:
                    self.deliver_to_gateway()

    def open_command(self) -> None:
        """The gateway opens a session."""
        self.opened += 1
        session_id = self.draw(16)
        command = self.module("commands").encode_command(session_id, "on", None, {})
        self.link.open(session_id, command, 0)
        self.collect()

    def send_package(self) -> None:
        """The device opens a session on the data lane."""
        self.sent += 1
        self.core.send_package(b"package", 0)
        self.collect()

    def deliver_to_device(self) -> None:
        """The next message reaches the device."""
        self.connection.receive(self.to_device.pop(0), 0)
        self.collect()

    def deliver_to_gateway(self) -> None:
        """The next message reaches the gateway."""
        self.link.receive(self.to_gateway.pop(0), 0)
        self.collect()

    def finish_handler(self) -> None:
        """The device's handler ends."""
        session_id, self.running = self.running, None
        self.core.finish(session_id, 0, b"{}", 0)
        self.collect()

    def finish_package(self) -> None:
        """The gateway's driver has dealt with a package."""
        session_id, self.waiting_package = self.waiting_package, None
        self.link.package_done(session_id, 0, 0)
        self.collect()

    def ask_again(self) -> None:
        """Some time after a device said that it is still executing."""
        self.link.tick(500)
        self.collect()

    def save(self) -> None:
        """What the link waits for is durable."""
        self.saves_now()
        self.awaits_save = False
        self.link.saved(0)
        self.collect()

    # --- what steps and acts are made of -------------------------------------------------------------
    def boot(self) -> None:
        """The device starts with what is in flash."""
        self.flash.cut_at = 0
        take_apart(self.core)
        self.core = self.module("device_core").DeviceCore(
            self.device_crypto, self.draw, self.flash, self.facts, 0
        )
        self.running = None
        self.no_link()

    def no_link(self) -> None:
        """Whatever was under way is lost."""
        take_apart(self.link, self.connection)
        self.link = None
        self.connection = None
        self.to_device = []
        self.to_gateway = []
        self.waiting_package = None
        self.awaits_save = False

    def gateway_loses_link(self) -> None:
        """The gateway sees its connection end."""
        if self.link is not None:
            self.link.connection_lost(0)
            self.gateway_events()

    def device_loses_link(self) -> None:
        """The device sees its connection end."""
        if self.connection is not None:
            self.connection.connection_lost(0)
            self.device_events()

    def cut(self) -> None:
        """The connection ends; what was under way is lost."""
        self.gateway_loses_link()
        self.device_loses_link()
        self.no_link()

    def gateway_starts(self, saved: Any) -> None:
        """The gateway starts with what was saved."""
        self.state = self.restored(saved)
        self.no_link()

    def snapshot(self) -> Any:
        """Return the gateway's state as it comes back from the disk."""
        return self.restored(self.state)

    def restored(self, state: Any) -> Any:
        """Return a state as it is read again (written as JSON where schedules are sampled)."""
        return self.module("gateway_state").from_dict(state.to_dict())

    def saves_now(self) -> None:
        """The gateway's state is durable: a crash finds this one and no older one."""
        self.disk = [self.snapshot()]

    def collect(self) -> None:
        """Take events and output of both ends, until the links that closed are gone."""
        self.device_events()
        self.gateway_events()
        self._take_output()
        if self.link is not None and (
            self.link.closed or (self.connection.closed and not self.to_gateway)
        ):
            self.cut()

    def _take_output(self) -> None:
        for source, queue, is_to_device in (
            (self.link, self.to_device, True),
            (self.connection, self.to_gateway, False),
        ):
            data = source.take_output() if source is not None else b""
            while data:
                size = (data[0] << 8 | data[1]) + 2
                frame, data = data[:size], data[size:]
                queue.append(frame)
                if self.ledger.is_moved and not is_to_device and frame[2:4] == b"\x10\x11":
                    raise Violation("G1: a gateway whose address is not allowed gets an ECHO")
                if not self.setting.is_ordered and (is_to_device, frame) not in self.history:
                    self.history.append((is_to_device, frame))

    def device_events(self) -> None:
        """Do what the device's driver does with events; note what an observer sees."""
        if self.connection is None:
            return
        for event in self.connection.take_events():
            if event.kind == "execute":
                self._executed(event.session_id)
            elif event.kind == "package":
                self._package_ended(event.session_id, event.status)

    def _executed(self, session_id: bytes) -> None:
        ledger = self.ledger
        if ledger.is_moved:
            raise Violation("G1: executed for a gateway whose address is not allowed")
        if session_id in ledger.executed:
            raise Violation("G2: executed twice")
        if session_id not in ledger.committed:
            raise Violation("G1: executed what the gateway did not commit")
        if self.command_lane.acceptor_id in ledger.expired:
            raise Violation("G2: a COMMIT that was held back is executed")
        if ledger.reported.get(session_id) in (2, 3):
            raise Violation("G3: executed after it was reported as not executed")
        if self.running is not None:
            raise Violation("G2: executed while another handler runs")
        ledger.executed[session_id] = None
        self.running = session_id

    def _package_ended(self, session_id: bytes, status: int) -> None:
        ledger = self.ledger
        if ledger.expects_copy:
            return  # who has the keys may tell lies
        if status == 0 and session_id not in ledger.delivered:
            raise Violation("data lane: reported as taken, but it was not")
        if status == 3 and session_id in ledger.delivered:
            raise Violation("data lane: reported as not taken, but it was")
        ledger.package_reports[session_id] = status

    def gateway_events(self) -> None:
        """Do what the gateway's driver does with events; note what an observer sees."""
        if self.link is None:
            return
        ledger = self.ledger
        if self.link.phase == COMMITTED:
            ledger.committed[self.link.commands.session_id] = None
        ledger.committed.update((session_id, None) for session_id, _ in self.state.unresolved)
        for event in self.link.take_events():
            kind = event.kind
            if kind in ("result", "failed", "outcome"):
                self.report(event.session_id, event.status)
                if kind == "failed" and event.status == UNKNOWN:
                    ledger.unknown[event.session_id] = None
                else:
                    ledger.unknown.pop(event.session_id, None)
            elif kind == "save_now":
                self.awaits_save = True
            elif kind == "package":
                if event.session_id in ledger.delivered:
                    raise Violation("data lane: a package was taken twice")
                if ledger.package_reports.get(event.session_id) == 3:
                    raise Violation("data lane: taken after it was reported as not taken")
                ledger.delivered[event.session_id] = None
                self.waiting_package = event.session_id
            elif kind == "copy_suspected":
                ledger.copies_suspected += 1
                if not ledger.is_attacked and not ledger.expects_copy:
                    raise Violation("G6: an honest interruption is taken for a copy")
            elif kind == "breach" and event.authenticated and 5 <= event.code <= 9:
                if not ledger.is_attacked and not ledger.expects_copy:
                    raise Violation("G6: an honest interruption is taken for an attack")

    def report(self, session_id: bytes, status: int) -> None:
        """The gateway's driver tells its user what became of a command."""
        if status in (2, 3) and session_id in self.ledger.executed:
            raise Violation("G3: reported as not executed, but the handler was called")
        if status == 0 and session_id not in self.ledger.executed:
            raise Violation("G3: reported as done, but the handler was not called")
        self.ledger.reported[session_id] = status

    def run_dry(self) -> None:
        """Let happen what is under way, and nothing new."""
        for _ in range(MAX_STEPS):
            ready = [
                step
                for step in self.steps()
                if step not in ("open_command", "send_package", "connect")
            ]
            if not ready:
                return
            getattr(self, ready[0])()
        raise Violation("G6: two ends that never come to rest")
