"""Video when Home Assistant stops, and when its folder is none: nothing fails that could go on."""

from pathlib import Path

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.config_entries import ConfigEntryState

from .cameras import SERIAL
from .house import House
from .neighbourhood import CAMERA, Neighbourhood
from .test_demo_device import unload_all
from .visitor import refusal
from custom_components.iot_secure_gateway.gateway.clip_index import ClipFolder
from custom_components.iot_secure_gateway.video import DATA_VIDEO, FOLDER


async def test_stop_of_home_assistant_ends_a_recording_in_order(
    here: Neighbourhood, hass_config_dir: str, caplog: pytest.LogCaptureFixture
) -> None:
    await here.olivia.call("start_recording", **CAMERA)
    async with here.house.gateway.video.watch(SERIAL, CAMERA["entity"]) as frames:
        for _ in range(3):
            await anext(frames)
    hass = here.house.hass
    for visitor in (here.olivia, here.nina):
        await visitor._websocket.close()
    await hass.async_stop(force=True)
    assert DATA_VIDEO not in hass.data
    (clip,) = ClipFolder(Path(hass_config_dir, FOLDER)).load()
    assert clip.is_whole
    assert not [line for line in caplog.records if line.levelname == "ERROR"]
    await unload_all(hass)


async def test_gateway_guards_on_where_recordings_cannot_be_kept(
    house: House,
    owner: MockUser,
    hass_config_dir: str,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    Path(hass_config_dir, FOLDER).write_text("not a folder")
    here = Neighbourhood(house, hass_ws_client, hass_client_no_auth)
    await here.start(owner)
    assert f"Nothing is recorded: {FOLDER} cannot be used" in caplog.text
    assert here.entry.state is ConfigEntryState.LOADED
    refused = await refusal(here.olivia, "start_recording", **CAMERA)
    assert refused.code == "recording_unavailable"
    assert (await here.olivia.call("video_clips"))["clips"] == []
