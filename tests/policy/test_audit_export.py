"""Lines of the record leave as text that nobody's program takes for anything else."""

import csv
import io
import json
from typing import Any

import pytest

from custom_components.iot_secure_gateway.policy.audit import AuditLine
from custom_components.iot_secure_gateway.policy.audit_export import COLUMNS, to_csv, to_json_lines

LINE = AuditLine(
    at_us=1_800_000_000_123_456,
    kind="command",
    name='Ann, "the boss"',
    row=3,
    arguments='{"a": 1}',
    duration_us=None,
)


def test_csv_comes_back_as_it_was() -> None:
    header, cells = csv.reader(io.StringIO(to_csv([(7, LINE)], has_header=True)))
    assert tuple(header) == COLUMNS
    found = dict(zip(header, cells, strict=True))
    assert found["number"] == "7"
    assert found["at"] == "2027-01-15T08:00:00.123+00:00"
    assert (found["name"], found["row"], found["duration_us"]) == ('Ann, "the boss"', "3", "")


def test_only_the_first_part_has_a_header() -> None:
    assert len(to_csv([(7, LINE)], has_header=False).splitlines()) == 1


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(sign: str) -> None:
    texts: Any = {name: f"{sign}cmd" for name in AuditLine._fields if name != "at_us"}
    evil = LINE._replace(**texts)
    (cells,) = csv.reader(io.StringIO(to_csv([(1, evil)], has_header=False), newline=""))
    assert all(cell == f"'{sign}cmd" for cell in cells[2:])


def test_json_lines_are_one_object_each() -> None:
    first, second = to_json_lines([(7, LINE), (6, LINE)]).splitlines()
    assert json.loads(first)["arguments"] == '{"a": 1}'
    assert (json.loads(first)["number"], json.loads(second)["number"]) == (7, 6)
    assert "at_us" not in json.loads(first)


def test_a_time_that_no_calendar_has_is_shown_as_it_is() -> None:
    assert json.loads(to_json_lines([(1, LINE._replace(at_us=2**62))]))["at"] == str(2**62)
