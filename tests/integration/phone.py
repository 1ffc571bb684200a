"""A phone with Home Assistant's app: the real integration, registered and reached as the app does it."""

from http import HTTPStatus
from typing import Any

from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.setup import async_setup_component

from .house import House, token_of

APP = "mobile_app"
ANSWER = "mobile_app_notification_action"


class Phone:
    """One person's phone: what it was sent, and how its buttons are pressed."""

    def __init__(self, house: House, client: Any, websocket: Any, webhook_id: str) -> None:
        self._house = house
        self._client = client
        self._websocket = websocket
        self._next_id = 10
        self.only: tuple[str, ...] = ("",)  # how the tags begin of messages that a test is about
        self.webhook_id = webhook_id

    async def received(self) -> dict[str, Any]:
        """Return the next message that comes."""
        while True:
            answer: dict[str, Any] = await self._websocket.receive_json()
            assert answer["type"] == "event"
            if self._is_wanted(answer):
                message: dict[str, Any] = answer["event"]
                return message

    async def nothing_came(self) -> bool:
        """Tell that nothing was sent that was not received."""
        await self._house.hass.async_block_till_done()
        self._next_id += 1
        await self._websocket.send_json({"id": self._next_id, "type": "ping"})
        while True:
            answer: dict[str, Any] = await self._websocket.receive_json()
            if answer["type"] == "pong" or self._is_wanted(answer):
                return answer["type"] == "pong"

    def _is_wanted(self, answer: dict[str, Any]) -> bool:
        return str(answer["event"].get("data", {}).get("tag")).startswith(self.only)

    async def press(self, message: dict[str, Any], title: str) -> None:
        """Press a button of a message."""
        (action_id,) = [
            one["action"] for one in message["data"]["actions"] if one["title"] == title
        ]
        await self.send(action_id)

    async def send(self, action_id: object) -> None:
        """Tell that a button was pressed, as the app does."""
        answer = await self._client.post(
            f"/api/webhook/{self.webhook_id}",
            json={
                "type": "fire_event",
                "data": {"event_type": ANSWER, "event_data": {"action": action_id}},
            },
        )
        assert answer.status == HTTPStatus.OK, await answer.text()
        await self._house.hass.async_block_till_done()


class Phones:
    """Registers phones."""

    def __init__(
        self, house: House, connect: ClientSessionGenerator, websocket: WebSocketGenerator
    ) -> None:
        self._house = house
        self._connect = connect
        self._websocket = websocket

    async def start(self) -> None:
        """Set Home Assistant's integration of the app up; before anybody connects."""
        for name in ("notify", APP):
            assert await async_setup_component(self._house.hass, name, {})
        await self._house.hass.async_block_till_done()

    async def register(self, person: MockUser, name: str, app_data: Any = None) -> tuple[Any, str]:
        """Register a phone over HTTP; returns its connection and the id of its webhook."""
        client = await self._connect(await token_of(self._house.hass, person))
        answer = await client.post(
            "/api/mobile_app/registrations",
            json={
                "app_data": {"push_websocket_channel": True} if app_data is None else app_data,
                "app_id": "io.homeassistant.companion",
                "app_name": "Home Assistant",
                "app_version": "2026.10",
                "device_id": name,
                "device_name": name,
                "manufacturer": "ACME",
                "model": "Phone",
                "os_name": "Android",
                "os_version": "16",
                "supports_encryption": False,
            },
        )
        assert answer.status == HTTPStatus.CREATED, await answer.text()
        await self._house.hass.async_block_till_done()
        return client, (await answer.json())["webhook_id"]

    async def phone(self, person: MockUser, name: str) -> Phone:
        """Register a phone that takes its messages over the local network."""
        client, webhook_id = await self.register(person, name)
        websocket = await self._websocket(
            self._house.hass, await token_of(self._house.hass, person)
        )
        await websocket.send_json(
            {"id": 5, "type": "mobile_app/push_notification_channel", "webhook_id": webhook_id}
        )
        answer = await websocket.receive_json()
        assert answer["success"], answer
        return Phone(self._house, client, websocket, webhook_id)
