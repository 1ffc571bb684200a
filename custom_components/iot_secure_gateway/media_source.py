"""Recordings in Home Assistant's media browser: cameras, days, films, as far as whoever browses may play them.

Who browses is whose websocket or request is being served; without one there is nothing. A film is played by the
browser of that person, from an address that is signed for them (`video.py`). Another player would be a machine that
nobody is logged in at, so it gets none.
"""

from datetime import date
from typing import Final, override

from homeassistant.components.media_player import BrowseError, MediaClass, MediaType
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.components.websocket_api import current_connection
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.util import dt as dt_util

from .attribution import actor_of
from .const import DOMAIN
from .exceptions import NotRunning
from .gateway.clip_index import Clip
from .gateway.errors import GatewayError
from .gateway.kinds import PLAYBACK
from .people import device_name
from .policy.actors import User
from .runtime import DATA_RUNTIME
from .video import CLIP, async_address, async_clips, async_video, clip_look

FILM: Final = "video/mp4"
MAX_SHOWN: Final = 500  # films of one day, or films that days are found by


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """Return the source."""
    return GatewayMediaSource(hass)


class GatewayMediaSource(MediaSource):
    """All recordings of the gateway: `<serial>/<camera>/<day>/<clip>`."""

    name = "Secure Gateway"

    def __init__(self, hass: HomeAssistant) -> None:
        super().__init__(DOMAIN)
        self._hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the address of a film for whoever asks. Raises Unresolvable."""
        if item.target_media_player is not None:
            raise Unresolvable(self._text("film_to_another_player"))
        clip_id = item.identifier.rpartition("/")[2]
        connection = current_connection.get()
        try:
            video = async_video(self._hass)
            actor = self._person()
            if connection is None or connection.refresh_token_id is None:
                raise NotRunning
            look = clip_look(CLIP, video.recordings.clip(clip_id))
            video.viewings.require(actor, look)
        except GatewayError as error:
            raise Unresolvable(self._text("unknown_clip")) from error
        path = async_address(self._hass, actor.id, connection.refresh_token_id, look)
        return PlayMedia(path, FILM)

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Return what there is below a place. Raises BrowseError."""
        try:
            serial, entity, day = _place(item.identifier)
            if not serial:
                return self._cameras()
            if day is None:
                return self._days(serial, entity)
            return self._films(serial, entity, day)
        except (GatewayError, ValueError, OverflowError) as error:
            raise BrowseError(self._text("unknown_clip")) from error

    # -------------------------------------------------------------------------------------------------
    def _cameras(self) -> BrowseMediaSource:
        async_video(self._hass)
        actor, gateway = self._person(), self._hass.data[DATA_RUNTIME].gateway
        shown = [
            _folder(f"{serial}/{camera.key}", f"{device_name(gateway, serial)}: {camera.name}")
            for serial in sorted(gateway.devices)
            if gateway.judge(actor, serial, PLAYBACK).allowed
            for camera in gateway.video.cameras(serial)
        ]
        return _folder("", self.name, shown)

    def _days(self, serial: str, entity: str) -> BrowseMediaSource:
        days = sorted(
            {dt_util.as_local(clip.started_at).date() for clip in self._clips(serial, entity)}
        )
        shown = [_folder(f"{serial}/{entity}/{day.isoformat()}", day.isoformat()) for day in days]
        return _folder(f"{serial}/{entity}", self._title(serial, entity), shown[::-1])

    def _films(self, serial: str, entity: str, day: date) -> BrowseMediaSource:
        place = f"{serial}/{entity}/{day.isoformat()}"
        films = [
            BrowseMediaSource(
                domain=DOMAIN,
                identifier=f"{place}/{clip.id}",
                media_class=MediaClass.VIDEO,
                media_content_type=FILM,
                title=dt_util.as_local(clip.started_at).strftime("%H:%M:%S"),
                can_play=True,
                can_expand=False,
            )
            for clip in self._clips(serial, entity, day)
        ]
        return _folder(place, day.isoformat(), films)

    def _clips(self, serial: str, entity: str, day: date | None = None) -> list[Clip]:
        clips, _ = async_clips(self._hass, self._person(), {serial}, entity, day, limit=MAX_SHOWN)
        return clips

    def _title(self, serial: str, entity: str) -> str:
        gateway = self._hass.data[DATA_RUNTIME].gateway
        names = (one.name for one in gateway.video.cameras(serial) if one.key == entity)
        return next(names, device_name(gateway, serial))

    @callback
    def _person(self) -> User:
        """Return who browses. Raises NotRunning when it is nobody who is logged in."""
        connection = current_connection.get()
        actor = None if connection is None else actor_of(connection.user)
        if not isinstance(actor, User) or DATA_RUNTIME not in self._hass.data:
            raise NotRunning
        return actor

    def _text(self, key: str) -> str:
        texts = async_get_cached_translations(
            self._hass, self._hass.config.language, "exceptions", DOMAIN
        )
        return texts.get(f"component.{DOMAIN}.exceptions.{key}.message", key)


def _place(identifier: str) -> tuple[str, str, date | None]:
    """Return serial, camera and day of a place. Raises ValueError for what is none."""
    if not identifier:
        return "", "", None
    parts = identifier.split("/")
    if not 2 <= len(parts) <= 3:
        raise ValueError("not a place")
    return parts[0], parts[1], date.fromisoformat(parts[2]) if len(parts) == 3 else None


def _folder(
    identifier: str, title: str, children: list[BrowseMediaSource] | None = None
) -> BrowseMediaSource:
    folder = BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier or None,
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaType.VIDEO,
        title=title,
        can_play=False,
        can_expand=True,
        children_media_class=MediaClass.VIDEO,
    )
    folder.children = children
    return folder
