"""The checks of single factory settings; loaded while these are read, and only then."""

from .addresses import decimal, parse_network
from .factory import MAX_TEXT, FactoryError
from isg_protocol import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_NETWORKS = 16
MAX_TARGETS = 8
MAX_HOST = 253


def prs_list(value: object) -> "list[bytes | None]":
    """Return a secret or None for each slot. Raises FactoryError."""
    if not isinstance(value, list) or not 1 <= len(value) <= wire.PRS_SLOTS:
        raise FactoryError("'prs' must be a list of 1 to {} entries".format(wire.PRS_SLOTS))
    out: "list[bytes | None]" = []
    for entry in value:
        if entry is None:
            out.append(None)
            continue
        secret = None
        if isinstance(entry, str) and len(entry) == 2 * wire.KEY_SIZE:
            try:
                secret = bytes.fromhex(entry)
            except ValueError:
                secret = None
        if secret is None or len(secret) != wire.KEY_SIZE:
            raise FactoryError("an entry of 'prs' must be 64 hex digits or null")
        out.append(secret)
    for secret in out:
        if secret is not None:
            break
    else:
        raise FactoryError("'prs' needs at least one secret, or nobody could claim the device")
    return out + [None] * (wire.PRS_SLOTS - len(out))


def text(values: "dict[str, Any]", key: str, default: str) -> str:
    """Return a short text. Raises FactoryError."""
    value = values.get(key, default)
    if not isinstance(value, str) or len(value) > MAX_TEXT or (not value and key in values):
        raise FactoryError("'{}' must be a text of 1 to {} characters".format(key, MAX_TEXT))
    return value


def number(values: "dict[str, Any]", key: str, default: int, low: int, high: int) -> int:
    """Return a whole number in its range. Raises FactoryError."""
    value = values.get(key, default)
    if not isinstance(value, int) or value is True or value is False or not low <= value <= high:
        raise FactoryError("'{}' must be a whole number from {} to {}".format(key, low, high))
    return value


def persistence(values: "dict[str, Any]", key: str, default: str) -> str:
    """Return how a lane is kept. Raises FactoryError."""
    value = values.get(key, default)
    if value not in ("always", "checkpoint"):
        raise FactoryError('\'{}\' must be "always" or "checkpoint"'.format(key))
    return str(value)


def networks(value: object) -> "list[tuple[bytes, int]]":
    """Return the networks that claims may come from. Raises FactoryError."""
    if value in ("subnet", "any"):
        return []
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_NETWORKS:
        raise FactoryError(
            '\'claim_from\' must be "subnet", "any" or a list of 1 to {} networks'.format(
                MAX_NETWORKS
            )
        )
    out = []
    for entry in value:
        network = parse_network(entry) if isinstance(entry, str) else None
        if network is None:
            raise FactoryError("'claim_from' holds what is no network such as 192.0.2.0/24")
        out.append(network)
    return out


def targets(value: object) -> "list[tuple[str, int]]":
    """Return the (host, port) pairs that pings go to."""
    if value == "broadcast":
        return [("255.255.255.255", wire.DEFAULT_PORT)]
    if not isinstance(value, list) or len(value) > MAX_TARGETS:
        raise FactoryError(
            "'ping_to' must be \"broadcast\" or a list of up to {} hosts".format(MAX_TARGETS)
        )
    out = []
    for entry in value:
        if not isinstance(entry, str) or not 1 <= len(entry) <= MAX_HOST:
            raise FactoryError("'ping_to' holds what is no host")
        host, port = entry, wire.DEFAULT_PORT
        if entry.count(":") == 1:  # more colons: an IPv6 address without a port
            host, _, port_text = entry.partition(":")
            number = decimal(port_text)
            if number is None or not 1 <= number <= 65535:
                raise FactoryError("'ping_to' holds a port that is none")
            port = number
        for character in host:
            if not (character.isalpha() or character.isdigit() or character in ".-_:%"):
                raise FactoryError("'ping_to' holds what is no host")
        if not host:
            raise FactoryError("'ping_to' holds an empty host")
        out.append((host, port))
    return out
