"""Commands leave in their one form; results may come in any harmless one."""

from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.iot_secure_gateway.gateway import wording
from custom_components.iot_secure_gateway.gateway.errors import InvalidCommand
from custom_components.iot_secure_gateway.gateway.wording import (
    MAX_ERROR_TEXT,
    CommandWriter,
    error_text,
    read_result,
    shown_result,
)
from custom_components.iot_secure_gateway.protocol import commands

IDS = st.binary(min_size=16, max_size=16)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | NAMES


@given(
    IDS, NAMES, st.none() | NAMES, st.just({}) | st.dictionaries(NAMES, SCALARS, max_size=3), IDS
)
def test_quick_way_writes_the_same_bytes(
    first: bytes, command: str, entity: str | None, arguments: dict[str, object], second: bytes
) -> None:
    writer = CommandWriter()
    for session_id in (first, second):
        expected = commands.encode_command(session_id, command, entity, arguments)
        assert writer.write(session_id, command, entity, arguments) == expected


def test_commands_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "MAX_TEMPLATES", 4)
    writer = CommandWriter()
    for index in range(20):
        writer.write(bytes(16), f"command_{index}", None, {})
    assert len(writer._templates) <= 4


@pytest.mark.parametrize(
    "change",
    [
        {"command": "\ud800"},
        {"entity": "\udfff"},
        {"arguments": {"a": 1.0}},
        {"arguments": {1: "a"}},
    ],
)
def test_command_without_a_form_is_refused(change: dict[str, Any]) -> None:
    arguments: dict[str, Any] = {"command": "a", "entity": None, "arguments": {}} | change
    writer = CommandWriter()
    for _ in range(2):
        with pytest.raises(InvalidCommand):
            writer.write(bytes(16), **arguments)


@given(st.dictionaries(NAMES, SCALARS | st.lists(SCALARS, max_size=3), max_size=5))
def test_result_in_canonical_form_is_read(result: dict[str, object]) -> None:
    assert read_result(commands.encode(result)) == result


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"5",
        b"null",
        b'{"a":1.5}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":"\\ud800"}',
        b"\xff{}",
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":' * 12 + b"1" + b"}" * 12,
        b"[" * 4000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
    ids=lambda data: data[:16].decode(errors="replace"),
)
def test_result_that_could_do_harm_is_no_result(data: bytes) -> None:
    assert read_result(data) == {}


@given(st.binary(max_size=200))
def test_no_result_raises(data: bytes) -> None:
    read_result(data)
    read_result(b'{"a":' + data)


def test_words_of_a_device_are_cleaned() -> None:
    assert error_text({}) == error_text({"error": 5}) == ""
    assert error_text({"error": "too\nhot"}) == "too\N{REPLACEMENT CHARACTER}hot"
    assert len(error_text({"error": "x" * 999})) == MAX_ERROR_TEXT


def test_shown_result_is_clean_and_short_down_to_its_keys() -> None:
    told = {
        "a\x1b[31m": ["b\u202e", {"c": "d" * 300}, True, None, 5],
        "large": 2**70,
        "negative": -(2**53),
    }
    assert shown_result(told) == {
        "a\N{REPLACEMENT CHARACTER}[31m": [
            "b\N{REPLACEMENT CHARACTER}",
            {"c": "d" * 254 + "\N{HORIZONTAL ELLIPSIS}"},
            True,
            None,
            5,
        ],
        "large": hex(2**70),
        "negative": hex(-(2**53)),
    }
