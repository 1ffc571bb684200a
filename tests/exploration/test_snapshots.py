"""Worlds come back from their bytes as they were: what is explored hangs on it."""

from __future__ import annotations

from typing import Any

import pytest

from .ends import Facts, Setting
from .ideal_crypto import IdealCrypto
from .normal_form import freeze, thaw
from .search import Search, with_strangers
from .small_world import World
from .snapshots import Snapshots
from custom_components.iot_secure_gateway import protocol

_VALUES = (int, str, bytes, bool, type(None))
_SHARED = (Facts, Setting, IdealCrypto, type)


class Node:
    """Something with attributes."""

    def __init__(self, value: object) -> None:
        self.value = value
        self.owner: Node | None = None


def must_be_alike(one: Any, other: Any, twins: dict[int, Any]) -> None:
    """Compare all that two objects refer to; where one meets an object again, so must the other."""
    assert type(one) is type(other)
    if isinstance(one, _VALUES):
        assert one == other
        return
    if isinstance(one, _SHARED) or (callable(one) and not hasattr(one, "__self__")):
        assert one is other
        return
    if id(one) in twins:
        assert twins[id(one)] is other
        return
    assert one is not other or isinstance(one, tuple)
    if not isinstance(one, tuple):
        twins[id(one)] = other
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            must_be_alike(one[key], other[key], twins)
    elif isinstance(one, list | tuple):
        assert len(one) == len(other)
        for mine, theirs in zip(one, other, strict=True):
            must_be_alike(mine, theirs, twins)
    elif hasattr(one, "__self__"):
        assert one.__name__ == other.__name__
        must_be_alike(one.__self__, other.__self__, twins)
    else:
        names = {*getattr(one, "__dict__", ()), *getattr(one, "__slots__", ())}
        assert names == {*getattr(other, "__dict__", ()), *getattr(other, "__slots__", ())}
        for name in sorted(names):
            must_be_alike(getattr(one, name), getattr(other, name), twins)


@pytest.mark.parametrize(
    "setting",
    [
        Setting(commands=1, packages=1),
        Setting(mode=1, commands=1, persistence="checkpoint", data_persistence="always"),
        Setting(packages=1, is_ordered=False),
    ],
    ids=str,
)
def test_each_world_comes_back_as_it_was(setting: Setting) -> None:
    seen = 0

    class Checked(Search):
        """Compares every world with what comes back from its bytes."""

        def _add(self, world: World, path: tuple[str, ...], used: int) -> None:
            nonlocal seen
            seen += 1
            must_be_alike(world, thaw(freeze(world)), {})
            super()._add(world, path, used)

    Checked(protocol, setting, 1, acts_of=with_strangers).run(states=150)
    assert seen > 150


def test_equal_values_give_equal_bytes_whether_one_object_or_two() -> None:
    snapshots = Snapshots(())
    text = b"as long as an identifier"
    once = snapshots.freeze(Node([text, text]))
    assert once == snapshots.freeze(Node([text, bytes(bytearray(text))]))


def test_reference_where_none_was_before_is_found() -> None:
    snapshots = Snapshots(())
    assert snapshots.thaw(snapshots.freeze(Node(1))).value == 1
    node = Node([1, (2, {b"k": Node(3)})])
    node.owner = node
    back = snapshots.thaw(snapshots.freeze(node))
    assert back.owner is back
    assert back.value[1][1][b"k"].value == 3
    assert snapshots.thaw(snapshots.freeze(Node(4))).value == 4


def test_attribute_that_is_not_there_stays_away() -> None:
    snapshots = Snapshots(())
    with_owner, without = Node(1), Node(2)
    del without.owner
    for node in (with_owner, without, with_owner):
        assert vars(snapshots.thaw(snapshots.freeze(node))) == vars(node)


def test_what_cannot_be_kept_is_refused() -> None:
    snapshots = Snapshots(())
    with pytest.raises(TypeError, match="no snapshot"):
        snapshots.freeze(Node(bytearray(b"changes under one's hands")))


def test_attribute_of_the_class_in_place_of_a_missing_one_is_refused() -> None:
    class Half:
        value = 1

        def sets(self) -> None:
            """Never called."""
            self.value = 2

    with pytest.raises(TypeError, match="falls back"):
        Snapshots(()).freeze(Half())
