"""The page of a guest pass: for whoever holds its link, without a login to Home Assistant (B6).

    GET  /iot_secure_gateway/guest            the page; it reads the token behind the # of its address
    POST /iot_secure_gateway/guest/look       {"token": …}                      -> what is offered
    POST /iot_secure_gateway/guest/act        {"token": …, device, thing, act}  -> what became of it

The token is in no address that is sent, so in no log of a server on the way. There are no cookies, so no other
page can act in a guest's name. Whatever is wrong with a token, the answer is the same; and none of the answers
is 401, which Home Assistant counts as a failed login and may ban a whole house for.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
import json
from pathlib import Path
from typing import Any, Final, override

from aiohttp import hdrs, web

from homeassistant.components.http import KEY_HASS, HomeAssistantView
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..gateway.gateway import Gateway
from ..gateway.guest_offers import Offer, offers
from ..gateway.passes import WAIT_S, Passes
from ..modules import MODULE_GUEST_PASSES, is_on
from ..policy.actors import Guest
from ..runtime import DATA_RUNTIME
from .answers import async_act, told

PAGE_PATH: Final = f"/{DOMAIN}/guest"
MAX_BODY: Final = 4096  # bytes; a request has less than a tenth of that
BODY_WITHIN_S: Final = 10.0
LANGUAGES: Final = ("en", "de")

_FOLDER: Final = Path(__file__).parent / "page"
_TYPES: Final[Mapping[str, str]] = {
    "guest.html": "text/html",
    "guest.js": "text/javascript",
    "guest.css": "text/css",
}
_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    hdrs.CACHE_CONTROL: "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_TEXTS: Final = f"component.{DOMAIN}.config_panel.guest."


async def async_register_guest_page(hass: HomeAssistant) -> None:
    """Register the page, once: Home Assistant cannot take a view back, so each looks whether it is on."""
    files = await hass.async_add_executor_job(_read_files)
    gateway = _gateway(hass)
    passes = Passes(gateway.permissions, clock=hass.loop.time, emit=gateway.events.emit)
    for view in (_PageView(passes, files), _TextsView(passes), _LookView(passes), _ActView(passes)):
        hass.http.register_view(view)


def _read_files() -> dict[str, bytes]:
    return {name: (_FOLDER / name).read_bytes() for name in _TYPES}


class _View(HomeAssistantView):
    requires_auth = False

    def __init__(self, passes: Passes) -> None:
        self._passes = passes

    def _is_closed(self, hass: HomeAssistant) -> bool:
        """Whether there is nothing here for anybody."""
        return not is_on(hass, MODULE_GUEST_PASSES) or not self._passes.are_there


class _PageView(_View):
    """The page itself, the same for everybody."""

    url = PAGE_PATH
    extra_urls: Final = [f"{PAGE_PATH}/{{file}}"]  # type: ignore[misc]
    name = f"{DOMAIN}:guest"

    def __init__(self, passes: Passes, files: Mapping[str, bytes]) -> None:
        super().__init__(passes)
        self._files = files

    async def get(self, request: web.Request, file: str = "guest.html") -> web.Response:
        """Serve one of its files."""
        if self._is_closed(request.app[KEY_HASS]) or file not in self._files:
            return _no_pass()
        return web.Response(
            body=self._files[file], content_type=_TYPES[file], charset="utf-8", headers=_HEADERS
        )


class _TextsView(_View):
    """What the page says, in one language."""

    url = f"{PAGE_PATH}/texts/{{language}}"
    name = f"{DOMAIN}:guest:texts"

    async def get(self, request: web.Request, language: str) -> web.Response:
        """Serve the texts."""
        hass = request.app[KEY_HASS]
        if self._is_closed(hass) or language not in LANGUAGES:
            return _no_pass()
        texts = await async_get_translations(hass, language, "config_panel", [DOMAIN])
        return _answer(
            {
                key.removeprefix(_TEXTS): text
                for key, text in texts.items()
                if key.startswith(_TEXTS)
            }
        )


class _GuestView(_View):
    """Answers whoever holds a pass."""

    async def post(self, request: web.Request) -> web.Response:
        """Let a guest in, or tell nothing."""
        hass = request.app[KEY_HASS]
        if self._is_closed(hass):
            return _no_pass()
        if request.content_type != "application/json":  # what another page can send without asking
            return web.Response(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE, headers=_HEADERS)
        given = await _read(request)
        if given is None:
            return web.Response(status=HTTPStatus.BAD_REQUEST, headers=_HEADERS)
        guest = self._passes.guest(given.get("token"))
        if guest is None:
            return _no_pass() if self._passes.rejected(request.remote or "") else _too_often()
        if not self._passes.may_ask(guest):
            return _too_often()
        return await self._answer(hass, guest, given)

    async def _answer(
        self, hass: HomeAssistant, guest: Guest, given: Mapping[str, Any]
    ) -> web.Response:
        raise NotImplementedError

    def _offers(self, hass: HomeAssistant, guest: Guest) -> list[Offer]:
        return offers(_gateway(hass), guest, self._passes.entries(guest))


class _LookView(_GuestView):
    """What a pass is for, now."""

    url = f"{PAGE_PATH}/look"
    name = f"{DOMAIN}:guest:look"

    @override
    async def _answer(
        self, hass: HomeAssistant, guest: Guest, given: Mapping[str, Any]
    ) -> web.Response:
        return _answer(told(hass, _gateway(hass), self._passes, guest, self._offers(hass, guest)))


class _ActView(_GuestView):
    """One thing that is done."""

    url = f"{PAGE_PATH}/act"
    name = f"{DOMAIN}:guest:act"

    @override
    async def _answer(
        self, hass: HomeAssistant, guest: Guest, given: Mapping[str, Any]
    ) -> web.Response:
        wanted = (given.get("device"), given.get("thing"), given.get("act"))
        offered = (
            one
            for one in self._offers(hass, guest)
            if (one.alias, one.entity.key, one.act.id) == wanted
        )
        offer = next(offered, None)
        return _answer(await async_act(_gateway(hass), guest, offer, given.get("value")))


async def _read(request: web.Request) -> dict[str, Any] | None:
    """Return the object that a request brings; None when it is none, too large or too slow."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for chunk in request.content.iter_chunked(MAX_BODY):
                body += chunk
                if len(body) > MAX_BODY:
                    return None
        given = json.loads(body)
    except TimeoutError, RecursionError, ValueError:
        return None
    return given if isinstance(given, dict) else None


def _gateway(hass: HomeAssistant) -> Gateway:
    return hass.data[DATA_RUNTIME].gateway


def _answer(content: Mapping[str, object]) -> web.Response:
    return web.json_response(content, headers=_HEADERS)


def _no_pass() -> web.Response:
    """Whatever was wrong: no pass, one that ended, one that was taken back, or nothing here at all."""
    return web.json_response({"result": "no_pass"}, status=HTTPStatus.NOT_FOUND, headers=_HEADERS)


def _too_often() -> web.Response:
    return web.json_response(
        {"result": "too_often"},
        status=HTTPStatus.TOO_MANY_REQUESTS,
        headers={**_HEADERS, hdrs.RETRY_AFTER: str(WAIT_S)},
    )
