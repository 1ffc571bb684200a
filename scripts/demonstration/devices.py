"""The simulated devices of the demonstration: a lamp on CPython, one on MicroPython; a camera."""

import asyncio
import contextlib
from pathlib import Path

from .errors import DemonstrationError
from .ports import LOOPBACK
from simulator import fleet

INTERPRETERS = ("cpython", "micropython")
PING_SECONDS = 5
START_SECONDS = 20.0
LINE_MAX = 300


class Devices:
    """Processes of simulated devices; each starts again by itself after a power cut."""

    def __init__(self, folder: Path, *, ping_port: int) -> None:
        """`folder` keeps identity and flash; announcements go to `ping_port` on loopback."""
        self._log = folder.with_name("devices.out")
        self._tasks: list[asyncio.Task[None]] = []
        self._folder = folder
        self._ping_port = ping_port
        self._micropython = fleet.find_micropython()
        self.all = tuple(self._prepare(interpreter, interpreter) for interpreter in INTERPRETERS)
        self._camera: fleet.VirtualDevice | None = None

    def _prepare(
        self, name: str, interpreter: str, *, is_camera: bool = False
    ) -> fleet.VirtualDevice:
        return fleet.prepare(
            str(self._folder / name),
            interpreter,
            LOOPBACK,
            0,
            [f"{LOOPBACK}:{self._ping_port}"],
            PING_SECONDS,
            "subnet",
            self._micropython,
            is_camera,
        )

    async def start(self) -> None:
        """Start the lamps and return when each listens."""
        for device in self.all:
            self._tasks.append(asyncio.create_task(device.run(True, self._note)))
        for device, task in zip(self.all, self._tasks, strict=True):
            await _first(
                task, asyncio.create_task(device.wait_boot(1)), f"{device.serial} did not start"
            )

    async def start_camera(self) -> fleet.VirtualDevice:
        """Start the camera, which is none of `all`, and return it when it listens."""
        if self._camera is None:
            self._camera = self._prepare("camera", INTERPRETERS[0], is_camera=True)
            task = asyncio.create_task(self._camera.run(True, self._note))
            self._tasks.append(task)
            await _first(
                task, asyncio.create_task(self._camera.wait_boot(1)), "the camera did not start"
            )
        return self._camera

    async def stop(self) -> None:
        """End them all."""
        for device in (*self.all, *((self._camera,) if self._camera else ())):
            await device.stop()
        self._camera = None
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, fleet.SimulatorError):
                await task
        self._tasks.clear()

    def tail(self) -> str:
        """Return the last lines that the devices wrote."""
        return "\n".join(self._log.read_text().splitlines()[-10:]) if self._log.exists() else ""

    def _note(self, line: str) -> None:
        with self._log.open("a") as log:
            log.write(line[:LINE_MAX] + "\n")


def switched(device: fleet.VirtualDevice) -> list[str]:
    """Return what the relay of a device did, by the device's own record: `on` and `off` in order.

    Kept outside of everything that the gateway can see, so that it can contradict it.
    """
    record = Path(device.folder) / "switched.txt"
    return record.read_text().split() if record.exists() else []


def cut_power_after_echo(device: fleet.VirtualDevice) -> None:
    """Let a device die as soon as it has sent its next ECHO, before it can see the COMMIT."""
    fleet.arm(device.folder, "echo")


async def back_after_cut(device: fleet.VirtualDevice, boots: int) -> None:
    """Wait until a device that had started `boots` times has started once more."""
    try:
        async with asyncio.timeout(START_SECONDS):
            await device.wait_boot(boots + 1)
    except TimeoutError:
        raise DemonstrationError(
            f"{device.serial} was not cut, or did not start again, within {START_SECONDS:.0f} s"
        ) from None


async def _first(task: asyncio.Task[None], wanted: asyncio.Task[None], text: str) -> None:
    await asyncio.wait((task, wanted), timeout=START_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if not wanted.done():
        wanted.cancel()
        raise DemonstrationError(text)
