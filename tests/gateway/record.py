"""A record on a disk or in a PostgreSQL, which can be stopped and started anew, and tampered with."""

from pathlib import Path
import sqlite3
from typing import Any

from sqlalchemy import URL

from custom_components.iot_secure_gateway.gateway.audit_pages import Filter, Scope
from custom_components.iot_secure_gateway.gateway.audit_store import AuditStore, MemorySealStore
from custom_components.iot_secure_gateway.gateway.audit_writer import Retention, Trouble
from custom_components.iot_secure_gateway.gateway.database import file_url
from custom_components.iot_secure_gateway.policy.audit import AuditLine

ID = bytes(range(16))
TABLE = "iotsg_audit"
EVERYTHING = Scope(frozenset({"LAMP-1", "LAMP-2"}), "system")


class Record:
    """A store with all that it needs, which can be stopped and started anew."""

    def __init__(self, folder: Path, url: URL | None = None, gateway_id: bytes = ID) -> None:
        """`url`: of a PostgreSQL; else it is a file."""
        self.path = folder / "record.db"
        self.spool = folder / f"{gateway_id[:4].hex()}.spool"
        self.url = url or file_url(str(self.path))
        self.gateway_id = gateway_id
        self.seals = MemorySealStore()
        self.troubles: list[Trouble] = []
        self.retention = Retention()
        self.now = 1_800_000_000.0
        self.passed = 0.0  # by a clock that nobody can set
        self.store: AuditStore

    async def start(self) -> None:
        self.store = AuditStore(
            self.url,
            self.spool,
            self.gateway_id,
            self.seals,
            report=self.troubles.append,
            unix_time=lambda: self.now,
            monotonic=lambda: self.passed,
            retention=self.retention,
        )
        await self.store.start()

    def wait(self, seconds: float) -> None:
        """Let time pass, as both clocks see it."""
        self.now += seconds
        self.passed += seconds

    async def restart(self) -> None:
        await self.store.stop()
        await self.start()

    def put(self, *numbers: int, serial: str = "LAMP-1", **fields: Any) -> None:
        for number in numbers:
            self.store.put(self.line(number)._replace(serial=serial, **fields))

    def line(self, number: int) -> AuditLine:
        """Return a line of a command."""
        return AuditLine(
            at_us=int(self.now * 1e6) + number,
            kind="command",
            serial="LAMP-1",
            detail=str(number),
        )

    async def written(self) -> list[str]:
        """Return the numbers of all lines of commands, the oldest first."""
        found = await self.lines()
        return [line.detail for line in reversed(found) if line.kind == "command"]

    async def lines(self, wanted: Filter = Filter()) -> list[AuditLine]:
        return [line for _, line in await self.store.page(EVERYTHING, wanted, None, 500)]

    def tamper(self, statement: str) -> None:
        """Do to the database what somebody with access to the file can do."""
        with sqlite3.connect(self.path) as connection:
            assert connection.execute(
                statement.format(lines=f"{TABLE}_lines", seals=f"{TABLE}_seals")
            ).rowcount
        connection.close()

    def break_database(self) -> None:
        """Put something in its place that is no database."""
        for path in self.path.parent.glob("record.db*"):
            path.rename(path.with_name(f"away-{path.name}"))
        self.path.mkdir()

    def mend_database(self) -> None:
        self.path.rmdir()
        for path in self.path.parent.glob("away-*"):
            path.rename(path.with_name(path.name.removeprefix("away-")))
