"""The device library on MicroPython itself: what differs there, and how little memory it needs."""

from pathlib import Path
import subprocess

import pytest

from simulator import fleet

HERE = Path(__file__).parent
FIRMWARE = HERE.parent.parent / "device_firmware"

pytestmark = pytest.mark.micropython


def run(script: str, *arguments: str, heap: str = "256k") -> list[str]:
    """Run a script of this folder with a bounded heap; return its lines."""
    done = subprocess.run(
        [fleet.find_micropython(), "-X", f"heapsize={heap}", str(HERE / script), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_what_differs_on_micropython_works_there(tmp_path: Path) -> None:
    lines = run("micropython_library.py", str(FIRMWARE), str(tmp_path))
    assert [line for line in lines if line.startswith("ok ")] == [
        "ok journal",
        "ok handlers",
        "ok settings",
        "ok lists",
        "ok board",
    ]
