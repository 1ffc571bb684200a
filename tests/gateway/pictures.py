"""Pictures for tests, and a camera that gives them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
import io
from pathlib import Path

from PIL import Image, ImageDraw

from .kit import Bench, Rig, until
from custom_components.iot_secure_gateway.gateway.device import Device as KnownDevice
from custom_components.iot_secure_gateway.gateway.recordings import Recordings
from iotsg_device.entities.camera import Camera

CAMERA = "yard"


@cache
def picture(number: int, size: tuple[int, int] = (64, 48), **save: object) -> bytes:
    """Return a JPEG that differs from the others."""
    image = Image.new("RGB", size, (number * 37 % 256, 90, 120))
    ImageDraw.Draw(image).text((4, 4), str(number), fill="white")
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 80, **save})
    return out.getvalue()


class Eye:
    """What the camera of a bench sees: another picture each time."""

    def __init__(self) -> None:
        self.taken = 0
        self.give: Callable[[int], bytes | None] = picture
        self.camera = Camera(CAMERA, "Yard", self.take, motion=True, sizes=("64x48",))

    def take(self) -> bytes | None:
        self.taken += 1
        return self.give(self.taken % 200)


async def seeing(rig: Rig, bench: Bench, port: int | None = None) -> tuple[Eye, KnownDevice]:
    """Give the bench a camera, 30 pictures a second, and claim it."""
    eye = Eye()
    bench.more = [eye.camera]
    await bench.stop()
    await bench.start()
    device = await rig.claimed(bench, port)
    await until(device, lambda: bool(rig.gateway.video.cameras(bench.serial)))
    eye.camera._interval_ms = 33
    return eye, device


@asynccontextmanager
async def recording(rig: Rig, folder: Path) -> AsyncIterator[Recordings]:
    """Recordings of a rig, in that folder."""
    gateway = rig.gateway
    recordings = Recordings(folder, gateway.video, owners=gateway.owners, emit=gateway.events.emit)
    await recordings.load({})
    try:
        yield recordings
    finally:
        with suppress(TimeoutError):
            await recordings.stop()
