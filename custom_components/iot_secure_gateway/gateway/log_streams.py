"""The stream kind "log": a device's own log file, the last lines of which are kept for showing."""

from collections.abc import Mapping
from typing import override

from .device import Device
from .packages import MAX_LINE
from .printable import printable
from .streams import StreamRefusedError, StreamSink

MAX_LOG_STREAM = 262144  # bytes of one: far more than the lines that are kept
_MAX_LINE_BYTES = 4 * MAX_LINE  # of a line that has not ended yet


class LogStream(StreamSink):
    """Lines of text, UTF-8, each ended by a line feed."""

    def __init__(self, device: Device) -> None:
        """Show the lines with those that the device tells otherwise."""
        self._log = device.log
        self._rest = b""
        self._size = 0

    @override
    async def write(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > MAX_LOG_STREAM:
            raise StreamRefusedError("a log that is too long")
        *lines, rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._add(line)
        self._rest = rest[:_MAX_LINE_BYTES]  # the end of a longer one is not shown anyway

    @override
    async def end(self, *, is_whole: bool) -> None:
        if self._rest:
            self._add(self._rest)
        if not is_whole:
            self._log.append("(cut off)")

    def _add(self, line: bytes) -> None:
        text = line[:_MAX_LINE_BYTES].decode("utf-8", "replace").rstrip("\r")
        self._log.append(printable(text, MAX_LINE))


def open_log(device: Device, head: Mapping[str, object]) -> StreamSink:
    """Take a log of that device."""
    return LogStream(device)
