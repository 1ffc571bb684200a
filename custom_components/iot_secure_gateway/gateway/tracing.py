"""Who and where: what this host can find out about an address or a person (FIG 15, "trace").

Everything is asked off the event loop, within bounds of time and number; what does not answer stays empty.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
import re
import socket
from typing import Final, Protocol

from .printable import printable

NEIGHBOURS: Final = Path("/proc/net/arp")
WITHIN_S: Final = 2.0
MAX_TRACES: Final = 8  # at once; what comes beyond is traced no further
MAX_THREADS: Final = 8  # of the host's, which a name server that does not answer holds for long
_MAX_TABLE: Final = 65536  # bytes of the neighbour table that are read
_MAC: Final = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}")
_NO_MAC: Final = "00:00:00:00:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Where a user was last logged in from, and with what."""

    address: str = ""
    client: str = ""


class Logins(Protocol):
    """What the host knows of logins."""

    def address_now(self) -> str:
        """Return the address behind the request that is served now, or ""."""

    async def login(self, user_id: str) -> Login:
        """Return the last login of a user."""


class NoLogins:
    """Nothing is known of logins."""

    def address_now(self) -> str:
        """Return nothing."""
        return ""

    async def login(self, user_id: str) -> Login:
        """Return nothing."""
        return Login()


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What was found out."""

    mac: str = ""
    host_name: str = ""
    login: Login = Login()


class Tracer:
    """Finds out, so many at a time."""

    def __init__(self, neighbours: Path = NEIGHBOURS) -> None:
        """`neighbours`: the table of addresses that the kernel keeps."""
        self.logins: Logins = NoLogins()
        self._neighbours = neighbours
        self._under_way = 0
        self._asking = 0  # threads that are waited for, or no longer are

    async def trace(self, source: str, user_id: str) -> Whereabouts | None:
        """Return what can be found out; None when too much is being found out already."""
        if self._under_way >= MAX_TRACES:
            return None
        self._under_way += 1
        try:
            login = await self._login(user_id) if user_id else Login()
            address = source or login.address
            if not address:
                return Whereabouts(login=login)
            mac, host_name = await asyncio.gather(
                self._ask(_mac_of, self._neighbours, address), self._ask(_name_of, address)
            )
            return Whereabouts(mac=mac, host_name=host_name, login=login)
        finally:
            self._under_way -= 1

    async def _login(self, user_id: str) -> Login:
        try:
            async with asyncio.timeout(WITHIN_S):
                found = await self.logins.login(user_id)
        except TimeoutError:
            return Login()
        return Login(address=printable(found.address), client=printable(found.client))

    async def _ask(self, question: Callable[..., str], *about: object) -> str:
        """Ask in a thread, which may take longer than its answer is waited for."""
        if self._asking >= MAX_THREADS:
            return ""
        self._asking += 1
        answer = asyncio.get_running_loop().run_in_executor(None, _answer, question, *about)
        answer.add_done_callback(self._asked)
        try:
            async with asyncio.timeout(WITHIN_S):
                return await asyncio.shield(answer)
        except TimeoutError:
            return ""

    def _asked(self, _: asyncio.Future[str]) -> None:
        self._asking -= 1


def _answer(question: Callable[..., str], *about: object) -> str:
    """Ask; "" when nobody knows. Nothing is raised, for nobody may be waiting any more."""
    try:
        return question(*about)
    except OSError, UnicodeError:  # what the resolver raises
        return ""


def _mac_of(neighbours: Path, address: str) -> str:
    """Return the hardware address of a neighbour, "" for one that is none."""
    with neighbours.open("r", encoding="ascii", errors="replace") as table:
        lines = table.read(_MAX_TABLE).splitlines()[1:]
    for line in lines:
        columns = line.split()
        if len(columns) >= 4 and columns[0] == address:
            mac = columns[3].lower()
            return mac if _MAC.fullmatch(mac) and mac != _NO_MAC else ""
    return ""


def _name_of(address: str) -> str:
    """Return the name that the network has for an address."""
    return printable(socket.gethostbyaddr(address)[0])
