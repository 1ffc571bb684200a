"""Runs named steps one after the other and says what each of them showed, and how long it took."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
import sys
import time

from .errors import DemonstrationError

STEP_SECONDS = 90.0
type Step = tuple[str, Callable[[], Awaitable[str]]]


def say(text: str = "") -> None:
    """Print a line at once, so that it is seen while the next step runs."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def run_steps(steps: Sequence[Step]) -> bool:
    """Run all steps in order; stop at the first that does not happen, and return whether all did."""
    started = time.monotonic()
    for number, (title, step) in enumerate(steps, 1):
        before = time.monotonic()
        try:
            async with asyncio.timeout(STEP_SECONDS):
                fact = await step()
        except (DemonstrationError, TimeoutError, OSError, LookupError) as error:
            reason = str(error) if isinstance(error, DemonstrationError) else repr(error)
            if isinstance(error, TimeoutError):
                reason = f"not done within {STEP_SECONDS:.0f} s"
            say(f"✘ {time.monotonic() - before:5.1f} s  {title}\n           {reason}")
            say(f"\nStep {number} of {len(steps)} did not happen.")
            return False
        say(f"✔ {time.monotonic() - before:5.1f} s  {title}")
        for line in fact.splitlines():
            say(f"           {line}")
    say(f"\nAll {len(steps)} steps happened, in {time.monotonic() - started:.0f} s.")
    return True
