"""Linux: a camera at /dev/video0, or a test pattern where there is none; a file tells of motion.

Needs factory.json (tools/provision.py) in the folder it is started in, and the packages av and
Pillow (pip install av Pillow). Making the file `moved` there is the motion detector.
"""

import asyncio
import os

from iotsg_device.compat_files import exists
from iotsg_device.device import Device
from iotsg_device.entities.camera import Camera
from iotsg_device.factory import load
from iotsg_device.pattern_cpython import TestPattern
from iotsg_device.video_cpython import VideoSource

DETECTOR = "moved"
CAMERA = "/dev/video0"
SIZES = ("640x480", "320x240", "1280x720")


def find_source() -> "VideoSource | TestPattern":
    """Return the camera; what gives a picture in its place."""
    if exists(CAMERA):
        return VideoSource(CAMERA)
    return TestPattern(load("factory.json").serial)


async def main() -> None:
    """Serve, and watch the detector."""
    source = find_source()
    camera = Camera("camera", "Camera", source.take, True, SIZES, source.setup)
    device = Device(entities=[camera])
    serving = asyncio.create_task(device.serve())
    while not serving.done():
        if exists(DETECTOR):
            os.remove(DETECTOR)
            camera.motion()
        await asyncio.sleep(0.1)
    await serving  # raises why: flash failed, start anew


asyncio.run(main())
