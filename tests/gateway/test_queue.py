"""The queue of one device: order, bounds, expiry."""

import asyncio

import pytest

from .kit import ANN
from custom_components.iot_secure_gateway.gateway.errors import QueueFull
from custom_components.iot_secure_gateway.gateway.queue import CommandQueue, Waiting


def waiting(name: str, expires_at: float = 10.0) -> Waiting:
    answer = asyncio.get_running_loop().create_future()
    return Waiting(ANN, name, None, {}, expires_at, answer)


def names(entries: list[Waiting]) -> list[str]:
    return [entry.command for entry in entries]


async def test_first_come_first_served() -> None:
    queue = CommandQueue()
    for name in "abc":
        queue.put(waiting(name))
    assert len(queue) == 3
    assert names([entry for _ in range(3) if (entry := queue.take())]) == ["a", "b", "c"]
    assert queue.take() is None
    assert not queue


async def test_full_queue_takes_no_more_until_a_caller_goes_away() -> None:
    queue = CommandQueue(2)
    first = waiting("a")
    queue.put(first)
    queue.put(waiting("b"))
    with pytest.raises(QueueFull):
        queue.put(waiting("c"))
    first.answer.cancel()
    queue.put(waiting("c"))
    assert names([entry for _ in range(2) if (entry := queue.take())]) == ["b", "c"]


async def test_entries_expire_oldest_first_and_only_those_still_waited_for_are_told() -> None:
    queue = CommandQueue()
    entries = [waiting("a", 1.0), waiting("b", 2.0), waiting("c", 3.0)]
    for entry in entries:
        queue.put(entry)
    entries[0].answer.cancel()
    assert queue.next_expiry() == 1.0
    assert queue.expire(0.5) == []
    assert names(queue.expire(2.0)) == ["b"]
    assert queue.next_expiry() == 3.0
    assert names(queue.expire(9.0)) == ["c"]
    assert queue.next_expiry() is None


async def test_entry_of_a_caller_that_went_away_is_skipped() -> None:
    queue = CommandQueue()
    gone = waiting("a")
    queue.put(gone)
    gone.answer.cancel()
    assert queue.take() is None
