"""Text from peers, made fit for logs, names and pages."""

from ..policy.reading import JOINERS

MAX_SHOWN = 64  # characters: a line of a log or a name in a list
_MARK = "\N{REPLACEMENT CHARACTER}"


def printable(text: str, limit: int = MAX_SHOWN) -> str:
    """Return `text` without control and format characters but joiners, at most `limit` characters long."""
    shown = text[: limit + 1]
    if not shown.isprintable():
        shown = "".join(
            character if character.isprintable() or character in JOINERS else _MARK
            for character in shown
        )
    return shown if len(text) <= limit else shown[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"
