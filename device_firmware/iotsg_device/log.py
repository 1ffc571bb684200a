"""One bounded log line per event, free of control characters, and not more lines than anyone can read."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

MAX_TEXT = 64  # characters of a peer's text in a line
MAX_LINE = 200  # characters of a line
LINES_PER_WINDOW = 20  # more than a fault needs, fewer than a flood makes
WINDOW_MS = 10000


def printable(text: object, limit: int = MAX_TEXT) -> str:
    """Return a text that is safe to show: control and format characters replaced, capped."""
    shown = str(text)[:limit]
    for character in shown:
        if _is_unsafe(ord(character)):
            return "".join(["?" if _is_unsafe(ord(one)) else one for one in shown])
    return shown  # nearly always, and without a list that a small heap may have no room for


def _is_unsafe(code: int) -> bool:
    """Tell of C0, DEL, C1, direction marks and separators that rewrite a terminal line or a page."""
    return (
        code < 0x20
        or 0x7F <= code < 0xA0
        or 0x200B <= code <= 0x200F
        or 0x2028 <= code <= 0x202E
        or 0x2060 <= code <= 0x206F
        or 0xD800 <= code < 0xE000
        or code == 0xFEFF
    )


class Log:
    """Writes lines through `write(text)`; above LINES_PER_WINDOW in WINDOW_MS it counts instead."""

    def __init__(
        self, clock: "Callable[[], int]", write: "Callable[[str], object]" = print
    ) -> None:
        self._clock = clock
        self._write = write
        self._window_began = clock()
        self._lines = 0
        self._left_out = 0
        self.listener: "Callable[[str], None] | None" = None  # gets every line as it is written

    def __call__(self, text: str) -> None:
        """Write one line."""
        now = self._clock()
        if now - self._window_began >= WINDOW_MS:
            if self._left_out:
                self._write("({} lines left out)".format(self._left_out))
            self._window_began = now
            self._lines = 0
            self._left_out = 0
        if self._lines >= LINES_PER_WINDOW:
            self._left_out += 1
            return
        self._lines += 1
        line = printable(text, MAX_LINE)
        self._write(line)
        if self.listener is not None:
            self.listener(line)
