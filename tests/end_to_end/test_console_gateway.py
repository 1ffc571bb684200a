"""The page of the gateway in a real browser, commands that wait, and the ways that lead to the right place (S5)."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
import re
import signal
from typing import Any

from playwright.sync_api import Browser, Page, WebSocketRoute, expect
import pytest

from scripts.demonstration.errors import RequestRefused
from scripts.demonstration.home import DOMAIN

from simulator import fleet
from tests.end_to_end.accessibility import faults
from tests.end_to_end.visitors import DESKTOP, PHONE, House, Visitor

CONSOLE = "/iot-secure-gateway"
SCRIPT = Path("custom_components") / DOMAIN / "console/static/console.js"
LINK_MS = 30_000


@pytest.fixture
def german_phone(browser: Browser, house: House) -> Iterator[Visitor]:
    """Somebody who reads German on a phone at night."""
    visitor = Visitor(browser, house, PHONE, locale="de-DE", color_scheme="dark")
    yield visitor
    visitor.leave()


def ask(house: House, command: str, /, **fields: Any) -> Any:
    """Give one of the console's commands as the owner, beside the page."""

    async def run() -> Any:
        async with await house.stage.as_owner() as client:
            return await client.command(command, **fields)

    return house.run(run())


def fits(page: Page) -> bool:
    """Tell whether nothing in the page is wider than the screen."""
    return bool(
        page.locator("isg-gateway").evaluate(
            "one => one.scrollWidth <= innerWidth && [...one.shadowRoot.querySelectorAll('*')]"
            ".every(part => part.getBoundingClientRect().right <= innerWidth + 1)"
        )
    )


def test_administrator_looks_after_the_gateway(
    house: House, device: fleet.VirtualDevice, visitor: Visitor, german_phone: Visitor
) -> None:
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/gateway")
    page = visitor.page
    shown = page.locator("isg-gateway")
    expect(shown.get_by_role("row").filter(has_text="iot_secure_gateway_audit.db")).to_contain_text(
        "In order", timeout=LINK_MS
    )
    lamp = shown.locator("isg-gateway-links").get_by_role("row").filter(has_text="Virtual lamp")
    expect(lamp).to_contain_text("Connected", timeout=LINK_MS)
    expect(lamp).to_contain_text("DSID and GSID")
    assert faults(page) == []
    names = page.locator("hass-tabs-subpage ha-tab .name")
    expect(names).not_to_have_count(0)
    assert names.evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
    visitor.picture("console-gateway")
    shown.locator("isg-gateway-databases").scroll_into_view_if_needed()
    visitor.picture("console-gateway-2")

    switch = shown.locator("isg-gateway-modules li").filter(has_text="Keep the values")
    switch.locator("ha-switch").click()
    dialog = page.locator("isg-confirm-dialog")
    expect(dialog.get_by_text("confidential values are only read")).to_be_visible()
    assert faults(page) == []
    dialog.get_by_role("button", name="Switch off").click()
    box = shown.locator("isg-gateway-modules .boxes li").filter(has_text="Kept readings")
    expect(box).to_contain_text("Off")
    expect(shown.get_by_text("Switched off; what is there is kept")).to_be_visible()
    switch.locator("ha-switch").click()
    expect(box).to_contain_text("On")

    german_phone.log_in(house.stage.people.owner)
    german_phone.visit(f"{CONSOLE}/gateway")
    expect(german_phone.page.get_by_text("Teile des Gateways")).to_be_visible(timeout=LINK_MS)
    assert fits(german_phone.page)
    assert faults(german_phone.page) == []
    german_phone.picture("console-gateway-phone")
    german_phone.page.get_by_text("Datenbanken").scroll_into_view_if_needed()
    german_phone.picture("console-gateway-phone-2")
    german_phone.page.get_by_text("Wiederhergestellt").or_(
        german_phone.page.get_by_text("Zuletzt wiederhergestellt")
    ).first.scroll_into_view_if_needed()
    german_phone.picture("console-gateway-phone-3")


def test_nobody_else_is_offered_the_page_or_shown_it(house: House, phone: Visitor) -> None:
    phone.log_in(house.stage.people.second)
    phone.visit(f"{CONSOLE}/my-access")
    expect(phone.page.get_by_role("button", name="Claim a device")).to_be_visible(timeout=LINK_MS)
    expect(
        phone.page.locator("hass-tabs-subpage").get_by_text("Gateway", exact=True)
    ).to_have_count(0)
    phone.visit(f"{CONSOLE}/gateway")
    expect(
        phone.page.get_by_text("looked after by administrators of Home Assistant only")
    ).to_be_visible(timeout=LINK_MS)
    expect(phone.page.locator("isg-gateway-modules")).to_have_count(0)


def test_command_that_waits_is_shown_and_cancelled(
    house: House, device: fleet.VirtualDevice, visitor: Visitor
) -> None:
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/my-access")
    page = visitor.page
    expect(page.get_by_text("Virtual lamp").first).to_be_visible(timeout=LINK_MS)
    assert device.pid is not None
    os.kill(device.pid, signal.SIGSTOP)  # it is away, and comes back as it was
    try:
        given = {"serial": device.serial, "command": "turn_on", "entity": "relay"}
        with pytest.raises(RequestRefused):  # until then nobody knows that it is away
            ask(house, f"{DOMAIN}/send_command", **given)
        expect(page.get_by_text("not connected")).to_be_visible(timeout=LINK_MS)
        page.get_by_role("button", name="Turn on").click()
        dialog = page.locator("isg-confirm-dialog")
        expect(dialog.get_by_text("waits up to an hour")).to_be_visible()
        assert faults(page) == []
        dialog.get_by_role("button", name="Let it wait").click()
        waiting = page.locator("isg-waiting-commands")
        expect(waiting.get_by_text("Commands that wait")).to_be_visible(timeout=LINK_MS)
        assert faults(page) == []
        visitor.picture("console-waiting")
        waiting.get_by_role("button", name="Cancel").click()
        expect(waiting.get_by_text(re.compile("^Cancelled for .*: Turn on"))).to_be_visible()
        visitor.visit(f"{CONSOLE}/overview/{device.serial}")
        expect(waiting.get_by_text(re.compile("^Cancelled for"))).to_be_visible(timeout=LINK_MS)
    finally:
        os.kill(device.pid, signal.SIGCONT)


class Between:
    """Stands between a page and Home Assistant, and changes what some commands are answered."""

    def __init__(self, page: Page) -> None:
        self.changes: dict[str, Any] = {}  # by command: what makes of an answer another
        self._asked: dict[int, str] = {}
        page.route_web_socket(re.compile("/api/websocket"), self._route)

    def _route(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        socket.on_message(lambda text: server.send(self._sent(text)))
        server.on_message(lambda text: socket.send(self._answered(text)))

    def _sent(self, text: str | bytes) -> str | bytes:
        for message in _messages(text):
            if message.get("type") in self.changes:
                self._asked[message["id"]] = message["type"]
        return text

    def _answered(self, text: str | bytes) -> str | bytes:
        messages, has_changed = _messages(text), False
        for message in messages:
            if message.get("type") == "result" and message["id"] in self._asked:
                self.changes[self._asked.pop(message["id"])](message["result"])
                has_changed = True
        return json.dumps(messages) if has_changed else text


def _messages(text: str | bytes) -> list[dict[str, Any]]:
    found = json.loads(text)
    return found if isinstance(found, list) else [found]


def test_notification_and_issue_lead_to_the_page_concerned(
    house: House, device: fleet.VirtualDevice, visitor: Visitor
) -> None:
    async def try_to_claim() -> None:
        async with await house.stage.as_second() as client:
            where = {"serial": device.serial, "host": device.host, "port": device.port}
            with pytest.raises(RequestRefused, match="already_owned"):
                await client.command(f"{DOMAIN}/claim", password="A" * 16, **where)

    house.run(try_to_claim())
    visitor.log_in(house.stage.people.owner)
    page = visitor.page
    between = Between(page)
    between.changes["repairs/list_issues"] = lambda result: result["issues"].append(
        {
            "domain": DOMAIN,
            "issue_id": "ping_port_in_use",
            "issue_domain": None,
            "translation_key": "ping_port_in_use",
            "translation_placeholders": {"port": "47800"},
            "learn_more_url": "homeassistant://iot-secure-gateway/gateway",
            "severity": "warning",
            "is_fixable": False,
            "ignored": False,
            "created": "2026-11-23T00:00:00+00:00",
            "breaks_in_ha_version": None,
            "dismissed_version": None,
        }
    )
    visitor.visit(f"{CONSOLE}/my-access")
    expect(page.locator("isg-my-access")).to_be_attached(timeout=LINK_MS)
    page.get_by_text("Notifications", exact=True).first.click()
    page.get_by_role("link", name="Show it in the console").first.click()
    expect(page.locator("isg-device h1")).to_be_visible(timeout=LINK_MS)
    assert page.url.endswith(f"{CONSOLE}/overview/{device.serial}")

    visitor.visit("/config/repairs")
    page.get_by_text("The gateway cannot listen for devices").click()
    page.get_by_text("Learn more").click()
    expect(page.locator("isg-gateway-modules")).to_be_visible(timeout=LINK_MS)
    assert page.url.endswith(f"{CONSOLE}/gateway")


def test_page_that_stayed_open_during_an_upgrade_offers_to_load_itself_again(
    house: House, browser: Browser
) -> None:
    """What Home Assistant serves then has another digest: played by who stands between page and server."""
    visitor = Visitor(browser, house, DESKTOP)
    page = visitor.page
    between = Between(page)
    newer = "0123456789ab"

    def upgrade(panels: dict[str, Any]) -> None:
        custom = panels["iot-secure-gateway"]["config"]
        custom["digest"] = newer
        own = custom["_panel_custom"]
        own["module_url"] = re.sub("_static/[0-9a-f]+/", f"_static/{newer}/", own["module_url"])

    page.route(
        f"**/{DOMAIN}_static/{newer}/console.js",
        lambda route: route.fulfill(path=SCRIPT, content_type="text/javascript"),
    )
    visitor.log_in(house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/overview")
    page.get_by_role("button", name="Claim by serial number").click(timeout=LINK_MS)
    serial = page.locator("isg-claim-dialog ha-selector-text").first.locator("input")
    serial.fill("TYPED-1")
    expect(page.get_by_text("was updated while")).to_have_count(0)

    between.changes["get_panels"] = upgrade
    # Whatever changes the sidebar has every page ask for its panels anew.
    ask(house, "lovelace/dashboards/create", url_path="isg-upgrade", title="U", mode="storage")
    offer = page.locator("iot-secure-gateway-panel ha-alert").filter(
        has=page.get_by_role("button", name="Reload")
    )
    expect(offer).to_be_attached(timeout=LINK_MS)
    expect(serial).to_have_value("TYPED-1")  # nothing is lost until the person reloads
    visitor.picture("console-upgraded")
    page.keyboard.press("Escape")
    expect(page.locator("isg-claim-dialog")).to_have_count(0)
    assert faults(page) == []
    between.changes.clear()
    offer.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("button", name="Claim by serial number")).to_be_visible(timeout=LINK_MS)
    expect(offer).to_have_count(0)
    dashboards = ask(house, "lovelace/dashboards/list")
    (made,) = [one["id"] for one in dashboards if one["url_path"] == "isg-upgrade"]
    ask(house, "lovelace/dashboards/delete", dashboard_id=made)
    visitor.leave()
