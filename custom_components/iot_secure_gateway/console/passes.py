"""The command that makes a guest pass: a row of the table, and the link that goes with it (B6).

The link is told once, to whoever made the pass; what is kept is a hash of its secret. A pass is seen, changed
and taken back as the row that it is: with `rows`, `change_row`, `switch_row`, `remove_row`.
"""

import io
from typing import Final

import probatio
import pyqrcode  # type: ignore[import-untyped]

from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError, get_url

from ..gateway.passes import new_token
from ..guest_page import PAGE_PATH
from ..modules import MODULE_GUEST_PASSES, is_on
from ..permission_errors import GuestPassesOff, InvalidPermission, NoHomeAddress
from ..policy.passes import pass_id
from ..policy.reading import moment
from ..policy.row_changes import add_row
from ..policy.rows import MAX_USES, NEW
from .command import Caller, Message, Result, command
from .rows import OBJECT, read_row, version_of

_QUIET: Final = 4  # modules around the code, without which many phones do not see it
_MOMENT: Final = probatio.All(str, probatio.Length(max=40))


@command(
    "add_pass",
    {
        probatio.Required("name"): probatio.All(str, probatio.Length(min=1, max=64)),
        probatio.Required("devices"): OBJECT,
        probatio.Required("commands"): OBJECT,
        probatio.Optional("times", default=lambda: {"always": True}): OBJECT,
        probatio.Optional("starts_at"): _MOMENT,
        probatio.Required("expires_at"): _MOMENT,
        probatio.Optional("uses_left"): probatio.All(int, probatio.Range(min=1, max=MAX_USES)),
        # The caller's own appointment by which it is made; left out: as first owner.
        probatio.Optional("by", default=None): probatio.Any(None, str),
    },
)
async def ws_add_pass(caller: Caller, msg: Message) -> Result:
    """Make a pass in the caller's name; tell its link and the code to hand over, this once."""
    hass = caller.hass
    if not is_on(hass, MODULE_GUEST_PASSES):
        raise GuestPassesOff
    home = _home_address(hass)
    permissions = caller.gateway.permissions
    token = new_token()
    row = read_row(
        {
            "effect": "allow",
            "users": {"guests": [pass_id(token)]},
            "note": msg["name"],
            **{
                name: msg[name]
                for name in (
                    "devices",
                    "commands",
                    "times",
                    "starts_at",
                    "expires_at",
                    "uses_left",
                )
                if name in msg
            },
        },
        number=NEW,
        made_by=caller.user.id,
        by=msg["by"],
    )
    if moment(msg["expires_at"], "row.expires_at") <= permissions.now():
        raise InvalidPermission(ValueError("row.expires_at: is over"))
    state = await permissions.change(lambda state: add_row(state, caller.actor, row), caller.actor)
    made = state.rows[state.next_number - 1]
    link = f"{home}{PAGE_PATH}#{token}"
    return {
        "number": made.number,
        "version": version_of(made.to_dict()),
        "link": link,
        "is_encrypted": link.startswith("https://"),
        "qr": await hass.async_add_executor_job(_drawn, link),
    }


def _home_address(hass: HomeAssistant) -> str:
    """Return where guests reach this house: from outside, where that is known. Raises NoHomeAddress."""
    try:
        return get_url(hass, prefer_external=True)
    except NoURLAvailableError:
        raise NoHomeAddress from None


def _drawn(link: str) -> str:
    """Return a link as a picture, black on white also where the page is dark."""
    out = io.BytesIO()
    pyqrcode.create(link, error="M").svg(
        out, scale=1, quiet_zone=_QUIET, background="#ffffff", module_color="#000000", xmldecl=False, omithw=True
    )  # fmt: skip
    return out.getvalue().decode()


COMMANDS = (ws_add_pass,)
