"""Video of this Home Assistant: where recordings are, what an owner chose about a camera, and its addresses.

A browser fetches pictures and films without a header that says who it is. So an address is signed by Home Assistant
for one login, names the user and its own end, and is good for one thing for a short time. It opens nothing by
itself: whoever it is for is judged again when it is used, and for as long as that lasts (`video_views.py`).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
import logging
from pathlib import Path
import time
from typing import Final
from urllib.parse import quote

from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .claiming import entry_of
from .const import DOMAIN
from .exceptions import NotRunning
from .gateway.clip_index import Clip
from .gateway.clips import MAX_PAGE, RecordingChoice
from .gateway.errors import GatewayError
from .gateway.events import GatewayEvent, OwnerChanged
from .gateway.gateway import Gateway
from .gateway.kinds import PLAYBACK, VIEW
from .gateway.printable import printable
from .gateway.recordings import Recordings
from .gateway.viewing import Look, Viewings
from .modules import MODULE_VIDEO, is_on
from .policy.actors import Actor

_LOGGER = logging.getLogger(__name__)

FOLDER: Final = f"{DOMAIN}_video"  # in the configuration folder
BASE: Final = f"/api/{DOMAIN}/video"

LIVE: Final = "live"
STILL: Final = "still"
CLIP: Final = "clip"
THUMBNAIL: Final = "thumbnail"
# Seconds for which an address may be used: to begin with, or to ask for the next part of a film.
LIVES_S: Final[Mapping[str, int]] = {LIVE: 30, STILL: 30, CLIP: 600, THUMBNAIL: 120}

CONF_VIDEO: Final = "video"  # in the options of a device's entry
CONF_DAYS: Final = "keep_days"
CONF_MEGABYTES: Final = "max_mb"
CONF_MOTION: Final = "motion"
CONF_OPEN: Final = "is_open"
CONF_OWNER: Final = "owner"  # whose choice it is: it does not count for the next one
ASKED: Final = "asked"  # why a camera is recorded, beside motion
MAX_RECORDING_S: Final = 24 * 3600

MAX_PAGES: Final = 5  # of clips that are judged for one answer

MAX_DAYS: Final = 365
MIN_MEGABYTES: Final = 50
MAX_MEGABYTES: Final = 1_000_000


class VideoOff(GatewayError):
    """The gateway's options say that there is no video."""

    code = "video_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoChoice:
    """What the owner of a device chose about its cameras."""

    keep_days: int = 7
    max_mb: int = 2048
    motion: bool = False  # a clip whenever the device sees something move
    is_open: bool = (
        False  # Home Assistant's camera proxy has the picture, without knowing who looks
    )


@dataclass(slots=True, kw_only=True)
class HomeVideo:
    """What the parts of the edge share about video."""

    recordings: Recordings
    viewings: Viewings
    owners: Mapping[str, str]
    stop_listening: Callable[[], None]


DATA_VIDEO: HassKey[HomeVideo] = HassKey(f"{DOMAIN}_video")


async def async_start_video(hass: HomeAssistant, gateway: Gateway) -> None:
    """Have recordings kept from now on; call it when the gateway has started."""
    recordings = Recordings(
        Path(hass.config.path(FOLDER)),
        gateway.video,
        owners=gateway.owners,
        emit=gateway.events.emit,
        unix_time=time.time,
    )
    entries = hass.config_entries.async_entries(DOMAIN)
    choices = {
        serial: _for_recordings(hass, _kept(hass, serial, owner))
        for entry in entries
        if (serial := entry.unique_id) and (owner := gateway.owners.get(serial))
    }
    try:
        await recordings.load(choices)
    except OSError as error:  # a folder that cannot be used is no reason to guard nothing
        _LOGGER.error("Nothing is recorded: %s cannot be used (%s)", FOLDER, type(error).__name__)

    @callback
    def on_event(event: GatewayEvent) -> None:
        if isinstance(event, OwnerChanged):
            _async_end_recordings(hass, event.serial)
            async_apply_choice(hass, event.serial)

    hass.data[DATA_VIDEO] = HomeVideo(
        recordings=recordings,
        viewings=Viewings(gateway),
        owners=gateway.owners,
        stop_listening=gateway.add_listener(on_event),
    )


async def async_stop_video(hass: HomeAssistant) -> None:
    """End all that is watched and recorded; call it before the gateway stops."""
    video = hass.data.pop(DATA_VIDEO)
    video.stop_listening()
    video.viewings.stop()
    await video.recordings.stop()


@callback
def async_video(hass: HomeAssistant) -> HomeVideo:
    """Return what serves video. Raises NotRunning, VideoOff."""
    if (video := hass.data.get(DATA_VIDEO)) is None:
        raise NotRunning
    if not is_on(hass, MODULE_VIDEO):
        raise VideoOff
    return video


@callback
def async_apply_module(hass: HomeAssistant, gateway: Gateway) -> None:
    """End what is watched and recorded when video was switched off; motion makes clips only while it is on."""
    video = hass.data[DATA_VIDEO]
    for serial in gateway.devices:
        async_apply_choice(hass, serial)
    if is_on(hass, MODULE_VIDEO):
        return
    video.viewings.stop()
    for serial in {serial for serial, _ in video.recordings.active}:
        _async_end_recordings(hass, serial)


@callback
def _async_end_recordings(hass: HomeAssistant, serial: str) -> None:
    recordings = hass.data[DATA_VIDEO].recordings
    for recorded, entity in recordings.active:
        if recorded == serial:
            stop = recordings.stop_recording(serial, entity, None)
            hass.async_create_background_task(stop, f"stop recording {serial}")


# --- what an owner chose -----------------------------------------------------------------------------
@callback
def async_choice(hass: HomeAssistant, serial: str) -> VideoChoice:
    """Return what the owner of a device chose."""
    return _kept(hass, serial, hass.data[DATA_VIDEO].owners.get(serial))


def _kept(hass: HomeAssistant, serial: str, owner: str | None) -> VideoChoice:
    entry = entry_of(hass, serial)
    kept = {} if entry is None else dict(entry.options.get(CONF_VIDEO, {}))
    by = kept.pop(CONF_OWNER, None)
    return VideoChoice(**kept) if by is not None and by == owner else VideoChoice()


@callback
def async_choose(hass: HomeAssistant, serial: str, choice: VideoChoice) -> None:
    """Keep a choice, and act on it at once."""
    entry = entry_of(hass, serial)
    if entry is not None:
        kept = {**asdict(choice), CONF_OWNER: hass.data[DATA_VIDEO].owners.get(serial)}
        options = {**entry.options, CONF_VIDEO: kept}
        hass.config_entries.async_update_entry(entry, options=options)
        async_apply_choice(hass, serial)


@callback
def async_apply_choice(hass: HomeAssistant, serial: str) -> None:
    """Have recordings of a device kept as was chosen."""
    choice = _for_recordings(hass, async_choice(hass, serial))
    hass.data[DATA_VIDEO].recordings.choose(serial, choice)


def _for_recordings(hass: HomeAssistant, choice: VideoChoice) -> RecordingChoice:
    return RecordingChoice(
        keep_days=choice.keep_days,
        max_mb=choice.max_mb,
        is_motion_kept=choice.motion and is_on(hass, MODULE_VIDEO),
    )


# --- recording ---------------------------------------------------------------------------------------
async def async_record(
    hass: HomeAssistant, actor: Actor, serial: str, entity: str, seconds: int | None
) -> None:
    """Record a camera for so long, or until somebody stops it. Raises Refused, UnknownDevice and VideoError."""
    video = async_video(hass)
    given = {} if seconds is None else {"seconds": seconds}
    async with video.viewings.recording(actor, serial, entity, given):
        video.recordings.start(serial, entity, ASKED, seconds, actor)


async def async_stop_recording(hass: HomeAssistant, actor: Actor, serial: str, entity: str) -> None:
    """End a recording. Raises Refused and NotRecording."""
    video = async_video(hass)
    async with video.viewings.recording(actor, serial, entity, {"stop": True}):
        await video.recordings.stop_recording(serial, entity, actor)


# --- what is looked at -------------------------------------------------------------------------------
def camera_look(what: str, serial: str, entity: str) -> Look:
    """Return the look at a camera as it is now; both names come from an address."""
    return Look(serial=printable(serial, 32), entity=printable(entity, 32), command=VIEW, what=what)


def clip_look(what: str, clip: Clip) -> Look:
    """Return the look at a recording."""
    return Look(serial=clip.serial, entity=clip.entity, command=PLAYBACK, what=what, clip=clip)


def day_of(day: date) -> tuple[datetime, datetime]:
    """Return begin and end of a day of this home."""
    return dt_util.start_of_local_day(day), dt_util.start_of_local_day(day + timedelta(days=1))


@callback
def async_clips(
    hass: HomeAssistant,
    actor: Actor,
    serials: Collection[str],
    entity: str | None,
    day: date | None = None,
    after: str | None = None,
    limit: int = 50,
) -> tuple[list[Clip], str | None]:
    """Return the clips that somebody may play, the newest first, and where those behind them begin. Raises NotRunning."""
    video = async_video(hass)
    since, until = (None, None) if day is None else day_of(day)
    # Of other devices nothing is looked at: not even where a page ends may depend on them.
    serials = {serial for serial in serials if video.viewings.may_play(actor, serial)}
    found: list[Clip] = []
    for _ in range(MAX_PAGES):
        page = video.recordings.clips(serials, since, until, after, MAX_PAGE, entity=entity)
        for clip in page:
            if video.viewings.may(actor, clip_look(CLIP, clip)):
                found.append(clip)
            after = clip.cursor
            if len(found) == limit:
                return found, after
        if len(page) < MAX_PAGE:
            return found, None
    return found, after


@callback
def async_address(hass: HomeAssistant, user_id: str, token_id: str, look: Look) -> str:
    """Return the address of a look for one login of one user; it is to be judged before."""
    names = (look.serial, look.entity) if look.clip is None else (look.clip.id,)
    lives_s = LIVES_S[look.what]
    path = "/".join((BASE, look.what, *(quote(name, safe="") for name in names)))
    return async_sign_path(
        hass,
        f"{path}?for={user_id}&until={int(time.time()) + lives_s}",
        timedelta(seconds=lives_s),
        refresh_token_id=token_id,
    )
