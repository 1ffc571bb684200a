"""The normal form of a world: what no future can tell apart becomes the same bytes.

`normalise` changes a world only in what cannot matter any more; each function says why. `freeze`
gives it as bytes and `key` gives the same bytes for worlds that differ in names only.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

from .disk import drop_equal_states, note_disk
from .ends import Facts, Setting
from .ideal_crypto import Bare, IdealCrypto, rename
from .names_and_numbers import forget_dead_names, forget_distance, rebase
from .small_world import World
from .snapshots import Snapshots
from .steps import COMMITTED, OPENED, READY, take_apart

_SNAPSHOTS = Snapshots((Facts, Setting, IdealCrypto))


def freeze(world: World) -> bytes:
    """Return the world as bytes."""
    return _SNAPSHOTS.freeze(world)


def thaw(frozen: bytes) -> World:
    """Return the world that `freeze` kept."""
    world: World = _SNAPSHOTS.thaw(frozen)
    return world


def scrap(world: World) -> None:
    """Take a world apart that nobody will look at again."""
    take_apart(world.core, world.link, world.connection)


def key(frozen: bytes) -> bytes:
    """Return what is the same for worlds that differ in names only."""
    return blake2b(rename(frozen), digest_size=12).digest()


def keep_still(world: World) -> None:
    """Let no time pass by what a step did, and note what the gateway may have saved."""
    _still_clock(world)
    note_disk(world)


def normalise(world: World) -> None:
    """Take out of a world what nothing can depend on any more."""
    keep_still(world)
    _quiet_ends(world)
    if not world.setting.is_ordered:
        return  # what was said can come again, so nothing of it is over
    _forget_sessions(world)
    if world.link is None or (world.is_settled and not world.has_numbers_under_way):
        forget_dead_names(world)
        forget_distance(world)
        rebase(world)
        drop_equal_states(world)


def _still_clock(world: World) -> None:
    """Time stands still at 0: what a late message or a tick has set goes back there."""
    world.flash.writes = 0
    world.flash.cut_at = 0
    world.state.unsaved = 0  # the driver saves in time; a crash before it is an act
    world.state.dirty = False
    world.core._owner_seen_ms = 0
    if world.link is not None:
        world.link.step_at_ms = world.link._sent_ms = world.link._heard_ms = 0
        if world.link.continuity.ask_at_ms is not None:
            world.link.continuity.ask_at_ms = 500
        world.connection._now_ms = 0
        device = world.device_link
        if device is not None:
            device._sent_ms = device._heard_ms = device.data._step_ms = 0


# --- the ends ------------------------------------------------------------------------------------------
def _quiet_ends(world: World) -> None:
    """Values of steps that are over are not read again before they are set anew.

    Over a bare cipher messages come in phases that do not expect them; there only what no message
    reaches is forgotten.
    """
    link, connection = world.link, world.connection
    if link is not None and link._is_linked:
        link._handshake = None
        _renumber(world.to_device, link._channel._sealer, connection._channel._opener)
        _renumber(world.to_gateway, connection._channel._sealer, link._channel._opener)
    if not world.setting.is_ordered:
        return
    binding = world.core.memory.bindings[0]
    if link is None or link.phase != OPENED:
        world.state.lanes[0].provisional_opener = b""  # compared in OPENED only
    device = world.device_link
    data = device.data if device is not None else None
    if data is None or data._phase != 3:
        binding.lanes[1].provisional_opener = b""  # likewise, by the opener of the data lane
    binding.known_from[1] = 1  # nobody asks a device for outcomes of its own packages
    if link is None:
        return
    if link.phase >= READY:
        link.continuity._hello_ok = None
        link.continuity._resync = None
    if link.phase not in (OPENED, COMMITTED):
        link.commands.session_id = link.commands._command = b""
    if link._data._phase == 0:
        link._data._message, link._data._gsid = None, b""
    if data is not None:
        if device._pending is None:
            device._pending_until_ms = 0
        if not device._answers_to:
            device._answer_pair = (b"", b"")
        if data._phase == 2:
            data._session_id = data._digest = b""


def _renumber(frames: list[bytes], sealer: Any, opener: Any) -> None:
    """Both ends count records only to agree on a number: count from the next one to be opened."""
    if not opener._number and not sealer._number:
        return
    if isinstance(opener._cipher, Bare):
        opener._number = sealer._number = 0  # that cipher does not count
        return
    if not opener._number or sealer._number != opener._number + len(frames):
        return
    opener._number, sealer._number = 0, len(frames)
    cipher = opener._cipher
    frames[:] = [
        frame[:3] + cipher.seal(number, frame[3:-16], b"") for number, frame in enumerate(frames)
    ]


def _live_sessions(world: World) -> set[bytes]:
    """Return the command sessions that somebody can still speak of."""
    live = {session_id for session_id, _ in world.state.unresolved} | {*world.ledger.unknown}
    if world.link is not None and world.link.phase in (OPENED, COMMITTED):
        live.add(world.link.commands.session_id)
    if world.core.executing is not None:
        live.add(world.core.executing[2])
    if world.running is not None:
        live.add(world.running)
    return live


def _forget_sessions(world: World) -> None:
    """A session that nobody can speak of leaves the ledger and the device's outcomes.

    Executing it again would still be a violation: the ledger does not know it as committed. Its
    outcome is never asked for, and its `started` mark would only make such an outcome at a boot.
    """
    live = _live_sessions(world)
    ledger, memory, flash = world.ledger, world.core.memory, world.flash.values
    ledger.committed = {one: None for one in ledger.committed if one in live}
    ledger.executed = {one: None for one in ledger.executed if one in live}
    offered = memory.bindings[0].lanes[0].provisional_acceptor  # no other ECHO is answered any more
    ledger.expired = {one: None for one in ledger.expired if one == offered}
    ledger.reported = {  # only that it was called not executed forbids anything later
        one: status for one, status in ledger.reported.items() if one in live and status in (2, 3)
    }
    outcomes = memory.outcomes[0]
    for number in [number for number, kept in outcomes.items() if kept.session_id not in live]:
        del outcomes[number]
    for entry in [entry for entry in flash if entry[:1] == b"O" and flash[entry][4:20] not in live]:
        del flash[entry]
    lane = flash[b"L\x00\x00"]
    if lane[-17] and lane[-16:] not in live:
        flash[b"L\x00\x00"] = lane[:-17] + bytes(17)
    packages = {world.core.open_package[0]} if world.core.open_package is not None else set()
    if world.device_link is not None:
        packages.add(world.device_link.data._session_id)
    message = getattr(world.link._data, "_message", None) if world.link is not None else None
    if message is not None:
        packages.add(message.session_id)
    ledger.delivered = {one: None for one in ledger.delivered if one in packages}
    ledger.package_reports = {
        one: 3 for one, status in ledger.package_reports.items() if one in packages and status == 3
    }
    for state in (world.state, *world.disk):
        state.data_done = [entry for entry in state.data_done if entry[0] in packages]
