"""What is left out of a board's files is not needed there, and what is put in is the same."""

from pathlib import Path

from tools import file_lists
from tools.shrink import shrink

from iotsg_device import executor

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

    def __init__(self):
        self.x: "int" = 1

    def run(self):
        return used(NAMES[SMALL])

    def gateway_only(self):
        return 2
""",
    "iotsg_device/__init__.py": "",
    "iotsg_device/device.py": """
from isg_protocol import numbers
from isg_protocol.numbers import LARGE as BIG, Machine
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
PUBLIC = numbers.SMALL
_PRIVATE = 7

class Device:
    def start(self) -> "Any":
        return Machine().run(), numbers.LARGE, BIG, _PRIVATE, numbers.RATIO

    def for_makers(self):
        pass
""",
}


def test_the_result_runs_the_same_and_is_smaller() -> None:
    out = shrink(SOURCES)
    device, numbers = out["iotsg_device/device.py"], out["isg_protocol/numbers.py"]
    assert "(Machine().run(), 16, 16, 7, numbers.RATIO)" in device
    assert "PUBLIC = 3" in device
    assert "for_makers" in device
    for gone in ("TYPE_CHECKING", "Any", "_PRIVATE", "BIG", "LARGE"):
        assert gone not in device
    for gone in ("unused", "gateway_only", "SMALL", "_HIDDEN", "Return", "int", "field"):
        assert gone not in numbers
    assert "value + 16 + 9 + TWICE" in numbers  # what is set twice is no constant
    assert "RATIO = 0.5" in numbers
    namespace: dict[str, object] = {}
    exec(numbers.replace("NAMES[3]", "len(NAMES[3])"), namespace)  # noqa: S102
    exec("result = Machine().run()", namespace)  # noqa: S102
    assert namespace["result"] == 5 + 16 + 9 + 2


def test_what_a_maker_may_name_stays_in_the_library() -> None:
    sources = {}
    for path in file_lists.device_files():
        sources[path] = (Path(file_lists.FIRMWARE) / path).read_text(encoding="utf-8")
    out = shrink(sources)
    assert set(out) == set(sources)
    for path, text in out.items():
        compile(text, path, "exec")
    assert f"MAX_ENTITIES = {executor.MAX_ENTITIES}" in out["iotsg_device/executor.py"]
    for name in ("def factory_reset", "def stop", "def run"):
        assert name in out["iotsg_device/device.py"]
    assert "def pbkdf2" not in out["isg_protocol/kdf.py"]
    assert "def decode_result" not in out["isg_protocol/records.py"]
