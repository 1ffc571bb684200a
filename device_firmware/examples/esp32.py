"""ESP32: a relay on pin 26, its status light on pin 2, the reset button (BOOT) on pin 0.

Needs wifi.json ({"ssid": ..., "password": ...}) and factory.json (tools/provision.py) beside it,
on the board as main.py. The button, held for 5 s, makes it forget every gateway.
"""

import asyncio
import json

import machine
import network

from iotsg_device.device import Device
from iotsg_device.entities import Sensor, Switch

WATCHDOG_MS = 30000
JOIN_TICKS, HOLD_TICKS = 200, 50  # of 100 ms

watchdog = machine.WDT(timeout=WATCHDOG_MS)
light = machine.Pin(2, machine.Pin.OUT)
button = machine.Pin(0, machine.Pin.IN, machine.Pin.PULL_UP)
relay = machine.Pin(26, machine.Pin.OUT, value=0)


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
    heat = Sensor("chip", "Chip", lambda: machine.ADC(34).read_uv() / 1e4, "temperature", "°C")
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
machine.reset()  # but not after Ctrl-C: who stops it over the cable wants to get at the board
