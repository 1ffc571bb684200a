"""Attending to a device while its link is up: what it is, then every while what it measures.

A device that tells by itself what changed is asked seldom, as a watchdog only.
"""

import asyncio
from collections.abc import Awaitable, Callable
import logging

from .description import DescriptionError
from .device import Device
from .errors import CommandError
from .link_services import LinkServices

_LOGGER = logging.getLogger(__name__)

INTRODUCE_RETRY_S = 5.0  # when a device did not say what it is


class Attendance:
    """Of one device; `tells` is set when it was seen to tell by itself, on this link.

    `is_introduced`: it said on this link what it is and what it measures.
    """

    def __init__(self, device: Device, services: LinkServices) -> None:
        """Nothing is asked before `attend`."""
        self.tells = False
        self.is_introduced = False
        self._device = device
        self._services = services
        self._is_misunderstood = False  # said once, for it is asked again and again

    async def attend(self, closed: asyncio.Future[None]) -> None:
        """Ask what there is to ask; returns when the link is closed."""
        services, loop = self._services, asyncio.get_running_loop()
        settings = services.settings
        self.is_introduced = False
        ask_at = 0.0  # for a device that tells by itself
        while not closed.done():
            if not (self.is_introduced and self.tells and loop.time() < ask_at):
                ask = services.poll if self.is_introduced else services.introduce
                self.is_introduced = await self._ask(ask, closed) or self.is_introduced
                ask_at = loop.time() + settings.watchdog_interval
            pause = settings.poll_interval if self.is_introduced else INTRODUCE_RETRY_S
            await asyncio.wait((closed,), timeout=pause)

    async def _ask(
        self, ask: Callable[[Device], Awaitable[None]], closed: asyncio.Future[None]
    ) -> bool:
        """Ask the device, as long as this link stands; tells whether it answered.

        A command may wait for the next link, which is set up only after this one was attended to.
        """
        asking = asyncio.ensure_future(ask(self._device))
        try:
            await asyncio.wait((closed, asking), return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                await asking
                return True
        except DescriptionError as error:
            log = _LOGGER.debug if self._is_misunderstood else _LOGGER.warning
            self._is_misunderstood = True
            log(
                "Device %s says in a form that nobody knows what it is: %s",
                self._device.serial,
                error,
            )
        except CommandError as error:
            _LOGGER.debug("Device %s did not answer: %s", self._device.serial, error)
        finally:
            asking.cancel()
        return False
