"""The flash journal: what a cut at any byte, damage at any byte and a failing flash leave behind."""

import errno
import os
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from iotsg_device import compat_files, journal
from iotsg_device.journal import MAX_KEY, MAX_KEYS, MAX_VALUE, RECORD_SIZE, Journal

STEPS: list[tuple[bytes, bytes | None]] = [
    (b"boot", b"\0\0\0\1"),
    (b"B\0", bytes(range(200))),
    (b"L\0\0", b"first"),
    (b"L\0\0", b"second"),
    (b"B\0", None),
    (b"boot", b""),
]


def no_flush(file: object) -> None:
    """Leave out fsync: these tests cut files themselves."""


def open_journal(path: Path, **options: Any) -> Journal:
    return Journal(str(path), flush=no_flush, **options)


def contents(store: Journal) -> dict[bytes, bytes | None]:
    return {key: store.get(key) for key in list(store.keys())}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.bin"


def owned_mark(path: Path) -> Path:
    return Path(str(path) + journal.OWNED)


def write_history(path: Path) -> list[dict[bytes, bytes]]:
    """Write puts and deletes; return what must be there after each number of whole records."""
    history: list[dict[bytes, bytes]] = [{}]
    store = open_journal(path)
    for key, value in STEPS:
        now = dict(history[-1])
        if value is None:
            store.delete(key)
            del now[key]
        else:
            store.put(key, value)
            now[key] = value
        history.append(now)
    store.close()
    return history


def test_values_survive_a_restart(path: Path) -> None:
    history = write_history(path)
    store = open_journal(path)
    assert contents(store) == history[-1]
    assert not store.lost


def test_nobody_else_on_the_machine_may_read_the_file(path: Path) -> None:
    store = Journal(str(path), max_bytes=RECORD_SIZE, flush=no_flush)
    store.put(b"B\0", bytes(32))
    assert path.stat().st_mode & 0o077 == 0
    store.put(b"B\0", bytes(32))  # compacted: a new file in its place
    assert path.stat().st_mode & 0o077 == 0


def test_a_cut_at_each_byte_leaves_the_whole_records_before_it(path: Path) -> None:
    history = write_history(path)
    data = path.read_bytes()
    for size in range(len(data) + 1):
        owned_mark(path).unlink(missing_ok=True)
        path.write_bytes(data[:size])
        store = open_journal(path)
        assert contents(store) == history[size // RECORD_SIZE], size
        assert not store.lost, "an honest power cut is no damage"
        store.put(b"next", b"works")
        store.close()
        again = open_journal(path)
        assert contents(again) == {**history[size // RECORD_SIZE], b"next": b"works"}


def test_damage_at_each_byte_is_noticed_and_costs_one_record_only(path: Path) -> None:
    write_history(path)
    data = path.read_bytes()
    for at in range(len(data)):
        owned_mark(path).unlink(missing_ok=True)
        path.write_bytes(data[:at] + bytes((data[at] ^ 0x41,)) + data[at + 1 :])
        store = open_journal(path)
        assert store.lost, at
        expected: dict[bytes, bytes] = {}
        for slot, (key, value) in enumerate(STEPS):
            if slot == at // RECORD_SIZE:
                continue
            if value is None:
                expected.pop(key, None)
            else:
                expected[key] = value
        assert contents(store) == expected, at


def test_damage_is_remembered_until_it_was_told(path: Path) -> None:
    write_history(path)
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    assert open_journal(path).lost
    store = open_journal(path)
    assert store.lost, "a second start must not hide what the first one found"
    before = contents(store)
    store.forget_damage()
    again = open_journal(path)
    assert not again.lost
    assert contents(again) == before


def test_a_torn_and_damaged_file_says_damage(path: Path) -> None:
    write_history(path)
    data = bytearray(path.read_bytes()[:-5])
    data[10] ^= 1
    path.write_bytes(data)
    assert open_journal(path).lost


def test_it_is_compacted_at_its_size_and_keeps_all(path: Path) -> None:
    limit = 60 * RECORD_SIZE
    store = open_journal(path, max_bytes=limit)
    for number in range(500):
        store.put(b"k%d" % (number % 7), b"%d" % number)
        assert path.stat().st_size <= limit
    assert contents(store) == {b"k%d" % (n % 7): b"%d" % n for n in range(493, 500)}
    store.close()
    assert contents(open_journal(path)) == contents(store)


def test_a_journal_full_of_live_keys_grows_instead_of_compacting_each_time(path: Path) -> None:
    store = open_journal(path, max_bytes=10 * RECORD_SIZE)
    for number in range(40):
        store.put(b"k%d" % number, b"x")
    assert len(store.keys()) == 40
    assert path.stat().st_size > 10 * RECORD_SIZE


def test_a_file_that_lost_its_owner_does_not_pass_for_a_new_one(path: Path) -> None:
    store = open_journal(path)
    store.put(b"boot", b"\0\0\0\1")
    assert not owned_mark(path).exists()
    store.put(journal.OWNER_KEY, b"a gateway")
    assert owned_mark(path).exists()
    data = path.read_bytes()
    for left in (b"", data[:RECORD_SIZE], data[: RECORD_SIZE + 9], None):
        if left is None:
            path.unlink()
        else:
            path.write_bytes(left)
        damaged = open_journal(path)
        assert damaged.lost
        assert damaged.get(journal.OWNER_KEY) == b""
        assert open_journal(path).lost


def test_the_mark_of_an_owner_comes_and_goes_with_the_binding(path: Path) -> None:
    store = open_journal(path)
    store.put(journal.OWNER_KEY, b"a gateway")
    store.close()
    owned_mark(path).unlink()  # cut between the two
    store = open_journal(path)
    assert owned_mark(path).exists()
    assert not store.lost
    store.delete(journal.OWNER_KEY)
    assert not owned_mark(path).exists()
    assert not open_journal(path).lost


def test_a_compaction_that_is_written_in_part_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = write_history(path)
    store = open_journal(path)
    monkeypatch.setattr(
        journal, "open_unbuffered", lambda name, mode: FullFlash(Path(name), 9, False)
    )
    with pytest.raises(OSError):
        store.compact()
    monkeypatch.undo()
    assert contents(open_journal(path)) == history[-1]


class PowerCutError(BaseException):
    """The power went, at a place that the test chose."""


@pytest.mark.parametrize("point", ["before flush", "before rename", "after rename"])
def test_a_cut_while_compacting_loses_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    history = write_history(path)
    real_replace = compat_files.replace

    def flush(file: object) -> None:
        if point == "before flush":
            raise PowerCutError

    def replace(source: str, target: str) -> None:
        if point == "before rename":
            raise PowerCutError
        real_replace(source, target)
        raise PowerCutError

    monkeypatch.setattr(journal, "replace", replace)
    monkeypatch.setattr(journal, "MIN_FREE_RECORDS", 0)
    store = Journal(str(path), max_bytes=RECORD_SIZE, flush=flush)
    with pytest.raises(PowerCutError):
        store.put(b"new", b"value")
    monkeypatch.undo()
    assert contents(open_journal(path)) == history[-1]
    assert not Path(str(path) + ".new").exists()


def test_a_cut_between_remove_and_rename_is_healed(path: Path) -> None:
    """FAT can't rename onto a file: for a moment there is only the new one."""
    history = write_history(path)
    path.rename(str(path) + ".new")
    assert contents(open_journal(path)) == history[-1]


def test_replace_works_where_rename_does_not_overwrite(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_rename = os.rename

    def rename(source: str, target: str) -> None:
        if compat_files.exists(target):
            raise OSError(errno.EEXIST, "exists")
        real_rename(source, target)

    monkeypatch.setattr(os, "rename", rename)
    store = open_journal(path, max_bytes=40 * RECORD_SIZE)
    for number in range(100):
        store.put(b"k", b"%d" % number)
    assert contents(open_journal(path)) == {b"k": b"99"}


def test_compacting_removes_deleted_values_from_the_file(path: Path) -> None:
    store = open_journal(path)
    store.put(b"B", b"the key of a gateway")
    store.delete(b"B")
    store.compact()
    assert b"the key" not in path.read_bytes()


class FullFlash:
    """A file that takes only the first bytes of a record, as a full flash does."""

    def __init__(self, path: Path, room: int, error: bool) -> None:
        self._file = path.open("ab", 0)
        self._room = room
        self._error = error

    def write(self, data: bytes) -> int:
        written = self._file.write(bytes(data[: self._room]))
        if self._error:
            raise OSError(errno.ENOSPC, "full")
        return written

    def close(self) -> None:
        self._file.close()


@pytest.mark.parametrize("error", [True, False])
@pytest.mark.parametrize("room", [0, 1, 100, RECORD_SIZE - 1])
def test_a_full_flash_is_an_error_and_later_writes_are_sound(
    path: Path, room: int, error: bool
) -> None:
    history = write_history(path)
    store = open_journal(path)
    store._file = FullFlash(path, room, error)
    with pytest.raises(OSError):
        store.put(b"new", b"value")
    assert contents(store) == history[-1]
    store.put(b"new", b"after room was made")
    assert contents(open_journal(path)) == {**history[-1], b"new": b"after room was made"}


def test_a_failing_flush_is_an_error(path: Path) -> None:
    def flush(file: object) -> None:
        raise OSError(errno.EIO, "flash")

    store = Journal(str(path), flush=flush)
    with pytest.raises(OSError):
        store.put(b"key", b"value")


def test_flush_reaches_the_disk_before_put_returns(path: Path) -> None:
    sizes: list[int] = []
    store = Journal(str(path), flush=lambda file: sizes.append(path.stat().st_size))
    store.put(b"a", b"1")
    store.put(b"b", b"2")
    assert sizes == [RECORD_SIZE, 2 * RECORD_SIZE]


def test_the_real_flush_is_used_by_default(path: Path) -> None:
    store = Journal(str(path))
    store.put(b"a", b"1")
    assert path.stat().st_size == RECORD_SIZE


@pytest.mark.parametrize(
    ("key", "value"), [(b"", b""), (bytes(MAX_KEY + 1), b""), (b"k", bytes(MAX_VALUE + 1))]
)
def test_what_does_not_fit_a_record_is_refused(path: Path, key: bytes, value: bytes) -> None:
    store = open_journal(path)
    with pytest.raises(ValueError):
        store.put(key, value)
    assert store.keys() == []


def test_the_number_of_keys_is_bounded(path: Path) -> None:
    store = open_journal(path, max_bytes=2 * MAX_KEYS * RECORD_SIZE)
    for number in range(MAX_KEYS):
        store.put(b"%d" % number, b"")
    with pytest.raises(ValueError):
        store.put(b"one more", b"")
    store.put(b"0", b"known keys still work")


def test_a_record_that_changed_under_us_is_an_error(path: Path) -> None:
    store = open_journal(path)
    store.put(b"a", b"1")
    path.write_bytes(bytes(RECORD_SIZE))
    with pytest.raises(OSError):
        store.get(b"a")


def test_deleting_what_is_not_there_writes_nothing(path: Path) -> None:
    store = open_journal(path)
    store.delete(b"nothing")
    assert not path.exists()
    assert store.get(b"nothing") is None
    assert repr(store) == "<Journal of 0 records>"


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([b"a", b"b", b"c"]), st.one_of(st.none(), st.binary(max_size=MAX_VALUE))
        ),
        max_size=30,
    ),
    cut=st.integers(min_value=0, max_value=RECORD_SIZE),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_history_reads_back_as_written(
    tmp_path: Path, steps: list[tuple[bytes, bytes | None]], cut: int
) -> None:
    path = tmp_path / "property.bin"
    path.unlink(missing_ok=True)
    store = open_journal(path, max_bytes=8 * RECORD_SIZE)
    expected: dict[bytes, bytes] = {}
    for key, value in steps:
        if value is None:
            store.delete(key)
            expected.pop(key, None)
        else:
            store.put(key, value)
            expected[key] = value
    store.close()
    if path.exists():  # and a torn record behind it
        with path.open("ab") as file:
            file.write(b"\xa7" * (cut % RECORD_SIZE))
    assert contents(open_journal(path)) == expected
