"""The sessions of a device as a picture, in a real browser: FIG 12 and FIG 13 while somebody presses a button."""

import re

from playwright.sync_api import Browser, Locator, Page, expect

from simulator import fleet
from tests.end_to_end.accessibility import faults
from tests.end_to_end.visitors import PHONE, House, Visitor

CONSOLE = "/iot-secure-gateway"
LINK_MS = 30_000
CACHE = re.compile(
    r"GSID\s*(?:provisional\s*\(\w{4}\)\s*)?\w{4}\s*DSID\s*(?:provisional\s*\(\w{4}\)\s*)?\w{4}"
)


def opened(visitor: Visitor, path: str) -> Page:
    visitor.log_in(visitor.house.stage.people.owner)
    visitor.visit(f"{CONSOLE}/{path}")
    return visitor.page


def press(visitor: Visitor, button: str) -> None:
    """Press a button in another tab of the same browser."""
    other = visitor.context.new_page()
    other.goto(f"{visitor.house.stage.home.address}{CONSOLE}/my-access")
    other.locator("isg-device-access").get_by_role("button", name=button).first.click()
    expect(other.get_by_text("confirmed by the device").first).to_be_visible(timeout=LINK_MS)
    other.close()


def caches(step: Locator) -> list[str]:
    """Return what both ends hold after a step."""
    return step.locator(".cache").all_inner_texts()


def own_faults(page: Page) -> list[str]:
    """Return what axe finds in the picture; the rest of the page has tests of its own."""
    return [fault for fault in faults(page) if "isg-session-trace" in fault]


def test_pressing_a_button_shows_the_session_with_both_caches(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    page = opened(visitor, f"overview/{device.serial}")
    trace = page.locator("isg-session-trace")
    expect(trace.get_by_role("heading", name="Sessions, step by step")).to_be_visible(
        timeout=LINK_MS
    )
    press(visitor, "Turn on")
    expect(trace.get_by_role("heading", name=re.compile("^Turn on at .*session"))).to_be_visible()
    steps = trace.get_by_role("list").get_by_role("listitem")
    expect(steps).to_have_count(5)
    _, opening, echo, commit, result = steps.all()
    for step, name, way in (
        (opening, "OPEN", "from the gateway to the device"),
        (echo, "ECHO", "from the device to the gateway"),
        (commit, "COMMIT", "from the gateway to the device"),
        (result, "RESULT", "from the device to the gateway"),
    ):
        expect(step).to_contain_text(name)
        expect(step).to_contain_text(way)
    shown = {name: caches(step) for name, step in zip("boecr", steps.all(), strict=True)}
    assert all(CACHE.search(text) for texts in shown.values() for text in texts), shown
    provisional = {name: [text.count("(") for text in texts] for name, texts in shown.items()}
    assert provisional == {"b": [0, 0], "o": [1, 0], "e": [1, 2], "c": [0, 2], "r": [0, 0]}
    expect(trace.get_by_role("status")).to_contain_text("Confirmed by the device")
    expect(trace).to_contain_text("waits 5\u00a0s for each message")
    assert own_faults(page) == []
    trace.evaluate("one => one.scrollIntoView()")
    visitor.picture("trace-1")

    trace.get_by_role("row").nth(2).get_by_role("button").click()  # an earlier one
    expect(trace.get_by_role("button", pressed=True)).to_have_count(1)
    expect(trace.get_by_role("heading", name=re.compile("^Turn on"))).to_have_count(0)

    page.get_by_role("button", name="Back").click()
    row = page.locator("isg-overview li").filter(has=page.get_by_role("link", name="lamp"))
    expect(row.first).to_contain_text("last session")
    expect(row.first.locator(".chip")).to_be_visible()
    assert faults(page) == []
    visitor.picture("trace-2-overview")


def test_picture_of_a_session_fits_a_phone_in_german_and_in_the_dark(
    house: House, browser: Browser, device: fleet.VirtualDevice
) -> None:
    visitor = Visitor(browser, house, PHONE, locale="de-DE", color_scheme="dark")
    visitor.context.add_init_script("localStorage.selectedLanguage ??= '\"de\"'")
    page = opened(visitor, f"overview/{device.serial}")
    trace = page.locator("isg-session-trace")
    expect(trace.get_by_role("status")).to_contain_text("Vom Gerät bestätigt", timeout=LINK_MS)
    picture = trace.locator("ol")
    assert picture.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    trace.evaluate("one => one.scrollIntoView()")
    visitor.picture("trace-3-phone")
    trace.get_by_role("table").scroll_into_view_if_needed()
    visitor.picture("trace-4-phone")
    trace.locator("svg.bars").scroll_into_view_if_needed()
    visitor.picture("trace-5-phone")
    assert own_faults(page) == []
    page.goto(f"{house.stage.home.address}{CONSOLE}/overview")
    expect(page.locator("isg-overview .chip").first).to_contain_text("Bedrohungsstufe")
    visitor.picture("trace-6-phone")
    visitor.leave()
