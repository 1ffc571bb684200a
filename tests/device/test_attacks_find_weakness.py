"""The attacker kit calls broken what is broken: each attack against an end without the check it tries."""

import asyncio
from typing import Any

import pytest
from tools.provision import claim_text

from ..gateway.kit import ANN, HOST, PASSWORD, Bench, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.errors import GatewayError
from custom_components.iot_secure_gateway.protocol import gateway_link as gateway_end, wire
from custom_components.iot_secure_gateway.protocol.gateway_phases import OPENED
from isg_protocol import device_link, device_memory, link as link_of_device, noise, records
from isg_protocol.errors import RecordError
from simulator import attack
from simulator.attacks import wires
from simulator.attacks.options import Options
from simulator.attacks.report import Report

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait no longer for the end of a link that a weak end does not end."""
    monkeypatch.setattr(wires.Wire.ended, "__defaults__", (2.0,))


async def attacked(name: str, bench: Bench) -> Report:
    """Attack a device in this process, whose checks a test may take out."""
    await bench.start()
    try:
        code = claim_text(bench.serial, PASSWORD)
        options = Options((HOST, bench.port), code=code, count=20, seconds=3)
        return await attack.attack(name, options, lambda line: None)
    finally:
        await bench.stop()


@pytest.mark.parametrize("name", ["swapped-dsid", "other-address", "replay"])
async def test_a_sound_device_is_called_sound(name: str) -> None:
    assert (await attacked(name, Bench(claim_from="any"))).is_defended


async def test_a_device_that_compares_no_identifiers_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def on_commit(self: Any, record: bytes, now_ms: int) -> None:
        gsid, dsid, command = records.decode_session(record, self._gsid_size)
        self._execute(gsid, dsid, command, now_ms)

    monkeypatch.setitem(device_link._HANDLERS, wire.COMMIT, on_commit)
    report = await attacked("swapped-dsid", Bench(claim_from="any"))
    assert any("COMMIT with a DSID that nobody sent" in line for line in report.broken)
    assert any("COMMIT with another command" in line for line in report.broken)
    assert any("the switch is off as before" in line for line in report.broken)


@pytest.mark.usefixtures("impatient")
async def test_a_device_that_checks_no_address_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Everywhere(list[bytes]):
        def __contains__(self, address: object) -> bool:
            return True

    honest = device_memory.DeviceMemory.save_binding

    def save_binding(self: Any, binding: Any) -> None:
        honest(self, binding)
        binding.addresses = Everywhere(binding.addresses)

    monkeypatch.setattr(device_memory.DeviceMemory, "save_binding", save_binding)
    report = await attacked("other-address", Bench(claim_from="any"))
    assert any("with the stolen key" in line for line in report.broken)


@pytest.mark.usefixtures("impatient")
async def test_a_device_that_takes_records_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgiving(noise.RecordCipher):
        """Drops what does not open instead of ending the link."""

        def open(self, sealed: bytes, aad: bytes = b"") -> bytes:
            try:
                return super().open(sealed, aad)
            except RecordError:
                return bytes((wire.KEEPALIVE,))

    class WeakNoise:
        RecordCipher = Forgiving
        LINK_NAME = noise.LINK_NAME
        Handshake = noise.Handshake

    monkeypatch.setattr(link_of_device, "noise", WeakNoise)
    report = await attacked("replay", Bench(claim_from="any"))
    assert "the device ends a link on which a record comes twice" in report.broken


async def test_a_gateway_that_commits_whatever_is_echoed_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def on_echo(self: Any, record: bytes, now_ms: int) -> None:
        gsid, _, command = records.decode_session(record, self.commands._gsid_size)
        if gsid == self.commands._cache.provisional_opener:
            self.commands._command = command
        self.commands.on_echo(record, now_ms)

    monkeypatch.setitem(gateway_end._HANDLERS, (OPENED, wire.ECHO), on_echo)
    rig = Rig()
    await rig.start()
    lines: list[str] = []
    try:
        await rig.gateway._pings.start(0, HOST)
        port = rig.gateway.ping_port
        assert port is not None
        running = asyncio.create_task(
            attack.attack("altered-echo", Options((HOST, port), seconds=3), lines.append)
        )
        await soon(lambda: bool(rig.gateway.discovered and lines))
        serial, seen = next(iter(rig.gateway.discovered.items()))
        password = next(line for line in lines if "ISG1:" in line).rsplit(":", 1)[1]
        await rig.claim(serial, seen.port, password=password)
        device = rig.gateway.devices[serial]
        await until(device, lambda: device.is_connected and "relay" in device.values)
        with pytest.raises(GatewayError):
            await rig.gateway.execute(ANN, serial, "turn_on", entity="relay")
        await soon(lambda: any("BROKEN" in line for line in lines))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    finally:
        await rig.stop()
    assert (
        "BROKEN: an echo with another command is never committed (the gateway says COMMIT)" in lines
    )
