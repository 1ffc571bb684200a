"""Learning in Home Assistant: who may be learned about, and how it is told (B3)."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .exceptions import local_text
from .gateway.learning import Learner
from .messages import Message
from .people import async_is_person, device_name, user_name
from .permission_errors import InvalidPermission
from .policy.actors import User
from .policy.learning import Learning
from .runtime import DATA_RUNTIME

DATA_LEARNER: HassKey[Learner] = HassKey(f"{DOMAIN}_learner")
TAG: Final = "iotsg_learning"


async def async_begin(
    hass: HomeAssistant,
    actor: User,
    serials: frozenset[str],
    lasting: timedelta,
    *,
    user_id: str,
    entity_id: str,
) -> Learning:
    """Begin, and tell the person that is learned about.

    Raises InvalidPermission, ChangeRefused, StorageError.
    """
    if user_id and not await async_is_person(hass, user_id):
        raise InvalidPermission(ValueError("user_id: is no active person"))
    if entity_id and not (
        entity_id.startswith(("automation.", "script.")) and hass.states.get(entity_id) is not None
    ):
        raise InvalidPermission(ValueError("entity_id: is no automation or script"))
    try:
        learning = await hass.data[DATA_LEARNER].learn(
            actor, serials, lasting, user_id=user_id, entity_id=entity_id
        )
    except ValueError as error:
        raise InvalidPermission(error) from None
    texts = {
        "until": local_text(learning.until),
        "count": str(len(serials)),
        "person": await user_name(hass, actor.id),
    }
    message = Message(text="learning_started", placeholders=texts, tag=f"{TAG}_{learning.id}")
    hass.async_create_task(hass.data[DATA_RUNTIME].messages.tell([user_id], message))
    return learning


async def async_note(hass: HomeAssistant) -> str:
    """Return the note of rows that were learned."""
    return await hass.data[DATA_RUNTIME].messages.text("note_learned", {})


async def async_told_learnings(hass: HomeAssistant, user_id: str) -> list[dict[str, Any]]:
    """Return what is and was learned on somebody's devices, and about them."""
    learner = hass.data[DATA_LEARNER]
    own = hass.data[DATA_RUNTIME].gateway.permissions.state.serials_of(user_id)
    return [
        {
            "learning": one.id,
            "by": await user_name(hass, one.by),
            "user_id": one.user_id or None,
            "person": await user_name(hass, one.user_id) if one.user_id else None,
            "entity_id": one.entity_id or None,
            "serials": sorted(one.serials),
            "started_at": one.started_at.isoformat(),
            "until": one.until.isoformat(),
            "is_running": one.is_running(dt_util.utcnow()),
            "may_change": one.by == user_id or not own.isdisjoint(one.serials),
        }
        for one in learner.visible(user_id)
    ]


def told_proposals(hass: HomeAssistant, user_id: str, learning_id: str) -> dict[str, object]:
    """Return what was learned as rows, for the devices that somebody has authority over.

    Raises ChangeRefused.
    """
    gateway, learner = hass.data[DATA_RUNTIME].gateway, hass.data[DATA_LEARNER]
    found = learner.proposals(user_id, learning_id)
    learning = next(one for one in learner.visible(user_id) if one.id == learning_id)
    return {
        "proposals": [
            {
                "proposal": one.id,
                "serial": one.serial,
                "device": device_name(gateway, one.serial),
                "group": one.group.value,
                "was_refused": one.is_refused,
                "counts": dict(one.counts),
                "row": {
                    name: value
                    for name, value in one.row.to_dict().items()
                    if name in ("effect", "users", "devices", "commands", "times")
                },
                "is_taken": one.id in learning.taken,
                "is_declined": one.id in learning.declined,
            }
            for one in found
        ],
        "lost": learning.lost,
    }
