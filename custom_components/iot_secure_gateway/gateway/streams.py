"""Streams of a device: more than a package holds, without a known end (data lane, CHUNK).

Each kind has a handler, which says at the opening whether it takes the stream. The device may send
WINDOW bytes (or what the handler says) beyond what the handler has dealt with, so a slow handler
slows its own stream and nothing else: what arrives is never left unread, and commands pass between
the parts.
"""

import asyncio
from collections.abc import Callable, Mapping
import logging
import re
from typing import Protocol

from ..protocol import wire
from ..protocol.events import Event
from ..protocol.gateway_link import GatewayLink
from .device import Device
from .events import GatewayEvent, StreamEnded
from .packages import MAX_BYTES
from .rates import Bucket
from .transport import MachineProtocol
from .wording import read_result

_LOGGER = logging.getLogger(__name__)

WINDOW = (
    8192  # bytes on their way or not dealt with: twice a frame, half of what a device may queue
)
QUIET_S = (
    60.0  # without a part that may come: nobody waits longer for a device that has gone silent
)
HANDLER_S = 30.0  # for a part, and for the end: meanwhile the device can tell nothing else
STREAM_RATE = (
    2.0  # openings a second that are looked at: a camera opens one for each second of video
)
STREAM_BURST = 10.0
MAX_KINDS = 32  # handlers
_KIND = re.compile(r"[a-z0-9_]{1,32}")


class StreamRefusedError(Exception):
    """The handler takes no stream, or no more of it; the text says why, without quoting the device."""


class StreamSink(Protocol):
    """Where the bytes of one stream go. An error of `write` ends the stream."""

    window: int = WINDOW  # bytes that may come before they are dealt with; wire.MAX_CREDIT at most
    is_told: bool = True  # whether its end is an event, and so a line of the record

    async def write(self, data: bytes) -> None:
        """Deal with a part; the device is held back until it is done."""

    async def end(self, *, is_whole: bool) -> None:
        """Nothing more comes: the device ended the stream, or it was cut off."""


type StreamOpener = Callable[[Device, Mapping[str, object]], StreamSink]


class StreamHandlers:
    """Who takes which kind of stream."""

    def __init__(self, **openers: StreamOpener) -> None:
        """Begin with these kinds."""
        self._openers: dict[str, StreamOpener] = dict(openers)

    def add(self, kind: str, opener: StreamOpener) -> Callable[[], None]:
        """Take streams of a kind from now on; returns the end of that. Raises ValueError."""
        if not _KIND.fullmatch(kind) or kind in self._openers or len(self._openers) >= MAX_KINDS:
            raise ValueError("a kind of stream that cannot be added")
        self._openers[kind] = opener

        def remove() -> None:
            self._openers.pop(kind, None)

        return remove

    def open(self, device: Device, package: bytes) -> tuple[str, StreamSink]:
        """Return kind and sink for a stream with that head. Raises StreamRefusedError."""
        head = read_result(package) if len(package) <= MAX_BYTES else {}
        kind = head.get("stream")
        if not isinstance(kind, str) or not _KIND.fullmatch(kind):
            raise StreamRefusedError("a head that names no kind of stream")
        opener = self._openers.get(kind)
        if opener is None:
            raise StreamRefusedError("a kind of stream that nobody takes")
        return kind, opener(device, head)


class StreamIntake:
    """The streams of one device, one at a time."""

    def __init__(
        self, device: Device, handlers: StreamHandlers, emit: Callable[[GatewayEvent], None]
    ) -> None:
        """Nothing is taken before the first "stream" event."""
        self._device = device
        self._handlers = handlers
        self._emit = emit
        self._rate = Bucket(STREAM_RATE, STREAM_BURST, asyncio.get_running_loop().time())
        self._stream: _Stream | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def opened(self, event: Event, link: GatewayLink, protocol: MachineProtocol) -> None:
        """Take a "stream" event: let the device go on, or refuse it before it sends anything."""
        try:
            if not self._rate.take(asyncio.get_running_loop().time()):
                raise StreamRefusedError("more streams than one device may open")  # noqa: TRY301 - refused like the others
            kind, sink = self._handlers.open(self._device, event.package)
        except StreamRefusedError as error:
            _LOGGER.debug("Refused a stream of %s: %s", self._device.serial, error)
            link.package_done(event.session_id, wire.STATUS_REFUSED, protocol.now_ms())
            return
        except Exception:  # the handler's own fault must not cost the link
            _LOGGER.exception("A stream of %s could not be opened", self._device.serial)
            link.package_done(event.session_id, wire.STATUS_REFUSED, protocol.now_ms())
            return
        stream = self._stream = _Stream(kind, sink, event.session_id, link, protocol)
        task = asyncio.get_running_loop().create_task(
            self._take(stream), name=f"{kind} stream of {self._device.serial}"
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        link.take_more(event.session_id, sink.window, protocol.now_ms())

    def part(self, event: Event) -> None:
        """Take a "chunk" event; what comes of a stream that has ended is dropped."""
        stream = self._stream
        if stream is not None and stream.session_id == event.session_id:
            stream.parts.put_nowait(event.data)  # its window at most, and an empty one as the end

    def link_down(self) -> None:
        """What has arrived is dealt with; more does not come."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.parts.put_nowait(None)

    async def stop(self) -> None:
        """Return when every handler knows that its stream has ended."""
        self.link_down()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _take(self, stream: _Stream) -> None:
        """Hand parts over as they come; whatever happens, the handler hears of the end."""
        status, reason = wire.STATUS_REFUSED, "the handler failed"
        try:
            status, reason = await self._hand_over(stream)
        except StreamRefusedError as error:
            reason = str(error)
        except TimeoutError:
            reason = "the handler took too long"
        except Exception:  # border of the task
            _LOGGER.exception("A stream of %s could not be taken", self._device.serial)
        if self._stream is stream:
            self._stream = None
        is_whole = status == wire.STATUS_OK
        try:
            async with asyncio.timeout(HANDLER_S):
                await stream.sink.end(is_whole=is_whole)
        except Exception:
            _LOGGER.exception("The end of a stream of %s failed", self._device.serial)
            is_whole, status, reason = False, wire.STATUS_REFUSED, "the handler failed"
        stream.link.package_done(stream.session_id, status, stream.protocol.now_ms())
        stream.protocol.flush()
        if not stream.sink.is_told:
            return
        self._emit(
            StreamEnded(
                serial=self._device.serial,
                kind=stream.kind,
                size=stream.size,
                is_whole=is_whole,
                reason=reason,
            )
        )

    async def _hand_over(self, stream: _Stream) -> tuple[int, str]:
        """Return how it ended, as a status and in words."""
        taken = 0
        while True:
            try:
                async with asyncio.timeout(QUIET_S):
                    part = await stream.next()
            except TimeoutError:
                return wire.STATUS_REFUSED, "the device sent no more of it"
            if part is None:
                return wire.STATUS_UNKNOWN, "the link was lost"
            if not part:
                return wire.STATUS_OK, ""
            async with asyncio.timeout(HANDLER_S):
                await stream.sink.write(part)
            stream.size += len(part)
            taken += len(part)
            if taken >= stream.sink.window // 4:  # not a message for every part
                stream.link.take_more(stream.session_id, taken, stream.protocol.now_ms())
                stream.protocol.flush()
                taken = 0


class _Stream:
    """One stream that is being taken."""

    def __init__(
        self,
        kind: str,
        sink: StreamSink,
        session_id: bytes,
        link: GatewayLink,
        protocol: MachineProtocol,
    ) -> None:
        self.kind = kind
        self.sink = sink
        self.session_id = session_id
        self.link = link
        self.protocol = protocol
        self.parts: asyncio.Queue[bytes | None] = asyncio.Queue()  # None: the link is lost
        self.size = 0  # bytes that the handler has
        self._end: tuple[bytes | None, ...] = ()  # came behind what was handed over last

    async def next(self) -> bytes | None:
        """Wait for what comes next, and take all that has come; as in `parts` where nothing is."""
        if self._end:
            return self._end[0]
        part = await self.parts.get()
        if not part or self.parts.empty():
            return part
        came = [part]
        while not self.parts.empty():
            part = self.parts.get_nowait()
            if not part:
                self._end = (part,)
                break
            came.append(part)
        return b"".join(came)
