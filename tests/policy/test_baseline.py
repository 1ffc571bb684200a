"""What is usual for a device, learned and forgotten."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.iot_secure_gateway.policy.baseline import (
    BURST_LEAST,
    LEARNING_S,
    Baseline,
    Learned,
    learn,
)

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)


def at(baseline: Baseline | None, when: datetime) -> Learned:
    return learn(baseline, when.timestamp(), when)


def weeks(count: int) -> Baseline:
    """Used once a day at eight."""
    baseline = None
    for day in range(7 * count):
        baseline = at(baseline, MONDAY + timedelta(days=day)).baseline
    assert baseline is not None
    return baseline


def test_nothing_is_unusual_in_the_first_seven_days() -> None:
    baseline = None
    for hour in range(LEARNING_S // 3600):
        for _ in range(3):
            learned = at(baseline, MONDAY + timedelta(hours=hour))
            baseline = learned.baseline
            assert not learned.is_unusual_hour
            assert not learned.is_burst
    burst = [at(Baseline(since=0, decayed_at=0), datetime.fromtimestamp(60, UTC))]
    for _ in range(200):
        burst.append(learn(burst[-1].baseline, 60, datetime.fromtimestamp(60, UTC)))
    assert not any(each.is_burst for each in burst)


def test_an_hour_of_the_week_without_use_is_unusual_its_neighbours_are_not() -> None:
    baseline = weeks(2)
    day = MONDAY + timedelta(days=15)
    assert [hour for hour in range(24) if at(baseline, day.replace(hour=hour)).is_unusual_hour] == [
        hour for hour in range(24) if hour not in {7, 8, 9}
    ]


def test_the_week_is_round() -> None:
    sunday_night = datetime(2026, 11, 29, 23, tzinfo=UTC)
    baseline = None
    for week in range(3):
        baseline = at(baseline, sunday_night + timedelta(weeks=week)).baseline
    assert not at(baseline, sunday_night + timedelta(weeks=2, hours=1)).is_unusual_hour


def test_what_is_not_done_any_more_is_forgotten_in_time() -> None:
    baseline = weeks(2)
    later = at(baseline, MONDAY + timedelta(weeks=4))
    assert not later.is_unusual_hour
    much_later = at(baseline, MONDAY + timedelta(weeks=60))
    assert much_later.is_unusual_hour
    assert len(much_later.baseline.hours) == 1


def test_a_burst_is_said_once_and_by_the_command_that_makes_it_one() -> None:
    baseline, noon = weeks(2), MONDAY + timedelta(days=15, hours=4)
    said = []
    for _ in range(3 * BURST_LEAST):
        learned = at(baseline, noon)
        baseline = learned.baseline
        said.append(learned.is_burst)
    assert said.index(True) == BURST_LEAST
    assert said.count(True) == 1


def test_what_was_much_is_usual_afterwards_but_no_burst_makes_any_number_usual() -> None:
    baseline, noon = weeks(2), MONDAY + timedelta(days=15, hours=4)
    for _ in range(500):
        baseline = at(baseline, noon).baseline
    later = at(baseline, noon + timedelta(hours=2)).baseline
    assert later.peak == BURST_LEAST


def test_a_clock_that_is_set_back_forgets_nothing() -> None:
    baseline = weeks(2)
    learned = at(baseline, MONDAY - timedelta(days=400))
    assert learned.baseline.hours.keys() >= baseline.hours.keys()
    assert not learned.is_unusual_hour


def test_json_keeps_what_is_usual() -> None:
    baseline = weeks(3)
    kept = Baseline.from_dict(baseline.to_dict(), "b")
    assert kept.hours == {hour: int(count * 1000) / 1000 for hour, count in baseline.hours.items()}
    assert (kept.since, kept.decayed_at) == (baseline.since, baseline.decayed_at)
    tiny = Baseline(since=0, decayed_at=0, hours={3: 0.0001})
    assert tiny.to_dict()["hours"] == {}


@pytest.mark.parametrize(
    "wrong",
    [{"since": -1}, {"hours": {"168": 1}}, {"hours": {"1": -1}}, {"more": 1}, {"peak": None}],
)
def test_json_out_of_form_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="b"):
        Baseline.from_dict({**weeks(1).to_dict(), **wrong}, "b")
