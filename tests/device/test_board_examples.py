"""The examples for boards run on MicroPython, with fakes in the place of their hardware modules."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from .running_example import owned_device
from simulator import fleet

FIRMWARE = Path(__file__).parent.parent.parent / "device_firmware"
FAKES = Path(__file__).parent / "board_fakes"
OUTPUTS = {"esp32": "relay", "pico_w": "relay", "linux": "lamp"}


@pytest.mark.parametrize("board", sorted(OUTPUTS))
def test_an_example_is_short(board: str) -> None:
    program = FIRMWARE / "examples" / f"{board}.py"
    assert len(program.read_text().splitlines()) < 60


@pytest.mark.micropython
@pytest.mark.parametrize("board", sorted(OUTPUTS))
async def test_an_example_is_a_device_with_a_reset_button(
    tmp_path: Path, socket_enabled: None, board: str
) -> None:
    (tmp_path / "wifi.json").write_text('{"ssid": "house", "password": "secret"}')
    program = FIRMWARE / "examples" / f"{board}.py"
    start = (
        f"import sys; sys.path[:] = [{str(FAKES)!r}, {str(FIRMWARE)!r}, '.frozen']; "
        f"exec(open({str(program)!r}).read(), {{'__name__': '__main__'}})"
    )
    command = [fleet.find_micropython(), "-X", "heapsize=2m", "-c", start]
    async with owned_device(tmp_path, command) as (link, _):
        assert link.event("ready").reset_cause == 3  # as its `machine` says: the watchdog
        status, result = await link.command("turn_on", OUTPUTS[board])
        assert status == 0
        assert result["values"][OUTPUTS[board]] is True
        assert (await link.command("read"))[0] == 0
        (tmp_path / ("factory-reset" if board == "linux" else "pressed")).touch()
        async with asyncio.timeout(20):
            await hung_up(link)


async def hung_up(link: Any) -> None:
    """Wait until the device has ended the link: it forgot this gateway."""
    while await link.reader.read(4096):
        pass
