"""A device whose flash is damaged, cut short, full or cut off: it starts, says so, and stays whose it is.

Both ends of the protocol are real, and so is the journal; the wire is in the test's hands.
"""

from collections.abc import Callable
from contextlib import suppress
import errno
import json
import os
from pathlib import Path
import random
from types import SimpleNamespace
from typing import Any, override

import pytest

from custom_components.iot_secure_gateway.protocol import gateway_state, wire
from custom_components.iot_secure_gateway.protocol.device_memory import CONFIRMED
from iotsg_device import compat_files, journal
from iotsg_device.device import Device
from iotsg_device.factory import FactorySettings
from iotsg_device.journal import OWNED, RECORD_SIZE, Journal
from tests.protocol.world import PRS, SERIAL, World
from tests.protocol.world_ports import PowerCut, SeededRandom

SEED = 20261122
LINKS_TRIED = 60  # of the damaged journals: how the gateway finds the device
COMMANDS = 1


def no_flush(file: object) -> None:
    """Leave out fsync: these tests cut files themselves."""


class FlashWorld(World):
    """A gateway and a device whose flash is a journal in `folder`."""

    worlds = 0

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.bin"
        super().__init__()
        self.gateway_random = SeededRandom(f"gateway of world {FlashWorld.worlds}")

    @override
    def _new_core(self) -> Any:
        FlashWorld.worlds += 1  # nothing is drawn twice, neither here nor after a new start
        self.device_random = SeededRandom(f"device of world {FlashWorld.worlds}")
        self.flash: Any = Journal(str(self.path), flush=no_flush)
        return super()._new_core()

    @property
    def mark(self) -> Path:
        return Path(str(self.path) + OWNED)

    def is_kept_for_its_owner(self) -> bool:
        """Tell whether a stranger who knows the password is turned away."""
        self.wait(2000)
        return self.start_and_end_claim() == "owned"

    def start_and_end_claim(self) -> str:
        claim = self.start_claim()
        self.pump()
        assert claim.result is not None
        return claim.result.status


class Used:
    """A device that did some commands, its journal, and its gateway, which does not know how the last ended."""

    def __init__(self, folder: Path) -> None:
        world = FlashWorld(folder)
        assert world.claim().status == "validated"
        world.wait(1000)
        world.link_up()
        for _ in range(COMMANDS):
            assert world.run().kind == "result"
        self.open_session = world.open()
        world.until("RESULT")
        world.cut()
        self.executed = list(world.executed)
        assert self.open_session.hex() in self.executed
        world.save()
        world.flash.close()
        self.journal = world.path.read_bytes()
        self._disk = world.disk
        self.world = world

    def device(self, folder: Path, data: bytes | None) -> FlashWorld:
        """Start the device with that journal beside the mark of an owner, and its gateway as it was."""
        path = folder / "journal.bin"
        path.unlink(missing_ok=True)
        if data is not None:
            path.write_bytes(data)
        Path(str(path) + OWNED).touch()
        world = FlashWorld(folder)
        world.disk.binding_key = self._disk.binding_key
        world.disk.state = self._disk.state
        world.state = gateway_state.from_dict(json.loads(self._disk.state))
        world._sessions = 1000
        return world


@pytest.fixture(autouse=True)
def _no_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (journal, compat_files):
        monkeypatch.setattr(module, "sync_folder", lambda path: None)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Used:
    return Used(tmp_path_factory.mktemp("used"))


def judge_link(world: FlashWorld, used: Used) -> str:
    """Link, and command; AssertionError when a promise was broken. Returns how it went."""
    world.connect()
    world.pump()
    assert world.executed == [], "nobody committed anything"
    told = world.ending(used.open_session)
    if told is not None:  # it ran, so whatever is said, it is not that it did not
        assert told.status != wire.STATUS_NOT_EXECUTED
    if not world.link.is_ready:
        return "copy suspected" if "copy_suspected" in world.gateway_kinds() else "no link"
    ready = [event for event in world.gateway_events if event.kind == "ready"][-1]
    assert ready.flags & wire.FLAG_FLASH_LOST
    assert world.run().status == wire.STATUS_OK
    assert len(world.executed) == 1
    return "works and says that flash was damaged"


def test_damage_at_any_byte_is_told_and_frees_nobody(used: Used, tmp_path: Path) -> None:
    data = used.journal
    for at in range(len(data)):
        world = used.device(tmp_path, data[:at] + bytes((data[at] ^ 0x41,)) + data[at + 1 :])
        assert world.core.memory.lost, at
        assert world.core.executing is None
        if at % 16 == 0:
            assert world.is_kept_for_its_owner(), at


def test_a_journal_cut_short_at_any_byte_frees_nobody(used: Used, tmp_path: Path) -> None:
    data = used.journal
    for size in range(len(data)):
        world = used.device(tmp_path, data[:size])
        memory = world.core.memory
        assert memory.bindings.get(0) is not None or (memory.lost and memory.binding_damaged), size
        if size % 16 == 0 and not memory.bindings:
            assert world.is_kept_for_its_owner(), size
    assert used.device(tmp_path, None).is_kept_for_its_owner()


def test_a_damaged_device_says_so_to_its_gateway_and_executes_nothing_by_itself(
    used: Used, tmp_path: Path
) -> None:
    dice = random.Random(SEED)
    data = used.journal
    places = sorted(dice.sample(range(len(data)), LINKS_TRIED))
    places += [slot * RECORD_SIZE + 40 for slot in range(len(data) // RECORD_SIZE)]  # each record
    ends: dict[str, int] = {}
    for at in places:
        flipped = bytes((data[at] ^ dice.randrange(1, 256),))
        world = used.device(tmp_path, data[:at] + flipped + data[at + 1 :])
        how = judge_link(world, used)
        ends[how] = ends.get(how, 0) + 1
    print(f"seed {SEED}: {ends}")
    assert ends["works and says that flash was damaged"] > 0
    assert ends["copy suspected"] > 0


def test_a_device_that_lost_its_owner_offers_itself_to_nobody(used: Used, tmp_path: Path) -> None:
    (ping,) = used.device(tmp_path, b"").core.pings("192.0.2.7", 8863)
    assert json.loads(ping)["claimed"] is True


def test_the_log_says_what_was_lost(used: Used, tmp_path: Path) -> None:
    lines: list[str] = []

    def start(data: bytes) -> Device:
        store = used.device(tmp_path, data).flash
        settings = FactorySettings({"serial": SERIAL, "prs": [PRS.hex()], "ping_to": []})
        return Device(host="127.0.0.1", settings=settings, store=store, log=lines.append)

    start(b"")
    assert lines == [
        "flash was damaged: what could be read is used, the gateway is told",
        "the record of a gateway is damaged: no claim is taken until the reset button is held",
    ]
    lines.clear()
    slots = range(0, len(used.journal), RECORD_SIZE)
    data = b"".join(
        bytes(RECORD_SIZE)
        if used.journal[at + 6 : at + 9] == b"L\0\0"
        else used.journal[at : at + RECORD_SIZE]
        for at in slots
    )
    start(data)
    assert lines[1:] == ["the identifiers of gateway 0 are lost: it will suspect a copy"]


def test_the_button_frees_what_damage_kept(used: Used, tmp_path: Path) -> None:
    world = used.device(tmp_path, b"")
    assert world.is_kept_for_its_owner()
    world.core.factory_reset()
    world.flash.forget_damage()
    world.reboot_device()
    assert not world.core.memory.lost
    assert not world.mark.exists()
    world.wait(2000)
    assert world.claim().status == "validated"


# --- the power goes, or flash fails, at any write of any file ----------------------------------------


class Writes:
    """Counts what changes files; the power goes, or flash refuses, at the one numbered `at`, half done."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.at: int | None = None
        self.is_after = False
        self.error: Callable[[], BaseException] = PowerCut
        self.is_lasting = False  # flash stays full
        real_open = compat_files.open_unbuffered

        def open_counted(path: str, mode: str) -> Any:
            self.step(lambda: None)
            return _Counted(real_open(path, mode), self)

        monkeypatch.setattr(journal, "open_unbuffered", open_counted)
        for name in ("replace", "sync_folder"):
            monkeypatch.setattr(journal, name, self._counted(getattr(journal, name)))
        names = ("remove", "rename")
        counted = {name: self._counted(getattr(os, name)) for name in names}
        monkeypatch.setattr(journal, "os", SimpleNamespace(**counted))

    def _counted(self, function: Callable[..., None]) -> Callable[..., None]:
        return lambda *arguments: self.step(lambda: function(*arguments))

    def step(self, act: Callable[[], object], half: Callable[[], object] | None = None) -> None:
        """Do it, unless this is where it ends."""
        self.count += 1
        is_here = self.at is not None and (
            self.count >= self.at if self.is_lasting else self.count == self.at
        )
        if not is_here:
            act()
            return
        if self.is_after:
            act()
        elif half is not None:
            half()
        raise self.error()


class _Counted:
    def __init__(self, file: Any, writes: Writes) -> None:
        self._file = file
        self._writes = writes

    def write(self, data: bytes) -> int:
        half = bytes(data[: len(data) // 2])
        self._writes.step(lambda: self._file.write(data), lambda: self._file.write(half))
        return len(data)

    def close(self) -> None:
        self._file.close()


class Story:
    """Claim, link, commands, a compaction, release: told until the write at which it ends."""

    def __init__(self, folder: Path, writes: Writes) -> None:
        self._folder = folder
        self._writes = writes
        self.is_claimed = False  # the gateway heard so
        self.is_releasing = False
        self.world: Any = None
        self.last = b""

    @property
    def is_over(self) -> bool:
        return self._writes.at is not None and self._writes.count >= self._writes.at

    def tell(self) -> None:
        world = self.world = FlashWorld(self._folder)
        claim = world.start_claim()
        world.pump()
        if claim.result is not None and claim.result.status == "validated":
            world.take_over(claim.result)
            self.is_claimed = True
        if self.is_over:
            return
        world.wait(1000)
        world.connect()
        world.pump()
        for _ in range(2):
            if self.is_over:
                return
            self.last = world.open()
            world.pump()
        if not self.is_over:
            world.flash.compact()
        if not self.is_over:
            self.is_releasing = True
            world.link.release(world.now_ms)
            world.collect()
            world.pump()


def play(folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, **faults: Any) -> Story:
    """Tell the story until the write numbered `number`."""
    with monkeypatch.context() as patch:
        writes = Writes(patch)
        writes.at = number
        for name, value in faults.items():
            setattr(writes, name, value)
        story = Story(folder, writes)
        with suppress(PowerCut, OSError):
            story.tell()
        if writes.is_lasting and story.is_over:
            with pytest.raises(OSError):  # and it says so, instead of going on without a memory
                FlashWorld(folder)
    return story


def judge_story(folder: Path, story: Story, number: int) -> None:
    """Start the device anew and have its gateway judge it."""
    world = FlashWorld(folder)
    memory = world.core.memory
    assert not memory.lost, number  # an honest cut is no damage
    assert not memory.binding_damaged, number
    before = story.world
    if not story.is_claimed or (story.is_releasing and not memory.bindings):
        return
    assert memory.bindings, number
    if memory.bindings[0].status == CONFIRMED:
        assert world.is_kept_for_its_owner(), number
    before.cut()
    world.disk, world.state = before.disk, before.state
    world._sessions = 1000
    world.gateway_events = before.gateway_events
    world.executed = before.executed
    world.connect()
    world.pump()
    ran = world.executed.count(story.last.hex())
    told = world.ending(story.last)
    assert ran <= 1, number
    if told is not None and told.status == wire.STATUS_NOT_EXECUTED:
        assert ran == 0, number
    if told is not None and told.status == wire.STATUS_OK:
        assert ran == 1, number
    if not story.is_releasing:
        assert world.link.is_ready, (number, world.gateway_kinds())
        assert world.run().status == wire.STATUS_OK, number


FAULTS: dict[str, dict[str, Any]] = {
    "power cut before": {},
    "power cut after": {"is_after": True},
    "flash full once": {"error": lambda: OSError(errno.ENOSPC, "full")},
    "flash full": {"error": lambda: OSError(errno.ENOSPC, "full"), "is_lasting": True},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_write_loses_neither_the_owner_nor_the_truth(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = 0
    while True:
        number += 1
        folder = tmp_path / str(number)
        folder.mkdir()
        story = play(folder, monkeypatch, number, **FAULTS[fault])
        if not story.is_over:
            break
        judge_story(folder, story, number)
    print(f"{fault}: {number - 1} writes")
    assert number > 30
