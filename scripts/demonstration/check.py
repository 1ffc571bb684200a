"""The demonstration without a person: every step through Home Assistant's REST and websocket interfaces."""

from contextlib import AsyncExitStack
from pathlib import Path

from .client import Client, Json
from .devices import back_after_cut, cut_power_after_echo, switched
from .errors import DemonstrationError
from .flows import default_of, error_text, open_card, submit
from .home import DOMAIN
from .lamps import STATE_SECONDS, Lamp, find_lamp
from .stage import Stage
from .steps import Step, run_steps
from simulator import fleet

DISCOVERY_SECONDS = 20.0
READING_SECONDS = 40.0  # values are asked for every 30 s
# Well-formed, so that it is the device that says no, and not the form.
WRONG_PASSWORD = "AAAA-BBBB-CCCC-DDDD-EEEE"
# What a command may say whose device died before it saw the COMMIT; never that it was carried out.
CUT_ANSWERS = ("outcome_unknown", "not_executed")


class Check:
    """The steps share a stage, the owner's connection and the lamps."""

    def __init__(self, stage: Stage, connections: AsyncExitStack) -> None:
        self._stage = stage
        self._connections = connections
        self._client: Client | None = None
        self._cards: dict[str, Json] = {}
        self._lamps: list[Lamp] = []
        self._first_readings: list[float] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return (
            ("Home Assistant runs, with an owner and a second user", self._home_runs),
            ("the gateway is set up by its form", self._gateway_added),
            ("both devices are discovered", self._discovered),
            ("a wrong password is refused", self._wrong_password),
            ("both devices are claimed", self._claimed),
            ("on", self._on),
            ("off", self._off),
            ("the reading arrives", self._reading),
            ("the second user is refused, with the reason", self._second_refused),
            ("each device is killed between ECHO and COMMIT", self._killed),
            ("the next command works", self._next_command),
            ("Home Assistant is restarted, and everything works again", self._restarted),
            (
                "Home Assistant is killed after a command, and everything works again",
                self._home_killed,
            ),
            ("the reading has risen: the lamps were on meanwhile", self._warmed),
            ("no secret in logs and settings, no error logged", self._clean),
            ("everything ends when it is told to", self._ended),
        )

    @property
    def client(self) -> Client:
        """The owner's connection."""
        if self._client is None:
            raise DemonstrationError("not connected")
        return self._client

    async def _home_runs(self) -> str:
        await self._stage.start_home()
        await self._connect()
        people = self._stage.people
        return f"{self._stage.home.address}, {people.owner.name} and {people.second.name}"

    async def _gateway_added(self) -> str:
        await self._stage.start_gateway()
        return f"listens for announcements on UDP port {self._stage.ping_port}"

    async def _discovered(self) -> str:
        await self._stage.devices.start()
        titles = []
        for device in self._stage.devices.all:
            card = await self.client.until(
                f"{device.serial} is discovered",
                lambda serial=device.serial: self._card_of(serial),  # type: ignore[misc]
                DISCOVERY_SECONDS,
            )
            self._cards[device.serial] = card
            titles.append(f"card: {card['context']['title_placeholders']['name']}")
        return "\n".join(titles)

    async def _wrong_password(self) -> str:
        texts = []
        for device in self._stage.devices.all:
            flow_id = self._cards[device.serial]["flow_id"]
            form = await open_card(self.client, flow_id)
            answer = await submit(
                self.client,
                flow_id,
                {"password": WRONG_PASSWORD, "owner": default_of(form, "owner")},
            )
            if "wrong_password" not in (answer.get("errors") or {}).values():
                raise DemonstrationError(f"expected wrong_password, got {answer.get('errors')}")
            texts.append(await error_text(self.client, answer))
        if len(await self.client.command("config_entries/get", domain=DOMAIN)) != 1:
            raise DemonstrationError("something was stored in spite of the wrong password")
        return "\n".join(f"“{text}”" for text in dict.fromkeys(texts))

    async def _claimed(self) -> str:
        for device in self._stage.devices.all:
            flow_id = self._cards[device.serial]["flow_id"]
            form = await open_card(self.client, flow_id)
            answer = await submit(
                self.client,
                flow_id,
                {"password": device.facts()["password"], "owner": default_of(form, "owner")},
            )
            if answer["type"] != "create_entry":
                raise DemonstrationError(
                    f"{device.serial} was not claimed: {await error_text(self.client, answer)}"
                )
            lamp = await find_lamp(self.client, device, answer["result"]["entry_id"])
            await lamp.until_connected(self.client)
            self._lamps.append(lamp)
        return "\n".join(f"{lamp.name}: {lamp.switch}, {lamp.sensor}" for lamp in self._lamps)

    async def _on(self) -> str:
        return await self._turn_all("on")

    async def _off(self) -> str:
        return await self._turn_all("off")

    async def _reading(self) -> str:
        for lamp in self._lamps:
            self._first_readings.append(await lamp.reading(self.client, seconds=STATE_SECONDS))
        return "\n".join(
            f"{lamp.name}: {reading} °C"
            for lamp, reading in zip(self._lamps, self._first_readings, strict=True)
        )

    async def _warmed(self) -> str:
        """The lamps are on since the last command, and the model of the room warms."""
        told = []
        for lamp, first in zip(self._lamps, self._first_readings, strict=True):
            reading = await lamp.reading(self.client, above=first, seconds=READING_SECONDS)
            told.append(f"{lamp.name}: {reading} °C")
        return "\n".join(told)

    async def _second_refused(self) -> str:
        texts = []
        async with await self._stage.as_second() as second:
            for lamp in self._lamps:
                refusal = await lamp.refused(second, "on")
                owner = self._stage.people.owner.name
                if refusal.translation_key != "refused_not_owner" or owner not in refusal.message:
                    raise DemonstrationError(f"refused, but not with the reason: {refusal}")
                texts.append(f"“{refusal.message}”")
                status, _ = await second.rest(
                    "POST", "services/switch/turn_on", {"entity_id": lamp.switch}
                )
                if status != 400 or switched(lamp.device)[-1] != "off":
                    raise DemonstrationError(f"REST answered {status}, expected 400 and no effect")
        return "\n".join(texts)

    async def _killed(self) -> str:
        told = []
        for lamp in self._lamps:
            boots = lamp.device.boots
            cut_power_after_echo(lamp.device)
            refusal = await lamp.refused(self.client, "on")
            if refusal.translation_key not in CUT_ANSWERS:
                raise DemonstrationError(f"{lamp.name}: unexpected answer: {refusal}")
            await back_after_cut(lamp.device, boots)
            told.append(f"{lamp.name}: “{refusal.message}”")
        return "\n".join(told)

    async def _next_command(self) -> str:
        for lamp in self._lamps:
            await lamp.until_connected(self.client)
            if switched(lamp.device)[-1] != "off":
                raise DemonstrationError(f"{lamp.name}: the command that was cut took effect")
        return await self._turn_all("on")

    async def _restarted(self) -> str:
        code = await self._stage.home.stop()
        if code != 0:
            raise DemonstrationError(f"Home Assistant ended with code {code}")
        return await self._works_again("off")

    async def _home_killed(self) -> str:
        await self._turn_all("on")
        await self._stage.home.kill()
        return await self._works_again("off")

    async def _clean(self) -> str:
        folder = self._stage.home.folder
        devices = self._stage.devices.all
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "custom_components" not in path.parts:
                _search(path, devices)
        for log in (folder / "home-assistant.log.1", folder / "home-assistant.log"):
            for line in log.read_text(errors="replace").splitlines() if log.exists() else ():
                if f"[custom_components.{DOMAIN}" in line and " ERROR " in line:
                    raise DemonstrationError(f"logged: {line[:300]}")
        return ""

    async def _ended(self) -> str:
        pids = [device.pid for device in self._stage.devices.all]
        await self._disconnect()
        await self._stage.stop()
        alive = [pid for pid in pids if pid is not None and Path(f"/proc/{pid}").exists()]
        if alive:
            raise DemonstrationError(f"still running: {alive}")
        return ""

    def _card_of(self, serial: str) -> Json | None:
        for flow in self.client.flows.values():
            if flow["handler"] == DOMAIN and flow["context"].get("unique_id") == serial:
                return flow
        return None

    async def _connect(self) -> None:
        self._client = await self._connections.enter_async_context(await self._stage.as_owner())
        await self.client.watch_states()
        await self.client.watch_flows()

    async def _disconnect(self) -> None:
        self._client = None
        await self._connections.aclose()

    async def _turn_all(self, word: str) -> str:
        for lamp in self._lamps:
            await lamp.turn(self.client, word)
        return "\n".join(f"{lamp.name}: {word}, and so says the relay" for lamp in self._lamps)

    async def _works_again(self, word: str) -> str:
        await self._disconnect()
        await self._stage.restart_home()
        await self._connect()
        for lamp in self._lamps:
            await lamp.until_connected(self.client)
            await self.client.until_state(
                lamp.switch, "off" if word == "on" else "on", STATE_SECONDS
            )
        return await self._turn_all(word)


def _search(path: Path, devices: tuple[fleet.VirtualDevice, ...]) -> None:
    """Raise when a device's password stands in a file, as it is printed or as it is meant."""
    content = path.read_bytes()
    for device in devices:
        for secret in (device.password, device.facts()["password"]):
            if secret.encode() in content:
                raise DemonstrationError(f"the password of {device.serial} stands in {path.name}")


async def check(stage: Stage) -> bool:
    """Go through all steps on a fresh stage; ends whatever was started."""
    async with AsyncExitStack() as connections:
        try:
            return await run_steps(Check(stage, connections).steps)
        finally:
            await connections.aclose()
            await stage.stop()
