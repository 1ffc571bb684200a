"""Commands about the maker's record: what is on the list, importing one, what becomes of other devices.

The list belongs to the gateway as its port does, so it is for administrators of Home Assistant. It gives
no right to a device: it only says with which passwords a claim may be tried. Nothing here tells a secret.
"""

from typing import Any, Final

import probatio

from ..auditing import DATA_AUDIT
from ..const import CONF_SERIAL
from ..gateway.audit_store import AuditUnavailable
from ..gateway.errors import GatewayError
from ..people import user_name
from ..policy.audit_export import time_text
from ..record_fetch import MAX_URL, InvalidRecordUrl, async_fetch_record
from ..record_upload import async_uploaded_record
from .command import SERIAL, TEXT, Caller, Message, Result, command

CONF_AFTER: Final = "after"
CONF_REFUSES_UNLISTED: Final = "refuses_unlisted"
# Named so that Home Assistant leaves them out of its log: the file, and a URL that may hold a secret.
CONF_FILE: Final = "password"
CONF_URL: Final = "token"
CONF_UPLOAD: Final = "file_id"  # of a file given to Home Assistant's own upload
CONF_SEARCH: Final = "search"

PAGE: Final = 200  # serials
MAX_FILE_TEXT: Final = (
    4 * 2**20
)  # characters: Home Assistant takes no longer messages; else use a URL


class ForAdministrators(GatewayError):
    """Somebody else asked for the maker's list."""

    code = "records_for_administrators"


@command(
    "records",
    {
        probatio.Optional(CONF_AFTER, default=""): probatio.Any("", SERIAL),
        probatio.Optional(CONF_SEARCH, default=""): probatio.Any("", SERIAL),  # a part of a serial
    },
)
async def ws_records(caller: Caller, msg: Message) -> Result:
    """Tell a page of the list, who owns what of it, and how far an import is; `next`: go on after it."""
    _require_administrator(caller)
    records = caller.gateway.maker_records
    progress = records.progress
    search = msg[CONF_SEARCH].strip().upper()
    page = records.listed(msg[CONF_AFTER], PAGE, search)
    since = await _owned_since(caller, [line.serial for line in page if line.is_claimed])
    return {
        "count": records.count,
        "refuses_unlisted": records.refuses_unlisted,
        "importing": None if progress is None else {"done": progress[0], "total": progress[1]},
        "found": records.found(search) if search else records.count,
        "next": page[-1].serial if len(page) == PAGE else None,
        "records": [
            {
                "serial": line.serial,
                "passwords": line.passwords,
                "is_claimed": line.is_claimed,
                "owner": await _owner(caller, line.serial),
                "since": since.get(line.serial),
            }
            for line in page
        ],
    }


async def _owner(caller: Caller, serial: str) -> str | None:
    user_id = caller.gateway.owners.get(serial)
    return None if user_id is None else await user_name(caller.hass, user_id)


async def _owned_since(caller: Caller, serials: list[str]) -> dict[str, Any]:
    """Return since when devices have their owners: the record says so, as far back as it is kept."""
    runtime = caller.hass.data.get(DATA_AUDIT)
    if runtime is None or not serials:
        return {}
    try:
        since = await runtime.store.owned_since(serials)
    except AuditUnavailable:
        return {}
    return {serial: time_text(at_us) for serial, at_us in since.items()}


@command(
    "import_records",
    {
        probatio.Exclusive(CONF_FILE, "source"): probatio.All(
            str, probatio.Length(max=MAX_FILE_TEXT)
        ),
        probatio.Exclusive(CONF_URL, "source"): probatio.All(str, probatio.Length(max=MAX_URL)),
        probatio.Exclusive(CONF_UPLOAD, "source"): TEXT,
    },
)
async def ws_import_records(caller: Caller, msg: Message) -> Result:
    """Import a list, from a file's text, an upload or a URL; answers when it is on the disk."""
    _require_administrator(caller)
    if CONF_FILE in msg:
        data = msg[CONF_FILE].encode(errors="replace")
    elif CONF_UPLOAD in msg:
        data = await async_uploaded_record(caller.hass, msg[CONF_UPLOAD])
    elif CONF_URL in msg:
        data = await async_fetch_record(msg[CONF_URL])
    else:
        raise InvalidRecordUrl
    report = await caller.gateway.maker_records.import_file(data)
    return {
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "fault_count": report.fault_count,
        # The text of each is exceptions.record_line_<fault> with {line}.
        "faults": [{"line": fault.line, "fault": fault.fault.value} for fault in report.faults],
    }


@command("cancel_import")
async def ws_cancel_import(caller: Caller, msg: Message) -> Result:
    """End an import that still hashes; the list stays what it was."""
    _require_administrator(caller)
    caller.gateway.maker_records.cancel_import()
    return None


@command("set_records", {probatio.Required(CONF_REFUSES_UNLISTED): bool})
async def ws_set_records(caller: Caller, msg: Message) -> Result:
    """Say whether a device that is not on the list may be claimed."""
    _require_administrator(caller)
    await caller.gateway.maker_records.set_refuses_unlisted(refuses=msg[CONF_REFUSES_UNLISTED])
    return None


@command("remove_record", {probatio.Required(CONF_SERIAL): SERIAL})
async def ws_remove_record(caller: Caller, msg: Message) -> Result:
    """Take a serial off the list."""
    _require_administrator(caller)
    await caller.gateway.maker_records.remove([msg[CONF_SERIAL]])
    return None


@command("clear_records")
async def ws_clear_records(caller: Caller, msg: Message) -> Result:
    """Take all serials off the list."""
    _require_administrator(caller)
    await caller.gateway.maker_records.clear()
    return None


def _require_administrator(caller: Caller) -> None:
    if not caller.user.is_admin:
        raise ForAdministrators


COMMANDS = (
    ws_records,
    ws_import_records,
    ws_cancel_import,
    ws_set_records,
    ws_remove_record,
    ws_clear_records,
)
