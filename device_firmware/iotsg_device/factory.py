"""Factory settings: what a device is told once, at provisioning, and no command can change.

`factory.json` holds the serial and the password-derived secrets (PRS), never a password:

| key | value | default |
|---|---|---|
| serial | 1-32 characters of A-Z 0-9 - | needed |
| prs | list of up to 4: 64 hex digits, or null for an empty slot | needed |
| manufacturer, model, name | text of 1-64 characters | "", "device", the model |
| port | TCP port the device listens on | 8863 |
| claim_from | "subnet", "any" or a list of networks | "subnet" |
| claim_window | minutes after power-up in which it can be claimed, 0-1440; 0: always | 0 |
| ping_to | "broadcast" or a list of `host` or `host:port` | "broadcast" |
| ping_interval | seconds, 1-86400 | 30 |
| mode | 0 both identifiers, 1 DSID only | 0 |
| persistence | of the command lane: "always" or "checkpoint" | "always" |
| data_persistence | of the data lane: the same | "checkpoint" |
| max_frame | bytes, 512-65535 | 4096 |
| check | 8 hex digits, a CRC-32 of all the others: a damaged file is then told from a good one | none |

`ping_to`, `ping_interval`, `persistence` and `data_persistence` are fixed when they stand in the file;
left out, they are deployment settings, which the owner may change.

What is read from the file is checked in `factory_checks`, which a device with little memory forgets.
"""

from .addresses import is_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class FactoryError(Exception):
    """The factory settings can't be used; the text says which and why, without any secret."""


class FactorySettings:
    """Checked factory settings; raises FactoryError."""

    serial: str
    prs: "list[bytes | None]"  # of each slot
    manufacturer: str
    model: str
    name: str
    port: int
    ping_interval: int
    mode: int
    max_frame: int
    persistence: str
    data_persistence: str
    claim_from: "Any"  # as in the file
    claim_window: int  # minutes
    claim_networks: "list[tuple[bytes, int]]"
    ping_to: "list[tuple[str, int]]"
    fixed: "tuple[str, ...]"  # keys in the file that are deployment settings where it has none

    def __init__(self, values: "dict[str, Any]") -> None:
        from .factory_checks import fill

        fill(self, values)

    def __repr__(self) -> str:
        return "<FactorySettings {}>".format(self.serial)

    def may_claim(self, peer: bytes, own_networks: "list[tuple[bytes, int]]") -> bool:
        """Tell whether a claim from `peer` is answered; `own_networks` are the device's subnets."""
        if self.claim_from == "any":
            return True
        networks = own_networks if self.claim_from == "subnet" else self.claim_networks
        for network in networks:
            if is_in(peer, network):
                return True
        return False


def load(path: str) -> FactorySettings:
    """Return the settings in the file `path`. Raises FactoryError."""
    from .factory_checks import read

    return FactorySettings(read(path))
