"""Bare asyncio TCP: the floor. One or two round trips of our message sizes, in clear or under AES-CCM."""

import asyncio
from collections.abc import Callable
import os
import socket
from typing import Final, override

from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from benchmarks.contract import Facts, Options
from benchmarks.exchange import COMMAND_BODY_BYTES, FRAME_BYTES, RESULT_BODY_BYTES, TAG_BYTES

OPEN: Final = 0x10
ECHO: Final = 0x11
COMMIT: Final = 0x12
RESULT: Final = 0x13
ONLY: Final = 0x14  # request of the variant with a single round trip

_BUFFER_BYTES: Final = 4096

type Receiver = Callable[["FramedProtocol", int, bytes], None]


class FramedProtocol(asyncio.BufferedProtocol):
    """Frames of `u16 length, u8 type, body` into a buffer made once, without any check of content."""

    def __init__(
        self, receiver: Receiver, keys: tuple[bytes, bytes] | None, *, is_gateway: bool
    ) -> None:
        self._receiver = receiver
        self._buffer = bytearray(_BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._filled = 0
        self._sealer: AESCCM | None = None
        self._opener: AESCCM | None = None
        self._sent = 0
        self._received = 0
        if keys is not None:
            send_key, receive_key = keys if is_gateway else keys[::-1]
            self._sealer = AESCCM(send_key)
            self._opener = AESCCM(receive_key)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Switch Nagle's algorithm off."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @override
    def get_buffer(self, sizehint: int) -> memoryview:
        """Give the free part of the buffer."""
        return self._view[self._filled :]

    @override
    def buffer_updated(self, nbytes: int) -> None:
        """Take out every whole frame."""
        self._filled += nbytes
        buffer = self._buffer
        while self._filled >= FRAME_BYTES:
            end = FRAME_BYTES - 1 + (buffer[0] << 8 | buffer[1])
            if self._filled < end:
                return
            kind = buffer[2]
            body = bytes(self._view[FRAME_BYTES:end])
            rest = self._filled - end
            if rest:
                buffer[:rest] = buffer[end : self._filled]
            self._filled = rest
            if self._opener is not None:
                nonce = bytes(5) + self._received.to_bytes(8)
                self._received += 1
                body = self._opener.decrypt(nonce, body, None)
            self._receiver(self, kind, body)

    def send(self, kind: int, body: bytes) -> None:
        """Send one frame."""
        if self._sealer is not None:
            nonce = bytes(5) + self._sent.to_bytes(8)
            self._sent += 1
            body = self._sealer.encrypt(nonce, body, None)
        length = len(body) + 1
        self._transport.write(bytes((length >> 8, length & 255, kind)) + body)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()


def _body_bytes(is_encrypted: bool, plain: int) -> int:
    # In clear a body is as long as its sealed sister, so that both put the same bytes on the wire.
    return plain if is_encrypted else plain + TAG_BYTES


class TcpDevice:
    """Answers OPEN with the same body and COMMIT with a fixed one."""

    async def start(self, options: Options) -> Facts:
        """Listen once; every device is a connection."""
        is_encrypted = bool(options.get("encrypted"))
        keys = (os.urandom(32), os.urandom(32)) if is_encrypted else None
        self._result = bytes(_body_bytes(is_encrypted, RESULT_BODY_BYTES))
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: FramedProtocol(self._received, keys, is_gateway=False), "127.0.0.1", 0
        )
        port = self._server.sockets[0].getsockname()[1]
        return {"port": port, "keys": [key.hex() for key in keys] if keys else None}

    def _received(self, protocol: FramedProtocol, kind: int, body: bytes) -> None:
        if kind == OPEN:
            protocol.send(ECHO, body)
        else:
            protocol.send(RESULT, self._result)

    async def stop(self) -> None:
        """Stop listening."""
        self._server.close()


class TcpGateway:
    """Sends OPEN, on its echo COMMIT, and is done with the result."""

    async def start(self, options: Options, facts: Facts) -> None:
        """Connect once per device."""
        keys = tuple(bytes.fromhex(key) for key in facts["keys"]) if facts["keys"] else None
        self._body = bytes(_body_bytes(keys is not None, COMMAND_BODY_BYTES))
        self._first_kind = ONLY if options.get("round_trips") == 1 else OPEN
        self._futures: dict[FramedProtocol, asyncio.Future[None]] = {}
        self._protocols: list[FramedProtocol] = []
        self._loop = asyncio.get_running_loop()
        for _ in range(options["devices"]):
            _, protocol = await self._loop.create_connection(
                lambda: FramedProtocol(self._received, keys, is_gateway=True),  # type: ignore[arg-type]
                "127.0.0.1",
                facts["port"],
            )
            self._protocols.append(protocol)

    def _received(self, protocol: FramedProtocol, kind: int, body: bytes) -> None:
        if kind == ECHO:
            protocol.send(COMMIT, body)
        else:
            self._futures[protocol].set_result(None)

    async def command(self, index: int) -> None:
        """Carry out one exchange."""
        protocol = self._protocols[index]
        future = self._futures[protocol] = self._loop.create_future()
        protocol.send(self._first_kind, self._body)
        await future

    async def stop(self) -> None:
        """Close all connections."""
        for protocol in self._protocols:
            protocol.close()
