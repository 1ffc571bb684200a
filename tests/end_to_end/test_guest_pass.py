"""A guest in front of a browser: opens the link of a pass, presses a button, and sees what became of it (B6)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Browser, Page, expect
import pytest

from scripts.demonstration.devices import switched
from scripts.demonstration.home import DOMAIN

from simulator import fleet
from tests.end_to_end.visitors import PHONE, House, Visitor

PATH = "/iot_secure_gateway/guest"
SETTLED_MS = 30_000


async def _make(house: House, serial: str, **changes: Any) -> dict[str, Any]:
    fields = {
        "name": "Plumber",
        "devices": {"serials": [serial]},
        "commands": {"groups": ["control"]},
        "expires_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
        **changes,
    }
    async with await house.stage.as_owner() as client:
        made: dict[str, Any] = await client.command(f"{DOMAIN}/add_pass", **fields)
        return made


async def _take_back(house: House, made: dict[str, Any]) -> None:
    async with await house.stage.as_owner() as client:
        await client.command(f"{DOMAIN}/remove_row", number=made["number"], version=made["version"])


@pytest.fixture
def german_phone(browser: Browser, house: House) -> Iterator[Visitor]:
    """Somebody whose phone is dark and speaks German."""
    visitor = Visitor(browser, house, PHONE)
    visitor.context.close()
    visitor.context = browser.new_context(
        locale="de-DE",
        color_scheme="dark",
        viewport={"width": PHONE[0], "height": PHONE[1]},
        is_mobile=True,
        has_touch=True,
    )
    visitor.page = visitor.context.new_page()
    visitor.page.on("pageerror", lambda error: visitor.page_errors.append(str(error)))
    yield visitor
    visitor.leave()


def _open(guest: Visitor, made: dict[str, Any]) -> Page:
    guest.visit(f"{PATH}#{made['link'].partition('#')[2]}")
    return guest.page


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_guest_opens_the_link_and_presses_until_the_pass_is_used_up(
    house: House, phone: Visitor, device: fleet.VirtualDevice
) -> None:
    before = switched(device)
    made = house.run(_make(house, device.serial, uses_left=2))
    token = made["link"].partition("#")[2]
    sent: list[str] = []
    phone.page.on("request", lambda request: sent.append(f"{request.url} {request.headers}"))
    page = _open(phone, made)
    expect(page.get_by_role("heading", name="Plumber")).to_be_visible()
    expect(page.get_by_text("Uses left: 2")).to_be_visible()
    turn_on = page.get_by_role("button", name="Turn on")
    expect(turn_on).to_be_enabled(timeout=SETTLED_MS)
    phone.picture("40-guest")
    turn_on.click()
    expect(page.get_by_role("status")).to_have_text("Turned on.")
    assert switched(device) == [*before, "on"]
    phone.picture("41-guest-done")
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_role("status")).to_have_text("Turned off.")
    assert switched(device) == [*before, "on", "off"]
    expect(page.get_by_text("Uses left: 0")).to_be_visible()
    expect(turn_on).to_be_disabled()
    expect(page.get_by_text("Refused: this pass has no uses left.").first).to_be_visible()
    phone.picture("42-guest-used-up")
    _fits(page)
    assert sent
    assert not [one for one in sent if token in one]  # not in an address, not in a header
    assert phone.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_page_is_dark_and_german_where_the_phone_is(
    house: House, german_phone: Visitor, device: fleet.VirtualDevice
) -> None:
    starts_at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    name = "Ferienhaus Öffnungsdienstleistungsgesellschaft GmbH <b>& Co</b>"
    made = house.run(_make(house, device.serial, name=name, starts_at=starts_at))
    page = _open(german_phone, made)
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_role("button", name="Einschalten")).to_be_disabled()
    expect(page.get_by_text("Möglich ab").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 17, 17)"
    assert page.evaluate("document.documentElement.lang") == "de"
    german_phone.picture("43-guest-german-dark")
    _fits(page)


def test_pass_that_is_taken_back_while_its_page_is_open_does_nothing_more(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    before = switched(device)
    house.run(_make(house, device.serial, name="Another"))
    made = house.run(_make(house, device.serial))
    page = _open(visitor, made)
    turn_on = page.get_by_role("button", name="Turn on")
    expect(turn_on).to_be_enabled(timeout=SETTLED_MS)
    house.run(_take_back(house, made))
    turn_on.click()
    expect(page.get_by_role("status")).to_contain_text("does not work any more")
    expect(turn_on).to_have_count(0)
    assert switched(device) == before
    visitor.picture("44-guest-taken-back")
    visitor.visit(PATH)
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("This link does not work")


def test_page_may_not_load_or_run_what_is_not_its_own(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    page = _open(visitor, house.run(_make(house, device.serial)))
    expect(page.get_by_role("button", name="Turn on")).to_be_visible(timeout=SETTLED_MS)
    refused = page.evaluate(
        """async () => {
            const violations = [];
            const told = new Promise((done) => {
                addEventListener("securitypolicyviolation", (event) => {
                    violations.push(event.effectiveDirective);
                    if (violations.length === 2) done();
                });
            });
            const script = document.createElement("script");
            script.textContent = "globalThis.wasRun = true";
            document.body.append(script);
            await fetch("http://127.0.0.1:9/").catch(() => null);
            await told;
            return [violations.sort(), globalThis.wasRun ?? false];
        }"""
    )
    assert refused == [["connect-src", "script-src-elem"], False]
