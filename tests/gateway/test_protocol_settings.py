"""The protocol's own settings on a real device: changed by deployments, and nobody is locked out (FIG 7)."""

from typing import Any

import pytest

from .kit import ANN, SERIAL, Bench, Proxy, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.deployment_errors import (
    ConfirmationNeeded,
    NoTrial,
    SettingUnknown,
)
from custom_components.iot_secure_gateway.gateway.deployment_events import (
    DeploymentLost,
    DeploymentRefused,
    SettingsTold,
)
from custom_components.iot_secure_gateway.gateway.deployment_records import Lack
from custom_components.iot_secure_gateway.gateway.device import Device
from iotsg_device import addresses
from iotsg_device.deployment import TRIAL_MS

OWN = "127.0.0.1"


async def claimed(rig: Rig, bench: Bench, port: int | None = None) -> Device:
    """Claim the device and learn what it can be set to."""
    device = await rig.claimed(bench, port)
    await rig.gateway.deployments.refresh(SERIAL, ANN)
    return device


async def switch_to(rig: Rig, *, is_confirmed: bool = False, **values: object) -> bool:
    """Give the device settings by a deployment made for that."""
    await rig.gateway.deployments.put(SERIAL, "now", values, ANN)
    return await rig.gateway.deployments.activate(SERIAL, "now", ANN, is_confirmed=is_confirmed)


def allowed(bench: Bench) -> list[str]:
    return [addresses.text(one) for one in bench.device.core.memory.bindings[0].addresses]


def is_on_trial(bench: Bench) -> bool:
    return any(key[:1] == b"U" for key in bench.store.keys())  # noqa: SIM118 - no dict


async def cut_power(bench: Bench, device: Device) -> None:
    """Start the device from what its flash holds now, as if it had never been stopped in order."""
    flash = dict(bench.store._values)
    bench.device.driver.stop()  # nothing more is said; what it writes in order is thrown away
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    bench.store._values = flash
    await bench.start()
    await until(device, lambda: device.is_connected or device.problem is not None)


# --- persistence ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("key", ["persistence", "data_persistence"])
async def test_a_power_cut_after_any_change_of_persistence_passes_for_no_copy(
    rig: Rig, bench: Bench, key: str
) -> None:
    device = await claimed(rig, bench)
    for kind in ("checkpoint", "always", "checkpoint", "always"):
        values: dict[str, Any] = {key: kind}
        await switch_to(rig, **values)
        assert bench.device.deployment[key] == kind
        await cut_power(bench, device)  # at once
        await until(device, lambda: device.is_connected)
        for number in range(5):
            await rig.turn(number % 2 == 0)
        await cut_power(bench, device)  # and after sessions that a checkpoint does not know of
        await until(device, lambda: device.is_connected)
        assert device.problem is None
        assert await rig.turn(True) == {"values": {"relay": True}}


@pytest.mark.parametrize("sequence", ["G", "GD", "GDG", "GDGD"])
async def test_a_cut_of_the_line_and_the_power_while_it_is_changed_passes_for_no_copy(
    rig: Rig, bench: Bench, proxy: Proxy, sequence: str
) -> None:
    device = await claimed(rig, bench, proxy.port)
    await switch_to(rig, persistence="checkpoint")
    for number in range(5):
        await rig.turn(number % 2 == 0)
    await bench.hush()
    proxy.arm(sequence, deliver=True)
    await switch_to(rig, persistence="always")
    await cut_power(bench, device)
    await soon(lambda: rig.gateway.deployments.of(SERIAL).in_force == "now")
    assert device.problem is None
    assert bench.device.core.memory.checkpoints[0] is False
    assert await rig.turn(True) == {"values": {"relay": True}}


# --- addresses of the gateway ----------------------------------------------------------------------------
async def test_owner_allows_another_address_and_the_device_keeps_it_once_it_was_reached(
    rig: Rig, bench: Bench
) -> None:
    await claimed(rig, bench)
    assert allowed(bench) == [OWN]
    with pytest.raises(ConfirmationNeeded):
        await switch_to(rig, gateway_addresses=f"{OWN}, 192.0.2.9")
    assert await switch_to(rig, gateway_addresses=f"{OWN}, 192.0.2.9", is_confirmed=True)
    await soon(lambda: not is_on_trial(bench))
    assert allowed(bench) == [OWN, "192.0.2.9"]
    assert rig.gateway.deployments.of(SERIAL).in_force == "now"
    await rig.gateway.deployments.refresh(SERIAL, ANN)
    assert rig.gateway.deployments.of(SERIAL).in_force == "now", "told in the same form"


async def test_a_gateway_that_the_new_addresses_shut_out_gets_in_again_by_itself(
    rig: Rig, bench: Bench
) -> None:
    device = await claimed(rig, bench)
    await switch_to(rig, gateway_addresses="192.0.2.9", is_confirmed=True)
    await soon(lambda: not is_on_trial(bench))
    await until(device, lambda: device.is_connected)
    assert OWN in allowed(bench), "over a link that may say nothing else"
    await soon(lambda: bool(rig.seen(DeploymentLost)))
    assert rig.gateway.deployments.of(SERIAL).in_force is None, "and it is told"


async def test_a_strict_device_takes_wrong_addresses_back_when_its_gateway_stays_away(
    rig: Rig, bench: Bench
) -> None:
    device = await claimed(rig, bench)
    await switch_to(rig, gateway_addresses="192.0.2.9", ip_recovery="strict", is_confirmed=True)
    await until(device, lambda: not device.is_connected)
    assert allowed(bench) == ["192.0.2.9"]
    await cut_power(bench, device)  # a start does not help either way
    assert not device.is_connected
    on_trial: Any = bench.device.deployment
    on_trial._trial_until = TRIAL_MS
    on_trial.tick(TRIAL_MS)
    assert allowed(bench) == [OWN]
    assert bench.device.deployment["ip_recovery"] == "authenticated"
    await until(device, lambda: device.is_connected)
    await soon(lambda: bool(rig.seen(DeploymentLost)))
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_a_device_that_was_released_while_on_trial_is_claimed_anew_from_anywhere(
    rig: Rig, bench: Bench
) -> None:
    await claimed(rig, bench)
    await rig.gateway.deployments.put(SERIAL, "now", {"gateway_addresses": f"192.0.2.9,{OWN}"}, ANN)
    desk: Any = bench.device.deployment
    plan = {"values": {"gateway_addresses": f"192.0.2.9,{OWN}"}}
    assert desk.check("set_settings", plan) is None
    desk.execute("set_settings", plan)
    assert is_on_trial(bench)
    await rig.gateway.release(SERIAL, ANN)
    await rig.claimed(bench)
    bench.device.deployment.tick(0)
    bench.device.deployment.tick(TRIAL_MS)
    assert allowed(bench) == [OWN]
    assert await rig.turn(True) == {"values": {"relay": True}}


# --- what the factory fixed --------------------------------------------------------------------------------
async def test_what_the_factory_fixed_is_refused_and_shown_as_such(rig: Rig, bench: Bench) -> None:
    await claimed(rig, bench)
    with pytest.raises(SettingUnknown):  # the bench's factory says where it pings to
        await switch_to(rig, ping_to="broadcast")
    facts = rig.gateway.deployments.factory(SERIAL)
    assert "ping_to" in facts
    assert "persistence" not in facts
    assert facts["mode"] == "0"
    with pytest.raises(SettingUnknown):
        await switch_to(rig, mode=1)


# --- firmware that is too old ------------------------------------------------------------------------------
RISKY = (
    b'{"page":0,"pages":1,"settings":[{"key":"ip_recovery","name":"R","type":"choice",'
    b'"options":["authenticated","strict"],"default":"authenticated","value":"authenticated",'
    b'"risky":true}]%s}'
)


async def test_a_device_that_would_not_take_it_back_is_never_set_to_what_could_lock_out(
    rig: Rig, bench: Bench
) -> None:
    bench.lies["settings"] = RISKY % b""
    await claimed(rig, bench)
    assert rig.gateway.deployments.of(SERIAL).lacks is Lack.TRIAL
    assert rig.seen(SettingsTold)[-1] == SettingsTold(serial=SERIAL, lacks=Lack.TRIAL)
    with pytest.raises(NoTrial) as told:
        await switch_to(rig, ip_recovery="strict", is_confirmed=True)
    assert told.value.placeholders == {"settings": "R"}
    assert bench.device.deployment["ip_recovery"] == "authenticated"
    await rig.restart()
    assert rig.gateway.deployments.of(SERIAL).lacks is Lack.TRIAL, "also while it is away"
    device = await rig.gateway.attach(SERIAL, OWN, bench.port)
    await until(device, lambda: device.is_connected)
    bench.lies["settings"] = RISKY % b',"trial":300'
    await rig.gateway.deployments.refresh(SERIAL, ANN)
    assert rig.seen(SettingsTold)[-1].lacks is None
    assert await rig.gateway.deployments.activate(SERIAL, "now", ANN, is_confirmed=True)


async def test_a_device_that_lost_its_settings_with_its_firmware_is_told(
    rig: Rig, bench: Bench
) -> None:
    device = await claimed(rig, bench)
    await rig.gateway.deployments.put(SERIAL, "away", {"ip_recovery": "strict"}, ANN)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    await rig.gateway.deployments.activate(SERIAL, "away", ANN, is_confirmed=True)
    bench.lies["settings"] = (2, b'{"error":"unknown command"}')
    await bench.start()
    await soon(lambda: bool(rig.seen(DeploymentRefused)))
    assert rig.seen(SettingsTold)[-1].lacks is Lack.SETTINGS
    assert rig.seen(DeploymentRefused)[0].code == "settings_unknown"
    await rig.gateway.release(SERIAL, ANN)
    assert rig.seen(SettingsTold)[-1].lacks is None, "what is gone lacks nothing"
