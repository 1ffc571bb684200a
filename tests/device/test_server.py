"""A device of the library over real TCP, in this process: claim, commands, and hostile peers."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.iot_secure_gateway.protocol import kdf, wire
from iotsg_device.device import Device
from iotsg_device.entities import CommandFailed, Sensor, Switch
from iotsg_device.factory import FactorySettings
from iotsg_device.memory_store import MemoryStore

from .gateway_client import CRYPTO, Linked, claim

SERIAL = "TEST-1"
PASSWORD = "ABCDEFGHIJKLMNOP"
HOST = "127.0.0.1"

pytestmark = pytest.mark.usefixtures("socket_enabled")


def make_device(**changes: object) -> Device:
    values = {
        "serial": SERIAL,
        "prs": [kdf.prs(CRYPTO, PASSWORD, SERIAL).hex()],
        "port": 0,
        "claim_from": [HOST],
        "ping_to": [],
    }
    values.update(changes)
    lines: list[str] = []

    async def slow(is_on: bool) -> None:
        await asyncio.sleep(0)
        if not is_on:
            raise CommandFailed("the valve is stuck")

    def broken(is_on: bool) -> None:
        raise ZeroDivisionError

    device = Device(
        entities=[
            Switch("relay", "Relay"),
            Switch("valve", "Valve", slow),
            Switch("broken", "Broken", broken),
            Sensor("temp", "Temperature", lambda: 21.5, "temperature", "°C"),
        ],
        host=HOST,
        settings=FactorySettings(values),
        store=MemoryStore(),
        log=lines.append,
    )
    device.lines = lines  # type: ignore[attr-defined]
    return device


@pytest.fixture
async def device() -> AsyncIterator[Device]:
    device = make_device()
    task = asyncio.create_task(device.serve())
    while not device.port:
        await asyncio.sleep(0)
    yield device
    device.stop()
    await task


async def test_claim_then_on_off_and_read(device: Device) -> None:
    claimed = await claim(HOST, device.port, SERIAL, PASSWORD)
    assert claimed.status == "validated"
    async with Linked(HOST, device.port, SERIAL, claimed) as link:
        assert await link.command("turn_on", "relay") == (0, {"values": {"relay": True}})
        assert await link.command("turn_off", "relay") == (0, {"values": {"relay": False}})
        status, result = await link.command("read")
        assert (status, result["values"]["temp"]) == (0, "21.5")
        status, result = await link.command("describe")
        assert [entity["key"] for entity in result["entities"]] == ["relay", "valve", "broken", "temp"]
