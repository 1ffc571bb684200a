"""Reads and checks factory settings; loaded while they are read, and only then."""

import binascii
import json

from .addresses import decimal, parse_network
from .deployment import OPEN
from .factory import FactoryError
from .log import printable
from isg_protocol import commands, identifiers, wire
from isg_protocol.errors import MisuseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .factory import FactorySettings

MAX_FILE = 4096  # bytes
MAX_TEXT = 64
MAX_PING_INTERVAL_S = 86400
MAX_CLAIM_WINDOW_MIN = 1440  # a device on the shelf of a shop is not on for a day
MAX_NETWORKS = 16
MAX_TARGETS = 8
MAX_HOST = 253
CHECK = "check"

_KEYS = (
    "serial",
    "prs",
    "manufacturer",
    "model",
    "name",
    "port",
    "claim_from",
    "claim_window",
    "ping_to",
    "ping_interval",
    "mode",
    "persistence",
    "data_persistence",
    "max_frame",
    CHECK,
)


def read(path: str) -> "dict[str, Any]":
    """Return what stands in the file `path`. Raises FactoryError."""
    try:
        file = open(path, "rb")
        try:
            data = file.read(MAX_FILE + 1)
        finally:
            file.close()
    except OSError:
        raise FactoryError("{} is missing: run tools/provision.py".format(path))
    if len(data) > MAX_FILE:
        raise FactoryError("{} is longer than {} bytes".format(path, MAX_FILE))
    try:
        return json.loads(data.decode())  # type: ignore[no-any-return]
    except (ValueError, RuntimeError):
        raise FactoryError("{} is not JSON: it is damaged, put it back".format(path))


def check_of(values: "dict[str, Any]") -> str:
    """Return the `check` that belongs to these values. Raises FactoryError."""
    try:
        data = commands.encode({key: values[key] for key in values if key != CHECK})
    except MisuseError:
        raise FactoryError("factory settings are texts, whole numbers and lists of them")
    return "{:08x}".format(binascii.crc32(data))


def fill(settings: "FactorySettings", values: "dict[str, Any]") -> None:
    """Put checked values into `settings`. Raises FactoryError."""
    if not isinstance(values, dict):
        raise FactoryError("factory settings must be a JSON object")
    for key in values:
        if key == "password":
            raise FactoryError("a device must never hold its password: provision it with 'prs'")
        if key not in _KEYS:
            raise FactoryError("unknown factory setting: {}".format(printable(key)))
    if CHECK in values and values[CHECK] != check_of(values):
        raise FactoryError(
            "'check' does not fit: the file is damaged, put it back (without 'check' if you changed it)"
        )
    serial = values.get("serial")
    if not isinstance(serial, str) or not identifiers.is_serial(serial):
        raise FactoryError("'serial' must be 1 to 32 characters of A-Z 0-9 and -")
    settings.serial = serial
    settings.prs = prs_list(values.get("prs"))
    settings.manufacturer = text(values, "manufacturer", "")
    settings.model = text(values, "model", "device")
    settings.name = text(values, "name", settings.model)
    settings.port = number(values, "port", wire.DEFAULT_PORT, 0, 65535)
    settings.ping_interval = number(values, "ping_interval", 30, 1, MAX_PING_INTERVAL_S)
    settings.mode = number(values, "mode", wire.MODE_DSID_GSID, 0, 1)
    settings.max_frame = number(
        values, "max_frame", wire.DEFAULT_MAX_FRAME, wire.MIN_MAX_FRAME, wire.MAX_MAX_FRAME
    )
    settings.persistence = persistence(values, "persistence", "always")
    settings.data_persistence = persistence(values, "data_persistence", "checkpoint")
    settings.claim_from = values.get("claim_from", "subnet")
    settings.claim_networks = networks(settings.claim_from)
    settings.claim_window = number(values, "claim_window", 0, 0, MAX_CLAIM_WINDOW_MIN)
    settings.ping_to = targets(values.get("ping_to", "broadcast"))
    settings.fixed = tuple([key for key in OPEN if key in values])


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
