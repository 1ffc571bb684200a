"""Whoever guesses at links of guest passes does not fill the record (B6)."""

from typing import Any

from custom_components.iot_secure_gateway.gateway.audit_writer import Retention
from custom_components.iot_secure_gateway.gateway.events import GatewayEvent
from custom_components.iot_secure_gateway.gateway.passes import ATTEMPTS_IN_ALL, Passes


def test_guesses_from_everywhere_push_nothing_out_of_the_record() -> None:
    """A thousand addresses guess all day: within the days that it is kept they fill a small part of it."""
    now, told = [0.0], list[GatewayEvent]()
    permissions: Any = None  # a wrong token is not looked up again
    passes = Passes(permissions, clock=lambda: now[0], emit=told.append)
    for second in range(86400):
        now[0] = float(second)
        passes.rejected(f"2001:db8::{second % 1000:x}")
    kept = Retention()
    assert len(told) * kept.max_age_s / 86400 < kept.max_lines / 4
    assert len(told) > ATTEMPTS_IN_ALL, "it goes on being told"
