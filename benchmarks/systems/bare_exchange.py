"""Our four messages and their comparisons written straight onto the floor: no layers, no states, no faults.

Not a second protocol, and never to be used: it only tells how near to the floor any pure Python program
with this exchange and this cipher can come.
"""

import asyncio
import os
from typing import override

from benchmarks.contract import Facts, Options
from benchmarks.exchange import COMMANDS, RELAY
from benchmarks.systems.tcp import FramedProtocol, TcpDevice, TcpGateway

from custom_components.iot_secure_gateway.protocol import commands, records, wire
from custom_components.iot_secure_gateway.protocol.identifiers import draw, is_identifier

_ID = wire.IDENTIFIER_SIZE
_RESULTS = {
    name: b'{"values":{"relay":%s}}' % (b"true", b"false")[name != "turn_on"] for name in COMMANDS
}


class BareDevice(TcpDevice):
    """Echoes with a new DSID; executes what comes back identical."""

    @override
    async def start(self, options: Options) -> Facts:
        """Listen; every message is encrypted."""
        self._store: dict[str, bytes] = {}
        self._echo = b""
        return await super().start({**options, "encrypted": True})

    @override
    def _received(self, protocol: FramedProtocol, kind: int, body: bytes) -> None:
        gsid, dsid, command = records.decode_session(body, _ID)
        if body[0] == wire.OPEN:
            if not is_identifier(gsid):
                raise ValueError("no identifier")
            offered = draw(os.urandom(32))
            self._store["offered"] = gsid + offered + dsid
            self._echo = records.encode_session(wire.ECHO, gsid, offered, command)
            protocol.send(wire.FRAME_RECORD, self._echo)
            return
        if body[1:] != self._echo[1:]:
            raise ValueError("not what was echoed")
        value = commands.decode_command(command)
        self._store["started"] = gsid + dsid + commands.session_id_of(value)
        result = _RESULTS[value["cmd"]]
        self._store["outcome"] = result
        answer = records.encode_result(gsid, dsid, wire.STATUS_OK, result)
        protocol.send(wire.FRAME_RECORD, answer)


class BareGateway(TcpGateway):
    """Opens, compares the echo, commits, takes the result."""

    @override
    async def start(self, options: Options, facts: Facts) -> None:
        """Connect once."""
        await super().start(options, facts)
        self._gsid, self._dsid, self._command_bytes = b"", bytes(_ID), b""
        self._turn = 0

    @override
    def _received(self, protocol: FramedProtocol, kind: int, body: bytes) -> None:
        if body[0] == wire.ECHO:
            gsid, dsid, command = records.decode_session(body, _ID)
            if gsid != self._gsid or command != self._command_bytes:
                raise ValueError("not what was sent")
            if dsid == self._dsid or not is_identifier(dsid):
                raise ValueError("no new DSID")
            self._dsid = dsid
            commit = records.encode_session(wire.COMMIT, gsid, dsid, command)
            protocol.send(wire.FRAME_RECORD, commit)
            return
        gsid, dsid, _, result = records.decode_result(body, _ID)
        if gsid != self._gsid or dsid != self._dsid:
            raise ValueError("result of another session")
        commands.decode(result)
        self._futures[protocol].set_result(None)

    @override
    async def command(self, index: int) -> None:
        """Carry out one command."""
        self._turn ^= 1
        protocol = self._protocols[index]
        future: asyncio.Future[None] = self._loop.create_future()
        self._futures[protocol] = future
        command = commands.encode_command(os.urandom(16), COMMANDS[self._turn], RELAY, {})
        self._gsid, self._command_bytes = draw(os.urandom(32)), command
        opening = records.encode_session(wire.OPEN, self._gsid, self._dsid, command)
        protocol.send(wire.FRAME_RECORD, opening)
        await future
