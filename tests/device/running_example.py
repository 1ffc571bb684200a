"""Runs a device program as a maker would, and uses it as its owner."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tools.provision import make_factory, make_password, write_factory

from .gateway_client import Linked, claim
from simulator import fleet

HOST = "127.0.0.1"


@asynccontextmanager
async def owned_device(
    folder: Path, command: list[str], serial: str = "EXAMPLE-1"
) -> AsyncIterator[tuple[Linked, Any]]:
    """Provision `folder`, run `command` in it, claim; give the link and the process's output."""
    port = fleet.free_port(HOST)
    password = make_password()
    write_factory(str(folder), make_factory(serial, [password], port=port, ping_to=[]))
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.PIPE
    )
    output: Any = process.stdout
    try:
        async with asyncio.timeout(fleet.READY_WAIT_S):
            line = b""
            while b"listens on port" not in line:
                line = await output.readline()
                assert line, "the device ended before it listened"
            claimed = await claim(HOST, port, serial, password)
            assert claimed.status == "validated"
        async with Linked(HOST, port, serial, claimed) as link:
            yield link, output
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
