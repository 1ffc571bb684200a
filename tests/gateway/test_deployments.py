"""Deployments: kept by the gateway, switched as a whole on a real device, also one that was away (FIG 7)."""

import asyncio
import json
from typing import Any

import pytest

from .kit import ANN, BOB, SERIAL, Bench, Proxy, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.deployment_errors import (
    ConfirmationNeeded,
    DeploymentChanged,
    InvalidDeployment,
    NoDeployment,
    SettingNotAnOption,
    SettingOutOfRange,
    SettingsUnknown,
    SettingUnknown,
    SettingWrongForm,
    TooManyDeployments,
)
from custom_components.iot_secure_gateway.gateway.deployment_events import (
    DeploymentApplied,
    DeploymentEdited,
    DeploymentLost,
    DeploymentRefused,
    DeploymentWaits,
)
from custom_components.iot_secure_gateway.gateway.deployment_records import (
    MAX_DEPLOYMENTS,
    MAX_PENDING_S,
    DeviceDeployments,
    Pending,
)
from custom_components.iot_secure_gateway.gateway.deployments import Deployments
from custom_components.iot_secure_gateway.gateway.device import Device, Problem
from custom_components.iot_secure_gateway.gateway.errors import (
    CommandFailed,
    DeviceSuspended,
    Refused,
    RefusedByDevice,
    UnknownDevice,
)
from custom_components.iot_secure_gateway.policy import changes
from custom_components.iot_secure_gateway.policy.actors import Automation, Unknown
from custom_components.iot_secure_gateway.protocol import wire
from iotsg_device.deployment import TRIAL_MS

HOME = {"report_interval": 5, "report_log": True}
AWAY = {"report_interval": 60, "fallback_after": 600}


async def with_both(rig: Rig, bench: Bench, port: int | None = None) -> Device:
    """Claim the device for Ann and give it two deployments."""
    device = await rig.claimed(bench, port)
    deployments = rig.gateway.deployments
    await deployments.refresh(SERIAL, ANN)
    await deployments.put(SERIAL, "home", HOME, ANN)
    await deployments.put(SERIAL, "away", AWAY, ANN)
    return device


def on_device(bench: Bench, *keys: str) -> dict[str, Any]:
    return {key: bench.device.deployment[key] for key in keys or (*HOME, *AWAY)}


async def away_from_home(rig: Rig, bench: Bench) -> Device:
    """Have a device that is off."""
    device = await with_both(rig, bench)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    return device


# --- switching ---------------------------------------------------------------------------------------
async def test_switching_sends_all_values_and_is_confirmed(rig: Rig, bench: Bench) -> None:
    await with_both(rig, bench)
    assert rig.gateway.deployments.of(SERIAL).in_force is None
    assert await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    assert on_device(bench) == {"report_interval": 60, "report_log": True, "fallback_after": 600}
    assert rig.gateway.deployments.of(SERIAL).in_force == "away"
    assert rig.seen(DeploymentApplied) == [DeploymentApplied(serial=SERIAL, name="away", actor=ANN)]
    assert await rig.gateway.deployments.activate(SERIAL, "home", ANN)
    assert on_device(bench, "report_interval", "fallback_after") == {
        "report_interval": 5,
        "fallback_after": 600,
    }, "what a deployment does not name stays as it is"
    await rig.restart()
    assert rig.gateway.deployments.of(SERIAL).in_force == "home"
    await bench.stop()
    await bench.start()
    device = await rig.gateway.attach(SERIAL, "127.0.0.1", bench.port)
    await until(device, lambda: device.is_connected)
    assert on_device(bench, "report_interval") == {"report_interval": 5}, "kept by the device"


@pytest.mark.parametrize("actor", [BOB, Automation(entity_id="automation.x"), Unknown()])
async def test_who_may_not_change_settings_changes_no_deployment(
    rig: Rig, bench: Bench, actor: Any
) -> None:
    await with_both(rig, bench)
    before = rig.gateway.deployments.of(SERIAL)
    deployments = rig.gateway.deployments
    for act in (
        deployments.put(SERIAL, "own", AWAY, actor),
        deployments.delete(SERIAL, "away", actor),
        deployments.activate(SERIAL, "away", actor),
        deployments.cancel(SERIAL, actor),
        deployments.refresh(SERIAL, actor),
    ):
        with pytest.raises(Refused):
            await act
    assert deployments.of(SERIAL) == before
    assert on_device(bench, "report_interval") == {"report_interval": 5}


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"report_interval": 0}, SettingOutOfRange),
        ({"report_interval": 3601}, SettingOutOfRange),
        ({"report_interval": "5"}, SettingWrongForm),
        ({"report_interval": True}, SettingWrongForm),
        ({"report_interval": 5.5}, SettingWrongForm),
        ({"report_log": 1}, SettingWrongForm),
        ({"ip_recovery": "never"}, SettingNotAnOption),
        ({"ip_recovery": None}, SettingWrongForm),
        ({"serial": "S-2"}, SettingUnknown),
        ({"colour": "red", "report_interval": 5}, SettingUnknown),
        ({}, InvalidDeployment),
        ({f"k{number}": 1 for number in range(65)}, InvalidDeployment),
    ],
)
async def test_what_the_device_did_not_declare_is_not_kept(
    rig: Rig, bench: Bench, values: dict[str, object], error: type[Exception]
) -> None:
    await with_both(rig, bench)
    before = rig.gateway.deployments.of(SERIAL)
    with pytest.raises(error):
        await rig.gateway.deployments.put(SERIAL, "home", values, ANN)
    assert rig.gateway.deployments.of(SERIAL) == before


@pytest.mark.parametrize("name", ["", " home", "a\nb", "x" * 65, "\u202eemoh"])
async def test_a_name_that_cannot_be_shown_is_refused(rig: Rig, bench: Bench, name: str) -> None:
    await with_both(rig, bench)
    with pytest.raises(InvalidDeployment):
        await rig.gateway.deployments.put(SERIAL, name, HOME, ANN)


async def test_there_is_a_most_of_them(rig: Rig, bench: Bench) -> None:
    await with_both(rig, bench)
    for number in range(MAX_DEPLOYMENTS - 2):
        await rig.gateway.deployments.put(SERIAL, str(number), HOME, ANN)
    with pytest.raises(TooManyDeployments):
        await rig.gateway.deployments.put(SERIAL, "one more", HOME, ANN)
    await rig.gateway.deployments.put(
        SERIAL, "home", AWAY, ANN
    )  # another content is no further one
    await rig.gateway.deployments.delete(SERIAL, "0", ANN)
    await rig.gateway.deployments.put(SERIAL, "one more", HOME, ANN)


async def test_a_deleted_deployment_is_gone_and_the_device_keeps_its_values(
    rig: Rig, bench: Bench
) -> None:
    await with_both(rig, bench)
    await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    await rig.gateway.deployments.delete(SERIAL, "away", ANN)
    record = rig.gateway.deployments.of(SERIAL)
    assert (list(record.deployments), record.active, record.in_force) == (["home"], None, None)
    assert on_device(bench, "report_interval") == {"report_interval": 60}
    for act in (
        rig.gateway.deployments.delete(SERIAL, "away", ANN),
        rig.gateway.deployments.activate(SERIAL, "away", ANN),
    ):
        with pytest.raises(NoDeployment):
            await act


async def test_two_people_do_not_overwrite_each_other(rig: Rig, bench: Bench) -> None:
    await with_both(rig, bench)
    deployments = rig.gateway.deployments
    seen = deployments.of(SERIAL).revision
    both = await asyncio.gather(
        deployments.put(SERIAL, "night", HOME, ANN, revision=seen),
        deployments.put(SERIAL, "night", AWAY, ANN, revision=seen),
        return_exceptions=True,
    )
    assert [type(one) for one in both] == [type(None), DeploymentChanged]
    assert deployments.of(SERIAL).deployments["night"] == HOME
    with pytest.raises(DeploymentChanged):
        await deployments.delete(SERIAL, "night", ANN, revision=seen)


async def test_two_who_switch_at_once_leave_one_whole_deployment(rig: Rig, bench: Bench) -> None:
    await with_both(rig, bench)
    deployments = rig.gateway.deployments
    names = ["away", "home", "away", "home"]
    assert all(await asyncio.gather(*(deployments.activate(SERIAL, name, ANN) for name in names)))
    assert [event.name for event in rig.seen(DeploymentApplied)] == names
    assert deployments.of(SERIAL).in_force == "home"
    assert on_device(bench, "report_interval") == {"report_interval": 5}


# --- a device that is away ---------------------------------------------------------------------------
async def test_a_device_that_was_away_gets_it_when_it_is_back_even_after_a_restart(
    rig: Rig, bench: Bench
) -> None:
    await away_from_home(rig, bench)
    assert not await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    assert rig.seen(DeploymentWaits) == [DeploymentWaits(serial=SERIAL, name="away", actor=ANN)]
    await rig.restart()
    await bench.start()
    await rig.gateway.attach(SERIAL, "127.0.0.1", bench.port)
    await soon(lambda: bool(rig.seen(DeploymentApplied)))
    assert on_device(bench, *AWAY) == AWAY
    record = rig.gateway.deployments.of(SERIAL)
    assert (record.in_force, record.pending) == ("away", None)


async def test_switch_that_waits_in_a_backup_is_not_made_once_more_and_it_is_told(
    rig: Rig, bench: Bench
) -> None:
    """It may have been made since, and the device been switched back."""
    await away_from_home(rig, bench)
    await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    await rig.stop()
    rig.prepare()
    await rig.gateway.start(was_restored=True)
    await rig.restart()
    await bench.start()
    await rig.gateway.attach(SERIAL, "127.0.0.1", bench.port)
    await soon(lambda: bool(rig.seen(DeploymentRefused)))
    told = [(event.code, event.has_waited) for event in rig.seen(DeploymentRefused)]
    assert told == [("deployment_expired", True)]
    assert on_device(bench, "report_interval") == {"report_interval": 5}
    assert rig.gateway.deployments.of(SERIAL).pending is None


async def test_who_lost_the_right_meanwhile_is_refused_at_delivery_and_it_is_told(
    rig: Rig, bench: Bench
) -> None:
    await away_from_home(rig, bench)
    await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    await rig.gateway.permissions.change(lambda state: changes.set_owner(state, SERIAL, BOB.id))
    await bench.start()
    await soon(lambda: bool(rig.seen(DeploymentRefused)))
    refused = DeploymentRefused(
        serial=SERIAL, name="away", actor=ANN, code="refused", has_waited=True
    )
    assert rig.seen(DeploymentRefused) == [refused]
    assert on_device(bench, "report_interval") == {"report_interval": 5}
    assert rig.gateway.deployments.of(SERIAL).pending is None


def test_who_set_off_the_automation_that_asked_is_judged_after_a_restart_too() -> None:
    night = Automation(entity_id="automation.night", starter=BOB)
    pending = Pending(name="away", actor=night, is_confirmed=False, asked_at=1.0)
    stored = json.loads(json.dumps(DeviceDeployments(pending=pending).to_dict()))
    read = DeviceDeployments.from_dict(stored).pending
    assert read is not None
    assert isinstance(read.actor, Automation)
    assert (read.actor, read.actor.starter) == (night, BOB)
    # What an earlier version wrote does not say: then somebody may have, and nobody knows who.
    del stored["pending"]["actor"]["starter"]
    read = DeviceDeployments.from_dict(stored).pending
    assert read is not None
    assert isinstance(read.actor, Automation)
    assert read.actor.starter == Unknown()


async def test_what_waits_can_be_dropped_replaced_or_goes_with_its_deployment_or_person(
    rig: Rig, bench: Bench
) -> None:
    device = await away_from_home(rig, bench)
    deployments = rig.gateway.deployments

    def waits() -> str | None:
        pending = deployments.of(SERIAL).pending
        return pending.name if pending is not None else None

    await deployments.activate(SERIAL, "away", ANN)
    await deployments.activate(SERIAL, "home", ANN)
    assert waits() == "home"
    await deployments.cancel(SERIAL, ANN)
    await deployments.cancel(SERIAL, ANN)  # nothing to drop
    assert waits() is None
    await deployments.activate(SERIAL, "away", ANN)
    await deployments.delete(SERIAL, "home", ANN)
    assert waits() == "away"
    await deployments.forget_user(BOB.id)
    assert waits() == "away"
    await deployments.forget_user(ANN.id)
    assert waits() is None
    await deployments.activate(SERIAL, "away", ANN)
    await deployments.delete(SERIAL, "away", ANN)
    assert waits() is None
    edits = [(event.name, event.act) for event in rig.seen(DeploymentEdited)]
    assert edits == [
        ("home", "put"),
        ("away", "put"),
        ("home", "cancelled"),
        ("home", "deleted"),
        ("away", "deleted"),
    ]
    await bench.start()
    await until(device, lambda: "temp" in device.values)
    assert on_device(bench, "report_interval") == {"report_interval": 5}


async def test_a_switch_does_not_wait_for_ever(rig: Rig, bench: Bench) -> None:
    await away_from_home(rig, bench)
    deployments = rig.gateway.deployments
    await deployments.activate(SERIAL, "away", ANN)
    later = deployments._now() + MAX_PENDING_S + 1
    deployments._now = lambda: later
    await bench.start()
    await soon(lambda: bool(rig.seen(DeploymentRefused)))
    assert rig.seen(DeploymentRefused)[0].code == "deployment_expired"
    assert on_device(bench, "report_interval") == {"report_interval": 5}


async def test_another_firmware_refuses_a_deployment_that_no_longer_fits(
    rig: Rig, bench: Bench
) -> None:
    await away_from_home(rig, bench)
    await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    await bench.start()
    bench.lies["settings"] = (
        b'{"page":0,"pages":1,"settings":[{"key":"report_interval","name":"R","type":"whole",'
        b'"range":[1,9,1],"default":5,"value":5}]}'
    )
    await soon(lambda: bool(rig.seen(DeploymentRefused)))
    assert rig.seen(DeploymentRefused)[0].code == "setting_out_of_range"
    with pytest.raises(SettingUnknown):
        await rig.gateway.deployments.put(SERIAL, "x", {"fallback_after": 60}, ANN)


@pytest.mark.parametrize("sequence", ["G", "GD", "GDG", "GDGD"])
@pytest.mark.parametrize("deliver", [False, True])
async def test_a_cut_at_any_message_ends_with_the_switch_done_once_and_known(
    rig: Rig, bench: Bench, proxy: Proxy, sequence: str, deliver: bool
) -> None:
    await with_both(rig, bench, proxy.port)
    await bench.hush()
    proxy.arm(sequence, deliver=deliver)
    await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    await soon(lambda: rig.gateway.deployments.of(SERIAL).pending is None)
    assert rig.gateway.deployments.of(SERIAL).in_force == "away"
    assert on_device(bench, *AWAY) == AWAY
    assert [event.name for event in rig.seen(DeploymentApplied)] == ["away"]


async def test_a_gateway_killed_between_its_store_and_the_device_goes_on_after_it(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    await with_both(rig, bench, proxy.port)
    await bench.hush()
    proxy.stay_cut = True
    proxy.arm("GDG", deliver=True)  # the device has it, the gateway does not know
    await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    await rig.die()
    assert on_device(bench, *AWAY) == AWAY
    await rig.start()
    assert rig.gateway.deployments.of(SERIAL).in_force is None
    await rig.gateway.attach(SERIAL, "127.0.0.1", bench.port)
    await soon(lambda: rig.gateway.deployments.of(SERIAL).in_force == "away")


@pytest.mark.parametrize(
    ("status", "error"),
    [(wire.STATUS_FAILED, CommandFailed), (wire.STATUS_REFUSED, RefusedByDevice)],
)
async def test_what_the_device_refuses_is_told_at_once_and_not_tried_again(
    rig: Rig, bench: Bench, status: int, error: type[CommandFailed]
) -> None:
    await with_both(rig, bench)
    bench.lies["set_settings"] = (status, b'{"error":"no"}')
    with pytest.raises(error):
        await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    record = rig.gateway.deployments.of(SERIAL)
    assert (record.pending, record.active) == (None, None)
    (refused,) = rig.seen(DeploymentRefused)
    assert (refused.name, refused.code, refused.has_waited) == ("away", error.code, False)


async def test_a_device_that_is_not_attached_cannot_be_switched(rig: Rig, bench: Bench) -> None:
    await with_both(rig, bench)
    await rig.gateway.detach(SERIAL)
    with pytest.raises(UnknownDevice):
        await rig.gateway.deployments.activate(SERIAL, "away", ANN)


# --- what could lock the owner out -------------------------------------------------------------------
async def test_what_could_lock_the_owner_out_asks_first_and_proves_itself_by_a_new_link(
    rig: Rig, bench: Bench
) -> None:
    await with_both(rig, bench)
    deployments = rig.gateway.deployments
    await deployments.put(SERIAL, "strict", {"ip_recovery": "strict"}, ANN)
    with pytest.raises(ConfirmationNeeded) as needed:
        await deployments.activate(SERIAL, "strict", ANN)
    assert needed.value.placeholders == {"settings": "A gateway at a new address"}
    assert on_device(bench, "ip_recovery") == {"ip_recovery": "authenticated"}
    links = bench.device.core.memory
    assert await deployments.activate(SERIAL, "strict", ANN, is_confirmed=True)
    await soon(lambda: not [key for key in links._store.keys() if key[:1] == b"U"])  # noqa: SIM118
    assert on_device(bench, "ip_recovery") == {"ip_recovery": "strict"}
    assert deployments.of(SERIAL).in_force == "strict"
    # Once it is so it risks nothing, so nobody is asked again.
    assert await deployments.activate(SERIAL, "strict", ANN)


async def test_what_the_device_took_back_is_told_and_no_longer_shown_as_in_force(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    device = await with_both(rig, bench, proxy.port)
    deployments = rig.gateway.deployments
    await deployments.put(SERIAL, "strict", {"ip_recovery": "strict"}, ANN)
    proxy.stay_cut = True
    await bench.hush()
    proxy.arm("GDGD", deliver=True)  # the last thing that is heard of the device is that it obeyed
    await deployments.activate(SERIAL, "strict", ANN, is_confirmed=True)
    await until(device, lambda: not device.is_connected)
    on_trial: Any = bench.device.deployment
    on_trial._trial_until = TRIAL_MS  # whatever the device's own clock had made of it by now
    on_trial.tick(TRIAL_MS)
    assert on_device(bench, "ip_recovery") == {"ip_recovery": "authenticated"}
    proxy.stay_cut = False
    await soon(lambda: bool(rig.seen(DeploymentLost)))
    assert rig.seen(DeploymentLost) == [DeploymentLost(serial=SERIAL, name="strict")]
    assert deployments.of(SERIAL).in_force is None


async def test_a_risk_that_appeared_while_it_waited_is_not_taken(rig: Rig, bench: Bench) -> None:
    await away_from_home(rig, bench)
    await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    await rig.gateway.deployments.put(SERIAL, "away", {"ip_recovery": "strict"}, ANN)
    await bench.start()
    await soon(lambda: bool(rig.seen(DeploymentRefused)))
    assert rig.seen(DeploymentRefused)[0].code == "confirmation_needed"
    assert on_device(bench, "ip_recovery") == {"ip_recovery": "authenticated"}


# --- odd devices -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "lie",
    [
        (wire.STATUS_REFUSED, b'{"error":"unknown command"}'),
        (wire.STATUS_FAILED, b'{"error":"flash"}'),
        b"{}",
        b'{"page":1,"pages":2,"settings":[]}',
        b'{"page":0,"pages":99,"settings":[]}',
        b'{"page":0,"pages":1,"settings":{}}',
        b'{"page":0,"pages":1,"settings":[7]}',
        b'{"page":0,"pages":1,"settings":[{"key":"a","type":"later","value":1,"default":1}]}',
    ],
)
async def test_a_device_that_tells_no_settings_has_no_deployments(
    rig: Rig, bench: Bench, lie: Any
) -> None:
    bench.lies["settings"] = lie
    await rig.claimed(bench)
    await rig.gateway.deployments.refresh(SERIAL, ANN)
    assert rig.gateway.deployments.of(SERIAL).settings == ()
    with pytest.raises(SettingsUnknown):
        await rig.gateway.deployments.put(SERIAL, "home", HOME, ANN)


async def test_a_device_that_fails_to_tell_is_known_all_the_same_and_asked_once_a_link(
    rig: Rig, bench: Bench
) -> None:
    device = await away_from_home(rig, bench)
    await bench.start()
    bench.lies["settings"] = (wire.STATUS_FAILED, b'{"error":"flash"}')
    await until(device, lambda: "temp" in device.values)
    await soon(lambda: not rig.gateway.deployments.of(SERIAL).settings)
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_a_suspended_device_is_not_waited_for(rig: Rig, bench: Bench) -> None:
    device = await away_from_home(rig, bench)
    device.problem = Problem.SUSPENDED
    with pytest.raises(DeviceSuspended):
        await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    assert rig.gateway.deployments.of(SERIAL).pending is None


async def test_a_device_without_deployments_is_not_asked(rig: Rig, bench: Bench) -> None:
    bench.lies["settings"] = b"{}"
    device = await rig.claimed(bench)
    assert device.stats.commands == 2, "describe and read"


async def test_released_device_leaves_no_deployment(rig: Rig, bench: Bench) -> None:
    await with_both(rig, bench)
    await rig.gateway.deployments.activate(SERIAL, "away", ANN)
    assert await rig.gateway.release(SERIAL, ANN)
    assert rig.gateway.deployments.of(SERIAL) == DeviceDeployments()
    assert await rig.stores.deployments.load() == {}
    assert isinstance(rig.gateway.deployments, Deployments)
