"""The normal form of a world: what no future can tell apart becomes the same bytes.

`normalise` changes a world only in what cannot matter any more; each function says why. `freeze`
gives it as bytes and `key` gives the same bytes for worlds that differ in names only.
"""

from __future__ import annotations

import copyreg
from hashlib import blake2b
import inspect
import itertools
import pickle
import pkgutil
import struct
from types import ModuleType
from typing import Any

from .ends import Flash, Ledger, Setting, Violation
from .ideal_crypto import Bare, Ordered, rename
from .small_world import World
from .steps import COMMITTED, OPENED, READY

_codes = itertools.count(1000)
_DEAD = b"DEAD" + b"8" * 15  # and the letter of an end
_LANE = ">BI20s20s20s20sIIB16s"  # a lane record in flash: cache, epoch, known_from, started, session


def register(protocol: ModuleType) -> None:
    """Give each class of that protocol package a short code in pickles."""
    for module in pkgutil.iter_modules(protocol.__path__):
        full_name = f"{protocol.__name__}.{module.name}"
        imported = __import__(full_name, fromlist=["*"])
        for name, value in vars(imported).items():
            if inspect.isclass(value) and value.__module__ == full_name:
                if (full_name, name) not in copyreg._extension_registry:  # type: ignore[attr-defined]
                    copyreg.add_extension(full_name, name, next(_codes))


for _kind in (World, Ledger, Flash, Setting, Ordered):
    copyreg.add_extension(_kind.__module__, _kind.__name__, next(_codes))


def freeze(world: World) -> bytes:
    """Return the world as bytes."""
    return pickle.dumps(world, pickle.HIGHEST_PROTOCOL)


def thaw(frozen: bytes) -> World:
    """Return the world that `freeze` kept."""
    world: World = pickle.loads(frozen)
    return world


def key(frozen: bytes) -> bytes:
    """Return what is the same for worlds that differ in names only."""
    return blake2b(rename(frozen), digest_size=12).digest()


def normalise(world: World) -> None:
    """Take out of a world what nothing can depend on any more."""
    _still_clock(world)
    _note_disk(world)
    _quiet_ends(world)
    if not world.setting.is_ordered:
        _share(world)
        return  # what was said can come again, so nothing of it is over
    _forget_sessions(world)
    if world.link is None or (world.is_settled and not world.has_numbers_under_way):
        _forget_dead_names(world)
        _forget_distance(world)
        _rebase(world)
        _drop_equal_states(world)
    _share(world)


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


# --- the gateway's disk ------------------------------------------------------------------------------
def _note_disk(world: World) -> None:
    """The driver saves at any time, so a crash may find any state since it had to be sure of one.

    Left out: what is never read after a crash (questions are unknown then, and the identifier that
    an opener drew is compared only in the session that it opened).
    """
    if world.disk and _saved_form(world.disk[-1]) == _saved_form(world.state):
        return
    state = world.snapshot()
    if _saved_form(state) != _saved_form(world.state) or state.unresolved != world.state.unresolved:
        raise Violation("G6: a state that does not come back from the disk as it was")
    world.disk.append(state)
    for state in world.disk:
        state.unresolved = []
        state.lanes[0].provisional_opener = b""
        state.dirty = False


def _saved_form(state: Any) -> tuple[Any, ...]:
    first, second = state.lanes
    return (
        state.epoch,
        state.last_boot,
        state.data_done,
        state.resync_pending,
        state.may_have_lost,
        (first.opener_id, first.acceptor_id, first.count),
        (second.opener_id, second.acceptor_id, second.count),
        (second.provisional_opener, second.provisional_acceptor),
    )


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
    live = {session_id for session_id, _ in world.state.unresolved} | world.ledger.unknown
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
    ledger.committed &= live
    ledger.executed &= live
    ledger.expired &= live
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
    ledger.delivered &= packages
    ledger.package_reports = {
        one: 3 for one, status in ledger.package_reports.items() if one in packages and status == 3
    }
    for state in (world.state, *world.disk):
        state.data_done = [entry for entry in state.data_done if entry[0] in packages]


# --- names and numbers ---------------------------------------------------------------------------------
def _forget_dead_names(world: World) -> None:
    """An identifier that the other end holds nowhere is equal to none that it will ever name.

    A provisional pair of that kind is never settled, and its tag never matches: as good as none. A
    confirmed one only has to differ from all others, and this whole end may call it the same.
    Called only while no tag is under way.
    """
    memory, frames = world.core.memory, b"".join((*world.to_device, *world.to_gateway))
    ram, flash = memory.bindings[0].lanes, world.flash.values
    states = (world.state, *world.disk)
    at_device = b"".join((frames, flash[b"L\x00\x00"], flash[b"L\x00\x01"], *_texts(ram)))
    at_gateway = b"".join((frames, *(text for state in states for text in _texts(state.lanes))))
    for cache in ram:
        _bury(cache, at_gateway, b"D")
    for lane in (b"L\x00\x00", b"L\x00\x01"):
        _bury_in_flash(flash, lane, at_gateway)
    for state in states:
        for cache in state.lanes:
            _bury(cache, at_device, b"G")


def _texts(lanes: list[Any]) -> list[bytes]:
    return [text for cache in lanes for text in _fields(cache)]


def _fields(cache: Any) -> tuple[bytes, bytes, bytes, bytes]:
    return (
        cache.opener_id,
        cache.acceptor_id,
        cache.provisional_opener,
        cache.provisional_acceptor,
    )


def _buried(fields: tuple[bytes, ...], known: bytes, end: bytes) -> list[bytes]:
    """Return the four texts of a cache without what is dead."""
    found = [_DEAD + end if text and text not in known else text for text in fields[:2]]
    named = fields[3] or fields[2]
    if fields[1] and not fields[3]:
        return [*found, fields[2], b""]  # an opener's own draw, not a pair
    return [*found, *fields[2:]] if named in known else [*found, b"", b""]


def _bury(cache: Any, known: bytes, end: bytes) -> None:
    (
        cache.opener_id,
        cache.acceptor_id,
        cache.provisional_opener,
        cache.provisional_acceptor,
    ) = _buried(_fields(cache), known, end)


def _bury_in_flash(flash: dict[bytes, bytes], lane: bytes, known: bytes) -> None:
    present, count, *rest = struct.unpack(_LANE, flash[lane])
    fields = tuple(rest[index] if present >> 3 - index & 1 else b"" for index in range(4))
    kept = _buried(fields, known, b"D")
    present = sum(8 >> index for index in range(4) if kept[index])
    flash[lane] = struct.pack(_LANE, present, count, *kept, *rest[4:])


def _forget_distance(world: World) -> None:
    """How far a saved state is behind does not matter once the device remembers nothing of it.

    Whatever the device falls back to, it is ahead, and neither pair nor count can match: the verdict
    hangs on the mark "may have lost state" alone, and a RESYNC goes on from the device's count.
    """
    flash = world.flash.values
    for lane in (0, 1):
        cache = world.core.memory.bindings[0].lanes[lane]
        in_flash = struct.unpack(_LANE, flash[b"L\x00" + bytes((lane,))])[1]
        lowest = min(cache.count, in_flash)
        for state in (world.state, *world.disk):
            saved = state.lanes[lane]
            is_dead = all(text[:4] == b"DEAD" or not text for text in _fields(saved))
            if is_dead and saved.count < lowest:
                saved.count = lowest - 1


def _drop_equal_states(world: World) -> None:
    """A crash that finds one of two equal states is explored once, and their order does not matter.

    But the last is the present one, which `_note_disk` compares with.
    """
    *older, present = world.disk
    if not older:
        return
    forms = [_saved_form(present)]
    kept: list[Any] = []
    for state in older:
        form = _saved_form(state)
        if form not in forms:
            forms.append(form)
            kept.append(state)
    kept.sort(key=_age)
    world.disk = [*kept, present]


def _age(state: Any) -> tuple[Any, ...]:
    flags = (*state.may_have_lost, *state.resync_pending)
    counts = [(lane.count, bool(lane.provisional_opener)) for lane in state.lanes]
    return (state.epoch, counts, state.last_boot, flags, len(state.data_done))


def _rebase(world: World) -> None:
    """Counts, epochs and boots are only compared with each other: count from the lowest."""
    memory, flash = world.core.memory, world.flash.values
    binding = memory.bindings[0]
    states = (world.state, *world.disk)
    lanes = {index: list(struct.unpack(_LANE, flash[b"L\x00" + bytes((index,))])) for index in (0, 1)}
    # Epochs: flash counts as the greater of its two.
    in_flash = max(lanes[0][6], lanes[1][6])
    lowest = min(binding.epoch, in_flash, *(state.epoch for state in states))
    binding.epoch -= lowest
    lanes[0][6] = lanes[1][6] = in_flash - lowest
    for state in states:
        state.epoch -= lowest
        # Of boots only this is ever asked: is the present one a later one? The next always is.
        is_older = state.last_boot != memory.boot or _boot_is_idle(world, state)
        state.last_boot = 1 if is_older else 2
    memory.boot = 2
    flash[b"boot"] = struct.pack(">I", 2)
    executing, package = world.core.executing, world.core.open_package
    numbers: list[list[int]] = [[], []]
    for state in states:
        numbers[0] += [number for _, number in state.unresolved]
        numbers[1] += [number for _, number, _ in state.data_done]
    numbers[0] += memory.outcomes[0]
    numbers[0] += [executing[1]] if executing is not None else []
    numbers[1] += [package[1]] if package is not None else []
    shifts = []
    for lane in (0, 1):
        counts = [binding.lanes[lane].count, lanes[lane][1]]
        counts += [state.lanes[lane].count for state in states]
        shift = min(*counts, *(number - 1 for number in numbers[lane]))
        shifts.append(shift)
        binding.lanes[lane].count -= shift
        binding.saved_counts[lane] -= shift
        # Every number that can be asked stays above 0, so a bound below 1 is as good as 1.
        binding.known_from[lane] = max(1, binding.known_from[lane] - shift)
        lanes[lane][1] -= shift
        lanes[lane][7] = max(1, lanes[lane][7] - shift)
        flash[b"L\x00" + bytes((lane,))] = struct.pack(_LANE, *lanes[lane])
        for state in states:
            state.lanes[lane].count -= shift
    if shifts[0]:
        _shift_commands(world, shifts[0], states)
    if shifts[1]:
        for state in states:
            state.data_done = [(one, number - shifts[1], end) for one, number, end in state.data_done]
        if package is not None:
            world.core.open_package = (package[0], package[1] - shifts[1])


def _boot_is_idle(world: World, state: Any) -> bool:
    """Tell whether it is the same if the device has rebooted since the gateway last saw it.

    That is looked at only when a lane in checkpoint is behind at the device, which takes another
    reboot when it is not; a link that gets ready notes the boot anew.
    """
    if state is world.state and world.link is not None:
        return False
    memory = world.core.memory
    return not any(
        memory.checkpoints[lane]
        and state.lanes[lane].count > memory.bindings[0].lanes[lane].count
        for lane in (0, 1)
    )


def _shift_commands(world: World, shift: int, states: tuple[Any, ...]) -> None:
    core, flash = world.core, world.flash.values
    if core.executing is not None:
        binding, number, session_id = core.executing
        core.executing = (binding, number - shift, session_id)
    for state in states:
        state.unresolved = [(one, number - shift) for one, number in state.unresolved]
    outcomes = core.memory.outcomes
    outcomes[0] = {
        number - shift: kept._replace(number=number - shift) for number, kept in outcomes[0].items()
    }
    for entry in [entry for entry in flash if entry[:1] == b"O"]:
        value = flash.pop(entry)
        number = struct.unpack(">I", value[:4])[0] - shift
        flash[bytes((79, 0, number % 32))] = struct.pack(">I", number) + value[4:]


def _share(world: World) -> None:
    """Equal identifiers are one object, because a pickle tells two from one."""
    table: dict[bytes, bytes] = {}
    one = table.setdefault
    for holder in (world.core.memory.bindings[0], world.state, *world.disk):
        for cache in holder.lanes:
            cache.opener_id = one(cache.opener_id, cache.opener_id)
            cache.acceptor_id = one(cache.acceptor_id, cache.acceptor_id)
            cache.provisional_opener = one(cache.provisional_opener, cache.provisional_opener)
            cache.provisional_acceptor = one(cache.provisional_acceptor, cache.provisional_acceptor)
