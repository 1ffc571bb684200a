"""Names and numbers that no future can tell apart: part of the normal form of a world."""

from __future__ import annotations

import struct
from typing import Any

from .small_world import World

_DEAD = b"DEAD" + b"8" * 15  # and the letter of an end
_LANE = (
    ">BI20s20s20s20sIIB16s"  # a lane record in flash: cache, epoch, known_from, started, session
)


def forget_dead_names(world: World) -> None:
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
    return [text for cache in lanes for text in texts_of(cache)]


def texts_of(cache: Any) -> tuple[bytes, bytes, bytes, bytes]:
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
    ) = _buried(texts_of(cache), known, end)


def _bury_in_flash(flash: dict[bytes, bytes], lane: bytes, known: bytes) -> None:
    present, count, *rest = struct.unpack(_LANE, flash[lane])
    fields = tuple(rest[index] if present >> 3 - index & 1 else b"" for index in range(4))
    kept = _buried(fields, known, b"D")
    present = sum(8 >> index for index in range(4) if kept[index])
    flash[lane] = struct.pack(_LANE, present, count, *kept, *rest[4:])


def forget_distance(world: World) -> None:
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
            is_dead = all(text[:4] == b"DEAD" or not text for text in texts_of(saved))
            if is_dead and saved.count < lowest:
                saved.count = lowest - 1


def rebase(world: World) -> None:
    """Counts, epochs and boots are only compared with each other: count from the lowest."""
    memory, flash = world.core.memory, world.flash.values
    binding = memory.bindings[0]
    states = (world.state, *world.disk)
    lanes = {
        index: list(struct.unpack(_LANE, flash[b"L\x00" + bytes((index,))])) for index in (0, 1)
    }
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
            state.data_done = [
                (one, number - shifts[1], end) for one, number, end in state.data_done
            ]
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
        memory.checkpoints[lane] and state.lanes[lane].count > memory.bindings[0].lanes[lane].count
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
