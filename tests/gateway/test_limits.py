"""Small bounded things: text for people, rates, wrong passwords, pauses."""

import asyncio

from hypothesis import given, strategies as st
import pytest

from custom_components.iot_secure_gateway.gateway.attempts import MAX_SERIALS, Attempts
from custom_components.iot_secure_gateway.gateway.backoff import Backoff
from custom_components.iot_secure_gateway.gateway.errors import (
    ClaimLocked,
    GatewayError,
    PingPortInUse,
    WrongPassword,
)
from custom_components.iot_secure_gateway.gateway.printable import printable
from custom_components.iot_secure_gateway.gateway.rates import Bucket, SourceBuckets


@given(st.text(max_size=100), st.integers(min_value=2, max_value=60))
def test_shown_text_is_printable_and_short(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert shown.isprintable()
    assert len(shown) <= limit
    if text.isprintable() and len(text) <= limit:
        assert shown == text


def test_text_that_is_cut_says_so() -> None:
    assert printable("abcdef", 4) == "abc…"
    assert printable("ab\x00\u202ecd") == "ab\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}cd"


def test_bucket_allows_its_burst_then_its_rate() -> None:
    bucket = Bucket(2.0, 3.0, 0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.4), bucket.take(0.5), bucket.take(0.5)] == [False, True, False]
    assert [bucket.take(1000.0) for _ in range(4)] == [True, True, True, False]


def test_sources_have_buckets_of_their_own_and_are_bounded() -> None:
    sources = SourceBuckets(1.0, 1.0, max_sources=2)
    assert sources.take("a", 0.0)
    assert not sources.take("a", 0.0)
    assert sources.take("b", 0.0)
    assert not sources.take("a", 0.0)  # heard again: now "b" is the one heard longest ago
    assert sources.take("c", 0.0)
    assert len(sources) == 2
    assert not sources.take("a", 0.0)


def test_wrong_passwords_make_people_wait_longer_and_longer() -> None:
    attempts, now, waits = Attempts(), 0.0, []
    for _ in range(9):
        assert attempts.locked_for("A", now) == 0
        attempts.wrong("A", now)
        waits.append(attempts.locked_for("A", now))
        now += waits[-1]
    assert waits == [0, 0, 0, 0, 10, 20, 40, 60, 60]
    assert attempts.locked_for("B", now) == 0
    attempts.right("A")
    assert attempts.wrong("A", now) == (1, 4)


def test_wrong_passwords_are_counted_for_a_bounded_number_of_serials() -> None:
    attempts = Attempts()
    for index in range(MAX_SERIALS + 10):
        attempts.wrong(str(index), 0.0)
    assert len(attempts._wrong) == MAX_SERIALS
    assert attempts.wrong("0", 0.0)[0] == 1
    assert attempts.wrong(str(MAX_SERIALS), 0.0)[0] == 2


def test_errors_have_a_code_and_placeholders_for_their_text() -> None:
    assert str(ClaimLocked(10)) == "claim_locked (seconds=10)"
    assert WrongPassword(2, 3).placeholders == {"attempts": "2", "attempts_left": "3"}
    assert str(PingPortInUse(8863)) == "ping_port_in_use (port=8863)"
    assert str(GatewayError()) == "gateway_error"


async def pauses(backoff: Backoff, monkeypatch: pytest.MonkeyPatch, count: int) -> list[float]:
    asked: list[float] = []

    def timeout(delay: float) -> asyncio.Timeout:
        asked.append(delay)
        return asyncio.Timeout(asyncio.get_running_loop().time())

    monkeypatch.setattr("asyncio.timeout", timeout)
    for _ in range(count):
        await backoff.pause()
    return asked


async def test_pauses_double_to_their_limit_and_start_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    backoff = Backoff(1.0, 60.0, 2.0, bytes)
    assert await pauses(backoff, monkeypatch, 8) == [1, 2, 4, 8, 16, 32, 60, 60]
    backoff.reset()
    assert await pauses(backoff, monkeypatch, 1) == [1]


async def test_pauses_are_shortened_by_chance_up_to_half(monkeypatch: pytest.MonkeyPatch) -> None:
    (delay,) = await pauses(Backoff(1.0, 60.0, 2.0, lambda n: b"\xff" * n), monkeypatch, 1)
    assert delay == pytest.approx(0.5, abs=0.001)


async def test_hint_ends_a_pause_at_once_but_not_too_often() -> None:
    backoff = Backoff(60.0, 60.0, 60.0, bytes)
    async with asyncio.timeout(5):
        assert backoff.hint()
        await backoff.pause()
        pause = asyncio.create_task(backoff.pause())
        await asyncio.sleep(0)
        assert not backoff.hint()
        pause.cancel()
