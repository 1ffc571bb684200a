"""What a system under measurement has to offer: two ends, each living in a process of its own."""

from typing import Any, Protocol

type Options = dict[str, Any]
type Facts = dict[str, Any]


class DeviceEnd(Protocol):
    """The end that executes commands."""

    async def start(self, options: Options) -> Facts:
        """Serve `options["devices"]` devices; the facts are what the gateway end needs to reach them."""

    async def stop(self) -> None:
        """End all service."""


class GatewayEnd(Protocol):
    """The end that sends commands and is measured."""

    async def start(self, options: Options, facts: Facts) -> None:
        """Connect to every device of the facts; ready for commands when this returns."""

    async def command(self, index: int) -> None:
        """Carry out one confirmed command on device `index`; raises when it was not confirmed."""

    async def stop(self) -> None:
        """Disconnect."""


class LeftOut(Exception):
    """This system cannot be measured here; the text says why."""
