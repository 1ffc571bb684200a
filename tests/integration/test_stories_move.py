"""US10, "new router, new box": the move to another machine with Home Assistant's own backup.

The backup is made by Home Assistant and restored by what it runs at its start; both machines live in this
process, with one device between them. That devices refuse a new address until their owner allows it, and say
so, is in test_repairs.py; a second gateway in test_stories.py.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from fnmatch import fnmatch
import json
from pathlib import Path
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_test_home_assistant,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.backup_restore import restore_backup
from homeassistant.components.backup import async_get_manager
from homeassistant.components.backup.const import EXCLUDE_FROM_BACKUP
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component

from .house import WITHIN_S, House, VirtualDevice
from .test_rows import row_for
from .visitor import REPAIRS, forms, refusal, visit
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    DeviceOffline,
    DeviceSuspended,
    GatewayBehind,
    NotExecuted,
    Refused,
)
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.run_mark import MARK_FILE

SERIAL = "LAMP-1"

type ClientGenerator = Callable[..., Awaitable[Any]]

pytestmark = pytest.mark.usefixtures("fast_gateway")


@pytest.fixture(autouse=True)
async def backup(house: House) -> None:
    """Home Assistant's own backup, with its views, which no running server takes."""
    assert await async_setup_component(house.hass, "backup", {})


@pytest.fixture
async def owner(house: House) -> MockUser:
    """The owner is an administrator here: Home Assistant opens its forms to no one else."""
    return await house.person("Olivia", is_admin=True)


async def back_up(hass: HomeAssistant) -> Path:
    """Have Home Assistant make a backup of itself, as it runs; return the archive."""
    manager = async_get_manager(hass)
    made = await manager.async_create_backup(
        agent_ids=["backup.local"],
        include_addons=None,
        include_all_addons=False,
        include_database=False,
        include_folders=None,
        include_homeassistant=True,
        name="before the move",
        password=None,
    )
    assert made.backup_job_id
    (archive,) = await asyncio.to_thread(lambda: list(Path(hass.config.path("backups")).glob("*")))
    return archive


def restore(archive: Path, folder: Path, *, without: tuple[str, ...] = ()) -> str:
    """Restore a backup into the folder of another machine; return the folder."""
    folder.mkdir()
    instructions = {
        "path": str(archive),
        "password": None,
        "remove_after_restore": False,
        "restore_database": False,
        "restore_homeassistant": True,
    }
    (folder / ".HA_RESTORE").write_text(json.dumps(instructions))
    assert restore_backup(str(folder))
    for name in without:
        (folder / ".storage" / f"{DOMAIN}.{name}").unlink(missing_ok=True)
    return str(folder)


@asynccontextmanager
async def machine(
    old: House, folder: str, devices: list[VirtualDevice], *people: MockUser
) -> AsyncGenerator[House]:
    """Start Home Assistant on a folder, with the entries and the people that a real one would find there."""
    async with async_test_home_assistant(config_dir=folder) as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS, None)
        assert await async_setup_component(hass, "http", {})
        assert await async_setup_component(hass, "repairs", {})
        for person in people:
            MockUser(id=person.id, name=person.name, groups=list(person.groups)).add_to_hass(hass)
        places = {device.serial: {"host": "127.0.0.1", "port": device.port} for device in devices}
        for unique_id, data in {"gateway": {}, **places}.items():
            MockConfigEntry(
                domain=DOMAIN, unique_id=unique_id, data=data, options={"listen_for_pings": False}
            ).add_to_hass(hass)
        await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
        house = House(hass, old.ping_port)
        try:
            yield house
        finally:
            entries = hass.config_entries.async_entries(DOMAIN)
            await asyncio.gather(
                *(hass.config_entries.async_unload(entry.entry_id) for entry in entries)
            )
            await hass.async_stop(force=True)


async def switch_often(house: House, person: MockUser, times: int, serial: str = SERIAL) -> None:
    for index in range(times):
        await house.switch(("turn_on", "turn_off")[index % 2], Context(user_id=person.id), serial)


async def obeys(house: House, person: MockUser, command: str) -> None:
    """Give a command until it is carried out: the other machine may end the link at any moment."""
    async with asyncio.timeout(WITHIN_S):
        while True:
            try:
                await house.gateway.execute(_actor(person), SERIAL, command, entity="relay")
            except DeviceOffline, NotExecuted:
                await house.known()
            else:
                return


def issue(house: House, name: str) -> ir.IssueEntry | None:
    return ir.async_get(house.hass).async_get_issue(DOMAIN, name)


async def resident(house: House, person: MockUser) -> Any:
    """Return this person as the machine knows them."""
    return await house.hass.auth.async_get_user(person.id)


async def behind(house: House, *serials: str) -> None:
    """Wait until these devices wait for their owner."""
    await house.until(lambda: set(house.gateway.restoring.behind) == set(serials))


async def confirm(house: House, client: ClientGenerator, person: MockUser) -> dict[str, Any]:
    """Confirm the one issue, as this person; return the answer of the form."""

    async def connect(access_token: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {access_token}"}
        return await client(house.hass.http.app, headers=headers)

    flow = await forms(house, connect, await resident(house, person), REPAIRS)
    form = await flow.start(handler=DOMAIN, issue_id="restored")
    assert form["step_id"] == "confirm"
    answer: dict[str, Any] = await flow.submit(form)
    return answer


# --- the story ------------------------------------------------------------------------------------------
async def test_new_box_goes_on_with_one_confirmation_and_the_old_one_never_again(
    house: House,
    owner: MockUser,
    other: MockUser,
    aiohttp_client: ClientGenerator,
    hass_ws_client: WebSocketGenerator,
    tmp_path: Path,
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    await olivia.call("add_row", row=row_for(other))
    await house.switch("turn_on", Context(user_id=other.id))
    archive = await back_up(house.hass)
    await switch_often(house, owner, 40)
    folder = await asyncio.to_thread(restore, archive, tmp_path / "new box")
    device.switched.clear()

    old = house.gateway.devices[SERIAL]
    links = old.stats.links
    async with machine(house, folder, [device], owner, other) as box:
        await behind(box, SERIAL)
        shown = issue(box, "restored")
        assert shown is not None
        assert (shown.is_fixable, shown.translation_placeholders) == (True, {"devices": "Lamp"})
        with pytest.raises(GatewayBehind):
            await box.gateway.execute(_actor(owner), SERIAL, "turn_off", entity="relay")
        await house.until(lambda: old.stats.links > links and old.is_connected)
        await house.switch("turn_on", Context(user_id=owner.id))
        assert device.switched == [True], "until somebody says so the old box is the one"

        # Adam owns nothing: his confirmation changes nothing.
        answer = await confirm(box, aiohttp_client, other)
        assert (answer["type"], answer["reason"]) == ("abort", "others_wait")
        assert answer["description_placeholders"] == {"waiting": "Lamp (Olivia)"}
        assert box.gateway.restoring.behind == (SERIAL,)

        answer = await confirm(box, aiohttp_client, owner)
        assert answer["type"] == "create_entry"
        await box.known()
        assert issue(box, "restored") is None
        assert box.gateway.owners == {SERIAL: owner.id}

        # The old box comes back: it is told apart at once, and never drives the device again.
        await house.until(lambda: old.problem is Problem.SUSPENDED)
        with pytest.raises(DeviceSuspended):
            await house.gateway.execute(_actor(owner), SERIAL, "turn_off", entity="relay")

        # Owner and rows are those of the backup.
        device.switched.clear()
        await obeys(box, owner, "turn_off")
        await obeys(box, other, "turn_on")
        assert device.switched == [False, True]

        # And a new key shuts out whoever has the backup.
        before = box.gateway._registry.bindings.records[SERIAL].key
        await box.gateway.rotate_key(SERIAL, _actor(owner))
        assert box.gateway._registry.bindings.records[SERIAL].key != before
        await obeys(box, owner, "turn_on")
        assert device.switched == [False, True, True]


def _actor(person: MockUser) -> User:
    return User(id=person.id, name=person.name or "")


async def test_each_owner_confirms_for_their_own_devices(
    house: House,
    owner: MockUser,
    aiohttp_client: ClientGenerator,
    hass_ws_client: WebSocketGenerator,
    tmp_path: Path,
) -> None:
    paul = await house.person("Paul")
    await house.add_gateway()
    lamp, _ = await house.claimed_device(owner)
    bell, _ = await house.claimed_device(paul, "BELL-1", name="Bell")
    archive = await back_up(house.hass)
    await switch_often(house, owner, 2)
    await switch_often(house, paul, 2, "BELL-1")
    folder = await asyncio.to_thread(restore, archive, tmp_path / "new box")
    async with machine(house, folder, [lamp, bell], owner, paul) as box:
        await behind(box, SERIAL, "BELL-1")
        shown = issue(box, "restored")
        assert shown is not None
        assert shown.translation_placeholders == {"devices": "Bell, Lamp"}
        answer = await confirm(box, aiohttp_client, owner)
        assert answer["description_placeholders"] == {"waiting": "Bell (Paul)"}
        await box.known(SERIAL)
        shown = issue(box, "restored")
        assert shown is not None
        assert shown.translation_placeholders == {"devices": "Bell"}

        pauls = await visit(box, hass_ws_client, await resident(box, paul))
        assert (await pauls.devices())["BELL-1"]["problem"] == "behind"
        refused = await refusal(pauls, "accept_backup", serial=SERIAL)
        assert refused.code == "unauthorized"
        await pauls.call("accept_backup", serial="BELL-1")
        await box.known("BELL-1")
        assert issue(box, "restored") is None
        assert (await refusal(pauls, "accept_backup", serial="BELL-1")).code == "not_behind"
        await pauls._websocket.close()


async def test_key_that_was_replaced_after_the_backup_is_explained(
    house: House, owner: MockUser, tmp_path: Path
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    archive = await back_up(house.hass)
    await house.gateway.rotate_key(SERIAL, _actor(owner))
    await house.known()
    folder = await asyncio.to_thread(restore, archive, tmp_path / "new box")
    async with machine(house, folder, [device], owner) as box:
        await box.until(lambda: box.gateway.restoring.locked_out == (SERIAL,))
        shown = issue(box, "restored_key_replaced")
        assert shown is not None
        assert shown.translation_placeholders == {"devices": "Lamp"}
        assert not shown.is_fixable
    await house.known()


# --- half a backup ----------------------------------------------------------------------------------------
async def test_without_the_session_caches_one_confirmation_mends_it(
    house: House, owner: MockUser, aiohttp_client: ClientGenerator, tmp_path: Path
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    archive = await back_up(house.hass)
    folder = await asyncio.to_thread(
        restore, archive, tmp_path / "new box", without=("states", "descriptions", "journals")
    )
    await house.gateway.detach(SERIAL)
    async with machine(house, folder, [device], owner) as box:
        await behind(box, SERIAL)
        assert (await confirm(box, aiohttp_client, owner))["type"] == "create_entry"
        await box.known()
        await box.switch("turn_on", Context(user_id=owner.id))
        assert device.switched == [True]


async def test_without_the_gateways_id_nothing_starts_and_nothing_is_written(
    house: House, owner: MockUser, tmp_path: Path
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    archive = await back_up(house.hass)
    folder = await asyncio.to_thread(restore, archive, tmp_path / "new box", without=("identity",))
    kept = await asyncio.to_thread(
        lambda: {
            path.name: path.read_bytes() for path in Path(folder, ".storage").glob(f"{DOMAIN}*")
        }
    )
    async with machine(house, folder, [device], owner) as box:
        shown = issue(box, "stores_incomplete")
        assert shown is not None
        assert shown.translation_placeholders == {
            "store": "identity",
            "file": f".storage/{DOMAIN}.identity",
        }
    assert kept == await asyncio.to_thread(
        lambda: {
            path.name: path.read_bytes() for path in Path(folder, ".storage").glob(f"{DOMAIN}*")
        }
    )


async def test_without_the_permissions_nobody_may_anything_until_an_administrator_asks(
    house: House, owner: MockUser, tmp_path: Path
) -> None:
    await house.add_gateway()
    device, _ = await house.claimed_device(owner)
    archive = await back_up(house.hass)
    folder = await asyncio.to_thread(
        restore, archive, tmp_path / "new box", without=("permissions",)
    )
    async with machine(house, folder, [device], owner) as box:
        await box.until(lambda: issue(box, f"owner_gone_{SERIAL}") is not None)
        with pytest.raises(Refused):
            await box.gateway.execute(_actor(owner), SERIAL, "turn_on", entity="relay")
        assert device.switched == []


# --- how a restore is noticed -------------------------------------------------------------------------------
def test_home_assistant_takes_no_mark_into_its_backups() -> None:
    assert any(fnmatch(MARK_FILE, pattern) for pattern in EXCLUDE_FROM_BACKUP)
