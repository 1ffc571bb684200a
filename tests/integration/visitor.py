"""A person at the console page: the real websocket commands, with that person's own login."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.setup import async_setup_component

from .house import House, token_of
from custom_components.iot_secure_gateway.const import DOMAIN


class Refused(Exception):
    """What a command answered instead of a result."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code: str = error["code"]
        self.key: str | None = error.get("translation_key")
        self.text: str = error["message"]


class Visitor:
    """One person's connection."""

    def __init__(self, websocket: Any) -> None:
        self._websocket = websocket

    async def call(self, command: str, /, **fields: Any) -> Any:
        """Give one command; return its result or raise Refused."""
        await self.send(command, **fields)
        answer = await self.receive()
        if not answer["success"]:
            raise Refused(answer["error"])
        return answer["result"]

    async def send(self, command: str, /, **fields: Any) -> None:
        """Give a command without waiting for its answer."""
        await self._websocket.send_json_auto_id({"type": f"{DOMAIN}/{command}", **fields})

    async def receive(self) -> dict[str, Any]:
        """Return the next answer."""
        answer: dict[str, Any] = await self._websocket.receive_json()
        return answer

    async def look(self, page: str, /, **fields: Any) -> dict[str, Any]:
        """Open a page; return what it shows first. `see` returns what it shows then."""
        await self.call(page, **fields)
        return await self.see()

    async def see(self) -> dict[str, Any]:
        """Return what the page shows next; for a connection with nothing else under way."""
        told = await self.receive()
        assert told["type"] == "event", told
        event: dict[str, Any] = told["event"]
        return event

    async def devices(self) -> dict[str, dict[str, Any]]:
        """Return what this person sees, by serial."""
        return {device["serial"]: device for device in (await self.call("devices"))["devices"]}


async def visit(house: House, connect: WebSocketGenerator, person: MockUser) -> Visitor:
    """Log a person in."""
    return Visitor(await connect(house.hass, await token_of(house.hass, person)))


async def refusal(visitor: Visitor, command: str, /, **fields: Any) -> Refused:
    """Give a command that is to be refused."""
    with pytest.raises(Refused) as refused:
        await visitor.call(command, **fields)
    return refused.value


class Forms:
    """Home Assistant's own forms, as an administrator fills them in."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    async def start(self, **fields: Any) -> dict[str, Any]:
        """Open a form."""
        return await self._answer(self._url, fields)

    async def submit(self, form: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Fill a form in."""
        return await self._answer(f"{self._url}/{form['flow_id']}", fields)

    async def choose(self, menu: dict[str, Any], step: str) -> dict[str, Any]:
        """Choose from a menu."""
        return await self.submit(menu, next_step_id=step)

    async def _answer(self, url: str, fields: dict[str, Any]) -> dict[str, Any]:
        answer = await self._client.post(url, json=fields)
        assert answer.status == 200, await answer.text()
        result: dict[str, Any] = await answer.json()
        return result


async def forms(house: House, connect: ClientSessionGenerator, person: MockUser, url: str) -> Forms:
    """Log an administrator in who opens forms below `url`."""
    assert await async_setup_component(house.hass, "config", {})
    return Forms(await connect(await token_of(house.hass, person)), url)


ENTRIES = "/api/config/config_entries/flow"
OPTIONS = "/api/config/config_entries/options/flow"
REPAIRS = "/api/repairs/issues/fix"
