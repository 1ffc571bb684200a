"""Where lines of the record wait on the disk while the database is down: one file, a line each."""

from collections.abc import Iterator, Sequence
import json
import os
from pathlib import Path
import secrets
from typing import Final

from ..policy.audit import AuditLine, tidy

MAX_SPOOL: Final = 64 * 2**20  # bytes: some 200,000 lines, days of a household
MAX_SPOOL_LINE: Final = 32 * 1024  # bytes: a line of texts of full length, each sign escaped
_ID_BYTES: Final = 8

_TEXTS: Final = frozenset(AuditLine._fields) - {"at_us", "row", "duration_us"}


class AuditSpool:
    """Used by the thread that writes the record, and by nobody else."""

    def __init__(self, path: Path, max_bytes: int = MAX_SPOOL) -> None:
        """Nothing is opened yet."""
        self._path = path
        self._max_bytes = max_bytes

    @property
    def is_there(self) -> bool:
        """Whether lines wait."""
        return self._path.exists()

    def write(self, lines: Sequence[AuditLine]) -> bool:
        """Append lines, durably; False when there is no room for them. Raises OSError."""
        data = b"".join(json.dumps(tidy(line)).encode() + b"\n" for line in lines)
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            size = file.seek(0, os.SEEK_END)
            if size + len(data) > self._max_bytes:
                return False
            if size == 0:
                data = secrets.token_hex(_ID_BYTES).encode() + b"\n" + data
            else:
                file.seek(size - 1)
                if file.read(1) != b"\n":  # an earlier write was cut
                    data = b"\n" + data
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return True

    def id(self) -> str:
        """Return what tells this file from earlier ones. Raises OSError."""
        with self._path.open("rb") as file:
            return file.readline(MAX_SPOOL_LINE).decode(errors="replace").strip()

    def lines(self, skip: int) -> Iterator[AuditLine | None]:
        """Yield what waits, without the first `skip`; None for what cannot be read. Raises OSError."""
        with self._path.open("rb") as file:
            file.readline(MAX_SPOOL_LINE)  # the id
            count = 0
            while data := file.readline(MAX_SPOOL_LINE):
                count += 1
                if count > skip:
                    yield _read(data)

    def remove(self) -> None:
        """All of it is in the database. Raises OSError."""
        self._path.unlink()


def _read(data: bytes) -> AuditLine | None:
    try:
        values = json.loads(data)
    except ValueError, RecursionError:
        return None
    if not isinstance(values, list) or len(values) != len(AuditLine._fields):
        return None
    line = AuditLine._make(values)
    for name, value in zip(AuditLine._fields, line, strict=True):
        if name in _TEXTS:
            is_good = isinstance(value, str)
        else:
            is_good = (value is None and name != "at_us") or (
                type(value) is int and -(2**63) <= value < 2**63
            )
        if not is_good:
            return None
    return line
