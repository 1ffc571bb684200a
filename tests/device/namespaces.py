"""Networks of a test's own: namespaces joined by virtual cables, gone with the test.

Linux, root and `ip` are needed. Run as a program, this file is the port forwarding of a home router:
    python namespaces.py LISTEN_PORT TARGET_HOST TARGET_PORT
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
import os
import subprocess
import sys
from types import TracebackType
from typing import Self

READ_SIZE = 4096


class NoNamespacesError(Exception):
    """This machine does not let us make networks; the text says why."""


class Namespaces:
    """Named network namespaces; each lives as long as the process that holds it."""

    def __init__(self) -> None:
        self._holders: dict[str, subprocess.Popen[bytes]] = {}
        self._cables = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for holder in self._holders.values():
            holder.terminate()
            holder.communicate()

    def add(self, name: str) -> None:
        """Make a network with nothing but a loopback. Raises NoNamespacesError."""
        if os.geteuid() != 0:
            raise NoNamespacesError("networks of one's own need root")
        command = ["unshare", "--net", "sh", "-c", "echo made; exec cat"]
        try:
            holder = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise NoNamespacesError(f"no network namespace can be made: {error}") from None
        self._holders[name] = holder
        told = holder.stdout.readline() if holder.stdout is not None else b""
        if told != b"made\n":
            raise NoNamespacesError(f"no network namespace can be made: {told!r}")
        self._ip(name, "link", "set", "lo", "up")

    def join(self, one: str, address: str, other: str, other_address: str) -> None:
        """Lay a cable between two networks, with an address such as 10.0.0.1/24 at each end."""
        self._cables += 1
        cable = f"cable{self._cables}"
        peer = ("peer", "name", cable, "netns", str(self._holders[other].pid))
        self._ip(one, "link", "add", cable, "type", "veth", *peer)
        for name, mine in ((one, address), (other, other_address)):
            self.add_address(name, cable, mine)
            self._ip(name, "link", "set", cable, "up")

    def add_address(self, name: str, cable: str, address: str) -> None:
        """Give an end of a cable one more address."""
        self._ip(name, "addr", "add", address, "dev", cable)

    def route(self, name: str, network: str, router: str) -> None:
        """Tell a network where another one is."""
        self._ip(name, "route", "add", network, "via", router)

    def forwards(self, name: str) -> None:
        """Make a router of it."""
        self._run(name, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")

    def prefix(self, name: str) -> list[str]:
        """Return what to put before a command that is to run in that network."""
        return ["nsenter", f"--net=/proc/{self._holders[name].pid}/ns/net"]

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Have all sockets that this thread makes meanwhile in that network."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/proc/{self._holders[name].pid}/ns/net", os.O_RDONLY)
        try:
            os.setns(there, os.CLONE_NEWNET)
            yield
        finally:
            os.setns(home, os.CLONE_NEWNET)
            os.close(there)
            os.close(home)

    def _ip(self, name: str, *words: str) -> None:
        self._run(name, "ip", *words)

    def _run(self, name: str, *command: str) -> None:
        try:
            done = subprocess.run(
                [*self.prefix(name), *command], capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise NoNamespacesError(f"no network namespace can be used: {error}") from None
        if done.returncode:
            raise NoNamespacesError(f"{' '.join(command)}: {done.stderr.strip()}")


async def forward(port: int, host: str, target: int) -> None:
    """Take connections and make them again: the device sees the router's address."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(READ_SIZE):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner = await asyncio.open_connection(host, target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, inner[1]), pump(inner[0], writer))

    server = await asyncio.start_server(serve, "0.0.0.0", port)
    print("forwarding", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(forward(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
