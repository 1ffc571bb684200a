"""What a camera sends, taken apart: for tests of the device's side of video."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import override

from .kit import Rig
from custom_components.iot_secure_gateway.gateway.device import Device
from custom_components.iot_secure_gateway.gateway.streams import StreamRefusedError, StreamSink

WINDOW = 16384  # as the gateway takes video


@dataclass
class Segment(StreamSink):
    """One stream: its head, its pictures with their times, how it ended."""

    head: Mapping[str, object]
    gate: asyncio.Event
    pictures: list[tuple[int, bytes]] = field(default_factory=list)
    is_whole: bool | None = None
    rest: bytes = b""
    window: int = WINDOW

    @property
    def why(self) -> object:
        return self.head["why"]

    @override
    async def write(self, data: bytes) -> None:
        await self.gate.wait()
        self.rest += data
        while len(self.rest) >= 8 + (size := int.from_bytes(self.rest[:4])):
            self.pictures.append((int.from_bytes(self.rest[4:8]), self.rest[8 : 8 + size]))
            self.rest = self.rest[8 + size :]

    @override
    async def end(self, *, is_whole: bool) -> None:
        assert self.rest == b"" or not is_whole
        self.is_whole = is_whole


class Film:
    """Takes the streams of cameras, unless for what is `refused`; deals with them while `gate` is open."""

    def __init__(self, rig: Rig) -> None:
        self.segments: list[Segment] = []
        self.window = WINDOW
        self.refused: set[object] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        rig.gateway.streams._openers["video"] = self._open  # in the place of the gateway's own

    @property
    def pictures(self) -> list[bytes]:
        return [jpeg for segment in self.segments for _, jpeg in segment.pictures]

    def whys(self) -> list[object]:
        """Return what segments that brought pictures were for."""
        return [segment.why for segment in self.segments if segment.pictures]

    def _open(self, device: Device, head: Mapping[str, object]) -> StreamSink:
        if head["why"] in self.refused:
            raise StreamRefusedError("nobody watches")
        segment = Segment(head, self.gate, window=self.window)
        self.segments.append(segment)
        return segment
