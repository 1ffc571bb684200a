"""The page of monitoring in a real browser: attacked, understood, mended by the owner (US8)."""

from typing import Any

from playwright.sync_api import Browser, Page, expect
import pytest

from scripts.demonstration.errors import RequestRefused
from scripts.demonstration.home import DOMAIN

from simulator import fleet
from simulator.attacks import malformed
from simulator.attacks.wires import connect, read_all
from tests.end_to_end.accessibility import faults
from tests.end_to_end.visitors import PHONE, House, Visitor

PATH = "/iot-secure-gateway/monitoring"
LINK_MS = 30_000
ANSWER_SECONDS = 8.0
LAMP = "Virtual lamp (CPython)"
MALFORMED = "Messages that no device would send"
UNAUTHORISED = "A command of somebody without any permission"


async def _claim(house: House) -> fleet.VirtualDevice:
    device = house.stage.devices.all[0]
    async with await house.stage.as_owner() as client:
        known = (await client.command(f"{DOMAIN}/devices"))["devices"]
        if device.serial not in {one["serial"] for one in known}:
            where = {"host": device.host, "port": device.port}
            await client.command(
                f"{DOMAIN}/claim", serial=device.serial, password=device.password, **where
            )
        await client.watch_states()
        await client.until("the lamp is linked", lambda: _is_linked(client.states), LINK_MS / 1000)
    return device


def _is_linked(states: dict[str, Any]) -> bool | None:
    return any(name.startswith("switch.virtual_lamp") for name in states) or None


@pytest.fixture(scope="module")
def device(house: House, left_without_owners: None) -> fleet.VirtualDevice:
    """A lamp of the owner's."""
    return house.run(_claim(house))


async def _press(house: House, device: fleet.VirtualDevice) -> str:
    async with await house.stage.as_second() as client:
        relay = {"command": "turn_on", "entity": "relay"}
        with pytest.raises(RequestRefused) as refused:
            await client.command(f"{DOMAIN}/send_command", serial=device.serial, **relay)
        return str(refused.value)


async def _attack(device: fleet.VirtualDevice) -> None:
    """Send one such message: what is told of a second one after the lamp is back cuts it off again."""
    _, data = malformed.messages(0)[0]
    reader, writer = await connect(device.host, device.port)
    writer.write(data)
    writer.write_eof()
    await read_all(reader, ANSWER_SECONDS)
    writer.close()


def open_page(visitor: Visitor, section: str = "") -> Page:
    visitor.log_in(visitor.house.stage.people.owner)
    visitor.visit(f"{PATH}/{section}")
    return visitor.page


def go(page: Page, section: str) -> None:
    page.get_by_role("link", name=section, exact=True).click()


def look_in_the_dark(visitor: Visitor, name: str) -> None:
    visitor.picture(name)
    card, white = visitor.page.locator("isg-monitoring ha-card").first, "rgb(255, 255, 255)"
    visitor.page.emulate_media(color_scheme="dark")
    expect(card).to_have_css("background-color", "rgb(28, 28, 28)")  # it changes slowly
    visitor.picture(f"{name}-dark")
    visitor.page.emulate_media(color_scheme="light")
    expect(card).to_have_css("background-color", white)


def test_owner_sees_who_was_blocked_reads_why_and_frees_them(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    page = open_page(visitor)
    threats = page.locator("isg-threats li")
    expect(page.get_by_text("What was noticed")).to_be_visible(timeout=LINK_MS)
    before = threats.filter(has_text=UNAUTHORISED).count()
    house.run(_press(house, device))
    expect(threats.filter(has_text=UNAUTHORISED)).to_have_count(before + 1)  # by itself
    expect(page.get_by_role("img", name="Threats of the last 30 days")).to_be_visible()
    assert faults(page) == []
    visitor.picture("monitoring-1-threats")

    threats.filter(has_text="Sam").filter(has_text=LAMP).first.get_by_role("link").click()
    story = page.locator("isg-threat-story")
    expect(story.get_by_text("Most likely it is a member of the household")).to_be_visible()
    done = story.locator("ol")
    expect(done).to_contain_text("Blocked until")
    expect(done).to_contain_text("Traced")
    expect(story.get_by_text("127.0.0.1").first).to_be_visible()  # from where Sam was logged in
    assert faults(page) == []
    look_in_the_dark(visitor, "monitoring-2-story")
    assert "blocked" in house.run(_press(house, device))
    story.get_by_role("button", name="Release").click()
    expect(done).to_contain_text("Released by")
    story.get_by_role("button", name="Acknowledge").click()
    expect(done).to_contain_text("Acknowledged by")
    expect(story.get_by_role("button", name="Release")).to_have_count(0)
    assert "blocked" not in house.run(_press(house, device))
    story.get_by_role("link", name="Look it up in the record").click()
    lines = page.locator("isg-audit-list tbody tr")
    expect(lines.filter(has_text="Sam").first).to_be_visible()
    expect(lines.filter(has_not_text="Sam")).to_have_count(0)
    page.go_back()
    expect(story.locator("ol")).to_contain_text("Acknowledged by")

    go(page, "Blocked and cut off")
    blocked = page.locator("isg-restraints li").filter(has_text="Sam")
    blocked.get_by_role("button", name="Keep a day longer").click()
    expect(page.get_by_text("The block lasts a day longer.").first).to_be_visible()
    assert faults(page) == []
    visitor.picture("monitoring-3-blocked")
    blocked.get_by_role("button", name="Release").click()
    expect(page.get_by_text("Nobody is blocked.")).to_be_visible()

    go(page, "Threats")
    page.locator("isg-threats ha-selector-boolean").click()
    expect(threats.filter(has_text="open").first).to_be_visible()
    expect(threats.filter(has_not_text="open")).to_have_count(0)


def test_device_that_is_cut_off_is_connected_again_by_its_owner(
    house: House, visitor: Visitor, device: fleet.VirtualDevice
) -> None:
    """US8: what could be turned against the owner is warned of; the way back is a button."""
    page = open_page(visitor, "policy")
    policy = page.locator("isg-policy")
    scope = policy.locator("ha-selector-select")
    expect(scope).to_contain_text("all devices that I configure", timeout=LINK_MS)
    row = policy.get_by_role("row").filter(has_text=MALFORMED)
    expect(row).to_be_visible()
    visitor.picture("monitoring-11-policy-top")
    row.get_by_role("button", name="Change").click()
    dialog = page.locator("isg-rule-dialog")
    dialog.get_by_text("communication suspended").click()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("ha-alert[alert-type=warning]")).to_be_visible()
    assert faults(page) == []
    dialog.get_by_role("button", name="Save all the same").click()
    expect(row).to_contain_text("communication suspended")
    assert faults(page) == []
    visitor.picture("monitoring-4-policy")

    house.run(_attack(device))
    go(page, "Blocked and cut off")
    held = page.locator("isg-restraints li").filter(has_text=MALFORMED)
    expect(held).to_contain_text(LAMP, timeout=LINK_MS)
    visitor.picture("monitoring-5-cut-off")
    held.get_by_role("link", name="Why").click()
    story = page.locator("isg-threat-story")
    expect(story.locator("ol")).to_contain_text("Cut off until somebody connects it again")
    page.go_back()
    held.get_by_role("button", name="Connect").click()
    page.locator("isg-confirm-dialog").get_by_role("button", name="Connect it again").click()
    expect(page.get_by_text("No device is cut off.")).to_be_visible(timeout=LINK_MS)
    house.run(_claim(house))  # it is linked

    go(page, "Policy")
    row.get_by_role("button", name="As built in").click()
    expect(row).not_to_contain_text("communication suspended")


def test_owner_says_how_it_is_done_and_looks_over_the_house_on_a_phone(
    house: House, browser: Browser, device: fleet.VirtualDevice
) -> None:
    house.run(_press(house, device))
    phone = Visitor(browser, house, PHONE, locale="de-DE")
    phone.context.add_init_script("localStorage.selectedLanguage ??= '\"de\"'")
    page = open_page(phone, "policy")
    conduct = page.locator("isg-conduct")
    expect(conduct).to_be_visible(timeout=LINK_MS)
    phone.picture("monitoring-12-phone-policy-top")
    conduct.get_by_label("Nur bemerken").click()
    expect(conduct.get_by_text("Solange das an ist")).to_be_visible()
    conduct.get_by_role("button", name="Speichern").click()
    expect(page.get_by_text("Gespeichert.").first).to_be_visible()
    assert fits(page)
    look_in_the_dark(phone, "monitoring-6-phone-policy")

    go(page, "Haus durchsehen")
    found = page.locator("isg-self-audit li").filter(has_text=LAMP)
    expect(found).to_contain_text("Mittel")
    assert faults(page) == []
    assert fits(page)
    phone.picture("monitoring-7-phone-self-audit")
    found.get_by_role("link").click()  # where it is switched off again
    conduct.get_by_label("Nur bemerken").click()
    conduct.get_by_role("button", name="Speichern").click()
    expect(conduct.get_by_text("Solange das an ist")).to_have_count(0)

    go(page, "Nachrichten")
    page.get_by_role("button", name="Zur Probe eine Nachricht senden").click()
    expect(page.get_by_text("Eine Nachricht ist unterwegs.").first).to_be_visible()
    assert faults(page) == []
    phone.picture("monitoring-8-phone-messages")
    go(page, "Bedrohungen")
    threat = page.locator("isg-threats li").first
    expect(threat).to_be_visible()
    assert fits(page)
    phone.picture("monitoring-9-phone-threats")
    threat.get_by_role("link").click()
    expect(page.get_by_text("Was getan wurde")).to_be_visible()
    assert fits(page)
    phone.picture("monitoring-10-phone-story")
    phone.leave()


def fits(page: Page) -> bool:
    """Tell whether nothing is wider than the screen."""
    wide: list[str] = page.locator("isg-monitoring").evaluate(
        """page => {
            const wide = [];
            const look = root => root.querySelectorAll("*").forEach(one => {
                if (one.shadowRoot && one.localName.startsWith("isg-")) look(one.shadowRoot);
                if (one.getBoundingClientRect().right > innerWidth + 1) wide.push(one.outerHTML.slice(0, 200));
            });
            look(page.shadowRoot);
            return wide;
        }"""
    )
    assert wide == []
    return True
