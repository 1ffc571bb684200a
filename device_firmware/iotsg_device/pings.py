"""Says where the device is: a UDP datagram at power-up and at each interval (FIG 3 step 305).

What a ping holds is made by the core; nothing is ever received here.
"""

import asyncio
import socket

from . import addresses
from .compat import IS_MICROPYTHON
from .compat_net import own_address, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# An interval varies by up to one part of so many, so that devices do not ping as one.
JITTER_PARTS = 10


class PingSender:
    """Sends the datagrams of `make(ip, port)` to each of `targets` = (host, port); `address` overrides what is found."""

    def __init__(
        self,
        make: "Callable[[str, int], list[bytes]]",
        targets: "list[tuple[str, int]]",
        interval_s: int,
        random: "Callable[[int], bytes]",
        log: "Callable[[str], None]",
        address: "str | None" = None,
    ) -> None:
        self._make = make
        self._targets = targets
        self._interval_ms = interval_s * 1000
        self._random = random
        self._log = log
        self._address = address
        self._failed: "set[str]" = set()

    def set(self, targets: "list[tuple[str, int]]", interval_s: int) -> bool:
        """Take over where to ping and how often, for the next `run`; tell whether that is new."""
        if (targets, interval_s * 1000) == (self._targets, self._interval_ms):
            return False
        self._targets = targets
        self._interval_ms = interval_s * 1000
        return True

    async def run(self, port: int) -> None:
        """Ping for ever; `port` is where the device listens."""
        while True:
            await self.send_all(port)
            await asyncio.sleep(self._pause_ms() / 1000)

    async def send_all(self, port: int) -> None:
        """Send one ping to each target."""
        for host, target_port in self._targets:
            await self._send(host, target_port, port)

    def _pause_ms(self) -> int:
        spread = self._interval_ms // JITTER_PARTS
        draw = int.from_bytes(self._random(2), "big")
        return self._interval_ms - spread + 2 * spread * draw // 65535

    async def _send(self, host: str, target_port: int, port: int) -> None:
        handle = None
        try:
            target = await _resolve(host, target_port)
            address = self._address or own_address(target)
            if address is None:
                raise OSError("own address is not known")
            is_6 = ":" in address
            handle = socket.socket(socket.AF_INET6 if is_6 else socket.AF_INET, socket.SOCK_DGRAM)
            handle.setblocking(False)
            handle.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            # The gateway believes only a ping whose `ip` is the address it came from.
            handle.bind(resolve(address, 0))
            for datagram in self._make(address, port):
                handle.sendto(datagram, target)
            self._failed.discard(host)
        except OSError as error:
            if host not in self._failed:  # once, not at every interval
                self._failed.add(host)
                self._log("can't ping {}: {!r}".format(host, error))
        finally:
            if handle is not None:
                handle.close()


async def _resolve(host: str, port: int) -> "Any":
    if IS_MICROPYTHON or addresses.parse(host) is not None:
        return resolve(host, port)
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    return found[0][4]
