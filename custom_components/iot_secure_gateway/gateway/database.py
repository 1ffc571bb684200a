"""Reaching a database: a file of SQLite, or PostgreSQL by its URL, which may hold a password and is never shown.

Everything here blocks: it is called in threads only.
"""

from importlib.util import find_spec
import os
from pathlib import Path
import sqlite3
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from .errors import GatewayError

MAX_URL: Final = 512  # characters
BUSY_S: Final = 5.0  # how long SQLite waits for another process that writes
STATEMENT_S: Final = 30  # a statement that takes longer is given up: the thread must not hang
_CHECK_TABLE: Final = "iotsg_check"

# What using a database raises: ValueError and OverflowError for content that does not fit, ImportError
# where a driver is missing.
DATABASE_ERRORS: Final = (
    SQLAlchemyError,
    sqlite3.Error,
    OSError,
    ValueError,
    OverflowError,
    ImportError,
)

# Both drivers do; Home Assistant's own image has the first.
_DRIVERS: Final = ("psycopg2", "psycopg")
_SQLITE: Final = "sqlite"
_POSTGRESQL: Final = "postgresql"
# Of libpq: a server that vanished is noticed within some ten seconds instead of hours.
_WITHIN: Final = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}


class DatabaseUrlInvalid(GatewayError):
    """A text is no URL of a PostgreSQL database."""

    code = "database_url_invalid"


class DatabaseDriverMissing(GatewayError):
    """The Python package that speaks to the database is not installed."""

    code = "database_driver_missing"


class DatabaseNotReached(GatewayError):
    """The database does not answer, or refuses the login."""

    code = "database_not_reached"


class DatabaseNotUsable(GatewayError):
    """The database lets this login make no tables, or keeps texts in another encoding than UTF-8."""

    code = "database_not_usable"


def is_damage(error: Exception) -> bool:
    """Tell whether a file of SQLite is damaged, or none: that does not pass by itself."""
    cause = getattr(error, "orig", error)
    code = getattr(cause, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def file_url(path: str) -> URL:
    """Return the URL of a file of SQLite."""
    return URL.create(_SQLITE, database=path)


def read_url(given: str) -> URL:
    """Read a URL that a person gave: of PostgreSQL. Raises DatabaseUrlInvalid."""
    try:
        url = make_url(given.strip()) if len(given) <= MAX_URL else None
    except ArgumentError, ValueError:
        url = None
    if url is None or url.get_backend_name() != _POSTGRESQL or not url.database:
        raise DatabaseUrlInvalid
    if url.drivername not in {_POSTGRESQL, *(f"{_POSTGRESQL}+{name}" for name in _DRIVERS)}:
        raise DatabaseUrlInvalid
    return url


def name_of(url: URL) -> str:
    """Return how people and the record are told of a database: without its login."""
    if is_file(url):
        return Path(url.database or "").name
    port = f":{url.port}" if url.port else ""
    return f"{_POSTGRESQL}://{url.host or ''}{port}/{url.database}"


def is_file(url: URL) -> bool:
    """Tell a file of SQLite from a database of a server."""
    return url.get_backend_name() == _SQLITE


def open_engine(url: URL) -> Engine:
    """Return the way to a database; nothing is opened yet. Raises DATABASE_ERRORS.

    Each connection is made anew, for they are few, and none is ever a dead one.
    """
    options: dict[str, Any] = {}
    if is_postgresql := url.get_backend_name() == _POSTGRESQL:
        if url.drivername == _POSTGRESQL:
            driver = next((name for name in _DRIVERS if find_spec(name)), _DRIVERS[0])
            url = url.set(drivername=f"{_POSTGRESQL}+{driver}")
        options = {name: value for name, value in _WITHIN.items() if name not in url.query}
    elif url.database:
        _make_private(Path(url.database))
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=options)
    event.listen(engine, "connect", _set_up_postgresql if is_postgresql else _set_up_sqlite)
    return engine


def check(url: URL) -> None:
    """Try whether a PostgreSQL can be used. Raises GatewayError that says what stands against it."""
    try:
        engine = open_engine(url)
    except ImportError:
        raise DatabaseDriverMissing from None
    except DATABASE_ERRORS:
        raise DatabaseUrlInvalid from None
    try:
        connection = engine.connect()
    except DATABASE_ERRORS:  # the text of the error may hold the URL
        raise DatabaseNotReached from None
    try:
        with connection:
            _try(connection)
    except DATABASE_ERRORS:
        raise DatabaseNotUsable from None


def _try(connection: Connection) -> None:
    if connection.execute(text("SHOW server_encoding")).scalar() != "UTF8":
        raise ValueError("another encoding")
    connection.execute(text(f"CREATE TABLE {_CHECK_TABLE} (number INTEGER)"))
    connection.rollback()  # no trace is left


def _set_up_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    # Readers do not wait for the writer; what was committed outlives a power cut.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={int(BUSY_S * 1000)}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _set_up_postgresql(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    # As statements, not as options of the start: those a pooler in between may not let pass.
    cursor.execute(f"SET statement_timeout = '{STATEMENT_S}s'")
    cursor.execute("SET synchronous_commit = on")
    cursor.close()
    connection.commit()


def _make_private(path: Path) -> None:
    """See that only this user can read the file; SQLite gives its other files the same rights."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
