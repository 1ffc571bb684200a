"""What tests of the data lane have in common: sending packages, and what became of them."""

from __future__ import annotations

import hashlib

from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.world import World

PACKAGE = b'{"temp":"21.5"}'
DIGEST = hashlib.sha256(PACKAGE).digest()
LONG = bytes(range(256)) * 40
NEW = [draw(bytes(31) + bytes([number])) for number in range(1, 6)]
MODES = [wire.MODE_DSID_GSID, wire.MODE_DSID]


def send(world: World, package: bytes = PACKAGE, *, is_stream: bool = False) -> bytes:
    """Have the device open a data session and return its id."""
    session_id = world.core.send_package(package, world.now_ms, is_stream)
    world.collect()
    return session_id


def deal_with(world: World, session_id: bytes, status: int = wire.STATUS_OK) -> None:
    """Have the gateway's driver finish a package."""
    world.link.package_done(session_id, status, world.now_ms)
    world.collect()
    world.pump()


def delivered(world: World) -> list[bytes]:
    return [event.package for event in world.gateway_events if event.kind == "package"]


def told(world: World, session_id: bytes) -> list[int]:
    """Return what the device was told of a package, in order."""
    return [
        event.status
        for event in world.device_events
        if event.kind == "package" and event.session_id == session_id
    ]


def same_lanes(world: World) -> bool:
    ours, theirs = world.state.lanes[1], world.device_binding().lanes[1]
    return (ours.opener_id, ours.acceptor_id, ours.count) == (
        theirs.opener_id,
        theirs.acceptor_id,
        theirs.count,
    )
