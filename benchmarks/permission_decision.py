#!/usr/bin/env python3
"""What a decision costs: our table beside pycasbin and Cedar, all three on the same rows.

Every question is put to all three in the same run, and their answers have to agree. Making ready (reading
policies, filing rows) is timed apart. Times are those of single calls, so p50 is what a command waits for.
A small and a large house have as many rows for each person and device; with few rows in a large house
most questions meet no row at all.
"""

import argparse
from collections.abc import Callable
import gc
from pathlib import Path
from random import Random
from statistics import median
import subprocess
import sys
import time
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))
PYTHON: Final = ROOT / ".venv/bin/python"

SEED: Final = 8
FEW_ROWS: Final = 100
# Gives a question the form that a system takes, and the call that answers it in that form.
type Judge = tuple[Callable[["Ask"], Any], Callable[[Any], bool]]

try:
    import casbin  # type: ignore[import-untyped]
    import cedarpy

    from benchmarks.measures import median_ratio, percentile
    from benchmarks.permission_rows import (
        CASBIN_MODEL,
        Ask,
        House,
        for_casbin,
        for_cedar,
        for_us,
        make_asks,
        make_house,
        make_worst_house,
        moment,
    )
    from benchmarks.report import Target, table

    from custom_components.iot_secure_gateway.policy.actors import User
    from custom_components.iot_secure_gateway.policy.facts import Facts
    from custom_components.iot_secure_gateway.policy.table import compile_table
except ImportError:
    if Path(sys.prefix) == ROOT / ".venv":
        raise
    subprocess.run([ROOT / "scripts/setup"], check=True)
    sys.exit(subprocess.run([PYTHON, *sys.argv], check=False).returncode)


def ours(house: House) -> tuple[Judge, int]:
    """Our table, and how many ns it took to make it ready."""
    state = for_us(house)
    start = time.perf_counter_ns()
    made = compile_table(state, Facts())
    ready = time.perf_counter_ns() - start
    users = {name: User(id=name) for name in house.team_of}
    hours = [moment(hour) for hour in range(24)]

    def form(ask: Ask) -> tuple[object, ...]:
        return users[ask.who], ask.what, ask.command, {}, hours[ask.hour]

    def judge(question: Any) -> bool:
        return made.decide(*question).allowed

    return (form, judge), ready


def casbins(house: House) -> Judge:
    """Pycasbin's enforcer, with its policies in memory."""
    model = casbin.Model()
    model.load_model_from_text(CASBIN_MODEL)
    enforcer = casbin.Enforcer(model)
    policies, teams, rooms = for_casbin(house)
    enforcer.add_policies(policies)
    enforcer.add_grouping_policies(teams)
    enforcer.add_named_grouping_policies("g2", rooms)

    def form(ask: Ask) -> tuple[str, ...]:
        return ask.who, ask.what, ask.command, f"{ask.hour:02}"

    def judge(question: Any) -> bool:
        return bool(enforcer.enforce(*question))

    return form, judge


def cedars(house: House) -> Judge:
    """Cedar through cedarpy, with policies and entities parsed beforehand."""
    policies, entities = for_cedar(house)
    parsed = cedarpy.PolicySet.from_str(policies), cedarpy.Entities.from_json_str(entities)

    def form(ask: Ask) -> dict[str, object]:
        return {
            "principal": {"type": "User", "id": ask.who},
            "action": {"type": "Action", "id": ask.command},
            "resource": {"type": "Device", "id": ask.what},
            "context": {"hour": ask.hour},
        }

    def judge(question: Any) -> bool:
        return bool(cedarpy.is_authorized(question, *parsed).allowed)

    return form, judge


def timed(judge: Judge, asks: list[Ask]) -> tuple[list[int], list[bool]]:
    """Return how long each answer took, in ns, and the answers."""
    form, answer_to = judge
    durations, answers = [], []
    for question in [form(ask) for ask in asks]:
        start = time.perf_counter_ns()
        answer = answer_to(question)
        durations.append(time.perf_counter_ns() - start)
        answers.append(answer)
    return durations, answers


def line(name: str, rows: int, ready_ns: int, durations: list[int]) -> list[str]:
    """Return one line of the table."""
    return [
        name,
        f"{rows:,}",
        f"{ready_ns / 1e6:,.1f}",
        f"{percentile(durations, 0.5) / 1000:,.1f}",
        f"{percentile(durations, 0.99) / 1000:,.1f}",
        f"{len(durations):,}",
    ]


class Measured:
    """Our table for one house, with the questions about it and what they took."""

    def __init__(self, title: str, house: House, asks: list[Ask]) -> None:
        self.title = title
        self.house = house
        self.asks = asks
        self.judge, self.ready = ours(house)
        self.answers: list[bool] = []
        self.durations: list[int] = []
        self.medians: list[float] = []

    def round(self, *, is_warm: bool) -> None:
        """Ask everything once; the first time nothing is written down."""
        durations, self.answers = timed(self.judge, self.asks)
        if is_warm:
            self.durations += durations
            self.medians.append(percentile(durations, 0.5))

    def lines(self) -> list[list[str]]:
        """Return the lines of the table: all questions, then each kind of them."""
        rows = len(self.house.rows)
        found = [line(self.title, rows, self.ready, self.durations)]
        kinds = [ask.kind for ask in self.asks] * len(self.medians)
        for kind in dict.fromkeys(kinds):
            of_kind = [took for took, of in zip(self.durations, kinds, strict=True) if of == kind]
            found.append(line(f"- {kind}", rows, self.ready, of_kind))
        return found


def main() -> int:
    """Measure and print; 1 when answers differ or a target is missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=20, help="of all questions, to ours")
    arguments.add_argument("--asks", type=int, default=600, help="questions")
    arguments.add_argument("--asks-beside", type=int, default=30, help="of them to the others")
    given = arguments.parse_args()

    # Each house has its own questions: about its rows.
    random = Random(SEED)
    few, sparse, many, worst = (
        Measured(title, house, make_asks(random, house, given.asks))
        for title, house in (
            ("ours, a small house", make_house(random, FEW_ROWS, FEW_ROWS)),
            ("ours, few rows in a large house", make_house(random, FEW_ROWS, given.rows)),
            ("ours, a large house", make_house(random, given.rows, given.rows)),
            ("ours, all rows for one user and device", make_worst_house(random, given.rows)),
        )
    )
    gc.collect()
    gc.freeze()
    for is_warm in (False, *[True] * given.rounds):
        for measured in (few, sparse, many):  # in turns, so that what disturbs one disturbs all
            measured.round(is_warm=is_warm)
    worst.round(is_warm=True)

    lines = [*few.lines(), *sparse.lines(), *many.lines()]
    beside, agreed = {}, True
    for name, make_judge in (("Cedar (cedarpy)", cedars), ("pycasbin", casbins)):
        start = time.perf_counter_ns()
        judge = make_judge(many.house)
        ready = time.perf_counter_ns() - start
        timed(judge, many.asks[:1])
        durations, answers = timed(judge, many.asks[: given.asks_beside])
        agreed &= answers == many.answers[: given.asks_beside]
        lines.append(line(name, given.rows, ready, durations))
        beside[name] = percentile(durations, 0.5)
    lines += worst.lines()

    heads = ["one decision", "rows", "making ready ms", "p50 us", "p99 us", "questions"]
    print(table(heads, lines))
    print("\nthe answers agree" if agreed else "\nTHE ANSWERS DIFFER")
    mine = median(many.medians)
    targets = [
        Target(what=f"p50 with {given.rows:,} rows, us", measured=mine / 1000, target=10),
        Target(
            what=f"... / p50 with {FEW_ROWS} rows, as many per person and device",
            measured=median_ratio(many.medians, few.medians),
            target=1.5,
        ),
        *(
            Target(what=f"{name} p50 / ours", measured=took / mine, target=wanted, at_least=True)
            for (name, took), wanted in zip(beside.items(), (1, 100), strict=True)
        ),
    ]
    for target in targets:
        print(f"{target.what}: {target.measured:,.2f} (target {target.target:g}): {target.verdict}")
    return 0 if agreed and all(target.verdict == "reached" for target in targets) else 1


if __name__ == "__main__":
    sys.exit(main())
