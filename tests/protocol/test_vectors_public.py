"""The public vectors on CPython: each port, each suite, every case (issue 2, official vectors)."""

from __future__ import annotations

import pytest

from tests.vector_cases import SUITES
from tests.vector_ports import PORTS, answer


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("port_name", PORTS)
def test_every_public_vector_of_the_suite_is_answered_as_published(
    port_name: str, suite: str
) -> None:
    make_cases, count = SUITES[suite]
    cases = make_cases()
    wrong = [
        (case.label, given)
        for case in cases
        if not case.accepts(given := answer(PORTS[port_name], case))
    ]
    assert wrong == []
    assert len(cases) == count
