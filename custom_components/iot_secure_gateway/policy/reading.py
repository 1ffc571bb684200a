"""Reading records from JSON that anybody may have written: bounded, and every error names its place.

Messages never repeat what was read: it may be long, secret or made to mislead.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

MAX_MOMENT_LENGTH = 40
# Characters that show nothing, but without which emoji fall apart and words of some scripts are others.
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"
_WITHOUT_JOINERS = str.maketrans("", "", JOINERS)


@contextmanager
def within(place: str) -> Iterator[None]:
    """Prefix the place to a ValueError that comes from inside it."""
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{place}.{error}") from None


def fields(value: object, place: str, known: Iterable[str]) -> Mapping[str, object]:
    """Return an object all of whose keys are known."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{place}: expected an object")
    if not value.keys() <= set(known):
        raise ValueError(f"{place}: unknown field; known are {', '.join(sorted(known))}")
    return value


def text(value: object, place: str, max_length: int, *, may_join: bool = False) -> str:
    """Return a text of 1 to `max_length` printable characters, perhaps joiners, without spaces around it."""
    if not isinstance(value, str):
        raise ValueError(f"{place}: expected text")
    if not 0 < len(value) <= max_length:
        raise ValueError(f"{place}: expected 1 to {max_length} characters")
    shown = value.translate(_WITHOUT_JOINERS) if may_join else value
    if not shown or not shown.isprintable() or shown != shown.strip():
        raise ValueError(f"{place}: expected printable text without spaces around it")
    return value


def words(value: object, place: str, max_length: int) -> str:
    """Return a text that people wrote for people, as `text` does; nothing is looked up by it."""
    return text(value, place, max_length, may_join=True)


def many[T](
    value: object, place: str, max_count: int, read: Callable[[object, str], T]
) -> frozenset[T]:
    """Read a list of 1 to `max_count` different entries, each with its place."""
    if not isinstance(value, list):
        raise ValueError(f"{place}: expected a list")
    if not 0 < len(value) <= max_count:
        raise ValueError(f"{place}: expected 1 to {max_count} entries")
    return frozenset(read(entry, f"{place}[{number}]") for number, entry in enumerate(value))


def whole_number(value: object, place: str, minimum: int, maximum: int) -> int:
    """Return a whole number within bounds."""
    if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
        raise ValueError(f"{place}: expected a whole number from {minimum} to {maximum}")
    return value


def truth(value: object, place: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"{place}: expected true or false")
    return value


def moment(value: object, place: str) -> datetime:
    """Return a moment with its offset from UTC, given in the form of ISO 8601."""
    if isinstance(value, str) and len(value) <= MAX_MOMENT_LENGTH:
        try:
            found = datetime.fromisoformat(value)
            found.astimezone(UTC)  # one at the very ends of the calendar cannot be compared
        except ValueError, OverflowError:
            pass
        else:
            if found.tzinfo is not None:
                return found
    raise ValueError(f"{place}: expected a moment as YYYY-MM-DDTHH:MM:SS+HH:MM")
