"""Checks of the protocol that can be taken out, to see that the fuzz targets and their corpus would notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
import contextlib
import inspect
import textwrap
from typing import Any, NamedTuple

from custom_components.iot_secure_gateway.protocol import (
    commands,
    device_link,
    device_memory,
    frames,
    gateway_commands,
    gateway_data,
    gateway_settling,
    gateway_state,
    pings,
    records,
)


class Fault(NamedTuple):
    """In `function` of `owner`, `right` is replaced by `wrong`; an input of `target` must notice."""

    target: str
    owner: Any
    function: str
    right: str
    wrong: str = "False"

    def __str__(self) -> str:
        return f"{self.function}: {self.right}"


FAULTS = (
    Fault("frames", frames.FrameReader, "next", "size > self.limit"),
    Fault("records", records, "decode_session", "!= len(record) - end - 2", "< 0"),
    Fault("records", records, "decode_resynced", "number > wire.OUTCOMES_KEPT or"),
    Fault("commands", commands, "decode", "not same"),
    Fault("commands", commands, "_check", "depth > wire.MAX_COMMAND_DEPTH"),
    Fault("pings", pings, "_check_facts", "len(facts[name]) > MAX_TEXT"),
    Fault("gateway_state", gateway_state, "_number", "not isinstance(value, int)"),
    Fault("device_memory", device_memory, "_unpack_lane", "cache.count > wire.MAX_KEPT_COUNT or"),
    Fault("hostile_gateway", device_link.DeviceLink, "_on_commit", "command != pending"),
    Fault(
        "hostile_gateway", device_link.DeviceLink, "_on_commit", "gsid != cache.provisional_opener"
    ),
    Fault(
        "hostile_gateway",
        device_link.DeviceLink,
        "_on_commit",
        "dsid != cache.provisional_acceptor",
    ),
    Fault("hostile_gateway", records, "_resync_fields", "count > wire.MAX_COUNT"),
    Fault("hostile_device", gateway_commands.CommandOpener, "on_echo", "command != self._command"),
    Fault("hostile_device", gateway_commands.CommandOpener, "on_echo", "link.suspended"),
    Fault(
        "hostile_device",
        gateway_settling.Settling,
        "on_outcome",
        "(outcome.session_id, outcome.number) != self._questions[0]",
    ),
    Fault(
        "hostile_device",
        gateway_data.DataAcceptor,
        "on_chunk",
        "self._received + len(part) > message.size",
    ),
)


def _changed(function: Callable[..., Any], right: str, wrong: str) -> Callable[..., Any]:
    source = textwrap.dedent(inspect.getsource(function))
    if right not in source:
        raise LookupError(f"{function.__qualname__} checks {right} in another way now")
    if right.endswith(" or"):
        wrong += " or"
    names = dict(function.__globals__)
    exec(source.replace(right, wrong, 1), names)  # noqa: S102
    changed: Callable[..., Any] = names[function.__name__]
    return changed


@contextlib.contextmanager
def taken_out(fault: Fault) -> Iterator[None]:
    """Run with one check taken out."""
    original = getattr(fault.owner, fault.function)
    changed = _changed(original, fault.right, fault.wrong)
    table = device_link._HANDLERS  # holds functions, not names
    kinds = [kind for kind, handler in table.items() if handler is original]
    setattr(fault.owner, fault.function, changed)
    for kind in kinds:
        table[kind] = changed
    try:
        yield
    finally:
        setattr(fault.owner, fault.function, original)
        for kind in kinds:
            table[kind] = original


def notices(target: Callable[[bytes], None], fault: Fault, inputs: list[bytes]) -> bytes | None:
    """Return the first input on which the target raises when the check is gone."""
    with taken_out(fault):
        for data in inputs:
            try:
                target(data)
            except Exception:  # noqa: BLE001 - whatever it is, it was noticed
                return data
    return None
