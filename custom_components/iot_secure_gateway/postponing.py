"""Commands that wait for devices that are away: where they are kept, who gave them, how they are shown (B15)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import probatio

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.helpers.typing import VolDictType
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .attribution import async_actor_now
from .claiming import entry_of
from .const import DOMAIN
from .gateway.audit import principal_of
from .gateway.gateway import Gateway
from .gateway.postponed import Postponed
from .gateway.postponed_ends import PostponedEnd, PostponedEnds
from .gateway.postponed_records import (
    Phase,
    PostponedCommand,
    postponements_list,
    read_postponements,
)
from .gateway.printable import printable
from .gateway.registry import Register
from .gateway.results import CommandResult
from .gateway.wording import shown_result
from .people import device_name
from .policy.actors import Actor, Automation, Guest, Integration, Script, User
from .postponed_notices import END_TEXTS, async_tell_of_postponed, text_of_end
from .storage import MappingStore, PrivateStore

STORE: Final = "postponed"
DATA_ENDS: HassKey[PostponedEnds] = HassKey(f"{DOMAIN}_postponed_ends")

ATTR_QUEUE_UNTIL: Final = "queue_until"
ATTR_QUEUE_FOR: Final = "queue_for"
# How long a command may wait; both left out: it is given now or not at all.
QUEUE: Final[VolDictType] = {
    probatio.Exclusive(ATTR_QUEUE_UNTIL, "queue"): cv.datetime,
    probatio.Exclusive(ATTR_QUEUE_FOR, "queue"): cv.positive_time_period,
}


async def async_load_postponed(
    hass: HomeAssistant, gateway: Gateway, *, was_restored: bool
) -> Postponed:
    """Return what waits; call it before the gateway starts. Raises StorageError."""

    async def who_now(actor: Actor) -> Actor:
        return await async_actor_now(hass, actor)

    gateway.add_listener(partial(async_tell_of_postponed, hass, gateway))
    ends = hass.data[DATA_ENDS] = PostponedEnds(
        gateway.owners.get, lambda: gateway.permissions.now().timestamp()
    )
    gateway.add_listener(ends.on_event)
    store = MappingStore(PrivateStore(hass, STORE), postponements_list, read_postponements)
    postponed = Postponed(gateway, Register(store), who_now)
    await postponed.load(was_restored=was_restored)
    return postponed


def registered_id(hass: HomeAssistant, serial: str) -> str | None:
    """Return the id by which Home Assistant knows a device; None when it is not set up."""
    if (entry := entry_of(hass, serial)) is None:
        return None
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, serial), entry.entry_id)
    return None if device is None else device.id


def until_of(given: Mapping[str, Any], now: datetime) -> float | None:
    """Return until when a command may wait (Unix time); a time without an offset is the home's."""
    until: datetime | None = given.get(ATTR_QUEUE_UNTIL)
    if until is not None:
        zone = until.tzinfo or dt_util.get_default_time_zone()
        return until.replace(tzinfo=zone).timestamp()
    waits: timedelta | None = given.get(ATTR_QUEUE_FOR)
    return None if waits is None else now.timestamp() + waits.total_seconds()


def told_answer(answer: CommandResult | PostponedCommand) -> dict[str, Any]:
    """Return what became of a command as data: its result, or the id under which it waits."""
    if isinstance(answer, PostponedCommand):
        return {"queued": answer.id, "until": _moment(answer.until)}
    return {"result": shown_result(answer.result), "duration_ms": round(answer.duration_ms, 1)}


def told_waiting(
    hass: HomeAssistant, gateway: Gateway, serial: str, one: PostponedCommand
) -> dict[str, Any]:
    """Return a command that waits as data, for who gave it and for the device's owner."""
    return {
        "queued": one.id,
        "device_id": registered_id(hass, serial),
        "device": device_name(gateway, serial),
        "command": one.command,
        "entity": one.entity,
        "arguments": dict(one.arguments),
        "by": name_of_actor(one.actor),
        "asked_at": _moment(one.asked_at),
        "until": _moment(one.until),
        "is_being_delivered": one.phase is not Phase.WAITING,
    }


def told_end(gateway: Gateway, one: PostponedEnd) -> dict[str, Any]:
    """Return what became of a command that waited, as data."""
    return {
        "queued": one.id,
        "device": device_name(gateway, one.serial),
        "command": one.command,
        "end": text_of_end(one.code).removeprefix(END_TEXTS),
        "at": _moment(one.at),
    }


def name_of_actor(actor: Actor) -> str:
    """Return what somebody is called; automations and scripts by their entity."""
    if isinstance(actor, User | Integration | Guest) and actor.name:
        return printable(actor.name)
    return actor.entity_id if isinstance(actor, Automation | Script) else principal_of(actor)


def _moment(unix_time: float) -> str:
    return datetime.fromtimestamp(unix_time, UTC).isoformat(timespec="seconds")
