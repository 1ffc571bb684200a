"""Which settings are explored how deep: in every test run, and by `scripts/explore`."""

from __future__ import annotations

from dataclasses import dataclass, replace
import gc

from .copies import Copies
from .ends import Setting
from .search import Result, Search, with_strangers
from .small_world import World
import isg_protocol as protocol  # the same files as the integration's, without Home Assistant

_ALWAYS = "always"
_CHECKPOINT = "checkpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One search."""

    name: str
    setting: Setting
    acts: int
    copies: bool = False  # G7: copy either end from each state at rest
    strangers: bool = False  # G8: somebody without the key beside the link


def _modes(name: str, acts: int, **setting: str | int | bool) -> list[Plan]:
    return [
        Plan(name=f"{name}-{label}", setting=Setting(mode=mode, **setting), acts=acts)  # type: ignore[arg-type]
        for mode, label in ((0, "dsid_gsid"), (1, "dsid"))
    ]


FAST = (
    *_modes("commands", 3, commands=3, data_persistence=_ALWAYS),
    *_modes("packages", 3, packages=3, data_persistence=_ALWAYS),
    *_modes("both-lanes", 3, commands=1, packages=1, data_persistence=_ALWAYS),
    Plan(name="both-lanes-checkpoint", setting=Setting(commands=1, packages=1), acts=2),
    Plan(name="packages-checkpoint", setting=Setting(mode=1, packages=3), acts=3),
    Plan(
        name="commands-checkpoint",
        setting=Setting(commands=2, persistence=_CHECKPOINT, data_persistence=_ALWAYS),
        acts=3,
    ),
    # Copies and strangers: they change no state that is gone on from.
    Plan(
        name="copies-commands",
        setting=Setting(commands=2, data_persistence=_ALWAYS),
        acts=2,
        copies=True,
        strangers=True,
    ),
    Plan(
        name="copies-both-lanes",
        setting=Setting(mode=1, commands=1, packages=1, data_persistence=_ALWAYS),
        acts=1,
        copies=True,
        strangers=True,
    ),
    # Over a bare cipher each message can come again for ever, so worlds hardly merge: less of it.
    Plan(name="bare-commands", setting=Setting(commands=2, is_ordered=False), acts=1),
    Plan(name="bare-command", setting=Setting(mode=1, commands=1, is_ordered=False), acts=2),
    Plan(name="bare-packages", setting=Setting(packages=2, is_ordered=False), acts=1),
)


def deep(acts: int, sessions: int) -> tuple[Plan, ...]:
    """Return the searches of `scripts/explore`; over a bare cipher two acts less, and two sessions."""
    bare_acts, bare_sessions = max(1, acts - 2), min(2, sessions)
    both = {"commands": sessions - sessions // 2, "packages": sessions // 2}
    ordered = [
        *_modes("commands", acts, commands=sessions, data_persistence=_ALWAYS),
        *_modes("packages", acts, packages=sessions, data_persistence=_ALWAYS),
        *_modes("commands-checkpoint", acts, commands=sessions, persistence=_CHECKPOINT),
        *_modes("packages-checkpoint", acts, packages=sessions),
        *_modes("both-lanes", acts, **both),
    ]
    return (
        *ordered,
        *(
            replace(
                plan, name=f"copies-{plan.name}", acts=max(1, acts - 2), copies=True, strangers=True
            )
            for plan in ordered[:4]
        ),
        *_modes("bare-commands", bare_acts, commands=bare_sessions, is_ordered=False),
        *_modes("bare-packages", bare_acts, packages=bare_sessions, is_ordered=False),
    )


def run(plan: Plan, seconds: float = 1e9) -> Result:
    """Search as planned; `seconds` is the time after which it is cut off."""
    copies = Copies()
    search = Search(
        protocol,
        plan.setting,
        plan.acts,
        acts_of=with_strangers if plan.strangers else World.acts,
        visit=copies.look if plan.copies else None,
    )
    result = search.run(seconds=seconds)
    result.copies = copies.tried
    return result


def run_alone(plan: Plan, seconds: float) -> Result:
    """Search in a process that does nothing else."""
    gc.collect()
    gc.freeze()  # what is there now stays; worlds come and go in their thousands
    gc.set_threshold(20_000, 50, 1000)
    return run(plan, seconds)
