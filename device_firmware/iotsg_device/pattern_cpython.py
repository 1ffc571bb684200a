"""A test pattern in the place of a camera: colour bars, the serial number, the time, something that moves.

On computers only, with Pillow. Nothing else of the library needs it.
"""

from datetime import datetime
import io

from PIL import Image, ImageDraw, ImageFont

BARS = ("white", "yellow", "cyan", "lime", "magenta", "red", "blue")
_GRAIN = 48  # how far noise goes up and down, of 255


class TestPattern:
    """`take` and `setup` for a `Camera`; `grain` of 0 to 1 makes pictures as large as real ones are."""

    def __init__(self, serial: str, grain: float = 0.0) -> None:
        self._serial = serial
        self._grain = grain
        self._count = 0
        self._quality = 80
        self._base = self._draw((640, 480))

    def setup(self, size: str, quality: int) -> None:
        """Draw pictures of "640x480", and so well."""
        width, height = size.split("x")
        self._quality = quality
        self._base = self._draw((int(width), int(height)))

    def take(self) -> bytes:
        """Return the next picture."""
        picture = self._base.copy()
        width, height = picture.size
        line = height // 12
        font = ImageFont.load_default(line * 0.7)
        now = datetime.now().astimezone().isoformat(" ", "milliseconds")
        draw = ImageDraw.Draw(picture)
        draw.rectangle((0, height - 2 * line, width, height), fill="black")
        draw.text((line, height - 2 * line), self._serial, "white", font)
        draw.text((line, height - line), now[:23], "white", font)
        at = self._count * 8 % width  # moves, so that a picture that stands still is seen
        draw.rectangle((at, height // 2, at + line, height // 2 + line), fill="black")
        self._count += 1
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=self._quality)
        return out.getvalue()

    def _draw(self, size: "tuple[int, int]") -> Image.Image:
        width, height = size
        picture = Image.new("RGB", size)
        draw = ImageDraw.Draw(picture)
        for number, colour in enumerate(BARS):
            left, right = (width * at // len(BARS) for at in (number, number + 1))
            draw.rectangle((left, 0, right, height), fill=colour)
        if self._grain:
            noise = Image.effect_noise(size, _GRAIN).convert("RGB")
            picture = Image.blend(picture, noise, self._grain)
        return picture
