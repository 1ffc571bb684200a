"""Parts of a device that people see as devices below it: a socket strip's sockets, a lamp's two heads.

They are names for showing. Whoever may command the device is judged by its serial, whatever part of it
a command is for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Final

from ..policy.reading import JOINERS
from .printable import printable

MAX_CHILDREN: Final = 16  # of one device; what belongs to further ones is shown as the device's
MAX_LISTED: Final = 256  # entries that are looked at, of all pages
MAX_NAME: Final = 64  # characters
_KEY = re.compile(r"[a-z0-9_]{1,32}")


class ChildError(Exception):
    """Children out of form; the text says what, without quoting the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildDescription:
    """One part of a device."""

    key: str
    name: str
    model: str = ""

    def to_dict(self) -> dict[str, object]:
        """Return it as a device would describe it."""
        told: dict[str, object] = {"key": self.key, "name": self.name}
        return told | {"model": self.model} if self.model else told


class ChildrenReader:
    """Puts the children of a device together from the pages of `describe`."""

    def __init__(self) -> None:
        self._found: dict[str, ChildDescription] = {}
        self._seen: set[str] = set()

    def add(self, page: Mapping[str, object]) -> None:
        """Take in what a page lists. Raises ChildError."""
        listed = page.get("children", [])
        if not isinstance(listed, list):
            raise ChildError("children are a list")
        for entry in listed:
            key = child_key(entry.get("key")) if isinstance(entry, dict) else None
            if key is None:
                raise ChildError("child key out of form")
            if key in self._seen or len(self._seen) == MAX_LISTED:
                raise ChildError("two children of one key, or too many")
            self._seen.add(key)
            if len(self._found) < MAX_CHILDREN:
                model = _text(entry.get("model"))
                self._found[key] = ChildDescription(
                    key=key, name=_text(entry.get("name")) or model or key, model=model
                )

    def children(self) -> tuple[ChildDescription, ...]:
        """Return what the pages listed."""
        return tuple(self._found.values())

    def belongs_to(self, key: str | None) -> str | None:
        """Return the child that an entity says it belongs to, if there is one of that key."""
        return key if key in self._found else None


def child_key(told: object) -> str | None:
    """Return a key of a child; None for what is none."""
    return told if isinstance(told, str) and _KEY.fullmatch(told) else None


def _text(told: object) -> str:
    return printable(told, MAX_NAME).strip(f" {JOINERS}") if isinstance(told, str) else ""
