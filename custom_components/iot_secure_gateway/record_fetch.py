"""Fetches a maker's record from a URL. It is full of claim passwords, so how it travels matters.

`https` from anywhere, with a verified certificate. `http` only from an address of this host or of a
private network, looked at when the socket to it is made: nobody outside can read along or put another
list in its place. A redirect may lead elsewhere under the same rule and never to another scheme. What comes is
bounded in size and time, and taken as it is: a packed answer could unpack to anything. No text and no log
says more of a URL than its host, for it may hold a password or a token.
"""

import asyncio
from ipaddress import ip_address, ip_network
import socket
from typing import Any, Final

import aiohttp
from aiohttp import hdrs
from yarl import URL

from homeassistant.util.ssl import get_default_context

from .gateway.errors import GatewayError, RecordTooLarge
from .gateway.printable import printable
from .gateway.record_import import MAX_FILE, MAX_SERIALS

MAX_URL: Final = 2048  # characters
MAX_REDIRECTS: Final = 3
WITHIN_S: Final = 60.0  # for all of it: 16 MB over 2 Mbit/s
CONNECT_WITHIN_S: Final = 10.0
CHUNK: Final = 65536  # bytes
_REDIRECTS = (301, 302, 303, 307, 308)
_PRIVATE = tuple(
    map(ip_network, ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"))
)  # fmt: skip


class InvalidRecordUrl(GatewayError):
    """Not a URL that a maker's record is fetched from."""

    code = "record_url_invalid"


class RecordUrlNotPrivate(GatewayError):
    """`http` would bring the record in the clear over a network that is not private."""

    code = "record_url_not_private"

    def __init__(self, url: URL) -> None:
        super().__init__(host=printable(url.host or ""))


class RecordNotFetched(GatewayError):
    """The server did not answer with a file: unreachable, too slow, a certificate that does not fit."""

    code = "record_not_fetched"

    def __init__(self, url: URL, detail: str) -> None:
        super().__init__(host=printable(url.host or ""), detail=detail)


async def async_fetch_record(url: str) -> bytes:
    """Return the file at a URL.

    Raises InvalidRecordUrl, RecordUrlNotPrivate, RecordNotFetched, RecordTooLarge.
    """
    target = _checked(url)
    sockets = _Sockets(is_private_only=target.scheme == "http")
    # A session of its own: Home Assistant's keeps connections and cookies, and connects to any address.
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            resolver=aiohttp.ThreadedResolver(),
            ssl=get_default_context(),
            socket_factory=sockets.make,
        ),
        timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_WITHIN_S),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
    )
    async with session:
        try:
            async with asyncio.timeout(WITHIN_S):
                return await _fetch(session, target)
        except TimeoutError:
            raise RecordNotFetched(target, "timeout") from None
        except aiohttp.ClientError as error:  # its text may hold the URL
            if sockets.has_refused:
                raise RecordUrlNotPrivate(target) from None
            raise RecordNotFetched(target, type(error).__name__) from None


class _Sockets:
    """Makes the sockets of one fetch: none to an address that is not private, if so wished."""

    def __init__(self, *, is_private_only: bool) -> None:
        self._is_private_only = is_private_only
        self.has_refused = False

    def make(self, address_info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = address_info
        if self._is_private_only and not is_private(address[0]):
            self.has_refused = True
            raise OSError("not an address of a private network")
        return socket.socket(family, kind, protocol)


def is_private(address: str) -> bool:
    """Tell whether an address, as text, is of this host or of a private network."""
    ip = ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return any(ip in network for network in _PRIVATE)


def _checked(url: str) -> URL:
    try:
        target = URL(url.strip()) if len(url) <= MAX_URL else URL()
    except ValueError:
        raise InvalidRecordUrl from None
    if target.scheme not in ("http", "https") or not target.host:
        raise InvalidRecordUrl
    return target


async def _fetch(session: aiohttp.ClientSession, target: URL) -> bytes:
    for _ in range(MAX_REDIRECTS + 1):
        async with session.get(
            target, allow_redirects=False, headers={hdrs.ACCEPT_ENCODING: "identity"}
        ) as response:
            if response.status not in _REDIRECTS:
                return await _body(response)
            target = _redirected(target, response.headers.get(hdrs.LOCATION, ""))
    raise RecordNotFetched(target, "redirects")


def _redirected(target: URL, location: str) -> URL:
    try:
        to = target.join(URL(location))
    except ValueError:
        raise RecordNotFetched(target, "redirect") from None
    if to.scheme != target.scheme or not to.host or len(location) > MAX_URL:
        raise RecordNotFetched(target, "redirect")
    return to


async def _body(response: aiohttp.ClientResponse) -> bytes:
    if response.status != 200:
        raise RecordNotFetched(response.url, f"HTTP {response.status}")
    if response.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
        raise RecordNotFetched(response.url, hdrs.CONTENT_ENCODING)
    body = bytearray()
    async for chunk in response.content.iter_chunked(CHUNK):
        body += chunk
        if len(body) > MAX_FILE:
            raise RecordTooLarge(MAX_FILE, MAX_SERIALS)
    return bytes(body)
