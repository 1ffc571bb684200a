"""Pings go out as set and fail quietly; log lines are bounded whatever a peer sends."""

import asyncio
from collections.abc import Callable
import json
import socket
from typing import Any

import pytest

from .conftest import StartDevice
from iotsg_device import compat_net, pings
from iotsg_device.log import LINES_PER_WINDOW, MAX_LINE, WINDOW_MS, Log, printable
from iotsg_device.pings import PingSender


def make(
    targets: list[tuple[str, int]],
    lines: list[str],
    make_ping: Callable[[str, int], list[bytes]] = lambda ip, port: [f"{ip} {port}".encode()],
    address: str | None = None,
) -> PingSender:
    return PingSender(make_ping, targets, 30, lambda n: bytes(n), lines.append, address)


@pytest.fixture
def listener(socket_enabled: None) -> Any:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(10)
        yield listener


@pytest.mark.parametrize("address", [None, "127.0.0.9"])
async def test_a_ping_comes_from_the_address_it_names(
    listener: socket.socket, address: str | None
) -> None:
    sender = make([listener.getsockname()], [], address=address)
    task = asyncio.create_task(sender.run(4711))
    listener.setblocking(False)
    async with asyncio.timeout(10):
        data, source = await asyncio.get_running_loop().sock_recvfrom(listener, 600)
    task.cancel()
    assert data == f"{source[0]} 4711".encode()
    assert source[0] == (address or "127.0.0.1")


async def test_a_host_that_can_not_be_reached_is_said_once_and_the_others_get_theirs(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pings._resolve

    async def resolve(host: str, port: int) -> Any:
        if host == "nowhere.invalid":
            raise OSError("no such host")
        return await real(host, port)

    monkeypatch.setattr(pings, "_resolve", resolve)
    lines: list[str] = []
    sender = make([("nowhere.invalid", 1), listener.getsockname()], lines)
    for _ in range(3):
        await sender.send_all(1)
    assert lines == ["can't ping nowhere.invalid: OSError('no such host')"]
    for _ in range(3):
        listener.recv(100)


async def test_names_are_resolved_without_blocking(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    assert await pings._resolve("localhost", port) in [("127.0.0.1", port), ("::1", port, 0, 0)]


async def test_without_an_own_address_nothing_is_sent(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pings, "own_address", lambda target: None)
    lines: list[str] = []
    await make([listener.getsockname()], lines).send_all(1)
    assert "own address is not known" in lines[0]


def test_own_address_of_a_target_without_route(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoRoute:
        def __init__(self, *args: object) -> None: ...
        def setsockopt(self, *args: object) -> None: ...
        def close(self) -> None: ...
        def connect(self, target: object) -> None:
            raise OSError("unreachable")

    monkeypatch.setattr(socket, "socket", NoRoute)
    assert compat_net.own_address(("203.0.113.1", 1)) is None


@pytest.mark.parametrize(("draw", "pause"), [(b"\0\0", 27000), (b"\xff\xff", 33000)])
def test_the_interval_varies_so_that_devices_do_not_ping_as_one(draw: bytes, pause: int) -> None:
    sender = PingSender(lambda ip, port: [], [], 30, lambda n: draw, print)
    assert sender._pause_ms() == pause


@pytest.mark.micropython
@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
async def test_an_unbound_device_tells_who_and_where_it_is(
    start_device: StartDevice, listener: socket.socket, interpreter: str
) -> None:
    port = listener.getsockname()[1]
    device = await start_device(interpreter, ping_to=[f"127.0.0.1:{port}"])
    listener.setblocking(False)
    async with asyncio.timeout(10):
        data, source = await asyncio.get_running_loop().sock_recvfrom(listener, 600)
    facts = json.loads(data)
    assert source[0] == facts["ip"] == "127.0.0.1"
    assert (facts["sn"], facts["port"], facts["claimed"]) == (device.serial, device.port, False)
    assert len(data) <= 512


@pytest.mark.parametrize(
    "text",
    ["\x1b[31mred", "a\r\nb", "\u202egnp.exe", "\u200bzero", "\ud800", "\ufeff", "\x9b"],
)
def test_control_characters_are_not_shown(text: str) -> None:
    assert "?" in printable(text)
    assert not any(
        character in printable(text) for character in "\x1b\r\n\u202e\u200b\ud800\ufeff\x9b"
    )


def test_text_is_capped_and_letters_stay() -> None:
    assert printable("Küche " * 100, 6) == "Küche "


def test_a_flood_of_lines_is_counted_not_written() -> None:
    now = 0
    lines: list[str] = []
    log = Log(lambda: now, lines.append)
    for _ in range(1000):
        log("x" * 1000)
    assert lines == ["x" * MAX_LINE] * LINES_PER_WINDOW
    now += WINDOW_MS
    log("later")
    assert lines[LINES_PER_WINDOW:] == [f"({1000 - LINES_PER_WINDOW} lines left out)", "later"]
