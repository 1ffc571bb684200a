"""What somebody in the network may try against the demonstration, and how the gateway reacts to it."""

import asyncio
from collections.abc import Awaitable
import tempfile
import time

from .client import Client, Json
from .devices import switched
from .errors import DemonstrationError, RequestRefused
from .flows import default_of, open_card, submit
from .home import DOMAIN
from .lamps import Lamp, find_lamp
from .ports import LOOPBACK
from .stage import Stage
from .steps import Step, run_steps, say
from simulator import fleet
from simulator.attacks import cloned_flash, fake_device, malformed
from simulator.attacks.options import Options
from simulator.attacks.report import Report
from simulator.attacks.wires import connect, read_all

EVENT = f"{DOMAIN}_threat"
DISCOVERY_SECONDS = 30.0
REACTION_SECONDS = 20.0
WATCH_SECONDS = 10.0  # for a person between two attacks
ANSWER_SECONDS = 8.0
CLONE_SECONDS = 60.0
FAKE_SECONDS = 4.0
ALARM_NAME = "iot_secure_gateway_alarm"  # how a row lets alarms switch a device of the gateway


class Attacks:
    """The attacks share a stage, the owner's connection and what the gateway noticed."""

    def __init__(self, stage: Stage, client: Client, *, is_watched: bool) -> None:
        """`is_watched`: somebody looks on, so that there is a pause before each attack."""
        self._stage = stage
        self._client = client
        self._is_watched = is_watched
        self._lamps: list[Lamp] = []
        self._noticed: list[tuple[float, Json]] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        """All of it, in order."""
        return (
            ("both devices have an owner", self._claim),
            ("the second lamp is what an alarm switches on", self._choose_alarm),
            ("somebody without any right presses a switch", self._unauthorised),
            ("a device is sent what no gateway would send", self._malformed),
            ("something announces itself as a device of this home", self._fake_device),
            ("a copy of a device's flash runs beside it", self._clone),
        )

    async def _claim(self) -> str:
        client = self._client
        await client.watch_states()
        await client.watch_flows()
        await client.watch_events(EVENT, self._notice)
        known = {entry["title"]: entry for entry in await self._entries()}
        for device in self._stage.devices.all:
            entry = known.get(_title(device)) or await self._claim_one(device)
            lamp = await find_lamp(client, device, entry["entry_id"])
            await lamp.until_connected(client)
            self._lamps.append(lamp)
        return ", ".join(device.serial for device in self._stage.devices.all)

    async def _entries(self) -> list[Json]:
        entries: list[Json] = await self._client.command("config_entries/get", domain=DOMAIN)
        return entries

    async def _claim_one(self, device: fleet.VirtualDevice) -> Json:
        def card() -> Json | None:
            for flow in self._client.flows.values():
                if flow["handler"] == DOMAIN and flow["context"].get("unique_id") == device.serial:
                    return flow
            return None

        found = await self._client.until(f"{device.serial} is seen", card, DISCOVERY_SECONDS)
        owner = default_of(await open_card(self._client, found["flow_id"]), "owner")
        answer = await submit(
            self._client,
            found["flow_id"],
            {"password": device.password, "owner": owner},
        )
        result: Json = answer["result"]
        return result

    async def _choose_alarm(self) -> str:
        """Choose it for the first lamp, and let alarms switch the second one."""
        first, second = self._stage.devices.all
        policy = await self._client.command(f"{DOMAIN}/monitoring_policy")
        await self._client.command(
            f"{DOMAIN}/set_monitoring_conduct",
            scope={"kind": "device", "id": first.serial},
            revision=policy["revision"],
            alarms=[{"action": "switch.turn_on", "entity_id": self._lamps[1].switch}],
        )
        await self._client.command(
            f"{DOMAIN}/add_row",
            row={
                "effect": "allow",
                "users": {"integrations": [ALARM_NAME]},
                "devices": {"serials": [second.serial]},
                "commands": {"names": ["turn_on"]},
                "times": {"always": True},
                "note": "Alarm of the demonstration",
            },
        )
        return self._lamps[1].switch

    async def _unauthorised(self) -> str:
        async with await self._stage.as_second() as second:
            return await self._react(self._refused(second), "unauthorised_user")

    async def _refused(self, second: Client) -> None:
        try:
            await second.call_service("switch", "turn_on", self._lamps[0].switch)
        except RequestRefused:
            return
        raise DemonstrationError("the second user was not refused")

    async def _malformed(self) -> str:
        device = self._stage.devices.all[0]

        async def send() -> None:
            for _, data in malformed.messages(0)[:6]:
                reader, writer = await connect(device.host, device.port)
                writer.write(data)
                writer.write_eof()
                await read_all(reader, ANSWER_SECONDS)
                writer.close()

        told = await self._react(send(), "malformed")
        return f"{told}\n{await self._alarm_rang()}"

    async def _fake_device(self) -> str:
        victim = self._stage.devices.all[0]
        options = Options(
            (LOOPBACK, self._stage.ping_port), serial=victim.serial, seconds=FAKE_SECONDS
        )
        told = await self._react(fake_device.run(options, _quiet()), "spoofed_device")
        return f"{told}\n{await self._alarm_rang()}"

    async def _alarm_rang(self) -> str:
        """Wait until the alarm has switched the second lamp on, and switch it off for the next one."""
        lamp = self._lamps[1]
        await self._client.until_state(lamp.switch, "on", REACTION_SECONDS)
        if switched(lamp.device)[-1:] != ["on"]:
            raise DemonstrationError("the alarm did not switch the lamp on")
        await lamp.turn(self._client, "off")
        return f"the alarm switched {lamp.switch} on"

    async def _clone(self) -> str:
        """Steal a copy of the flash, let the real device work on, then start the copy."""
        lamp = self._lamps[1]
        with tempfile.TemporaryDirectory() as stolen:
            cloned_flash.copy_flash(lamp.device.folder, stolen)
            for word in ("on", "off"):
                await lamp.turn(self._client, word)
            options = Options(
                (LOOPBACK, self._stage.ping_port), flash=stolen, seconds=CLONE_SECONDS
            )
            return await self._react(cloned_flash.run(options, _quiet()), "copy_suspected")

    # -------------------------------------------------------------------------------------------------
    def _notice(self, event: Json) -> None:
        self._noticed.append((time.monotonic(), event["data"]))

    async def _react(self, attack: Awaitable[None], detection: str) -> str:
        """Attack, and wait until it is noticed; return how grave it was taken and what was done."""
        if self._is_watched:
            await asyncio.sleep(WATCH_SECONDS)
        began, seen = time.monotonic(), len(self._noticed)

        def noticed() -> tuple[float, Json] | None:
            new = self._noticed[seen:]
            return next((one for one in new if one[1]["detection"] == detection), None)

        running = asyncio.ensure_future(attack)
        try:
            at, threat = await self._client.until(
                f"{detection} is noticed", noticed, CLONE_SECONDS + REACTION_SECONDS
            )
        finally:
            await asyncio.gather(running, return_exceptions=True)
        done = ", ".join(threat["responses"])
        return f"{threat['level']}: {detection}, {at - began:.1f} s after the first packet; {done}"


def _title(device: fleet.VirtualDevice) -> str:
    return f"Virtual lamp ({'CPython' if device.interpreter == 'cpython' else 'MicroPython'})"


def _quiet() -> Report:
    return Report(lambda line: None)


async def attack(stage: Stage, *, is_watched: bool) -> bool:
    """Carry out all attacks against a stage that has been started; tell whether each was noticed."""
    async with await stage.as_owner() as client:
        return await run_steps(Attacks(stage, client, is_watched=is_watched).steps)


async def check_attack(stage: Stage) -> bool:
    """Start everything, attack it, end it."""
    try:
        await stage.start()
        say("Everything runs; now somebody in the network begins.")
        return await attack(stage, is_watched=False)
    finally:
        await stage.stop()
