"""Deployments of several devices: which a group means for whom, all or none kept, each judged for itself (FIG 7)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from .kit import ANN, BOB, Bench, Rig
from custom_components.iot_secure_gateway.gateway.deployment_errors import (
    DeploymentChanged,
    InvalidDeployment,
    NoDeployment,
    NoDeviceGroup,
    NoDevices,
    OnDevice,
    SettingUnknown,
    TooManyDevices,
)
from custom_components.iot_secure_gateway.gateway.deployment_events import DeploymentApplied
from custom_components.iot_secure_gateway.gateway.errors import Refused
from custom_components.iot_secure_gateway.gateway.group_deployments import (
    MAX_DEVICES,
    GroupDeployments,
)
from custom_components.iot_secure_gateway.policy.actors import Automation, User
from custom_components.iot_secure_gateway.policy.groups import DeviceGroup

AWAY = {"report_interval": 60}
BOTH = ("TEST-1", "TEST-2")


@pytest.fixture
async def benches(socket_enabled: None) -> AsyncIterator[list[Bench]]:
    """Two devices of one kind."""
    made = [Bench(serial) for serial in BOTH]
    for one in made:
        await one.start()
    yield made
    for one in made:
        await one.stop()


@pytest.fixture
async def several(rig: Rig, benches: list[Bench]) -> GroupDeployments:
    """Ann owns both, and they have said what they can be set to."""
    for one in benches:
        await rig.claimed(one)
        await rig.gateway.deployments.refresh(one.serial, ANN)
    return GroupDeployments(rig.gateway.deployments, rig.gateway.permissions)


async def with_groups(rig: Rig, *groups: DeviceGroup) -> None:
    held = {one.id: one for one in groups}
    await rig.gateway.permissions.change(lambda state: replace(state, device_groups=held))


def group(id_: str, made_by: User, *serials: str, name: str = "", inner: str = "") -> DeviceGroup:
    return DeviceGroup(
        id=id_,
        name=name or id_,
        made_by=made_by.id,
        serials=frozenset(serials),
        groups=frozenset({inner} - {""}),
    )


async def test_all_are_switched_and_each_confirms_for_itself(
    rig: Rig, benches: list[Bench], several: GroupDeployments
) -> None:
    await several.put(BOTH, "away", AWAY, ANN)
    outcomes = await several.activate([*BOTH, "TEST-1"], "away", ANN)
    assert [(one.serial, one.is_applied, one.error) for one in outcomes] == [
        (serial, True, None) for serial in BOTH
    ]
    assert [one.device.deployment["report_interval"] for one in benches] == [60, 60]
    assert sorted(one.serial for one in rig.seen(DeploymentApplied)) == list(BOTH)


async def test_a_group_is_what_its_maker_and_those_above_put_into_it(
    rig: Rig, several: GroupDeployments
) -> None:
    await with_groups(
        rig,
        group("outer", ANN, "TEST-1", name="House", inner="inner"),
        group("inner", ANN, "TEST-2"),
        group("bobs", BOB, "TEST-1", name="House of Bob", inner="inner"),
        group("mixed", ANN, "TEST-1", inner="bobs"),
    )
    assert several.serials_of("outer", ANN) == frozenset(BOTH)
    assert several.serials_of("House", ANN) == frozenset(BOTH)
    assert several.serials_of("mixed", ANN) == {"TEST-1"}, "what Bob put in does not count"
    assert several.serials_of("bobs", BOB) == {"TEST-1"}, "nor what Ann did, for Bob"
    for name, actor in (("bobs", ANN), ("outer", BOB), ("gone", ANN)):
        with pytest.raises(NoDeviceGroup):
            several.serials_of(name, actor)
    # Software is judged by each device, so it may name any group.
    software = Automation(entity_id="automation.a")
    assert several.serials_of("outer", software) == frozenset(BOTH)
    assert several.serials_of("bobs", software) == {"TEST-1"}


async def test_a_name_that_two_groups_have_names_none_and_an_id_comes_first(
    rig: Rig, several: GroupDeployments
) -> None:
    await with_groups(
        rig,
        group("one", ANN, "TEST-1", name="Lamps"),
        group("two", ANN, "TEST-2", name="Lamps"),
        group("three", ANN, "TEST-2", name="one"),
    )
    with pytest.raises(NoDeviceGroup) as none:
        several.serials_of("Lamps", ANN)
    assert none.value.placeholders == {"group": "Lamps"}
    assert several.serials_of("one", ANN) == {"TEST-1"}


async def test_who_may_configure_one_changes_and_switches_that_one_only(
    rig: Rig, benches: list[Bench], several: GroupDeployments
) -> None:
    await several.put(BOTH, "away", AWAY, ANN)
    await rig.gateway.permissions.set_owner("TEST-2", BOB.id)
    with pytest.raises(OnDevice) as found:
        await several.put(BOTH, "more", AWAY, ANN)
    assert found.value.serial == "TEST-2"
    assert isinstance(found.value.error, Refused)
    outcomes = await several.activate(BOTH, "away", ANN)
    assert [(one.is_applied, type(one.error)) for one in outcomes] == [
        (True, type(None)),
        (False, Refused),
    ]
    assert [one.device.deployment["report_interval"] for one in benches] == [60, 5]
    outcomes = await several.delete(BOTH, "away", ANN)
    assert [type(one.error) for one in outcomes] == [type(None), Refused]
    outcomes = await several.delete(BOTH, "gone", BOB)
    assert [type(one.error) for one in outcomes] == [Refused, NoDeployment]


@pytest.mark.parametrize(
    ("name", "values", "error"),
    [("away", {"colour": "red"}, SettingUnknown), ("a\nb", AWAY, InvalidDeployment)],
)
async def test_none_is_kept_when_it_does_not_fit_one(
    rig: Rig,
    several: GroupDeployments,
    name: str,
    values: dict[str, object],
    error: type[Exception],
) -> None:
    with pytest.raises(OnDevice) as found:
        await several.put(BOTH, name, values, ANN)
    assert isinstance(found.value.error, error)
    assert not any(rig.gateway.deployments.of(serial).deployments for serial in BOTH)


async def test_two_who_change_the_same_devices_at_once_wait_for_each_other(
    rig: Rig, several: GroupDeployments
) -> None:
    revisions = {serial: rig.gateway.deployments.of(serial).revision for serial in BOTH}
    async with asyncio.timeout(10):
        both: Any = await asyncio.gather(
            several.put(BOTH, "away", AWAY, ANN, revisions=revisions),
            several.put(BOTH[::-1], "away", {"report_interval": 7}, ANN, revisions=revisions),
            return_exceptions=True,
        )
    assert both[0] is None
    assert isinstance(both[1].error, DeploymentChanged)
    found = [rig.gateway.deployments.of(serial).deployments["away"] for serial in BOTH]
    assert found == [AWAY, AWAY]


async def test_a_store_that_fails_keeps_none_and_one_that_fails_later_is_told(
    rig: Rig, several: GroupDeployments, monkeypatch: pytest.MonkeyPatch
) -> None:
    await several.put(BOTH, "away", AWAY, ANN)

    async def fail(content: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(rig.stores.deployments, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        await several.put(BOTH, "more", AWAY, ANN)
    assert [list(rig.gateway.deployments.of(serial).deployments) for serial in BOTH] == [
        ["away"],
        ["away"],
    ]
    with pytest.raises(OSError, match="disk full"):
        await several.activate(BOTH, "away", ANN)


async def test_none_and_too_many_are_refused(several: GroupDeployments) -> None:
    for serials, error in (((), NoDevices), (map(str, range(MAX_DEVICES + 1)), TooManyDevices)):
        named = list(serials)
        for act in (
            several.put(named, "away", AWAY, ANN),
            several.activate(named, "away", ANN),
            several.delete(named, "away", ANN),
        ):
            with pytest.raises(error):
                await act
