"""Which pages the console offers to whom. What a page shows is judged by the page's own commands."""

from typing import Any, Final

from ..policy.authority import grants_of
from .command import Caller, Message
from .subscription import subscription
from .video import cameras_of

# In the order in which the console has them.
_EVERYBODY: Final = ("overview", "my-access", "audit")
_WHO_HOLDS_A_DEVICE: Final = ("permissions", "monitoring")
_ADMINISTRATOR: Final = ("monitoring", "records", "gateway")


@subscription("pages")
async def ws_pages(caller: Caller, msg: Message) -> dict[str, Any]:
    """Name the pages that have something for the caller."""
    pages = set(_EVERYBODY)
    if grants_of(caller.gateway.permissions.state, caller.user.id):
        pages.update(_WHO_HOLDS_A_DEVICE)
    if next(cameras_of(caller), None) is not None:
        pages.add("video")
    if caller.user.is_admin:
        pages.update(_ADMINISTRATOR)
    return {"pages": sorted(pages)}


COMMANDS = (ws_pages,)
