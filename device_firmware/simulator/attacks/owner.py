"""The honest owner of a device under attack: claims it, keeps its link, says what the device does.

Without an owner whose link and commands can be watched, nobody could tell whether an attack did harm.
"""

import asyncio
import hashlib
import json
import secrets
import time

from .report import CannotAttackError
from .wires import Wire, WireLost, connect, now_ms
from iotsg_device.crypto import default_crypto
from isg_protocol import claim, commands, identifiers, kdf, wire
from isg_protocol.gateway_link import GatewayLink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CLAIM_TAG = "ISG1"
CLAIM_TRIES = 3  # a device that has just seen a wrong password asks for a second of patience
LINK_TRIES = 5
MAX_WAIT_S = 15


class _Stretch:
    """The one primitive that a gateway has and a device does not."""

    def pbkdf2_sha256(self, password: bytes, salt: bytes, rounds: int, length: int) -> bytes:
        return hashlib.pbkdf2_hmac("sha256", password, salt, rounds, length)


_STRETCH: "Any" = _Stretch()


def parse_code(code: str) -> "tuple[str, str]":
    """Return (serial, password) of the text of a label's code. Raises CannotAttackError."""
    tag, _, rest = code.strip().partition(":")
    serial, _, password = rest.partition(":")
    good_serial = identifiers.normalise_serial(serial)
    good_password = identifiers.normalise_password(password)
    if tag != CLAIM_TAG or good_serial is None or good_password is None:
        raise CannotAttackError("a claim code is ISG1:<serial>:<password>, as on the label")
    return good_serial, good_password


def prs_of(password: str, serial: str) -> bytes:
    """Return what a claim proves the knowledge of."""
    return kdf.prs(_STRETCH, password, serial)


class Owner:
    """The owner's gateway, at `host`:`port` of the device (or of a wire tap before it)."""

    def __init__(self, host: str, port: int, code: str, source: "str | None" = None) -> None:
        self.serial, self._password = parse_code(code)
        self.host = host
        self.port = port
        self.gateway_id = secrets.token_bytes(wire.GATEWAY_ID_SIZE)
        self.crypto = default_crypto()
        self.key = b""
        self.state: "Any" = None
        self.link: "Any" = None  # the Wire of the present link
        self.links = 0  # how many there were
        self.switch = ""
        self.session_id = b""  # of the last command
        self._source = source

    async def claim(self) -> None:
        """Claim the device. Raises CannotAttackError when it does not let itself be claimed."""
        for _ in range(CLAIM_TRIES):
            result = await self.try_claim(self._password)
            if result.status == "validated":
                self.key, self.state = result.binding_key, result.state
                return
            if result.status != "locked" or result.seconds > MAX_WAIT_S:
                break
            await asyncio.sleep(result.seconds)
        raise CannotAttackError(
            "the device could not be claimed ({}): give a device of yours without owner".format(
                result.status
            )
        )

    async def try_claim(self, password: str, gateway_id: "bytes | None" = None) -> "Any":
        """Return how a claim with that password ends."""
        machine = claim.GatewayClaim(
            self.crypto,
            secrets.token_bytes,
            self.serial,
            gateway_id if gateway_id is not None else self.gateway_id,
            prs_of(password, self.serial),
            0,
            wire.MODE_DSID_GSID,
            now_ms(),
        )
        line = Wire(machine, *(await connect(self.host, self.port, self._source)))
        try:
            await line.until(lambda: machine.result is not None)
        except WireLost:
            pass
        finally:
            await line.close()
        return machine.result

    def machine(self, key: "bytes | None" = None, gateway_id: "bytes | None" = None) -> "Any":
        """Return the gateway's end of a new link; with other secrets than the owner's where given."""
        return GatewayLink(
            self.crypto,
            secrets.token_bytes,
            self.serial,
            gateway_id if gateway_id is not None else self.gateway_id,
            key if key is not None else self.key,
            self.state,
            now_ms(),
            time.time_ns() // 1000000,
        )

    async def connect(self) -> None:
        """Bring a link up, in place of the present one."""
        await self.disconnect()
        for _ in range(LINK_TRIES):
            line = Wire(self.machine(), *(await connect(self.host, self.port, self._source)))
            try:
                await line.until(lambda: line.machine.is_ready)  # noqa: B023 - called at once
            except WireLost:
                await line.close()
                await asyncio.sleep(0.3)  # all handshake places were taken: as a gateway, try again
                continue
            self.link = line
            self.links += 1
            return
        raise CannotAttackError("the device does not take its owner's link")

    async def disconnect(self) -> None:
        """End the present link."""
        if self.link is not None:
            await self.link.close()
            self.link = None

    @property
    def is_linked(self) -> bool:
        """Whether the present link stands."""
        return self.link is not None and self.link.is_open

    async def command(
        self, name: str, entity: "str | None" = None, **arguments: "Any"
    ) -> "tuple[int, dict[str, Any]]":
        """Return (status, result) of one command. Raises WireLost when the link broke."""
        line = self.link
        await line.until(lambda: line.machine.is_ready)
        self.session_id = session_id = secrets.token_bytes(wire.SESSION_ID_SIZE)
        command = commands.encode_command(session_id, name, entity, arguments)
        line.machine.open(session_id, command, now_ms())
        line.flush()

        def done() -> "Any":
            return [each for each in line.events if getattr(each, "session_id", None) == session_id]

        await line.until(done)
        event = done()[-1]
        if event.kind == "failed":
            raise WireLost
        return event.status, json.loads(event.result.decode()) if event.result else {}

    async def find_switch(self, wanted: "str | None" = None) -> str:
        """Return the key of the switch that the attack is about, and keep it in `switch`."""
        _, result = await self.command("describe", page=0)
        keys = [
            item["key"]
            for item in result.get("entities", [])
            if item.get("kind") == "switch" and wanted in (None, item["key"])
        ]
        if not keys:
            raise CannotAttackError("the device has no switch to attack on its first page")
        self.switch = str(keys[0])
        return self.switch

    async def turn(self, is_on: bool) -> bool:
        """Switch; tell whether the device confirmed."""
        status, _ = await self.command("turn_on" if is_on else "turn_off", self.switch)
        return status == wire.STATUS_OK

    async def is_on(self) -> bool:
        """Return what the device says of its switch."""
        _, result = await self.command("read", keys=[self.switch])
        return result["values"][self.switch] is True

    async def release(self) -> None:
        """Give the device up, so that it is as it was before the attack."""
        if not self.is_linked:
            await self.connect()
        line = self.link
        line.machine.release(now_ms())
        line.flush()
        await line.until(lambda: [each for each in line.events if each.kind == "released"])
        await self.disconnect()
