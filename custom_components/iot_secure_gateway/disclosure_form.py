"""The form in which an owner says what becomes of the values of a device."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import probatio

from homeassistant.helpers import selector
from homeassistant.helpers.typing import VolDictType

from .gateway.description import EntityDescription
from .gateway.disclosure import Disclosure, Disclosures
from .gateway.errors import GatewayError

CONF_DEVICE: Final = "device"
_CHOICES: Final = [choice.value for choice in Disclosure]


class ChosenTwice(GatewayError):
    """An entity is in more than one of the lists."""

    code = "chosen_twice"


def disclosure_fields(choices: Disclosures, entities: Iterable[EntityDescription]) -> VolDictType:
    """Return the fields: what is usual for the device, and a list of exceptions for each choice."""
    options = [
        selector.SelectOptionDict(value=entity.key, label=f"{entity.name} ({entity.key})")
        for entity in entities
    ]
    fields: VolDictType = {
        probatio.Required(CONF_DEVICE, default=choices.device.value): selector.SelectSelector(
            selector.SelectSelectorConfig(options=_CHOICES, translation_key="disclosure")
        )
    }
    known = {option["value"] for option in options}
    for choice in Disclosure:
        chosen = [key for key, one in choices.entities.items() if one is choice and key in known]
        fields[probatio.Optional(choice.value, default=chosen)] = selector.SelectSelector(
            selector.SelectSelectorConfig(options=options, multiple=True)
        )
    return fields


def read_disclosures(user_input: Mapping[str, Any]) -> Disclosures:
    """Return what was filled in. Raises ChosenTwice."""
    entities: dict[str, Disclosure] = {}
    for choice in Disclosure:
        for key in user_input.get(choice.value, []):
            if key in entities:
                raise ChosenTwice
            entities[key] = choice
    return Disclosures(device=Disclosure(user_input[CONF_DEVICE]), entities=entities)
