"""What is left out of a board's files is not needed there, and what is put in is the same."""

from pathlib import Path
from typing import Any

from tools import file_lists
from tools.shrink import shrink

from iotsg_device import device

SOURCES = {
    "isg_protocol/__init__.py": '"""The protocol."""\n',
    "isg_protocol/numbers.py": """
'''Numbers.'''
SMALL = 3
LARGE = SMALL * 4 + (1 << 2)
NAMES = {SMALL: "small"}
RATIO = 0.5
TWICE = 1
TWICE = 2
_HIDDEN = 9

def used(value: int, LARGE_ENOUGH: bool = True) -> "int":
    '''Return.'''
    return value + LARGE + _HIDDEN + TWICE

def unused():
    return helper_of_unused()

def helper_of_unused():
    return 1

class Machine:
    field: int
    limit: int = 5
    _of_all = 1

    def __init__(self, first=1, *, named=2):
        self.x: "int" = first
        self._alone = named
        self._told = named

    def run(self):
        return used(NAMES[SMALL]) + self._helped(0)

    def _helped(self, number):
        local = [number for number in (number, self._alone)]
        return local[0] + self._of_all - 1

    def gateway_only(self):
        return 2
""",
    "iotsg_device/__init__.py": "",
    "iotsg_device/device.py": """
from isg_protocol import numbers
from isg_protocol.numbers import LARGE as BIG, Machine
from .compat import IS_MICROPYTHON, where
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
PUBLIC = numbers.SMALL
_PRIVATE = 7

class Device:
    def start(self) -> "Any":
        return Machine().run(), numbers.LARGE, BIG, _PRIVATE, numbers.RATIO

    def for_makers(self, argument):
        return Machine(named=argument)._told, where(1)
""",
    "iotsg_device/compat.py": """
IS_MICROPYTHON = True
MAX_INSIDE = 9

def where(argument):
    if not IS_MICROPYTHON:
        return "computer"
    if IS_MICROPYTHON and argument:
        return "board" if IS_MICROPYTHON else "computer"
    if IS_MICROPYTHON:
        return argument
    return "computer"
""",
}


def test_the_result_runs_the_same_and_is_smaller() -> None:
    out = shrink(SOURCES)
    device, numbers = out["iotsg_device/device.py"], out["isg_protocol/numbers.py"]
    assert "(Machine().run(), 16, 16, 7, numbers.RATIO)" in device
    assert "PUBLIC = 3" in device
    assert "def for_makers(self, argument)" in device
    for gone in ("TYPE_CHECKING", "Any", "_PRIVATE", "BIG", "LARGE"):
        assert gone not in device
    for gone in ("unused", "gateway_only", "SMALL", "_HIDDEN", "Return", "int", "field"):
        assert gone not in numbers
    assert "a + 16 + 9 + TWICE" in numbers  # what is set twice is no constant
    assert "RATIO = 0.5" in numbers
    namespace: dict[str, object] = {}
    exec(numbers.replace("NAMES[3]", "len(NAMES[3])"), namespace)  # noqa: S102
    exec("result = Machine().run()", namespace)  # noqa: S102
    assert namespace["result"] == 5 + 16 + 9 + 2


def test_what_only_a_computer_runs_is_left_out() -> None:
    out = shrink(SOURCES)
    assert "computer" not in out["iotsg_device/compat.py"]
    assert "MAX_INSIDE" not in out["iotsg_device/compat.py"]
    assert "IS_MICROPYTHON" not in out["iotsg_device/device.py"]
    namespace: dict[str, Any] = {}
    exec(out["iotsg_device/compat.py"], namespace)  # noqa: S102
    assert (namespace["where"](5), namespace["where"](0)) == ("board", 0)


def test_names_are_short_where_nobody_else_knows_them() -> None:
    numbers = shrink(SOURCES)["isg_protocol/numbers.py"]
    assert "def __init__(self, a=1, *, named=2)" in numbers  # it is given by its name elsewhere
    assert "def _helped(self, a)" in numbers
    assert "local = [a for a in (a, self._a)]" in numbers
    for stays in ("self._told", "self._of_all", "self._helped(0)", "self.x"):
        assert stays in numbers  # used elsewhere, of the class, a method, public
    assert "_alone" not in numbers


def test_what_a_maker_may_name_stays_in_the_library() -> None:
    sources = {}
    for path in file_lists.device_files():
        sources[path] = (Path(file_lists.FIRMWARE) / path).read_text(encoding="utf-8")
    out = shrink(sources)
    assert set(out) == set(sources)
    for path, text in out.items():
        compile(text, path, "exec")
    assert f"TICK_MS = {device.TICK_MS}" in out["iotsg_device/device.py"]
    assert "def execute(self, command, arguments)" in out["iotsg_device/entities/plain.py"]
    assert "MAX_ENTITIES = " not in out["iotsg_device/executor.py"]
    for name in ("def factory_reset", "def stop", "def run"):
        assert name in out["iotsg_device/device.py"]
    assert "def pbkdf2" not in out["isg_protocol/kdf.py"]
    assert "def _open_private" not in out["iotsg_device/compat_files.py"]
    assert "def decode_result" not in out["isg_protocol/records.py"]
