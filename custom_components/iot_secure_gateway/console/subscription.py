"""How a page of the console stays up to date: one subscription, to which snapshots are sent.

    subscribed -> snapshot -> something changed -> (at most one a second) -> snapshot, if it is another

Who asks is looked up anew for each snapshot, so that nobody is shown more than they may see now.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
import logging
from typing import Any, Final

import probatio

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api.const import WebSocketCommandHandler
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.typing import VolDictType

from ..acts import async_note_visit
from ..const import DOMAIN
from ..gateway.errors import GatewayError
from ..gateway.events import GatewayEvent
from ..gateway.gateway import Gateway
from .command import Caller, Message, async_send_error, caller_of

_LOGGER = logging.getLogger(__name__)

SNAPSHOT_EVERY_S: Final = 1.0  # values may change many times a second; nobody reads faster
REFRESH_EVERY: Final = timedelta(
    seconds=30
)  # for what changes by the clock alone: times begin and end

type Snapshot = Callable[[Caller, Message], Awaitable[Mapping[str, Any]]]
# Calls back on changes that neither the gateway nor a device tells; returns the end of that.
type Listen = Callable[[HomeAssistant, Callable[[], None]], Callable[[], None]]


def subscription(
    name: str, fields: VolDictType | None = None, listen: Listen | None = None
) -> Callable[[Snapshot], WebSocketCommandHandler]:
    """Make a websocket subscription of what a page shows; it ends with the connection or the page."""

    def decorate(snapshot: Snapshot) -> WebSocketCommandHandler:
        @websocket_api.websocket_command(
            {probatio.Required("type"): f"{DOMAIN}/{name}", **(fields or {})}
        )
        @websocket_api.async_response
        async def handle(
            hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: Message
        ) -> None:
            page = _Page(hass, connection, msg, snapshot)
            # From now on, for whoever asked may be gone before there is anything to show.
            connection.subscriptions[msg["id"]] = page.close
            first: Mapping[str, Any] | None = None
            try:
                caller = caller_of(hass, connection.user)
                async_note_visit(hass, connection, caller.actor)
                first = await snapshot(caller, msg)
            except GatewayError as error:
                await async_send_error(hass, connection, msg, error)
            finally:
                if first is None:
                    connection.subscriptions.pop(msg["id"], None)
            if first is not None:
                connection.send_result(msg["id"])
                page.open(caller.gateway, first, listen)

        return handle

    return decorate


class _Page:
    """One page that somebody looks at."""

    def __init__(
        self,
        hass: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        msg: Message,
        snapshot: Snapshot,
    ) -> None:
        self._hass, self._connection, self._msg = hass, connection, msg
        self._snapshot = snapshot
        self._is_closed = False
        self._shown: Mapping[str, Any] = {}
        self._devices: dict[str, Callable[[], None]] = {}
        self._ends: list[Callable[[], None]] = []
        self._debouncer = Debouncer(
            hass, _LOGGER, cooldown=SNAPSHOT_EVERY_S, immediate=False, function=self._refresh
        )

    def open(self, gateway: Gateway, first: Mapping[str, Any], listen: Listen | None) -> None:
        """Send the first snapshot and listen for changes, unless it is closed already."""
        if self._is_closed:
            return
        self._ends = [
            gateway.add_listener(self._told),
            gateway.add_discovery_listener(lambda seen: self._changed()),
            async_track_time_interval(self._hass, self._tick, REFRESH_EVERY),
        ]
        if listen is not None:
            self._ends.append(listen(self._hass, self._changed))
        self._watch_devices(gateway)
        self._send(first)

    @callback
    def close(self) -> None:
        """Listen and send no longer."""
        self._is_closed = True
        self._debouncer.async_shutdown()
        for end in (*self._ends, *self._devices.values()):
            end()
        self._ends.clear()
        self._devices.clear()

    @callback
    def _told(self, event: GatewayEvent) -> None:
        self._changed()

    @callback
    def _tick(self, now: datetime) -> None:
        self._changed()

    @callback
    def _changed(self) -> None:
        self._debouncer.async_schedule_call()

    async def _refresh(self) -> None:
        try:
            caller = caller_of(self._hass, self._connection.user)
            snapshot = await self._snapshot(caller, self._msg)
        except GatewayError:
            return  # stopping, or nobody's any more: what is shown stays, and nothing is added to it
        if not self._is_closed:
            self._watch_devices(caller.gateway)
            if snapshot != self._shown:
                self._send(snapshot)

    def _watch_devices(self, gateway: Gateway) -> None:
        """Hear of the links and values of whatever devices there are now."""
        for serial in self._devices.keys() - gateway.devices.keys():
            self._devices.pop(serial)()
        for serial, device in gateway.devices.items():
            if serial not in self._devices:
                self._devices[serial] = device.add_listener(self._changed)

    def _send(self, snapshot: Mapping[str, Any]) -> None:
        self._shown = snapshot
        self._connection.send_event(self._msg["id"], snapshot)
