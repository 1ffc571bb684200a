"""G7: a copy of a device or of a gateway that has run a session becomes evident to the original.

Tried from every honest state at rest, in persistence `always`. Left out is what protocol.md leaves
out: a gateway that has just lost state in a crash forgives what it may have lost itself.
"""

from __future__ import annotations

from itertools import product

from .ends import Violation
from .normal_form import thaw
from .small_world import World
from .steps import READY
from custom_components.iot_secure_gateway.protocol.gateway_memory import ACCEPTED

_SESSIONS = ("open_command", "send_package")


class Copies:
    """Tries copies; `tried` counts those that ran a session before the original came back."""

    def __init__(self) -> None:
        self.tried = 0
        self.refused = 0  # copies that were suspected before they could do anything

    def look(self, frozen: bytes) -> None:
        """Copy either end of this state without a link."""
        for session in _SESSIONS:
            self._device(frozen, session)
            self._gateway(frozen, session)

    def _device(self, frozen: bytes, session: str) -> None:
        """The flash was read out; a second device runs on what was in it."""
        copy = thaw(frozen)
        copy.device_crash()
        if self._runs(copy, session):
            original = thaw(frozen)
            original.state = copy.state
            self._must_be_evident(original, f"G7: a copied device ran {session} unseen")

    def _gateway(self, frozen: bytes, session: str) -> None:
        """A backup was restored elsewhere; a second gateway runs on it, perhaps as its owner said."""
        original = thaw(frozen)
        if any(original.state.may_have_lost):
            return
        for index, is_accepted in product(range(len(original.disk)), (False, True)):
            copy = thaw(frozen)
            copy.gateway_starts(copy.disk[index])
            if is_accepted:
                copy.state.mark_from_backup()
                copy.state.memory = ACCEPTED
            kept = thaw(frozen).state
            if self._runs(copy, session):
                copy.cut()
                copy.state = kept
                self._must_be_evident(copy, f"G7: a copied gateway ran {session} unseen")

    def _runs(self, copy: World, session: str) -> bool:
        """Let the copy run a session with the other end, if that end lets it."""
        copy.ledger.expects_copy = True
        copy.connect()
        copy.run_dry()
        if copy.link is None or copy.link.phase != READY:
            self.refused += 1
            return False
        getattr(copy, session)()
        copy.run_dry()
        copy.cut()
        self.tried += 1
        return True

    def _must_be_evident(self, world: World, text: str) -> None:
        """The original is contacted next."""
        world.ledger.expects_copy = True
        world.ledger.copies_suspected = 0
        world.connect()
        world.run_dry()
        if not world.ledger.copies_suspected:
            raise Violation(text)
