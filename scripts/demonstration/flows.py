"""Set-up forms through Home Assistant's REST interface, as the frontend fills them in."""

from typing import Any

from .client import Client, Json
from .errors import DemonstrationError
from .home import DOMAIN

FLOWS = "config/config_entries/flow"
OPTIONS = "config/config_entries/options/flow"


async def add_gateway(client: Client, ping_port: int) -> None:
    """Add the gateway itself, listening for announcements on `ping_port`."""
    form = await client.rest_ok("POST", FLOWS, {"handler": DOMAIN})
    if form["type"] != "form" or form["step_id"] != "gateway":
        raise DemonstrationError(f"expected the form of the gateway, got {_short(form)}")
    answer = await client.rest_ok(
        "POST", f"{FLOWS}/{form['flow_id']}", {"listen_for_pings": True, "ping_port": ping_port}
    )
    if answer["type"] != "create_entry":
        raise DemonstrationError(f"the gateway was not added: {_short(answer)}")


async def change_gateway(client: Client, entry_id: str, ping_port: int) -> None:
    """Set the port of announcements in the options of the gateway."""
    menu = await client.rest_ok("POST", OPTIONS, {"handler": entry_id})
    form = await client.rest_ok(
        "POST", f"{OPTIONS}/{menu['flow_id']}", {"next_step_id": "listener"}
    )
    answer = await client.rest_ok(
        "POST", f"{OPTIONS}/{form['flow_id']}", {"listen_for_pings": True, "ping_port": ping_port}
    )
    if answer["type"] != "create_entry":
        raise DemonstrationError(f"the options of the gateway were not taken: {_short(answer)}")


async def open_card(client: Client, flow_id: str) -> Json:
    """Open the form of a discovered card."""
    form: Json = await client.rest_ok("GET", f"{FLOWS}/{flow_id}")
    return form


async def submit(client: Client, flow_id: str, values: Json) -> Json:
    """Submit a form; return the next form or the end of the flow."""
    answer: Json = await client.rest_ok("POST", f"{FLOWS}/{flow_id}", values)
    return answer


def default_of(form: Json, field: str) -> Any:
    """Return what a form proposes for a field."""
    for entry in form["data_schema"]:
        if entry["name"] == field:
            return entry.get("default")
    raise DemonstrationError(f"the form has no field {field}: {_short(form)}")


async def error_text(client: Client, form: Json) -> str:
    """Return the error of a form in the words that a person reads."""
    if form["type"] != "form" or not form.get("errors"):
        raise DemonstrationError(f"expected a form with an error, got {_short(form)}")
    code = next(iter(form["errors"].values()))
    answer = await client.command(
        "frontend/get_translations", language="en", category="config", integration=[DOMAIN]
    )
    text = answer["resources"].get(f"component.{DOMAIN}.config.error.{code}")
    if text is None:
        raise DemonstrationError(f"the error {code} has no text")
    return str(text).format(**(form.get("description_placeholders") or {}))


def _short(answer: Json) -> str:
    return str({name: answer.get(name) for name in ("type", "step_id", "errors", "reason")})
