"""Device classes that devices declare: taken where Home Assistant knows them and the unit fits."""

from collections.abc import Mapping
from enum import StrEnum

from homeassistant.components.sensor.const import AMBIGUOUS_UNITS

from .gateway.description import EntityDescription


def known_class[E: StrEnum](kinds: type[E], declared: str | None) -> E | None:
    """Return the declared class, or None when Home Assistant does not know it."""
    try:
        return kinds(declared or "")
    except ValueError:
        return None


def measured_class[E: StrEnum](
    kinds: type[E],
    units: Mapping[E, set[type[StrEnum] | str | None]],
    description: EntityDescription,
) -> E | None:
    """Return the declared class of a number, or None when its unit does not fit."""
    device_class = known_class(kinds, description.device_class)
    if device_class is None:
        return None
    unit = AMBIGUOUS_UNITS.get(description.unit, description.unit)
    fitting = units.get(device_class)
    return device_class if fitting is None or unit in fitting else None
