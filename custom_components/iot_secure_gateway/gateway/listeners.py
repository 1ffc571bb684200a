"""Those who are called when something happens; a broken one stops neither the others nor what tells them."""

from collections.abc import Callable
import logging
from typing import Final

_LOGGER: Final = logging.getLogger(__name__)


class Listeners[*Told]:
    """Called with what is told, in the order in which they came."""

    __slots__ = ("_listeners", "_name")

    def __init__(self, name: str) -> None:
        """Nobody listens yet. `name`: of what, for the log."""
        self._name = name
        self._listeners: list[Callable[[*Told], None]] = []

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._listeners)

    def add(self, listener: Callable[[*Told], None]) -> Callable[[], None]:
        """Call `listener` from now on; returns its removal."""
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def tell(self, *told: *Told) -> None:
        """Call all that there are now."""
        for listener in tuple(self._listeners):
            try:
                listener(*told)
            except Exception:
                _LOGGER.exception("Listener of %s failed", self._name)
