"""What of the table a person is shown: their own part, what is below them, and what is about their devices.

Whoever has authority over a device sees who else may command it; of other devices in the same row they
see none. Of what is above them they see what they may refer to.
"""

from dataclasses import replace

from .actors import Actor
from .authority import grant_of, grants_of
from .changes import person
from .entries import Entry
from .facts import Facts
from .groups import DeviceGroup
from .marks import devices_left
from .row_changes import may_change
from .rows import Row
from .state import Shared
from .table import Table


class View:
    """One person's view of a table as it is now."""

    def __init__(self, table: Table, facts: Facts, actor: Actor) -> None:
        """Raises PolicyError for whoever is no person."""
        self._table = table
        self._state = table.state
        self._facts = facts
        self.user_id = person(actor)
        grants = grants_of(table.state, self.user_id)
        self.serials = frozenset[str]().union(*(grant.serials for grant in grants))
        self._above = {self.user_id}.union(*(grant.path for grant in grants))

    def may_change(self, row: Row) -> bool:
        """Return whether the person made a row, or stands above who made it."""
        return may_change(self._state, self.user_id, row)

    def row(self, row: Row) -> Row | None:
        """Return a row as the person sees it; None when it is not shown."""
        if self.may_change(row):
            return row
        if not self._devices_of(row) & self.serials:
            return None
        devices = row.devices
        return replace(row, devices=replace(devices, serials=devices.serials & self.serials))

    def is_about(self, row: Row, serial: str) -> bool:
        """Return whether a row would count for a device if it were switched on."""
        return serial in self._devices_of(row)

    def _devices_of(self, row: Row) -> frozenset[str]:
        entry = self._table.entries.get(row.number)
        if entry is None or entry.row != row:  # switched off, or one that was
            grant = grant_of(self._state, row.made_by, row.by)
            if grant is None:
                return frozenset()
            entry = Entry(row, grant, self._state, self._facts, {})
        return devices_left(self._state, self._facts, entry)

    def shared(self, shared: Shared) -> Shared | None:
        """Return a group or shift as the person sees it; None when it is not shown."""
        if shared.made_by == self.user_id:
            return shared
        grants = grants_of(self._state, shared.made_by)
        if not any(self.user_id in grant.path for grant in grants):
            if shared.made_by not in self._above:
                return None
            if isinstance(shared, DeviceGroup):
                return replace(shared, serials=shared.serials & self.serials)
        return shared
