"""US9: a device whose power goes at any moment of a command."""

from pathlib import Path

import pytest

from .power_cuts import cut_at_random

CUTS = 100
SEED = 20260704


@pytest.mark.micropython
@pytest.mark.timeout(240)
async def test_random_power_cuts_execute_nothing_twice_and_lose_no_truth(
    tmp_path: Path, socket_enabled: None
) -> None:
    ends = await cut_at_random(tmp_path, CUTS, SEED)
    print(f"seed {SEED}: {dict(ends)}")
    assert sum(ends.values()) == CUTS
    # The cuts fell before, into and after the execution, or the test would say little.
    assert ends["not executed"] > 0
    assert ends["done"] > 0
