"""A fake of MicroPython's `machine`: pins keep a value, nothing else happens. Put in the place of hardware."""

import os
import sys

PWRON_RESET, HARD_RESET, WDT_RESET, DEEPSLEEP_RESET, SOFT_RESET = 1, 2, 3, 4, 5


class Pin:
    """A fake pin: with a pull-up it reads 0 while a file `pressed` is there, as input 1 with `moved`."""

    IN, OUT, PULL_UP = 0, 1, 2

    def __init__(
        self, name: int | str, mode: int = 0, pull: int | None = None, value: int = 0
    ) -> None:
        self._value = value
        self._is_button = pull is not None
        self._is_input = mode == self.IN

    def value(self, value: int | None = None) -> int:
        """Read or set."""
        if value is not None:
            self._value = int(value)
        elif self._is_button:
            return 0 if "pressed" in os.listdir(".") else 1  # noqa: PTH208
        elif self._is_input:
            return 1 if "moved" in os.listdir(".") else 0  # noqa: PTH208
        return self._value


class WDT:
    """A fake watchdog: never bites."""

    def __init__(self, timeout: int) -> None:
        self.timeout = timeout

    def feed(self) -> None:
        """Do nothing."""


class ADC:
    """A fake converter."""

    def __init__(self, channel: int) -> None:
        self.channel = channel

    def read_u16(self) -> int:
        """Return what 27 degrees give on a Pico."""
        return int(0.706 * 65535 / 3.3)

    def read_uv(self) -> int:
        """Return microvolts."""
        return 270000


def reset_cause() -> int:
    """Say that the watchdog bit."""
    return WDT_RESET


def reset() -> None:
    """End the process, as a reset ends the program."""
    print("reset")
    sys.exit(3)
