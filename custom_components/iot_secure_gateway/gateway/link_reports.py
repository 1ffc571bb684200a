"""What the protocol tells about a link, put into the device's record and onto the bus."""

import asyncio
from collections.abc import Callable
import logging
import time

from ..protocol import wire
from ..protocol.events import Event, SessionEvent
from .address_recovery import address_text
from .device import Device
from .events import Breach, GatewayEvent, OutcomeLearned
from .printable import printable
from .rates import Bucket
from .threat_events import FirmwareChanged
from .wording import read_result

_LOGGER = logging.getLogger(__name__)

# Breaches after which a link stays: a hostile device could tell of thousands a second.
HARMLESS_RATE = 0.1  # a second that are reported; all are counted
HARMLESS_BURST = 8.0  # more than an honest device causes by being busy


class LinkReports:
    """Reports of one link; none of them decides anything."""

    def __init__(
        self,
        device: Device,
        emit: Callable[[GatewayEvent], None],
        unix_time: Callable[[], float] = time.time,
    ) -> None:
        self._unix_time = unix_time
        self._device = device
        self._emit = emit
        now = asyncio.get_running_loop().time()
        self._harmless = Bucket(HARMLESS_RATE, HARMLESS_BURST, now)

    def on_ready(self, event: Event) -> None:
        """The link is up, and the device said what runs on it and how it sees this gateway."""
        device = self._device
        device.stats.links += 1
        device.stats.linked_at = self._unix_time()
        before, device.firmware = device.firmware or _described(device), printable(event.firmware)
        if before and device.firmware != before:
            self._emit(FirmwareChanged(serial=device.serial, before=before, after=device.firmware))
        device.observed_address = address_text(event.observed_address)

    def on_outcome(self, event: SessionEvent) -> None:
        """What became of an earlier session is known."""
        result = read_result(event.result)
        self._device.learn_values(result, event.session_id)
        self._emit(
            OutcomeLearned(
                serial=self._device.serial,
                session_id=event.session_id,
                status=event.status,
                result=self._device.intake.public(result),
            )
        )

    def on_breach(self, event: Event) -> None:
        """A check failed, here or at the device."""
        device = self._device
        device.stats.breaches += 1
        if event.code in wire.HARMLESS_BREACHES and not self._harmless.take(
            asyncio.get_running_loop().time()
        ):
            return
        detail = printable(event.detail)
        _LOGGER.warning(
            "Breach on the link to %s: %s, %s",
            device.serial,
            wire.BREACH_NAMES.get(event.code, str(event.code)),
            detail,
        )
        self._emit(
            Breach(
                serial=device.serial,
                code=event.code,
                is_authenticated=event.authenticated,
                detail=detail,
            )
        )


def _described(device: Device) -> str:
    """Return the firmware of the description that was kept, for a device not linked since the start."""
    return "" if device.description is None else device.description.facts.firmware
