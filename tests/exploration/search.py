"""Breadth-first search over all interleavings, layer by layer of acts."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
import time
from types import ModuleType

from .ends import Setting, Violation
from .healing import heal
from .normal_form import freeze, key, normalise, scrap, thaw
from .small_world import World

_Entry = tuple[bytes, bytes, tuple[str, ...]]  # key, a frozen world, and how it was reached


@dataclass
class Result:
    """What a search saw."""

    setting: Setting
    acts: int
    states: int = 0
    steps: int = 0  # a step or act taken in one state
    healed: int = 0
    copies: int = 0
    seconds: float = 0.0
    layers: list[int] = field(default_factory=list)  # states per number of acts
    is_complete: bool = True
    violation: str = ""
    path: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Return one line."""
        end = "all of them" if self.is_complete else "CUT OFF at the limit"
        text = (
            f"{self.setting}, up to {self.acts} acts: {self.states} states, {self.steps} steps "
            f"tried, {self.healed} healed, "
        )
        if self.copies:
            text += f"{self.copies} copies tried, "
        text += f"{self.seconds:.1f} s, {end}"
        if self.violation:
            text += f"\n  VIOLATION {self.violation} after {' '.join(self.path)}"
        return text


class Search:
    """One search; `run` goes on until all is seen, a limit is reached or a guarantee is broken."""

    def __init__(
        self,
        protocol: ModuleType,
        setting: Setting,
        acts: int,
        *,
        heals: bool = True,
        acts_of: Callable[[World], list[str]] = World.acts,
        visit: Callable[[bytes], None] | None = None,
    ) -> None:
        self.result = Result(setting, acts)
        self._heals = heals
        self._acts_of = acts_of
        self._visit = visit
        world = World(protocol, setting)
        normalise(world)
        self._known: dict[bytes, int] = {}  # key -> fewest acts that lead there
        self._healed: set[bytes] = set()
        self._layer: deque[_Entry] = deque()
        self._next: deque[_Entry] = deque()
        self._used = 0
        self._add(world, (), 0)

    def run(self, *, seconds: float = 1e9, states: int = 10**9) -> Result:
        """Visit every state that up to so many acts lead to; stop at the first violation."""
        result = self.result
        started = time.monotonic()
        path: tuple[str, ...] = ()
        self._step = ""
        try:
            for used in range(result.acts + 1):
                before, self._used = result.states, used
                while self._layer:
                    if time.monotonic() - started > seconds or result.states >= states:
                        result.is_complete = False
                        break
                    found, frozen, path = self._layer.popleft()
                    if self._known[found] < used:
                        continue  # reached with fewer acts, too: seen
                    result.states += 1
                    self._visit_state(frozen, path, used == result.acts)
                result.layers.append(result.states - before)
                if not result.is_complete:
                    break
                self._layer, self._next = self._next, deque()
        except Violation as violation:
            result.violation = str(violation)
            result.path = [*path, self._step]
        result.seconds = time.monotonic() - started
        return result

    def _visit_state(self, frozen: bytes, path: tuple[str, ...], is_last: bool) -> None:
        world = thaw(frozen)
        choices = [(step, self._used) for step in world.steps()]
        if not is_last:
            choices += [(act, self._used + 1) for act in self._acts_of(world)]
        # Before the last layer a cut is an act of its own, and what it leads to is visited.
        if not world.ledger.is_attacked and (is_last or world.link is None):
            at_rest = thaw(frozen)
            self._look_at_rest(at_rest)
            scrap(at_rest)
        for step, used in choices:
            successor = world if step == choices[-1][0] else thaw(frozen)
            writes = self._take(successor, step)
            self._add(successor, (*path, step), used)
            scrap(successor)
            if step == "deliver_to_device" and not is_last:
                for act in _deaths(writes):
                    successor = thaw(frozen)
                    self._take(successor, act)
                    self._add(successor, (*path, act), self._used + 1)
                    scrap(successor)

    def _take(self, world: World, step: str) -> int:
        self._step = step
        self.result.steps += 1
        world.take(step)
        writes = world.flash.writes
        normalise(world)
        return writes

    def _add(self, world: World, path: tuple[str, ...], used: int) -> None:
        frozen = freeze(world)
        found = key(frozen)
        if self._known.get(found, used + 1) > used:
            self._known[found] = used
            (self._layer if used == self._used else self._next).append((found, frozen, path))

    def _look_at_rest(self, world: World) -> None:
        """Cut the link, and see whether the next contact works: once for each state without a link."""
        self._step = "cut"
        if world.link is not None:
            world.cut()
            normalise(world)
        frozen = freeze(world)
        found = key(frozen)
        if found in self._healed:
            return
        self._healed.add(found)
        if self._visit is not None:
            self._visit(frozen)
        if self._heals:
            self._step = "heal"
            heal(world)
            self.result.healed += 1


def with_strangers(world: World) -> list[str]:
    """Return all acts, and that somebody else tries to come in beside an authenticated link."""
    acts = world.acts()
    if world.setting.is_ordered and world.device_link is not None:
        acts.append("stranger")
    return acts


def _deaths(writes: int) -> list[str]:
    """Return the acts in which power goes at one of the writes of a delivery.

    After the n-th is before the one that follows it, so only the last has an act of its own.
    """
    if not writes:
        return []
    return [f"dies_before_{number}" for number in range(1, writes + 1)] + [f"dies_after_{writes}"]
