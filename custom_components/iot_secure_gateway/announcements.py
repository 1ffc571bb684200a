"""What a device says by DNS-SD (`_iotsg._tcp`), read within the bounds that pings have.

The record holds: sn (serial), model, fw (firmware), claimed ("0" or "1"). Nothing of it is proven.
"""

from dataclasses import dataclass
from typing import Final

from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .gateway.printable import printable
from .protocol.identifiers import is_serial

MAX_PROPERTIES: Final = 16  # of a record; ours has four


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A device that announces itself; all but the form is what it says."""

    serial: str
    host: str
    port: int
    model: str
    claimed: bool


def read_announcement(info: ZeroconfServiceInfo) -> Announced | None:
    """Return what is announced; None for what is no announcement of a device."""
    if len(info.properties) > MAX_PROPERTIES:
        return None
    serial, model, claimed = (
        value if isinstance(value := info.properties.get(name, ""), str) else ""
        for name in ("sn", "model", "claimed")
    )
    if not is_serial(serial) or claimed not in ("0", "1"):
        return None
    if info.port is None or not 0 < info.port <= 65535 or info.ip_address.is_unspecified:
        return None
    return Announced(
        serial=serial,
        host=str(info.ip_address),
        port=info.port,
        model=printable(model),
        claimed=claimed == "1",
    )
