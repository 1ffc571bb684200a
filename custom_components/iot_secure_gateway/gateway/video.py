"""Live pictures: one pull from each camera that somebody watches, handed to all who do (FIG 2 box 215).

A camera is asked with `view`, on the gateway's own account, as long as anybody watches or records, and told
`stop_view` afterwards. Who may watch is judged by whoever lets somebody in, at the beginning and while it lasts.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
import logging
from typing import Final, override

from ..policy.actors import System
from .description import EntityDescription
from .device import Device
from .errors import GatewayError, UnknownDevice
from .events import GatewayEvent
from .kinds import VIEW
from .recordings import Recordings
from .results import CommandResult
from .sessions import offline_error
from .streams import StreamHandlers
from .video_errors import NoPicture, TooManyViewers, UnknownCamera
from .video_events import VideoRefused
from .video_frames import Frame
from .video_intake import VideoIntake, Wanted, Why, is_camera

_LOGGER = logging.getLogger(__name__)

STOP_COMMAND: Final = "stop_view"
STILL_COMMAND: Final = "snapshot"

MAX_VIEWERS: Final = 16  # of one camera
VIEW_S: Final = 60  # that a camera is asked for at a time
RENEW_S: Final = 30.0
STALL_S: Final = (
    3.0  # without a picture until the camera is asked again, then twice as long each time
)
LINGER_S: Final = 1.0  # after the last viewer, before the camera is told to stop
STILL_S: Final = 10.0  # for a single picture
FRESH_S: Final = 2.0  # a picture that new is shown to who comes now

_SYSTEM: Final = System()


class Viewer(AsyncIterator[Frame]):
    """The pictures as somebody sees them: the newest one each time; who is slow misses some."""

    def __init__(self) -> None:
        """Nothing came yet."""
        self.missed = 0
        self._newest: Frame | None = None
        self._changed = asyncio.Event()
        self._is_closed = False

    def put(self, frame: Frame) -> None:
        """Show this one next."""
        self.missed += self._newest is not None
        self._newest = frame
        self._changed.set()

    def close(self) -> None:
        """Nothing more comes."""
        self._is_closed = True
        self._changed.set()

    @override
    async def __anext__(self) -> Frame:
        while (frame := self._newest) is None:
            if self._is_closed:
                raise StopAsyncIteration
            self._changed.clear()
            await self._changed.wait()
        self._newest = None
        return frame


class _Camera:
    """One camera, from the first who wanted something of it."""

    def __init__(self, serial: str, entity: str) -> None:
        self.serial = serial
        self.entity = entity
        self.newest: Frame | None = None
        self.listeners: dict[object, Callable[[Frame], None]] = {}
        self.askers: set[object] = set()  # those listeners for whom the camera is to send
        self.viewers: set[Viewer] = set()
        self.still: asyncio.Future[Frame] | None = None  # one for all who wait
        self.task: asyncio.Task[None] | None = None
        self.changed = asyncio.Event()  # of who asks
        self.asked_until = 0.0

    @property
    def is_used(self) -> bool:
        """Whether anybody waits for anything of it."""
        return bool(self.listeners or self.task or (self.still and not self.still.done()))


class Video(Wanted):
    """All cameras of a gateway."""

    def __init__(
        self,
        streams: StreamHandlers,
        devices: Mapping[str, Device],
        execute: Callable[..., Awaitable[CommandResult]],
        unix_time: Callable[[], float],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """`execute` is the funnel."""
        self.recordings: Recordings | None = None  # set by the host
        self._devices = devices
        self._execute = execute
        self._unix_time = unix_time
        self._emit = emit
        self._clock = asyncio.get_running_loop().time
        self._cameras: dict[tuple[str, str], _Camera] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._intake = VideoIntake(self, clock=self._clock, refused=self._on_refused)
        streams.add("video", self._intake.open)

    # --- who wants pictures --------------------------------------------------------------------------
    def cameras(self, serial: str) -> tuple[EntityDescription, ...]:
        """Return the cameras that a device declares; none of an unknown one."""
        device = self._devices.get(serial)
        if device is None or device.description is None:
            return ()
        return tuple(one for one in device.description.entities if one.kind == "camera")

    def require_link(self, serial: str) -> None:
        """Raises UnknownDevice, and DeviceOffline as the error that says why there is no link."""
        if (device := self._devices.get(serial)) is None:
            raise UnknownDevice
        if not device.is_connected:
            raise offline_error(device)

    @asynccontextmanager
    async def watch(self, serial: str, entity: str) -> AsyncIterator[Viewer]:
        """Give the pictures of a camera, until its device is let go of; a lost link only is a pause.

        Raises UnknownDevice, UnknownCamera, DeviceOffline, TooManyViewers.
        """
        camera = self._camera(serial, entity)
        self.require_link(serial)
        if len(camera.viewers) >= MAX_VIEWERS:
            raise TooManyViewers(MAX_VIEWERS)
        viewer = Viewer()
        newest = camera.newest
        if newest is not None and self._clock() - newest.moment < FRESH_S:
            viewer.put(newest)
        camera.viewers.add(viewer)
        remove = self.listen(serial, entity, viewer.put)
        try:
            yield viewer
        finally:
            camera.viewers.discard(viewer)
            remove()

    def listen(
        self, serial: str, entity: str, take: Callable[[Frame], None], *, is_asking: bool = True
    ) -> Callable[[], None]:
        """Hand every picture to `take`, which must not wait; returns the end of that.

        Without `is_asking` only those that come anyway. Raises UnknownDevice, UnknownCamera.
        """
        camera, key = self._camera(serial, entity), object()
        camera.listeners[key] = take
        if is_asking:
            camera.askers.add(key)
            camera.changed.set()
            if camera.task is None:
                task = camera.task = asyncio.get_running_loop().create_task(
                    self._keep_asking(camera), name=f"video of {serial}"
                )
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

        def remove() -> None:
            camera.listeners.pop(key, None)
            camera.askers.discard(key)
            camera.changed.set()

        return remove

    async def still(self, serial: str, entity: str, max_age_s: float = 0.0) -> Frame:
        """Return a picture that is no older than that, or one taken now.

        Raises UnknownDevice, UnknownCamera, CommandError (as DeviceOffline) and NoPicture.
        """
        camera = self._camera(serial, entity)
        newest = camera.newest
        if newest is not None and self._clock() - newest.moment <= max_age_s:
            return newest
        self.require_link(serial)
        still = camera.still
        if still is not None and not still.done():
            return await _in_time(still)  # on the way already, for somebody else
        still = camera.still = asyncio.get_running_loop().create_future()
        try:
            if not camera.askers:
                await self._execute(_SYSTEM, serial, STILL_COMMAND, entity=entity)
            return await _in_time(still)
        except GatewayError as error:
            _fail(still, error)
            return still.result()
        finally:
            _fail(still, NoPicture())  # who asks next is not to wait for what may never come

    async def forget(self, serial: str) -> None:
        """The device is given up: nobody watches it any more, and what was recorded of it goes."""
        await self._end([camera for camera in self._cameras.values() if camera.serial == serial])
        self._intake.forget(serial)
        if self.recordings is not None:
            await self.recordings.forget(serial)

    async def stop(self) -> None:
        """End it for everybody."""
        await self._end(list(self._cameras.values()))
        await _cancelled(self._tasks)  # those that only tell their camera to stop

    # --- what cameras send ---------------------------------------------------------------------------
    @override
    def wants(self, serial: str, entity: str, why: Why) -> bool:
        camera = self._cameras.get((serial, entity))
        if why is Why.MOTION:
            is_kept = self.recordings is not None and self.recordings.keeps_motion(serial)
            return is_kept or (camera is not None and bool(camera.listeners))
        if camera is None:
            return False
        if why is Why.STILL:
            return camera.still is not None and not camera.still.done()
        return bool(camera.askers) or self._clock() < camera.asked_until

    @override
    def take(self, serial: str, entity: str, why: Why, jpeg: bytes, size: tuple[int, int]) -> None:
        frame = Frame(
            jpeg=jpeg,
            at=datetime.fromtimestamp(self._unix_time(), UTC),
            width=size[0],
            height=size[1],
            moment=self._clock(),
        )
        if why is Why.MOTION and self.recordings is not None:
            self.recordings.motion(serial, entity)
        camera = self._known(serial, entity)
        camera.newest = frame
        if camera.still is not None and not camera.still.done():
            camera.still.set_result(frame)
        for take in tuple(camera.listeners.values()):
            try:
                take(frame)
            except Exception:  # who takes it badly spoils it for nobody else
                _LOGGER.exception("A picture of %s could not be handed on", serial)

    # -------------------------------------------------------------------------------------------------
    def _camera(self, serial: str, entity: str) -> _Camera:
        device = self._devices.get(serial)
        if device is None:
            raise UnknownDevice
        if not is_camera(device, entity):
            raise UnknownCamera
        return self._known(serial, entity)

    def _known(self, serial: str, entity: str) -> _Camera:
        if (camera := self._cameras.get((serial, entity))) is None:
            # A device may declare other cameras each time: only those of now are remembered.
            declared = {one.key for one in self.cameras(serial)}
            for other in tuple(self._cameras.values()):
                if other.serial == serial and other.entity not in declared and not other.is_used:
                    del self._cameras[serial, other.entity]
            camera = self._cameras[serial, entity] = _Camera(serial, entity)
        return camera

    async def _keep_asking(self, camera: _Camera) -> None:
        """Ask the camera for as long as somebody wants its pictures."""
        serial, stall = camera.serial, STALL_S
        while await self._is_wanted(camera):
            began = self._clock()
            if (device := self._devices.get(serial)) is None:
                for viewer in camera.viewers:
                    viewer.close()
            elif device.is_connected:
                camera.asked_until = began + VIEW_S
                await self._ask(camera, VIEW, {"seconds": VIEW_S})
            while camera.askers and self._clock() < began + RENEW_S:
                last = camera.newest.moment if camera.newest is not None else 0.0
                if last > began:
                    stall = STALL_S
                if self._clock() - max(last, began) >= stall:
                    stall = min(2 * stall, RENEW_S)
                    break
                camera.changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(STALL_S):
                        await camera.changed.wait()
        camera.asked_until, camera.task = 0.0, None
        if (device := self._devices.get(serial)) is not None and device.is_connected:
            await self._ask(camera, STOP_COMMAND, {})

    async def _is_wanted(self, camera: _Camera) -> bool:
        """Whether anybody is there, or comes within a moment."""
        if not camera.askers:
            camera.changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LINGER_S):
                    await camera.changed.wait()
        return bool(camera.askers)

    async def _ask(self, camera: _Camera, command: str, arguments: Mapping[str, object]) -> None:
        try:
            await self._execute(
                _SYSTEM, camera.serial, command, entity=camera.entity, arguments=arguments
            )
        except GatewayError as error:
            _LOGGER.debug("Camera of %s did not take %s: %s", camera.serial, command, error)

    async def _end(self, cameras: list[_Camera]) -> None:
        tasks = [camera.task for camera in cameras if camera.task is not None]
        for camera in cameras:
            self._cameras.pop((camera.serial, camera.entity), None)
            camera.listeners.clear()
            camera.askers.clear()
            for viewer in camera.viewers:
                viewer.close()
            if camera.still is not None:
                _fail(camera.still, NoPicture())
        await _cancelled(tasks)

    def _on_refused(self, serial: str, entity: str, why: str, count: int) -> None:
        self._emit(VideoRefused(serial=serial, entity=entity, why=why, count=count))


async def _cancelled(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks, and wait until they have ended."""
    tasks = tuple(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _in_time(still: asyncio.Future[Frame]) -> Frame:
    """Wait for a picture that others may wait for, too. Raises what it failed with, and NoPicture."""
    await asyncio.wait((still,), timeout=STILL_S)
    if not still.done():
        raise NoPicture
    return still.result()


def _fail(still: asyncio.Future[Frame], error: GatewayError) -> None:
    """Tell all who wait, if any do."""
    if not still.done():
        still.set_exception(error)
        still.exception()  # seen, also when nobody is there
