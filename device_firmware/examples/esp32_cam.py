"""ESP32-CAM: its camera, and a motion detector on pin 13.

Needs firmware with the `camera` module, wifi.json ({"ssid": ..., "password": ...}) and factory.json
(tools/provision.py) beside it, on the board as main.py.
"""

import asyncio
import json

import machine
import network

from iotsg_device.camera_module import ModuleCamera
from iotsg_device.device import Device
from iotsg_device.entities.camera import Camera

WATCHDOG_MS = 30000
JOIN_TICKS = 200  # of 100 ms

watchdog = machine.WDT(timeout=WATCHDOG_MS)
detector = machine.Pin(13, machine.Pin.IN)


async def join(station: network.WLAN) -> None:  # noqa: D103
    with open("wifi.json") as file:  # noqa: ASYNC230
        wifi = json.load(file)
    station.active(True)
    station.connect(wifi["ssid"], wifi["password"])
    for _ in range(JOIN_TICKS):
        if station.isconnected():
            return
        watchdog.feed()
        await asyncio.sleep(0.1)
    raise OSError("no Wi-Fi")


async def main() -> None:  # noqa: D103
    await join(network.WLAN(network.STA_IF))
    source = ModuleCamera()
    camera = Camera("camera", "Camera", source.take, True, source.sizes, source.setup)
    device = Device(entities=[camera])
    serving = asyncio.create_task(device.serve())
    while not serving.done():
        watchdog.feed()
        if detector.value():
            camera.motion()
        await asyncio.sleep(0.1)
    await serving  # raises why: flash failed


try:
    asyncio.run(main())
except Exception as error:  # noqa: BLE001 - whatever ended it: start anew from flash
    print("ended:", repr(error))
machine.reset()  # but not after Ctrl-C: who stops it over the cable wants to get at the board
