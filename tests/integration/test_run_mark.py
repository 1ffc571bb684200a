"""How a restore is noticed: by a mark that no backup takes along."""

import asyncio
from pathlib import Path
import stat
import time
from unittest.mock import patch

import pytest

from homeassistant.core import HomeAssistant
from homeassistant.util.file import WriteError

from custom_components.iot_secure_gateway import run_mark
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.run_mark import MARK_FILE, RunMark
from custom_components.iot_secure_gateway.storage import PrivateStore, StorageError

pytestmark = pytest.mark.usefixtures("hass_storage")


def store_of(folder: str) -> Path:
    return Path(folder, ".storage", f"{DOMAIN}.run")


async def run(hass: HomeAssistant) -> bool:
    """Start once; return whether that was taken for a restore."""
    mark = RunMark(hass)
    was_restored = await mark.async_was_restored()
    await mark.async_renew()
    return was_restored


async def test_first_run_and_every_later_one_are_no_restore(hass: HomeAssistant) -> None:
    assert [await run(hass) for _ in range(3)] == [False, False, False]


async def test_stores_without_their_mark_are_restored(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    await run(hass)
    await asyncio.to_thread(Path(hass_config_dir, MARK_FILE).unlink)
    assert await run(hass)
    assert not await run(hass)


async def test_stores_of_an_earlier_run_here_are_restored(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    await run(hass)
    backup = await asyncio.to_thread(store_of(hass_config_dir).read_bytes)
    await run(hass)
    await asyncio.to_thread(store_of(hass_config_dir).write_bytes, backup)
    assert await run(hass)


@pytest.mark.parametrize("content", ["", "x" * 10_000, "\x00\xff", "other mark here"])
async def test_damaged_file_is_a_restore_and_is_mended(
    hass: HomeAssistant, hass_config_dir: str, content: str
) -> None:
    await run(hass)
    await asyncio.to_thread(Path(hass_config_dir, MARK_FILE).write_text, content)
    assert await run(hass)
    assert not await run(hass)


async def test_damaged_store_is_a_restore(hass: HomeAssistant) -> None:
    await run(hass)
    await PrivateStore(hass, "run").async_save_durably({"mark": 7})
    assert await run(hass)
    assert not await run(hass)


async def test_time_of_the_last_restore_is_kept(hass: HomeAssistant, hass_config_dir: str) -> None:
    async def last() -> float | None:
        mark = RunMark(hass)
        await mark.async_was_restored()
        await mark.async_renew()
        return mark.restored_at

    assert [await last(), await last()] == [None, None]
    await asyncio.to_thread(Path(hass_config_dir, MARK_FILE).unlink)
    before = time.time()
    restored_at = await last()
    assert restored_at is not None
    assert before <= restored_at <= time.time()
    assert await last() == restored_at


@pytest.mark.parametrize("damaged", ["yesterday", -1, 1e300, float("nan")])
async def test_damaged_time_of_a_restore_is_none(hass: HomeAssistant, damaged: object) -> None:
    await PrivateStore(hass, "run").async_save_durably({"mark": "0", "restored_at": damaged})
    mark = RunMark(hass)
    await asyncio.to_thread(mark._write, "0")
    assert not await mark.async_was_restored()
    assert mark.restored_at is None


async def test_cut_between_file_and_store_is_no_restore(hass: HomeAssistant) -> None:
    await run(hass)
    mark = RunMark(hass)
    assert not await mark.async_was_restored()
    with (
        patch.object(PrivateStore, "async_save_durably", side_effect=StorageError("run")),
        pytest.raises(StorageError),
    ):
        await mark.async_renew()
    assert not await run(hass)


async def test_run_that_was_not_marked_is_asked_about_again(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    """Killed before what a restore means was durable: the next start finds it out again."""
    await run(hass)
    await asyncio.to_thread(Path(hass_config_dir, MARK_FILE).unlink)
    assert await RunMark(hass).async_was_restored()
    assert await run(hass)


async def test_folder_that_takes_no_file_is_said_and_stops_nothing(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    with patch.object(run_mark, "write_utf8_file_atomic", side_effect=WriteError("read-only")):
        assert not await run(hass)
    assert "a restore is not noticed" in caplog.text
    assert not await run(hass)


async def test_only_home_assistants_user_may_read_it(
    hass: HomeAssistant, hass_config_dir: str
) -> None:
    await run(hass)
    path = Path(hass_config_dir, MARK_FILE)
    assert stat.S_IMODE((await asyncio.to_thread(path.stat)).st_mode) == 0o600
    assert "copy it nowhere" in await asyncio.to_thread(path.read_text)
