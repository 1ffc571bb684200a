"""What differs between interpreters and boards about sockets, addresses and networks."""

import socket

from . import addresses
from .compat import IS_MICROPYTHON, forget_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_TCP = 6
_TCP_NODELAY = 1  # MicroPython has no name for it


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
        return [(address, addresses.prefix(mask))]
    from .compat_linux import networks

    found = networks()
    forget_modules("iotsg_device.compat_linux")
    return found


def own_address(target: "Any") -> "str | None":
    """Return this device's address towards `target` (a socket address), or None when not known."""
    station = _station()
    if station is not None:
        return str(station[0])
    if IS_MICROPYTHON:
        from .compat_linux import own_address_by_tables

        found = own_address_by_tables(address_of(target))
        forget_modules("iotsg_device.compat_linux")
        return found
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
