"""Cameras in Home Assistant itself: the entity, its services, the media browser, the forms (S12, S13)."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.components.media_source import Unresolvable, async_resolve_media
from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from .cameras import KEY, SERIAL, YardCamera
from .house import House, token_of
from .neighbourhood import CAMERA, JPEG, Neighbourhood, frames, rest_of
from .test_console_pages import seen_until
from .visitor import OPTIONS, forms, refusal, visit
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.camera import DRAWING
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway import recordings
from custom_components.iot_secure_gateway.gateway.events import DeviceEvent
from custom_components.iot_secure_gateway.gateway.video_events import RecordingEnded
from custom_components.iot_secure_gateway.messages import Message, Messages
from custom_components.iot_secure_gateway.module_switch import async_apply_modules
from custom_components.iot_secure_gateway.video import async_choice
from iotsg_device.entities import Switch

SOURCE = f"media-source://{DOMAIN}"


def camera_of(house: House) -> str:
    return house.entity_id("camera", f"{SERIAL}-{KEY}")


async def proxied(here: Neighbourhood) -> tuple[str, bytes]:
    """Return what Home Assistant's own proxy gives to whoever has the entity's token: no login is needed."""
    state = here.house.hass.states.get(camera_of(here.house))
    assert state is not None
    response = await here.nobody.get(state.attributes["entity_picture"])
    assert response.status == 200
    return response.content_type, await response.read()


async def act(here: Neighbourhood, user: MockUser, service: str, **data: Any) -> None:
    """Call a service as somebody."""
    await here.house.hass.services.async_call(
        DOMAIN,
        service,
        {"device_id": _device_id(here), **data},
        blocking=True,
        context=Context(user_id=user.id),
    )


def _device_id(here: Neighbourhood) -> str:
    device = dr.async_get(here.house.hass).async_get_device_by_identifier(
        (DOMAIN, SERIAL), here.entry.entry_id
    )
    assert device is not None
    return device.id


# --- the entity --------------------------------------------------------------------------------------
async def test_home_assistants_own_proxy_shows_a_drawing_until_the_owner_gives_the_camera_to_it(
    here: Neighbourhood,
) -> None:
    assert await proxied(here) == ("image/png", DRAWING.read_bytes())
    await refusal(here.nina, "set_video_choice", serial=SERIAL, is_open=True)
    assert await proxied(here) == ("image/png", DRAWING.read_bytes())
    assert (await here.olivia.call("video_choice", serial=SERIAL))["is_open"] is False
    await here.olivia.call("set_video_choice", serial=SERIAL, is_open=True)
    kind, picture = await proxied(here)
    assert (kind, picture[:2]) == ("image/jpeg", JPEG)
    # What is confidential is shown to nobody in Home Assistant.
    await here.olivia.call("set_disclosure", serial=SERIAL, choice="confidential")
    assert await proxied(here) == ("image/png", DRAWING.read_bytes())
    await here.olivia.call("set_disclosure", serial=SERIAL, choice="shown")
    here.yard.is_covered = True
    with (
        patch("custom_components.iot_secure_gateway.camera.STILL_AGE_S", -1.0),
        patch("homeassistant.components.camera.CAMERA_IMAGE_TIMEOUT", 1),
    ):
        state = here.house.hass.states.get(camera_of(here.house))
        assert state is not None
        assert (await here.nobody.get(state.attributes["entity_picture"])).status == 500
    here.yard.is_covered = False


async def test_motion_detection_is_a_setting_of_the_device(here: Neighbourhood) -> None:
    for service in ("enable_motion_detection", "disable_motion_detection"):
        with pytest.raises(ServiceValidationError, match="setting"):
            await here.house.hass.services.async_call(
                "camera",
                service,
                {"entity_id": camera_of(here.house)},
                blocking=True,
                context=Context(user_id=here.olivia_user.id),
            )


# --- recording ---------------------------------------------------------------------------------------
async def test_services_record_and_stop_for_who_may_and_the_state_says_so(
    here: Neighbourhood,
) -> None:
    house = here.house
    with pytest.raises(ServiceValidationError, match="Olivia"):
        await act(here, here.nina_user, "record")
    with pytest.raises(HomeAssistantError, match="no such camera"):
        await act(here, here.olivia_user, "record", entity="none")
    await act(here, here.olivia_user, "record")
    assert house.state("camera", f"{SERIAL}-{KEY}") == "recording"
    with pytest.raises(ServiceValidationError):
        await act(here, here.nina_user, "stop_recording")
    await act(here, here.olivia_user, "stop_recording", entity=KEY)
    await house.until(lambda: house.state("camera", f"{SERIAL}-{KEY}") == "idle")
    with pytest.raises(HomeAssistantError, match="not being recorded"):
        await act(here, here.olivia_user, "stop_recording")
    await act(here, here.olivia_user, "record", duration={"seconds": 1})
    await house.until(lambda: house.state("camera", f"{SERIAL}-{KEY}") == "idle")
    told = [(line.verdict, line.result, line.arguments) for line in await here.lines("record")]
    assert ("ok", "ok", '{"seconds": 1}') in told
    assert ("ok", "ok", '{"stop": true}') in told
    assert ("failed", "not_recording", '{"stop": true}') in told
    assert [verdict for verdict, _, _ in told].count("refused") == 2


async def test_motion_is_an_event_and_makes_a_clip_if_the_owner_wants_it(
    here: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "MOTION_S", 1.0)
    here.yard.camera._clip_ms = 500
    house = here.house
    events: list[object] = []
    house.gateway.add_listener(events.append)
    event_id = house.entity_id("event", f"{SERIAL}_{KEY}_motion")
    state = house.hass.states.get(event_id)
    assert state is not None
    assert (state.state, state.name) == ("unknown", "Yard camera Yard motion")
    here.yard.camera.motion()
    await house.until(
        lambda: (told := house.hass.states.get(event_id)) is not None and told.state != "unknown"
    )
    assert any(isinstance(event, DeviceEvent) for event in events)
    assert here.recordings.clips({SERIAL}) == []
    await here.olivia.call("set_video_choice", serial=SERIAL, motion=True)
    here.yard.camera.motion()
    clip = await here.clip_but(set())
    assert clip.reason == "motion"
    await house.until(lambda: any(isinstance(event, RecordingEnded) for event in events))


async def test_owner_is_told_that_a_recording_ended_because_the_disk_is_full(
    here: Neighbourhood,
) -> None:
    told: list[tuple[list[str], Message]] = []
    tell = Messages.tell

    async def heard(self: Messages, user_ids: Iterable[str], message: Message) -> None:
        told.append(([*user_ids], message))
        await tell(self, user_ids, message)

    full = SimpleNamespace(total=1, used=1, free=0)
    with (
        patch(
            "custom_components.iot_secure_gateway.gateway.recorder.shutil.disk_usage",
            return_value=full,
        ),
        patch.object(Messages, "tell", heard),
    ):
        await here.olivia.call("start_recording", **CAMERA)
        await here.house.until(lambda: bool(async_get_persistent_notifications(here.house.hass)))
    ((to, message),) = told
    assert to == [here.olivia_user.id]
    assert await here.house.messages.text(message.text, message.placeholders) == (
        "Yard camera: there is no room left for recordings. What was recorded is kept. "
        "Free some space, or keep recordings for a shorter time."
    )
    (shown,) = async_get_persistent_notifications(here.house.hass).values()
    assert "Yard" not in shown["message"]  # everybody reads it
    assert here.recordings.active == {}


async def test_camera_that_is_no_longer_declared_takes_its_motion_along(
    here: Neighbourhood,
) -> None:
    house = here.house
    assert house.state("event", f"{SERIAL}_{KEY}_motion") is not None
    await here.device.stop()
    here.device.declare([Switch("relay", "Relay", lambda is_on: None)])
    await here.device.start()
    await house.until(lambda: house.state("switch", f"{SERIAL}-relay") is not None)
    assert house.state("camera", f"{SERIAL}-{KEY}") is None
    assert house.state("event", f"{SERIAL}_{KEY}_motion") is None


async def test_clips_go_with_the_device_that_is_released(here: Neighbourhood) -> None:
    clip = await here.recorded()
    film = here.recordings.path(clip.id)
    assert film.is_file()
    await here.olivia.call("release", serial=SERIAL)
    assert not film.exists()


# --- the page ----------------------------------------------------------------------------------------
async def test_page_shows_each_person_the_cameras_that_they_may_use(here: Neighbourhood) -> None:
    assert (await here.nina.look("pages"))["pages"].count("video") == 0
    olivia, nina = here.olivia, await visit(here.house, here._connect, here.nina_user)
    shown = await olivia.look("video")
    (camera,) = shown["cameras"]
    assert (camera["name"], camera["device"], camera["may_choose"]) == ("Yard", "Yard camera", True)
    assert (await nina.look("video"))["cameras"] == []
    other = await visit(here.house, here._connect, here.olivia_user)
    await other.call("start_recording", **CAMERA)
    shown = await seen_until(olivia, shown, lambda one: one["cameras"][0]["recording"] is not None)
    assert shown["cameras"][0]["recording"]["reason"] == "asked"
    await other.call("stop_recording", **CAMERA)
    await other.call(
        "add_row",
        row={
            "effect": "allow",
            "users": {"users": [here.nina_user.id]},
            "devices": {"serials": [SERIAL]},
            "commands": {"names": ["view"]},
            "times": {"always": True},
        },
    )
    nina = await visit(here.house, here._connect, here.nina_user)
    (camera,) = (await nina.look("video"))["cameras"]
    assert (camera["may_view"], camera["may_play"], camera["watching"]) == (True, False, None)
    nina = await visit(here.house, here._connect, here.nina_user)
    assert "video" in (await nina.look("pages"))["pages"]
    nina = await visit(here.house, here._connect, here.nina_user)
    (device,) = (await nina.look("my_access"))["devices"]
    assert [(one["kind"], one["has_video"]) for one in device["entities"]] == [("camera", True)]


async def test_clips_come_by_day_and_page(here: Neighbourhood) -> None:
    noon = dt_util.start_of_local_day().replace(hour=12)
    first = await here.recorded(noon)
    second = await here.recorded(noon.replace(hour=13))
    found = await here.olivia.call("video_clips", **CAMERA)
    assert [one["id"] for one in found["clips"]] == [second.id, first.id]
    assert found["day"] == noon.date().isoformat()
    with patch("custom_components.iot_secure_gateway.console.video.PAGE", 1):
        page = await here.olivia.call("video_clips")
        assert [one["id"] for one in page["clips"]] == [second.id]
        page = await here.olivia.call("video_clips", day=page["day"], after=page["next"])
        assert [one["id"] for one in page["clips"]] == [first.id]
    assert (await here.olivia.call("video_clips", day="2020-01-01"))["clips"] == []


async def test_who_watched_tells_of_refusals_too_and_of_commands_given_by_hand(
    here: Neighbourhood,
) -> None:
    await refusal(here.nina, "video_address", what="live", **CAMERA)
    context = Context(user_id=here.olivia_user.id)
    sent = {"device_id": _device_id(here), "command": "view", "entity": KEY}
    for arguments in ({}, {"seconds": 1}):
        await here.house.hass.services.async_call(
            DOMAIN, "send_command", {**sent, "arguments": arguments}, blocking=True, context=context
        )
    told = (await here.olivia.call("video_viewers", **CAMERA))["watched"]
    assert [(one["name"], one["what"], one["is_refused"]) for one in told] == [
        ("Olivia", "view", False),
        ("Olivia", "view", False),
        ("Nina", "view", True),
    ]
    held = here.house.hass.data.pop(DATA_AUDIT)
    assert (await refusal(here.olivia, "video_viewers", **CAMERA)).code == "gateway_not_ready"
    here.house.hass.data[DATA_AUDIT] = held


async def test_without_a_login_there_is_nothing_that_an_address_could_be_signed_for(
    here: Neighbourhood,
) -> None:
    with patch("custom_components.iot_secure_gateway.console.video.current_connection") as asked:
        asked.get.return_value = None
        refused = await refusal(here.olivia, "video_address", what="live", **CAMERA)
    assert refused.code == "gateway_not_ready"


# --- the media browser -------------------------------------------------------------------------------
async def browsed(browser: Any, content_id: str) -> dict[str, Any]:
    await browser.send_json_auto_id(
        {"type": "media_source/browse_media", "media_content_id": content_id}
    )
    answer = await browser.receive_json()
    found: dict[str, Any] = answer["result"] if answer["success"] else {"error": answer["error"]}
    return found


async def test_media_browser_has_what_its_person_may_play(
    house: House,
    owner: MockUser,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    hass = house.hass
    assert await async_setup_component(hass, "media_source", {})  # before anybody comes
    here = Neighbourhood(house, hass_ws_client, hass_client_no_auth)
    await here.start(owner)
    clip = await here.recorded()
    olivia = await hass_ws_client(hass, await token_of(hass, here.olivia_user))
    nina = await hass_ws_client(hass, await token_of(hass, here.nina_user))
    top = await browsed(olivia, SOURCE)
    assert [one["title"] for one in top["children"]] == ["Yard camera: Yard"]
    days = await browsed(olivia, top["children"][0]["media_content_id"])
    (day,) = days["children"]
    films = await browsed(olivia, day["media_content_id"])
    (film,) = films["children"]
    assert film["media_content_id"].endswith(clip.id)
    assert (await browsed(nina, SOURCE))["children"] == []
    assert (await browsed(nina, day["media_content_id"]))["children"] == []
    assert "error" in await browsed(olivia, f"{SOURCE}/x")
    endless = await browsed(olivia, f"{SOURCE}/{SERIAL}/{KEY}/9999-12-31")
    assert endless["error"]["code"] == "browse_media_failed"

    async def resolved(browser: Any) -> dict[str, Any]:
        await browser.send_json_auto_id(
            {
                "type": "media_source/resolve_media",
                "media_content_id": film["media_content_id"],
            }
        )
        answer: dict[str, Any] = await browser.receive_json()
        return answer

    told = await resolved(olivia)
    assert told["result"]["mime_type"] == "video/mp4"
    assert (await here.nobody.get(told["result"]["url"])).status == 200
    assert (await resolved(nina))["success"] is False
    # Nobody who is logged in, and a player that is no browser.
    with pytest.raises(Unresolvable):
        await async_resolve_media(hass, film["media_content_id"], None)
    with pytest.raises(Unresolvable, match="browser"):
        await async_resolve_media(hass, film["media_content_id"], "media_player.tv")


# --- the form ----------------------------------------------------------------------------------------
async def test_form_of_the_device_keeps_what_its_owner_chose(
    house: House, hass_client: ClientSessionGenerator
) -> None:
    owner = await house.person("Oscar", is_admin=True)
    await house.add_gateway()
    _, entry = await house.claimed_device(owner, SERIAL, **YardCamera().facts)
    _, lamp = await house.claimed_device(owner)
    flow = await forms(house, hass_client, owner, OPTIONS)
    assert "video" not in (await flow.start(handler=lamp.entry_id))["menu_options"]
    shown = await flow.start(handler=entry.entry_id)
    form = await flow.choose(shown, "video")
    wanted = {"keep_days": 3, "max_mb": 100, "motion": True, "is_open": False}
    assert (await flow.submit(form, **wanted))["type"] == "create_entry"
    choice = async_choice(house.hass, SERIAL)
    assert (choice.keep_days, choice.max_mb, choice.motion, choice.is_open) == (3, 100, True, False)
    stranger = await forms(house, hass_client, await house.person("Ada", is_admin=True), OPTIONS)
    shown = await stranger.start(handler=entry.entry_id)
    assert (await stranger.choose(shown, "video"))["reason"] == "not_allowed"


# --- switched off ------------------------------------------------------------------------------------
async def test_without_the_module_nobody_watches_or_records_and_what_goes_on_ends(
    here: Neighbourhood,
) -> None:
    house = here.house
    path = await here.address(here.olivia)
    await here.olivia.call("start_recording", **CAMERA)
    await here.olivia.call("set_video_choice", serial=SERIAL, motion=True, is_open=True)
    async with here.nobody.get(path) as response:
        await frames(response, 1)
        entry = house.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, "gateway")
        assert entry is not None
        house.hass.config_entries.async_update_entry(entry, options={"video": False})
        async_apply_modules(house.hass, house.gateway)
        await rest_of(response)
    await house.until(lambda: here.recordings.active == {})
    assert not here.recordings.keeps_motion(SERIAL)
    for command in ("video_clips", "video_viewers", "start_recording"):
        fields = {} if command == "video_clips" else CAMERA
        assert (await refusal(here.olivia, command, **fields)).code == "video_off"
    assert (await here.nobody.get(path)).status == 403
    assert (await proxied(here))[0] == "image/png"
    assert "video" not in (await here.olivia.look("pages"))["pages"]
