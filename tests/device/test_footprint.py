"""A device of ten entities, loaded from .mpy, is small and does not grow."""

from pathlib import Path
import subprocess
import sys

import pytest

from benchmarks import footprint

ROOT = Path(__file__).resolve().parent.parent.parent
HEAP_KIB = 224  # of the 64-bit interpreter; how little is enough, test_small_heap holds
COMMANDS = 300
MAX_GROWTH = 1024  # bytes: what one more or one less open buffer makes

pytestmark = [pytest.mark.micropython, pytest.mark.usefixtures("socket_enabled")]


async def test_ten_entities_in_a_small_heap_take_hundreds_of_commands_without_growth(
    tmp_path: Path,
) -> None:
    footprint.make_compiled(tmp_path)
    async with footprint.running(tmp_path, HEAP_KIB) as owner:
        used = await footprint.use(owner, COMMANDS)
    assert used.entities == footprint.ENTITIES
    assert used.after - used.before <= MAX_GROWTH


async def test_a_heap_that_is_too_small_is_told(tmp_path: Path) -> None:
    footprint.make_compiled(tmp_path)
    assert await footprint.smallest_heap(tmp_path, 60, 64, 1) is None


def test_the_benchmark_prints_heap_size_and_time() -> None:
    finished = subprocess.run(
        [sys.executable, ROOT / "benchmarks/device_footprint.py", "--quick", "--commands", "20"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    for words in (
        "all files",
        "smallest heap that works",
        "in use when linked",
        "time per command",
    ):
        assert f".mpy: {words}" in finished.stdout
