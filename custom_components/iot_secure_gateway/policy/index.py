"""Rows filed by the devices, users and commands that they name, so that few are looked at.

In a large table it is fetching from memory that takes the time, not counting. So the few rows that name the same
device and the same user are one small tuple, keys are objects that exist once (so that looking one up compares no
text), and a row is not touched when it is about other commands.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from sys import intern
from typing import Final

from .commands import CommandGroup, group_of
from .entries import Entry

MAX_FEW: Final = 8  # rows times commands; more are looked up by command

# A command by its name; a group of commands by a text that is no name of a command.
type Few = tuple[tuple[str, ...], *tuple[Entry, ...]]  # targets, and the row that each is of
type Many = dict[str, list[Entry]]  # by targets; all of them under EVERY
type Cell = Few | Many  # rows that name the same devices and users, in the order of rows

EVERY: Final = "*"
NOTHING: Final = ""  # of a row of whose commands none is left
_TARGET = {group: f"*{group}" for group in CommandGroup}


class Index:
    """Rows by keys of devices, then by keys of users, then by commands."""

    def __init__(self) -> None:
        self._filing: dict[str, dict[str, list[Entry]]] = {}
        self._by_serial: dict[str, tuple[dict[str, Cell], ...]] = {}

    def add(self, entry: Entry, devices: Iterable[str], subjects: Iterable[str]) -> None:
        """File a row, which comes after all that are there, under all the keys that it names."""
        subjects = [intern(subject) for subject in subjects]
        for device in devices:
            by_subject = self._filing.setdefault(device, {})
            for subject in subjects:
                by_subject.setdefault(subject, []).append(entry)

    def close(self, keys: Mapping[str, Iterable[str]]) -> None:
        """Look up the keys of every device once and for all; nothing is added any more."""
        known: dict[tuple[str, ...], tuple[str, ...]] = {}
        by_device = {
            device: {subject: _cell(entries, known) for subject, entries in by_subject.items()}
            for device, by_subject in self._filing.items()
        }
        self._filing = {}
        for serial, of_device in keys.items():
            cells = tuple(by_device[key] for key in of_device if key in by_device)
            if cells:
                self._by_serial[serial] = cells

    def find(self, serial: str, subjects: Iterable[str]) -> list[Cell]:
        """Return the rows that may name a device and one of these users."""
        return [
            cell
            for by_subject in self._by_serial.get(serial, ())
            for subject in subjects
            if (cell := by_subject.get(subject)) is not None
        ]


def about(found: list[Cell], command: str) -> list[Sequence[Entry]]:
    """Return those of the rows that name a command, as lists in the order of rows."""
    group = _TARGET[group_of(command)]
    lists: list[Sequence[Entry]] = []
    for cell in found:
        if isinstance(cell, dict):
            lists += [cell[target] for target in (command, group) if target in cell]
            continue
        targets = cell[0]
        if command in targets or group in targets:
            entries = cell[1:]
            if len(targets) > 1:
                wanted = (command, group)
                entries = tuple(compress(entries, [target in wanted for target in targets]))
            lists.append(entries)
    return lists


def in_order(cell: Cell) -> Sequence[Entry]:
    """Return all rows of a cell; one that names several commands may be there several times."""
    return cell[EVERY] if isinstance(cell, dict) else cell[1:]


def _targets_of(entry: Entry) -> list[str]:
    """Return what of commands a row names."""
    return [*entry.names, *(_TARGET[group] for group in entry.commands)] or [NOTHING]


def _cell(entries: list[Entry], known: dict[tuple[str, ...], tuple[str, ...]]) -> Cell:
    """Return rows in the form in which they are kept; `known`: tuples of targets, to share."""
    pairs = [(target, entry) for entry in entries for target in _targets_of(entry)]
    if len(pairs) <= MAX_FEW:
        targets = tuple(intern(target) for target, _ in pairs)
        return (known.setdefault(targets, targets), *(entry for _, entry in pairs))
    many: Many = {EVERY: entries}
    for target, entry in pairs:
        many.setdefault(target, []).append(entry)
    return many
