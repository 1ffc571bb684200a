"""Getting to know a device over its fresh link: what it is, then what it measures."""

from collections.abc import Awaitable, Callable, Mapping

from .description import DescriptionReader, DeviceDescription
from .results import CommandResult

type Ask = Callable[[str, Mapping[str, object]], Awaitable[CommandResult]]  # command, arguments


async def ask_description(ask: Ask) -> DeviceDescription:
    """Return what the device says it is. Raises DescriptionError and what `ask` raises."""
    reader = DescriptionReader()
    page: int | None = 0
    while page is not None:
        answer = await ask("describe", {"page": page})
        page = reader.add(answer.result)
    return reader.description()


async def ask_values(ask: Ask) -> None:
    """Have the device tell all its values; they reach the device object like those of any result."""
    await ask("read", {})
