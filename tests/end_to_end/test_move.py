"""US10 in the browser: a backup of Home Assistant is restored, and one confirmation lets the devices go on."""

from collections.abc import Iterator
import json
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect
import pytest

from homeassistant.backup_restore import restore_backup
from scripts.demonstration.home import DOMAIN
from scripts.demonstration.lamps import Lamp

from tests.end_to_end.visitors import DESKTOP, House, Visitor

COMMANDS = 4
BACKUP_S = 60.0
SETTLED_MS = 30_000


@pytest.fixture
def own_house() -> Iterator[House]:
    """A Home Assistant of this test: what is restored concerns nobody else."""
    house = House()
    try:
        house.run(house.stage.start())
        yield house
    finally:
        house.close()


async def _claimed(house: House) -> Lamp:
    """Claim the first device as the owner."""
    device = house.stage.devices.all[0]
    async with await house.stage.as_owner() as client:
        await client.watch_states()
        await client.command(
            f"{DOMAIN}/claim",
            serial=device.serial,
            password=device.password,
            host=device.host,
            port=device.port,
        )
        known = await client.command("config/entity_registry/list")
        ours = [entity for entity in known if entity["platform"] == DOMAIN]
        lamp = Lamp(device, {one["entity_id"].split(".")[0]: one["entity_id"] for one in ours})
        await lamp.until_connected(client)
    return lamp


async def _back_up(house: House) -> Path:
    """Have Home Assistant make a backup, as its page of backups does."""
    async with await house.stage.as_owner() as client:
        before = len((await client.command("backup/info"))["backups"])
        await client.command(
            "backup/generate", agent_ids=["backup.local"], include_database=False, name="move"
        )
        for _ in range(int(BACKUP_S)):
            info = await client.command("backup/info")
            if info["state"] == "idle" and len(info["backups"]) > before:
                break
            await client.command("get_config")
    (archive,) = (house.stage.home.folder / "backups").glob("*.tar")
    return archive


async def _switch(house: House, lamp: Lamp, words: list[str]) -> None:
    async with await house.stage.as_owner() as client:
        await client.watch_states()
        await lamp.until_connected(client)
        for word in words:
            await lamp.turn(client, word)


def _restore(house: House, archive: Path) -> None:
    """Restore, as Home Assistant does at its start when somebody asked for it."""
    folder = house.stage.home.folder
    instructions = {
        "path": str(archive),
        "password": None,
        "remove_after_restore": False,
        "restore_database": False,
        "restore_homeassistant": True,
    }
    (folder / ".HA_RESTORE").write_text(json.dumps(instructions))
    assert restore_backup(str(folder))


def _issue(visitor: Visitor) -> Locator:
    return visitor.page.get_by_text("This gateway was restored from a backup")


def test_restored_home_assistant_asks_once_and_the_lamp_obeys_again(
    own_house: House, browser: Browser
) -> None:
    house = own_house
    lamp = house.run(_claimed(house))
    # Home Assistant writes its people minutes later, or when it stops.
    assert house.run(house.stage.home.stop()) == 0
    house.run(house.stage.restart_home())
    archive = house.run(_back_up(house))
    house.run(_switch(house, lamp, ["on", "off"] * (COMMANDS // 2)))
    assert house.run(house.stage.home.stop()) == 0
    _restore(house, archive)
    house.run(house.stage.restart_home())

    visitor = Visitor(browser, house, DESKTOP)
    page = visitor.page
    visitor.log_in(house.stage.people.owner)
    visitor.visit("/config/repairs")
    expect(_issue(visitor)).to_be_visible(timeout=SETTLED_MS)
    visitor.picture("20-restored")
    _issue(visitor).click()
    expect(page.get_by_text("Is this Home Assistant the one to go on?")).to_be_visible()
    expect(page.get_by_text("Virtual lamp (CPython)").first).to_be_visible()
    visitor.picture("21-restored-confirm")
    page.get_by_role("button", name="Submit").click()
    expect(_issue(visitor)).not_to_be_visible(timeout=SETTLED_MS)
    visitor.leave()

    house.run(_switch(house, lamp, ["on"]))
