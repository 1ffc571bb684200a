"""Counting within a window, cooling down, and bounds of both."""

from .monitoring_makings import treatment
from custom_components.iot_secure_gateway.policy.windows import Windows


def test_only_what_is_within_the_window_counts() -> None:
    windows, nine = Windows(), treatment(threshold=9, window_s=60)
    assert [windows.count("a", nine, now) for now in (0, 30, 59)] == [1, 2, 3]
    assert windows.count("a", nine, 60) == 3, "the first one is out, to the second"
    assert windows.count("a", nine, 95) == 3
    assert windows.count("a", nine, 200) == 1
    assert windows.count("b", nine, 200) == 1


def test_several_at_once_count_as_many() -> None:
    windows = Windows()
    assert windows.count("a", treatment(threshold=3), 0, 2) == 2
    assert windows.count("a", treatment(threshold=3), 0, 10**6) == 3, "no more than is asked for"


def test_it_is_told_once_until_it_has_cooled_down_with_all_that_came_meanwhile() -> None:
    windows, one = Windows(), treatment(cooldown_s=100)
    windows.count("a", one, 0)
    assert windows.tell("a", one, 1, 0) == 1
    for now in (1, 2, 99):
        windows.count("a", one, now)
        assert windows.tell("a", one, 1, now) == 0
    windows.count("a", one, 100)
    assert windows.tell("a", one, 1, 100) == 4


def test_a_graver_one_is_told_at_once() -> None:
    windows, one = Windows(), treatment(cooldown_s=100)
    windows.count("a", one, 0)
    assert windows.tell("a", one, 1, 0) == 1
    windows.count("a", one, 1)
    assert windows.tell("a", one, 2, 1) == 1
    windows.count("a", one, 2)
    assert windows.tell("a", one, 2, 2) == 0


def test_what_is_forgotten_is_told_anew() -> None:
    windows, one = Windows(), treatment()
    windows.count("a", one, 0)
    assert windows.tell("a", one, 1, 0) == 1
    windows.forget("a")
    windows.forget("unknown")
    windows.count("a", one, 1)
    assert windows.tell("a", one, 1, 1) == 1


def test_so_many_are_counted_apart_and_the_oldest_is_forgotten() -> None:
    windows, two = Windows(max_keys=3), treatment(threshold=2)
    for key in "abc":
        windows.count(key, two, 0)
    windows.count("a", two, 1)
    windows.count("d", two, 1)
    assert len(windows) == 3
    assert windows.count("a", two, 1) == 2
    assert windows.count("b", two, 1) == 1, "was forgotten"
