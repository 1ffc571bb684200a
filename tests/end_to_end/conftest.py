"""One real Home Assistant with two simulated devices, and one browser, for all journeys."""

from collections.abc import Iterator
import os
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright
import pytest

from scripts.demonstration.home import DOMAIN

from simulator import fleet
from tests.end_to_end.visitors import DESKTOP, PAGE_MS, PHONE, House, Visitor, own

CHROMIUM = "/usr/bin/chromium"
# Without these it looks for servers on the internet, and refuses to run as root.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=PAGE_MS)  # a busy machine is slow; what never comes still fails


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """Everything runs, nothing is claimed yet."""
    house = House()
    try:
        house.run(house.stage.start())
        yield house
    finally:
        house.close()


@pytest.fixture(scope="module")
def left_without_owners(house: House) -> Iterator[None]:
    """Release whatever a module's tests claimed: other journeys begin with devices without an owner."""
    yield
    house.run(_release(house))


@pytest.fixture(scope="module")
def device(house: House, left_without_owners: None) -> fleet.VirtualDevice:
    """A lamp that belongs to the owner."""
    return house.run(own(house))


async def _release(house: House) -> None:
    async with await house.stage.as_owner() as client:
        for device in (await client.command(f"{DOMAIN}/devices"))["devices"]:
            if device["is_yours"]:
                await client.command(f"{DOMAIN}/release", serial=device["serial"])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all; each test has a profile of its own in it."""
    if not Path(CHROMIUM).exists():
        reason = "chromium is not installed: scripts/setup --system"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visitor(browser: Browser, house: House) -> Iterator[Visitor]:
    """Somebody at a desktop."""
    visitor = Visitor(browser, house, DESKTOP)
    yield visitor
    visitor.leave()


@pytest.fixture
def phone(browser: Browser, house: House) -> Iterator[Visitor]:
    """Somebody with a phone."""
    visitor = Visitor(browser, house, PHONE)
    yield visitor
    visitor.leave()
