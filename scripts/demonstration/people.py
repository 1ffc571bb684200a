"""The two people of the demonstration: the owner, made by the welcome page's API, and a second user."""

import asyncio
from dataclasses import dataclass, field
import json
from pathlib import Path
import secrets
import time
from typing import Any

import aiohttp

from .client import Client
from .errors import DemonstrationError, RequestRefused

RUNNING_SECONDS = 60.0
POLL_SECONDS = 0.1
REQUEST_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone who can log in."""

    name: str
    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody who lives here."""

    owner: Person
    second: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a login gives."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int

    def for_browser(self, address: str) -> str:
        """Return the value of `localStorage.hassTokens` that logs a page in."""
        return json.dumps(
            {
                "access_token": self.access,
                "refresh_token": self.refresh,
                "token_type": "Bearer",
                "expires_in": self.expires_in,
                "hassUrl": address,
                "clientId": f"{address}/",
                "expires": int((time.time() + self.expires_in) * 1000),
            }
        )


def load_people(path: Path) -> People:
    """Return the people of this folder; makes their passwords at the first call."""
    if path.exists():
        stored = json.loads(path.read_text())
        return People(owner=Person(**stored["owner"]), second=Person(**stored["second"]))
    people: dict[str, dict[str, str]] = {
        "owner": {"name": "Olivia", "username": "olivia", "password": secrets.token_hex(5)},
        "second": {"name": "Sam", "username": "sam", "password": secrets.token_hex(5)},
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(people))
    return load_people(path)


async def welcome(address: str, people: People) -> None:
    """Wait until Home Assistant runs, and make both people unless they are there already."""
    timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        async with session.get(f"{address}/api/onboarding") as answer:
            # The page is gone (404) once every step was done in an earlier run.
            steps = await answer.json() if answer.status == 200 else []
        if any(step["step"] == "user" and not step["done"] for step in steps):
            owner = people.owner
            body = {
                "client_id": f"{address}/",
                "name": owner.name,
                "username": owner.username,
                "password": owner.password,
                "language": "en",
            }
            async with session.post(f"{address}/api/onboarding/users", json=body) as answer:
                if answer.status != 200:
                    raise DemonstrationError(
                        f"the owner could not be made: {answer.status} {await answer.text()}"
                    )
    tokens = await log_in(address, people.owner)
    await until_running(address, tokens)
    async with Client(address, tokens.access) as client:
        await _make_second(client, people.second)


async def log_in(address: str, person: Person) -> Tokens:
    """Log in as the login page does."""
    timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        flow = await _post(
            session,
            f"{address}/auth/login_flow",
            json={
                "client_id": f"{address}/",
                "handler": ["homeassistant", None],
                "redirect_uri": f"{address}/?auth_callback=1",
            },
        )
        done = await _post(
            session,
            f"{address}/auth/login_flow/{flow['flow_id']}",
            json={
                "client_id": f"{address}/",
                "username": person.username,
                "password": person.password,
            },
        )
        if done["type"] != "create_entry":
            raise DemonstrationError(f"{person.name} could not log in: {done.get('errors')}")
        tokens = await _post(
            session,
            f"{address}/auth/token",
            data={
                "grant_type": "authorization_code",
                "code": done["result"],
                "client_id": f"{address}/",
            },
        )
    return Tokens(
        access=tokens["access_token"],
        refresh=tokens["refresh_token"],
        expires_in=tokens["expires_in"],
    )


async def until_running(address: str, tokens: Tokens) -> None:
    """Wait until start-up is over: the port opens before the commands of integrations exist."""
    headers = {"Authorization": f"Bearer {tokens.access}"}
    try:
        async with (
            asyncio.timeout(RUNNING_SECONDS),
            aiohttp.ClientSession(headers=headers) as session,
        ):
            while True:
                async with session.get(f"{address}/api/config") as answer:
                    if answer.status == 200 and (await answer.json())["state"] == "RUNNING":
                        return
                await asyncio.sleep(POLL_SECONDS)
    except TimeoutError:
        raise DemonstrationError(
            f"Home Assistant was not running within {RUNNING_SECONDS:.0f} s"
        ) from None


async def _make_second(client: Client, person: Person) -> None:
    users = await client.command("config/auth/list")
    if any(user["name"] == person.name for user in users):
        return
    made = await client.command("config/auth/create", name=person.name, group_ids=["system-users"])
    user_id = made["user"]["id"]
    try:
        await client.command(
            "config/auth_provider/homeassistant/create",
            user_id=user_id,
            username=person.username,
            password=person.password,
        )
    except RequestRefused:
        await client.command("config/auth/delete", user_id=user_id)
        raise
    await client.command("person/create", name=person.name, user_id=user_id)
    # Asked for by the welcome page's skipped steps; without it Home Assistant asks for a repair.
    await client.command("config/core/update", country="US")


async def _post(session: aiohttp.ClientSession, url: str, **body: Any) -> dict[str, Any]:
    async with session.post(url, **body) as answer:
        if answer.status != 200:
            raise DemonstrationError(f"{url} answered {answer.status}: {await answer.text()}")
        content: dict[str, Any] = await answer.json()
        return content
