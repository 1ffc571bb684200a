"""A device with a camera in a house: real JPEG pictures over the real link."""

from functools import lru_cache
import io
from typing import Any

from PIL import Image, ImageDraw

from iotsg_device.entities import Entity
from iotsg_device.entities.camera import Camera

SERIAL = "YARD-1"
KEY = "yard"


@lru_cache
def picture(number: int, *, is_large: bool = False) -> bytes:
    """Return a picture that shows a number, and another colour each time; a large one has some 200 kB."""
    image = Image.new("RGB", (320, 240), (number * 37 % 256, number * 71 % 256, 90))
    if is_large:
        image = Image.effect_noise((640, 480), 90).convert("RGB")
    ImageDraw.Draw(image).text((20, 20), str(number), fill=(255, 255, 255))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90 if is_large else 70)
    return out.getvalue()


class YardCamera:
    """The camera of a yard; each picture is another one."""

    def __init__(self) -> None:
        self.taken = 0
        self.is_covered = False  # then it takes none
        self.is_large = False
        self.hidden = b""  # a comment in each picture, which no viewer sees
        self.camera = Camera(KEY, "Yard", self.take, motion=True, sizes=("320x240",))

    def take(self) -> bytes | None:
        """Take the next one."""
        if self.is_covered:
            return None
        self.taken += 1
        taken = picture(self.taken % 50, is_large=self.is_large)
        if not self.hidden:
            return taken
        size = (len(self.hidden) + 2).to_bytes(2)
        return taken[:2] + b"\xff\xfe" + size + self.hidden + taken[2:]

    @property
    def entities(self) -> list[Entity]:
        """What the device is made of."""
        return [self.camera]

    @property
    def facts(self) -> dict[str, Any]:
        """How the house makes it."""
        return {"name": "Yard camera", "entities": self.entities}
