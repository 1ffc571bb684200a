"""The client of the demonstration and of the journeys: what it knows of Home Assistant is never older than told."""

from collections.abc import AsyncIterator
import json
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from scripts.demonstration.client import Client

LAMP = "switch.lamp"


def state(value: str) -> dict[str, str]:
    return {"entity_id": LAMP, "state": value}


def changed(number: int, new: dict[str, str] | None) -> dict[str, Any]:
    return {
        "id": number,
        "type": "event",
        "event": {"data": {"entity_id": LAMP, "new_state": new}},
    }


class Hub:
    """Speaks as Home Assistant does; a change follows right behind the states, as a busy machine reads both."""

    def __init__(self) -> None:
        self.new: dict[str, str] | None = None

    async def talk(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "auth_required"})
        await socket.receive_json()
        await socket.send_json({"type": "auth_ok"})
        watching = 0
        async for message in socket:
            asked = json.loads(message.data)
            number = asked["id"]
            is_states = asked["type"] == "get_states"
            if not is_states:
                watching = number
            result = [state("unknown")] if is_states else None
            await socket.send_json(
                {"id": number, "type": "result", "success": True, "result": result}
            )
            if is_states:
                await socket.send_json(changed(watching, self.new))
        return socket


@pytest.fixture
async def hub(socket_enabled: None) -> AsyncIterator[tuple[Hub, str]]:
    hub, app = Hub(), web.Application()
    app.router.add_get("/api/websocket", hub.talk)
    async with TestServer(app) as server:
        yield hub, str(server.make_url("")).rstrip("/")


async def test_change_right_behind_the_states_is_kept(hub: tuple[Hub, str]) -> None:
    home, address = hub
    home.new = state("off")
    async with Client(address, "token") as client:
        await client.watch_states()
        await client.until_state(LAMP, "off", 5)


async def test_entity_removed_right_behind_the_states_is_gone(hub: tuple[Hub, str]) -> None:
    _, address = hub
    async with Client(address, "token") as client:
        await client.watch_states()
        gone = await client.until("gone", lambda: LAMP not in client.states or None, 5)
        assert gone
