"""The form in which an owner says how long recordings are kept and who gets the pictures."""

from dataclasses import replace
from typing import Any

import probatio

from homeassistant.helpers import selector
from homeassistant.helpers.typing import VolDictType

from .video import (
    CONF_DAYS,
    CONF_MEGABYTES,
    CONF_MOTION,
    CONF_OPEN,
    MAX_DAYS,
    MAX_MEGABYTES,
    MIN_MEGABYTES,
    VideoChoice,
)


def video_fields(choice: VideoChoice) -> VolDictType:
    """Return the fields, as they are chosen now."""
    return {
        probatio.Required(CONF_DAYS, default=choice.keep_days): _number(1, MAX_DAYS),
        probatio.Required(CONF_MEGABYTES, default=choice.max_mb): _number(
            MIN_MEGABYTES, MAX_MEGABYTES
        ),
        probatio.Required(CONF_MOTION, default=choice.motion): selector.BooleanSelector(),
        probatio.Required(CONF_OPEN, default=choice.is_open): selector.BooleanSelector(),
    }


def read_video(choice: VideoChoice, user_input: dict[str, Any]) -> VideoChoice:
    """Return what was filled in."""
    return replace(choice, **user_input)


def _number(low: int, high: int) -> probatio.All[Any]:
    box = selector.NumberSelectorMode.BOX
    config = selector.NumberSelectorConfig(min=low, max=high, step=1, mode=box)
    return probatio.All(selector.NumberSelector(config), probatio.Coerce(int))
