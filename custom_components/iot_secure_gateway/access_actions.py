"""Services for asking to be allowed something, and for learning what somebody needs (B20, B3).

They act for the person who calls, by that person's own authority, as the console does.
"""

from datetime import timedelta
from typing import Final

import probatio

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)

from .asking import DATA_ASKING
from .const import DOMAIN
from .learning import DATA_LEARNER, async_begin, told_proposals
from .permission_actions import ATTR_WHO, who_of
from .policy.asking import MAX_ARGUMENTS
from .policy.commands import read_command
from .policy.learning import MAX_DEVICES, MAX_TIME
from .service_calls import ID, async_person, device_of, in_words

SERVICE_ASK: Final = "ask_for_access"
SERVICE_START: Final = "start_learning"
SERVICE_STOP: Final = "stop_learning"
SERVICE_PROPOSALS: Final = "get_proposals"
ATTR_COMMAND: Final = "command"
ATTR_ARGUMENTS: Final = "arguments"
ATTR_HOURS: Final = "hours"
ATTR_LEARNING: Final = "learning"

_ASK_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(ATTR_DEVICE_ID): ID,
        probatio.Required(ATTR_COMMAND): lambda name: read_command(name, ATTR_COMMAND),
        probatio.Optional(ATTR_ARGUMENTS, default=dict): probatio.All(
            {str: object}, probatio.Length(max=MAX_ARGUMENTS)
        ),
    }
)
_START_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(ATTR_DEVICE_ID): probatio.All(
            probatio.EnsureList(), [ID], probatio.Length(min=1, max=MAX_DEVICES)
        ),
        probatio.Required(ATTR_WHO): probatio.All(str, probatio.Length(min=1, max=255)),
        probatio.Required(ATTR_HOURS): probatio.All(
            probatio.Coerce(int), probatio.Range(min=1, max=MAX_TIME // timedelta(hours=1))
        ),
    }
)
_LEARNING_SCHEMA: Final = probatio.Schema({probatio.Required(ATTR_LEARNING): ID})


@callback
def async_register_access_actions(hass: HomeAssistant) -> None:
    """Register the services."""
    for name, act, schema, response in (
        (SERVICE_ASK, _async_ask, _ASK_SCHEMA, SupportsResponse.OPTIONAL),
        (SERVICE_START, _async_start, _START_SCHEMA, SupportsResponse.OPTIONAL),
        (SERVICE_STOP, _async_stop, _LEARNING_SCHEMA, SupportsResponse.OPTIONAL),
        (SERVICE_PROPOSALS, _async_proposals, _LEARNING_SCHEMA, SupportsResponse.ONLY),
    ):
        hass.services.async_register(DOMAIN, name, act, schema, supports_response=response)


async def _async_ask(call: ServiceCall) -> ServiceResponse:
    """Ask whoever may allow a command."""
    serial = device_of(call).device.serial
    async with in_words(call, serial):
        person = await async_person(call)
        question, is_new = await call.hass.data[DATA_ASKING].ask(
            person, serial, call.data[ATTR_COMMAND], call.data[ATTR_ARGUMENTS]
        )
    return {"question": question.id, "is_new": is_new}


async def _async_start(call: ServiceCall) -> ServiceResponse:
    """Count from now on what somebody does with devices of the caller's."""
    serials = [device_of(call, device_id).device.serial for device_id in call.data[ATTR_DEVICE_ID]]
    async with in_words(call):
        who = who_of(call.hass, ATTR_WHO, call.data[ATTR_WHO])
        is_user = who["kind"] == "user"
        learning = await async_begin(
            call.hass,
            await async_person(call),
            frozenset(serials),
            timedelta(hours=call.data[ATTR_HOURS]),
            user_id=who["id"] if is_user else "",
            entity_id="" if is_user else who["id"],
        )
    return {ATTR_LEARNING: learning.id, "until": learning.until.isoformat()}


async def _async_stop(call: ServiceCall) -> ServiceResponse:
    """Count no more; return what was learned."""
    async with in_words(call):
        person = await async_person(call)
        await call.hass.data[DATA_LEARNER].end(person, call.data[ATTR_LEARNING])
        return {**told_proposals(call.hass, person.id, call.data[ATTR_LEARNING])}  # type: ignore[dict-item]


async def _async_proposals(call: ServiceCall) -> ServiceResponse:
    """Return rows that would allow what was seen."""
    async with in_words(call):
        person = await async_person(call)
        return {**told_proposals(call.hass, person.id, call.data[ATTR_LEARNING])}  # type: ignore[dict-item]
