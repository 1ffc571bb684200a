"""The protocol, explored: every interleaving of what adversary and bad luck can do, within bounds."""

from __future__ import annotations

from collections.abc import Callable
import os
from pathlib import Path
import subprocess
import sys

import pytest

from .copies import Copies
from .ends import Setting, Violation
from .mutants import Mutant, load
from .mutants_of_device import DEVICE_MUTANTS
from .mutants_of_gateway import GATEWAY_MUTANTS
from .normal_form import normalise
from .plans import FAST, Plan
from .sampled import run_schedule
from .search import Search, with_strangers
from .small_world import World
from custom_components.iot_secure_gateway import protocol

TOP = Path(__file__).resolve().parents[2]
MUTANTS = (*DEVICE_MUTANTS, *GATEWAY_MUTANTS)
SCHEDULES = 120  # with real cryptography, per setting
Record = Callable[[str, object], None]


@pytest.mark.parametrize("plan", FAST, ids=lambda plan: plan.name)
def test_no_guarantee_is_broken_in_any_explored_state(plan: Plan, record_property: Record) -> None:
    # In a process of its own: measuring coverage would take longer than exploring.
    command = [sys.executable, "-m", "tests.exploration", "--fast", "--processes", "0"]
    paths = os.pathsep.join((str(TOP), str(TOP / "device_firmware")))
    done = subprocess.run(
        [*command, "--only", plan.name],
        cwd=TOP,
        env={**os.environ, "PYTHONPATH": paths, "COVERAGE_PROCESS_START": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    line = done.stdout.partition("\n")[0]
    record_property("explored", line)
    assert done.returncode == 0, done.stdout + done.stderr
    assert line.endswith("all of them"), line


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.what.replace(" ", "-"))
def test_explorer_misses_what_is_taken_out(
    mutant: Mutant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    search = Search(
        load(mutant, tmp_path, MUTANTS.index(mutant)),
        mutant.setting,
        mutant.acts,
        acts_of=with_strangers,
        visit=Copies().look if mutant.copies else None,
    )
    result = search.run()
    record_property("mutant", f"{mutant.what}: {result.violation}")
    assert result.violation.startswith(mutant.caught_by), result


@pytest.mark.parametrize("mode", [0, 1], ids=["dsid_gsid", "dsid"])
@pytest.mark.parametrize("lanes", [(3, 0), (0, 3), (2, 2)], ids=["commands", "packages", "both"])
def test_random_schedules_with_real_cryptography_break_no_guarantee(
    mode: int, lanes: tuple[int, int]
) -> None:
    setting = Setting(mode=mode, commands=lanes[0], packages=lanes[1])
    for seed in range(SCHEDULES):
        try:
            sessions, _ = run_schedule(protocol, setting, seed)
        except Violation as violation:
            raise AssertionError(f"seed {seed}: {violation}") from violation
        assert sessions >= 2, f"seed {seed}: healing alone runs two sessions"


def test_worlds_that_differ_in_names_only_are_the_same_state() -> None:
    once = Search(protocol, Setting(commands=1), 1, heals=False).run()
    again = Search(protocol, Setting(commands=1), 1, heals=False).run()
    assert once.layers == again.layers  # fresh names differ, what is counted does not


def test_search_says_that_it_was_cut_off() -> None:
    result = Search(protocol, Setting(commands=1), 1).run(states=5)
    assert not result.is_complete
    assert "CUT OFF" in str(result)


def test_violation_comes_with_the_schedule_that_leads_to_it() -> None:
    def only_cut(world: World) -> list[str]:
        return [act for act in world.acts() if act == "cut"]

    def never_rests(frozen: bytes) -> None:
        raise Violation("G0: found nothing")

    result = Search(protocol, Setting(commands=1), 1, acts_of=only_cut, visit=never_rests).run()
    assert result.violation == "G0: found nothing"
    assert "VIOLATION G0" in str(result)


def test_command_opened_anew_after_it_expired_is_no_held_back_one() -> None:
    # Over a bare cipher an OPEN comes again after its session expired. What is executed then is what
    # the gateway committed in answer to the new ECHO (found by exploration, in the observer's notes).
    world = World(protocol, Setting(mode=1, commands=1, is_ordered=False))
    path = "connect deliver_to_device deliver_to_gateway deliver_to_device open_command"
    path += " deliver_to_device replay_3 device_waits deliver_to_device drop_to_gateway"
    path += " deliver_to_gateway deliver_to_device"
    for step in path.split():
        world.take(step)
        normalise(world)
    assert len(world.ledger.executed) == 1
    assert world.ledger.expired
