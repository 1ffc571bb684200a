"""Wrong claim passwords per serial, counted at the gateway besides the device's own count."""

from collections import OrderedDict

FREE_ATTEMPTS = 5  # wrong ones in a row before people have to wait
FIRST_WAIT_S = 10.0  # doubling with each further one ...
LAST_WAIT_S = 60.0  # ... to this
MAX_SERIALS = 256  # that are counted; the one tried longest ago is forgotten first


class Attempts:
    """Counts in a row, and until when each serial is locked. Times are in seconds of one clock."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()  # count, locked until

    def locked_for(self, serial: str, now: float) -> float:
        """Return for how many seconds no further attempt is made; 0 when it may be tried."""
        _, until = self._wrong.get(serial, (0, now))
        return max(0.0, until - now)

    def left(self, serial: str) -> int:
        """Return how many more wrong passwords people may try before they have to wait."""
        count, _ = self._wrong.get(serial, (0, 0.0))
        return max(0, FREE_ATTEMPTS - count)

    def wrong(self, serial: str, now: float) -> tuple[int, int]:
        """Count a wrong password; return (wrong ones in a row, attempts left before a wait)."""
        count = self._wrong.pop(serial, (0, now))[0] + 1
        over = count - FREE_ATTEMPTS
        wait = min(LAST_WAIT_S, FIRST_WAIT_S * 2 ** min(over, 8)) if over >= 0 else 0.0
        if len(self._wrong) >= MAX_SERIALS:
            self._wrong.popitem(last=False)
        self._wrong[serial] = (count, now + wait)
        return count, max(0, -over)

    def right(self, serial: str) -> None:
        """Forget the count: the password was right."""
        self._wrong.pop(serial, None)
