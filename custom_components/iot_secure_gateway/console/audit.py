"""Commands about the record (S16, B21): reading, verifying, exporting.

Everybody sees what they did themselves. Of a device all that happened to it since it has its present owner
is seen by that owner, and by who was given its administration. Nobody else sees anything.
"""

from datetime import datetime
from typing import Any, Final

import probatio

from homeassistant.helpers.typing import VolDictType

from ..auditing import DATA_AUDIT, AuditRuntime
from ..const import CONF_SERIAL, CONF_USER_ID
from ..exceptions import NotRunning
from ..gateway.audit import principal_of, principal_of_user
from ..gateway.audit_pages import MAX_PAGE, Cursor, Filter, Scope
from ..gateway.errors import GatewayError
from ..policy.audit import AuditLine, Verdict
from ..policy.audit_export import shown, to_csv, to_json_lines
from ..policy.authority import grants_of
from ..policy.commands import CommandGroup
from .command import SERIAL, TEXT, Caller, Message, Result, command

PAGE: Final = 100  # lines
SESSION_SPAN_US: Final = 24 * 3600 * 1_000_000  # in which lines of one session are looked for
_SEPARATOR: Final = "-"


class InvalidAuditQuery(GatewayError):
    """A time or cursor is none."""

    code = "invalid_audit_query"


class AuditNotYours(GatewayError):
    """Somebody without any device wants the whole record verified."""

    code = "audit_not_yours"


FILTERS: Final[VolDictType] = {
    probatio.Optional(CONF_SERIAL): SERIAL,
    probatio.Exclusive(CONF_USER_ID, "who"): TEXT,
    probatio.Exclusive("principal", "who"): TEXT,  # "automation.<name>", "system", ...
    probatio.Optional("verdict"): probatio.In([verdict.value for verdict in Verdict]),
    # Of one session: with a device and a time of a day at most.
    probatio.Optional("session"): probatio.All(str, probatio.Length(min=32, max=32)),
    probatio.Optional("since"): TEXT,
    probatio.Optional("until"): TEXT,
}
_PLACE: Final[VolDictType] = {probatio.Optional("after", default=""): TEXT}


@command(
    "audit",
    {
        **FILTERS,
        **_PLACE,
        probatio.Optional("limit", default=PAGE): probatio.All(
            int, probatio.Range(min=1, max=MAX_PAGE)
        ),
    },
)
async def ws_audit(caller: Caller, msg: Message) -> Result:
    """Tell a page of the record, the newest lines first; `next` brings the one behind it."""
    lines, cursor = await page_of(caller, msg, msg["limit"])
    return {"lines": [shown(number, line) for number, line in lines], "next": cursor}


@command(
    "audit_export",
    {**FILTERS, **_PLACE, probatio.Required("format"): probatio.In(["csv", "jsonl"])},
)
async def ws_audit_export(caller: Caller, msg: Message) -> Result:
    """Give a part of the record as text; the parts up to the one without `next` make the file."""
    lines, cursor = await page_of(caller, msg, MAX_PAGE)
    if not msg["after"]:
        _runtime(caller).audit.note(
            "exported", caller.actor, serial=msg.get(CONF_SERIAL, ""), detail=msg["format"]
        )
    if msg["format"] == "csv":
        text = to_csv(lines, has_header=not msg["after"])
    else:
        text = to_json_lines(lines)
    return {"text": text, "next": cursor}


@command("audit_verify")
async def ws_audit_verify(caller: Caller, msg: Message) -> Result:
    """Look whether every line is what it was; tells numbers of lines only."""
    _require_device(caller)
    found = await _runtime(caller).store.verify()
    return {
        "lines": found.lines,
        "faults": [
            {"kind": fault.kind.value, "first": fault.first, "last": fault.last}
            for fault in found.faults
        ],
    }


@command("audit_progress")
async def ws_audit_progress(caller: Caller, msg: Message) -> Result:
    """Tell how far the running verification is."""
    _require_device(caller)
    progress = _runtime(caller).store.progress
    return {"verifying": None if progress is None else {"done": progress[0], "total": progress[1]}}


async def page_of(
    caller: Caller, msg: Message, limit: int
) -> tuple[list[tuple[int, AuditLine]], str | None]:
    """Return a page as a message wants it, and where the one behind it begins. Raises InvalidAuditQuery."""
    user_id = msg.get(CONF_USER_ID)
    wanted = Filter(
        serial=msg.get(CONF_SERIAL, ""),
        principal=principal_of_user(user_id) if user_id else msg.get("principal", ""),
        verdict=msg.get("verdict", ""),
        session=msg.get("session", ""),
        since_us=_time(msg, "since"),
        until_us=_time(msg, "until"),
    )
    if wanted.session and not _is_short(wanted):
        raise InvalidAuditQuery
    scope = Scope(audited(caller), principal_of(caller.actor))
    lines = await _runtime(caller).store.page(scope, wanted, _cursor(msg.get("after", "")), limit)
    if len(lines) < limit:
        return lines, None
    number, line = lines[-1]
    return lines, f"{line.at_us}{_SEPARATOR}{number}"


def audited(caller: Caller) -> frozenset[str]:
    """Return the devices whose lines the caller may see."""
    grants = grants_of(caller.gateway.permissions.state, caller.user.id)
    return frozenset[str]().union(
        *(grant.serials for grant in grants if CommandGroup.ADMINISTER in grant.commands)
    )


def _require_device(caller: Caller) -> None:
    if not audited(caller):
        raise AuditNotYours


def _runtime(caller: Caller) -> AuditRuntime:
    runtime = caller.hass.data.get(DATA_AUDIT)
    if runtime is None:
        raise NotRunning
    return runtime


def _is_short(wanted: Filter) -> bool:
    """Tell whether looking at each line of what is wanted takes no time worth mentioning."""
    if not wanted.serial or wanted.since_us is None or wanted.until_us is None:
        return False
    return wanted.until_us - wanted.since_us <= SESSION_SPAN_US


def _time(msg: dict[str, Any], name: str) -> int | None:
    if name not in msg:
        return None
    try:
        at = datetime.fromisoformat(msg[name])
    except ValueError:
        raise InvalidAuditQuery from None
    if at.tzinfo is None:
        raise InvalidAuditQuery
    return int(at.timestamp() * 1_000_000)


def _cursor(text: str) -> Cursor | None:
    if not text:
        return None
    at_us, _, number = text.partition(_SEPARATOR)
    if not (at_us.isascii() and at_us.isdecimal() and number.isascii() and number.isdecimal()):
        raise InvalidAuditQuery
    if len(at_us) > 18 or len(number) > 18:  # more fits no column
        raise InvalidAuditQuery
    return Cursor(int(at_us), int(number))


COMMANDS = (ws_audit, ws_audit_export, ws_audit_verify, ws_audit_progress)
