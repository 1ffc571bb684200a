"""What others may do with a device from its claim on: asked there, kept as ordinary rows (FIG 3).

Nothing is asked of an owner who is the only user: there is nobody else to permit anything to, and what
automations there are can only be the owner's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
import logging
from typing import Any, Final

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers import selector
from homeassistant.helpers.typing import VolDictType

from .gateway.errors import ChangeRefused
from .gateway.gateway import Gateway
from .people import async_people
from .policy.actors import User
from .policy.columns import ALL, Commands, Devices, Users
from .policy.commands import CommandGroup
from .policy.row_changes import add_row
from .policy.rows import NEW, Row
from .policy.state import PolicyState

_LOGGER = logging.getLogger(__name__)

CONF_HOUSEHOLD: Final = "household"
CONF_AUTOMATIONS: Final = "automations"


class Household(StrEnum):
    """What everybody with a login of their own may do."""

    NOTHING = "nothing"
    READS = "reads"
    CONTROLS = "controls"


_GROUPS: Final = {
    Household.READS: frozenset({CommandGroup.READ}),
    Household.CONTROLS: frozenset({CommandGroup.READ, CommandGroup.CONTROL}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StarterChoices:
    """The owner's answers; without any, nobody else may do anything."""

    household: Household = Household.NOTHING
    automations: bool = False  # all that this Home Assistant has may read and control


async def async_asks_starter(hass: HomeAssistant) -> bool:
    """Tell whether there is anything to ask: somebody else who could be permitted something."""
    return len(await async_people(hass)) > 1


async def async_starter(hass: HomeAssistant, answers: Mapping[str, Any]) -> StarterChoices:
    """Return what was answered, or what holds where nothing was asked."""
    if not await async_asks_starter(hass):
        return StarterChoices(automations=answers.get(CONF_AUTOMATIONS, True))
    return StarterChoices(
        household=Household(answers.get(CONF_HOUSEHOLD, Household.NOTHING)),
        automations=answers.get(CONF_AUTOMATIONS, False),
    )


def starter_fields() -> VolDictType:
    """Return the questions, as fields of a form."""
    return {
        probatio.Optional(CONF_HOUSEHOLD, default=Household.NOTHING.value): selector.SelectSelector(
            selector.SelectSelectorConfig(
                options=[choice.value for choice in Household], translation_key=CONF_HOUSEHOLD
            )
        ),
        probatio.Optional(CONF_AUTOMATIONS, default=False): selector.BooleanSelector(),
    }


async def async_apply_starter(
    gateway: Gateway, owner: User, serial: str, choices: StarterChoices
) -> None:
    """Add the rows that the answers stand for, in the owner's name; those that are there stay alone.

    The device is claimed by now: what cannot be added is left out, so that nobody has more than asked for.
    """
    rows = [
        Row(
            made_by=owner.id,
            users=users,
            devices=Devices(serials=frozenset({serial})),
            commands=Commands(groups=groups),
        )
        for users, groups in _granted(choices)
    ]

    def add(state: PolicyState) -> PolicyState:
        known = {replace(row, number=NEW) for row in state.rows.values()}
        for row in rows:
            if row not in known:
                state = add_row(state, owner, row)
        return state

    try:
        await gateway.permissions.change(add, owner)
    except ChangeRefused as error:
        _LOGGER.warning("Nobody but its owner may command %s for now: %s", serial, error)


def _granted(choices: StarterChoices) -> list[tuple[Users, frozenset[CommandGroup]]]:
    granted = []
    if choices.household in _GROUPS:
        granted.append((Users(everyone=True), _GROUPS[choices.household]))
    if choices.automations:
        granted.append((Users(automations=frozenset({ALL})), _GROUPS[Household.CONTROLS]))
    return granted
