"""Virtual devices as processes, on both interpreters."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from simulator import fleet

HOST = "127.0.0.1"
StartDevice = Callable[..., Awaitable[fleet.VirtualDevice]]


@pytest.fixture
async def start_device(
    tmp_path: Path, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[StartDevice]:
    """Return a function that starts a virtual device and waits until it listens."""
    monkeypatch.setattr(fleet, "RESTART_PAUSE_S", 0)
    started: list[tuple[fleet.VirtualDevice, asyncio.Task[None]]] = []

    async def start(
        interpreter: str,
        *,
        claim_from: list[str] | str = "subnet",
        ping_to: list[str] | None = None,
    ) -> fleet.VirtualDevice:
        device = fleet.prepare(
            str(tmp_path / f"{interpreter}-{len(started)}"),
            interpreter,
            HOST,
            0,
            ping_to or [],
            1,
            claim_from,
            fleet.find_micropython() if interpreter == "micropython" else "",
        )
        task = asyncio.create_task(device.run(True, print))
        started.append((device, task))
        ready = asyncio.create_task(device.wait_boot(1))
        await asyncio.wait(
            (ready, task), timeout=fleet.READY_WAIT_S, return_when=asyncio.FIRST_COMPLETED
        )
        assert ready.done()
        return device

    yield start
    for device, task in started:
        await device.stop()
        await task
