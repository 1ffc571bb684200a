"""Everything of one demonstration together: the folder, Home Assistant, its people, the devices."""

import fcntl
import json
import os
from pathlib import Path
import shutil
import signal
from typing import Any

from .client import Client
from .devices import Devices
from .errors import DemonstrationError
from .flows import add_gateway, change_gateway
from .home import CHECKOUT, DOMAIN, USUAL_PORT, Home
from .people import load_people, log_in, welcome
from .ports import tcp_port, udp_port

ROOT = CHECKOUT / ".demo"
USUAL_PING_PORT = 8863


class Stage:
    """One folder with a Home Assistant, an owner, a second user and two devices.

    The folder is kept; a second start goes on where the first ended. One demonstration per folder.
    """

    def __init__(self, folder: Path, *, usual_ports: bool = False) -> None:
        """`usual_ports` takes those that people expect, where they are free; else any free ones."""
        make_root()
        folder.mkdir(exist_ok=True)
        self._lock = _lock(folder)
        ports = self._ports(folder / "ports.json", usual_ports)
        self.folder = folder
        self.ping_port: int = ports["ping"]
        self.home = Home(folder / "config", port=ports["http"])
        self.people = load_people(folder / "people.json")
        self.devices = Devices(folder / "devices", ping_port=self.ping_port)
        self.is_new = not (folder / "config").exists()

    async def start_home(self) -> None:
        """Start Home Assistant and make the people that it does not know yet."""
        self.home.prepare()
        await self.home.start()
        await welcome(self.home.address, self.people)

    async def restart_home(self) -> None:
        """Start Home Assistant again after it was stopped or killed, as it is."""
        await self.home.start()
        await welcome(self.home.address, self.people)

    async def start_gateway(self) -> None:
        """Add the gateway by its form, or tell the one there on which port it is to listen now."""
        async with await self.as_owner() as client:
            entries = await client.command("config_entries/get", domain=DOMAIN)
            gateway = next(
                (entry for entry in entries if entry["title"] == "IoT Secure Gateway"), None
            )
            if gateway is None:
                await add_gateway(client, self.ping_port)
            else:
                await change_gateway(client, gateway["entry_id"], self.ping_port)

    async def start(self) -> None:
        """Start everything."""
        await self.start_home()
        await self.start_gateway()
        await self.devices.start()

    async def stop(self) -> None:
        """End everything that was started; says what did not end by itself."""
        try:
            await self.devices.stop()
        finally:
            if self.home.is_running:
                code = await self.home.stop()
                # Told to end before it had begun to listen for signals, it just ends.
                if code not in (0, -signal.SIGTERM):
                    raise DemonstrationError(
                        f"Home Assistant ended with code {code}\n{self.home.tail()}"
                    )

    def close(self) -> None:
        """Let another demonstration use the folder."""
        os.close(self._lock)

    async def as_owner(self) -> Client:
        """Return a connection of the owner, to be entered."""
        return Client(
            self.home.address, (await log_in(self.home.address, self.people.owner)).access
        )

    async def as_second(self) -> Client:
        """Return a connection of the second user, to be entered."""
        return Client(
            self.home.address, (await log_in(self.home.address, self.people.second)).access
        )

    @staticmethod
    def _ports(path: Path, usual: bool) -> dict[str, Any]:
        kept = json.loads(path.read_text()) if path.exists() else {}
        ports = {
            "http": tcp_port(kept.get("http", USUAL_PORT if usual else 0)),
            "ping": udp_port(kept.get("ping", USUAL_PING_PORT if usual else 0)),
        }
        path.write_text(json.dumps(ports))
        return ports


def make_root() -> None:
    """Make the folder of all demonstrations, which git leaves alone."""
    ROOT.mkdir(exist_ok=True)
    (ROOT / ".gitignore").write_text("*\n")


def wipe(folder: Path) -> None:
    """Forget a demonstration; refuses while it runs."""
    if folder.exists():
        handle = _lock(folder)
        shutil.rmtree(folder)
        os.close(handle)


def _lock(folder: Path) -> int:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise DemonstrationError(
            "a demonstration is running already: end it with Ctrl-C in its terminal"
        ) from None
    return handle
