"""What the owner's gateway asks of a device about the binding itself: release, a new key, guests.

One request at a time, sent when the link has nothing else under way. Cut off, it is sent again on the
next link until its time is up: each of them may be said twice.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from ..protocol.events import Event
from ..protocol.gateway_link import GatewayLink
from .transport import MachineProtocol

type Send = Callable[[GatewayLink, int], None]  # link, now in ms


class _Request(NamedTuple):
    send: Send
    answer_kind: str  # of the event that answers it
    answer: asyncio.Future[Event]


class Requests:
    """The requests of one device's link."""

    def __init__(self) -> None:
        """Nothing is asked."""
        self._turn = asyncio.Lock()
        self._request: _Request | None = None
        self._is_sent = False
        self._link: GatewayLink | None = None
        self._protocol: MachineProtocol | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a request waits for the link to be idle: no session is to be opened before it."""
        return self._request is not None and not self._is_sent

    async def ask(self, send: Send, answer_kind: str, timeout: float) -> Event | None:
        """Ask; return the device's answer, or None when there was none in time."""
        async with self._turn:
            answer: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
            self._request, self._is_sent = _Request(send, answer_kind, answer), False
            try:
                self.send()
                await asyncio.wait((answer,), timeout=timeout)
            finally:
                self._request = None
            return answer.result() if answer.done() else None

    def link_up(self, link: GatewayLink, protocol: MachineProtocol) -> None:
        """A link is ready."""
        self._link, self._protocol = link, protocol

    def link_down(self) -> None:
        """The link is gone: what was asked is asked again on the next one."""
        self._link = self._protocol = None
        self._is_sent = False

    def send(self) -> None:
        """Send what waits, if the link is idle."""
        link, protocol, request = self._link, self._protocol, self._request
        if link is None or protocol is None or request is None or self._is_sent:
            return
        if link.is_ready:
            self._is_sent = True
            request.send(link, protocol.now_ms())
            protocol.flush()

    def on_answer(self, event: Event) -> None:
        """The device answered."""
        request = self._request
        if request is not None and event.kind == request.answer_kind and not request.answer.done():
            request.answer.set_result(event)
