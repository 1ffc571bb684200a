"""Settings that are lists of addresses or hosts, brought into the one form in which devices tell them.

Each function gives None for what a device would refuse.
"""

from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address
import re
from typing import Final

MAX_LIST: Final = 240  # characters
MAX_ENTRIES: Final = 8
_BROADCAST: Final = ("broadcast", "255.255.255.255", "255.255.255.255:8863")
_DEFAULT_PORT: Final = 8863  # left out, as protocol.md says for `ping_to`
MAX_HOST: Final = 253
_PORT = re.compile(r"[0-9]{1,5}")


def addresses(value: str) -> str | None:
    """Return addresses with commas between them, each once; IPv6 unshortened, as devices write it."""
    found: list[str] = []
    for part in _parts(value):
        try:
            address = ip_address(part.split("%", 1)[0] if ":" in part else part)
        except ValueError:
            return None
        if isinstance(address, IPv6Address):
            mapped = address.ipv4_mapped
            groups = (f"{int(group, 16):x}" for group in address.exploded.split(":"))
            text = str(mapped) if mapped is not None else ":".join(groups)
        else:
            text = str(address)
        if text not in found:
            found.append(text)
    return _joined(found)


def hosts(value: str) -> str | None:
    """Return the word broadcast, or hosts with commas between them, each `host` or `host:port`."""
    if value in _BROADCAST:
        return _BROADCAST[0]
    found: list[str] = []
    for part in _parts(value):
        host, port = part, _DEFAULT_PORT
        if part.count(":") == 1:  # more colons: an IPv6 address, without a port
            host, _, port_text = part.partition(":")
            port = int(port_text) if _PORT.fullmatch(port_text) else 0
        if not 1 <= len(host) <= MAX_HOST or not 1 <= port <= 65535:
            return None
        if not all(character.isalnum() or character in ".-_:%" for character in host):
            return None
        found.append(host if port == _DEFAULT_PORT else f"{host}:{port}")
    return _joined(found)


LISTS: Final[Mapping[str, Callable[[str], str | None]]] = {"addresses": addresses, "hosts": hosts}


def _parts(value: str) -> list[str]:
    return [part.strip() for part in value.split(",")] if len(value) <= MAX_LIST else []


def _joined(found: list[str]) -> str | None:
    text = ",".join(found)
    return text if found and len(found) <= MAX_ENTRIES and len(text) <= MAX_LIST else None
