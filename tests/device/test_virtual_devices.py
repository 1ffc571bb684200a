"""The same behaviour on both interpreters, over real TCP, with real power cuts (FIG 13, US9)."""

import asyncio
from pathlib import Path

import pytest

from .conftest import StartDevice
from .gateway_client import CutShortError, Linked, claim
from custom_components.iot_secure_gateway.protocol import wire
from simulator import fleet

pytestmark = [
    pytest.mark.micropython,
    pytest.mark.parametrize("interpreter", ["cpython", "micropython"]),
]


def linked(device: fleet.VirtualDevice, claimed: object) -> Linked:
    return Linked(device.host, device.port, device.serial, claimed)  # type: ignore[arg-type]


def switched(device: fleet.VirtualDevice) -> list[str]:
    """Return what the handler of the switch was called with, over all boots."""
    path = Path(device.folder) / "switched.txt"
    return path.read_text().split() if path.exists() else []


async def rebooted(device: fleet.VirtualDevice) -> None:
    """Wait until the device listens again after its first power cut."""
    async with asyncio.timeout(fleet.READY_WAIT_S):
        await device.wait_boot(2)


async def test_claim_and_switch(start_device: StartDevice, interpreter: str) -> None:
    device = await start_device(interpreter)
    claimed = await claim(device.host, device.port, device.serial, device.password)
    assert claimed.status == "validated"
    async with linked(device, claimed) as link:
        assert await link.command("turn_on", "relay") == (0, {"values": {"relay": True}})
        status, result = await link.command("read")
        assert status == 0
        assert 20.0 <= float(result["values"]["temperature"]) <= 35.0
        assert await link.command("turn_off", "relay") == (0, {"values": {"relay": False}})
    assert switched(device) == ["on", "off"]


@pytest.mark.parametrize(
    ("point", "handled", "status"),
    [
        ("echo", [], wire.STATUS_NOT_EXECUTED),
        ("started", [], wire.STATUS_INTERRUPTED),
        ("executed", ["on"], wire.STATUS_INTERRUPTED),
    ],
)
async def test_power_cut_in_a_session_then_the_next_command_works(
    start_device: StartDevice, interpreter: str, point: str, handled: list[str], status: int
) -> None:
    device = await start_device(interpreter)
    claimed = await claim(device.host, device.port, device.serial, device.password)
    fleet.arm(device.folder, point)
    async with linked(device, claimed) as link:
        with pytest.raises(CutShortError):
            await link.command("turn_on", "relay")
        cut_session = link.session_id
    await rebooted(device)
    assert switched(device) == handled
    async with linked(device, claimed) as link:
        outcome = link.event("outcome")
        assert outcome.session_id == cut_session
        assert outcome.status == status
        assert await link.command("turn_off", "relay") == (0, {"values": {"relay": False}})
    assert switched(device) == [*handled, "off"]
