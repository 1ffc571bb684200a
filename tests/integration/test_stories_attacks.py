"""US8: an attacker on the LAN, with the attacker kit over real sockets, as the people of the house see it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
import time
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_mock_service
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.core import Context, Event, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component

from ..gateway.kit import soon
from .house import House, VirtualDevice
from .phone import Phone, Phones
from .test_rows import row_for
from .test_threats import choose
from .visitor import visit
from custom_components.iot_secure_gateway.alarms import ALARM_NAME
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.monitoring import (
    AlarmAction,
    Conduct,
    Scope,
    ScopeKind,
)
from custom_components.iot_secure_gateway.policy.monitoring_changes import put_conduct
from iotsg_device.entities.alarms import Siren
from simulator import attack
from simulator.attacks.options import Options
from simulator.attacks.taps import Tap
from simulator.attacks.wires import connect, read_all

HOST = "127.0.0.1"
OTHER_HOST = "127.0.0.9"
LINK_INIT = b"\x00\x41\x01" + bytes(range(64))  # a frame of a link, without the key
WITHIN_S = 2.0  # from the packet to what is told of it
HEARD_S = 20.0  # bound of everything that is waited for on a busy machine


@dataclass
class Home:
    """The house under attack: what it told, and when."""

    house: House
    lamp: VirtualDevice
    siren: list[dict[str, Any]]
    tap: Tap
    phone: Phone
    told: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    automated: list[Any] = field(default_factory=list)

    @callback
    def note(self, event: Event) -> None:
        """A threat was told to automations."""
        self.told.append((time.monotonic(), dict(event.data)))

    async def threat(self, detection: str, since: float) -> dict[str, Any]:
        """Wait for what is made of an attack; it is told in time."""

        def found() -> tuple[float, dict[str, Any]] | None:
            return next(
                (one for one in self.told if one[1]["detection"] == detection and one[0] >= since),
                None,
            )

        await self.house.until(lambda: found() is not None)
        one = found()
        assert one is not None
        assert one[0] - since <= WITHIN_S
        return one[1]

    async def message(self, level: str) -> dict[str, Any]:
        """Wait for a message of that level on the phone."""
        while True:
            told = await self.phone.received()
            if told["message"].startswith(f"{level.capitalize()}: "):
                return told

    @property
    def gateway_ping(self) -> tuple[str, int]:
        """Where the gateway listens for pings."""
        return HOST, self.house.ping_port


@pytest.fixture
async def home(
    house: House,
    owner: MockUser,
    fast_gateway: object,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
) -> AsyncIterator[Home]:
    """A lamp behind a tap on the wire, a siren that alarms set off, and Olivia's phone."""
    await house.add_gateway()
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    phone = await phones.phone(owner, "Olivias phone")
    rung: list[dict[str, Any]] = []
    await house.claimed_device(
        owner, "BELL-1", name="Bell", entities=[Siren("siren", "Siren", rung.append)]
    )
    lamp = await house.device("LAMP-1")
    tap = Tap(HOST, lamp.port, (HOST, 0))
    added = await house.add_device(lamp, owner, port=await tap.start())
    assert added["type"] is FlowResultType.CREATE_ENTRY
    await house.known()
    await ring_the_bell(house, owner, hass_ws_client)
    home = Home(house, lamp, rung, tap, phone)
    home.automated = async_mock_service(house.hass, "test", "told")
    trigger = {"trigger": "event", "event_type": f"{DOMAIN}_threat"}
    assert await async_setup_component(
        house.hass,
        AUTOMATION,
        {AUTOMATION: {"triggers": trigger, "actions": {"action": "test.told"}, "mode": "queued"}},
    )
    house.hass.bus.async_listen(f"{DOMAIN}_threat", home.note)
    yield home
    await tap.stop()


async def ring_the_bell(house: House, owner: MockUser, websocket: WebSocketGenerator) -> None:
    """Have alarms about the lamp ring the bell."""
    bell = house.entity_id("siren", "BELL-1-siren")
    await choose(house, owner, alarms=(AlarmAction(action="siren.turn_on", entity_id=bell),))
    page = await visit(house, websocket, owner)
    await page.call(
        "add_row",
        row={
            **row_for(owner, commands={"groups": ["control"]}),
            "users": {"integrations": [ALARM_NAME]},
            "devices": {"serials": ["BELL-1"]},
        },
    )


async def knock(home: Home, *frames: bytes, source: str | None = None) -> None:
    """Send something to the device past the gateway, and wait until it hangs up."""
    reader, writer = await connect(HOST, home.lamp.port, source)
    try:
        writer.write(b"".join(frames))
        await read_all(reader, HEARD_S)
    finally:
        writer.close()


async def replay_of_a_link(home: Home) -> None:
    await knock(home, *home.tap.recordings[-1].frames)


async def replay_of_the_third_leg(home: Home) -> None:
    """On the living link, where its keys still hold."""
    recording = home.tap.recordings[-1]
    recording.inject(recording.frames[-1])


async def no_gateway(home: Home) -> None:
    await knock(home, LINK_INIT)


async def no_gateway_from_elsewhere(home: Home) -> None:
    await knock(home, LINK_INIT, source=OTHER_HOST)


async def no_device(home: Home) -> None:
    options = Options(home.gateway_ping, serial="LAMP-1", seconds=1.0)
    report = await attack.attack("fake-device", options, lambda text: None)
    assert report.is_defended


Attack = Callable[[Home], Awaitable[None]]
ATTACKS: dict[str, tuple[Attack, str, str]] = {
    "the third leg is replayed": (replay_of_the_third_leg, "malformed", "medium"),
    "a whole link is replayed": (replay_of_a_link, "malformed", "medium"),
    "poses as the gateway": (no_gateway, "spoofed_gateway", "high"),
    "comes from another address": (no_gateway_from_elsewhere, "spoofed_gateway", "high"),
    "poses as the device": (no_device, "spoofed_device", "high"),
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_an_attacker_without_the_key_is_noticed_in_time_and_nothing_executes(
    home: Home, owner: MockUser, name: str
) -> None:
    attacks, detection, level = ATTACKS[name]
    house, mine = home.house, Context(user_id=owner.id)
    await house.switch("turn_on", mine)
    await house.switch("turn_off", mine)
    done = list(home.lamp.switched)
    since = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(_run(attacks, home))
        threat = await home.threat(detection, since)
        assert threat["level"] == level
        assert "suspend" not in threat["responses"], "a stranger must not switch the lamp off"
        if level == "high":
            await house.until(lambda: house.state("siren", "BELL-1-siren") == "on")
            assert home.siren
        await home.message(level)
    await house.known()
    assert home.lamp.switched == done
    await house.switch("turn_on", mine)
    assert home.lamp.switched == [*done, True]
    assert home.automated


async def _run(attacks: Attack, home: Home) -> None:
    await attacks(home)


async def test_a_device_that_alters_what_it_echoes_is_cut_off_until_its_owner_says_so(
    home: Home, owner: MockUser
) -> None:
    """Proven with its own key: another command, another DSID, another GSID."""
    house = home.house
    lines: list[str] = []
    options = Options(home.gateway_ping, seconds=HEARD_S)
    async with asyncio.TaskGroup() as group:
        attacking = group.create_task(attack.attack("altered-echo", options, lines.append))
        await soon(lambda: any("claim it: code" in line for line in lines))
        code = next(line for line in lines if "claim it: code" in line).split("code ISG1:")[1]
        serial, password = code.split(":")
        await soon(lambda: serial in house.gateway.discovered)
        port = house.gateway.discovered[serial].port
        hostile = VirtualDevice(serial)
        result = await house.add_device(hostile, owner, password=password, port=port)
        assert result["type"] is FlowResultType.CREATE_ENTRY
        await everywhere(house, owner)
        for detection in ("command_altered", "identifier_wrong", "identifier_wrong"):
            await house.known(serial)
            await _lied_to(home, owner, serial, detection)
    assert attacking.result().is_defended, "\n".join(lines)


async def _lied_to(home: Home, owner: MockUser, serial: str, detection: str) -> None:
    """Press the switch of the hostile device; then connect it again from the phone."""
    house, since = home.house, time.monotonic()
    with pytest.raises(HomeAssistantError):
        await house.switch("turn_on", Context(user_id=owner.id), serial)
    threat = await home.threat(detection, since)
    assert (threat["level"], "suspend" in threat["responses"]) == ("high", True)
    told = await home.message("high")
    titles = [one["title"] for one in told["data"]["actions"]]
    assert titles == ["Connect it again", "Keep it apart"]
    await house.until(lambda: house.state("siren", "BELL-1-siren") == "on")
    await home.phone.press(told, "Connect it again")
    await house.until(lambda: house.state("siren", "BELL-1-siren") == "off")


async def everywhere(house: House, owner: MockUser, **conduct: Any) -> None:
    """Have the bell ring for each device of Olivia."""
    bell = house.entity_id("siren", "BELL-1-siren")
    wanted = Conduct(
        made_by=owner.id,
        scope=Scope(kind=ScopeKind.ALL),
        alarms=(AlarmAction(action="siren.turn_on", entity_id=bell),),
        **conduct,
    )
    await house.gateway.safeguards.change(
        lambda policy: put_conduct(
            policy,
            house.gateway.permissions.state,
            wanted,
            is_administrator=False,
            revision=policy.revision,
        ),
        User(id=owner.id),
        "put_conduct",
    )


async def test_detect_only_tells_all_and_does_nothing(home: Home, owner: MockUser) -> None:
    await choose(home.house, owner, is_detect_only=True)
    since = time.monotonic()
    await no_gateway(home)
    threat = await home.threat("spoofed_gateway", since)
    assert (threat["level"], threat["responses"]) == ("high", ["log", "report"])
    assert (await home.phone.received())["message"].startswith("High: ")
    assert home.siren == []
