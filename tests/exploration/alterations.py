"""Alteration of one field of a message under way: only a bare cipher lets it through.

The stronger the adversary, the more each single comparison of FIG 10 and FIG 11 has to carry: a
message that differs from the expected one in one field must have no effect at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .ends import Violation
from .ideal_crypto import Bare

if TYPE_CHECKING:
    from .small_world import World

OPEN, ECHO, COMMIT, DATA_OPEN, DATA_ECHO, DATA_COMMIT = 0x10, 0x11, 0x12, 0x20, 0x21, 0x22
_COMMANDS = (OPEN, ECHO, COMMIT)
_DATA = (DATA_ECHO, DATA_COMMIT)
_FIELDS = ("gsid", "dsid", "payload")


def alterations(world: World) -> list[str]:
    """Return the acts that are possible now."""
    found = []
    for end, queue in (("device", world.to_device), ("gateway", world.to_gateway)):
        kind = queue[0][3] if queue and queue[0][2] == 0x10 else -1
        for name in _FIELDS:
            if kind not in (*_COMMANDS, *_DATA) or (name == "gsid" and world.setting.mode):
                continue
            if kind == OPEN and name == "payload":
                continue  # the device echoes what it got; the gateway compares
            found.append(f"alter_{name}_to_{end}")
    return found


def alter(world: World, act: str) -> None:
    """Deliver the next message with one field changed to another one of the same kind."""
    _, name, _, end = act.split("_")
    world.ledger.is_attacked = True
    queue, receiver = (
        (world.to_device, world.connection) if end == "device" else (world.to_gateway, world.link)
    )
    frame = queue.pop(0)
    record = _altered(world, frame[3:-16], name)
    before = _effects(world)
    receiver.receive(frame[:3] + Bare(b"").seal(0, record, b""), 0)
    world.collect()
    if any(now > then for now, then in zip(_effects(world), before, strict=True)):
        raise Violation(f"G1: a message with another {name} has an effect at the {end}")


def _altered(world: World, record: bytes, name: str) -> bytes:
    size = 0 if world.setting.mode else 20
    is_data = record[0] in _DATA
    sizes = {"gsid": size, "dsid": 20}
    order = ("dsid", "gsid") if is_data else ("gsid", "dsid")
    if name == "payload":
        at = 1 + size + 20
        rest = record[at:]
        changed = rest.replace(b'"on"', b'"of"') if not is_data else b"\x00" + rest[1:]
        return record[:at] + changed
    at = 1 + (sizes[order[0]] if order[1] == name else 0)
    return record[:at] + _another(world, record, name) + record[at + 20 :]


def _another(world: World, record: bytes, name: str) -> bytes:
    """Return an identifier of before; one that nobody has where that of before is right."""
    if record[0] == DATA_COMMIT or (record[0] == OPEN and name == "dsid"):
        return b"ID" + b"7" * 18
    lane: Any = world.core.memory.bindings[0].lanes[1 if record[0] in _DATA else 0]
    is_opener = (name == "gsid") != (record[0] in _DATA)
    identifier: bytes = lane.opener_id if is_opener else lane.acceptor_id
    return identifier


def _effects(world: World) -> tuple[int, ...]:
    """Count what an altered message must not lead to."""
    sent = [frame[3] for frame in (*world.to_device, *world.to_gateway) if frame[2] == 0x10]
    steps = [sent.count(kind) for kind in (ECHO, COMMIT, DATA_ECHO, DATA_COMMIT)]
    return (len(world.ledger.executed), len(world.ledger.delivered), *steps)
