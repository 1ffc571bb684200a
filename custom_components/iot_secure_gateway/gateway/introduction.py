"""Getting to know a device over its fresh link: what it is, then what it measures."""

from collections.abc import Awaitable, Callable, Mapping

from .description import DescriptionReader, DeviceDescription
from .results import CommandResult

KEYS_AT_ONCE = 8  # of the longest, all of one value, make 900 bytes, an answer has 1024

type Ask = Callable[[str, Mapping[str, object]], Awaitable[CommandResult]]  # command, arguments


async def ask_description(ask: Ask) -> DeviceDescription:
    """Return what the device says it is. Raises DescriptionError and what `ask` raises."""
    reader = DescriptionReader()
    page: int | None = 0
    while page is not None:
        answer = await ask("describe", {"page": page})
        page = reader.add(answer.result)
    return reader.description()


async def ask_values(ask: Ask, description: DeviceDescription | None) -> None:
    """Have the device tell all its values; they reach the device object like those of any result."""
    keys = [entity.key for entity in description.entities] if description is not None else []
    if len(keys) <= KEYS_AT_ONCE:
        await _ask_all(ask, keys, {})
        return
    for first in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[first : first + KEYS_AT_ONCE]
        await _ask_all(ask, some, {"keys": some})


async def _ask_all(ask: Ask, keys: list[str], arguments: Mapping[str, object]) -> None:
    """Ask until all of these are told: an answer holds as many as find room in it."""
    while True:
        answer = await ask("read", arguments)
        told = answer.result.get("values")
        left = [key for key in keys if key not in told] if isinstance(told, dict) else []
        if not left or len(left) == len(keys):
            return  # all are told, or none: then there is nothing to wait for
        keys, arguments = left, {"keys": left}
