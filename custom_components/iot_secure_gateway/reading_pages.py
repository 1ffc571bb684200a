"""Pages of readings as people ask for them: times and cursors as texts, answers as data or as a file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util

from .gateway.errors import GatewayError
from .gateway.gateway import Gateway
from .gateway.readings import Cursor, Page, Wanted
from .gateway.readings_database import MAX_PAGE
from .gateway.readings_export import shown, to_csv, to_json_lines
from .policy.actors import Actor

PAGE: Final = 100  # readings
_SEPARATOR: Final = "-"
_MAX_DIGITS: Final = 18  # more fits no column
_TEXT: Final = probatio.All(str, probatio.Length(max=64))

FIELDS: Final[VolDictType] = {
    probatio.Optional("entity", default=""): _TEXT,
    probatio.Optional("since"): _TEXT,
    probatio.Optional("until"): _TEXT,
    probatio.Optional("after", default=""): _TEXT,
    probatio.Optional("limit", default=PAGE): probatio.All(
        int, probatio.Range(min=1, max=MAX_PAGE)
    ),
    probatio.Optional("format", default="list"): probatio.In(["list", "csv", "jsonl"]),
}


class InvalidReadingsQuery(GatewayError):
    """A time or cursor is none."""

    code = "invalid_readings_query"


async def async_page(
    gateway: Gateway, actor: Actor, serial: str, asked: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what is asked for by `FIELDS`: `readings` or `text`; `next` brings the page behind it.

    Raises InvalidReadingsQuery, Refused, ReadingsUnavailable.
    """
    limit: int = asked["limit"]
    wanted = Wanted(asked["entity"], _time_us(asked, "since"), _time_us(asked, "until"))
    page = await gateway.readings.page(actor, serial, wanted, _cursor(asked["after"]), limit)
    following = _cursor_text(page) if len(page) == limit else None
    if asked["format"] == "csv":
        return {"text": to_csv(page, has_header=not asked["after"]), "next": following}
    if asked["format"] == "jsonl":
        return {"text": to_json_lines(page), "next": following}
    return {"readings": [shown(number, reading) for number, reading in page], "next": following}


def _time_us(asked: Mapping[str, Any], name: str) -> int | None:
    if name not in asked:
        return None
    try:
        at = datetime.fromisoformat(asked[name])
    except ValueError:
        raise InvalidReadingsQuery from None
    if at.tzinfo is None:  # as people of this home say it
        at = at.replace(tzinfo=dt_util.get_default_time_zone())
    return int(at.timestamp() * 1_000_000)


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    parts = text.split(_SEPARATOR)
    if len(parts) != 2 or not all(
        part.isascii() and part.isdecimal() and len(part) <= _MAX_DIGITS for part in parts
    ):
        raise InvalidReadingsQuery
    return Cursor(int(parts[0]), int(parts[1]))


def _cursor_text(page: Page) -> str:
    number, reading = page[-1]
    return f"{reading.at_us}{_SEPARATOR}{number}"
