"""The fields of a claim, and where in them an error belongs."""

from collections.abc import Mapping
from typing import Any

import probatio

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import selector
from homeassistant.helpers.typing import VolDictType

from .attribution import acting_user
from .claim_codes import is_code
from .const import CONF_OWNER, CONF_SERIAL, DEFAULT_DEVICE_PORT
from .exceptions import text_key
from .gateway.errors import GatewayError
from .gateway_form import PORT
from .people import async_people
from .starter import starter_fields

# Where in the form an error belongs; the others concern the whole of it.
_FIELD_OF_ERROR = {
    "invalid_serial": CONF_SERIAL,
    "invalid_password": CONF_PASSWORD,
    "wrong_password": CONF_PASSWORD,
    "password_not_in_record": CONF_PASSWORD,
    "damaged_code": CONF_PASSWORD,
    "foreign_code": CONF_PASSWORD,
    "other_label": CONF_PASSWORD,
    "invalid_address": CONF_HOST,
    "address_unknown": CONF_HOST,
    "invalid_owner": CONF_OWNER,
}
_PASSWORD = selector.TextSelector(
    selector.TextSelectorConfig(type=selector.TextSelectorType.PASSWORD, autocomplete="off")
)


async def async_claim_schema(
    hass: HomeAssistant, *, with_serial: bool, with_address: bool, with_starter: bool
) -> probatio.Schema:
    """Return the fields of a claim; the owner is whoever fills in the form, unless changed."""
    people = await async_people(hass)
    user = acting_user(hass)
    default = user.id if user is not None and user in people else probatio.UNDEFINED
    fields: VolDictType = {}
    if with_serial:
        fields[probatio.Required(CONF_SERIAL)] = selector.TextSelector()
        # Not needed for a device that this gateway still holds a binding of, or in the label's code.
        fields[probatio.Optional(CONF_PASSWORD)] = _PASSWORD
    else:
        fields[probatio.Required(CONF_PASSWORD)] = _PASSWORD
    if with_address:
        fields |= address_fields()
    fields[probatio.Required(CONF_OWNER, default=default)] = selector.SelectSelector(
        selector.SelectSelectorConfig(
            options=[
                selector.SelectOptionDict(value=user.id, label=user.name or user.id)
                for user in people
            ],
            mode=selector.SelectSelectorMode.DROPDOWN,
        )
    )
    if with_starter and len(people) > 1:
        fields |= starter_fields()
    return probatio.Schema(fields)


def address_fields() -> VolDictType:
    """Return the fields that say where a device is."""
    return {
        probatio.Required(CONF_HOST): selector.TextSelector(),
        probatio.Required(CONF_PORT, default=DEFAULT_DEVICE_PORT): PORT,
    }


def form_error(error: GatewayError, schema: probatio.Schema) -> dict[str, str]:
    """Return the error at its field, or for the whole form when that has no such field."""
    code = text_key(error)
    field = _FIELD_OF_ERROR.get(code, "base")
    return {(field if field in schema.schema else "base"): code}


def shown_again(user_input: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what to show again: everything but the password, which is typed anew."""
    if user_input is None:
        return None
    return {
        name: value
        for name, value in user_input.items()
        if name != CONF_PASSWORD and not (name == CONF_SERIAL and is_code(value))
    }
