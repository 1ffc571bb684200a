"""Breadth-first search over all interleavings, layer by layer of faults."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
import time
from types import ModuleType

from .small_world import Setting, Violation, World, canonical, forget_the_past, thaw


@dataclass
class Result:
    """What a search saw."""

    setting: Setting
    faults: int
    states: int = 0
    transitions: int = 0
    healed: int = 0
    seconds: float = 0.0
    is_complete: bool = True
    violation: str = ""
    path: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return one line."""
        setting = self.setting
        what = f"{setting.commands} commands, {setting.packages} packages"
        mode = "dsid" if setting.mode else "dsid_gsid"
        link = "link" if setting.is_ordered else "bare"
        end = "all" if self.is_complete else "cut off at the time limit"
        return (
            f"{mode:9} {link:4} {what}, up to {self.faults} faults: {self.states} states, "
            f"{self.transitions} schedules' steps, {self.healed} healed, {self.seconds:.1f} s, {end}"
            + (
                f"\n  VIOLATION {self.violation} after {' '.join(self.path)}"
                if self.violation
                else ""
            )
        )


def explore(
    protocol: ModuleType,
    setting: Setting,
    faults: int,
    *,
    seconds: float = 1e9,
    states: int = 10**9,
    heal: bool = True,
    faults_of: Callable[[World], list[str]] = World.faults,
) -> Result:
    """Visit every state that up to `faults` faults lead to; stop at the first violation."""
    result = Result(setting, faults)
    started = time.monotonic()
    start = World(protocol, setting).freeze()
    known = {_key(start)}
    layer: deque[tuple[bytes, tuple[str, ...]]] = deque([(start, ())])
    for used in range(faults + 1):
        next_layer: deque[tuple[bytes, tuple[str, ...]]] = deque()
        while layer:
            frozen, path = layer.popleft()
            result.states += 1
            if time.monotonic() - started > seconds or result.states > states:
                result.is_complete = False
                result.seconds = time.monotonic() - started
                return result
            world = thaw(frozen)
            choices = [(step, layer) for step in world.steps()]
            if used < faults:
                choices += [(fault, next_layer) for fault in faults_of(world)]
            step = ""
            try:
                if heal and not world.ledger.is_attacked:
                    step = "heal"
                    thaw(frozen).heal()
                    result.healed += 1
                for step, target in choices:
                    successor = thaw(frozen)
                    take(successor, step)
                    successor.check()
                    forget_the_past(successor)
                    result.transitions += 1
                    after = successor.freeze()
                    key = _key(after)
                    if key not in known:
                        known.add(key)
                        target.append((after, (*path, step)))
            except Violation as violation:
                result.violation = str(violation)
                result.path = [*path, step]
                result.seconds = time.monotonic() - started
                return result
        layer = next_layer
    result.seconds = time.monotonic() - started
    return result


def take(world: World, step: str) -> None:
    """Do one step by its name."""
    if step.startswith("replay_"):
        world.replay(int(step.removeprefix("replay_")))
    else:
        getattr(world, step)()


def _key(frozen: bytes) -> bytes:
    return blake2b(canonical(frozen), digest_size=12).digest()
