"""Rows filed by the devices, users and commands that they name, so that few are looked at."""

from collections.abc import Iterable, Mapping

from .commands import CommandGroup, group_of
from .entries import Entry

# Rows that name the same devices and users: by the names of commands, by the numbers of groups of
# commands, and all of them under None. One plain dict each, for there are about as many as rows.
type Filed = dict[str | int | None, list[Entry]]

_NUMBER = {group: number for number, group in enumerate(CommandGroup)}


class Index:
    """Rows by keys of devices, then by keys of users, then by commands; each list in the order of rows."""

    def __init__(self) -> None:
        self._by_device: dict[str, dict[str, Filed]] = {}
        self._by_serial: dict[str, tuple[dict[str, Filed], ...]] = {}

    def add(self, entry: Entry, devices: Iterable[str], subjects: Iterable[str]) -> None:
        """File a row, which comes after all that are there, under all the keys that it names."""
        targets = [None, *entry.names, *(_NUMBER[group] for group in entry.commands)]
        for device in devices:
            by_subject = self._by_device.setdefault(device, {})
            for subject in subjects:
                filed = by_subject.setdefault(subject, {})
                for target in targets:
                    filed.setdefault(target, []).append(entry)

    def close(self, keys: Mapping[str, Iterable[str]]) -> None:
        """Look up the keys of every device once and for all."""
        for serial, of_device in keys.items():
            cells = tuple(self._by_device[key] for key in of_device if key in self._by_device)
            if cells:
                self._by_serial[serial] = cells

    def find(self, serial: str, subjects: Iterable[str]) -> list[Filed]:
        """Return the rows that may name a device and one of these users."""
        return [
            filed
            for by_subject in self._by_serial.get(serial, ())
            for subject in subjects
            if (filed := by_subject.get(subject)) is not None
        ]


def about(found: list[Filed], command: str) -> list[list[Entry]]:
    """Return those of the rows that name a command, as lists in the order of rows."""
    number = _NUMBER[group_of(command)]
    return [
        entries
        for filed in found
        for entries in (filed.get(command), filed.get(number))
        if entries is not None
    ]
