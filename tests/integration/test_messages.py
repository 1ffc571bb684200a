"""People are told on their own phones, and answer there: nobody else's answer counts (S18)."""

from collections.abc import AsyncGenerator
from datetime import timedelta
import logging
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_fire_time_changed,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.auth.const import GROUP_ID_READ_ONLY
from homeassistant.core import Context, ServiceCall
from homeassistant.util import dt as dt_util

from .house import House
from .phone import ANSWER, Phone, Phones
from .test_console_audit import lines
from .test_modules import switch_modules
from .visitor import refusal, visit
from custom_components.iot_secure_gateway import messages as module
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.exceptions import NotAPerson
from custom_components.iot_secure_gateway.message_settings import MessageSettings
from custom_components.iot_secure_gateway.messages import Action, Message, Messages
from custom_components.iot_secure_gateway.phones import MAX_PHONES, Severity, phones_of
from custom_components.iot_secure_gateway.policy.actors import Actor, User
from custom_components.iot_secure_gateway.storage import StorageError

TOO_LATE = "Nothing was done: that message is settled, or too old."


class Teller(Messages):
    """Messages with a clock that a test moves; notes what is refused and what was pressed."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.at = 0.0
        self.refused: list[tuple[str, Actor]] = []
        self.pressed: list[str] = []
        super().__init__(
            house.hass, MessageSettings(house.hass), record=self._note, now=lambda: self.at
        )

    def _note(self, kind: str, actor: Actor, detail: str) -> None:
        self.refused.append((kind, actor))

    async def press(self, user_id: str) -> None:
        """Do what the button of a test says."""
        self.pressed.append(user_id)

    def message(self, tag: str = "t", **changes: Any) -> Message:
        """Return a message with one button."""
        fields: dict[str, Any] = {
            "text": "answer_not_done",
            "placeholders": {"why": "<b>x"},
            "tag": tag,
            "actions": (Action(label="action_refuse", run=self.press),),
        }
        return Message(**{**fields, **changes})

    def pass_time(self, seconds: float) -> None:
        """Move all clocks."""
        self.at += seconds
        async_fire_time_changed(self.house.hass, dt_util.utcnow() + timedelta(seconds=seconds))


@pytest.fixture
async def phones(
    house: House, hass_client: ClientSessionGenerator, hass_ws_client: WebSocketGenerator
) -> Phones:
    """Home Assistant's app, without a phone yet."""
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    return phones


@pytest.fixture
async def teller(house: House) -> AsyncGenerator[Teller]:
    """Messages alone, without a gateway."""
    teller = Teller(house)
    teller.async_start()
    yield teller
    teller.async_stop()


@pytest.fixture
async def olivias(phones: Phones, owner: MockUser) -> Phone:
    """The phone of Olivia."""
    return await phones.phone(owner, "Olivias phone")


@pytest.fixture
async def adams(phones: Phones, other: MockUser) -> Phone:
    """The phone of an administrator."""
    return await phones.phone(other, "Adams phone")


# --- who is told what ----------------------------------------------------------------------------------
async def test_a_message_reaches_the_phone_of_its_receiver_only(
    teller: Teller, owner: MockUser, olivias: Phone, adams: Phone
) -> None:
    await teller.tell([owner.id, owner.id, ""], teller.message())
    told = await olivias.received()
    assert told["message"] == "Your answer had no effect: ‹b›x"
    assert told["title"] == "IoT Secure Gateway"
    assert told["data"]["tag"] == "t"
    (button,) = told["data"]["actions"]
    assert (button["title"], button["authenticationRequired"]) == ("Refuse", True)
    assert len(button["action"]) == len("ISG_") + 32
    assert await olivias.nothing_came()  # named twice, told once
    assert await adams.nothing_came()
    assert not async_get_persistent_notifications(teller.house.hass)


async def test_texts_are_in_the_language_of_home_assistant(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    teller.house.hass.config.language = "de"
    await teller.tell([owner.id], teller.message())
    assert (await olivias.received())["message"].startswith("Deine Antwort hat nichts bewirkt")
    assert await teller.text("no_such_text", {}) == "no_such_text"
    assert "{why}" in await teller.text("answer_not_done", {})


@pytest.mark.parametrize("severity", Severity)
async def test_a_message_is_as_loud_as_it_says(
    teller: Teller, owner: MockUser, olivias: Phone, severity: Severity
) -> None:
    await teller.tell([owner.id], teller.message(severity=severity))
    data = (await olivias.received())["data"]
    level = data.get("push", {}).get("interruption-level")
    assert level == {"passive": "passive", "normal": None, "critical": "critical"}[severity]
    assert (data.get("channel") == "alarm_stream") is (severity is Severity.CRITICAL)


async def test_what_everybody_may_see_shows_names_as_they_are(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    names = {"why": "[x](http://a.example)" + "y" * 300}
    message = teller.message(public="answer_not_done", placeholders=names)
    await teller.tell([owner.id], message)
    (shown,) = async_get_persistent_notifications(teller.house.hass).values()
    assert r"\[x\]\(http\:\/\/a\.example\)yy" in shown["message"]
    assert "…" in shown["message"]
    await olivias.received()
    await teller.take_back([owner.id, ""], "t")
    assert not async_get_persistent_notifications(teller.house.hass)
    taken = await olivias.received()
    assert (taken["message"], taken["data"]["tag"]) == ("clear_notification", "t")


async def test_nobody_is_told_who_is_no_active_person(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    owner.is_active = False  # as long as nobody ended the connections of her phone
    await teller.tell([owner.id, "0" * 32], teller.message())
    assert await olivias.nothing_came()
    assert not teller._buttons


async def test_at_most_so_many_phones_of_a_person_are_told(
    house: House, phones: Phones, owner: MockUser
) -> None:
    for number in range(MAX_PHONES + 1):
        await phones.register(owner, f"phone {number}")
    assert len(phones_of(house.hass, owner.id)) == MAX_PHONES


async def test_while_home_assistant_starts_nobody_has_a_phone_yet(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    app = teller.house.hass.data["mobile_app"]
    service = app.pop("notify")
    await teller.tell([owner.id], teller.message())
    assert await olivias.nothing_came()
    app["notify"] = service
    await teller.tell([owner.id], teller.message())
    await olivias.received()


async def test_a_push_that_fails_keeps_nobody_else_from_being_told(
    teller: Teller,
    phones: Phones,
    owner: MockUser,
    olivias: Phone,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked: list[dict[str, Any]] = []

    async def push(request: web.Request) -> web.Response:
        asked.append(await request.json())
        return web.json_response({"errorMessage": "down"}, status=500)

    app = web.Application()
    app.router.add_post("/push", push)

    async def fail(call: ServiceCall) -> None:
        raise ValueError

    async with TestServer(app, host="127.0.0.1") as server:
        url = str(server.make_url("/push"))
        await phones.register(owner, "far away", {"push_token": "x", "push_url": url})
        await phones.register(owner, "gone")  # has no channel open
        await phones.register(owner, "broken")
        teller.house.hass.services.async_register("notify", "mobile_app_broken", fail)
        await teller.tell([owner.id], teller.message())
    assert (await olivias.received())["data"]["tag"] == "t"
    assert len(asked) == 1
    for name in ("gone", "broken"):
        assert f"could not be sent by notify.mobile_app_{name}" in caplog.text


# --- entities that people chose ------------------------------------------------------------------------
async def test_a_message_also_reaches_the_entities_that_its_receiver_chose(
    teller: Teller, owner: MockUser, olivias: Phone, adams: Phone
) -> None:
    await teller.settings.choose(owner.id, ["notify.adams_phone", "notify.adams_phone"])
    again = MessageSettings(teller.house.hass)
    await again.load()
    assert again.entities_of(owner.id) == ("notify.adams_phone",)
    await teller.tell([owner.id], teller.message())
    await olivias.received()
    told = await adams.received()
    assert told["message"].startswith("Your answer had no effect")
    assert "data" not in told  # no buttons: they are Olivia's
    await teller.settings.choose(owner.id, [])
    await again.load()
    assert again.entities_of(owner.id) == ()


async def test_what_somebody_chose_is_forgotten_with_them(
    teller: Teller, house: House, owner: MockUser, other: MockUser
) -> None:
    for person in (owner, other):
        await teller.settings.choose(person.id, ["notify.adams_phone"])
    await house.hass.auth.async_remove_user(owner)
    await house.hass.auth.async_remove_user(await house.person("Zoe"))
    await house.hass.async_block_till_done()
    assert teller.settings.entities_of(owner.id) == ()
    assert teller.settings.entities_of(other.id) == ("notify.adams_phone",)


async def test_an_entity_is_used_with_the_rights_of_its_chooser_only(
    teller: Teller, house: House, adams: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    group = await house.hass.auth.async_get_group(GROUP_ID_READ_ONLY)
    assert group is not None
    reader = MockUser(name="Rita", groups=[group]).add_to_hass(house.hass)
    await teller.settings.choose(reader.id, ["notify.adams_phone"])
    await teller.tell([reader.id], teller.message())
    assert await adams.nothing_came()
    assert "could not be sent by notify.send_message" in caplog.text


@pytest.mark.parametrize(
    "chosen", [["light.kitchen"], ["notify.A"], ["notify."], [7], ["notify.a"] * 9, ["notify.a b"]]
)
async def test_what_is_no_notify_entity_cannot_be_chosen(teller: Teller, chosen: list[Any]) -> None:
    with pytest.raises(ValueError, match="not a"):
        await teller.settings.choose("u", chosen)
    assert teller.settings.entities_of("u") == ()


async def test_settings_are_bounded_and_damage_is_noticed(
    teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.iot_secure_gateway.message_settings.MAX_PEOPLE", 2)
    for person in ("a", "b", "c"):
        await teller.settings.choose(person, ["notify.x"])
    assert [teller.settings.entities_of(one) for one in "abc"] == [(), ("notify.x",), ("notify.x",)]
    await teller.settings._store.async_save_durably({"entities": {"a": ["light.x"]}})
    with pytest.raises(StorageError):
        await MessageSettings(teller.house.hass).load()


# --- answers -------------------------------------------------------------------------------------------
async def test_a_button_does_what_it_says_once(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    second = Action(label="action_allow_once", run=teller.press)
    message = teller.message()
    await teller.tell([owner.id], teller.message(actions=(*message.actions, second)))
    told = await olivias.received()
    await olivias.press(told, "Refuse")
    assert teller.pressed == [owner.id]
    for title in ("Refuse", "Allow once"):  # the other button of the message is gone with it
        await olivias.press(told, title)
        assert (await olivias.received())["message"].startswith(TOO_LATE)
    assert teller.pressed == [owner.id]


async def test_the_answer_of_another_person_counts_for_nothing_and_is_recorded(
    teller: Teller, owner: MockUser, other: MockUser, olivias: Phone, adams: Phone
) -> None:
    await teller.tell([owner.id], teller.message())
    told = await olivias.received()
    await adams.press(told, "Refuse")
    assert teller.pressed == []
    assert teller.refused == [("answer_refused", User(id=other.id, name="Adam"))]
    assert await adams.nothing_came()  # nor is he told what it was
    await olivias.press(told, "Refuse")  # hers still does
    assert teller.pressed == [owner.id]


async def test_an_event_that_was_made_in_the_house_is_no_answer(
    teller: Teller, house: House, owner: MockUser, olivias: Phone
) -> None:
    """A script that Olivia runs could fire one in her name."""
    await teller.tell([owner.id], teller.message())
    told = await olivias.received()
    action_id = told["data"]["actions"][0]["action"]
    house.hass.bus.async_fire(ANSWER, {"action": action_id}, context=Context(user_id=owner.id))
    await house.hass.async_block_till_done()
    assert teller.pressed == []
    for odd in (None, 7, ["x"], "", "OTHER_1", "ISG_" + "0" * 33):
        await olivias.send(odd)
    assert await olivias.nothing_came()
    await olivias.press(told, "Refuse")
    assert teller.pressed == [owner.id]


async def test_who_may_not_log_in_any_more_cannot_answer(
    teller: Teller, house: House, owner: MockUser, olivias: Phone
) -> None:
    await teller.tell([owner.id], teller.message())
    told = await olivias.received()
    owner.is_active = False  # as long as nobody ended the connections of her phone
    await olivias.press(told, "Refuse")
    assert teller.pressed == []
    assert [kind for kind, _ in teller.refused] == ["answer_refused"]


async def test_a_button_ends_with_its_time_and_with_a_newer_message(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    await teller.tell([owner.id], teller.message(expires_s=100.0))
    first = await olivias.received()
    await teller.tell([owner.id], teller.message(expires_s=100.0))
    second = await olivias.received()
    await teller.tell([owner.id], teller.message(tag="another"))
    await olivias.received()
    await olivias.press(first, "Refuse")
    assert (await olivias.received())["message"].startswith(TOO_LATE)
    teller.at += 101
    await olivias.press(second, "Refuse")
    assert (await olivias.received())["message"].startswith(TOO_LATE)
    assert teller.pressed == []


async def test_a_button_that_cannot_do_it_says_why(
    teller: Teller, owner: MockUser, olivias: Phone, caplog: pytest.LogCaptureFixture
) -> None:
    async def refuse(user_id: str) -> None:
        raise NotAPerson

    async def fail(user_id: str) -> None:
        raise RuntimeError

    for run, text in (
        (refuse, "Your answer had no effect: "),
        (fail, "Your answer had no effect, because the gateway failed."),
    ):
        await teller.tell(
            [owner.id], teller.message(actions=(Action(label="action_refuse", run=run),))
        )
        await olivias.press(await olivias.received(), "Refuse")
        told = await olivias.received()
        assert told["message"].startswith(text)
        assert "actions" not in told["data"]
    assert "An answer to a message failed" in caplog.text


async def test_presses_are_answered_within_bounds(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    for _ in range(module.PERSON_BURST + 5):
        await olivias.send("ISG_" + "0" * 32)
    for _ in range(module.PERSON_BURST):
        assert (await olivias.received())["message"].startswith(TOO_LATE)
    assert await olivias.nothing_came()


async def test_buttons_are_bounded(
    teller: Teller, owner: MockUser, olivias: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BUTTONS", 2)
    told = []
    for number in range(3):
        await teller.tell([owner.id], teller.message(tag=f"t{number}"))
        told.append(await olivias.received())
    await olivias.press(told[0], "Refuse")
    assert (await olivias.received())["message"].startswith(TOO_LATE)
    for message in told[1:]:
        await olivias.press(message, "Refuse")
    assert teller.pressed == [owner.id, owner.id]


# --- not too often -------------------------------------------------------------------------------------
async def test_a_flood_becomes_one_message_with_a_count(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    for number in range(module.BURST + 10):
        await teller.tell([owner.id], teller.message(placeholders={"why": str(number)}))
    for number in range(module.BURST):
        assert (await olivias.received())["message"].endswith(f": {number}")
    assert await olivias.nothing_came()
    teller.pass_time(module.INTERVAL_S + 1)
    told = await olivias.received()
    assert told["message"] == "Your answer had no effect: 12 (The newest of 10 such messages.)"
    await olivias.press(told, "Refuse")  # its button is good
    assert teller.pressed == [owner.id]
    await teller.tell([owner.id], teller.message())
    teller.pass_time(module.INTERVAL_S + 1)
    assert "newest of" not in (await olivias.received())["message"]


async def test_what_waits_is_taken_back_with_the_rest(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    for _ in range(module.BURST + 1):
        await teller.tell([owner.id], teller.message())
    for _ in range(module.BURST):
        told = await olivias.received()
    await teller.take_back([owner.id], "t")
    assert (await olivias.received())["message"] == "clear_notification"
    teller.pass_time(module.INTERVAL_S + 1)
    assert await olivias.nothing_came()
    await olivias.press(told, "Refuse")
    assert (await olivias.received())["message"].startswith(TOO_LATE)


async def test_what_waits_at_the_stop_is_not_sent(
    teller: Teller, owner: MockUser, olivias: Phone
) -> None:
    for _ in range(module.BURST + 1):
        await teller.tell([owner.id], teller.message())
    for _ in range(module.BURST):
        await olivias.received()
    teller.async_stop()
    teller.async_stop()  # stopped is stopped
    teller.pass_time(module.INTERVAL_S + 1)
    assert await olivias.nothing_came()


async def test_one_person_is_not_told_too_much_of_many_things(
    teller: Teller, owner: MockUser, olivias: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_HELD", 2)
    for number in range(module.PERSON_BURST + 3):
        await teller.tell([owner.id], teller.message(tag=f"t{number}"))
    for _ in range(module.PERSON_BURST):
        await olivias.received()
    assert await olivias.nothing_came()
    await teller.tell([owner.id], teller.message(tag="alarm", severity=Severity.CRITICAL))
    assert (await olivias.received())["data"]["tag"] == "alarm"  # not behind all the others
    teller.pass_time(module.INTERVAL_S + 1)
    last = [(await olivias.received())["data"]["tag"] for _ in range(2)]
    assert sorted(last) == ["t21", "t22"]  # the oldest that waited made room
    assert await olivias.nothing_came()


# --- the running gateway -------------------------------------------------------------------------------
async def test_with_the_module_off_nobody_is_told_and_no_button_counts(
    house: House, owner: MockUser, phones: Phones
) -> None:
    entry = await house.add_gateway()
    olivias = await phones.phone(owner, "Olivias phone")
    messages = house.messages
    pressed: list[str] = []

    async def press(user_id: str) -> None:
        pressed.append(user_id)

    message = Message(
        text="answer_failed",
        public="answer_failed",
        tag="t",
        actions=(Action(label="action_refuse", run=press),),
    )
    await messages.tell([owner.id], message)
    told = await olivias.received()
    await messages.take_back([], "t")
    await switch_modules(house, entry, messaging=False)
    await messages.tell([owner.id], message)
    assert not async_get_persistent_notifications(house.hass)
    await olivias.press(told, "Refuse")
    assert await olivias.nothing_came()
    assert pressed == []
    await switch_modules(house, entry)
    await olivias.press(told, "Refuse")
    assert pressed == [owner.id]


async def test_a_refused_answer_is_a_line_of_the_record(
    house: House,
    owner: MockUser,
    other: MockUser,
    phones: Phones,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await house.add_gateway()
    olivias = await phones.phone(owner, "Olivias phone")
    adams = await phones.phone(other, "Adams phone")

    async def press(user_id: str) -> None:
        raise AssertionError

    action = Action(label="action_refuse", run=press)
    await house.messages.tell([owner.id], Message(text="answer_failed", tag="t", actions=(action,)))
    told = await olivias.received()
    caplog.set_level(logging.DEBUG, module.__name__.rpartition(".")[0])
    await adams.press(told, "Refuse")
    visitor = await visit(house, hass_ws_client, other)
    (line,) = [one for one in await lines(visitor) if one["kind"] == "answer_refused"]
    assert (line["principal"], line["verdict"]) == (f"user:{other.id}", "refused")
    own = [one.getMessage() for one in caplog.records if DOMAIN in one.name]
    assert told["data"]["actions"][0]["action"] not in "".join(own)


# --- at the console ------------------------------------------------------------------------------------
async def test_everybody_chooses_for_themselves_how_to_be_told(
    house: House,
    owner: MockUser,
    other: MockUser,
    phones: Phones,
    hass_ws_client: WebSocketGenerator,
) -> None:
    await house.add_gateway()
    olivias = await phones.phone(owner, "Olivias phone")
    await phones.phone(other, "Adams phone")
    olivia = await visit(house, hass_ws_client, owner)
    adam = await visit(house, hass_ws_client, other)
    assert await olivia.call("message_settings") == {"phones": ["Olivias phone"], "entities": []}
    chosen = ["notify.adams_phone"]
    await olivia.call("set_message_settings", entities=chosen)
    assert (await olivia.call("message_settings"))["entities"] == chosen
    assert (await adam.call("message_settings"))["entities"] == []
    await olivia.call("try_messages")
    assert (await olivias.received())["message"].startswith("This is how the gateway tells you")
    for entities in (["light.kitchen"], ["notify.not_there"]):
        refused = await refusal(olivia, "set_message_settings", entities=entities)
        assert refused.code == "no_notify_entity"
        assert entities[0] in refused.text
    assert (await olivia.call("message_settings"))["entities"] == chosen
    many = [f"notify.x{number}" for number in range(9)]
    assert (await refusal(olivia, "set_message_settings", entities=many)).code == "invalid_format"
