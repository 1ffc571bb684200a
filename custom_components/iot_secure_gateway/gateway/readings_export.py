"""Readings as data and as text for other programs: CSV for spreadsheets, JSON lines for all others."""

from collections.abc import Iterable
import csv
import io
import json
from typing import Final

from ..policy.audit_export import cell, time_text
from .readings import Reading

COLUMNS: Final = (
    "number", "at", "arrived", "serial", "entity", "name", "value", "unit", "session", "lost",
)  # fmt: skip


def shown(number: int, reading: Reading) -> dict[str, object]:
    """Return a reading under the names of `COLUMNS`; of an event the value is its type and data."""
    return {
        "number": number,
        "at": time_text(reading.at_us),
        "arrived": time_text(reading.arrived_us),
        "serial": reading.serial,
        "entity": reading.entity,
        "name": reading.name,
        "value": json.loads(reading.value),
        "unit": reading.unit,
        "session": reading.session,
        "lost": reading.lost,
    }


def to_json_lines(page: Iterable[tuple[int, Reading]]) -> str:
    """Return one JSON object per line."""
    return "".join(json.dumps(shown(number, reading)) + "\n" for number, reading in page)


def to_csv(page: Iterable[tuple[int, Reading]], *, has_header: bool) -> str:
    """Return rows with commas; no text begins as a formula would. Texts, yes and no are as in JSON lines."""
    text = io.StringIO()
    writer = csv.writer(text)
    if has_header:
        writer.writerow(COLUMNS)
    for number, reading in page:
        found = shown(number, reading)
        value = found["value"]
        if isinstance(value, bool | dict):
            found["value"] = json.dumps(value)
        writer.writerow(cell(value) for value in found.values())
    return text.getvalue()
