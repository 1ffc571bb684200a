"""What differs between interpreters and boards about sockets, addresses and networks."""

import socket

from . import addresses
from .compat import IS_MICROPYTHON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

_TCP = 6
_TCP_NODELAY = 1  # MicroPython has no name for it
_LOOPBACK_4 = (bytes((127, 0, 0, 0)), 8)
_LOOPBACK_6 = (bytes(15) + b"\x01", 128)
_LINK_LOCAL_6 = (b"\xfe\x80" + bytes(14), 64)
_MAX_LINES = 500  # lines read of a table of the kernel


def address_of(raw: "Any") -> "bytes | None":
    """Return the bytes of a socket address: a tuple, or the raw structure of MicroPython on Linux."""
    if isinstance(raw, (bytes, bytearray, memoryview)):
        host = socket.sockaddr(raw)[1]  # type: ignore[attr-defined]
        return addresses.normalise(bytes(host))
    if not raw:
        return None
    found = addresses.parse(raw[0])
    return None if found is None else addresses.normalise(found)


def set_nodelay(handle: "Any") -> None:
    """Send small messages at once, where the socket can: two round trips must not wait for each other."""
    try:
        handle.setsockopt(_TCP, _TCP_NODELAY, 1)
    except (OSError, AttributeError):
        pass  # lwIP on some boards has no such option and does not delay either


def own_networks() -> "list[tuple[bytes, int]]":
    """Return the networks this device is directly in, as (address, prefix length)."""
    station = _station()
    if station is not None:
        address, mask = addresses.parse(station[0]), addresses.parse(station[1])
        if address is None or mask is None:
            return []
        return [(address, _prefix(mask))]
    out = [_LOOPBACK_4, _LOOPBACK_6, _LINK_LOCAL_6]
    out.extend(parse_routes(_lines("/proc/net/route")))
    out.extend(parse_if_inet6(_lines("/proc/net/if_inet6")))
    return out


def parse_routes(lines: "Iterable[str]") -> "list[tuple[bytes, int]]":
    """Return the networks without a gateway in the lines of /proc/net/route."""
    out = []
    for line in lines:
        columns = line.split()
        if len(columns) < 8 or columns[2] != "00000000" or columns[7] == "00000000":
            continue
        try:
            # The kernel prints the number in the order of a little-endian machine's memory.
            base = bytes(reversed(bytes.fromhex(columns[1])))
            mask = bytes(reversed(bytes.fromhex(columns[7])))
        except ValueError:
            continue
        if len(base) == 4 and len(mask) == 4:
            out.append((base, _prefix(mask)))
    return out


def parse_if_inet6(lines: "Iterable[str]") -> "list[tuple[bytes, int]]":
    """Return the networks of the addresses in the lines of /proc/net/if_inet6."""
    out = []
    for line in lines:
        columns = line.split()
        if len(columns) < 3:
            continue
        try:
            address = bytes.fromhex(columns[0])
            prefix = int(columns[2], 16)
        except ValueError:
            continue
        if len(address) == 16 and 0 < prefix <= 128:
            out.append((address, prefix))
    return out


def own_address(target: "Any") -> "str | None":
    """Return this device's address towards `target` (a socket address), or None when not known."""
    station = _station()
    if station is not None:
        return str(station[0])
    if IS_MICROPYTHON:
        return _own_address_by_tables(address_of(target))
    handle = socket.socket(
        socket.AF_INET6 if len(target) == 4 else socket.AF_INET, socket.SOCK_DGRAM
    )
    try:
        handle.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        handle.connect(target)  # sends nothing for UDP
        return str(handle.getsockname()[0])
    except OSError:
        return None
    finally:
        handle.close()


def resolve(host: str, port: int) -> "Any":
    """Return the socket address of a host for UDP. Raises OSError. May wait for DNS."""
    return socket.getaddrinfo(host, port, 0, socket.SOCK_DGRAM)[0][-1]


def _own_address_by_tables(target: "bytes | None") -> "str | None":
    """MicroPython on Linux has no getsockname: look in the kernel's tables."""
    if target is not None and addresses.is_in(target, _LOOPBACK_4):
        return "127.0.0.1"
    first = None
    networks = parse_routes(_lines("/proc/net/route"))
    for found in parse_fib_trie(_lines("/proc/net/fib_trie")):
        if addresses.is_in(found, _LOOPBACK_4):
            continue
        first = first or found
        for network in networks:
            if (
                target is not None
                and addresses.is_in(found, network)
                and addresses.is_in(target, network)
            ):
                return addresses.text(found)
    return None if first is None else addresses.text(first)


def parse_fib_trie(lines: "Iterable[str]") -> "list[bytes]":
    """Return the machine's own IPv4 addresses in the lines of /proc/net/fib_trie."""
    out: "list[bytes]" = []
    last = None
    for line in lines:
        if "|-- " in line:
            last = addresses.parse(line.split("|-- ", 1)[1].strip())
        elif "/32 host LOCAL" in line and last is not None and last not in out:
            out.append(last)
    return out


def _station() -> "tuple[str, str] | None":
    """Return (address, mask) of a board's Wi-Fi station; None where there is no such thing."""
    if not IS_MICROPYTHON:
        return None
    try:
        import network
    except ImportError:
        return None
    station = network.WLAN(network.STA_IF)
    if not station.isconnected():
        return None
    facts = station.ifconfig()
    return facts[0], facts[1]


def _prefix(mask: bytes) -> int:
    return sum([bin(part).count("1") for part in mask])


def _lines(path: str) -> "Iterator[str]":
    """Give the lines of a file one by one, for what has little memory; none when it is missing."""
    try:
        file = open(path)
    except OSError:
        return
    try:
        for _ in range(_MAX_LINES):
            line = file.readline()
            if not line:
                return
            yield line
    finally:
        file.close()
