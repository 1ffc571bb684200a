"""The frozen transcript: the same randomness gives the same bytes on both interpreters, today as ever.

When the protocol changes on purpose, `python tests/protocol/test_transcript.py` writes it anew.
"""

from __future__ import annotations

import os
from pathlib import Path
import subprocess
import sys

import pytest

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "device_firmware"
SCRIPT = HERE / "micropython_transcript.py"
FROZEN = HERE / "transcript.txt"
MICROPYTHON = Path(sys.executable).with_name("micropython")


def transcript(interpreter: Path | str) -> str:
    """Run the script on an interpreter and return what it prints."""
    path = os.fspath(FIRMWARE)
    done = subprocess.run(
        [interpreter, SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "MICROPYPATH": path, "PYTHONPATH": path},
    )
    return done.stdout


def test_cpython_writes_the_frozen_transcript() -> None:
    assert transcript(sys.executable) == FROZEN.read_text()


@pytest.mark.micropython
def test_micropython_writes_the_frozen_transcript() -> None:
    assert transcript(MICROPYTHON) == FROZEN.read_text()


def test_frozen_transcript_holds_a_claim_a_link_and_sessions_in_both_modes() -> None:
    modes = FROZEN.read_text().split("mode ")[1:]
    assert len(modes) == 2
    for mode in modes:
        types = [line[6:8] for line in mode.splitlines()[1:]]
        assert types[:6] == ["03", "04", "05", "06", "01", "02"]
        # HELLO, HELLO_OK, KEEPALIVE; three sessions of four messages; a package of four.
        assert types[6:] == ["10"] * (3 + 3 * 4 + 4)


if __name__ == "__main__":
    FROZEN.write_text(transcript(sys.executable))
