"""The addresses of pictures and films, for people only, each judged by the permission table (S13).

    GET       /api/iot_secure_gateway/video/live/<serial>/<entity>     frames, one after another, while that is allowed
    GET       /api/iot_secure_gateway/video/still/<serial>/<entity>    one picture
    GET HEAD  /api/iot_secure_gateway/video/clip/<id>                  a film, also in parts
    GET HEAD  /api/iot_secure_gateway/video/thumbnail/<id>             a small picture of it

Home Assistant finds out who asks, by a token or by a signed address. No answer is 401: that counts as a failed login,
and could ban a whole house when somebody's page asks with an address that is no longer good.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
import secrets
import time
from typing import Final, override

from aiohttp import hdrs, web
from aiohttp.abc import AbstractStreamWriter

from homeassistant.components.http import KEY_HASS, KEY_HASS_USER, HomeAssistantView
from homeassistant.components.http.auth import SIGN_QUERY_PARAM
from homeassistant.components.http.const import KEY_HASS_REFRESH_TOKEN_ID
from homeassistant.core import HomeAssistant, callback

from .attribution import actor_of
from .const import DOMAIN
from .exceptions import NotRunning
from .gateway.errors import DeviceOffline, GatewayError, Refused, UnknownDevice
from .gateway.gateway import Gateway
from .gateway.video_errors import NoPicture, TooManyViewers, UnknownCamera, UnknownClip
from .gateway.viewing import JUDGED_EVERY_S, Look, TooManyViewings, Viewing
from .policy.actors import Actor, Unknown, User
from .runtime import DATA_RUNTIME
from .video import (
    BASE,
    CLIP,
    LIVE,
    LIVES_S,
    STILL,
    THUMBNAIL,
    HomeVideo,
    VideoOff,
    async_video,
    camera_look,
    clip_look,
)

WRITE_WITHIN_S: Final = 10.0  # one frame; whoever takes longer watches nothing
FRAME_WITHIN_S: Final = 15.0  # the first one, and each one after it
STILL_AGE_S: Final = 5.0
MAX_ID: Final = 64  # characters of a clip's id in an address

_HEADERS: Final[Mapping[str, str]] = {
    hdrs.CACHE_CONTROL: "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# What a device made, whatever a browser takes it for, runs nothing in the name of whoever looks.
_DEVICE_HEADERS: Final = {**_HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"}
_FRAMES: Final = "multipart/x-mixed-replace; boundary="
_STATUS: Final[Mapping[type[GatewayError], HTTPStatus]] = {
    Refused: HTTPStatus.FORBIDDEN,
    UnknownDevice: HTTPStatus.NOT_FOUND,
    UnknownCamera: HTTPStatus.NOT_FOUND,
    UnknownClip: HTTPStatus.NOT_FOUND,
    TooManyViewings: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyViewers: HTTPStatus.TOO_MANY_REQUESTS,
    NotRunning: HTTPStatus.SERVICE_UNAVAILABLE,
    VideoOff: HTTPStatus.FORBIDDEN,
    DeviceOffline: HTTPStatus.SERVICE_UNAVAILABLE,
    NoPicture: HTTPStatus.SERVICE_UNAVAILABLE,
}


@callback
def async_register_video_views(hass: HomeAssistant) -> None:
    """Register them, once: Home Assistant cannot take a view back."""
    for view in (_LiveView(), _StillView(), _ClipView(), _ThumbnailView()):
        hass.http.register_view(view)


class _View(HomeAssistantView):
    requires_auth = False  # looked at here: see above
    what = ""

    async def _serve(self, request: web.Request, *names: str) -> web.StreamResponse:
        """Answer a request as far as, and for as long as, its person may look."""
        hass = request.app[KEY_HASS]
        actor = _actor_now(hass, request)
        if not isinstance(actor, User) or not _is_theirs(request, actor, self.what):
            return _refusal(HTTPStatus.FORBIDDEN, "no_person")
        try:
            video = async_video(hass)
            viewings = video.viewings
            look = await self._look(video, *names)
            viewing_of = viewings.live if self.what == LIVE else viewings.request
            async with (
                viewing_of(actor, look) as viewing,
                _while_allowed(hass, request, viewing),
            ):
                return await self._give(request, video, look)
        except GatewayError as error:
            status = (code for kind, code in _STATUS.items() if isinstance(error, kind))
            return _refusal(next(status, HTTPStatus.INTERNAL_SERVER_ERROR), error.code)
        except TimeoutError:
            # No longer allowed, or nothing moves. What was under way cannot be told any more: cut it off.
            if request.transport is not None:
                request.transport.abort()
            return _refusal(HTTPStatus.FORBIDDEN, "over")

    async def _look(self, video: HomeVideo, *names: str) -> Look:
        raise NotImplementedError

    async def _give(self, request: web.Request, video: HomeVideo, look: Look) -> web.StreamResponse:
        raise NotImplementedError


class _CameraView(_View):
    """What a camera sees now."""

    async def get(self, request: web.Request, serial: str, entity: str) -> web.StreamResponse:
        """Serve it."""
        return await self._serve(request, serial, entity)

    @override
    async def _look(self, video: HomeVideo, *names: str) -> Look:
        return camera_look(self.what, *names)


class _LiveView(_CameraView):
    url = f"{BASE}/{LIVE}/{{serial}}/{{entity}}"
    name = f"api:{DOMAIN}:video:{LIVE}"
    what = LIVE

    @override
    async def _give(self, request: web.Request, video: HomeVideo, look: Look) -> web.StreamResponse:
        """Send frames until the camera ends them, or the viewer is gone or too slow."""
        response: web.StreamResponse | None = None
        # Browsers look for it in the pictures, too: a device that knew it could send pages with scripts.
        boundary = secrets.token_hex(16)
        mark = f"--{boundary}\r\n".encode()
        async with _gateway(request).video.watch(look.serial, look.entity) as frames:
            while True:
                try:
                    async with asyncio.timeout(FRAME_WITHIN_S):
                        frame = await anext(frames)
                except StopAsyncIteration, TimeoutError:
                    if response is None:
                        raise NoPicture from None
                    return response
                if response is None:
                    headers = {**_DEVICE_HEADERS, hdrs.CONTENT_TYPE: _FRAMES + boundary}
                    response = web.StreamResponse(headers=headers)
                    await response.prepare(request)
                    await response.write(mark)
                # The boundary comes right behind each frame: browsers show a part when it has ended.
                size = len(frame.jpeg)
                head = f"Content-Type: image/jpeg\r\nContent-Length: {size}\r\n\r\n".encode()
                async with asyncio.timeout(WRITE_WITHIN_S):
                    await response.write(b"".join((head, frame.jpeg, b"\r\n", mark)))


class _StillView(_CameraView):
    url = f"{BASE}/{STILL}/{{serial}}/{{entity}}"
    name = f"api:{DOMAIN}:video:{STILL}"
    what = STILL

    @override
    async def _give(self, request: web.Request, video: HomeVideo, look: Look) -> web.StreamResponse:
        frame = await _gateway(request).video.still(look.serial, look.entity, max_age_s=STILL_AGE_S)
        return web.Response(body=frame.jpeg, content_type="image/jpeg", headers=_DEVICE_HEADERS)


class _FileView(_View):
    """What was recorded."""

    content_type = ""

    async def get(self, request: web.Request, clip: str) -> web.StreamResponse:
        """Serve it, or a part of it."""
        return await self._serve(request, clip)

    async def head(self, request: web.Request, clip: str) -> web.StreamResponse:
        """Say how large it is."""
        return await self._serve(request, clip)

    @override
    async def _look(self, video: HomeVideo, *names: str) -> Look:
        (id_,) = names
        return clip_look(self.what, video.recordings.clip(id_[:MAX_ID]))

    @override
    async def _give(self, request: web.Request, video: HomeVideo, look: Look) -> web.StreamResponse:
        id_ = "" if look.clip is None else look.clip.id
        recordings = video.recordings
        path = recordings.path(id_) if self.what == CLIP else recordings.thumbnail(id_)
        if not await request.app[KEY_HASS].async_add_executor_job(path.is_file):
            raise UnknownClip  # removed just now, or a thumbnail that could not be made
        headers = {**_HEADERS, hdrs.CONTENT_TYPE: self.content_type}
        response = _File(path, headers=headers)
        # Sent here and not by whoever called this, so that it ends when it is allowed no longer.
        await response.prepare(request)
        return response


class _ClipView(_FileView):
    url = f"{BASE}/{CLIP}/{{clip}}"
    name = f"api:{DOMAIN}:video:{CLIP}"
    what = CLIP
    content_type = "video/mp4"


class _ThumbnailView(_FileView):
    url = f"{BASE}/{THUMBNAIL}/{{clip}}"
    name = f"api:{DOMAIN}:video:{THUMBNAIL}"
    what = THUMBNAIL
    content_type = "image/jpeg"


class _File(web.FileResponse):
    """A file that is sent once: whoever called the view prepares what it returns a second time."""

    @override
    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        return None if self.prepared else await super().prepare(request)


@asynccontextmanager
async def _while_allowed(
    hass: HomeAssistant, request: web.Request, viewing: Viewing
) -> AsyncIterator[None]:
    """Judge again and again; raises TimeoutError within as soon as it is allowed no longer, or nobody is there."""
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle
    async with asyncio.timeout(None) as limit:

        @callback
        def judge_again() -> None:
            nonlocal timer
            is_there = request.transport is not None and not request.transport.is_closing()
            if is_there and viewing.goes_on(_actor_now(hass, request)):
                timer = loop.call_later(JUDGED_EVERY_S, judge_again)
            else:
                limit.reschedule(loop.time())

        timer = loop.call_later(JUDGED_EVERY_S, judge_again)
        try:
            yield
        finally:
            timer.cancel()


@callback
def _actor_now(hass: HomeAssistant, request: web.Request) -> Actor:
    """Return whoever asks as they are by now: logged out, nobody."""
    token_id = request.get(KEY_HASS_REFRESH_TOKEN_ID)
    token = hass.auth.async_get_refresh_token(token_id) if token_id else None
    asked = request.get(KEY_HASS_USER)
    if token is None or asked is None or token.user.id != asked.id:
        return Unknown()
    return actor_of(token.user)


def _is_theirs(request: web.Request, actor: User, what: str) -> bool:
    """Tell whether an address is for whoever asks, and still good; a token needs no such address.

    People may have Home Assistant sign any path for themselves, for years: what counts is the end within it.
    """
    asked = request.query
    if "for" in asked and asked["for"] != actor.id:
        return False
    if hdrs.AUTHORIZATION in request.headers and SIGN_QUERY_PARAM not in asked:
        return True
    until = asked.get("until", "")
    if "for" not in asked or not (until.isascii() and until.isdecimal() and len(until) <= 12):
        return False
    return 0 <= int(until) - int(time.time()) <= LIVES_S[what]


def _gateway(request: web.Request) -> Gateway:
    return request.app[KEY_HASS].data[DATA_RUNTIME].gateway


def _refusal(status: HTTPStatus, code: str) -> web.Response:
    return web.json_response({"error": code}, status=status, headers=_HEADERS)
