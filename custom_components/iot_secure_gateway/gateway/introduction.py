"""Getting to know a device over its fresh link: what it is, then what it measures."""

from collections.abc import Awaitable, Callable, Mapping

from .description import DescriptionReader, DeviceDescription
from .results import CommandResult

KEYS_AT_ONCE = 8  # a key and a value of the longest make 110 bytes, an answer has 1024

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
        await ask("read", {})
        return
    for first in range(0, len(keys), KEYS_AT_ONCE):
        await ask("read", {"keys": keys[first : first + KEYS_AT_ONCE]})
