"""Every kept input of every fuzz target again, seeded random ones, and whether the targets would notice a fault."""

from __future__ import annotations

import gc
from itertools import pairwise
import random
import tracemalloc

import pytest

from tests.fuzzing.faults import FAULTS, Fault, notices
from tests.fuzzing.targets import CORPUS, TARGETS, kept

RANDOM_INPUTS = 150  # per target: `scripts/fuzz` is for more
MEMORY_KIB = (
    16  # what replaying a corpus may leave behind: caches of the interpreter and of coverage
)


def replay(name: str) -> int:
    """Run a target on everything that is kept for it; return how many inputs that were."""
    inputs = kept(name)
    for data in inputs:
        TARGETS[name](data)
    return len(inputs)


@pytest.mark.parametrize("name", TARGETS)
def test_kept_inputs_find_nothing(name: str) -> None:
    assert replay(name), "no corpus is kept"


@pytest.mark.parametrize("name", TARGETS)
def test_random_inputs_find_nothing(name: str) -> None:
    """Half of them noise, half kept inputs with some bytes changed."""
    drawn = random.Random(name)
    inputs = kept(name)
    for number in range(RANDOM_INPUTS):
        if number % 2:
            data = bytearray(drawn.choice(inputs))
            for _ in range(drawn.randrange(1, 4)):
                at = drawn.randrange(len(data) + 1)
                data[at : at + drawn.randrange(2)] = drawn.randbytes(1)  # inserted, or in its place
        else:
            data = bytearray(drawn.randbytes(drawn.randrange(200)))
        try:
            TARGETS[name](bytes(data))
        except BaseException:
            print(f"scripts/fuzz replay: {bytes(data).hex()}")
            raise


def test_corpus_is_small_and_of_known_targets() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(TARGETS)
    assert sum(len(data) for name in TARGETS for data in kept(name)) < 256 * 1024


@pytest.mark.parametrize("name", ["hostile_gateway", "hostile_device", "stranger_at_device"])
def test_what_peers_say_leaves_no_memory_behind(name: str) -> None:
    sizes = []
    tracemalloc.start()
    try:
        for _ in range(5):
            replay(name)
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
        growth = [later - earlier for earlier, later in pairwise(sizes)]
        assert min(growth) < MEMORY_KIB * 1024, growth  # what leaks, leaks each time
    finally:
        tracemalloc.stop()


# --- the targets themselves -----------------------------------------------------------------------------
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_kept_inputs_notice_a_check_that_is_gone(fault: Fault) -> None:
    target = TARGETS[fault.target]
    assert notices(target, fault, kept(fault.target)) is not None, "scripts/fuzz longer, then keep"
