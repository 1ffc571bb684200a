"""The wire of a world: connections, and frames with their names."""

from __future__ import annotations

from collections import deque
import re
from typing import Any, NamedTuple

from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.device_connection import DeviceConnection
from tests.protocol.world_ports import Sealed

DEVICE = "device"
GATEWAY = "gateway"

_FRAME_NAMES = {
    value: name[6:]
    for name, value in vars(wire).items()
    if name.startswith("FRAME_") and isinstance(value, int)
}
_RECORD_NAMES_ALL = re.split(
    r"\s+",
    "KEEPALIVE HELLO HELLO_OK RESYNC RESYNCED ADDRESSES ADDRESSES_OK ROTATE ROTATED RELEASE RELEASED"
    " ADD_BINDING BINDING_ADDED OPEN ECHO COMMIT RESULT OUTCOME_QUERY OUTCOME BREACH DATA_OPEN"
    " DATA_ECHO DATA_COMMIT DATA_DONE CHUNK DATA_OUTCOME_QUERY DATA_OUTCOME CREDIT",
)
_RECORD_NAMES = {
    value: name
    for name, value in vars(wire).items()
    if isinstance(value, int) and name in _RECORD_NAMES_ALL
}


class Frame(NamedTuple):
    """One frame on the wire, with the name of its type or, for a RECORD, of what is sealed in it."""

    to: str
    data: bytes
    name: str
    record: bytes  # plaintext of a RECORD


def split(data: bytes) -> list[bytes]:
    """Return the frames of a stream of whole frames."""
    found = []
    while data:
        size = 2 + int.from_bytes(data[:2], "big")
        found.append(data[:size])
        data = data[size:]
    return found


def name(to: str, data: bytes, sealed: Sealed) -> Frame:
    """Return a frame with its name; `sealed` tells what is in a RECORD."""
    if data[2] != wire.FRAME_RECORD:
        return Frame(to, data, _FRAME_NAMES.get(data[2], "?"), b"")
    record = sealed.get(data[3:], b"")
    return Frame(to, data, _RECORD_NAMES.get(record[0], "?") if record else "RECORD", record)


class Pipe:
    """One TCP connection. `near` is the gateway's end: a GatewayClaim, a GatewayLink or a puppet."""

    def __init__(self, near: Any, far: DeviceConnection) -> None:
        self.near = near
        self.far = far
        self.to_device: deque[Frame] = deque()
        self.to_gateway: deque[Frame] = deque()
        self.is_cut = False
