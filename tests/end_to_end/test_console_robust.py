"""The console with names that nobody expects, a connection that is slow or gone, and for who cannot see it."""

import asyncio
from collections.abc import Iterator
import json
import re
from typing import Any, Literal

from playwright.sync_api import Locator, Page, WebSocketRoute, expect
import pytest

from scripts.demonstration.devices import switched
from scripts.demonstration.home import DOMAIN
from scripts.demonstration.ports import LOOPBACK

from simulator import fleet
from tests.end_to_end.accessibility import faults
from tests.end_to_end.test_console_permissions import ask, clear, row_dialog
from tests.end_to_end.visitors import House, Visitor, own

CONSOLE = "/iot-secure-gateway"
SETTLED_MS = 30_000
START_S = 30.0
MARKUP = '<img src=x onerror="window.ran=1"><b>'
HEBREW = "\u05e9\u05dc\u05d5\u05dd"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
LONGEST = 255  # characters that Home Assistant takes as a name
TWICE = "button => { button.click(); button.click(); }"  # before the page can paint that it is busy
# Elements of ours that stick out of the screen, as far as they do not scroll by themselves.
WIDER = """() => {
    const found = [];
    const walk = (node, scrolls) => {
        for (const one of node.children ?? []) {
            const style = getComputedStyle(one);
            const within = scrolls || ["auto", "scroll", "hidden", "clip"].includes(style.overflowX);
            const box = one.getBoundingClientRect();
            if (!within && box.width > 0 && (box.right > innerWidth + 1 || box.left < -1)
                    && style.position !== "fixed")
                found.push(`${one.localName}.${one.className} ${Math.round(box.right)}`);
            if (one.localName.startsWith("isg-") || !one.localName.includes("-")
                    || one.localName === "ha-card" || one.localName.startsWith("hass-")) {
                walk(one, within);
                if (one.shadowRoot) walk(one.shadowRoot, within);
            }
        }
    };
    const main = document.querySelector("home-assistant").shadowRoot
        .querySelector("home-assistant-main").shadowRoot;
    walk(main.querySelector("iot-secure-gateway-panel").shadowRoot, false);
    return found;
}"""


def name_of(length: int) -> str:
    """Return a name that is markup, written from right to left, has emoji, and no place to break it."""
    return (MARKUP + HEBREW + FAMILY).ljust(length, "W")


@pytest.fixture(scope="module")
def device(house: House, left_without_owners: None) -> fleet.VirtualDevice:
    """A lamp that belongs to the owner."""
    return house.run(own(house))


@pytest.fixture
def strange(house: House, device: fleet.VirtualDevice) -> Iterator[fleet.VirtualDevice]:
    """A device whose name is the worst, and a person, a group and a row of that kind."""
    folder = house.stage.folder / "strange"
    lamp = fleet.prepare(
        str(folder), "cpython", LOOPBACK, 0, [f"{LOOPBACK}:{house.stage.ping_port}"], 5, "any", ""
    )
    factory = folder / "factory.json"
    values = json.loads(factory.read_text())
    del values["check"]
    factory.write_text(json.dumps(values | {"name": name_of(64), "model": name_of(64)}))

    async def start() -> tuple[asyncio.Task[None], str]:
        task = asyncio.create_task(lamp.run(False, lambda line: None))
        await asyncio.wait_for(lamp.wait_boot(1), START_S)
        async with await house.stage.as_owner() as client:
            await client.command(
                f"{DOMAIN}/claim",
                serial=lamp.serial,
                password=lamp.password,
                host=lamp.host,
                port=lamp.port,
            )
            made = await client.command(
                "config/auth/create", name=name_of(LONGEST), group_ids=["system-users"]
            )
            return task, made["user"]["id"]

    async def stop(task: asyncio.Task[None], person: str) -> None:
        async with await house.stage.as_owner() as client:
            await client.command(f"{DOMAIN}/release", serial=lamp.serial)
            await client.command("config/auth/delete", user_id=person)
        await lamp.stop()
        await task

    task, person = house.run(start())
    ask(
        house,
        "put_reference",
        kind="user_groups",
        reference={"name": name_of(64), "users": [person]},
    )
    add_row(
        house,
        users={"users": [person]},
        devices={"serials": [lamp.serial]},
        note=name_of(200),
    )
    yield lamp
    clear(house)
    house.run(stop(task, person))


def add_row(house: House, **changes: Any) -> None:
    """Add a row as its owner."""
    row = {
        "effect": "allow",
        "users": {"everyone": True},
        "commands": {"groups": ["read"]},
        "times": {"always": True},
    }
    ask(house, "add_row", row=row | changes, by=None)


def opened(visitor: Visitor, path: str) -> Page:
    visitor.log_in(visitor.house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/{path}")
    return visitor.page


def go(page: Page, path: str) -> None:
    """Choose another page without loading all of Home Assistant again."""
    page.evaluate(
        """path => {
            history.pushState(null, "", path);
            window.dispatchEvent(new CustomEvent("location-changed"));
        }""",
        f"{CONSOLE}/{path}",
    )


def test_names_are_text_and_stay_on_the_screen_whatever_is_in_them(
    phone: Visitor, strange: fleet.VirtualDevice
) -> None:
    page = opened(phone, "overview")
    shown = {
        "overview": page.locator("isg-overview li"),
        f"overview/{strange.serial}": page.locator("isg-device h1"),
        "my-access": page.locator("isg-device-access h2"),
        "permissions": page.locator("isg-permission-table td"),
        "permissions/groups": page.locator("isg-permission-groups"),
        "permissions/history": page.locator("isg-permission-history"),
        "audit": page.locator("isg-audit"),
        "monitoring": page.locator("isg-monitoring"),
    }
    for number, (path, place) in enumerate(shown.items()):
        go(page, path)
        expect(place.filter(has_text=MARKUP).first).to_be_visible(timeout=SETTLED_MS)
        phone.picture(f"robust-{number}")
        assert page.evaluate(WIDER) == [], path
    assert page.evaluate("window.ran") is None


def test_what_was_typed_outlives_a_restart_of_home_assistant(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    page = opened(visitor, "permissions")
    dialog = row_dialog(page)
    for name in ("Sam", "Virtual lamp (CPython)", "Read"):
        dialog.get_by_role("checkbox", name=name).check(force=True)
    note = dialog.locator("ha-selector-text input").last
    note.fill("Typed before the restart")

    assert house.run(house.stage.home.stop()) == 0
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("connection to Home Assistant was lost")).to_be_visible()
    house.run(house.stage.restart_home())
    page.wait_for_function(
        "document.querySelector('home-assistant').hass.connected", timeout=SETTLED_MS
    )
    expect(note).to_have_value("Typed before the restart")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=SETTLED_MS)
    row = page.get_by_role("row").filter(has_text="Typed before the restart")
    expect(row).to_be_visible(timeout=SETTLED_MS)
    assert visitor.page.url.endswith("/permissions")
    visitor.page_errors.clear()  # of the time when Home Assistant was away
    clear(house)


class SlowLine:
    """A websocket that keeps what the page sends until it may go on."""

    def __init__(self, page: Page) -> None:
        self._kept: list[tuple[WebSocketRoute, str | bytes]] = []
        self.is_held = False
        page.route_web_socket(re.compile("/api/websocket$"), self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        route.on_message(lambda message: self._sent(server, message))

    def _sent(self, server: WebSocketRoute, message: str | bytes) -> None:
        if self.is_held:
            self._kept.append((server, message))
        else:
            server.send(message)

    def kept(self, command: str) -> int:
        """Return how many messages of a kind wait."""
        return sum(command in str(message) for _, message in self._kept)

    def go_on(self) -> None:
        """Deliver all."""
        self.is_held = False
        for server, message in self._kept:
            server.send(message)
        self._kept.clear()


def test_pressing_twice_on_a_slow_line_acts_once(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    line = SlowLine(visitor.page)
    add_row(house, devices={"serials": [device.serial]})
    page = opened(visitor, "permissions")
    page.get_by_role("button", name=re.compile("^Remove row")).click()
    dialog = page.locator("isg-confirm-dialog")
    yes = dialog.locator("ha-button[slot=primaryAction]")
    expect(yes).to_be_visible()
    line.is_held = True
    yes.evaluate(TWICE)
    expect(yes).to_have_js_property("loading", True)
    assert line.kept("remove_row") == 1
    line.go_on()
    expect(dialog).to_have_count(0)

    go(page, "my-access")
    before = switched(device)
    mine = page.locator("isg-device-access").filter(has_text="Virtual lamp (CPython)")
    button = mine.locator("ha-button").filter(has_text="Turn on")
    expect(button).to_be_visible()
    line.is_held = True
    button.evaluate(TWICE)
    expect(button).to_have_js_property("loading", True)
    assert line.kept("send_command") == 1
    line.go_on()
    expect(page.get_by_text("confirmed by the device").first).to_be_visible()
    assert switched(device) == [*before, "on"]


async def _add_card(house: House) -> None:
    async with await house.stage.as_owner() as client:
        await client.command(
            "lovelace/dashboards/create",
            url_path="card-alone",
            title="Card",
            mode="storage",
            show_in_sidebar=False,
        )
        views = [{"title": "Mine", "cards": [{"type": "custom:iot-secure-gateway-card"}]}]
        await client.command("lovelace/config/save", url_path="card-alone", config={"views": views})


@pytest.fixture(scope="module")
def card(house: House, device: fleet.VirtualDevice) -> str:
    """A dashboard with our card on it."""
    house.run(_add_card(house))
    return "/card-alone"


def faults_in_both(page: Page) -> list[str]:
    """Return what axe finds with light colours, and which dark colours are too much alike."""
    found = faults(page)
    schemes: tuple[Literal["dark", "light"], ...] = ("dark", "light")
    for scheme in schemes:
        is_dark = scheme == "dark"
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            """async isDark => {
                const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
                if (document.querySelector("home-assistant").hass.themes.darkMode !== isDark) return false;
                await painted();
                await painted();
                return true;
            }""",
            arg=is_dark,
        )
        if is_dark:
            found += [f"dark {one}" for one in faults(page, "color-contrast")]
    return found


def looked_at(page: Page, opener: Locator, dialog: str) -> list[str]:
    """Open a dialog, return what axe finds, and close it."""
    opener.click()
    opened = page.locator(dialog)
    expect(opened.locator("ha-button[slot=primaryAction]")).to_be_visible(timeout=SETTLED_MS)
    found = faults_in_both(page)
    opened.get_by_role("button", name="Cancel").click()
    expect(opened).to_have_count(0)
    return [f"{dialog} {one}" for one in found]


def test_axe_finds_nothing_of_ours_in_light_or_dark(
    visitor: Visitor, device: fleet.VirtualDevice, card: str
) -> None:
    page = opened(visitor, "overview")
    motion = visitor.context.new_cdp_session(
        page
    )  # colours change slowly, which is not looked at here
    motion.send("Animation.enable")
    motion.send("Animation.setPlaybackRate", {"playbackRate": 1000})
    found: list[str] = []

    def button(name: str) -> Locator:
        return page.locator("iot-secure-gateway-panel").get_by_role("button", name=name).first

    expect(button("Claim by serial number")).to_be_visible(timeout=SETTLED_MS)
    found += faults_in_both(page)
    found += looked_at(page, button("Claim by serial number"), "isg-claim-dialog")
    go(page, f"overview/{device.serial}")
    rule = page.locator("isg-device-monitoring").get_by_role("button", name="Change").first
    expect(rule).to_be_visible(timeout=SETTLED_MS)
    expect(button("Add a deployment")).to_be_visible()
    found += faults_in_both(page)
    found += looked_at(page, button("Add a deployment"), "isg-deployment-dialog")
    found += looked_at(page, rule, "isg-rule-dialog")
    go(page, "my-access")
    expect(button("Turn on")).to_be_visible()
    found += faults_in_both(page)
    go(page, "permissions")
    found += looked_at(page, button("Add a row"), "isg-row-dialog")
    found += looked_at(page, button("New guest pass"), "isg-pass-dialog")
    found += faults_in_both(page)
    visitor.visit(card)
    shown = page.locator("iot-secure-gateway-card")
    expect(shown.get_by_role("button", name="Turn on")).to_be_visible(timeout=SETTLED_MS)
    found += faults_in_both(page)
    assert found == []
