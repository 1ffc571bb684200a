"""Services that ask about the permission table, take it out and in, and undo changes of it (B1, B2, B11).

They answer whoever calls as the console does: by that person's own authority. Software is told nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

import probatio

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import VolDictType

from .const import CONF_SERIAL, DOMAIN
from .gateway.errors import ChangeRefused
from .people import user_id_of_person
from .permission_errors import InvalidPermission
from .permission_exchange import (
    FORMATS,
    async_export,
    async_history,
    async_import,
    async_preview,
    async_undo,
)
from .permission_questions import (
    ASKED,
    TRIED,
    async_explain,
    async_simulate,
    read_question,
    read_tried,
)
from .policy.errors import PolicyError
from .policy.exchange import MAX_TEXT_LENGTH
from .policy.rows import MAX_NUMBER
from .service_calls import ID, async_person, device_of, in_words, runtime_of

SERVICE_EXPLAIN: Final = "explain_permission"
SERVICE_SIMULATE: Final = "simulate_permission"
SERVICE_EXPORT: Final = "export_permissions"
SERVICE_IMPORT: Final = "import_permissions"
SERVICE_HISTORY: Final = "permission_history"
SERVICE_UNDO: Final = "undo_permissions"
ATTR_WHO: Final = "who"
ATTR_STARTER: Final = "starter"
ATTR_WHEN: Final = "when"

_QUESTION: Final[VolDictType] = {
    **ASKED,
    probatio.Required(ATTR_DEVICE_ID): ID,
    # Entities: a person, an automation, a script. Left out: the caller.
    probatio.Optional(ATTR_WHO): probatio.All(str, probatio.Length(min=1, max=255)),
    probatio.Optional(ATTR_STARTER): probatio.All(str, probatio.Length(min=1, max=255)),
    probatio.Optional(ATTR_WHEN): cv.datetime,
}
_FORMAT: Final[VolDictType] = {
    probatio.Optional("format", default="json"): probatio.In(FORMATS),
}
_IMPORTED: Final[VolDictType] = {
    **_FORMAT,
    probatio.Required("content"): probatio.All(str, probatio.Length(max=MAX_TEXT_LENGTH)),
    # Of the differences that were shown; left out: they are shown, and nothing is changed.
    probatio.Optional("version"): probatio.All(str, probatio.Length(min=16, max=16)),
}
_UNDONE: Final[VolDictType] = {
    probatio.Required("number"): probatio.All(
        probatio.Coerce(int), probatio.Range(min=1, max=MAX_NUMBER)
    )
}


@callback
def async_register_permission_actions(hass: HomeAssistant) -> None:
    """Register the services."""
    for name, act, fields in (
        (SERVICE_EXPLAIN, _async_explain, _QUESTION),
        (SERVICE_SIMULATE, _async_simulate, {**_QUESTION, **TRIED}),
        (SERVICE_EXPORT, _async_export, _FORMAT),
        (SERVICE_IMPORT, _async_import, _IMPORTED),
        (SERVICE_HISTORY, _async_history, {}),
    ):
        hass.services.async_register(
            DOMAIN, name, act, probatio.Schema(fields), supports_response=SupportsResponse.ONLY
        )
    hass.services.async_register(DOMAIN, SERVICE_UNDO, _async_undo, probatio.Schema(_UNDONE))


async def _async_explain(call: ServiceCall) -> ServiceResponse:
    """Tell whether somebody may do something, by which row, or which came nearest."""
    runtime = device_of(call)
    async with in_words(call, runtime.device.serial):
        question = _question(call, runtime.device.serial)
        asked = read_question(runtime.gateway, await async_person(call), question)
        return await async_explain(call.hass, runtime.gateway, asked)


async def _async_simulate(call: ServiceCall) -> ServiceResponse:
    """Tell the same as it would be with other rows; nothing is saved."""
    runtime = device_of(call)
    gateway, serial = runtime.gateway, runtime.device.serial
    async with in_words(call, serial):
        person = await async_person(call)
        asked = read_question(gateway, person, _question(call, serial))
        try:
            rows, removed = read_tried(gateway, asked, call.data, person.id)
        except PolicyError as error:
            raise ChangeRefused(error) from None
        return await async_simulate(call.hass, gateway, asked, rows, removed)


async def _async_export(call: ServiceCall) -> ServiceResponse:
    """Return the caller's part of the table as text."""
    async with in_words(call):
        gateway, person = runtime_of(call).gateway, await async_person(call)
        return {"content": await async_export(call.hass, gateway, person, call.data["format"])}


async def _async_import(call: ServiceCall) -> ServiceResponse:
    """Tell what an import would change or, with the version of that, take the table over."""
    form, content, version = call.data["format"], call.data["content"], call.data.get("version")
    async with in_words(call):
        gateway, person = runtime_of(call).gateway, await async_person(call)
        if version is None:
            told = await async_preview(call.hass, gateway, person, form, content)
        else:
            told = await async_import(call.hass, gateway, person, form, content, version)
    return {**told, "imported": version is not None}


async def _async_history(call: ServiceCall) -> ServiceResponse:
    """Return the changes of what the caller sees of the table, the newest first."""
    async with in_words(call):
        gateway, person = runtime_of(call).gateway, await async_person(call)
        changes: Any = await async_history(call.hass, gateway, person)
        return {"changes": changes}


async def _async_undo(call: ServiceCall) -> None:
    """Take a change back."""
    async with in_words(call):
        gateway, person = runtime_of(call).gateway, await async_person(call)
        await async_undo(gateway, person, call.data["number"])


def _question(call: ServiceCall, serial: str) -> dict[str, Any]:
    """Return a question as the console asks it. Raises InvalidPermission."""
    given: dict[str, Any] = {**call.data, CONF_SERIAL: serial}
    for name in (ATTR_WHO, ATTR_STARTER):
        if name in given:
            given[name] = who_of(call.hass, name, given[name])
    return given


def who_of(hass: HomeAssistant, place: str, entity_id: str) -> Mapping[str, str]:
    """Return whom an entity stands for. Raises InvalidPermission."""
    kind = entity_id.partition(".")[0]
    if kind in ("automation", "script"):
        return {"kind": kind, "id": entity_id}
    user_id = user_id_of_person(hass, entity_id)
    if user_id is None:
        why = f"{place}: {entity_id} is no person with a login, automation or script"
        raise InvalidPermission(ValueError(why))
    return {"kind": "user", "id": user_id}
