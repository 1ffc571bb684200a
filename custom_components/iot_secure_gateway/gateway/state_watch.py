"""What nobody tells: devices that fall silent or turn the gateway away, and a clock that jumps."""

from collections.abc import Callable, Mapping
from typing import Final

from ..policy.threats import Detection
from .device import Device
from .findings import Finding

JUMP_S: Final = 60.0  # between the wall clock and the one that only goes forward
SETTLING_S: Final = 600.0  # after the start: a host without a clock of its own gets the time then


class StateWatch:
    """Looks now and then. Times are seconds: `clock` only goes forward, `now` is Unix time."""

    def __init__(
        self,
        devices: Mapping[str, Device],
        found: Callable[[Finding], None],
        window: Callable[[Detection, str], int],
    ) -> None:
        """`window` tells how long a device may be silent."""
        self._devices = devices
        self._found = found
        self._window = window
        self._heard: dict[str, float] = {}  # of devices that ping and are silent since
        self._turned_away: dict[str, int] = {}  # by serial: how often it was at the last look
        self._started_at = self._clock = self._now = 0.0

    def start(self, clock: float, now: float) -> None:
        """Compare with this moment."""
        self._started_at = self._clock = clock
        self._now = now

    def heard(self, serial: str) -> None:
        """A device pinged."""
        if serial in self._devices:
            self._heard[serial] = self._clock

    def forget(self, serial: str) -> None:
        """A device is given up."""
        self._heard.pop(serial, None)
        self._turned_away.pop(serial, None)

    def look(self, clock: float, now: float) -> None:
        """Tell what was found since the last look."""
        jump = (now - self._now) - (clock - self._clock)
        is_settling = jump > 0 and clock < self._started_at + SETTLING_S
        self._clock, self._now = clock, now
        if abs(jump) >= JUMP_S and not is_settling:
            way = "forward" if jump > 0 else "back"
            told = f"clock set {way} by {abs(jump):.0f} s"
            self._found(Finding(detection=Detection.CLOCK_JUMP, evidence=told))
        for serial, at in tuple(self._heard.items()):
            device = self._devices.get(serial)
            if device is None:
                del self._heard[serial]
            elif device.is_connected:
                self._heard[serial] = clock
            elif clock >= at + self._window(Detection.MISSED_PINGS, serial):
                del self._heard[serial]
                told = f"silent for {clock - at:.0f} s"
                self._found(Finding(detection=Detection.MISSED_PINGS, serial=serial, evidence=told))
        for serial, device in tuple(self._devices.items()):
            count = device.stats.turned_away
            more = count - self._turned_away.get(serial, 0)
            self._turned_away[serial] = count
            if more > 0:
                told = "connections taken and closed without an answer"
                self._found(
                    Finding(detection=Detection.HALF_OPEN, serial=serial, evidence=told, count=more)
                )
