"""The `camera` module of MicroPython firmware for the ESP32-CAM and its like, as a camera's source.

source = ModuleCamera()
Camera("yard", "Yard", source.take, sizes=source.sizes, setup=source.setup)
"""

import camera

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SIZES = (
    ("640x480", "FRAME_VGA"),
    ("320x240", "FRAME_QVGA"),
    ("800x600", "FRAME_SVGA"),
    ("1024x768", "FRAME_XGA"),
    ("1280x720", "FRAME_HD"),
    ("1600x1200", "FRAME_UXGA"),
)
_BEST, _WORST = 10, 63  # what the sensor calls quality: lower is better


class ModuleCamera:
    """The one camera of the board; `more` goes to the module's `init` (pins, where the frame is kept)."""

    def __init__(self, **more: "Any") -> None:
        """Raises OSError when there is no camera."""
        camera.deinit()  # it stays on over a soft reset, and can't be begun twice
        if camera.init(0, format=camera.JPEG, **more) is False:
            raise OSError("no camera")
        self._frames = {size: getattr(camera, name, None) for size, name in _SIZES}
        self.sizes = tuple([size for size, _ in _SIZES if self._frames[size] is not None])

    def take(self) -> "Any":
        """Return the next picture, None when the camera gave none."""
        return camera.capture() or None

    def setup(self, size: str, quality: int) -> None:
        """Set the camera; `quality` 1 to 100, higher is better."""
        camera.framesize(self._frames[size])
        camera.quality(_WORST - (_WORST - _BEST) * quality // 100)
