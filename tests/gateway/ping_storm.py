"""Pings of all kinds that strangers can send, from many addresses of this machine."""

from collections.abc import Iterator
from contextlib import suppress
import os
import random
import socket

from .kit import CRYPTO, HOST, SERIAL
from .watched import FACTS
from custom_components.iot_secure_gateway.protocol import pings

SOURCES = 64


class Storm:
    """Sockets of many addresses; the same seed sends the same."""

    def __init__(self, port: int, seed: int) -> None:
        self._where = (HOST, port)
        self._dice = random.Random(seed)
        self._hosts = [f"127.1.{number // 250}.{1 + number % 250}" for number in range(SOURCES)]
        self._sockets = [_bound_to(host) for host in self._hosts]
        key = os.urandom(32)
        claimed = FACTS | {"claimed": True}
        # A tag is slow to make and as wrong the second time.
        self._forged = [
            pings.encode_bound(CRYPTO, key, claimed | {"ip": host, "boot": 900 + at, "seq": at})
            for at, host in enumerate(self._hosts)
        ]

    def send(self, count: int) -> Iterator[None]:
        """Send so many, with a stop after each."""
        for _ in range(count):
            at = self._dice.randrange(SOURCES)
            with suppress(BlockingIOError):  # the queue of the host is full
                self._sockets[at].sendto(self._ping(at), self._where)
            yield

    def close(self) -> None:
        """Close the sockets."""
        for each in self._sockets:
            each.close()

    def _ping(self, at: int) -> bytes:
        dice = self._dice
        kind = dice.randrange(6)
        if kind == 0:
            return dice.randbytes(dice.randrange(1, 600))
        if kind == 1:
            return b"ISG1P" + dice.randbytes(dice.randrange(1, 200))
        if kind == 2:  # a serial that nobody has
            serial = f"S-{dice.randrange(10**9)}"
            return pings.encode_unbound(FACTS | {"ip": self._hosts[at], "sn": serial})
        if kind == 3:  # the device of this gateway, without owner
            return pings.encode_unbound(FACTS | {"ip": self._hosts[at], "sn": SERIAL})
        if kind == 4:
            return b"{" * dice.randrange(1, 500)
        return self._forged[at]


def _bound_to(host: str) -> socket.socket:
    handle = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    handle.setblocking(False)
    handle.bind((host, 0))
    return handle
