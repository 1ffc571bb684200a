"""G6 and the rest of G3: after whatever happened, the next contact works by itself and answers."""

from __future__ import annotations

from .ends import Violation
from .small_world import World
from .steps import READY, UNKNOWN


def heal(world: World) -> None:
    """Let both ends meet again without any fault; a session on each lane has to work then."""
    ledger = world.ledger
    questions = list(ledger.unknown)
    for _ in range(3):
        if world.link is None:
            world.connect()
        world.run_dry()
        if world.link is not None and world.link.phase == READY:
            break
    else:
        raise Violation("G6: no link comes up after an interruption")
    if world.state.unresolved or ledger.unknown:
        raise Violation("G3: a question stays open after the next contact")
    if world.setting.persistence == "always":
        for session_id in questions:
            if ledger.reported.get(session_id) in (None, UNKNOWN):
                raise Violation("G3: the outcome is not learned at the next contact")
    executed, delivered = len(ledger.executed), len(ledger.delivered)
    world.open_command()
    world.run_dry()
    if len(ledger.executed) != executed + 1:
        raise Violation("G6: the next command is not executed after an interruption")
    if world.link.phase != READY or world.state.unresolved:
        raise Violation("G3: the outcome of a command is not learned without any fault")
    world.send_package()
    world.run_dry()
    if len(ledger.delivered) != delivered + 1 or not world.core.can_send_package:
        raise Violation("G6: the next package is not taken after an interruption")
