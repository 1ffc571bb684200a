"""Explore both ends of the protocol: `scripts/explore` and the tests run this.

Prints one line per search: states seen (worlds that differ in names only count once), steps and
acts tried, cuts healed, whether all of it was seen. Ends with 1 when a guarantee was broken.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
import sys
import time

from .plans import FAST, Plan, deep, run_alone
from .search import Result


def _results(chosen: list[Plan], options: argparse.Namespace) -> Iterator[Result]:
    if not options.processes:
        for plan in chosen:
            yield run_alone(plan, options.seconds)
        return
    with ProcessPoolExecutor(options.processes) as pool:
        for future in [pool.submit(run_alone, plan, options.seconds) for plan in chosen]:
            yield future.result()


def main(arguments: Sequence[str]) -> int:
    """Run the searches that were asked for."""
    parser = argparse.ArgumentParser(prog="scripts/explore", description=__doc__)
    parser.add_argument("--acts", type=int, default=5, help="of adversary and bad luck (5)")
    parser.add_argument("--sessions", type=int, default=3, help="commands or packages (3)")
    parser.add_argument("--seconds", type=float, default=600, help="limit of each search (600)")
    parser.add_argument(
        "--processes", type=int, default=2, help="searches at a time (2; 0: in this one)"
    )
    parser.add_argument("--fast", action="store_true", help="the searches of every test run")
    parser.add_argument("--only", metavar="NAME", help="searches whose name begins so")
    options = parser.parse_args(arguments)
    plans = FAST if options.fast else deep(options.acts, options.sessions)
    named = [plan for plan in plans if plan.name == options.only]
    chosen = named or [plan for plan in plans if plan.name.startswith(options.only or "")]
    if not chosen:
        print("no such search; there are:", *(plan.name for plan in plans))
        return 2
    started = time.monotonic()
    states = steps = cut_off = broken = 0
    for plan, result in zip(chosen, _results(chosen, options), strict=True):
        print(f"{plan.name}: {result}", flush=True)
        states += result.states
        steps += result.steps
        cut_off += not result.is_complete
        broken += bool(result.violation)
    print(
        f"{len(chosen)} searches, {states} states, {steps} schedules' steps, {broken} broken, "
        f"{cut_off} cut off by the time limit, {time.monotonic() - started:.0f} s"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
