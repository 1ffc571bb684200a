"""One real Home Assistant: a seeded configuration folder, start, stop and kill."""

import asyncio
import json
from pathlib import Path
import shutil
import sys
from typing import Any

from .child import Child
from .errors import DemonstrationError
from .ports import LOOPBACK, tcp_port

CHECKOUT = Path(__file__).resolve().parents[2]
DOMAIN = "iot_secure_gateway"
START_SECONDS = 60.0
POLL_SECONDS = 0.1
USUAL_PORT = 8123

# No default_config: it would start parts that look for hardware and for servers on the internet.
CONFIGURATION = """\
homeassistant:
frontend:
config:
api:
websocket_api:
person:
schedule:
logbook:
history:
automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
input_boolean:
logger:
  default: warning
  logs:
    custom_components.iot_secure_gateway: info
"""
INCLUDED = {"automations.yaml": "[]\n", "scripts.yaml": "{}\n", "scenes.yaml": "[]\n"}
# These steps of the welcome would set up weather, speech and radio services of the internet.
SKIPPED_WELCOME_STEPS = ("core_config", "analytics", "integration")


class Home:
    """Home Assistant in a process of its own, reachable on loopback only."""

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        """`folder` holds the configuration and outlives the process; `port` 0 takes any free one."""
        self.folder = folder
        self.port = port or tcp_port()
        self._child = Child(
            "Home Assistant",
            (sys.executable, "-m", "homeassistant", "-c", str(folder), "--skip-pip"),
            log=folder.with_name("home-assistant.out"),
            folder=folder.parent,
        )

    @property
    def address(self) -> str:
        """The base address, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def is_running(self) -> bool:
        """True while the process lives."""
        return self._child.is_running

    def prepare(self) -> None:
        """Write what Home Assistant needs before its first start, and the integration as it is now."""
        storage = self.folder / ".storage"
        storage.mkdir(parents=True, exist_ok=True)
        (self.folder / "configuration.yaml").write_text(CONFIGURATION)
        for name, content in INCLUDED.items():
            if not (self.folder / name).exists():
                (self.folder / name).write_text(content)
        # The store and not the `http:` block: a block counts as a trial that ends the process after five minutes.
        _write_store(storage / "http", 1, {"server_host": [LOOPBACK], "server_port": self.port})
        if not (storage / "onboarding").exists():
            _write_store(storage / "onboarding", 4, {"done": list(SKIPPED_WELCOME_STEPS)})
        # A copy, as a user has it: only this one folder, none of its neighbours in the checkout.
        components = self.folder / "custom_components"
        shutil.rmtree(components, ignore_errors=True)
        source = CHECKOUT / "custom_components"
        if (source / DOMAIN / "manifest.json").exists():
            shutil.copytree(
                source / DOMAIN, components / DOMAIN, ignore=shutil.ignore_patterns("__pycache__")
            )

    async def start(self) -> None:
        """Start the process and return as soon as its port answers."""
        await self._child.start()
        try:
            async with asyncio.timeout(START_SECONDS):
                while not await self._is_listening():
                    if not self._child.is_running:
                        raise DemonstrationError(
                            f"Home Assistant ended with code {self._child.exit_code}\n{self._child.tail()}"
                        )
                    await asyncio.sleep(POLL_SECONDS)
        except TimeoutError:
            await self.kill()
            raise DemonstrationError(
                f"Home Assistant did not open port {self.port} within {START_SECONDS:.0f} s\n{self._child.tail()}"
            ) from None

    async def stop(self) -> int:
        """End it as a user's restart does."""
        return await self._child.stop()

    async def kill(self) -> None:
        """End it as a power cut does."""
        await self._child.kill()

    async def wait(self) -> int:
        """Wait until it ends by itself."""
        return await self._child.wait()

    def tail(self) -> str:
        """Return the last lines of its log."""
        return self._child.tail()

    async def _is_listening(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, self.port)
        except OSError:
            return False
        writer.close()
        return True


def _write_store(path: Path, version: int, data: dict[str, Any]) -> None:
    path.write_text(
        json.dumps({"version": version, "minor_version": 1, "key": path.name, "data": data})
    )
