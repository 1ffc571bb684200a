"""Whom the kit may attack: this machine, and with `--mine` devices of a private network."""

import ipaddress

from .report import CannotAttackError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def parse(text: str) -> "tuple[str, int]":
    """Return (host, port) of HOST:PORT. Raises CannotAttackError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise CannotAttackError("{} is not HOST:PORT".format(text))
    return host.strip("[]"), int(port)


def check(host: str, is_mine: bool) -> None:
    """Raise CannotAttackError for an address that the kit does not attack."""
    try:
        address: "Any" = ipaddress.ip_address(host)
    except ValueError:
        raise CannotAttackError(
            "give the target as an IP address, not as {}".format(host)
        ) from None
    if address.is_loopback:
        return
    if not address.is_private:
        raise CannotAttackError("{} is not in a private network: never a target".format(host))
    if not is_mine:
        raise CannotAttackError(
            "{} is another machine: add --mine if it is yours, and nobody else's".format(host)
        )
