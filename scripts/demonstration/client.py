"""One user's connection to Home Assistant: REST calls and the websocket, nothing else."""

import asyncio
from collections.abc import Callable
import contextlib
from typing import Any, Self

import aiohttp

from .errors import DemonstrationError, RequestRefused

ANSWER_SECONDS = 30.0
type Json = dict[str, Any]


class Client:
    """Speaks as one user. Use as a context manager; make a new one after Home Assistant was restarted."""

    def __init__(self, address: str, access_token: str) -> None:
        """`address` is the base address; the token is kept out of repr and texts."""
        self._address = address
        self._token = access_token
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._last_id = 0
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._listeners: dict[int, Callable[[Any], None]] = {}
        self._takers: dict[int, Callable[[Any], None]] = {}
        self._changed = asyncio.Event()
        self.states: dict[str, Json] = {}
        self.flows: dict[str, Json] = {}

    async def __aenter__(self) -> Self:
        """Connect the websocket and log in with the token."""
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self._token}"})
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                self._socket = await self._log_in(self._session)
        except BaseException:
            await self._session.close()
            raise
        self._reader = asyncio.create_task(self._read())
        return self

    async def _log_in(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        socket = await session.ws_connect(f"{self._address}/api/websocket", max_msg_size=0)
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": self._token})
        answer = await socket.receive_json()
        if answer["type"] != "auth_ok":
            raise DemonstrationError(f"the websocket refused the login: {answer}")
        return socket

    async def __aexit__(self, *_: object) -> None:
        """Close everything; pending answers fail."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._socket is not None:
            await self._socket.close()
        if self._session is not None:
            await self._session.close()

    async def rest(self, method: str, path: str, body: Json | None = None) -> tuple[int, Any]:
        """Call `/api/<path>`; return status and parsed answer (text when it is not JSON)."""
        if self._session is None:
            raise DemonstrationError("the client is not connected")
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
        async with self._session.request(
            method, f"{self._address}/api/{path}", json=body, timeout=timeout
        ) as answer:
            if answer.content_type == "application/json":
                return answer.status, await answer.json()
            return answer.status, await answer.text()

    async def rest_ok(self, method: str, path: str, body: Json | None = None) -> Any:
        """Call as `rest` and raise on any status but 200."""
        status, answer = await self.rest(method, path, body)
        if status != 200:
            raise DemonstrationError(f"{method} /api/{path} answered {status}: {answer}")
        return answer

    async def command(self, kind: str, /, **fields: Any) -> Any:
        """Send a websocket command and return its result; raises RequestRefused."""
        return await self._ask(kind, fields)

    async def call_service(self, domain: str, service: str, entity_id: str) -> None:
        """Call an action on one entity and wait until it is done."""
        await self.command(
            "call_service", domain=domain, service=service, target={"entity_id": entity_id}
        )

    async def watch_states(self) -> None:
        """Keep `states` true from now on."""
        await self.watch_events("state_changed", self._on_state)
        # Taken as it is read: a change may come right behind it, before whoever waits for it is awake.
        await self._ask("get_states", {}, taken=self._on_states)

    async def watch_flows(self) -> None:
        """Keep `flows` (the cards that the frontend shows) true from now on."""
        await self._ask("config_entries/flow/subscribe", {}, listener=self._on_flows)

    async def watch_events(self, kind: str, told: Callable[[Json], None]) -> None:
        """Call `told` with each event of a kind from now on."""
        await self._ask("subscribe_events", {"event_type": kind}, listener=told)

    async def until[T](self, what: str, look: Callable[[], T | None], seconds: float) -> T:
        """Look again after each change until `look` returns something; `what` completes the error text."""
        try:
            async with asyncio.timeout(seconds):
                while (found := look()) is None:
                    self._changed.clear()
                    await self._changed.wait()
                return found
        except TimeoutError:
            raise DemonstrationError(f"{what}: not within {seconds:.0f} s") from None

    async def until_state(self, entity_id: str, wanted: str, seconds: float) -> Json:
        """Wait until an entity has the wanted state."""

        def look() -> Json | None:
            state = self.states.get(entity_id)
            return state if state is not None and state["state"] == wanted else None

        try:
            return await self.until(f"{entity_id} is {wanted}", look, seconds)
        except DemonstrationError as error:
            seen = self.states.get(entity_id, {}).get("state", "missing")
            raise DemonstrationError(f"{error} (it is {seen})") from None

    async def _ask(
        self,
        kind: str,
        fields: Json,
        *,
        listener: Callable[[Any], None] | None = None,
        taken: Callable[[Any], None] | None = None,
    ) -> Any:
        """Return the result. `taken` has it before any later message is read, `listener` the events after it."""
        if self._socket is None or self._socket.closed:
            raise DemonstrationError("the websocket is closed")
        self._last_id += 1
        number = self._last_id
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        if listener is not None:
            self._listeners[number] = listener
        if taken is not None:
            self._takers[number] = taken
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._socket.send_json({"id": number, "type": kind, **fields})
                return await answer
        except TimeoutError:
            raise DemonstrationError(f"no answer to {kind} within {ANSWER_SECONDS:.0f} s") from None
        finally:
            del self._answers[number]
            self._takers.pop(number, None)

    async def _read(self) -> None:
        if self._socket is None:
            return
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.json())
        finally:
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(DemonstrationError("the websocket was closed"))

    def _take(self, message: Json) -> None:
        if message["type"] == "event":
            listener = self._listeners.get(message["id"])
            if listener is not None:
                listener(message["event"])
                self._changed.set()
            return
        answer = self._answers.get(message["id"])
        if answer is None or answer.done():
            return
        if message.get("success", True):
            result = message.get("result")
            if (taken := self._takers.get(message["id"])) is not None:
                taken(result)
            answer.set_result(result)
        else:
            error = message["error"]
            answer.set_exception(
                RequestRefused(error["code"], error["message"], error.get("translation_key"))
            )

    def _on_states(self, states: list[Json]) -> None:
        self.states = {state["entity_id"]: state for state in states}

    def _on_state(self, event: Json) -> None:
        data = event["data"]
        if data["new_state"] is None:
            self.states.pop(data["entity_id"], None)
        else:
            self.states[data["entity_id"]] = data["new_state"]

    def _on_flows(self, changes: list[Json]) -> None:
        for change in changes:
            if change["type"] == "removed":
                self.flows.pop(change["flow_id"], None)
            else:
                self.flows[change["flow"]["flow_id"]] = change["flow"]
