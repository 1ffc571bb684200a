"""docs/features.md: every capability has its row, and every test or file a document names is there."""

import ast
from functools import cache
from pathlib import Path
import re

import pytest

TOP = Path(__file__).resolve().parent.parent
FEATURES = TOP / "docs/features.md"
# Documents that name tests as proof of what they say.
PROVING = (FEATURES, TOP / "docs/security.md")
EXPECTED = [f"S{number}" for number in range(1, 80)] + [f"B{number}" for number in range(1, 41)]

ROW = re.compile(
    r"\| (?P<number>[SB]\d+) \| (?P<text>.+?) \| (?P<where>.*?) ?\| (?P<tests>.*?) ?\|"
)
TEST = re.compile(r"`(?P<file>tests/[\w/.]+\.py)::(?P<name>\w+)`")
QUOTED = re.compile(r"`([^`]+)`")


def rows() -> list[re.Match[str]]:
    """Return the rows of the table."""
    lines = FEATURES.read_text(encoding="utf-8").splitlines()
    return [match for line in lines if (match := ROW.fullmatch(line))]


@cache
def functions_of(file: Path) -> frozenset[str]:
    """Return the names of the test functions in a file, those in classes included."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def missing_tests(text: str) -> list[str]:
    """Return the tests that a text names and that do not exist."""
    return [
        match.group()
        for match in TEST.finditer(text)
        if not (TOP / match["file"]).is_file()
        or match["name"] not in functions_of(TOP / match["file"])
    ]


def test_every_capability_has_exactly_one_row_in_order() -> None:
    assert [row["number"] for row in rows()] == EXPECTED


@pytest.mark.parametrize("document", PROVING, ids=lambda path: path.name)
def test_every_named_test_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert TEST.search(text)
    assert missing_tests(text) == []


def test_a_test_that_does_not_exist_is_found() -> None:
    assert missing_tests("`tests/test_features_table.py::test_nothing_of_the_kind`")
    assert missing_tests("`tests/no_such_file.py::test_x`")


def test_what_is_said_to_work_says_where_and_is_tested() -> None:
    halves = [
        row["number"] for row in rows() if bool(row["where"]) != bool(TEST.search(row["tests"]))
    ]
    assert halves == []


def test_every_named_place_exists() -> None:
    named = {name for row in rows() for name in QUOTED.findall(row["where"])}
    roots = (TOP, TOP / "custom_components/iot_secure_gateway", TOP / "device_firmware")
    assert [
        name for name in sorted(named) if not any((root / name).exists() for root in roots)
    ] == []
