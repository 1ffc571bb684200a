"""The table and the naive reference agree on random houses: verdict, reason, row and column."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

from .random_houses import DAYS, Question, house, question
from .reference import Reference
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.decision import Decision, Reason
from custom_components.iot_secure_gateway.policy.table import Table, compile_table

HOUSES = 1500
QUESTIONS = 10  # about each
SEED = 20200102


def asked(table: Table, of: Question) -> Decision:
    actor, serial, command, arguments, now, starter = of
    return table.decide(actor, serial, command, arguments, now, starter)


def test_table_and_reference_agree_on_fifteen_thousand_random_cases() -> None:
    random = Random(SEED)
    seen: Counter[Reason] = Counter()
    for _ in range(HOUSES):
        state, facts = house(random)
        table, reference = compile_table(state, facts), Reference(state, facts)
        for _ in range(QUESTIONS):
            of = question(random)
            actor, serial, command, arguments, now, starter = of
            expected = reference.judge_both(actor, starter, serial, command, arguments, now)
            found = asked(table, of)
            assert replace(found, next_allowed_at=None) == expected, (of, state)
            seen[found.reason] += 1
    # Every reason but a fault was met, or the cases would show little.
    by_others = {Reason.ERROR, Reason.BLOCKED}  # the latter is the monitoring's
    assert set(seen) == set(Reason) - by_others
    assert min(seen.values()) >= 40


def test_next_allowed_time_is_the_first_hour_at_which_the_reference_allows() -> None:
    random = Random(SEED)
    later, never = 0, 0
    while later < 40 or never < 20:
        state, facts = house(random)
        table, reference = compile_table(state, facts), Reference(state, facts)
        of = question(random)
        found = asked(table, of)
        if found.allowed or found.reason not in (
            Reason.NOT_NOW,
            Reason.FORBIDDEN,
            Reason.STARTER_NOT_PERMITTED,
        ):
            continue
        actor, serial, command, arguments, now, starter = of
        # Everything in these houses changes at full and half hours, within the days or never.
        steps = (now + timedelta(minutes=30) * step for step in range(2 * 24 * (DAYS + 8)))
        first = next(
            (
                when
                for when in steps
                if reference.judge_both(actor, starter, serial, command, arguments, when).allowed
            ),
            None,
        )
        assert found.next_allowed_at == first, (of, state)
        later += first is not None
        never += first is None


def test_order_of_rows_decides_nothing() -> None:
    random = Random(SEED)
    for _ in range(200):
        state, facts = house(random)
        backwards = replace(state, rows=dict(sorted(state.rows.items(), reverse=True)))
        tables = compile_table(state, facts), compile_table(backwards, facts)
        for _ in range(5):
            of = question(random)
            assert asked(tables[0], of) == asked(tables[1], of)


def test_nobody_allows_more_by_adding_a_row_that_forbids() -> None:
    random = Random(SEED)
    for _ in range(200):
        state, facts = house(random)
        without = replace(state, rows={n: row for n, row in state.rows.items() if row.is_allow})
        tables = compile_table(state, facts), compile_table(without, facts)
        for _ in range(5):
            of = question(random)
            assert not (asked(tables[0], of).allowed and not asked(tables[1], of).allowed)


def test_who_holds_nothing_gives_nothing() -> None:
    random = Random(SEED)
    for _ in range(200):
        state, facts = house(random)
        nobodys = {n: replace(row, made_by="eve", by=None) for n, row in state.rows.items()}
        table = compile_table(replace(state, rows=nobodys, appointments={}), facts)
        for _ in range(5):
            of = question(random)
            if isinstance(of.actor, User):
                is_owner = state.owners.get(of.serial) == of.actor.id
                assert asked(table, of).allowed <= is_owner
