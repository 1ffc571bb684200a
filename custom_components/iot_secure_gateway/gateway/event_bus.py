"""The management bus (FIG 2 box 205): typed events from the gateway's parts to whoever listens."""

from collections.abc import Callable

from .events import GatewayEvent
from .listeners import Listeners


class EventBus:
    """Hands each event to all listeners; a broken one stops neither the others nor what told it."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._listeners = Listeners[GatewayEvent]("the gateway")

    def add_listener(self, listener: Callable[[GatewayEvent], None]) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns its removal."""
        return self._listeners.add(listener)

    def emit(self, event: GatewayEvent) -> None:
        """Tell everybody."""
        self._listeners.tell(event)
