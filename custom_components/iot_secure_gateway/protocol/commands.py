"""Commands and results as JSON with exactly one form, so that both ends can compare bytes.

Keys sorted by code point, no spaces, UTF-8 unescaped, integers below 2^53, decimals as strings,
no duplicate keys, depth at most 8. A command is an object that always has `id`.
"""

import json

from . import wire
from .errors import MisuseError, RecordError

_HEX = "0123456789abcdef"
_HEX_BYTES = b"0123456789abcdef"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The head of a command is all of it before its id, which sorts last; commands of one kind share it.
# What a short head without arguments says is worked out once. Emptied when full: a peer that never
# repeats itself only loses the gain, and a device spends at most some kilobytes.
MAX_HEADS = 16
MAX_HEAD = 128  # bytes
_ID_END = b'"}'
_TAIL = 2 * wire.SESSION_ID_SIZE + len(_ID_END)
_heads: "dict[bytes, dict[str, Any]]" = {}


def _refuse(value: object) -> object:
    """Take no decimal and no constant of JSON's relatives; `_check` lets nothing else come here."""
    raise ValueError("decimals are sent as texts")


try:
    from json import encoder as _encoder

    # The C encoder is made once: JSONEncoder.encode makes it anew in each call, which costs as much
    # as the encoding.
    _write_fast: "Any" = _encoder.c_make_encoder(  # type: ignore[attr-defined]
        None, _refuse, _encoder.encode_basestring, None, ":", ",", True, False, False
    )
    _read_fast: "Any" = json.JSONDecoder(  # type: ignore[attr-defined]
        parse_float=_refuse, parse_constant=_refuse
    ).scan_once
except (ImportError, AttributeError, TypeError):  # MicroPython's json has functions only
    _write_fast = None
    _read_fast = None


def encode(value: object) -> bytes:
    """Return the canonical bytes of a JSON value. Raises MisuseError for what has no such form."""
    _check(value, 1, MisuseError)
    try:
        return _encode_checked(value)
    except ValueError:
        raise MisuseError("a text that is no Unicode") from None


def decode(data: bytes) -> object:
    """Return the value of canonical JSON from a peer. Raises RecordError for anything else."""
    try:
        text = data.decode()
        value = _read_whole(text) if _read_fast is not None else json.loads(text)
    except (ValueError, RuntimeError, OverflowError):  # RuntimeError: nested too deep
        raise RecordError("not JSON") from None
    _check(value, 1, RecordError)
    try:
        same = _encode_checked(value) == data
    except ValueError:  # lone surrogates have no UTF-8
        same = False
    if not same:  # white space, order, escapes, duplicate keys
        raise RecordError("JSON is not in its one form")
    return value


def decode_command(data: bytes) -> "dict[str, Any]":
    """Return a command: an object with `id` (32 hex digits), `cmd`, and where given `entity`, `args`."""
    head = data[:-_TAIL]
    known = _heads.get(head)
    if known is not None and data.endswith(_ID_END):
        session = data[-_TAIL : -len(_ID_END)]
        if not session.strip(_HEX_BYTES):
            command = dict(known)
            command["id"] = session.decode()
            if "args" in command:
                command["args"] = {}
            return command
    value = decode(data)
    if not isinstance(value, dict):
        raise RecordError("a command is an object")
    for key in value:
        if key not in ("id", "cmd", "entity", "args"):
            raise RecordError("unknown key in a command")
    if not is_session_hex(value.get("id")):
        raise RecordError("a command needs its id")
    if not isinstance(value.get("cmd"), str) or not isinstance(value.get("entity", ""), str):
        raise RecordError("cmd and entity are texts")
    if not isinstance(value.get("args", {}), dict):
        raise RecordError("args is an object")
    if not value.get("args") and len(head) <= MAX_HEAD:
        if len(_heads) >= MAX_HEADS:
            _heads.clear()
        _heads[head] = dict(value)
        del _heads[head]["id"]
    return value


def encode_command(
    session_id: bytes, name: str, entity: "str | None", arguments: "dict[str, Any]"
) -> bytes:
    """Return the bytes of a command that opens session `session_id` (16 bytes)."""
    command = {"args": arguments, "cmd": name, "id": session_id.hex()}
    if entity is not None:
        command["entity"] = entity
    return encode(command)


def session_id_of(command: "dict[str, Any]") -> bytes:
    """Return the session id (16 bytes) of a decoded command."""
    return bytes.fromhex(command["id"])


def is_session_hex(value: object) -> bool:
    """Tell whether `value` is a session id as it stands in a command."""
    return (
        isinstance(value, str) and len(value) == 2 * wire.SESSION_ID_SIZE and not value.strip(_HEX)
    )


def _check(value: object, depth: int, error: "type[Exception]") -> None:
    if value is None or value is True or value is False or isinstance(value, str):
        return
    if isinstance(value, int):
        if -wire.MAX_INTEGER <= value <= wire.MAX_INTEGER:
            return
        raise error("integer out of range")
    if depth > wire.MAX_COMMAND_DEPTH:
        raise error("JSON nested too deep")
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise error("keys are texts")
            _check(value[key], depth + 1, error)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item, depth + 1, error)
    else:
        raise error("decimals are sent as texts")


def _read_whole(text: str) -> object:
    try:
        value, end = _read_fast(text, 0)
    except StopIteration:
        raise ValueError("not JSON") from None
    if end != len(text):
        raise ValueError("more than one JSON value")
    return value


def _encode_checked(value: object) -> bytes:
    if _write_fast is not None:
        return "".join(_write_fast(value, 0)).encode()
    parts: "list[str]" = []
    _write(value, parts)
    return "".join(parts).encode()


def _write(value: object, parts: "list[str]") -> None:
    """MicroPython: dicts have no order and dumps no options, so objects are written by hand."""
    if isinstance(value, dict):
        separator = "{"
        for key in sorted(value):
            parts.append(separator)
            parts.append(_quote(key))
            parts.append(":")
            _write(value[key], parts)
            separator = ","
        parts.append("}" if value else "{}")
    elif isinstance(value, (list, tuple)):
        separator = "["
        for item in value:
            parts.append(separator)
            _write(item, parts)
            separator = ","
        parts.append("]" if value else "[]")
    elif isinstance(value, str):
        parts.append(_quote(value))
    else:
        parts.append(json.dumps(value))


def _quote(text: str) -> str:
    if "\b" not in text and "\f" not in text:
        return json.dumps(text)
    pieces = []  # MicroPython writes these two as \u0008 and \u000c
    for character in text:
        if character == "\b":
            pieces.append("\\b")
        elif character == "\f":
            pieces.append("\\f")
        else:
            pieces.append(json.dumps(character)[1:-1])
    return '"' + "".join(pieces) + '"'
