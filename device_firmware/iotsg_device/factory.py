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

from .addresses import is_in
from isg_protocol import identifiers, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_FILE = 4096  # bytes
MAX_TEXT = 64
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
        from . import factory_checks as checks  # forgotten again by a device with little memory

        serial = values.get("serial")
        if not isinstance(serial, str) or not identifiers.is_serial(serial):
            raise FactoryError("'serial' must be 1 to 32 characters of A-Z 0-9 and -")
        self.serial = serial
        self.prs = checks.prs_list(values.get("prs"))
        self.manufacturer = checks.text(values, "manufacturer", "")
        self.model = checks.text(values, "model", "device")
        self.name = checks.text(values, "name", self.model)
        self.port = checks.number(values, "port", wire.DEFAULT_PORT, 0, 65535)
        self.ping_interval = checks.number(values, "ping_interval", 30, 1, MAX_PING_INTERVAL_S)
        self.mode = checks.number(values, "mode", wire.MODE_DSID_GSID, 0, 1)
        self.max_frame = checks.number(
            values, "max_frame", wire.DEFAULT_MAX_FRAME, wire.MIN_MAX_FRAME, wire.MAX_MAX_FRAME
        )
        self.persistence = checks.persistence(values, "persistence", "always")
        self.data_persistence = checks.persistence(values, "data_persistence", "checkpoint")
        self.claim_from = values.get("claim_from", "subnet")
        self._claim_networks = checks.networks(self.claim_from)
        self.ping_to = checks.targets(values.get("ping_to", "broadcast"))

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
