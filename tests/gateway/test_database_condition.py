"""How a database does, as the page of the gateway is told it."""

from pathlib import Path

from sqlalchemy.engine import URL

from custom_components.iot_secure_gateway.gateway.batch_writer import BatchWriter
from custom_components.iot_secure_gateway.gateway.database import file_url, read_url
from custom_components.iot_secure_gateway.gateway.database_condition import COUNT_EVERY_S, Gauge

SERVER = "postgresql://maria:secret@192.0.2.7:5433/house"


class Writer(BatchWriter[str]):
    """Of no thread: only its condition counts."""

    def __init__(self) -> None:
        super().__init__("test", 1)
        self.is_down = False

    def _lose(self, item: str) -> None: ...
    def _write(self, batch: list[str], *, is_awaited: bool, is_last: bool) -> None: ...
    def _next_due(self) -> float | None: ...
    def _end(self) -> None: ...


class Shelf:
    """A gauge with a clock that is set by hand, and something to count."""

    def __init__(self, url: URL) -> None:
        self.now = 0.0
        self.lines = 7
        self.looks = 0
        self.fault: Exception | None = None
        self.writer = Writer()
        self.url = url
        self.gauge = Gauge(lambda: self.now)

    def count(self) -> int:
        self.looks += 1
        if self.fault is not None:
            raise self.fault
        return self.lines


async def test_file_is_told_with_its_size_and_without_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "lines.db"
    path.write_bytes(b"x" * 100)
    (tmp_path / "lines.db-wal").write_bytes(b"x" * 20)
    shelf = Shelf(file_url(str(path)))
    shelf.writer.written_at = 5.0
    found = await shelf.gauge.condition(shelf.url, shelf.writer, shelf.count)
    assert (found.name, found.is_file, found.size) == ("lines.db", True, 120)
    assert (found.is_reached, found.lines, found.written_at) == (True, 7, 5.0)


async def test_server_is_told_without_its_login() -> None:
    shelf = Shelf(read_url(SERVER))
    found = await shelf.gauge.condition(shelf.url, shelf.writer, shelf.count)
    assert (found.is_file, found.size) == (False, None)
    assert found.name == "postgresql://192.0.2.7:5433/house"
    assert "secret" not in repr(found)


async def test_lines_are_counted_once_in_a_while_and_anew_in_another_database(
    tmp_path: Path,
) -> None:
    shelf = Shelf(file_url(str(tmp_path / "a.db")))

    async def lines(url: URL) -> int | None:
        return (await shelf.gauge.condition(url, shelf.writer, shelf.count)).lines

    assert await lines(shelf.url) == 7
    shelf.lines = 8
    shelf.now = COUNT_EVERY_S - 1
    assert await lines(shelf.url) == 7
    shelf.now = COUNT_EVERY_S
    assert await lines(shelf.url) == 8
    shelf.lines = 9
    assert await lines(file_url(str(tmp_path / "b.db"))) == 9
    assert shelf.looks == 3


async def test_what_is_not_reached_or_fails_is_not_known(tmp_path: Path) -> None:
    shelf = Shelf(file_url(str(tmp_path / "a.db")))
    shelf.writer.is_down = True
    found = await shelf.gauge.condition(shelf.url, shelf.writer, shelf.count)
    assert (found.is_reached, found.lines, found.size, shelf.looks) == (False, None, 0, 0)
    shelf.writer.is_down, shelf.fault = False, OSError(SERVER)
    found = await shelf.gauge.condition(shelf.url, shelf.writer, shelf.count)
    assert (found.is_reached, found.lines) == (True, None)
    found = await shelf.gauge.condition(shelf.url, None, shelf.count)
    assert (found.is_reached, found.written_at) == (False, None)
