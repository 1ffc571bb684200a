"""Cameras and recordings in a real browser: the owner's page, and that of a neighbour whose time ends (US12)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser, Page, expect
import pytest

from scripts.demonstration.home import DOMAIN

from simulator import fleet
from tests.end_to_end.accessibility import faults
from tests.end_to_end.visitors import DESKTOP, PHONE, House, Visitor

PATH = "/iot-secure-gateway/video"
LINK_MS = 30_000
REST_S = 3.0  # of the neighbour's time, once the picture is there


def ask(house: House, command: str, **fields: Any) -> Any:
    """Give one of the console's commands as the owner, beside the page."""

    async def run() -> Any:
        async with await house.stage.as_owner() as client:
            return await client.command(f"{DOMAIN}/{command}", **fields)

    return house.run(run())


@pytest.fixture(scope="module")
def camera(house: House, left_without_owners: None) -> fleet.VirtualDevice:
    """A camera that belongs to the owner."""

    async def own() -> fleet.VirtualDevice:
        device = await house.stage.devices.start_camera()
        where = {"host": device.host, "port": device.port}
        async with await house.stage.as_owner() as client:
            await client.command(
                f"{DOMAIN}/claim", serial=device.serial, password=device.password, **where
            )
        return device

    return house.run(own())


def shows_picture(page: Page) -> None:
    """Wait until the browser has decoded a live picture."""
    page.wait_for_function(
        """() => {
            const all = (root) => [...root.querySelectorAll('*')].flatMap(
                (one) => [one, ...(one.shadowRoot ? all(one.shadowRoot) : [])]);
            return all(document).some((one) => one.localName === 'img'
                && one.src.includes('/video/live/') && one.naturalWidth > 0);
        }""",
        timeout=LINK_MS,
    )


def test_owner_watches_records_and_plays_what_was_recorded(
    house: House, camera: fleet.VirtualDevice, browser: Browser
) -> None:
    visitor = Visitor(browser, house, DESKTOP)
    page = visitor.page
    visitor.log_in(house.stage.people.owner)
    visitor.visit(PATH)
    tile = page.locator("isg-camera")
    tile.get_by_role("button", name="Watch live: Yard camera").click(timeout=LINK_MS)
    shows_picture(page)
    tile.get_by_role("button", name="Record Yard camera", exact=True).click()
    stop = tile.get_by_role("button", name="Stop recording Yard camera")
    stop.wait_for()
    page.wait_for_timeout(
        1500
    )  # of a film; what the page shows meanwhile is the clock of the camera
    stop.click()
    clip = page.locator("isg-clips button.clip").first
    expect(clip).to_be_visible(timeout=LINK_MS)
    visitor.picture("video-1-page")
    assert faults(page) == []

    clip.click()
    dialog = page.locator("isg-player-dialog")
    film = dialog.locator("video")
    expect(film).to_be_visible()
    page.wait_for_function(
        "film => film.currentTime > 0.5 && film.videoWidth > 0", arg=film.element_handle()
    )
    visitor.picture("video-2-player")
    assert faults(page) == []
    dialog.get_by_role("button", name="Close").last.click()
    expect(dialog).to_have_count(0)

    tile.get_by_role("button", name="Who watched Yard camera").click()
    watched = page.locator("isg-viewers-dialog")
    expect(watched.get_by_role("cell", name="The list of recordings").first).to_be_visible()
    assert faults(page) == []
    visitor.picture("video-3-who")
    watched.get_by_role("button", name="Close").last.click()
    expect(watched).to_have_count(0)

    tile.get_by_role("button", name="Settings of the cameras of Yard camera").click()
    choice = page.locator("isg-choice-dialog")
    expect(choice.get_by_role("spinbutton").first).to_have_value("7")
    assert faults(page) == []
    visitor.picture("video-6-settings")
    choice.get_by_role("button", name="Save").click()
    expect(choice).to_have_count(0)
    visitor.leave()


def test_neighbours_picture_ends_with_the_window_and_what_was_saved_opens_nothing(
    house: House, camera: fleet.VirtualDevice, browser: Browser
) -> None:
    people = ask(house, "people")["people"]
    second = next(one for one in people if one["name"] == house.stage.people.second.name)
    visitor = Visitor(browser, house, PHONE, locale="de-DE", color_scheme="dark")
    page = visitor.page
    visitor.log_in(house.stage.people.second)
    visitor.visit("/iot-secure-gateway/overview")
    expect(page.locator("isg-overview")).to_be_visible(timeout=LINK_MS)
    row = {
        "effect": "allow",
        "users": {"users": [second["user_id"]]},
        "devices": {"serials": [camera.serial]},
        "commands": {"names": ["view", "playback"]},
        "times": {"always": True},
    }
    made = ask(house, "add_row", row=row)
    visitor.visit(PATH)
    tile = page.locator("isg-camera")
    tile.locator("ha-button").first.click(timeout=LINK_MS)
    shows_picture(page)
    visitor.picture("video-4-neighbour")
    saved = tile.locator("img").get_attribute("src")
    assert faults(page) == []
    ends = datetime.now(UTC) + timedelta(seconds=REST_S)
    row["expires_at"] = ends.isoformat()
    ask(house, "change_row", row=row, number=made["number"], version=made["version"])
    # How soon the stream ends is shown with a clock of its own; here, that the page says so by itself.
    expect(tile.locator("img")).to_have_count(0, timeout=LINK_MS)
    assert datetime.now(UTC) >= ends
    visitor.picture("video-5-over")
    answer = page.request.get(house.stage.home.address + str(saved))
    assert answer.status == 403
    visitor.leave()
