"""Guest passes: rows for whoever holds a link, and rows that begin later (B6)."""

from datetime import timedelta

import pytest

from .makings import NOW, judge, link, row, serials, state
from custom_components.iot_secure_gateway.policy.actors import Guest, User
from custom_components.iot_secure_gateway.policy.columns import Users
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.explain import Question, explain
from custom_components.iot_secure_gateway.policy.facts import Facts
from custom_components.iot_secure_gateway.policy.marks import Fault, marks_of
from custom_components.iot_secure_gateway.policy.passes import TOKEN_LENGTH, pass_id, read_pass
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.policy.table import compile_table

TOKEN = "A" * TOKEN_LENGTH
PLUMBER = Guest(id=pass_id(TOKEN), name="Plumber")
HOUR = timedelta(hours=1)


def guests(*tokens: str) -> Users:
    return Users(guests=frozenset(map(pass_id, tokens)))


def test_pass_is_known_by_a_hash_from_which_its_token_cannot_be_told() -> None:
    assert pass_id(TOKEN) != pass_id(TOKEN[:-1] + "B")
    assert read_pass(pass_id(TOKEN), "guests") == pass_id(TOKEN)
    assert TOKEN not in str(row(users=guests(TOKEN)).to_dict())


def test_pass_opens_what_its_row_says_to_nobody_else_and_nothing_more() -> None:
    table = state(row(users=guests(TOKEN), devices=serials("ISG-1")))
    assert judge(table, PLUMBER).reason is Reason.ROW
    assert judge(table, PLUMBER, "ISG-2").reason is Reason.GUEST_NOT_PERMITTED
    assert judge(table, PLUMBER, command="settings").reason is Reason.OTHER_COMMANDS
    assert judge(table, PLUMBER, command="release").reason is Reason.GUEST_NOT_PERMITTED
    for other in (Guest(id=pass_id("B" * TOKEN_LENGTH)), User(id=PLUMBER.id), User(id="bob")):
        assert not judge(table, other).allowed


def test_rows_for_everyone_are_not_for_guests() -> None:
    assert judge(state(row(users=Users(everyone=True))), PLUMBER).reason is (
        Reason.GUEST_NOT_PERMITTED
    )


def test_row_that_forbids_a_pass_wins() -> None:
    table = state(row(users=guests(TOKEN)), row(number=2, is_allow=False, users=guests(TOKEN)))
    assert judge(table, PLUMBER).reason is Reason.FORBIDDEN


def test_pass_ends_with_the_authority_of_who_made_it() -> None:
    bobs = row(made_by="bob", by="l", users=guests(TOKEN), devices=serials("ISG-1"))
    assert judge(state(bobs, links=[link("l", "bob")]), PLUMBER).allowed
    assert judge(state(bobs), PLUMBER).reason is Reason.GUEST_NOT_PERMITTED


def test_row_counts_from_its_start_to_its_end() -> None:
    table = state(row(starts_at=NOW, expires_at=NOW + HOUR))
    early = judge(table, "bob", now=NOW - timedelta(microseconds=1))
    assert early.reason is Reason.NOT_NOW
    assert early.next_allowed_at == NOW
    assert judge(table, "bob").allowed
    assert judge(table, "bob", now=NOW + HOUR).reason is Reason.EXPIRED


def test_row_that_forbids_does_so_from_its_start_on() -> None:
    forbids = row(number=2, is_allow=False, starts_at=NOW, expires_at=NOW + HOUR)
    table = state(row(), forbids)
    assert judge(table, "bob", now=NOW - HOUR).allowed
    refused = judge(table, "bob")
    assert refused.reason is Reason.FORBIDDEN
    assert refused.next_allowed_at == NOW + HOUR


def test_next_time_looks_past_a_row_that_begins_to_forbid_meanwhile() -> None:
    allows = row(starts_at=NOW + HOUR)
    forbids = row(number=2, is_allow=False, starts_at=NOW + HOUR / 2, expires_at=NOW + 2 * HOUR)
    assert judge(state(allows, forbids), "bob").next_allowed_at == NOW + 2 * HOUR


def _explained(of: PolicyState) -> tuple[bool, ...]:
    question = Question(actor=PLUMBER, serial="ISG-1", command="turn_on", when=NOW)
    return tuple(verdict.counts for verdict in explain(compile_table(of, Facts()), question).rows)


def test_explanations_know_passes_and_starts() -> None:
    assert _explained(
        state(
            row(users=guests(TOKEN), starts_at=NOW),
            row(number=2, users=guests(TOKEN), starts_at=NOW + HOUR),
            row(number=3),
        )
    ) == (True, False, False)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (row(users=guests(TOKEN)), []),
        (row(users=guests(TOKEN), starts_at=NOW + HOUR), []),
        (row(users=guests(TOKEN), expires_at=NOW), [Fault.EXPIRED]),
    ],
)
def test_pass_is_marked_as_any_row(given: Row, faults: list[Fault]) -> None:
    found = marks_of(state(given), Facts(users=frozenset()), NOW)
    assert [mark.fault for mark in found.get(1, ())] == faults
