"""The table out and in as JSON and CSV: identical on the way back, and refused by line and column."""

from collections.abc import Callable
import csv
from dataclasses import replace
import io
from random import Random

import pytest

from .makings import row, state
from .random_houses import house
from .test_state import FULL
from custom_components.iot_secure_gateway.policy.columns import Users
from custom_components.iot_secure_gateway.policy.differences import differences
from custom_components.iot_secure_gateway.policy.exchange import MAX_TEXT_LENGTH, ContentError
from custom_components.iot_secure_gateway.policy.exchange_csv import export_csv, import_csv
from custom_components.iot_secure_gateway.policy.exchange_json import export_json, import_json
from custom_components.iot_secure_gateway.policy.groups import UserGroup
from custom_components.iot_secure_gateway.policy.state import EMPTY, PolicyState

WAYS = [(export_json, import_json), (export_csv, import_csv)]
type Export = Callable[[PolicyState], str]
type Import = Callable[[str], PolicyState]

# What spreadsheets and parsers stumble over.
AWKWARD = state(
    row(note="=1+1"),
    row(number=2, note="'quoted', with \"both\"; and more: [1] {2}"),
    row(number=3, users=Users(integrations=frozenset({"a;b", '"c"', "{d}", "[e", "f: g", "-h"}))),
    row(number=4, note="@cmd"),
    user_groups={"-g": UserGroup(id="-g", name="+name", made_by="'ann")},
)


def table_of(whole: PolicyState) -> PolicyState:
    """What of a state goes out: neither owners nor appointments."""
    next_number = max(whole.rows, default=0) + 1
    return replace(whole, owners={}, appointments={}, next_number=next_number)


@pytest.mark.parametrize(("export", "read"), WAYS)
@pytest.mark.parametrize("given", [EMPTY, FULL, AWKWARD])
def test_table_is_identical_on_the_way_back(
    export: Export, read: Import, given: PolicyState
) -> None:
    text = export(given)
    assert read(text) == table_of(given)
    assert export(read(text)) == text
    assert differences(read(text), given) == ()


@pytest.mark.parametrize(("export", "read"), WAYS)
def test_random_tables_are_identical_on_the_way_back(export: Export, read: Import) -> None:
    random = Random(9)
    checked = 0
    while checked < 200:
        given, _ = house(random)
        try:
            PolicyState.from_dict(given.to_dict())
        except ValueError:
            continue  # groups that contain each other
        assert read(export(given)) == table_of(given)
        checked += 1


def test_every_record_is_a_line_of_its_own() -> None:
    lines = export_json(FULL).splitlines()
    assert sum(line.startswith('{"number"') for line in lines) == len(FULL.rows)
    assert len(export_csv(FULL).splitlines()) == 1 + len(FULL.rows) + 5


def test_no_cell_is_a_formula() -> None:
    for cells in csv.reader(io.StringIO(export_csv(AWKWARD), newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_byte_order_mark_and_plain_line_ends_are_taken() -> None:
    text = export_csv(FULL)
    assert import_csv("\ufeff" + text) == import_csv(text)
    assert import_csv(text.replace(",users: bob,", ",users: bob;,")) == import_csv(text)
    assert import_csv(text.replace("\r\n", "\n") + "\n\n") == import_csv(text)


GOOD_JSON = export_json(state(row(), row(number=2)))
GOOD_CSV = export_csv(FULL)


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "why"),
    [
        ('"rows"', '"rowz"', 1, 1, "unknown field"),
        ("gateway.permissions", "gateway.other", 1, 12, "expected iot_secure_gateway.permissions"),
        ('"version": 1', '"version": 2', 1, 57, "expected 1"),
        ('{"number": 2', '{"number": 1', 4, 12, "not one of its own"),
        ('{"number": 2', '{"number": 0', 4, 12, "not one of its own"),
        ('{"number": 2', '{"number": true', 4, 12, "expected a whole number"),
        ('"effect": "allow"', '"effect": "allov"', 3, 25, "expected allow or forbid"),
        ('"is_on": true', '"is_on": 1', 3, 43, "expected true or false"),
        ('{"users": ["bob"]}', '{"users": ["bob", 7]}', 3, 94, "expected text"),
        ('{"users": ["bob"]}', '{"users": []}', 3, 86, "expected 1 to 256 entries"),
        ('{"users": ["bob"]}', "{}", 3, 76, "name at least one"),
        ('{"users": ["bob"]}', "null", 3, 76, "expected an object"),
        ('{"always": true}', '{"hours": [{"start": "25:00"}]}', 3, None, "expected a time of day"),
        ('"made_by": "ann"', '"made_by": "ann", "made_by": "x"', 4, None, "there twice"),
        ('{"number": 1', '{"number": NaN', 1, 1, "cannot be read as JSON"),
        ('{"number": 1', '{"number": ' + "1" * 5000, 1, 1, "cannot be read as JSON"),
        ('"user_groups": []', '"user_groups": {}', 6, 16, "expected a list"),
        ('"shifts": []', '"shifts": [7]', 9, 12, "expected an object"),
        (
            '"shifts": []',
            '"shifts": ' + "[" * 200_000 + "]" * 200_000,
            1,
            1,
            "cannot be read as JSON",
        ),
        ('"shifts": []', '"shifts": [', 10, 1, "Expecting value"),
    ],
)
def test_wrong_json_is_refused_by_line_and_column(
    old: str, new: str, line: int, column: int | None, why: str
) -> None:
    assert old in GOOD_JSON
    with pytest.raises(ContentError) as caught:
        import_json(GOOD_JSON.replace(old, new, 1))
    assert why in caught.value.why
    assert caught.value.line == line
    assert column is None or caught.value.column == column


@pytest.mark.parametrize("text", ["", "[]", "7", "null", "{}", "\0", '{"format"', "[" * 100_000])
def test_text_that_is_no_table_is_refused(text: str) -> None:
    for _, read in WAYS:
        with pytest.raises(ContentError):
            read(text)


def test_too_much_text_is_refused_unread() -> None:
    for _, read in WAYS:
        with pytest.raises(ContentError, match="longer"):
            read(" " * (MAX_TEXT_LENGTH + 1))


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "why"),
    [
        ("kind,id", "kind;id", 1, 1, "expected the heads"),
        ("row,1,", "raw,1,", 2, 1, "expected one of row"),
        ("row,1,", "row,one,", 2, 2, "expected a whole number"),
        ("row,1,", "row," + "9" * 30 + ",", 2, 2, "expected a whole number"),
        ("row,7,", "row,1,", 3, 2, "not one of its own"),
        ("row,1,", "row,1,,", 2, 15, "expected 14 cells"),
        (",allow,yes,ann", ",allows,yes,ann", 2, 4, "expected allow or forbid"),
        (",allow,yes,ann", ",allow,ja,ann", 2, 5, "expected true or false"),
        (",allow,yes,ann", ",allow,yes,", 2, 6, "expected 1 to 64"),
        (",users: bob,", ",users: bob; users,", 2, 8, "users stands alone or with values"),
        (",users: bob,", ",users; users: bob,", 2, 8, "users stands alone or with values"),
        (",users: bob,", ",user: bob,", 2, 8, "unknown field"),
        (",users: bob,", ",users: [,", 2, 8, "Expecting value"),
        (",users: bob,", ',"users: ""bob"" x",', 2, 8, "expected ; between entries"),
        (",users: bob,", ",users: " + "[" * 50_000 + ",", 2, 8, ""),
        (",users: bob,", ",users: " + "x" * 140_000 + ",", 2, 1, "field larger than"),
        (",groups: control,", ",groups: controls,", 2, 10, "expected one of read"),
        (",always,", ",always: yes,", 2, 11, "is true, and stands alone"),
        ("user_group,kids,Kids,,", "user_group,kids,Kids,allow,", 5, 4, "has to be empty"),
        ("user_group,kids", "user_group,family", 5, 2, "is there twice"),
        ("device_group,pumps,Pumps", "device_group,pumps,", 6, 3, "expected 1 to 64"),
        ("serials: ISG-1", "serial: ISG-1", 3, 9, "unknown field"),
        ("user_group,kids,Kids,,,ann,,,", "user_group,kids,Kids,,,ann,,groups: family,", 1, 1, "are too deep"),
        ("shift,early,Early", 'shift,"early"x,Early', 8, 1, "',' expected after"),
        ('""start"": ""06:00:00""', '""start"": ""6""', 8, 11, "expected a time of day"),
    ],
)  # fmt: skip
def test_wrong_csv_is_refused_by_line_and_cell(
    old: str, new: str, line: int, column: int, why: str
) -> None:
    assert old in GOOD_CSV, GOOD_CSV
    with pytest.raises(ContentError) as caught:
        import_csv(GOOD_CSV.replace(old, new, 1))
    assert (caught.value.line, caught.value.column) == (line, column), caught.value
    assert why in caught.value.why


def test_too_many_lines_are_refused() -> None:
    lines = GOOD_CSV.splitlines()
    many = "\r\n".join([lines[0], *[""] * 30_000])
    with pytest.raises(ContentError, match="too many lines"):
        import_csv(many)


def test_random_damage_is_refused_or_read_never_worse() -> None:
    random = Random(11)
    places = []
    for text, read in ((export_json(FULL), import_json), (GOOD_CSV, import_csv)):
        for _ in range(400):
            at = random.randrange(len(text))
            end = at + random.choice((0, 1, 1, 5))
            damaged = (
                text[:at]
                + random.choice(("", "0", '"', "{", "]", ";", "\n", "\0", "é"))
                + text[end:]
            )
            try:
                read(damaged)
            except ContentError as error:
                places.append((error.line, error.column, damaged.count("\n")))
    assert len(places) > 100
    assert all(1 <= line <= ends + 2 and column >= 1 for line, column, ends in places)
