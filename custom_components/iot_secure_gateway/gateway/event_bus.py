"""The management bus (FIG 2 box 205): typed events from the gateway's parts to whoever listens."""

from collections.abc import Callable
import logging

from .events import GatewayEvent

_LOGGER = logging.getLogger(__name__)


class EventBus:
    """Hands each event to all listeners; a broken one stops neither the others nor what told it."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners: list[Callable[[GatewayEvent], None]] = []

    def add_listener(self, listener: Callable[[GatewayEvent], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns its removal."""
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def emit(self, event: GatewayEvent) -> None:
        """Tell everybody."""
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:
                _LOGGER.exception("Listener of the gateway failed")
