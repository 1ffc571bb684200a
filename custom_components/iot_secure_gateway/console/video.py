"""Commands about video (S12, S13): cameras, recordings, their addresses, and who watched.

Everybody is shown the cameras that they may use by the permission table, now or later, and those clips that they
may play. An address is for whoever asked, for one login, one thing and a short time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
import json
from typing import Any, Final

import probatio

from homeassistant.components.websocket_api import current_connection
from homeassistant.core import HomeAssistant
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util

from ..auditing import DATA_AUDIT
from ..const import CONF_SERIAL
from ..exceptions import NotRunning
from ..gateway.audit import GATEWAY, principal_of, principal_of_user
from ..gateway.audit_pages import Filter, Scope
from ..gateway.clip_index import Clip
from ..gateway.errors import GatewayError
from ..gateway.kinds import PLAYBACK, RECORD, VIEW
from ..gateway.readings import DISCLOSE_COMMAND
from ..gateway.viewing import Look, Viewing
from ..modules import MODULE_VIDEO, is_on
from ..people import device_name, user_name
from ..policy.audit import AuditLine
from ..video import (
    CLIP,
    CONF_DAYS,
    CONF_MEGABYTES,
    CONF_MOTION,
    CONF_OPEN,
    DATA_VIDEO,
    LIVE,
    LIVES_S,
    MAX_DAYS,
    MAX_MEGABYTES,
    MAX_RECORDING_S,
    MIN_MEGABYTES,
    STILL,
    THUMBNAIL,
    HomeVideo,
    VideoChoice,
    async_address,
    async_choice,
    async_choose,
    async_clips,
    async_record,
    async_stop_recording,
    async_video,
    camera_look,
    clip_look,
    day_of,
)
from .audit import audited
from .command import SERIAL, TEXT, Caller, Message, Result, command
from .subscription import subscription

MAX_CAMERAS: Final = 64  # that one page shows
PAGE: Final = 50  # clips
MAX_WATCHED: Final = 100  # lines about who watched

KEY: Final = probatio.All(str, probatio.Length(min=1, max=32))
_CAMERA: Final[VolDictType] = {
    probatio.Required(CONF_SERIAL): SERIAL,
    probatio.Required("entity"): KEY,
}
_CLIP: Final[VolDictType] = {
    probatio.Required("clip"): probatio.All(str, probatio.Length(min=1, max=64))
}


_LOOKS: Final = (CLIP, LIVE, STILL, THUMBNAIL)


class InvalidVideoQuery(GatewayError):
    """A day is none, or an address is asked for without saying of what."""

    code = "invalid_video_query"


def _listen(hass: HomeAssistant, changed: Callable[[], None]) -> Callable[[], None]:
    """Hear of clips and recordings, which the gateway's events do not tell one by one."""
    video = hass.data.get(DATA_VIDEO)
    return (lambda: None) if video is None else video.recordings.add_listener(changed)


# --- what there is -----------------------------------------------------------------------------------
@subscription("video", listen=_listen)
async def ws_video(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show the cameras that the caller may use, now or later."""
    video = async_video(caller.hass)
    cameras = [
        await _shown_camera(caller, video, serial, entity.key, entity.name)
        for serial, entity in cameras_of(caller)
    ]
    cameras.sort(key=lambda one: (one["device"].casefold(), one["name"].casefold(), one["serial"]))
    # Another revision means: ask for the clips again. Of clips that they may not play nobody is told.
    playable = {one["serial"] for one in cameras if one["may_play"]}
    return {
        "cameras": cameras[:MAX_CAMERAS],
        "revision": video.recordings.changes(playable),
    }


def cameras_of(caller: Caller) -> Iterator[tuple[str, Any]]:
    """Yield serial and description of the cameras that the caller may use, now or later."""
    if not is_on(caller.hass, MODULE_VIDEO):
        return
    for serial in sorted(caller.gateway.devices):
        cameras = caller.gateway.video.cameras(serial)
        if cameras and may_use_video(caller, serial):
            for entity in cameras:
                yield serial, entity


def may_use_video(caller: Caller, serial: str) -> bool:
    """Tell whether the caller may use cameras of a device, now or later."""
    judge = caller.gateway.judge
    may = (judge(caller.actor, serial, name) for name in (VIEW, PLAYBACK, RECORD))
    return any(one.allowed or one.next_allowed_at is not None for one in may)


async def _shown_camera(
    caller: Caller, video: HomeVideo, serial: str, entity: str, name: str
) -> dict[str, Any]:
    gateway = caller.gateway
    view = gateway.judge(caller.actor, serial, VIEW)
    is_audited = serial in audited(caller)
    active = video.recordings.active.get((serial, entity))
    watching = sorted({one.actor.id for one in video.viewings.of(serial, entity) if one.requests})
    return {
        "serial": serial,
        "entity": entity,
        "name": name,
        "device": device_name(gateway, serial),
        "is_connected": gateway.devices[serial].is_connected,
        "may_view": view.allowed,
        "next_view_at": _iso(view.next_allowed_at),
        "may_play": gateway.judge(caller.actor, serial, PLAYBACK).allowed,
        "may_record": gateway.judge(caller.actor, serial, RECORD).allowed,
        "may_choose": gateway.judge(caller.actor, serial, DISCLOSE_COMMAND).allowed,
        "recording": None
        if active is None
        else {"reason": active.reason, "since": _iso(active.started_at)},
        # Who watches is for those who may read the record of the device.
        "watching": [await user_name(caller.hass, one) for one in watching] if is_audited else None,
    }


@command(
    "video_clips",
    {
        probatio.Optional(CONF_SERIAL): SERIAL,
        probatio.Optional("entity"): KEY,
        probatio.Optional("day"): TEXT,  # of this home; without one the newest that has a clip
        probatio.Optional("after", default=""): TEXT,
    },
)
async def ws_video_clips(caller: Caller, msg: Message) -> Result:
    """Tell a page of the clips that the caller may play, the newest first; `next` brings the one behind it."""
    serial, entity = msg.get(CONF_SERIAL), msg.get("entity")
    wanted = {serial} if serial is not None else set(caller.gateway.devices)
    day = _day(msg)
    if day is None:
        newest, _ = async_clips(caller.hass, caller.actor, wanted, entity, limit=1)
        day = dt_util.as_local(newest[0].started_at if newest else dt_util.utcnow()).date()
    clips, after = async_clips(
        caller.hass, caller.actor, wanted, entity, day, msg["after"] or None, PAGE
    )
    start, end = day_of(day)
    return {
        "day": day.isoformat(),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "clips": [_shown_clip(caller, clip) for clip in clips],
        "next": after,
    }


def _shown_clip(caller: Caller, clip: Clip) -> dict[str, Any]:
    may_delete = caller.gateway.judge(caller.actor, clip.serial, DISCLOSE_COMMAND).allowed
    return {
        "id": clip.id,
        "serial": clip.serial,
        "entity": clip.entity,
        "device": device_name(caller.gateway, clip.serial),
        "started_at": _iso(clip.started_at),
        "ended_at": _iso(clip.ended_at),
        "bytes": clip.bytes,
        "reason": clip.reason,
        "is_whole": clip.is_whole,
        "may_delete": may_delete,
        "thumbnail": address_for(caller, clip_look(THUMBNAIL, clip)),
    }


@command(
    "video_address",
    {
        probatio.Required("what"): probatio.In([LIVE, STILL, CLIP]),
        probatio.Optional(CONF_SERIAL): SERIAL,
        probatio.Optional("entity"): KEY,
        probatio.Optional("clip"): TEXT,
    },
)
async def ws_video_address(caller: Caller, msg: Message) -> Result:
    """Give the address of a camera's picture or of a clip. Who may not is refused, which the record tells."""
    video, what = async_video(caller.hass), msg["what"]
    if what == CLIP:
        if "clip" not in msg:
            raise InvalidVideoQuery
        look = clip_look(what, video.recordings.clip(msg["clip"]))
    else:
        if CONF_SERIAL not in msg or "entity" not in msg:
            raise InvalidVideoQuery
        look = camera_look(what, msg[CONF_SERIAL], msg["entity"])
    video.viewings.require(caller.actor, look)
    return {"path": address_for(caller, look), "lives_s": LIVES_S[what]}


def address_for(caller: Caller, look: Look) -> str:
    """Return the address of a look that was judged. Raises NotRunning where there is no login to sign it for."""
    connection = current_connection.get()
    token_id = None if connection is None else connection.refresh_token_id
    if token_id is None:
        raise NotRunning
    return async_address(caller.hass, caller.user.id, token_id, look)


@command("video_viewers", _CAMERA)
async def ws_video_viewers(caller: Caller, msg: Message) -> Result:
    """Tell who watched a camera or its clips, the newest first, to whoever may read the device's record."""
    serial = msg[CONF_SERIAL]
    caller.gateway.require(caller.actor, serial, DISCLOSE_COMMAND)
    runtime = caller.hass.data.get(DATA_AUDIT)
    if runtime is None:
        raise NotRunning
    scope = Scope(audited(caller) & {serial}, principal_of(caller.actor))
    wanted = Filter(serial=serial, commands=(PLAYBACK, VIEW), not_by=GATEWAY)
    lines = await runtime.store.page(scope, wanted, None, MAX_WATCHED)
    users = await caller.hass.auth.async_get_users()
    names = {principal_of_user(user.id): user.name for user in users}
    going_on = [
        _going_on(names, one) for one in async_video(caller.hass).viewings.of(serial, msg["entity"])
    ]
    over = [_watched(names, line) for _, line in lines if line.entity in {"", msg["entity"]}]
    return {"watched": [*reversed(going_on), *over]}


def _going_on(names: Mapping[str, str | None], viewing: Viewing) -> dict[str, Any]:
    actor, began_at = viewing.actor, dt_util.utcnow() - timedelta(seconds=viewing.lasts_s)
    return {
        "name": names.get(principal_of(actor)) or actor.name or actor.id,
        "began_at": began_at.isoformat(),
        "seconds": round(viewing.lasts_s),
        "what": viewing.look.what,
        "clip": viewing.look.clip_id or None,
        "is_refused": False,
    }


def _watched(names: Mapping[str, str | None], line: AuditLine) -> dict[str, Any]:
    try:
        told = json.loads(line.arguments)
    except ValueError:  # a command that was given by hand
        told = {}
    what = told.get("what")
    began_us = line.at_us - (line.duration_us or 0)
    return {
        "name": names.get(line.principal) or line.name or line.principal,
        "began_at": datetime.fromtimestamp(began_us / 1_000_000, UTC).isoformat(),
        "seconds": round((line.duration_us or 0) / 1_000_000),
        "what": what if what in _LOOKS else line.command,
        "clip": told.get("clip"),
        "is_refused": line.kind == "refused",
    }


# --- what people do ----------------------------------------------------------------------------------
@command(
    "start_recording",
    {
        **_CAMERA,
        probatio.Optional("seconds"): probatio.All(int, probatio.Range(min=1, max=MAX_RECORDING_S)),
    },
)
async def ws_start_recording(caller: Caller, msg: Message) -> Result:
    """Record a camera for so long, or until somebody stops it."""
    await async_record(
        caller.hass, caller.actor, msg[CONF_SERIAL], msg["entity"], msg.get("seconds")
    )
    return None


@command("stop_recording", _CAMERA)
async def ws_stop_recording(caller: Caller, msg: Message) -> Result:
    """End a recording."""
    await async_stop_recording(caller.hass, caller.actor, msg[CONF_SERIAL], msg["entity"])
    return None


@command("delete_clip", _CLIP)
async def ws_delete_clip(caller: Caller, msg: Message) -> Result:
    """Delete a recording: for who has the administration of its device."""
    recordings = async_video(caller.hass).recordings
    clip = recordings.clip(msg["clip"])
    caller.gateway.require(caller.actor, clip.serial, DISCLOSE_COMMAND)
    await recordings.delete(clip.id, caller.actor)
    return None


@command("video_choice", {probatio.Required(CONF_SERIAL): SERIAL})
async def ws_video_choice(caller: Caller, msg: Message) -> Result:
    """Tell what was chosen for the cameras of a device."""
    serial = msg[CONF_SERIAL]
    caller.gateway.require(caller.actor, serial, DISCLOSE_COMMAND)
    return _told(async_choice(caller.hass, serial))


@command(
    "set_video_choice",
    {
        probatio.Required(CONF_SERIAL): SERIAL,
        probatio.Optional(CONF_DAYS): probatio.All(int, probatio.Range(min=1, max=MAX_DAYS)),
        probatio.Optional(CONF_MEGABYTES): probatio.All(
            int, probatio.Range(min=MIN_MEGABYTES, max=MAX_MEGABYTES)
        ),
        probatio.Optional(CONF_MOTION): bool,
        probatio.Optional(CONF_OPEN): bool,
    },
)
async def ws_set_video_choice(caller: Caller, msg: Message) -> Result:
    """Choose how long clips are kept, whether motion makes one, and whether Home Assistant's proxy has pictures."""
    serial = msg[CONF_SERIAL]
    caller.gateway.require(caller.actor, serial, DISCLOSE_COMMAND)
    given = {
        name: msg[name]
        for name in (CONF_DAYS, CONF_MEGABYTES, CONF_MOTION, CONF_OPEN)
        if name in msg
    }
    choice = replace(async_choice(caller.hass, serial), **given)
    async_choose(caller.hass, serial, choice)
    return _told(choice)


# -----------------------------------------------------------------------------------------------------
def _told(choice: VideoChoice) -> Mapping[str, object]:
    return {
        CONF_DAYS: choice.keep_days,
        CONF_MEGABYTES: choice.max_mb,
        CONF_MOTION: choice.motion,
        CONF_OPEN: choice.is_open,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _day(msg: Message) -> date | None:
    if "day" not in msg:
        return None
    try:
        day = date.fromisoformat(msg["day"])
        day_of(day)  # the last one of all has no end
    except ValueError, OverflowError:
        raise InvalidVideoQuery from None
    return day


COMMANDS = (
    ws_video,
    ws_video_clips,
    ws_video_address,
    ws_video_viewers,
    ws_start_recording,
    ws_stop_recording,
    ws_delete_clip,
    ws_video_choice,
    ws_set_video_choice,
)
