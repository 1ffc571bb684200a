"""A real Home Assistant with devices, and people in front of a browser: what the journeys are made of.

The browser's interface owns the loop of its thread, so Home Assistant is driven from a second one.
"""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
import shutil
import tempfile
import threading
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Page

from scripts.demonstration.devices import switched
from scripts.demonstration.home import DOMAIN
from scripts.demonstration.people import Person, log_in
from scripts.demonstration.stage import ROOT, Stage, make_root

from simulator import fleet

COROUTINE_SECONDS = 120.0
PAGE_MS = 20_000
DESKTOP = (1280, 900)
PHONE = (390, 844)


class House:
    """A stage whose coroutines run in a thread of their own."""

    def __init__(self) -> None:
        make_root()
        self._folder = Path(tempfile.mkdtemp(prefix="browser-", dir=ROOT))
        self.stage = Stage(self._folder)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="house")
        self._thread.start()

    def run[T](self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(COROUTINE_SECONDS)

    def close(self) -> None:
        """End everything that was started."""
        try:
            self.run(self.stage.stop())
        finally:
            self.stage.close()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            shutil.rmtree(self._folder)


async def own(house: House) -> fleet.VirtualDevice:
    """Make sure that the owner has the first device; claimed at the console, if nobody did yet."""
    device = house.stage.devices.all[0]
    async with await house.stage.as_owner() as client:
        known = (await client.command(f"{DOMAIN}/devices"))["devices"]
        if device.serial not in {one["serial"] for one in known}:
            await client.command(
                f"{DOMAIN}/claim",
                serial=device.serial,
                password=device.password,
                host=device.host,
                port=device.port,
            )
    return device


class Visitor:
    """A person in front of a browser with an empty profile; errors in the page fail the test."""

    def __init__(
        self,
        browser: Browser,
        house: House,
        size: tuple[int, int],
        *,
        locale: str = "en-GB",
        color_scheme: Literal["dark", "light"] = "light",
    ) -> None:
        self.house = house
        self.context: BrowserContext = browser.new_context(
            service_workers="block",
            reduced_motion="reduce",
            locale=locale,
            color_scheme=color_scheme,
            viewport={"width": size[0], "height": size[1]},
            is_mobile=size == PHONE,
            has_touch=size == PHONE,
        )
        self.context.set_default_timeout(PAGE_MS)
        self.page: Page = self.context.new_page()
        self.page_errors: list[str] = []
        self.tolerated_errors: set[str] = set()
        self.page.on("pageerror", lambda error: self.page_errors.append(str(error)))

    def leave(self) -> None:
        """Close the browser; fails on errors of the page."""
        self.context.close()
        unexpected = [error for error in self.page_errors if error not in self.tolerated_errors]
        assert not unexpected, unexpected

    def log_in(self, person: Person) -> None:
        """Log in without the form."""
        address = self.house.stage.home.address
        tokens = self.house.run(log_in(address, person)).for_browser(address)
        self.context.add_init_script(f"localStorage.hassTokens ??= {tokens!r}")

    def visit(self, path: str) -> None:
        """Open a page of Home Assistant."""
        self.page.goto(self.house.stage.home.address + path)

    def picture(self, name: str) -> None:
        """Keep what the page looks like, for whoever wants to see it."""
        folder = ROOT / "screenshots"
        folder.mkdir(exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")

    def sees_lamp_do(self, device: fleet.VirtualDevice, done: list[str]) -> None:
        """Wait until the relay of a device has done exactly this: the page shows a press before it is done."""
        for _ in range(100):
            if switched(device) == done:
                return
            self.page.wait_for_timeout(PAGE_MS / 200)
        assert switched(device) == done
