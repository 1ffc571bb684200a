"""The examples run as they stand, on both interpreters, and stay as short as promised."""

import asyncio
import json
import os
from pathlib import Path
import sys
from typing import Any

import pytest
from tools.provision import make_factory, make_password, write_factory

from .gateway_client import Linked, claim
from simulator import fleet

FIRMWARE = Path(__file__).parent.parent.parent / "device_firmware"
EXAMPLE = FIRMWARE / "examples" / "switch_and_sensor.py"
HOST = "127.0.0.1"


def test_a_switch_and_a_sensor_take_under_20_lines() -> None:
    assert len(EXAMPLE.read_text().splitlines()) < 20


@pytest.mark.micropython
@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
async def test_the_example_is_a_device(
    tmp_path: Path, socket_enabled: None, interpreter: str
) -> None:
    port = fleet.free_port(HOST)
    password = make_password()
    write_factory(str(tmp_path), make_factory("EXAMPLE-1", [password], port=port, ping_to=[]))
    micropython = interpreter == "micropython"
    process = await asyncio.create_subprocess_exec(
        fleet.find_micropython() if micropython else sys.executable,
        str(EXAMPLE),
        cwd=tmp_path,
        env={
            **os.environ,
            "MICROPYPATH": f"{FIRMWARE}:.frozen",
            "PYTHONPATH": str(FIRMWARE),
            "PYTHONUNBUFFERED": "1",
        },
        stdout=asyncio.subprocess.PIPE,
    )
    output: Any = process.stdout
    async with asyncio.timeout(fleet.READY_WAIT_S):
        assert b"listens on port" in await output.readline()
        claimed = await claim(HOST, port, "EXAMPLE-1", password)
        async with Linked(HOST, port, "EXAMPLE-1", claimed) as link:
            assert await link.command("turn_on", "relay") == (0, {"values": {"relay": True}})
            status, result = await link.command("read")
        lines = b"".join([await output.readline() for _ in range(4)])
    process.terminate()
    await process.wait()
    assert status == 0
    # A machine without this kind of thermometer has no value, and says so.
    value = result["values"]["temperature"]
    assert value is None or -40 < float(value) < 120
    assert b"relay on" in lines
    assert "password" not in json.dumps(json.loads((tmp_path / "factory.json").read_text()))
