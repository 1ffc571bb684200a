"""Factory settings: what a device is told once, at provisioning, and no command can change.

`factory.json` holds the serial and the password-derived secrets (PRS), never a password:

| key | value | default |
|---|---|---|
| serial | 1-32 characters of A-Z 0-9 - | needed |
| prs | list of up to 4: 64 hex digits, or null for an empty slot | needed |
| manufacturer, model, name | text of 1-64 characters | "", "device", the model |
| port | TCP port the device listens on | 8863 |
| claim_from | "subnet", "any" or a list of networks | "subnet" |
| ping_to | "broadcast" or a list of `host` or `host:port` | "broadcast" |
| ping_interval | seconds, 1-86400 | 30 |
| mode | 0 both identifiers, 1 DSID only | 0 |
| persistence | of the command lane: "always" or "checkpoint" | "always" |
| data_persistence | of the data lane: the same | "checkpoint" |
| max_frame | bytes, 512-65535 | 4096 |
"""

import json

from .addresses import decimal, is_in, parse_network
from isg_protocol import identifiers, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_FILE = 4096  # bytes
MAX_NETWORKS = 16
MAX_TARGETS = 8
MAX_TEXT = 64
MAX_HOST = 253
MAX_PING_INTERVAL_S = 86400

_KEYS = (
    "serial",
    "prs",
    "manufacturer",
    "model",
    "name",
    "port",
    "claim_from",
    "ping_to",
    "ping_interval",
    "mode",
    "persistence",
    "data_persistence",
    "max_frame",
)


class FactoryError(Exception):
    """The factory settings can't be used; the text says which and why, without any secret."""


class FactorySettings:
    """Checked factory settings; raises FactoryError. `claim_from` and `ping_to` are as in the file."""

    def __init__(self, values: "dict[str, Any]") -> None:
        if not isinstance(values, dict):
            raise FactoryError("factory settings must be a JSON object")
        for key in values:
            if key == "password":
                raise FactoryError("a device must never hold its password: provision it with 'prs'")
            if key not in _KEYS:
                raise FactoryError("unknown factory setting: {}".format(str(key)[:MAX_TEXT]))
        serial = values.get("serial")
        if not isinstance(serial, str) or not identifiers.is_serial(serial):
            raise FactoryError("'serial' must be 1 to 32 characters of A-Z 0-9 and -")
        self.serial = serial
        self.prs = _prs_list(values.get("prs"))
        self.manufacturer = _text(values, "manufacturer", "")
        self.model = _text(values, "model", "device")
        self.name = _text(values, "name", self.model)
        self.port = _number(values, "port", wire.DEFAULT_PORT, 0, 65535)
        self.ping_interval = _number(values, "ping_interval", 30, 1, MAX_PING_INTERVAL_S)
        self.mode = _number(values, "mode", wire.MODE_DSID_GSID, 0, 1)
        self.max_frame = _number(
            values, "max_frame", wire.DEFAULT_MAX_FRAME, wire.MIN_MAX_FRAME, wire.MAX_MAX_FRAME
        )
        self.persistence = _persistence(values, "persistence", "always")
        self.data_persistence = _persistence(values, "data_persistence", "checkpoint")
        self.claim_from = values.get("claim_from", "subnet")
        self._claim_networks = _networks(self.claim_from)
        self.ping_to = _targets(values.get("ping_to", "broadcast"))

    def __repr__(self) -> str:
        return "<FactorySettings {}>".format(self.serial)

    def may_claim(self, peer: bytes, own_networks: "list[tuple[bytes, int]]") -> bool:
        """Tell whether a claim from `peer` is answered; `own_networks` are the device's subnets."""
        if self.claim_from == "any":
            return True
        networks = own_networks if self.claim_from == "subnet" else self._claim_networks
        for network in networks:
            if is_in(peer, network):
                return True
        return False


def load(path: str) -> FactorySettings:
    """Return the settings in the file `path`. Raises FactoryError."""
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
        values = json.loads(data.decode())
    except (ValueError, RuntimeError):
        raise FactoryError("{} is not JSON".format(path))
    return FactorySettings(values)


def _prs_list(value: object) -> "list[bytes | None]":
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


def _text(values: "dict[str, Any]", key: str, default: str) -> str:
    value = values.get(key, default)
    if not isinstance(value, str) or len(value) > MAX_TEXT or (not value and key in values):
        raise FactoryError("'{}' must be a text of 1 to {} characters".format(key, MAX_TEXT))
    return value


def _number(values: "dict[str, Any]", key: str, default: int, low: int, high: int) -> int:
    value = values.get(key, default)
    if not isinstance(value, int) or value is True or value is False or not low <= value <= high:
        raise FactoryError("'{}' must be a whole number from {} to {}".format(key, low, high))
    return value


def _persistence(values: "dict[str, Any]", key: str, default: str) -> str:
    value = values.get(key, default)
    if value not in ("always", "checkpoint"):
        raise FactoryError('\'{}\' must be "always" or "checkpoint"'.format(key))
    return str(value)


def _networks(value: object) -> "list[tuple[bytes, int]]":
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


def _targets(value: object) -> "list[tuple[str, int]]":
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
