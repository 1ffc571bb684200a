"""The live picture of a device's sessions: who sees it, what it shows, and the overview's level and times."""

import asyncio
from typing import Any

from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from homeassistant.core import Context

from .house import House
from .test_console_pages import seen_until
from .test_rows import row_for
from .visitor import refusal, visit
from custom_components.iot_secure_gateway.gateway.events import CommandRefused, GatewayEvent
from custom_components.iot_secure_gateway.gateway.session_traces import (
    MAX_SESSIONS,
    MIN_TIMES,
    SHOWN,
    SLOW_MS,
)

TRACE = ("session_trace",)
FIGURE_13 = ["open", "echo", "commit", "result"]


def newest(shown: dict[str, Any], command: str) -> dict[str, Any]:
    """Return the newest session of a command, {} when there is none."""
    return next((one for one in shown["sessions"] if one["command"] == command), {})


async def test_owner_sees_a_session_while_it_runs_with_what_is_provisional_and_then_its_end(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    lamp, _ = await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    shown = await olivia.look("session_trace", serial="LAMP-1")
    assert newest(shown, "describe")["end"] == "done"  # also what the gateway itself asked
    lamp.gate = asyncio.Event()
    switched = house.hass.async_create_task(house.switch("turn_on", Context(user_id=owner.id)))
    shown = await seen_until(
        olivia, shown, lambda one: len(newest(one, "turn_on").get("steps", [])) == 3
    )
    running = newest(shown, "turn_on")
    assert [step["name"] for step in running["steps"]] == FIGURE_13[:3]
    assert (running["end"], running["total_ms"]) == (None, None)
    opened, echoed, committed = running["steps"]
    before, new = running["gateway"], committed["gateway"]
    assert opened["gateway"] == {**before, "new_gsid": new["gsid"]}
    both = {**before, "new_gsid": new["gsid"], "new_dsid": new["dsid"]}
    assert echoed["device"] == committed["device"] == both  # in brackets until RESULT
    lamp.gate.set()
    await switched
    shown = await seen_until(olivia, shown, lambda one: newest(one, "turn_on")["end"] == "done")
    done = newest(shown, "turn_on")
    assert [step["name"] for step in done["steps"]] == FIGURE_13
    assert [step["is_from_device"] for step in done["steps"]] == [False, True, False, True]
    assert done["steps"][3]["gateway"] == done["steps"][3]["device"] == new
    assert done["handshake_ms"] <= done["total_ms"]
    held = [*new.values(), *both.values()]
    assert max(len(one) for one in held) == SHOWN
    assert (shown["step_limit_ms"], shown["pending_limit_ms"]) == (5000, 10_000)


async def test_trace_is_bounded_and_tells_how_long_sessions_take(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    for _ in range(MAX_SESSIONS + 1):
        await house.switch("turn_on", Context(user_id=owner.id))
    shown = await (await visit(house, hass_ws_client, owner)).look("session_trace", serial="LAMP-1")
    assert len(shown["sessions"]) == MAX_SESSIONS
    keys = [session["key"] for session in shown["sessions"]]
    assert keys == sorted(keys, reverse=True)
    times = shown["times"]
    assert 0 < times["handshake"]["half_ms"] <= times["total"]["most_ms"]
    assert len(times["totals_ms"]) > MAX_SESSIONS
    assert not times["is_slow"]


async def test_who_may_configure_sees_the_trace_until_that_ends(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    ben = await house.person("Ben")
    made = await olivia.call(
        "appoint", user_id=ben.id, role="manager", serials=["LAMP-1"], commands=["configure"]
    )
    told: list[GatewayEvent] = []
    house.gateway.add_listener(told.append)
    page = await visit(house, hass_ws_client, ben)
    assert (await page.look("session_trace", serial="LAMP-1"))["sessions"]
    await olivia.call("revoke", **made)
    await house.switch("turn_on", Context(user_id=owner.id))
    seen = await olivia.look("session_trace", serial="LAMP-1")
    assert newest(seen, "turn_on")["end"] == "done"
    # The next thing that is heard: the page was told nothing more.
    assert (await refusal(page, "session_trace", serial="LAMP-1")).code == "unauthorized"
    assert (await refusal(page, "session_trace", serial="NONE")).code == "unauthorized"
    assert not [event for event in told if isinstance(event, CommandRefused)]  # no attack


async def test_device_that_is_set_up_nowhere_has_an_empty_trace(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    await house.gateway.detach("LAMP-1")
    olivia = await visit(house, hass_ws_client, owner)
    shown = await olivia.look("session_trace", serial="LAMP-1")
    assert (shown["sessions"], shown["times"]) == ([], None)


async def test_overview_shows_level_and_last_session_to_whoever_has_authority(
    house: House, owner: MockUser, hass_ws_client: WebSocketGenerator
) -> None:
    await house.add_gateway()
    await house.claimed_device(owner)
    olivia = await visit(house, hass_ws_client, owner)
    ben = await house.person("Ben")
    await olivia.call("add_row", row=row_for(ben, commands={"groups": ["read"]}))
    (lamp,) = (await (await visit(house, hass_ws_client, ben)).look("overview"))["devices"]
    assert (lamp["level"], lamp["last_session_at"], lamp["is_slow"]) == (None, None, False)
    (lamp,) = (await olivia.look("overview"))["devices"]
    assert (lamp["level"], lamp["is_slow"]) == ("very_low", False)
    trace = house.gateway.traces.of("LAMP-1")
    assert lamp["last_session_at"].startswith("20")

    for _ in range(MIN_TIMES):  # as a device that takes its time would have made them
        trace._handshakes.append(SLOW_MS + 1)
        trace._totals.append(SLOW_MS + 2)
    shown = await (await visit(house, hass_ws_client, owner)).look("overview")
    assert shown["attention"] == [{"kind": "slow", "serial": "LAMP-1", "name": "Lamp"}]
    shown = await (await visit(house, hass_ws_client, ben)).look("overview")
    assert shown["attention"] == []
