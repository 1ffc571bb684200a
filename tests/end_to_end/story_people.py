"""People who tell the gateway something beside the page, and the lamp that their stories are about."""

import secrets
from typing import Any

from playwright.sync_api import Page

from scripts.demonstration.client import Client
from scripts.demonstration.home import DOMAIN
from scripts.demonstration.people import Person, log_in

from simulator import fleet
from tests.end_to_end.visitors import House, Visitor

CONSOLE = "/iot-secure-gateway"
LINK_MS = 30_000
GO = """path => {
    history.pushState(null, "", path);
    window.dispatchEvent(new CustomEvent("location-changed", {detail: {replace: false}}));
}"""


def go(page: Page, path: str) -> None:
    """Go to another page of the console, as a link in it does: without loading Home Assistant anew."""
    page.evaluate(GO, f"{CONSOLE}/{path}")


class Somebody:
    """A person with a login, who gives commands beside the page."""

    def __init__(self, house: House, person: Person, user_id: str) -> None:
        self.house, self.person, self.id = house, person, user_id
        self._access = ""

    async def client(self) -> Client:
        """Return a connection of this person's, to be entered; logs in once, which takes its time."""
        address = self.house.stage.home.address
        if not self._access:
            self._access = (await log_in(address, self.person)).access
        return Client(address, self._access)

    def ask(self, command: str, /, **fields: Any) -> Any:
        """Give a command of the console."""
        return self.tell(f"{DOMAIN}/{command}", **fields)

    def tell(self, kind: str, /, **fields: Any) -> Any:
        """Give any command."""

        async def run() -> Any:
            async with await self.client() as client:
                return await client.command(kind, **fields)

        return self.house.run(run())

    def call(self, domain: str, service: str, entity_id: str) -> None:
        """Call an action."""

        async def run() -> None:
            async with await self.client() as client:
                await client.call_service(domain, service, entity_id)

        self.house.run(run())

    def visits(self, visitor: Visitor, path: str) -> Page:
        """Open a page of the console in a browser."""
        visitor.log_in(self.person)
        visitor.visit(f"{CONSOLE}/{path}")
        return visitor.page


class People:
    """Everybody of these stories, and the lamp that Sam owns."""

    def __init__(self, house: House, lamp: fleet.VirtualDevice) -> None:
        stage = house.stage
        self.lamp = lamp
        self.olivia = Somebody(house, stage.people.owner, "")
        known = {one["name"]: one["id"] for one in self.olivia.tell("config/auth/list")}
        self.olivia.id = known[stage.people.owner.name]
        self.sam = Somebody(house, stage.people.second, known[stage.people.second.name])
        self.kim = self._welcome(
            house, Person(name="Kim", username="kim", password=secrets.token_hex(5))
        )

    def _welcome(self, house: House, person: Person) -> Somebody:
        groups = {"group_ids": ["system-users"]}
        made = self.olivia.tell("config/auth/create", name=person.name, **groups)["user"]["id"]
        login = {"username": person.username, "password": person.password}
        self.olivia.tell("config/auth_provider/homeassistant/create", user_id=made, **login)
        return Somebody(house, person, made)

    def row(self, who: Somebody, **changes: Any) -> dict[str, Any]:
        """Return a row for somebody, who may then switch the lamp on at any time."""
        return {
            "effect": "allow",
            "users": {"users": [who.id]},
            "devices": {"serials": [self.lamp.serial]},
            "commands": {"names": ["turn_on"]},
            "times": {"always": True},
            **changes,
        }

    def relay(self) -> str:
        """Return the entity of the lamp's switch, once it is there."""

        async def look() -> str:
            async with await self.olivia.client() as client:
                await client.watch_states()
                return await client.until("the lamp", lambda: _relay(client), LINK_MS / 1000)

        return self.olivia.house.run(look())

    def clear(self) -> None:
        """Remove Sam's rows, and what they named."""
        for one in self.sam.ask("rows")["rows"]:
            self.sam.ask("remove_row", number=one["row"]["number"], version=one["version"])
        for kind, kept in self.sam.ask("references").items():
            for one in kept:
                found = {"reference_id": one["reference"]["id"], "version": one["version"]}
                self.sam.ask("remove_reference", kind=kind, **found)


def _relay(client: Client) -> str | None:
    return next(
        (
            name
            for name, state in client.states.items()
            if name.startswith("switch.virtual_lamp") and state["state"] in {"on", "off"}
        ),
        None,
    )
