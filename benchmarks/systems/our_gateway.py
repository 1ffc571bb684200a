"""Our gateway's end: the real gateway, with devices that it claimed for real.

`LinkGateway` enters at the link, `FunnelGateway` at `Gateway.execute`. Only the password is left out:
both ends are given the secret that it would be stretched to, so that 100 claims do not take 100 stretchings.
"""

import asyncio
from dataclasses import replace
import os
from pathlib import Path
import tempfile
import time
from typing import Any, Final, override

from benchmarks.contract import Facts, Options
from benchmarks.exchange import COMMANDS, RELAY
from benchmarks.waiting import wait_until

from custom_components.iot_secure_gateway.gateway.audit import Audit
from custom_components.iot_secure_gateway.gateway.audit_store import AuditStore, MemorySealStore
from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.gateway.database import file_url
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.gateway.stores import (
    Binding,
    MemoryPermissionStore,
    MemoryStateStore,
    MemoryStore,
    StoredStates,
    memory_stores,
)
from custom_components.iot_secure_gateway.gateway.transport import MachineProtocol
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.state import PolicyState
from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.claim import ClaimResult, GatewayClaim

OWNER: Final = User(id="benchmark", name="Benchmark")


async def claim_device(
    crypto: GatewayCrypto, gateway_id: bytes, fact: dict[str, Any]
) -> ClaimResult:
    """Claim one device over TCP with its stretched password."""
    loop = asyncio.get_running_loop()
    closed: asyncio.Future[None] = loop.create_future()
    machines: list[GatewayClaim] = []

    def make(now_ms: int) -> GatewayClaim:
        machines.append(
            GatewayClaim(
                crypto,
                os.urandom,
                fact["serial"],
                gateway_id,
                bytes.fromhex(fact["prs"]),
                0,
                wire.MODE_DSID_GSID,
                now_ms,
            )
        )
        return machines[0]

    await loop.create_connection(
        lambda: MachineProtocol(make, lambda: None, lambda: closed.set_result(None)),
        "127.0.0.1",
        fact["port"],
    )
    await closed
    result = machines[0].result
    if result is None or result.state is None:
        raise RuntimeError(f"claim of {fact['serial']} failed: {result}")
    return result


async def claim_all(
    crypto: GatewayCrypto, gateway_id: bytes, facts: Facts, owner_id: str
) -> tuple[dict[str, Binding], dict[str, Any]]:
    """Claim every device; returns bindings and session caches by serial, as the stores hold them."""
    bindings: dict[str, Binding] = {}
    states: dict[str, Any] = {}
    for fact in facts["devices"]:
        result = await claim_device(crypto, gateway_id, fact)
        assert result.state is not None
        bindings[fact["serial"]] = Binding(
            key=result.binding_key, claimed_by=owner_id, is_confirmed=True
        )
        states[fact["serial"]] = result.state.to_dict()
    return bindings, states


class FunnelGateway:
    """A running gateway; a command goes through decision, queue and session."""

    async def start(self, options: Options, facts: Facts) -> None:
        """Claim all devices, attach them and wait until they said what they are."""
        crypto, gateway_id = GatewayCrypto(), os.urandom(wire.GATEWAY_ID_SIZE)
        bindings, states = await claim_all(crypto, gateway_id, facts, OWNER.id)
        state_store = MemoryStateStore()
        state_store.stored = StoredStates(states=states)
        stores = replace(
            memory_stores(),
            bindings=MemoryStore(bindings),
            states=state_store,
            permissions=MemoryPermissionStore(
                PolicyState(owners=dict.fromkeys(bindings, OWNER.id))
            ),
        )
        self._gateway = Gateway(gateway_id, stores, crypto=crypto)
        await self._gateway.start()
        self._serials = list(bindings)
        for fact in facts["devices"]:
            await self._gateway.attach(fact["serial"], "127.0.0.1", fact["port"])
        devices = self._gateway.devices
        await wait_until(lambda: all(device.values for device in devices.values()))
        self._turns = [0] * len(self._serials)

    def _next_command(self, index: int) -> str:
        """On and off in turns, so that every command changes something."""
        self._turns[index] ^= 1
        return COMMANDS[self._turns[index]]

    async def command(self, index: int) -> None:
        """Carry out one command as its owner."""
        await self._gateway.execute(
            OWNER, self._serials[index], self._next_command(index), entity=RELAY
        )

    async def stop(self) -> None:
        """Stop the gateway."""
        await self._gateway.stop()


class RecordedGateway(FunnelGateway):
    """The same with the record on a real disk: each command is watched, and a line is written."""

    @override
    async def start(self, options: Options, facts: Facts) -> None:
        """Start the gateway, then have it recorded."""
        await super().start(options, facts)
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self._store = AuditStore(
            file_url(str(folder / "record.db")),
            folder / "record.spool",
            os.urandom(wire.GATEWAY_ID_SIZE),
            MemorySealStore(),
            report=lambda trouble: None,
        )
        await self._store.start()
        permissions = self._gateway.permissions
        audit = Audit(
            self._store.put,
            state=lambda: permissions.state,
            unix_time=time.time,
            source=lambda: "192.0.2.1",
        )
        self._gateway.add_listener(audit.on_event)

    @override
    async def stop(self) -> None:
        """Stop the gateway and its record."""
        await super().stop()
        await self._store.stop()
        self._folder.cleanup()


class LinkGateway(FunnelGateway):
    """The same gateway, entered at the link: session, protocol and transport only."""

    @override
    async def start(self, options: Options, facts: Facts) -> None:
        """Start the gateway, then take hold of its links."""
        await super().start(options, facts)
        self._sessions = [self._gateway._links[serial].sessions for serial in self._serials]

    @override
    async def command(self, index: int) -> None:
        """Carry out one command on the link."""
        await self._sessions[index].submit(OWNER, self._next_command(index), RELAY, {})
