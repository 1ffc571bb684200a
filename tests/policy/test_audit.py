"""The chain of the record: whatever is changed, taken out or moved is named."""

from typing import Any

import pytest

from custom_components.iot_secure_gateway.policy.audit import (
    MASK,
    MAX_ARGUMENTS,
    MAX_FAULTS,
    MAX_LINE_TEXT,
    AuditLine,
    Fault,
    FaultKind,
    Head,
    Purpose,
    Row,
    Seal,
    chained,
    genesis,
    masked,
    sealed,
    tidy,
    verify,
)

KEY = bytes(range(32))
START = sealed(KEY, Purpose.START, genesis(bytes(16)))


def line(number: int) -> AuditLine:
    return AuditLine(at_us=number, kind="command", serial="LAMP-1", command="turn_on")


def chain(lines: list[AuditLine], start: Head = START.head) -> list[Row]:
    """Write lines as the store does."""
    rows: list[Row] = []
    number, digest = start
    for entry in lines:
        number += 1
        digest = chained(digest, number, entry)
        rows.append((number, entry, digest))
    return rows


ROWS = chain([line(number) for number in range(1, 11)])


def head(rows: list[Row], number: int) -> Head:
    return next(Head(at, digest) for at, _, digest in rows if at == number)


SEALS = [sealed(KEY, Purpose.HEAD, head(ROWS, number)) for number in (4, 8)]
ANCHOR = head(ROWS, 10)


def test_what_nobody_touched_has_no_fault() -> None:
    assert verify(KEY, START, SEALS, ROWS, ANCHOR) == ()
    assert verify(KEY, START, [], [], None) == ()


@pytest.mark.parametrize("at", range(10))
@pytest.mark.parametrize("field", AuditLine._fields)
def test_any_change_of_any_field_names_its_line(at: int, field: str) -> None:
    number, entry, digest = ROWS[at]
    value: Any = 7 if field in {"at_us", "row", "duration_us"} else "else"
    changed = entry._replace(**{field: value + 1000 if field == "at_us" else value})
    rows = [*ROWS[:at], (number, changed, digest), *ROWS[at + 1 :]]
    assert verify(KEY, START, SEALS, rows, ANCHOR) == (Fault(FaultKind.CHANGED, number, number),)


@pytest.mark.parametrize("at", range(10))
def test_any_missing_line_is_named(at: int) -> None:
    (fault, *_) = verify(KEY, START, SEALS, [*ROWS[:at], *ROWS[at + 1 :]], ANCHOR)
    assert fault == Fault(FaultKind.MISSING, at + 1, at + 1)


def test_lines_in_another_order_are_named() -> None:
    rows = [ROWS[0], ROWS[2], ROWS[1], *ROWS[3:]]
    faults = verify(KEY, START, SEALS, rows, ANCHOR)
    assert Fault(FaultKind.REORDERED, 2, 2) in faults
    assert faults[0].first == 2


def test_lines_whose_numbers_were_swapped_are_named() -> None:
    rows = list(ROWS)
    rows[4], rows[6] = (5, *ROWS[6][1:]), (7, *ROWS[4][1:])
    assert verify(KEY, START, SEALS, rows, ANCHOR)[0] == Fault(FaultKind.CHANGED, 5, 5)


def test_a_chain_computed_anew_without_the_key_is_found_at_the_next_seal() -> None:
    forged = [*ROWS[:5], *chain([line(99), *(entry for _, entry, _ in ROWS[6:])], head(ROWS, 5))]
    faults = verify(KEY, START, SEALS, forged, ANCHOR)
    assert faults[0] == Fault(FaultKind.CHANGED, 5, 8)  # from behind the last good seal


def test_seals_taken_away_do_not_help_against_what_is_noted_apart() -> None:
    forged = [*ROWS[:5], *chain([line(99), *(entry for _, entry, _ in ROWS[6:])], head(ROWS, 5))]
    assert verify(KEY, START, [], forged, ANCHOR) == (Fault(FaultKind.CHANGED, 1, 10),)


def test_an_older_copy_of_the_record_is_found() -> None:
    assert verify(KEY, START, SEALS[:1], ROWS[:6], ANCHOR) == (Fault(FaultKind.MISSING, 7, 10),)
    assert verify(KEY, START, SEALS, ROWS[:6], None) == (Fault(FaultKind.MISSING, 7, 8),)


def test_a_seal_or_start_of_somebody_without_the_key_is_found() -> None:
    forged = Seal(SEALS[0].head, bytes(32))
    assert verify(KEY, START, [forged], ROWS, None) == (Fault(FaultKind.BAD_SEAL, 4, 4),)
    start = sealed(bytes(32), Purpose.START, head(ROWS, 6))
    assert verify(KEY, start, [], ROWS[6:], None) == (Fault(FaultKind.BAD_SEAL, 6, 6),)


def test_a_seal_of_a_head_cannot_stand_for_a_removal() -> None:
    assert verify(KEY, SEALS[0], [], ROWS[4:], None)[0].kind is FaultKind.BAD_SEAL


def test_a_sealed_start_takes_the_place_of_what_was_removed() -> None:
    start = sealed(KEY, Purpose.START, head(ROWS, 6))
    assert verify(KEY, start, SEALS[1:], ROWS[6:], ANCHOR) == ()
    # The note from before the removal lies in what was removed.
    assert verify(KEY, start, SEALS[1:], ROWS[6:], head(ROWS, 3)) == ()


def test_faults_told_are_bounded() -> None:
    rows = [(at, entry, bytes(32)) for at, entry, _ in chain([line(1)] * 100)]
    assert len(verify(KEY, START, [], rows, None)) == MAX_FAULTS


def test_texts_of_a_line_are_cut_and_cleaned() -> None:
    long = AuditLine(at_us=1, kind="x" * 500, name="a\nb\x1b\ud800", arguments="y" * 5000, row=3)
    shown = tidy(long)
    assert (len(shown.kind), len(shown.arguments)) == (MAX_LINE_TEXT, MAX_ARGUMENTS)
    assert shown.name == "a\ufffdb\ufffd\ufffd"
    assert (shown.at_us, shown.row, shown.duration_us) == (1, 3, None)


@pytest.mark.parametrize(
    ("command", "arguments", "shown"),
    [
        ("turn_on", {}, ""),
        ("turn_on", {"brightness": 3, "on": True}, '{"brightness": 3, "on": true}'),
        ("unlock", {"code": "1234"}, '{"code": "***"}'),
        ("set", {"a": {"wifi_password": "x"}}, '{"a": {"wifi_password": "***"}}'),
        ("set_settings", {"values": ["x", 2]}, '{"values": ["***", 2]}'),
        ("set", {"value": "my diary"}, '{"value": "***"}'),
        ("set", {"value": 21}, '{"value": 21}'),
        ("set_mode", {"mode": "eco"}, '{"mode": "eco"}'),
        ("turn_on", {"odd": object()}, MASK),
        ("turn_on", {"long": "x" * 2000}, MASK),
    ],
)
def test_arguments_are_shown_without_secrets(
    command: str, arguments: dict[str, object], shown: str
) -> None:
    assert masked(command, arguments) == shown
