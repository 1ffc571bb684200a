"""Facts every test run needs."""

import logging

from hypothesis import HealthCheck, settings

# Imported before Home Assistant looks for integrations: otherwise the folder of the test kit wins.
import custom_components  # noqa: F401
from tests.exploration.summary import pytest_terminal_summary  # noqa: F401

# The first draw in a fresh clone builds tables for seconds, and a busy machine is slow: neither is a fault
# of the code. A failure prints what reproduces it.
settings.register_profile(
    "project", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("project")

# The test kit has each statement to Home Assistant's recorder logged.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
