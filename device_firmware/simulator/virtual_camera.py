"""One virtual camera: a test pattern with its serial number and the time, and a button that moves something.

    python virtual_camera.py FOLDER HOST

FOLDER holds factory.json and the flash. Needs Pillow.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from iotsg_device.device import Device
from iotsg_device.entities import Button
from iotsg_device.entities.camera import Camera
from iotsg_device.factory import load
from iotsg_device.pattern_cpython import TestPattern

GRAIN = 0.1  # makes pictures of some 40 kB, as those of a real camera
SIZES = ("640x480", "320x240", "1280x720")


def main(folder: str, host: str) -> None:
    """Run the device until it is ended."""
    factory = load(folder + "/factory.json")
    pattern = TestPattern(factory.serial, GRAIN)
    camera = Camera("yard", "Yard camera", pattern.take, True, SIZES, pattern.setup)
    device = Device(
        folder,
        entities=[camera, Button("move", "Move in front of it", camera.motion)],
        firmware="1.0-cpython",
        host=host,
        address=host if host not in ("0.0.0.0", "::") else None,
        settings=factory,
    )
    device.run()


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2])
    except KeyboardInterrupt:
        pass
