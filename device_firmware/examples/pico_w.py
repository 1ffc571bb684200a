"""Pico W: a relay on pin 15, the status light on the board, a reset button from pin 14 to ground.

Needs wifi.json ({"ssid": ..., "password": ...}) and factory.json. The button, held 5 s: new owner.
"""

import asyncio
import json

import machine
import network

from iotsg_device.device import Device
from iotsg_device.entities import Sensor, Switch

WATCHDOG_MS = 8000  # the longest this chip can
JOIN_TICKS, HOLD_TICKS = 200, 50  # of 100 ms

watchdog = machine.WDT(timeout=WATCHDOG_MS)
light = machine.Pin("LED", machine.Pin.OUT)
button = machine.Pin(14, machine.Pin.IN, machine.Pin.PULL_UP)
relay = machine.Pin(15, machine.Pin.OUT, value=0)


async def join(station: network.WLAN) -> None:  # noqa: D103 - the light blinks meanwhile
    with open("wifi.json") as file:  # noqa: ASYNC230
        wifi = json.load(file)
    station.active(True)
    station.connect(wifi["ssid"], wifi["password"])
    for _ in range(JOIN_TICKS):
        if station.isconnected():
            return
        watchdog.feed()
        light.value(not light.value())
        await asyncio.sleep(0.1)
    raise OSError("no Wi-Fi")


async def main() -> None:  # noqa: D103
    await join(network.WLAN(network.STA_IF))
    heat = Sensor("chip", "Chip", lambda: 437 - machine.ADC(4).read_u16() / 34.2, "temperature")
    heat.unit = "°C"
    device = Device(entities=[Switch("relay", "Relay", relay.value, safe=False), heat])
    serving = asyncio.create_task(device.serve())
    held = 0
    while not serving.done():
        watchdog.feed()
        light.value(device.core.live is not None)  # lit: linked to its gateway
        held = 0 if button.value() else held + 1
        if held == HOLD_TICKS:
            device.factory_reset()
        await asyncio.sleep(0.1)
    await serving  # raises why: flash failed


try:
    asyncio.run(main())
except Exception as error:  # noqa: BLE001 - whatever ended it: start anew from flash
    print("ended:", repr(error))
machine.reset()  # but not after Ctrl-C: who stops it over the cable wants to get at it
