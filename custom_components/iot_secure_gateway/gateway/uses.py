"""Rows that allow so many commands and no more ("use limit" of a row, FIG 8).

A use is taken, durably, before anything is sent, so that no crash gives one away; it is given back when
the command certainly had no effect. What became of a command is not always known: then the use is spent,
as it is when the caller leaves while it is being taken.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from ..policy.decision import Decision
from ..policy.row_changes import give_back, spend
from ..policy.state import PolicyState
from .errors import DeviceOffline, InvalidCommand, NotExecuted, Refused, RefusedByDevice
from .permissions import Permissions

WITHOUT_EFFECT = (DeviceOffline, InvalidCommand, NotExecuted, Refused, RefusedByDevice)


class _UsedUpError(Exception):
    """Others took the last use."""


class Uses:
    """Counts for one gateway."""

    def __init__(self, permissions: Permissions) -> None:
        """Count in these."""
        self._permissions = permissions

    @asynccontextmanager
    async def one(self, judge: Callable[[], Decision]) -> AsyncIterator[int | None]:
        """Take a use of the row that allows the command, if its uses are counted; gives its number.

        `judge` raises Refused, and is asked again when others took the last use meanwhile.
        """
        number = await self._take(judge)
        try:
            yield number
        except WITHOUT_EFFECT:
            if number is not None:
                await self._permissions.change(lambda state: give_back(state, number), is_use=True)
            raise

    async def _take(self, judge: Callable[[], Decision]) -> int | None:
        while True:  # each time round one row less has a use left
            number = judge().row
            row = self._permissions.state.rows.get(number) if number is not None else None
            if row is None or row.uses_left is None:
                return None
            try:
                await self._permissions.change(partial(_one_less, row.number), is_use=True)
            except _UsedUpError:
                continue
            return row.number


def _one_less(number: int, state: PolicyState) -> PolicyState:
    spent = spend(state, number)
    if spent is state:
        raise _UsedUpError
    return spent
