"""A fake of the `camera` module of ESP32-CAM firmware: gives the JPEG files of its folder in turn."""

import os

JPEG = 3
FRAME_QVGA, FRAME_VGA, FRAME_SVGA = 5, 8, 9  # as an OV2640 on firmware that knows no larger ones

_shown = [-1]


def init(number: int, format: int) -> bool:
    """Begin; False where no camera is connected."""
    return "no-camera" not in os.listdir(".")  # noqa: PTH208


def deinit() -> bool:
    """End."""
    return True


def framesize(size: int) -> None:
    """Print it, so that a test sees what was set."""
    print("framesize", size)


def quality(quality: int) -> None:
    """Print it."""
    print("quality", quality)


def capture() -> bytes | bool:
    """Return the next picture; False where there is none, as the firmware does."""
    files = sorted([name for name in os.listdir(".") if name.endswith(".jpg")])  # noqa: PTH208
    if not files:
        return False
    _shown[0] = (_shown[0] + 1) % len(files)
    with open(files[_shown[0]], "rb") as file:  # noqa: PTH123
        return file.read()
