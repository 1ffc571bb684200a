"""Taking over an imported table: as far as the person who does it may, or nothing of it."""

from dataclasses import replace

from .actors import Actor
from .changes import person
from .errors import PolicyError
from .row_changes import check_row, check_shared, may_change, used_by
from .rows import Row
from .state import MAX_GROUPS, MAX_ROWS, MAX_SHIFTS, SHARED_KINDS, PolicyState, Shared


def adopt(state: PolicyState, actor: Actor, table: PolicyState) -> PolicyState:
    """Make the rows, groups and shifts that a person may change those of an imported table.

    What others made stays as it is, whether the table has it or not; a table that has it otherwise is
    refused. Rows keep their numbers. Raises PolicyError.
    """
    user_id = person(actor)
    rows, changed_rows = _rows(state, user_id, table)
    kept: dict[str, dict[str, Shared]] = {}
    changed: list[Shared] = []
    gone: list[Shared] = []
    for kind in SHARED_KINDS:
        before, after = getattr(state, kind), getattr(table, kind)
        dropped = {
            key for key, one in before.items() if key not in after and one.made_by == user_id
        }
        gone += [before[key] for key in sorted(dropped)]
        changed += [one for key, one in after.items() if before.get(key) != one]
        if any(
            key in before and before[key].made_by != user_id and before[key] != one
            for key, one in after.items()
        ):
            raise PolicyError("not_yours")
        kept[kind] = {key: one for key, one in {**before, **after}.items() if key not in dropped}
        limit = MAX_SHIFTS if kind == "shifts" else MAX_GROUPS
        if len(kept[kind]) > limit:
            raise PolicyError("too_many_groups", limit=str(limit))
    next_number = max(state.next_number, max(rows, default=0) + 1)
    new = replace(state, rows=rows, **kept, next_number=next_number)  # type: ignore[arg-type]
    for one in changed:
        check_shared(new, user_id, one)
    for one in gone:
        if user := used_by(new, one):
            raise PolicyError("still_used", by=user)
    for row in changed_rows:
        check_row(new, row)
    return new


def _rows(state: PolicyState, user_id: str, table: PolicyState) -> tuple[dict[int, Row], list[Row]]:
    """Return all rows as they would be, and those that would be new or changed."""
    rows = {
        number: row
        for number, row in state.rows.items()
        if number in table.rows or not may_change(state, user_id, row)
    }
    changed = []
    for number, row in table.rows.items():
        old = state.rows.get(number)
        if old == row:
            continue
        is_mine = row.made_by == user_id if old is None else may_change(state, user_id, old)
        if not is_mine or (old is not None and (old.made_by, old.by) != (row.made_by, row.by)):
            raise PolicyError("not_yours")
        # Else one import could use up all the numbers that there are.
        highest = state.next_number + MAX_ROWS
        if number > highest:
            raise PolicyError("number_too_high", row=str(number), limit=str(highest))
        rows[number] = row
        changed.append(row)
    if len(rows) > MAX_ROWS:
        raise PolicyError("too_many_rows", limit=str(MAX_ROWS))
    return rows, changed
