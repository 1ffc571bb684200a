"""Waiting for a start that brings no event; never inside what is measured."""

import asyncio
from collections.abc import Callable
from typing import Final

_READY_TIMEOUT_S: Final = 60
_LOOK_AGAIN_S: Final = 0.02


async def wait_until(is_there: Callable[[], bool]) -> None:
    """Return when it is; raises TimeoutError."""
    async with asyncio.timeout(_READY_TIMEOUT_S):
        while not is_there():
            await asyncio.sleep(_LOOK_AGAIN_S)
