"""Reading a maker's record: every form that a spreadsheet makes of it, and every damage."""

from collections.abc import Sequence

from hypothesis import assume, given, strategies as st
import pytest
from tools import labels

from custom_components.iot_secure_gateway.gateway import record_import
from custom_components.iot_secure_gateway.gateway.errors import RecordTooLarge
from custom_components.iot_secure_gateway.gateway.record_import import (
    MAX_FAULTS,
    Fault,
    LineFault,
    Passwords,
    read_record,
)
from custom_components.iot_secure_gateway.protocol.identifiers import (
    is_serial,
    normalise_password,
    normalise_serial,
)

FIRST = "ABCDEFGHIJKL2345"
SECOND = "MNOPQRSTUVWX6723"

serials = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789-", min_size=1, max_size=32)
passwords = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=12, max_size=64)
slots = st.lists(st.none() | passwords, max_size=3).flatmap(
    lambda before: passwords.map(lambda last: (*before, last))
)
contents = st.dictionaries(serials, slots, min_size=1, max_size=8)


def text_of(content: dict[str, Passwords]) -> list[str]:
    return [",".join([serial, *(one or "" for one in slots)]) for serial, slots in content.items()]


@given(
    content=contents,
    parting=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    quote=st.sampled_from(["", '"', "'"]),
    header=st.sampled_from([[], ["serial,password,password2"], ["S/N", ""], ["", "sep=,"]]),
    between=st.sampled_from([[], [""], ["  ", ",,,,,,,"]]),
    grouping=st.booleans(),
    more=st.integers(0, 6),
)
def test_every_form_that_a_spreadsheet_writes_says_the_same(
    content: dict[str, Passwords],
    parting: str,
    line_end: str,
    encoding: str,
    quote: str,
    header: list[str],
    between: list[str],
    grouping: bool,
    more: int,
) -> None:
    lines = [*header]
    for serial, slots in content.items():
        typed = [labels.grouped(one).lower() if one and grouping else one or "" for one in slots]
        fields = [f" {quote}{field}{quote} " for field in (serial, *typed)] + [""] * more
        lines += [",".join(fields), *between]
    text = line_end.join(lines).replace(",", parting)
    read = read_record(text.encode(encoding))
    assert read.passwords == content
    assert read.faults == ()


def test_what_provisioning_writes_is_read_as_it_is_meant() -> None:
    batch: list[tuple[str, Sequence[str]]] = [("ISG-A", [FIRST, SECOND]), ("ISG-B", [SECOND])]
    read = read_record(labels.record(batch).encode())
    assert read.passwords == {"ISG-A": (FIRST, SECOND), "ISG-B": (SECOND,)}
    assert read.faults == ()


@given(content=contents, place=st.integers(0, 8), damage=st.text(max_size=80))
def test_damage_of_a_line_costs_that_line_only(
    content: dict[str, Passwords], place: int, damage: str
) -> None:
    damage = damage.replace("\n", " ").replace("\r", " ")
    assume(normalise_serial(damage.lstrip("\"' \u00a0")[:32].split(",")[0]) not in content)
    lines = text_of(content)
    place = min(place, len(lines))
    # First an honest line: a damaged one at the top might pass for a header.
    text = "\n".join(["FIRST-OF-ALL," + FIRST, *lines[:place], damage, *lines[place:]])
    assume("FIRST-OF-ALL" not in content)
    read = read_record(text.encode())
    assert {serial: read.passwords.get(serial) for serial in content} == content
    assert read.fault_count <= 1
    assert all(fault.line == place + 2 for fault in read.faults)


@given(content=contents, data=st.data())
def test_bytes_that_fall_over_cost_the_lines_they_are_in(
    content: dict[str, Passwords], data: st.DataObject
) -> None:
    lines = [line.encode() for line in text_of(content)]
    hit = data.draw(st.sets(st.integers(0, len(lines) - 1)))
    for number in hit:
        # signs that stand in no field: what they hit can't be read as another device
        at = data.draw(st.integers(1, len(lines[number])))
        wrong = data.draw(st.sampled_from([b"\x00", b"\xff\xfe", b"\x80", b"!", "é".encode()]))
        lines[number] = lines[number][:at] + wrong + lines[number][at:]
    read = read_record(b"\n".join(lines))
    left = [serial for number, serial in enumerate(content) if number not in hit]
    assert read.passwords == {serial: content[serial] for serial in left}
    assert [fault.line for fault in read.faults] == [number + 1 for number in sorted(hit)]


@given(st.binary(max_size=2000))
def test_anything_else_is_faults_and_no_error(data: bytes) -> None:
    read = read_record(data)
    assert all(
        is_serial(serial)
        and slots
        and all(one is None or normalise_password(one) == one for one in slots)
        for serial, slots in read.passwords.items()
    )
    assert len(read.faults) <= read.fault_count


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("", None),
        (";;;", None),
        ("A/B," + FIRST, Fault.INVALID_SERIAL),
        ("A" * 33 + "," + FIRST, Fault.INVALID_SERIAL),
        ("," + FIRST, Fault.INVALID_SERIAL),
        ("AB-1", Fault.NO_PASSWORD),
        ("AB-1,,", Fault.NO_PASSWORD),
        ("AB-1,SHORT", Fault.INVALID_PASSWORD),
        ("AB-1," + FIRST + "," + "8" * 12, Fault.INVALID_PASSWORD),
        ("AB-1," + "A" * 65, Fault.INVALID_PASSWORD),
        ("serial,password", Fault.INVALID_PASSWORD),  # a header stands at the top
        ('AB-1,"' + FIRST, None),  # a quote that is never closed
        ("AB-1," + ",".join([FIRST] * 4), None),
        ("AB-1," + ",".join([FIRST] * 5), Fault.TOO_MANY_PASSWORDS),
        ("AB-1,,,,," + FIRST, Fault.TOO_MANY_PASSWORDS),
        ("AB-1," + FIRST + " " * 600, Fault.TOO_LONG),
        ("TOP," + FIRST, None),  # the same again
        ("TOP," + SECOND, Fault.REPEATED_SERIAL),
    ],
)
def test_each_fault_is_named_with_its_line(line: str, fault: Fault | None) -> None:
    text = "\n".join(["serial,password", "TOP," + FIRST, line, "LAST," + SECOND])
    read = read_record(text.encode())
    assert read.faults == (() if fault is None else (LineFault(line=3, fault=fault),))
    assert (read.passwords["TOP"], read.passwords["LAST"]) == ((FIRST,), (SECOND,))
    assert ("AB-1" in read.passwords) is (fault is None and line.startswith("AB-1"))


def test_device_that_is_called_like_a_header_is_a_device() -> None:
    assert read_record(f"serial,{FIRST}".encode()).passwords == {"SERIAL": (FIRST,)}


def test_empty_slots_keep_their_places() -> None:
    assert read_record(f"A,,{FIRST}".encode()).passwords == {"A": (None, FIRST)}


def test_faults_are_counted_beyond_those_that_are_named() -> None:
    read = read_record(b"\n".join([b"!"] * (MAX_FAULTS + 5)))
    assert (len(read.faults), read.fault_count) == (MAX_FAULTS, MAX_FAULTS + 5)


def test_file_is_bounded_in_bytes_lines_and_serials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_import, "MAX_SERIALS", 2)
    lines = [f"A-{number},{FIRST}" for number in range(3)]
    assert len(read_record("\n".join(lines[:2]).encode()).passwords) == 2
    with pytest.raises(RecordTooLarge):
        read_record("\n".join(lines).encode())
    monkeypatch.setattr(record_import, "MAX_LINES", 5)
    assert read_record(b"\n" * 5).fault_count == 0
    with pytest.raises(RecordTooLarge):
        read_record(b"\n" * 6)
    monkeypatch.setattr(record_import, "MAX_FILE", 10)
    with pytest.raises(RecordTooLarge):
        read_record(b"A" * 11)


def test_nothing_of_a_file_shows_in_texts() -> None:
    read = read_record(f"{FIRST},{SECOND}\n{SECOND},short".encode())
    assert repr(read) == "ReadRecord(serials=1, faults=1)"
    assert SECOND not in repr(read.faults)
