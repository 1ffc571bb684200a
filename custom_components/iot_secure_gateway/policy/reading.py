"""Reading records from JSON that anybody may have written: bounded, and every error names its place.

Messages never repeat what was read: it may be long, secret or made to mislead.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager


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


def text(value: object, place: str, max_length: int) -> str:
    """Return a text of 1 to `max_length` printable characters without spaces around it."""
    if not isinstance(value, str):
        raise ValueError(f"{place}: expected text")
    if not 0 < len(value) <= max_length:
        raise ValueError(f"{place}: expected 1 to {max_length} characters")
    if not value.isprintable() or value != value.strip():
        raise ValueError(f"{place}: expected printable text without spaces around it")
    return value


def many[T](
    value: object, place: str, max_count: int, read: Callable[[object, str], T]
) -> frozenset[T]:
    """Read a list of 1 to `max_count` different entries, each with its place."""
    if not isinstance(value, list):
        raise ValueError(f"{place}: expected a list")
    if not 0 < len(value) <= max_count:
        raise ValueError(f"{place}: expected 1 to {max_count} entries")
    return frozenset(read(entry, f"{place}[{number}]") for number, entry in enumerate(value))
