"""Commands about how the person who is logged in is told things; nobody sees or sets another's."""

from typing import Final

import probatio

from homeassistant.auth.permissions.const import POLICY_CONTROL

from ..gateway.errors import GatewayError
from ..gateway.printable import printable
from ..message_settings import MAX_ENTITIES
from ..messages import Message as Told
from ..phones import phones_of
from ..runtime import DATA_RUNTIME
from .command import TEXT, Caller, Message, Result, command

TAG_TRIED: Final = "iotsg_tried"


class NoNotifyEntity(GatewayError):
    """What was chosen is not there, no notify entity, or not to be used by this person."""

    code = "no_notify_entity"

    def __init__(self, entity_id: str) -> None:
        super().__init__(entity=printable(entity_id))


@command("message_settings")
async def ws_message_settings(caller: Caller, msg: Message) -> Result:
    """Tell which phones and entities the caller is told by."""
    messages = caller.hass.data[DATA_RUNTIME].messages
    return {
        "phones": [*phones_of(caller.hass, caller.user.id).values()],
        "entities": [*messages.settings.entities_of(caller.user.id)],
    }


@command(
    "set_message_settings",
    {probatio.Required("entities"): probatio.All([TEXT], probatio.Length(max=MAX_ENTITIES))},
)
async def ws_set_message_settings(caller: Caller, msg: Message) -> Result:
    """Choose notify entities that get the caller's messages, too."""
    may_use = caller.user.permissions.check_entity
    for entity_id in msg["entities"]:
        if not (
            entity_id.startswith("notify.")
            and caller.hass.states.get(entity_id) is not None
            and may_use(entity_id, POLICY_CONTROL)
        ):
            raise NoNotifyEntity(entity_id)
    await caller.hass.data[DATA_RUNTIME].messages.settings.choose(caller.user.id, msg["entities"])
    return None


@command("try_messages")
async def ws_try_messages(caller: Caller, msg: Message) -> Result:
    """Send the caller a message, to see whether it comes."""
    messages = caller.hass.data[DATA_RUNTIME].messages
    await messages.tell([caller.user.id], Told(text="message_tried", tag=TAG_TRIED))
    return None


COMMANDS = (ws_message_settings, ws_set_message_settings, ws_try_messages)
