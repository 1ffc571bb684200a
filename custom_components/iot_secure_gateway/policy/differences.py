"""What differs between two tables: before an import, after a change, in the log."""

from collections.abc import Iterator
from dataclasses import dataclass

from .state import SHARED_KINDS, PolicyState


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that was added (no `before`), removed (no `after`) or changed; both in JSON form."""

    kind: str  # "rows", or the name of a kind of groups, or "shifts"
    id: str  # of a row its number
    before: dict[str, object] | None
    after: dict[str, object] | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ, by name; of what was added or removed none are listed."""
        if self.before is None or self.after is None:
            return ()
        names = sorted(self.before.keys() | self.after.keys())
        return tuple(name for name in names if self.before.get(name) != self.after.get(name))


def differences(old: PolicyState, new: PolicyState) -> tuple[Difference, ...]:
    """Return what differs in rows, groups and shifts: rows first, each kind in the order of ids."""
    return tuple(found for kind in ("rows", *SHARED_KINDS) for found in _of_kind(kind, old, new))


def _of_kind(kind: str, old: PolicyState, new: PolicyState) -> Iterator[Difference]:
    before, after = getattr(old, kind), getattr(new, kind)
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was is not now and was != now:
            yield Difference(
                kind=kind,
                id=str(key),
                before=None if was is None else was.to_dict(),
                after=None if now is None else now.to_dict(),
            )
