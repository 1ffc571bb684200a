"""JSON of commands: one form, the same on both interpreters, and nothing else is taken."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
import subprocess
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iot_secure_gateway.protocol import commands
from custom_components.iot_secure_gateway.protocol.errors import MisuseError, RecordError

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "device_firmware"
MICROPYTHON = Path(sys.executable).with_name("micropython")
SESSION_ID = bytes(range(16))
HEX = SESSION_ID.hex()

ACCEPTED = [
    b"null",
    b"true",
    b"false",
    b"0",
    b"-1",
    b"9007199254740991",
    b"-9007199254740991",
    b'""',
    b"[]",
    b"{}",
    b'{"a":[{"b":{}}],"b":"","\xc3\xa4":null}',
    b'"\\b\\f\\n\\r\\t\\u0000\\u001f\\"\\\\/"',
    b'"\x7f\xc2\xa0\xe2\x80\xa8\xf0\x9f\x92\xa1"',
    b"[" * 8 + b"]" * 8,
    b'{"":1}',
]
REFUSED = [
    b"",
    b" ",
    b"nul",
    b"{",
    b"[1,]",
    b"{} ",
    b" {}",
    b"{}{}",
    b'{"a": 1}',
    b"[1, 2]",
    b'{"b":1,"a":2}',  # order
    b'{"a":1,"a":1}',  # twice
    b'{"a":1,"a":2}',
    b'"\\u0041"',  # escaped without need
    b'"\\/"',
    b'"\\u00e4"',
    b'"\\u001F"',
    b'"\x01"',  # not escaped
    b'"\xff"',
    b"\xff",
    b"1.0",
    b"1e2",
    b"1E2",
    b"-0",
    b"+1",
    b"01",
    b"9007199254740992",
    b"-9007199254740992",
    b"1" * 5000,
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"[" * 9 + b"]" * 9,
    b"[" * 3000,
    b"[" * 3000 + b"]" * 3000,
    b'{"a":' * 3000,
    b"\xef\xbb\xbf{}",
    b"{1:2}",
    b"'a'",
]
# A reader in C takes half a surrogate pair; text that no UTF-8 has.
SURROGATES = [b'"\\ud800"', b'"\xed\xa0\x80"']

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def copy_with_json(fake: Any) -> ModuleType:
    """Load a second copy of the module over another `json`, as an interpreter with less would."""
    source = Path(commands.__file__)
    name = commands.__name__ + "_with_less"
    spec = importlib.util.spec_from_file_location(name, source)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    real = sys.modules["json"]
    sys.modules["json"] = fake
    try:
        spec.loader.exec_module(module)
    finally:
        sys.modules["json"] = real
    return module


def micropython_dumps(value: object) -> str:
    """Write JSON as MicroPython does: unescaped but for what must be, two characters otherwise."""
    if not isinstance(value, str):
        return json.dumps(value)
    unusual = {"\b": "\\u0008", "\f": "\\u000c"}
    written = [unusual.get(one) or json.dumps(one, ensure_ascii=False)[1:-1] for one in value]
    return '"' + "".join(written) + '"'


WITH_LESS = copy_with_json(SimpleNamespace(loads=json.loads, dumps=micropython_dumps))


def on_micropython(lines: list[str]) -> list[str]:
    """Return MicroPython's answers."""
    done = subprocess.run(
        [MICROPYTHON, HERE / "micropython_commands.py"],
        input="".join(line + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "MICROPYPATH": f"{FIRMWARE}:{HERE}"},
    )
    answers = done.stdout.splitlines()
    assert len(answers) == len(lines), done.stderr[-300:]
    return answers


# --- the one form ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("data", ACCEPTED)
def test_json_in_its_one_form_is_taken(data: bytes) -> None:
    assert commands.encode(commands.decode(data)) == data
    assert WITH_LESS.encode(WITH_LESS.decode(data)) == data


@pytest.mark.parametrize("data", [*REFUSED, *SURROGATES], ids=lambda data: repr(data[:24]))
def test_any_other_form_is_refused(data: bytes) -> None:
    with pytest.raises(RecordError):
        commands.decode(data)


@settings(max_examples=60, deadline=None)
@given(values)
def test_any_value_goes_round_and_both_encoders_agree(value: object) -> None:
    data = commands.encode(value)
    assert commands.decode(data) == value
    assert WITH_LESS.encode(value) == data


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40) | st.text('{}[]":,0123456789abtrue\\ ', max_size=30).map(str.encode))
def test_no_bytes_raise_anything_but_a_record_error(data: bytes) -> None:
    try:
        value = commands.decode(data)
    except RecordError:
        return
    assert commands.encode(value) == data


def test_keys_are_sorted_by_code_point() -> None:
    assert commands.encode({"ä": 1, "z": 2, "Z": 3, "\U0001f4a1": 4, "\uffff": 5}) == (
        '{"Z":3,"z":2,"ä":1,"\uffff":5,"\U0001f4a1":4}'.encode()
    )


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        {"a": 21.0},
        [b"bytes"],
        {1: 2},
        {None: 1},
        2**53,
        -(2**53),
        "\ud800",
        {"\ud800": 1},
        object(),
        [[[[[[[[[]]]]]]]]],
        {"set": {1}},
    ],
)
def test_our_own_value_without_that_form_is_misuse(value: object) -> None:
    for module in (commands, WITH_LESS):
        with pytest.raises(MisuseError):
            module.encode(value)


def test_tuples_are_lists() -> None:
    assert commands.encode((1, ("a",))) == WITH_LESS.encode((1, ("a",))) == b'[1,["a"]]'


# --- commands ----------------------------------------------------------------------------------------------
def test_command_goes_round() -> None:
    data = commands.encode_command(SESSION_ID, "set", "relay", {"level": 3, "text": "ä"})
    assert data == (
        f'{{"args":{{"level":3,"text":"ä"}},"cmd":"set","entity":"relay","id":"{HEX}"}}'.encode()
    )
    command = commands.decode_command(data)
    assert command == {
        "args": {"level": 3, "text": "ä"},
        "cmd": "set",
        "entity": "relay",
        "id": HEX,
    }
    assert commands.session_id_of(command) == SESSION_ID


def test_command_to_the_whole_device_names_no_entity() -> None:
    data = commands.encode_command(SESSION_ID, "describe", None, {"page": 1})
    assert "entity" not in commands.decode_command(data)


@pytest.mark.parametrize(
    "command",
    [
        [],
        "turn_on",
        {},
        {"cmd": "turn_on"},
        {"id": HEX},
        {"cmd": "turn_on", "id": HEX[:-1]},
        {"cmd": "turn_on", "id": HEX + "0"},
        {"cmd": "turn_on", "id": HEX.upper()},
        {"cmd": "turn_on", "id": "g" * 32},
        {"cmd": "turn_on", "id": 7},
        {"cmd": "turn_on", "id": None},
        {"cmd": 1, "id": HEX},
        {"cmd": None, "id": HEX},
        {"cmd": "turn_on", "id": HEX, "entity": 1},
        {"cmd": "turn_on", "id": HEX, "entity": None},
        {"cmd": "turn_on", "id": HEX, "args": []},
        {"cmd": "turn_on", "id": HEX, "args": None},
        {"cmd": "turn_on", "id": HEX, "more": 1},
    ],
)
def test_json_that_is_no_command_is_refused(command: object) -> None:
    with pytest.raises(RecordError):
        commands.decode_command(commands.encode(command))


def test_shortest_command_is_taken() -> None:
    assert commands.decode_command(commands.encode({"cmd": "", "id": HEX}))["cmd"] == ""


# --- MicroPython -------------------------------------------------------------------------------------------
@pytest.mark.micropython
def test_micropython_takes_and_refuses_the_same_bytes() -> None:
    answers = on_micropython(["d" + data.hex() for data in [*ACCEPTED, *REFUSED]])
    wrong = [
        (data[:40], given)
        for data, given in zip([*ACCEPTED, *REFUSED], answers, strict=True)
        if given != (data.hex() if data in ACCEPTED else "!RecordError")
    ]
    assert wrong == []


@pytest.mark.micropython
def test_micropython_encodes_the_same_bytes() -> None:
    texts = [bytes([number]).decode("latin-1") for number in range(256)]
    samples: list[object] = [
        *texts,
        {text: index for index, text in enumerate(texts)},
        {"b": [1, -1, 2**53 - 1, None, True, False], "a": {"ä": {"\U0001f4a1": "\b\f\n\r\t"}}},
        {},
        [],
        [[], {}, ""],
    ]
    answers = on_micropython(
        ["v" + json.dumps(value, ensure_ascii=False).encode().hex() for value in samples]
    )
    expected = [commands.encode(value).hex() for value in samples]
    assert [pair for pair in zip(expected, answers, strict=True) if pair[0] != pair[1]] == []
