"""Getting to know a device over its fresh link: what it is, then what it measures."""

from collections.abc import Awaitable, Callable, Mapping
import logging

from ..policy.actors import System
from .deployments import Deployments
from .description import (
    MAX_ENTITIES,
    DescriptionError,
    DescriptionReader,
    DeviceDescription,
    Value,
    read_values,
)
from .device import Device
from .events import DescriptionChanged, GatewayEvent
from .json_object import JsonObject
from .registry import Register
from .results import CommandResult

_LOGGER = logging.getLogger(__name__)

_SYSTEM = System()

KEYS_AT_ONCE = 8  # of the longest, all of one value, make 900 bytes, an answer has 1024

type Ask = Callable[[str, Mapping[str, object]], Awaitable[CommandResult]]  # command, arguments


class Introducer:
    """Asks on the gateway's own account, by the funnel like everybody."""

    def __init__(
        self,
        execute: Callable[..., Awaitable[CommandResult]],
        descriptions: Register[JsonObject],
        deployments: Deployments,
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """`execute` is the funnel; `descriptions` keeps what devices say they are."""
        self._execute = execute
        self._descriptions = descriptions
        self._deployments = deployments
        self._emit = emit

    def recall(self, device: Device) -> None:
        """Let the device be what it said it was, until it is asked again."""
        if (stored := self._descriptions.records.get(device.serial)) is not None:
            try:
                device.learn_description(DeviceDescription.from_dict(stored))
            except DescriptionError:
                _LOGGER.warning(
                    "Stored description of %s is damaged; asking the device", device.serial
                )

    async def introduce(self, device: Device) -> None:
        """Ask what the device is, and what it measures; tell it which settings wait for it."""
        description = await ask_description(self._asker(device))
        is_first = device.description is None
        if device.learn_description(description):
            if description.left_out:
                _LOGGER.warning(
                    "Device %s declares %d entities more than the %d that are shown of one device",
                    device.serial,
                    description.left_out,
                    MAX_ENTITIES,
                )
            await self._descriptions.put(device.serial, description.to_dict())
            self._emit(DescriptionChanged(serial=device.serial, is_first=is_first))
        await self.poll(device)
        await self._deployments.link_up(device)

    async def poll(self, device: Device) -> None:
        """Ask what the device measures."""
        await ask_values(self._asker(device), device.description)

    def _asker(self, device: Device) -> Ask:
        async def ask(command: str, arguments: Mapping[str, object]) -> CommandResult:
            return await self._execute(_SYSTEM, device.serial, command, arguments=arguments)

        return ask


async def ask_description(ask: Ask) -> DeviceDescription:
    """Return what the device says it is. Raises DescriptionError and what `ask` raises."""
    reader = DescriptionReader()
    page: int | None = 0
    while page is not None:
        answer = await ask("describe", {"page": page})
        page = reader.add(answer.result)
    return reader.description()


async def ask_values(ask: Ask, description: DeviceDescription | None) -> dict[str, Value]:
    """Have the device tell all its values, and return them, also those that are confidential.

    They reach the device object like those of any result.
    """
    values: dict[str, Value] = {}
    keys = [entity.key for entity in description.entities] if description is not None else []
    if len(keys) <= KEYS_AT_ONCE:
        await _ask_all(ask, keys, {}, values)
    else:
        for first in range(0, len(keys), KEYS_AT_ONCE):
            some = keys[first : first + KEYS_AT_ONCE]
            await _ask_all(ask, some, {"keys": some}, values)
    return values


async def _ask_all(
    ask: Ask, keys: list[str], arguments: Mapping[str, object], values: dict[str, Value]
) -> None:
    """Ask until all of these are told: an answer holds as many as find room in it."""
    while True:
        answer = await ask("read", arguments)
        values |= read_values(answer.result, frozenset(keys))
        told = answer.result.get("values")
        left = [key for key in keys if key not in told] if isinstance(told, dict) else []
        if not left or len(left) == len(keys):
            return  # all are told, or none: then there is nothing to wait for
        keys, arguments = left, {"keys": left}
