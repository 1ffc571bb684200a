"""The attacker kit against a real gateway: nothing is committed, nobody is believed without proof."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from ..gateway.kit import ANN, HOST, SERIAL, Bench, Rig, soon, until
from .conftest import StartDevice
from custom_components.iot_secure_gateway.gateway.device import Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    ClaimError,
    DeviceOffline,
    DeviceSuspendedByPolicy,
    GatewayError,
    NotExecuted,
)
from custom_components.iot_secure_gateway.gateway.events import (
    Breach,
    CopySuspected,
    PingSuspicious,
)
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.policy.threats import Detection, Level, Response
from custom_components.iot_secure_gateway.protocol import wire
from simulator import attack
from simulator.attacks import cloned_flash
from simulator.attacks.options import Options
from simulator.attacks.report import Report

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    """Return a gateway that listens for pings."""
    rig = Rig()
    await rig.start()
    await rig.gateway._pings.start(0, HOST)
    yield rig
    await rig.stop()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """Return an honest device."""
    bench = Bench()
    await bench.start()
    yield bench
    await bench.stop()


class Attack:
    """An attack that runs while a test does what people do meanwhile."""

    def __init__(self, name: str, rig: Rig, **options: Any) -> None:
        self.lines: list[str] = []
        port = rig.gateway.ping_port
        assert port is not None
        self._running = asyncio.create_task(
            attack.attack(name, Options((HOST, port), **options), self.lines.append)
        )

    async def line(self, words: str) -> str:
        """Wait for a line with these words."""
        await soon(lambda: any(words in line for line in self.lines) or self._running.done())
        return next(line for line in self.lines if words in line)

    async def report(self) -> Report:
        return await asyncio.wait_for(self._running, 60)


async def test_an_altered_echo_is_never_committed(rig: Rig) -> None:
    hostile = Attack("altered-echo", rig, seconds=20)
    code = (await hostile.line("claim it: code ")).split("code ISG1:")[1]
    serial, password = code.split(":")
    await soon(lambda: serial in rig.gateway.discovered)
    port = rig.gateway.discovered[serial].port
    await rig.claim(serial, port, password=password)
    device = rig.gateway.devices[serial]

    def found() -> list[Breach]:
        """Return what the gateway found itself; the device tells of it once more, afterwards."""
        return [breach for breach in rig.seen(Breach) if not breach.is_told]

    for number in range(3):
        while len(found()) == number:  # between two links nothing can be tried
            await until(device, lambda: device.is_connected and "relay" in device.values)
            with pytest.raises((NotExecuted, DeviceOffline)):
                await rig.gateway.execute(ANN, serial, "turn_on", entity="relay")
        # What the device's own key proves suspends it; its owner gives it another chance.
        await until(device, lambda: device.problem is Problem.SUSPENDED_BY_POLICY)
        await until(device, lambda: not device.is_connected)
        with pytest.raises(DeviceSuspendedByPolicy):
            await rig.gateway.execute(ANN, serial, "turn_on", entity="relay")
        await rig.gateway.safeguards.lift(serial, ANN)
    # Of what it is told last the attacker may hear nothing; what was found is known here.
    codes = [wire.COMMAND_MISMATCH, wire.DSID_MISMATCH, wire.GSID_MISMATCH]
    assert [breach.code for breach in found()] == codes
    report = await hostile.report()
    assert report.is_defended, "\n".join(hostile.lines)
    assert len(report.held) == 3
    breaches = found()
    assert [each.code for each in breaches] == [
        wire.COMMAND_MISMATCH,
        wire.DSID_MISMATCH,
        wire.GSID_MISMATCH,
    ]
    assert all(each.is_authenticated for each in breaches)
    threats = [(each.detection, each.level) for each in rig.seen(ThreatSeen)]
    assert threats == [
        (Detection.COMMAND_ALTERED, Level.HIGH),
        (Detection.IDENTIFIER_WRONG, Level.HIGH),
        (Detection.IDENTIFIER_WRONG, Level.HIGH),
    ]


async def test_a_fake_device_is_not_believed_and_the_true_one_goes_on(
    rig: Rig, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    fake = Attack("fake-device", rig, serial=SERIAL, seconds=2)
    await fake.line("posing as")
    await soon(lambda: len(rig.seen(PingSuspicious)) >= 2)
    assert {event.kind for event in rig.seen(PingSuspicious)} == {"wrong_tag", "says_unclaimed"}
    await soon(lambda: len(rig.seen(ThreatSeen)) >= 2)
    assert {(each.detection, each.level) for each in rig.seen(ThreatSeen)} == {
        (Detection.SPOOFED_DEVICE, Level.HIGH),
        (Detection.SAYS_UNCLAIMED, Level.MEDIUM),
    }
    assert all(Response.SUSPEND not in each.responses for each in rig.seen(ThreatSeen))
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert (await fake.report()).is_defended, "\n".join(fake.lines)
    assert device.is_connected
    assert device.port == bench.port
    assert bench.switched == [True]


async def test_a_fake_at_the_place_of_the_device_gets_no_link(rig: Rig, bench: Bench) -> None:
    device = await rig.claimed(bench)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    fake = Attack("fake-device", rig, serial=SERIAL, seconds=2, listen=(HOST, bench.port))
    await fake.line("the first message of a link")
    with pytest.raises((DeviceOffline, NotExecuted)):
        await rig.turn(True)
    assert (await fake.report()).is_defended, "\n".join(fake.lines)
    assert not device.is_connected
    await bench.start()
    await until(device, lambda: device.is_connected)
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert bench.switched == [True]


async def test_who_types_the_password_for_a_fake_gives_nothing_away(rig: Rig, bench: Bench) -> None:
    fake = Attack("fake-device", rig, serial=SERIAL, seconds=3)
    await soon(lambda: SERIAL in rig.gateway.discovered)
    with pytest.raises(ClaimError):
        await rig.claim(SERIAL, rig.gateway.discovered[SERIAL].port)
    await fake.line("its proof of the password")
    assert (await fake.report()).is_defended, "\n".join(fake.lines)
    assert SERIAL not in rig.gateway.devices
    await rig.claimed(bench)
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_a_cloned_flash_is_called_a_copy_and_given_no_command(
    rig: Rig, start_device: StartDevice, tmp_path: Path
) -> None:
    device = await start_device("cpython", ping_to=[f"{HOST}:{rig.gateway.ping_port}"])
    await rig.claim(device.serial, device.port, password=device.password)
    known = rig.gateway.devices[device.serial]
    await until(known, lambda: "relay" in known.values)
    cloned_flash.copy_flash(device.folder, str(tmp_path / "stolen"))
    for command in ("turn_on", "turn_off"):
        await rig.gateway.execute(ANN, device.serial, command, entity="relay")
    clone = Attack("cloned-flash", rig, flash=str(tmp_path / "stolen"), seconds=20)
    report = await clone.report()
    assert report.is_defended, "\n".join(clone.lines)
    await soon(lambda: bool(rig.seen(CopySuspected)))
    assert rig.seen(CopySuspected)[0].serial == device.serial
    await soon(lambda: bool(rig.seen(ThreatSeen)))
    threat = rig.seen(ThreatSeen)[0]
    assert (threat.detection, threat.level) == (Detection.COPY_SUSPECTED, Level.HIGH)
    assert threat.responses >= {Response.SUSPEND, Response.ALARM}
    with pytest.raises(GatewayError):
        await rig.gateway.execute(ANN, device.serial, "turn_on", entity="relay")
    assert cloned_flash.switched(device.folder) == 2
