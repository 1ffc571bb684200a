"""The check that a new user runs first: everything, in a real Home Assistant, without a person."""

from pathlib import Path
import re
import subprocess

from scripts.demonstration.home import CHECKOUT

SECONDS = 240


def test_every_step_of_the_demonstration_happens() -> None:
    done = subprocess.run(
        [Path("scripts/demo"), "--check"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    happened = re.search(r"^All (\d+) steps happened", done.stdout, re.MULTILINE)
    assert happened is not None, done.stdout
    assert int(happened[1]) == done.stdout.count("✔")
    assert "✘" not in done.stdout
