"""A gateway at an address that its device does not know: told when it is its own, else the owner says."""

from typing import Any

import pytest

from .kit import ANN, BOB, HOST, SERIAL, Bench, Proxy, Rig, soon, until
from custom_components.iot_secure_gateway.gateway import binding_keeper
from custom_components.iot_secure_gateway.gateway.address_recovery import address_text
from custom_components.iot_secure_gateway.gateway.device import Device, Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    NoAddressSeen,
    Refused,
    UnknownDevice,
)
from custom_components.iot_secure_gateway.gateway.events import AddressNotAllowed, AddressRecovered
from custom_components.iot_secure_gateway.gateway.transport import MachineProtocol

STRANGE = b"\xc0\x00\x02\x01"


def forget_address(bench: Bench) -> None:
    """Have the device know another address only."""
    core: Any = bench.device.core
    for binding in core.memory.bindings.values():
        binding.addresses = [STRANGE]
    core._stranger_at_ms = 0


def addresses_of(bench: Bench) -> list[bytes]:
    binding: Any = bench.device.core.memory.bindings[0]
    return list(binding.addresses)


async def behind_a_translation(
    rig: Rig, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> Device:
    """Return a device that sees this gateway at an address which is not the gateway's own."""
    device = await rig.claimed(bench, proxy.port)
    monkeypatch.setattr(MachineProtocol, "local_address", lambda self: b"\xc0\x00\x02\x09")
    forget_address(bench)
    proxy.cut()
    await until(device, lambda: device.problem is Problem.ADDRESS_NOT_ALLOWED)
    return device


async def test_device_that_does_not_know_the_gateways_address_is_told_it(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    device = await rig.claimed(bench, proxy.port)
    forget_address(bench)
    proxy.cut()
    await until(device, lambda: not device.is_connected)
    await until(device, lambda: device.is_connected)
    (recovered,) = rig.seen(AddressRecovered)
    assert recovered.address == HOST
    assert device.observed_address == HOST
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_address_that_is_not_the_gateways_own_is_never_added_but_shown(
    rig: Rig, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await behind_a_translation(rig, bench, proxy, monkeypatch)
    before = proxy.connections
    await soon(lambda: proxy.connections > before + 2)
    assert rig.seen(AddressNotAllowed) == [AddressNotAllowed(serial=SERIAL, address=HOST)]
    assert device.observed_address == HOST
    assert not rig.seen(AddressRecovered)
    assert addresses_of(bench) == [STRANGE]


async def test_owner_allows_the_address_that_the_device_saw(
    rig: Rig, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await behind_a_translation(rig, bench, proxy, monkeypatch)
    with pytest.raises(Refused):
        await rig.gateway.allow_address(SERIAL, BOB)
    await rig.gateway.allow_address(SERIAL, ANN)
    bench.device.core._stranger_at_ms = 0
    await until(device, lambda: device.is_connected)
    assert addresses_of(bench) == [b"\x7f\x00\x00\x01"]
    with pytest.raises(NoAddressSeen):
        await rig.gateway.allow_address(SERIAL, ANN)
    await rig.restart()  # what the owner said holds, should the device forget it again
    forget_address(bench)
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: device.is_connected)
    assert len(rig.seen(AddressNotAllowed)) == 1


async def test_address_is_allowed_for_attached_devices_only(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.gateway.detach(SERIAL)
    with pytest.raises(UnknownDevice):
        await rig.gateway.allow_address(SERIAL, ANN)


async def test_allowed_addresses_are_told_together_and_bounded(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    device = await rig.claimed(bench, proxy.port)
    for last in range(20):
        await rig.gateway._binding_keeper.allow_address(SERIAL, f"192.0.2.{last}")
    assert len(rig.gateway._binding_keeper.addresses(SERIAL)) == binding_keeper.MAX_ALLOWED
    forget_address(bench)
    proxy.cut()
    await until(device, lambda: not device.is_connected)
    await until(device, lambda: device.is_connected)
    told = addresses_of(bench)
    assert told[0] == b"\x7f\x00\x00\x01"
    assert told[1:] == [bytes((192, 0, 2, last)) for last in range(13, 20)]


def test_only_addresses_are_shown_as_such() -> None:
    assert address_text(STRANGE) == "192.0.2.1"
    assert address_text(b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01") == "2001:db8::1"
    assert address_text(b"") is None
