"""How a service call becomes an act of whoever calls: which device, who it is, and errors as texts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import probatio

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.service import async_get_device_and_config_entry

from .acts import noted
from .const import DOMAIN
from .exceptions import NotAPerson, NotRunning, home_assistant_error
from .gateway.errors import GatewayError
from .people import device_texts
from .policy.actors import Unknown, User
from .runtime import (
    DATA_RUNTIME,
    AnyConfigEntry,
    DeviceRuntime,
    GatewayRuntime,
    is_demo,
    is_gateway,
)

ID: Final = probatio.All(str, probatio.Length(min=1, max=64))


def device_of(call: ServiceCall, device_id: str | None = None) -> DeviceRuntime:
    """Return the device that a call names, or this one. Raises ServiceValidationError for what is no claimed one."""
    entry: AnyConfigEntry
    _, entry = async_get_device_and_config_entry(
        call.hass, DOMAIN, device_id or call.data[ATTR_DEVICE_ID]
    )
    if is_gateway(entry) or is_demo(entry):
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="not_a_claimed_device"
        )
    return entry.runtime_data


def runtime_of(call: ServiceCall) -> GatewayRuntime:
    """Return the gateway that a call is for. Raises NotRunning."""
    if (runtime := call.hass.data.get(DATA_RUNTIME)) is None:
        raise NotRunning
    return runtime


async def async_person(call: ServiceCall) -> User:
    """Return the person who calls, also by a script of theirs. Raises NotAPerson for software."""
    actor = await runtime_of(call).attribution.async_actor(call.context)
    if not isinstance(actor, User):
        raise NotAPerson
    return actor


@asynccontextmanager
async def in_words(call: ServiceCall, serial: str = "") -> AsyncIterator[None]:
    """Raise what goes wrong within as Home Assistant shows it: translated, naming the device."""
    runtime = call.hass.data.get(DATA_RUNTIME)
    attribution = None if runtime is None else runtime.attribution
    actor = Unknown() if attribution is None else await attribution.async_actor(call.context)
    try:
        with noted(call.hass, call.service, actor, serial):
            yield
    except GatewayError as err:
        texts = await device_texts(call.hass, serial)
        raise home_assistant_error(err, context=call.context, placeholders=texts) from err
