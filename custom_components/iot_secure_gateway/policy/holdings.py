"""Whether somebody holds anything on a device: what tells an authorised user from a stranger (FIG 15)."""

from collections.abc import Iterable

from .actors import Actor, User
from .authority import NO_AUTHORITY, authority_of
from .state import PolicyState
from .table import Table


def holds_any(table: Table, actor: Actor, serial: str) -> bool:
    """Return whether an actor holds any authority over a device, or any row that allows something there."""
    if type(actor) is User and authority_of(table.state, actor.id, serial) != NO_AUTHORITY:
        return True
    return bool(rows_held(table, actor, serial))


def rows_held(table: Table, actor: Actor, serial: str) -> frozenset[int]:
    """Return the numbers of the rows that allow an actor something on a device, be it not now."""
    keys = frozenset(table.subject_keys(actor))
    return frozenset(
        number
        for number, entry in table.entries.items()
        if entry.is_allow and serial in entry.serials and keys & entry.subject_keys(table.state)
    )


def given_by_others(state: PolicyState, user: User, serial: str, numbers: Iterable[int]) -> bool:
    """Return whether somebody made any of these rows who is neither this person nor below them there."""
    makers = {state.rows[number].made_by for number in numbers}
    return any(user.id not in authority_of(state, maker, serial).path for maker in makers)
