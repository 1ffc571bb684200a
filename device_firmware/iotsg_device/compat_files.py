"""What differs between interpreters and file systems when a file must survive a power cut."""

import os

from .compat import IS_MICROPYTHON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def sync(file: "Any") -> None:
    """Return when all that was written to `file` is in flash."""
    file.flush()  # all that MicroPython needs: it writes through to flash
    if not IS_MICROPYTHON:
        os.fsync(file.fileno())


def open_unbuffered(path: str, mode: str) -> "Any":
    """Open for writing so that each write is one write of the system; nobody else may read it."""
    if IS_MICROPYTHON:
        return open(path, mode)  # files have no buffer of their own there
    return open(path, mode, 0, opener=_open_private)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # flash holds the keys of bindings


def replace(source: str, target: str) -> None:
    """Put `source` in the place of `target`; after a cut there is one or the other."""
    try:
        os.rename(source, target)
    except OSError:
        # FAT can't rename onto a file; the reader of `target` looks for `source` when it is missing.
        if not exists(target):
            raise
        os.remove(target)
        os.rename(source, target)
    sync_folder(target)


def sync_folder(path: str) -> None:
    """Make a new name in the folder of `path` durable, where the system lets a program do so."""
    if IS_MICROPYTHON:
        return
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def exists(path: str) -> bool:
    """Tell whether there is a file or folder of this name."""
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def make_folder(path: str) -> None:
    """Make the folder `path` when it is missing; the folder above must be there."""
    if not exists(path):
        os.mkdir(path)
