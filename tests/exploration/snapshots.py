"""Worlds as bytes and back, in a third of the time that `pickle` takes: exploring is mostly this.

Each object becomes one row: the number of its class and its attributes, in a fixed order. A value
that refers to another object is written as a number of a kind that worlds do not have:

    3.0                object number 3, in the order in which they are met
    -2.0               the second of what all worlds share: functions, classes, settings
    (3 + 1j, "name")   a bound method of object number 3
    (-4 + 0j, …)       a named tuple of that class

`marshal` writes the rows; in version 2 equal values give equal bytes, whether they are one object
or two. Which attributes hold references is learnt when `marshal` refuses one: after that the code
for the class is made anew. Lists and dictionaries belong to one object each.
"""

from __future__ import annotations

from collections.abc import Callable
import marshal
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

_Refer = Callable[[Any], Any]
_VERSION = 2
_PLAIN = (int, str, bytes, bool, type(None))
_SHARED = (type, FunctionType, BuiltinFunctionType)


class _Layout:
    """The attributes of one class, and the code that reads and writes them."""

    def __init__(self, number: int, example: Any) -> None:
        kind = type(example)
        self._number = number
        self.kind = kind
        names: dict[str, None] = {}
        for one in kind.__mro__:
            names.update(dict.fromkeys(getattr(one, "__slots__", ())))
            names.update(dict.fromkeys(getattr(one, "__static_attributes__", ())))
        names.update(dict.fromkeys(getattr(example, "__dict__", ())))
        self._names = tuple(names)
        self._references: set[str] = set()
        self._optional: set[str] = set()
        self.learn(example)

    def learn(self, example: Any) -> bool:
        """See which attributes may be missing, and which hold references; tell if one is new."""
        before = len(self._optional) + len(self._references)
        has_slots = hasattr(self.kind, "__slots__")
        for name in self._names:
            if not has_slots and name not in vars(example):
                if hasattr(self.kind, name):
                    raise TypeError(f"{self.kind.__name__}.{name} falls back to its class")
                self._optional.add(name)
            elif not _is_plain(getattr(example, name)):
                self._references.add(name)
        self._make()
        return len(self._optional) + len(self._references) > before

    def _make(self) -> None:
        reads, targets, later = [], [], []
        for index, name in enumerate(self._names):
            read = f"getattr(o, {name!r}, ...)" if name in self._optional else f"o.{name}"
            is_reference = name in self._references
            reads.append(f"refer({read})" if is_reference else read)
            if not is_reference and name not in self._optional:
                targets.append(f"o.{name}")
                continue
            value = f"v{index}"
            targets.append(value)
            known = f"objects[int({value})] if type({value}) is float"
            write = f"{known} else resolve({value}, objects)" if is_reference else value
            guard = f"if {value} is not ...: " if name in self._optional else ""
            later.append(f"    {guard}o.{name} = {write}\n")
        source = (
            f"def save(o, refer):\n    return ({self._number}, {', '.join((*reads, ''))})\n"
            f"def load(o, row, objects):\n    (_, {', '.join((*targets, ''))}) = row\n"
            + "".join(later)
        )
        made: dict[str, Any] = {"resolve": _resolve}
        exec(source, made)  # noqa: S102 (names of attributes of our own classes)
        self.save: Callable[[Any, _Refer], tuple[Any, ...]] = made["save"]
        self.load: Callable[[Any, tuple[Any, ...], list[Any]], None] = made["load"]


class Snapshots:
    """Freezes and thaws objects; what it froze can be thawed as long as it is there.

    `shared` are the classes whose objects all worlds share because nobody changes them.
    """

    def __init__(self, shared: tuple[type, ...]) -> None:
        self._shared = (*_SHARED, *shared)
        self._layouts: list[_Layout] = []
        self._by_kind: dict[type, _Layout] = {}
        self._constants: list[Any] = []  # the first is the last: they are counted from the end
        self._known: dict[int, float] = {}  # id of a constant -> what stands for it

    def freeze(self, root: Any) -> bytes:
        """Return an object and all that it refers to as bytes."""
        while True:
            objects: list[Any] = []
            try:
                return marshal.dumps(self._rows(root, objects), _VERSION)
            except ValueError, AttributeError:
                learnt = sum(self._by_kind[type(one)].learn(one) for one in objects)
                if not learnt:
                    raise

    def thaw(self, frozen: bytes) -> Any:
        """Return what `freeze` was given."""
        rows = marshal.loads(frozen)
        layouts = self._layouts
        objects = [object.__new__(layouts[row[0]].kind) for row in rows]
        objects += self._constants
        for one, row in zip(objects, rows, strict=False):
            layouts[row[0]].load(one, row, objects)
        return objects[0]

    def _rows(self, root: Any, objects: list[Any]) -> list[Any]:
        rows: list[Any] = []
        by_kind = self._by_kind
        known: dict[int, float] = self._known.copy()

        def refer(value: Any) -> Any:
            if value is None:
                return None
            found = known.get(id(value))
            if found is not None:
                return found
            layout = by_kind.get(type(value))
            if layout is None:
                return self._other(value, refer)  # noqa: F821 (deleted below)
            number = len(rows)
            found = known[id(value)] = float(number)
            rows.append(None)
            objects.append(value)
            rows[number] = layout.save(value, refer)  # noqa: F821
            return found

        refer(root)
        del refer  # it refers to itself, and so would keep all these objects
        return rows

    def _other(self, value: Any, refer: _Refer) -> Any:
        kind = type(value)
        if kind in _PLAIN or value is ...:
            return value
        if kind is list:
            return [refer(one) for one in value]
        if kind is dict:
            return {name: refer(one) for name, one in value.items()}
        if kind is tuple:
            return tuple([refer(one) for one in value])
        if kind is MethodType:
            return (complex(refer(value.__self__), 1), value.__name__)
        if isinstance(value, self._shared):
            if id(value) in self._known:  # met for the second time in this world
                return self._known[id(value)]
            self._constants.insert(0, value)
            self._known[id(value)] = found = -float(len(self._constants))
            return found
        if isinstance(value, tuple):
            return (complex(refer(kind)), *map(refer, value))
        if not hasattr(value, "__dict__") and not hasattr(kind, "__slots__"):
            raise TypeError(f"no snapshot can be made of {kind.__name__}")
        layout = self._by_kind[kind] = _Layout(len(self._layouts), value)
        self._layouts.append(layout)
        return refer(value)


def _resolve(value: Any, objects: list[Any]) -> Any:
    """Return the value that `refer` was given."""
    kind = type(value)
    if kind is float:
        return objects[int(value)]
    if kind is list:
        return [_resolve(one, objects) for one in value]
    if kind is dict:
        return {name: _resolve(one, objects) for name, one in value.items()}
    if kind is not tuple:
        return value
    if not value or type(value[0]) is not complex:
        return tuple([_resolve(one, objects) for one in value])
    if value[0].imag:
        return getattr(objects[int(value[0].real)], value[1])
    return objects[int(value[0].real)]._make(_resolve(one, objects) for one in value[1:])


def _is_plain(value: Any) -> bool:
    """Tell whether `marshal` gives it back as it is."""
    kind = type(value)
    if kind in (list, tuple):
        return all(map(_is_plain, value))
    if kind is dict:
        return all(map(_is_plain, value.values()))
    return kind in _PLAIN
