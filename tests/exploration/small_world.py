"""A small world: the two ends, their ordinary steps, and what an adversary or bad luck does to them.

On an ordered link the cipher makes a cut of every tampering: a record out of its place opens for
nobody. What is explored there besides crash, cut and delay is that this is so. Over a bare cipher
drop, duplicate, reorder and replay of any earlier message are acts with effects of their own.

Some orders of events need no exploration because two others give the same state:
- A message on its way to one end does not touch the other end. So an end that crashes or loses the
  link while the peer still takes messages is the peer taking them first, and then the crash.
- An orderly restart of the gateway is a cut after which a crash finds fewer saved states; that a
  state comes back from the disk as it was is asserted wherever one is saved.
- A link that only the gateway lost goes on living at the device until the first record of the next
  one. What the device does on it meanwhile is what it does before the gateway lost it. That nothing
  arrives on it afterwards is the act `late`.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from .alterations import alter, alterations
from .ends import GATEWAY_ID, KEY, SERIAL, PowerCut, Violation
from .steps import COMMITTED, OPENED, READY, UNKNOWN, Steps

LATE_MS = 10001  # later than any wait for a step
_NUMBERED = (0x01, 0x02, 0x03, 0x04, 0x14, 0x15, 0x25, 0x26)  # records with counts in them
_FOREIGN = b"\x00\x21\x10" + b"a record of an earlier link "[:16] + b"\xf1" + b"0" * 15


class World(Steps):
    """One state with everything that can happen to it. `acts` names what is counted as an act."""

    def acts(self) -> list[str]:
        """Return the acts that are possible now, without those inside a delivery (`deaths`)."""
        found = [f"gateway_crash_{index}" for index in range(len(self.disk))]
        found.append("device_crash")
        if self.link is None:
            return found
        found.append("cut")
        if self.connection.closed:
            return found
        if self.setting.is_ordered:
            if not (self.setting.commands and self.setting.packages):
                found += self._tampering()
        else:
            found += self._bare_acts()
        if self.device_link is not None:
            if self.connection.deadline() <= LATE_MS:
                found.append("device_waits")
            if not self.ledger.is_moved and not self.setting.packages:
                found.append("move_gateway")  # the address is looked at on the command lane only
        if self.to_gateway and self._kind(self.to_gateway[0]) == 0x22:
            found.append("deliver_late_to_gateway")
        return found

    def _tampering(self) -> list[str]:
        found = []
        for end, queue in (("device", self.to_device), ("gateway", self.to_gateway)):
            if queue:
                found += [f"duplicate_to_{end}", f"foreign_to_{end}"]
            if len(queue) > 1:
                found += [f"reorder_to_{end}", f"drop_to_{end}"]
        if self.to_device and not self.ledger.is_moved:
            found.append("late")
        return found

    def _bare_acts(self) -> list[str]:
        found = []
        for end, queue in (("device", self.to_device), ("gateway", self.to_gateway)):
            if queue:
                found += [f"duplicate_to_{end}", f"drop_to_{end}"]
            if len(queue) > 1:
                found.append(f"reorder_to_{end}")
        found += [f"replay_{index}" for index in range(len(self.history))]
        return found + alterations(self)

    def take(self, step: str) -> None:
        """Do one step or act by its name."""
        word, _, number = step.rpartition("_")
        if word.startswith("alter"):
            alter(self, step)
        elif number.isdigit():
            getattr(self, word)(int(number))
        else:
            getattr(self, step)()

    # --- crashes --------------------------------------------------------------------------------------
    def gateway_crash(self, index: int) -> None:
        """The gateway dies and finds one of the states that were saved since it last had to be sure."""
        questions = list(self.state.unresolved)
        self.device_loses_link()
        self.gateway_starts(self.disk[index])
        # What the queue holds without a final outcome is unknown, saved or not.
        self.state.unresolved = questions
        for session_id in self.state.mark_unclean_stop():
            self.report(session_id, UNKNOWN)
        self.ledger.unknown.clear()  # that stands: the command is gone
        self.saves_now()

    def device_crash(self) -> None:
        """The device loses power between two messages."""
        self.gateway_loses_link()
        self.boot()

    def dies_before(self, number: int) -> None:
        """Power goes just before the n-th flash write that the next message causes."""
        self._dies(number, is_kept=False)

    def dies_after(self, number: int) -> None:
        """Power goes just after the n-th flash write that the next message causes."""
        self._dies(number, is_kept=True)

    def _dies(self, number: int, *, is_kept: bool) -> None:
        self.flash.cut_at = number
        self.flash.is_kept = is_kept
        with suppress(PowerCut):
            self.connection.receive(self.to_device.pop(0), 0)
        self.device_crash()

    # --- delay ------------------------------------------------------------------------------------------
    def device_waits(self) -> None:
        """What waits at the device expires: its pending session, its package."""
        if self.connection.link.has_pending:
            self.ledger.expired[self.command_lane.provisional_acceptor] = None
        self.connection.tick(LATE_MS)
        self.collect()

    def deliver_late_to_gateway(self) -> None:
        """The next message reaches the gateway after what it belongs to has expired."""
        self.link.receive(self.to_gateway.pop(0), LATE_MS)
        self.collect()

    def move_gateway(self) -> None:
        """The address of the link is taken off the list of allowed ones."""
        self.ledger.is_attacked = True
        self.ledger.is_moved = True
        self.core.memory.bindings[0].addresses = [b"\x0a\x00\x00\x01"]

    def late(self) -> None:
        """The gateway gives the link up; what it had sent arrives when the next link is ready."""
        old, frames = self.connection, self.to_device
        self.link.tick(5001)
        self.gateway_loses_link()
        self.device_events()
        self.connection = None
        self.no_link()
        self.connect()
        self.run_dry()
        new, self.connection = self.connection, old
        for frame in frames:
            old.receive(frame, 0)
            self.device_events()
        if not old.closed and not new.closed:
            raise Violation("G2: an older link outlives the authentication of a newer one")
        # A first record that was held back may end the newer link, as any cut; nobody is at its end.
        self.device_loses_link()
        self.connection = new
        self.collect()

    def stranger(self) -> None:
        """Somebody who has recorded LINK_INIT sends it again, from an allowed address."""
        other = self.core.connect(self.connection.peer, False, 0)
        handshake = self.module("gateway_link").GatewayLink(
            self.gateway_crypto, self.draw, SERIAL, GATEWAY_ID, KEY, self.snapshot(), 0, 0
        )
        other.receive(handshake.take_output(), 0)
        other.receive(_FOREIGN, 0)
        if not other.closed:
            raise Violation("G8: a peer that cannot prove itself is heard")
        if self.connection.closed or self.core.live is not self.connection:
            raise Violation("G8: a peer that did not prove itself ends an authenticated link")

    # --- tampering ----------------------------------------------------------------------------------------
    def drop_to_device(self) -> None:
        """A message is lost inside the stream."""
        self._tamper(self.to_device, self.to_device[1:])

    def drop_to_gateway(self) -> None:
        """A message is lost inside the stream."""
        self._tamper(self.to_gateway, self.to_gateway[1:])

    def duplicate_to_device(self) -> None:
        """A message comes twice."""
        self._tamper(self.to_device, [self.to_device[0], *self.to_device])

    def duplicate_to_gateway(self) -> None:
        """A message comes twice."""
        self._tamper(self.to_gateway, [self.to_gateway[0], *self.to_gateway])

    def reorder_to_device(self) -> None:
        """Two messages change places."""
        self._tamper(self.to_device, [self.to_device[1], self.to_device[0], *self.to_device[2:]])

    def reorder_to_gateway(self) -> None:
        """Two messages change places."""
        self._tamper(
            self.to_gateway, [self.to_gateway[1], self.to_gateway[0], *self.to_gateway[2:]]
        )

    def foreign_to_device(self) -> None:
        """A record comes that was sealed at another time."""
        self._tamper(self.to_device, [_FOREIGN, *self.to_device])

    def foreign_to_gateway(self) -> None:
        """A record comes that was sealed at another time."""
        self._tamper(self.to_gateway, [_FOREIGN, *self.to_gateway])

    def replay(self, index: int) -> None:
        """A message of before comes again."""
        is_to_device, frame = self.history[index]
        queue = self.to_device if is_to_device else self.to_gateway
        self._tamper(queue, [frame, *queue])

    def _tamper(self, queue: list[bytes], frames: list[bytes]) -> None:
        """Change what is under way to one end; on an ordered link that has to end the link."""
        if not self.setting.is_ordered:
            self.ledger.is_attacked = True
            queue[:] = frames
            return
        end = self.connection if queue is self.to_device else self.link
        for frame in frames:
            end.receive(frame, 0)
        if not end.closed:
            raise Violation("G5: a stream that was tampered with is accepted")
        self.device_events()
        self.gateway_events()
        self.cut()

    def _kind(self, frame: bytes) -> int:
        return frame[3] if frame[2] == 0x10 else -1

    @property
    def has_numbers_under_way(self) -> bool:
        """Whether a message under way names counts."""
        return any(self._kind(frame) in _NUMBERED for frame in (*self.to_device, *self.to_gateway))

    @property
    def device_link(self) -> Any:
        """The device's end of the link once it is authenticated, or None."""
        if self.connection is None or self.core.live is not self.connection:
            return None
        return getattr(self.connection, "link", None)

    @property
    def is_settled(self) -> bool:
        """Whether a link is up and past its first exchange."""
        return self.link is not None and self.link.phase in (READY, OPENED, COMMITTED)
