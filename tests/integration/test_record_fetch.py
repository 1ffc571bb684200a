"""Fetching a maker's record: from real servers, within bounds, and never in the clear over foreign networks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
import socket
import ssl
from typing import Any

from aiohttp import web
import pytest

from benchmarks.certificate import client_context, make_certificate, server_context

from custom_components.iot_secure_gateway import record_fetch
from custom_components.iot_secure_gateway.gateway.errors import RecordTooLarge
from custom_components.iot_secure_gateway.record_fetch import (
    InvalidRecordUrl,
    RecordNotFetched,
    RecordUrlNotPrivate,
    async_fetch_record,
    is_private,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")

FILE = b"serial,password\nISG-1,ABCDEFGHIJKL2345\n"

type Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def served(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Serve every path of a server on loopback; gives its URL without a path."""
    server = web.Server(handler, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"{'http' if tls is None else 'https'}://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


async def give_file(request: web.BaseRequest) -> web.Response:
    return web.Response(body=FILE)


def always(response: Callable[[], web.StreamResponse]) -> Any:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return response()

    return handle


def to(location: str) -> Any:
    return always(lambda: web.Response(status=302, headers={"Location": location}))


async def test_file_comes_from_a_server_of_this_network() -> None:
    async with served(give_file) as url:
        assert await async_fetch_record(f" {url}/list.csv ") == FILE


async def test_file_comes_over_tls_with_a_certificate_that_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = make_certificate(tmp_path)
    async with served(give_file, server_context(certificate, key)) as url:
        with pytest.raises(RecordNotFetched) as refused:
            await async_fetch_record(url)
        assert "Certificate" in refused.value.placeholders["detail"]
        trusting = client_context(certificate)
        monkeypatch.setattr(record_fetch, "get_default_context", lambda: trusting)
        assert await async_fetch_record(url) == FILE
        downgrading = to(url.replace("https", "http"))
        async with served(downgrading, server_context(certificate, key)) as redirecting:
            with pytest.raises(RecordNotFetched, match="redirect"):
                await async_fetch_record(redirecting)
        async with served(to(url)) as other_scheme:
            with pytest.raises(RecordNotFetched, match="redirect"):
                await async_fetch_record(other_scheme)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "list.csv",
        "//host/list.csv",
        "ftp://host/list.csv",
        "file:///etc/passwd",
        "http://",
        "http:///list.csv",
        "http://[::1",
        "http://host:99999/",
        "https://host/" + "a" * record_fetch.MAX_URL,
    ],
)
async def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidRecordUrl):
        await async_fetch_record(url)


@pytest.mark.parametrize("host", ["198.51.100.7", "[2001:db8::7]", "[::ffff:198.51.100.7]"])
async def test_nothing_comes_in_the_clear_from_a_foreign_network(host: str) -> None:
    with pytest.raises(RecordUrlNotPrivate) as refused:
        await async_fetch_record(f"http://{host}/list.csv")
    assert refused.value.placeholders == {"host": host.strip("[]")}


async def test_it_is_the_address_that_counts_and_not_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def resolve(*arguments: Any, **options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("198.51.100.7", 80))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    with pytest.raises(RecordUrlNotPrivate):
        await async_fetch_record("http://printer.local/list.csv")


async def test_redirect_stays_under_the_same_rule() -> None:
    async with served(give_file) as url, served(to(f"{url}/moved.csv")) as old:
        assert await async_fetch_record(old) == FILE
    async with served(to("http://198.51.100.7/list.csv")) as url:
        with pytest.raises(RecordUrlNotPrivate):
            await async_fetch_record(url)


@pytest.mark.parametrize("location", ["/again", "", "http://[::1", "file:///etc/passwd"])
async def test_redirect_that_leads_nowhere_is_given_up(location: str) -> None:
    async with served(to(location)) as url:
        with pytest.raises(RecordNotFetched, match="redirect"):
            await async_fetch_record(url)


async def test_file_is_bounded_while_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_fetch, "MAX_FILE", 1000)
    sent: list[int] = []

    async def endless(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(bytes(100))
                sent.append(100)
        except ConnectionError:
            return response

    async with served(endless) as url:
        with pytest.raises(RecordTooLarge):
            await async_fetch_record(url)
    assert sent
    async with served(always(lambda: web.Response(body=bytes(1000)))) as url:
        assert len(await async_fetch_record(url)) == 1000


async def test_server_that_is_too_slow_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_fetch, "WITHIN_S", 0.05)

    given_up = asyncio.Event()

    async def hang(request: web.BaseRequest) -> web.Response:
        await given_up.wait()
        return web.Response()

    async with served(hang) as url:
        with pytest.raises(RecordNotFetched, match="timeout"):
            await async_fetch_record(url)
        given_up.set()


@pytest.mark.parametrize(
    ("response", "detail"),
    [
        (lambda: web.Response(status=404, text="no"), "HTTP 404"),
        (lambda: web.Response(status=204), "HTTP 204"),
        (lambda: web.Response(body=b"x", headers={"Content-Encoding": "br"}), "Content-Encoding"),
    ],
)
async def test_answer_that_is_no_file_is_named(
    response: Callable[[], web.Response], detail: str
) -> None:
    async with served(always(response)) as url:
        with pytest.raises(RecordNotFetched) as refused:
            await async_fetch_record(url)
    assert refused.value.placeholders == {"host": "127.0.0.1", "detail": detail}


async def test_url_with_a_secret_shows_in_no_text(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with served(to("/again?token=TOPSECRET")) as url:
        with pytest.raises(RecordNotFetched) as refused:
            await async_fetch_record(url.replace("//", "//maker:HUSHHUSH@") + "/?token=TOPSECRET")
    with pytest.raises(RecordNotFetched) as unreachable:
        await async_fetch_record("http://127.0.0.1:1/?token=TOPSECRET")
    for text in (str(refused.value), str(unreachable.value), caplog.text):
        assert "TOPSECRET" not in text
        assert "HUSHHUSH" not in text
    assert unreachable.value.__suppress_context__


@pytest.mark.parametrize(
    ("address", "is_so"),
    [
        ("127.0.0.1", True),
        ("192.168.1.1", True),
        ("::ffff:10.0.0.1", True),
        ("fd00::1", True),
        ("fe80::1%eth0", False),
        ("169.254.169.254", False),
        ("172.32.0.1", False),
        ("0.0.0.0", False),
        ("2001:db8::1", False),
    ],
)
def test_private_is_what_routers_keep_inside(address: str, is_so: bool) -> None:
    assert is_private(address) is is_so
