"""What a crash of the gateway may find on its disk."""

from __future__ import annotations

from typing import Any

from .ends import Violation
from .small_world import World


def note_disk(world: World) -> None:
    """The driver saves at any time, so a crash may find any state since it had to be sure of one.

    Left out: what is never read after a crash (questions are unknown then, and the identifier that
    an opener drew is compared only in the session that it opened).
    """
    if world.disk and saved_form(world.disk[-1]) == saved_form(world.state):
        return
    state = world.snapshot()
    if saved_form(state) != saved_form(world.state) or state.unresolved != world.state.unresolved:
        raise Violation("G6: a state that does not come back from the disk as it was")
    world.disk.append(state)
    for state in world.disk:
        state.unresolved = []
        state.lanes[0].provisional_opener = b""
        state.dirty = False


def saved_form(state: Any) -> tuple[Any, ...]:
    first, second = state.lanes
    return (
        state.epoch,
        state.last_boot,
        state.data_done,
        state.resync_pending,
        state.may_have_lost,
        state.memory,
        (first.opener_id, first.acceptor_id, first.count),
        (second.opener_id, second.acceptor_id, second.count),
        (second.provisional_opener, second.provisional_acceptor),
    )


def drop_equal_states(world: World) -> None:
    """A crash that finds one of two equal states is explored once, and their order does not matter.

    But the last is the present one, which `_note_disk` compares with.
    """
    *older, present = world.disk
    if not older:
        return
    forms = [saved_form(present)]
    kept: list[Any] = []
    for state in older:
        form = saved_form(state)
        if form not in forms:
            forms.append(form)
            kept.append(state)
    kept.sort(key=_age)
    world.disk = [*kept, present]


def _age(state: Any) -> tuple[Any, ...]:
    flags = (*state.may_have_lost, *state.resync_pending)
    counts = [(lane.count, bool(lane.provisional_opener)) for lane in state.lanes]
    return (state.epoch, counts, state.last_boot, flags, len(state.data_done))
