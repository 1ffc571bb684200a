"""The public vectors on MicroPython: the device's own files in a heap as small as a board's."""

from __future__ import annotations

import os
from pathlib import Path
import subprocess
import sys

import pytest

from tests.vector_cases import SUITES, Case
from tests.vector_ports import PORTS, answer

HERE = Path(__file__).parent
FIRMWARE = HERE.parents[1] / "device_firmware"
MICROPYTHON = Path(sys.executable).with_name("micropython")
HEAP = "128k"

pytestmark = pytest.mark.micropython


def answers(cases: list[Case]) -> list[bytes | str]:
    """Return MicroPython's answers, in the form of `Case.expected`."""
    done = subprocess.run(
        [MICROPYTHON, "-X", f"heapsize={HEAP}", HERE / "micropython_run_vectors.py"],
        input="".join(case.line() + "\n" for case in cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "MICROPYPATH": f"{FIRMWARE}:{HERE}"},
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(cases), done.stdout[-300:] + done.stderr[-300:]
    return [
        line if line.startswith("!") else bytes.fromhex("" if line == "-" else line)
        for line in lines
    ]


@pytest.mark.parametrize("suite", SUITES)
def test_every_public_vector_of_the_suite_is_answered_as_published(suite: str) -> None:
    make_cases, count = SUITES[suite]
    cases = make_cases()
    wrong = [
        (case.label, given)
        for case, given in zip(cases, answers(cases), strict=True)
        if not case.accepts(given)
    ]
    assert wrong == []
    assert len(cases) == count


def test_our_own_link_gives_the_same_bytes_as_the_gateway() -> None:
    """No public transcript has AES-CCM: the gateway's port, proven apart, is the witness."""
    secrets = [bytes(range(start, start + 32)) for start in (1, 2, 3)]
    cases = [
        Case(
            label="noise",
            call="noise",
            arguments=(
                b"Noise_NNpsk0_25519_AESCCM_SHA256",
                b"ISG1",
                *secrets,
                b"",
                b"",
                b"command",
                b"result" * 30,
            ),
            expected="",
        ),
        Case(
            label="records over two renewals of the key",
            call="records",
            arguments=(secrets[0], b"\x03", b"\x08"),
            expected="",
        ),
    ]
    witness = [answer(PORTS["gateway"], case) for case in cases]
    assert all(isinstance(given, bytes) for given in witness)
    assert answers(cases) == witness
    assert [answer(PORTS["device, plain"], case) for case in cases] == witness
