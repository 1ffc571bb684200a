"""The changes of the permission table: who, when, what; and taking one back (B11, S54).

A change is written down before it is made, so none is ever missing; one that was written down and not
made - a crash, a full disk - is dropped at the next start, or at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
import logging
from typing import Any, Final, Self

from ..policy.actors import Actor, User
from ..policy.adoption import adopt
from ..policy.differences import Difference
from ..policy.errors import PolicyError
from ..policy.exchange import TABLE_KINDS, read_table
from ..policy.reading import fields, moment, text, whole_number
from ..policy.rows import MAX_NUMBER
from ..policy.state import PolicyState
from ..policy.times import MAX_ID_LENGTH
from .json_object import JsonObject
from .stores import PermissionStore

_LOGGER = logging.getLogger(__name__)

MAX_CHANGES: Final = 200  # more than a year in a household
MAX_DIFFERENCES: Final = 5_000  # of all of them; the last change is kept however large it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of rows, groups and shifts."""

    number: int
    at: datetime
    by: str  # user id; empty: the gateway itself, because of a claim, a reset, a deleted user
    differences: tuple[Difference, ...]

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "by": self.by,
            "differences": [
                {"kind": one.kind, "id": one.id, "before": one.before, "after": one.after}
                for one in self.differences
            ],
        }

    @classmethod
    def from_dict(cls, value: object, place: str) -> Self:
        """Read the JSON form. Raises ValueError that names the place."""
        given = fields(value, place, ("number", "at", "by", "differences"))
        listed = given.get("differences")
        if not isinstance(listed, list):
            raise ValueError(f"{place}.differences: expected a list")
        by = given.get("by")
        return cls(
            number=whole_number(given.get("number"), f"{place}.number", 1, MAX_NUMBER),
            at=moment(given.get("at"), f"{place}.at"),
            by="" if by == "" else text(by, f"{place}.by", MAX_ID_LENGTH),
            differences=tuple(
                _difference(one, f"{place}.differences[{at}]") for at, one in enumerate(listed)
            ),
        )


def _difference(value: object, place: str) -> Difference:
    given = fields(value, place, ("kind", "id", "before", "after"))
    kind, before, after = given.get("kind"), given.get("before"), given.get("after")
    if kind not in TABLE_KINDS:
        raise ValueError(f"{place}.kind: expected one of {', '.join(TABLE_KINDS)}")
    record_id = text(given.get("id"), f"{place}.id", MAX_ID_LENGTH)
    for record in (before, after):
        if record is not None:
            table = read_table({kind: [record]}, place)
            if [str(key) for key in getattr(table, kind)] != [record_id]:
                raise ValueError(f"{place}.id: is not that of the record")
    return Difference(
        kind=str(kind),
        id=record_id,
        before=before,  # type: ignore[arg-type]
        after=after,  # type: ignore[arg-type]
    )


class PermissionHistory:
    """The last changes of one gateway's table, the oldest first."""

    def __init__(self, store: PermissionStore) -> None:
        """Nothing is known until `load`."""
        self._store = store
        self.changes: tuple[Change, ...] = ()

    async def load(self, state: PolicyState) -> None:
        """Read the store; `state`: what is in force. What cannot be read is given up, and said."""
        try:
            self.changes = tuple(
                Change.from_dict(stored, f"changes[{at}]")
                for at, stored in enumerate(await self._store.load_history())
            )
        except ValueError as error:
            _LOGGER.warning("Earlier changes of permissions cannot be shown: %s", error)
        if self.changes and _is_as(state, self.changes[-1], "before"):
            self.changes = self.changes[:-1]  # it was not made before the stop

    async def note(
        self, differences: tuple[Difference, ...], at: datetime, by: Actor | None
    ) -> None:
        """Write down what is about to be changed. Raises what the store raises; then nothing was noted."""
        change = Change(
            number=self.changes[-1].number + 1 if self.changes else 1,
            at=at,
            by=by.id if isinstance(by, User) else "",
            differences=differences,
        )
        kept = _bounded((*self.changes, change))
        await self._store.save_history([one.to_dict() for one in kept])
        self.changes = kept

    def drop_last(self) -> None:
        """What was noted last was not made; the store follows with the next change, or at the next start."""
        self.changes = self.changes[:-1]

    def find(self, number: int) -> Change:
        """Return a change. Raises PolicyError when it is not kept any more."""
        for change in self.changes:
            if change.number == number:
                return change
        raise PolicyError("unknown_change", change=str(number))


def undo(state: PolicyState, actor: Actor, change: Change) -> PolicyState:
    """Return the state without a change, as far as whoever does it may. Raises PolicyError.

    What was changed once more since is refused: the later change would be lost with it.
    """
    if not _is_as(state, change, "after"):
        raise PolicyError("changed_since")
    records: dict[str, dict[Any, Any]] = {kind: dict(getattr(state, kind)) for kind in TABLE_KINDS}
    for one in change.differences:
        key: int | str = int(one.id) if one.kind == "rows" else one.id
        records[one.kind].pop(key, None)
        if one.before is not None:
            records[one.kind][key] = getattr(
                read_table({one.kind: [one.before]}, "change"), one.kind
            )[key]
    wanted = replace(state, **records)  # type: ignore[arg-type]
    new = adopt(state, actor, wanted)
    if replace(new, next_number=state.next_number) != wanted:
        raise PolicyError("not_yours")  # adopting leaves alone what belongs to others
    return new


def _is_as(state: PolicyState, change: Change, side: str) -> bool:
    """Return whether all that a change is about is now as it was on one side of it."""
    return all(
        _record(state, one) == (one.before if side == "before" else one.after)
        for one in change.differences
    )


def _record(state: PolicyState, difference: Difference) -> Mapping[str, object] | None:
    kind = getattr(state, difference.kind)
    record = kind.get(int(difference.id) if difference.kind == "rows" else difference.id)
    return None if record is None else record.to_dict()


def _bounded(changes: Iterable[Change]) -> tuple[Change, ...]:
    kept = list(changes)[-MAX_CHANGES:]
    count = sum(len(change.differences) for change in kept)
    while count > MAX_DIFFERENCES and len(kept) > 1:
        count -= len(kept.pop(0).differences)
    return tuple(kept)
