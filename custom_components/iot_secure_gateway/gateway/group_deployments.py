"""Deployments of several devices with one act (FIG 7): kept for all of them or for none, switched by each for itself.

A group is one of the permission table. Who names it sees no more of it than the table shows: groups of
their own and of those above them. Each device is judged for whoever acts, as if it were alone.
"""

import asyncio
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import dataclass
from typing import Final

from ..policy.actors import Actor, User
from ..policy.authority import grants_of
from ..policy.groups import DeviceGroup, members
from ..policy.state import PolicyState
from .deployment_errors import NoDeviceGroup, NoDevices, TooManyDevices
from .deployments import Deployments
from .errors import GatewayError
from .permissions import Permissions
from .printable import printable

MAX_DEVICES: Final = 100  # with one act: each has a session of its own and two writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the act at one device."""

    serial: str
    is_applied: bool = False  # without an error: it waits until the device is back
    error: GatewayError | None = None


class GroupDeployments:
    """Acts on the deployments of several devices."""

    def __init__(self, deployments: Deployments, permissions: Permissions) -> None:
        self._deployments = deployments
        self._permissions = permissions

    def serials_of(self, group: str, actor: Actor) -> frozenset[str]:
        """Return the devices in a group, given by its id or its name. Raises NoDeviceGroup."""
        state = self._permissions.state
        makers = _makers(state, actor)
        groups = {
            id_: one
            for id_, one in state.device_groups.items()
            if makers is None or one.made_by in makers
        }
        named = [one for one in groups.values() if group == one.id]
        named = named or [one for one in groups.values() if group == one.name]
        if len(named) != 1:
            raise NoDeviceGroup(group=printable(group))
        (found,) = named
        counted = makers if makers is not None else _above(state, found)
        return members(state.device_groups, (found.id,), counted)

    async def put(
        self,
        serials: Collection[str],
        name: str,
        values: Mapping[str, object],
        actor: Actor,
        *,
        revisions: Mapping[str, int] | None = None,
    ) -> None:
        """Keep a deployment for each of the devices, or for none.

        Raises OnDevice with what is wrong at the first one, NoDevices, TooManyDevices; with
        `revisions`, of what was shown, also when somebody else changed the deployments of one.
        """
        known = revisions or {}
        await self._deployments.put_all(
            {serial: known.get(serial) for serial in _some(serials)}, name, values, actor
        )

    async def delete(
        self, serials: Collection[str], name: str, actor: Actor
    ) -> tuple[Outcome, ...]:
        """Forget a deployment on each of the devices. Raises NoDevices, TooManyDevices."""

        async def delete(serial: str) -> bool:
            await self._deployments.delete(serial, name, actor)
            return True

        return await _each({serial: delete(serial) for serial in _some(serials)})

    async def activate(
        self, serials: Collection[str], name: str, actor: Actor, *, is_confirmed: bool = False
    ) -> tuple[Outcome, ...]:
        """Switch each of the devices; what one refuses stops no other. Raises NoDevices, TooManyDevices."""
        return await _each(
            {
                serial: self._deployments.activate(serial, name, actor, is_confirmed=is_confirmed)
                for serial in _some(serials)
            }
        )


def _some(serials: Collection[str]) -> list[str]:
    found = sorted(set(serials))
    if not found:
        raise NoDevices
    if len(found) > MAX_DEVICES:
        raise TooManyDevices(limit=str(MAX_DEVICES))
    return found


async def _each(acts: Mapping[str, Coroutine[None, None, bool]]) -> tuple[Outcome, ...]:
    """Do all of them at once. Raises what is no GatewayError, when all have ended."""

    async def run(serial: str, act: Coroutine[None, None, bool]) -> Outcome:
        try:
            return Outcome(serial=serial, is_applied=await act)
        except GatewayError as error:
            return Outcome(serial=serial, error=error)

    ended = await asyncio.gather(
        *(run(serial, act) for serial, act in acts.items()), return_exceptions=True
    )
    for one in ended:
        if isinstance(one, BaseException):
            raise one
    return tuple(one for one in ended if isinstance(one, Outcome))


def _makers(state: PolicyState, actor: Actor) -> frozenset[str] | None:
    """Return whose groups a person may name; None for software, which is judged by each device only."""
    if not isinstance(actor, User):
        return None
    return frozenset({actor.id}).union(*(grant.path for grant in grants_of(state, actor.id)))


def _above(state: PolicyState, group: DeviceGroup) -> frozenset[str]:
    """Return whose groups count within this one."""
    return frozenset({group.made_by}).union(
        *(grant.path for grant in grants_of(state, group.made_by))
    )
