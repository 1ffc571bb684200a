"""What was explored, at the end of a test run."""

from __future__ import annotations

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the counts of each search, and how many mutants were caught."""
    found = [
        prop
        for report in terminalreporter.getreports("passed")
        for prop in getattr(report, "user_properties", ())
    ]
    lines = [str(value) for name, value in found if name == "explored"]
    if not lines:
        return
    terminalreporter.section("explored")
    for line in sorted(lines):
        terminalreporter.line(line)
    caught = sum(name == "mutant" for name, _ in found)
    terminalreporter.line(f"{caught} mutants of the protocol, each caught")
