"""The JSON of commands and results at the gateway's end, with a quick way for the usual ones.

A command leaves in its one canonical form. A result is not compared with anything, so it need not be
in that form; it only must be harmless: no numbers that JSON does not know, no lone surrogates, not deep.
"""

from collections.abc import Mapping
import json
from typing import Any

from ..protocol import commands
from ..protocol.errors import MisuseError, RecordError
from .errors import InvalidCommand
from .printable import printable

MAX_ERROR_TEXT = 120  # characters of a device's own words in an error
MAX_SHOWN_TEXT = 255  # characters of a text in a result that is shown
MAX_SHOWN_NUMBER = 2**53 - 1  # what every JSON reader keeps exactly; larger ones are shown as text
MAX_TEMPLATES = 512  # commands without arguments that are kept encoded up to their id

_EMPTY: Mapping[str, object] = {}
_SLOW_BRACKETS = 8  # results with more are checked for their depth


def _refuse(literal: str) -> object:
    raise ValueError(literal)


_decode = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode


class CommandWriter:
    """Writes commands as they go onto the wire."""

    def __init__(self) -> None:
        self._templates: dict[tuple[str, str | None], bytes] = {}

    def write(
        self, session_id: bytes, command: str, entity: str | None, arguments: Mapping[str, object]
    ) -> bytes:
        """Return the canonical bytes of a command. Raises InvalidCommand for what has no such form."""
        if arguments:
            return _encode(session_id, command, entity, arguments)
        start = self._templates.get((command, entity))
        if start is None:
            whole = _encode(session_id, command, entity, arguments)
            start = whole[: whole.rindex(b'"', 0, -2) + 1]  # the id is the last of the sorted keys
            if len(self._templates) >= MAX_TEMPLATES:
                self._templates.clear()
            self._templates[command, entity] = start
        return b'%b%b"}' % (start, session_id.hex().encode())


def read_result(data: bytes) -> Mapping[str, object]:
    """Return a result's JSON object; nothing for one that is out of form: its status says enough."""
    if not data or data == b"{}":
        return _EMPTY
    try:
        if b"\\u" in data or data.count(b"{") + data.count(b"[") > _SLOW_BRACKETS:
            value = commands.decode(data)
        else:
            value = _decode(data.decode())
    except RecordError, ValueError:
        return _EMPTY
    return value if isinstance(value, dict) else _EMPTY


def error_text(result: Mapping[str, object]) -> str:
    """Return the device's own words of what went wrong, cleaned and capped."""
    text = result.get("error")
    return printable(text, MAX_ERROR_TEXT) if isinstance(text, str) else ""


def shown_result(value: Any) -> Any:
    """Return a result, or a part of it, fit for being shown: texts cleaned and capped, keys too."""
    if isinstance(value, dict):
        return {printable(key, MAX_SHOWN_TEXT): shown_result(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shown_result(one) for one in value]
    if isinstance(value, int) and abs(value) > MAX_SHOWN_NUMBER:
        return printable(hex(value), MAX_SHOWN_TEXT)
    return printable(value, MAX_SHOWN_TEXT) if isinstance(value, str) else value


def _encode(
    session_id: bytes, command: str, entity: str | None, arguments: Mapping[str, object]
) -> bytes:
    try:
        return commands.encode_command(session_id, command, entity, dict(arguments))
    except MisuseError, ValueError, RecursionError:
        raise InvalidCommand from None
