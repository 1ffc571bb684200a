"""Input bytes read as a program: every input is one, and small changes of it make small changes."""

from __future__ import annotations

from collections.abc import Sequence


class Program:
    """Reads numbers and bytes from the front of an input; after its end everything is zero or empty."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def is_over(self) -> bool:
        """Whether all was read."""
        return self._at >= len(self._data)

    def byte(self) -> int:
        """Return the next byte."""
        return self.take(1)[0] if not self.is_over else 0

    def flag(self) -> bool:
        """Return the lowest bit of the next byte."""
        return bool(self.byte() & 1)

    def number(self, size: int) -> int:
        """Return a big-endian number of `size` bytes."""
        return int.from_bytes(self.exact(size), "big")

    def take(self, size: int) -> bytes:
        """Return up to `size` bytes."""
        taken = self._data[self._at : self._at + size]
        self._at += size
        return taken

    def exact(self, size: int) -> bytes:
        """Return `size` bytes, the missing ones as zeros."""
        return self.take(size).ljust(size, b"\0")

    def sized(self) -> bytes:
        """Return bytes whose number stands in front of them."""
        return self.take(self.byte())

    def rest(self) -> bytes:
        """Return all that is left."""
        return self.take(len(self._data))

    def choose[T](self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.byte() % len(options)]

    def spoil(self, good: bytes) -> bytes:
        """Return `good`, or (for 3 values of the next byte in 8) with one byte changed, cut, or longer."""
        how = self.byte() & 7
        if how == 1 and good:
            at = self.byte() % len(good)
            return good[:at] + bytes([good[at] ^ (self.byte() or 1)]) + good[at + 1 :]
        if how == 2:
            return good[: self.byte() % (len(good) + 1)]
        if how == 3:
            return good + self.sized()
        return good
