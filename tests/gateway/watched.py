"""A gateway that is watched, with a clock that moves when told, and strangers who send pings."""

import asyncio
from collections.abc import Callable
import json
import socket
from typing import Any

from .kit import ANN, CRYPTO, HOST, SERIAL, Bench, Rig, soon
from custom_components.iot_secure_gateway.gateway.errors import Refused
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.policy import monitoring_changes
from custom_components.iot_secure_gateway.policy.actors import Actor
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.monitoring import Conduct, Rule, Scope, ScopeKind
from custom_components.iot_secure_gateway.policy.row_changes import add_row
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.threats import Detection, Treatment
from custom_components.iot_secure_gateway.protocol import pings as wire_pings

OTHER_HOST = "127.0.0.9"  # of this machine, too
THIS_DEVICE = Scope(kind=ScopeKind.DEVICE, id=SERIAL)
FACTS = {
    "v": 1,
    "sn": SERIAL,
    "ip": HOST,
    "port": 8863,
    "model": "Bench",
    "fw": "1.0",
    "claimed": False,
}


class Watched(Rig):
    """A gateway whose wall clock stands still until a test moves it."""

    now = 1_800_000_000.0  # a Friday, 08:00 UTC

    async def start(self) -> None:
        self.gateway = Gateway(
            self.gateway_id, self.stores, settings=self.settings, unix_time=lambda: self.now
        )
        self.gateway.add_listener(self.events.append)
        await self.gateway.start()

    def threats(self, detection: Detection) -> list[ThreatSeen]:
        """Return those of a kind so far."""
        return [threat for threat in self.seen(ThreatSeen) if threat.detection is detection]

    async def threat(self, detection: Detection, number: int = 1) -> ThreatSeen:
        """Wait for the first one of a kind, or for a later one."""
        await soon(lambda: len(self.threats(detection)) >= number)
        return self.threats(detection)[number - 1]

    def tick(self, seconds: float = 0.0) -> None:
        """Let the gateway look at its devices as it would so many seconds later."""
        self.now += seconds
        monitor = self.gateway.monitor
        monitor.tick(monitor._watch._clock + seconds)

    async def refused(self, actor: Actor, command: str = "turn_on") -> Reason:
        """Try a command; return why it was refused."""
        try:
            await self.gateway.execute(actor, SERIAL, command, entity="relay")
        except Refused as error:
            return error.decision.reason
        raise AssertionError("was not refused")

    async def allow(self, user_id: str, command: str = "turn_on", **given: Any) -> int:
        """Give a user a row for one command; return its number."""
        row = Row(
            number=1,
            made_by=ANN.id,
            users=Users(users=frozenset({user_id})),
            devices=Devices(serials=frozenset({SERIAL})),
            commands=Commands(names=frozenset({command})),
            **given,
        )
        state = await self.gateway.permissions.change(lambda state: add_row(state, ANN, row), ANN)
        return state.next_number - 1

    async def rule(self, detection: Detection, **treatment: Any) -> None:
        """Set what Ann wants to be made of a finding about her device."""
        rule = Rule(
            number=1,
            made_by=ANN.id,
            scope=THIS_DEVICE,
            detection=detection,
            treatment=Treatment(**treatment),
        )
        await self._change(monitoring_changes.put_rule, rule)

    async def conduct(self, **given: Any) -> None:
        """Set how Ann wants responses about her device to be carried out."""
        conduct = Conduct(made_by=ANN.id, scope=THIS_DEVICE, **given)
        await self._change(monitoring_changes.put_conduct, conduct)

    async def snooze(self, until: float) -> None:
        """Have Ann want to hear nothing of her device until then."""
        await self.gateway.safeguards.change(
            lambda policy: monitoring_changes.snooze(
                policy,
                self.gateway.permissions.state,
                ANN.id,
                THIS_DEVICE,
                is_administrator=False,
                until=int(until),
                now=self.now,
            ),
            ANN,
            "snooze",
        )

    async def _change(self, change: Callable[..., Any], what: object) -> None:
        safeguards = self.gateway.safeguards
        await safeguards.change(
            lambda policy: change(
                policy,
                self.gateway.permissions.state,
                what,
                is_administrator=False,
                revision=policy.revision,
            ),
            ANN,
            "test",
        )


class Stranger:
    """Somebody in the network who sends datagrams to the gateway's listener."""

    def __init__(self, rig: Rig, host: str = OTHER_HOST) -> None:
        self._rig = rig
        self.host = host
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((host, 0))

    async def send(self, *datagrams: bytes) -> None:
        port = self._rig.gateway.ping_port
        assert port is not None
        for datagram in datagrams:
            await asyncio.get_running_loop().sock_sendto(self._socket, datagram, (HOST, port))

    def unbound(self, **changes: Any) -> bytes:
        """A ping that proves nothing, from this address."""
        return wire_pings.encode_unbound(FACTS | {"ip": self.host} | changes)

    def bound(self, key: bytes, boot: int, seq: int) -> bytes:
        """A ping with a tag."""
        facts = FACTS | {"ip": self.host, "claimed": True, "boot": boot, "seq": seq}
        return wire_pings.encode_bound(CRYPTO, key, facts)

    def close(self) -> None:
        self._socket.close()


async def tells(bench: Bench, code: int, *, authenticated: bool, count: int = 1) -> None:
    """Have a device tell how often it found a breach since it was started."""
    breach = {"code": code, "authenticated": authenticated, "count": count}
    package = {"boot": bench.device.core.boot, "breaches": [breach]}
    await bench.push(json.dumps(package).encode())
