"""The commands that a new user runs first: everything, in a real Home Assistant."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
import re
import secrets
import signal
import subprocess

import pytest

from scripts.demonstration.errors import DemonstrationError
from scripts.demonstration.stage import ROOT, wipe
from scripts.demonstration.steps import run_steps

CHECKOUT = ROOT.parent
CHECK_SECONDS = 240
START_SECONDS = 90
STOP_SECONDS = 40
LAST_LINE = "Ctrl-C ends everything."


@pytest.mark.parametrize("also", [[], ["--attack"]])
def test_every_step_of_the_demonstration_happens(also: list[str]) -> None:
    done = subprocess.run(
        [Path("scripts/demo"), "--check", *also],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=CHECK_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    happened = re.search(r"^All (\d+) steps happened", done.stdout, re.MULTILINE)
    assert happened is not None, done.stdout
    assert int(happened[1]) == done.stdout.count("✔")
    assert "✘" not in done.stdout


def test_step_that_does_not_happen_ends_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    ran = []

    async def good() -> str:
        ran.append("good")
        return "a fact"

    async def bad() -> str:
        raise DemonstrationError("the lamp stayed dark")

    steps = [("first", good), ("second", bad), ("third", good)]
    # The browser of other tests holds the loop of this thread.
    with ThreadPoolExecutor(1) as elsewhere:
        assert not elsewhere.submit(asyncio.run, run_steps(steps)).result()
    assert ran == ["good"]
    shown = capsys.readouterr().out
    assert "the lamp stayed dark" in shown
    assert "Step 2 of 3 did not happen." in shown


@pytest.fixture
def name() -> Iterator[str]:
    """A demonstration of its own, beside that of whoever runs the tests."""
    name = f"test-{secrets.token_hex(4)}"
    yield name
    wipe(ROOT / name)


def _shown_until_ready(demo: subprocess.Popen[str]) -> str:
    shown = ""
    assert demo.stdout is not None
    for line in demo.stdout:
        shown += line
        if LAST_LINE in line:
            return shown
    pytest.fail(f"the demonstration ended: {shown}")


def _children(pid: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _start(name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        ["timeout", "--foreground", str(START_SECONDS), Path("scripts/demo"), "--name", name],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_demonstration_ends_whole_and_goes_on_where_it_ended(name: str) -> None:
    with _start(name) as guard:
        first = _shown_until_ready(guard)
        (demo,) = _children(guard.pid)
        parts = _children(demo)
        assert len(parts) == 4  # Home Assistant, two lamps and a camera

        second = subprocess.run(
            [Path("scripts/demo"), "--name", name],
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=STOP_SECONDS,
            check=False,
        )
        assert second.returncode == 1
        assert "running already" in second.stderr

        guard.send_signal(signal.SIGINT)
        assert guard.wait(STOP_SECONDS) == 0
    assert not [pid for pid in parts if Path(f"/proc/{pid}").exists()]

    with _start(name) as guard:
        assert _shown_until_ready(guard) == first
        guard.send_signal(signal.SIGTERM)
        guard.wait(STOP_SECONDS)
