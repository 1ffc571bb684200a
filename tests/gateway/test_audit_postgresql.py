"""The record in a PostgreSQL: a real server that is stopped, filled by others, read-only or tampered with."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
import socket

import pytest
from sqlalchemy import URL

from .record import EVERYTHING, Record
from custom_components.iot_secure_gateway.gateway import database
from custom_components.iot_secure_gateway.gateway.audit_pages import Cursor, Filter
from custom_components.iot_secure_gateway.gateway.audit_store import (
    AuditUnavailable,
    SealState,
    Verification,
)
from custom_components.iot_secure_gateway.gateway.audit_writer import Retention, Trouble
from custom_components.iot_secure_gateway.gateway.database import (
    DatabaseDriverMissing,
    DatabaseNotReached,
    DatabaseNotUsable,
    DatabaseUrlInvalid,
    check,
    name_of,
    open_engine,
    read_url,
)
from custom_components.iot_secure_gateway.policy.audit import Fault, FaultKind, Verdict
from tests.postgresql import PASSWORD, PostgreSQL, postgresql  # noqa: F401

OTHER_ID = bytes(16)


@pytest.fixture(params=["postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def url(postgresql: PostgreSQL, request: pytest.FixtureRequest) -> URL:  # noqa: F811
    """Return the URL of an empty database, by each driver."""
    return postgresql.new_database().set(drivername=request.param)


@pytest.fixture
def any_url(postgresql: PostgreSQL) -> URL:  # noqa: F811
    """Return the URL of an empty database."""
    return postgresql.new_database()


@pytest.fixture
async def record(tmp_path: Path, any_url: URL) -> AsyncIterator[Record]:
    record = Record(tmp_path, any_url)
    await record.start()
    yield record
    await record.store.stop()


async def test_each_driver_writes_reads_and_verifies(tmp_path: Path, url: URL) -> None:
    record = Record(tmp_path, url)
    await record.start()
    record.put(1, 2, name="Zoë \U0001f600", arguments="y" * 2000, row=2**70)
    record.store.put(record.line(3)._replace(detail="a\0b\ud800", duration_us=-5))
    await record.restart()
    record.put(4)
    assert await record.written() == ["1", "2", "a\ufffdb\ufffd", "4"]
    assert (await record.lines())[3].name == "Zoë \U0001f600"
    assert await record.store.verify() == Verification(4, ())
    assert record.troubles == []
    await record.store.stop()


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        (
            "UPDATE {lines} SET principal = 'user:eve' WHERE number = 3",
            Fault(FaultKind.CHANGED, 3, 3),
        ),
        ("DELETE FROM {lines} WHERE number = 4", Fault(FaultKind.MISSING, 4, 4)),
        ("DELETE FROM {lines} WHERE number > 3", Fault(FaultKind.MISSING, 4, 5)),
        ("UPDATE {seals} SET mac = digest", Fault(FaultKind.BAD_SEAL, 0, 0)),
    ],
)
async def test_what_somebody_did_to_the_tables_is_named(
    record: Record,
    postgresql: PostgreSQL,  # noqa: F811
    statement: str,
    fault: Fault,
) -> None:
    record.put(1, 2, 3, 4, 5)
    await record.restart()
    await record.store.flush()
    assert postgresql.execute(
        record.url.database or "",
        statement.format(lines="iotsg_audit_lines", seals="iotsg_audit_seals"),
    )
    assert (await record.store.verify()).faults[0] == fault


async def test_two_gateways_of_one_database_do_not_touch_each_other(
    record: Record, tmp_path: Path
) -> None:
    other = Record(tmp_path, record.url, OTHER_ID)
    await other.start()
    for number in range(1, 6):
        record.put(number)
        other.put(10 * number)
        await record.store.flush()
        await other.store.flush()
    assert await record.written() == ["1", "2", "3", "4", "5"]
    assert await other.written() == ["10", "20", "30", "40", "50"]
    record.store.keep(Retention(max_lines=2))
    await record.store.flush()
    assert await record.written() == ["4", "5"]
    assert await other.written() == ["10", "20", "30", "40", "50"]
    assert (await record.store.verify()).faults == ()
    assert await other.store.verify() == Verification(5, ())
    await other.store.stop()


async def test_pages_and_filters_are_those_of_the_file(record: Record) -> None:
    record.put(*range(0, 30, 2), principal="system")
    record.put(*range(1, 30, 2), serial="LAMP-2", verdict=Verdict.REFUSED.value)
    seen: list[str] = []
    cursor = None
    while page := await record.store.page(EVERYTHING, Filter(), cursor, 7):
        seen += [line.detail for _, line in page]
        cursor = Cursor(page[-1][1].at_us, page[-1][0])
    assert seen == [str(number) for number in reversed(range(30))]
    refused = await record.lines(Filter(verdict="refused", serial="LAMP-2"))
    assert len(refused) == 15
    assert len(await record.lines(Filter(principal="system", serial="LAMP-2"))) == 0


async def test_nothing_is_lost_while_the_server_is_away(
    record: Record,
    postgresql: PostgreSQL,  # noqa: F811
) -> None:
    record.put(1)
    await record.store.flush()
    postgresql.stop()
    try:
        record.put(2, 3)
        await record.store.flush()
        assert record.troubles == [Trouble("database_down")]
        with pytest.raises(AuditUnavailable):
            await record.lines()
        await record.restart()  # they wait on the disk
        record.put(4)
        await record.store.flush()
    finally:
        postgresql.start()
    record.put(5)
    assert await record.written() == ["1", "2", "3", "4", "5"]
    assert record.troubles[-1] == Trouble("database_back")
    assert not record.spool.exists()
    assert (await record.store.verify()).faults == ()


async def test_a_database_that_was_made_read_only_loses_nothing(
    record: Record,
    postgresql: PostgreSQL,  # noqa: F811
) -> None:
    record.put(1)
    await record.store.flush()
    name = record.url.database
    kick = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname <> 'postgres'"
    setting = f"ALTER DATABASE {name} SET default_transaction_read_only ="
    postgresql.execute("postgres", f"{setting} on", kick)
    record.put(2)
    await record.store.flush()
    assert record.troubles == [Trouble("database_down")]
    postgresql.execute("postgres", f"{setting} off", kick)
    record.put(3)
    assert await record.written() == ["1", "2", "3"]
    assert (await record.store.verify()).faults == ()


async def test_lines_gone_from_the_end_leave_a_gap_that_stays_visible(
    record: Record,
    postgresql: PostgreSQL,  # noqa: F811
) -> None:
    record.put(1, 2, 3)
    await record.store.stop()
    postgresql.execute(record.url.database or "", "DELETE FROM iotsg_audit_lines WHERE number > 1")
    await record.start()
    record.put(4)
    assert await record.written() == ["1", "4"]
    assert record.troubles == [Trouble("record_gap", 2)]
    assert (await record.store.verify()).faults == (Fault(FaultKind.MISSING, 2, 3),)


# --- moving -------------------------------------------------------------------------------------------
async def test_the_record_goes_on_in_another_database_and_both_say_so(
    tmp_path: Path,
    any_url: URL,
    postgresql: PostgreSQL,  # noqa: F811
) -> None:
    record = Record(tmp_path)
    await record.start()
    record.put(1, 2)
    await record.store.move(any_url)
    record.put(3)
    assert await record.written() == ["3"]
    (arrived,) = [line for line in await record.lines() if line.kind == "record_moved"]
    assert arrived.detail == "from record.db"
    assert (await record.store.verify()) == Verification(2, ())
    await record.restart()  # where it is written is known after a restart
    record.put(4)
    assert await record.written() == ["3", "4"]
    assert record.troubles == []
    await record.store.stop()
    state = record.seals.state
    assert state is not None
    assert PASSWORD not in str(state)
    old = Record(tmp_path)  # as somebody would look at the file that was left
    old.seals.state = state._replace(url="", head=None)
    await old.start()
    assert await old.written() == ["1", "2"]
    (left,) = [line for line in await old.lines() if line.kind == "record_moved"]
    assert left.detail == f"to {name_of(any_url)}"
    assert PASSWORD not in left.detail
    assert (await old.store.verify()) == Verification(3, ())
    await old.store.stop()


async def test_coming_back_to_a_database_is_no_gap(tmp_path: Path, any_url: URL) -> None:
    record = Record(tmp_path)
    await record.start()
    record.put(1)
    await record.store.move(any_url)
    record.put(2)
    await record.store.move(None)
    record.put(3)
    assert await record.written() == ["3"]
    assert (await record.store.verify()).faults == ()
    await record.store.move(any_url)
    await record.store.move(any_url)  # it is there already
    record.put(4)
    assert await record.written() == ["4"]
    assert (await record.store.verify()).faults == ()
    assert record.troubles == []
    await record.store.stop()


async def test_what_waits_for_a_database_that_is_down_comes_into_the_next_one(
    tmp_path: Path,
    any_url: URL,
    postgresql: PostgreSQL,  # noqa: F811
) -> None:
    record = Record(tmp_path)
    text = any_url.render_as_string(hide_password=False)
    record.seals.state = SealState(bytes(32), url=text)
    await record.start()
    record.put(1)
    await record.store.flush()
    postgresql.stop()
    try:
        record.put(2, 3)
        await record.store.flush()
        await record.store.move(None)
        record.put(4)
        assert await record.written() == ["2", "3", "4"]
        assert (await record.store.verify()).faults == ()
    finally:
        postgresql.start()
    await record.store.stop()


async def test_a_database_that_cannot_be_used_leaves_the_record_where_it_is(
    tmp_path: Path, any_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record(tmp_path)
    await record.start()
    record.put(1)
    with pytest.raises(DatabaseNotReached):
        await record.store.move(any_url.set(password="wrong"))
    record.put(2)
    assert await record.written() == ["1", "2"]

    async def fail(_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(record.seals, "save", fail)
        with pytest.raises(OSError):
            await record.store.move(any_url)
    record.put(3)
    assert await record.written() == ["1", "2", "3"]
    await record.store.stop()
    with pytest.raises(AuditUnavailable):
        await record.store.move(any_url)


# --- URLs ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "",
        "home",
        "postgres://a:b@h/x",
        "sqlite:////etc/passwd",
        "mysql://a:b@h/x",
        "postgresql://a:b@h:port/x",
        "postgresql://a:b@h",
        "postgresql+pg8000://a:b@h/x",
        "postgresql://h/" + "x" * 600,
    ],
)
def test_what_is_no_url_of_a_postgresql_is_refused(text: str) -> None:
    with pytest.raises(DatabaseUrlInvalid):
        read_url(text)


def test_a_database_is_named_without_its_login() -> None:
    url = read_url(" postgresql+psycopg://ann:secret@db.home:5433/record?sslmode=require ")
    assert name_of(url) == "postgresql://db.home:5433/record"
    assert name_of(read_url("postgresql://ann:secret@db.home/record")) == (
        "postgresql://db.home/record"
    )
    assert name_of(database.file_url("/config/record.db")) == "record.db"


def test_what_stands_against_a_database_is_told(postgresql: PostgreSQL) -> None:  # noqa: F811
    good = postgresql.new_database()
    check(good)
    postgresql.execute("postgres", f"CREATE ROLE guest{postgresql.port} LOGIN PASSWORD 'guest'")
    guest = good.set(username=f"guest{postgresql.port}", password="guest")
    with pytest.raises(DatabaseNotUsable):
        check(guest)
    other = postgresql.new_database("ENCODING 'LATIN1' TEMPLATE template0")
    with pytest.raises(DatabaseNotUsable):
        check(other)
    with pytest.raises(DatabaseNotReached):
        check(good.set(database="nowhere"))


def test_a_missing_driver_is_told(any_url: URL, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "find_spec", lambda name: None)
    monkeypatch.setitem(__import__("sys").modules, "psycopg2", None)
    with pytest.raises(DatabaseDriverMissing):
        check(any_url)
    with pytest.raises(ImportError):
        open_engine(any_url)


async def test_a_record_without_its_driver_waits_on_the_disk(
    record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    await record.store.stop()
    monkeypatch.setattr(database, "find_spec", lambda name: None)
    monkeypatch.setitem(__import__("sys").modules, "psycopg2", None)
    await record.start()
    record.put(1)
    await record.store.flush()
    assert record.troubles == [Trouble("driver_missing")]
    monkeypatch.undo()
    assert await record.written() == ["1"]


@pytest.fixture
def deaf(socket_enabled: None) -> Iterator[int]:
    """Return a port that takes connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_server_that_says_nothing_is_given_up(deaf: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(database._WITHIN, "connect_timeout", "2")  # the least that libpq takes
    url = URL.create("postgresql", "ann", "secret", "127.0.0.1", deaf, "record")
    with pytest.raises(DatabaseNotReached):
        check(url)
