"""Commands and results as JSON with exactly one form, so that both ends can compare bytes.

Keys sorted by code point, no spaces, UTF-8 unescaped, integers below 2^53, decimals as strings,
no duplicate keys, depth at most 8. A command is an object that always has `id`.
"""

import json

from . import wire
from .errors import MisuseError, RecordError

_HEX = "0123456789abcdef"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

try:
    _ENCODER: "json.JSONEncoder | None" = json.JSONEncoder(
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
        check_circular=False,
    )
except AttributeError:  # MicroPython's json has functions only
    _ENCODER = None


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
        value = json.loads(data.decode())
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
    return value


def encode_command(
    session_id: bytes, name: str, entity: "str | None", arguments: "dict[str, Any]"
) -> bytes:
    """Return the bytes of a command that opens session `session_id` (16 bytes)."""
    command: "dict[str, Any]" = {"args": arguments, "cmd": name, "id": session_id.hex()}
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


def _encode_checked(value: object) -> bytes:
    if _ENCODER is not None:
        return _ENCODER.encode(value).encode()
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
