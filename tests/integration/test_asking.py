"""Who is refused asks, and who may allow it answers, from the phone or the console (B20)."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import (
    MockUser,
    async_fire_time_changed,
    async_get_persistent_notifications,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from homeassistant.core import Context
from homeassistant.exceptions import ServiceValidationError

from .house import House, VirtualDevice
from .phone import Phone, Phones
from .test_console_audit import lines
from .test_console_pages import seen_until
from .test_rows import row_for
from .visitor import Visitor, refusal, visit
from custom_components.iot_secure_gateway import access_questions, asking as module
from custom_components.iot_secure_gateway.asking import DATA_ASKING, Asking
from custom_components.iot_secure_gateway.asking_errors import QuestionGone
from custom_components.iot_secure_gateway.gateway.rates import SourceBuckets
from custom_components.iot_secure_gateway.policy.actors import User
from custom_components.iot_secure_gateway.policy.asking import Answer
from custom_components.iot_secure_gateway.storage import PrivateStore, StorageError

# Commands that are tried here as somebody who may not.
TRIED = {
    "ask_for_access",
    "access_choices",
    "withdraw_access",
    "access_questions",
    "answer_access",
    "access",
}
ASKED = {"serial": "LAMP-1", "command": "turn_on"}


@dataclass
class Home:
    """Olivia owns a lamp; Ben owns nothing. Both have phones."""

    house: House
    lamp: VirtualDevice
    olivia: Visitor
    bens: Visitor
    olivias_phone: Phone
    bens_phone: Phone
    ben: MockUser
    owner: MockUser

    @property
    def asking(self) -> Asking:
        return self.house.hass.data[DATA_ASKING]

    @property
    def rows(self) -> dict[int, Any]:
        return dict(self.house.gateway.permissions.state.rows)

    async def ben_turns(self, service: str = "turn_on") -> None:
        """Ben tries the lamp."""
        await self.house.switch(service, Context(user_id=self.ben.id))

    async def ben_is_refused(self, service: str = "turn_on") -> str:
        """Ben tries the lamp in vain."""
        with pytest.raises(ServiceValidationError) as refused:
            await self.ben_turns(service)
        return str(refused.value)


@pytest.fixture
async def ben(house: House) -> MockUser:
    """Somebody of the household who owns nothing."""
    return await house.person("Ben")


@pytest.fixture
async def phones(
    house: House, hass_client: ClientSessionGenerator, hass_ws_client: WebSocketGenerator
) -> Phones:
    """Home Assistant's app, without a phone yet."""
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    return phones


@pytest.fixture
async def home(
    house: House,
    owner: MockUser,
    ben: MockUser,
    phones: Phones,
    hass_ws_client: WebSocketGenerator,
) -> Home:
    """A house in which there is something to ask for."""
    await house.add_gateway()
    lamp, _ = await house.claimed_device(owner)
    home = Home(
        house=house,
        lamp=lamp,
        olivia=await visit(house, hass_ws_client, owner),
        bens=await visit(house, hass_ws_client, ben),
        olivias_phone=await phones.phone(owner, "Olivias phone"),
        bens_phone=await phones.phone(ben, "Bens phone"),
        ben=ben,
        owner=owner,
    )
    for phone in (home.olivias_phone, home.bens_phone):  # they are also told of what Ben tries
        phone.only = ("iotsg_access", "iotsg_late")
    return home


async def test_reason_stands_in_the_message_and_not_where_everybody_reads(home: Home) -> None:
    await home.bens.call("ask_for_access", **ASKED, why="I read until ten")
    told = await home.olivias_phone.received()
    assert told["message"] == "Ben asks to be allowed turn_on on Lamp: “I read until ten”"
    (shown,) = async_get_persistent_notifications(home.house.hass).values()
    assert "ten" not in shown["message"]


async def test_the_owner_allows_it_once_from_the_phone(home: Home) -> None:
    assert "Ask for access" in await home.ben_is_refused()
    asked = await home.bens.call("ask_for_access", **ASKED)
    assert asked["is_new"]
    told = await home.olivias_phone.received()
    assert told["message"] == "Ben asks to be allowed turn_on on Lamp."
    titles = [one["title"] for one in told["data"]["actions"]]
    assert titles == ["Allow once", "Allow for an hour", "Refuse", "Allow today"]
    (shown,) = async_get_persistent_notifications(home.house.hass).values()
    for name in ("Ben", "Lamp", "turn"):  # everybody reads that
        assert name not in shown["message"]

    await home.olivias_phone.press(told, "Allow once")
    taken = await home.olivias_phone.received()
    assert (taken["message"], taken["data"]["tag"]) == ("clear_notification", told["data"]["tag"])
    answer = (await home.bens_phone.received())["message"]
    assert answer.startswith("You may do what you asked for once, until ")
    assert "Olivia" not in answer
    assert not async_get_persistent_notifications(home.house.hass)
    (row,) = home.rows.values()
    assert (row.uses_left, row.made_by, row.note) == (
        1,
        home.owner.id,
        "Answer to a question for access",
    )
    assert timedelta(minutes=14) < row.expires_at - datetime.now(UTC) <= timedelta(minutes=15)

    await home.ben_is_refused("turn_off")  # not asked for
    await home.ben_turns()
    assert home.lamp.switched == [True]
    await home.ben_is_refused()
    own = (await home.bens.call("access_questions"))["own"]
    assert [(one["answer"], one["command"]) for one in own] == [("once", "turn_on")]
    assert home.owner.id not in str(own)
    record = await lines(home.olivia, serial="LAMP-1")
    kinds = [(one["kind"], one["principal"], one["result"]) for one in record]
    assert ("access_asked", f"user:{home.ben.id}", "") in kinds
    assert ("access_answered", f"user:{home.owner.id}", "once") in kinds


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("hour", "You may do what you asked for until "),
        ("today", "You may do what you asked for until "),
        ("refuse", "What you asked for was refused"),
        ("row", "You may now do what you asked for"),
    ],
)
async def test_the_owner_answers_at_the_console(home: Home, answer: str, told: str) -> None:
    await home.bens.call("ask_for_access", **ASKED)
    (question,) = (await home.olivia.call("access_questions"))["to_answer"]
    assert (question["person"], question["device"], question["command"]) == (
        "Ben",
        "Lamp",
        "turn_on",
    )
    row = {"row": row_for(home.ben)} if answer == "row" else {}
    made = await home.olivia.call(
        "answer_access", question=question["question"], answer=answer, **row
    )
    assert (await home.bens_phone.received())["message"].startswith(told)
    assert (await home.olivia.call("access_questions"))["to_answer"] == []
    if answer == "refuse":
        assert made == {"row": None}
        assert home.rows == {}
        await home.ben_is_refused()
        refused = await refusal(home.bens, "ask_for_access", **ASKED)
        assert refused.code == "asked_too_often"  # not at once again
        return
    assert home.rows[made["row"]].note == (
        "" if answer == "row" else "Answer to a question for access"
    )
    await home.ben_turns()
    await home.ben_turns()
    assert home.lamp.switched == [True, True]


async def test_nobody_but_who_holds_it_sees_or_answers_a_question(
    home: Home, other: MockUser, hass_ws_client: WebSocketGenerator, phones: Phones
) -> None:
    adam = await visit(home.house, hass_ws_client, other)
    adams_phone = await phones.phone(other, "Adams phone")
    asked = await home.bens.call("ask_for_access", **ASKED)
    told = await home.olivias_phone.received()
    for visitor in (adam, home.bens):
        assert (await visitor.call("access_questions"))["to_answer"] == []
        for question in (asked["question"], "0" * 32):
            for answer in ("hour", "refuse"):
                refused = await refusal(visitor, "answer_access", question=question, answer=answer)
                assert refused.code == "question_gone"
    for phone in (adams_phone, home.bens_phone):
        await phone.press(told, "Allow once")
        assert await phone.nothing_came()
    assert (await adam.call("access_questions"))["own"] == []
    assert (
        await refusal(adam, "withdraw_access", question=asked["question"])
    ).code == "question_gone"
    assert home.rows == {}
    await home.ben_is_refused()
    assert len((await home.olivia.call("access_questions"))["to_answer"]) == 1  # is still open


async def test_a_manager_answers_as_far_as_the_appointment_goes_and_as_long(
    home: Home, other: MockUser, hass_ws_client: WebSocketGenerator, phones: Phones
) -> None:
    adams_phone = await phones.phone(other, "Adams phone")
    adam = await visit(home.house, hass_ws_client, other)
    given = {"serials": ["LAMP-1"], "role": "manager", "commands": ["control"]}
    made = await home.olivia.call("appoint", user_id=other.id, **given)
    asked = await home.bens.call("ask_for_access", **ASKED)
    await home.olivias_phone.received()
    told = await adams_phone.received()
    await home.bens.call("ask_for_access", serial="LAMP-1", command="read")
    await home.olivias_phone.received()
    assert await adams_phone.nothing_came()  # not his to give
    await home.olivia.call("revoke", appointment=made["appointment"])
    await adams_phone.press(told, "Allow once")
    assert (await adams_phone.received())["message"].startswith("Your answer had no effect")
    assert home.rows == {}

    await home.olivia.call("appoint", user_id=other.id, **given)
    await adam.call("answer_access", question=asked["question"], answer="once")
    (row,) = home.rows.values()
    assert (row.made_by, row.by is not None) == (other.id, True)
    await home.ben_turns()


async def test_authority_that_ends_while_an_answer_is_given_gives_nothing(
    home: Home, other: MockUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"serials": ["LAMP-1"], "role": "manager", "commands": ["control"]}
    made = await home.olivia.call("appoint", user_id=other.id, **given)
    asked = await home.bens.call("ask_for_access", **ASKED)
    saving, may_go_on = asyncio.Event(), asyncio.Event()
    save = PrivateStore.async_save_durably

    async def slow(store: PrivateStore, content: dict[str, Any]) -> None:
        if store.name == "permissions":
            saving.set()
            await may_go_on.wait()
        await save(store, content)

    monkeypatch.setattr(PrivateStore, "async_save_durably", slow)
    await home.olivia.send("revoke", appointment=made["appointment"])
    await saving.wait()
    late = home.house.hass.async_create_task(
        home.asking.answer(User(id=other.id), asked["question"], Answer.HOUR)
    )
    may_go_on.set()
    with pytest.raises(QuestionGone):
        await late
    assert home.rows == {}
    assert home.asking.to_answer(home.owner.id)


async def test_of_two_who_answer_the_first_wins_and_the_second_is_told(
    home: Home, other: MockUser, hass_ws_client: WebSocketGenerator, phones: Phones
) -> None:
    adam = await visit(home.house, hass_ws_client, other)
    given = {"serials": ["LAMP-1"], "role": "manager", "commands": ["control"]}
    await home.olivia.call("appoint", user_id=other.id, **given)
    asked = await home.bens.call("ask_for_access", **ASKED)
    told = await home.olivias_phone.received()
    await home.olivia.send("answer_access", question=asked["question"], answer="refuse")
    await adam.send("answer_access", question=asked["question"], answer="hour")  # at the same time
    answers = [await home.olivia.receive(), await adam.receive()]
    (lost,) = [one for one in answers if not one["success"]]
    winner = "Olivia" if answers[0]["success"] else "Adam"
    assert lost["error"]["code"] == "question_answered"
    assert winner in lost["error"]["message"]
    assert len(home.rows) == (0 if winner == "Olivia" else 1)
    await home.olivias_phone.received()  # taken back
    await home.olivias_phone.press(told, "Allow once")
    assert (await home.olivias_phone.received())["message"].startswith("Nothing was done")


async def test_asking_twice_is_asking_once_and_there_are_bounds(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await home.bens.call("ask_for_access", **ASKED)
    again = await home.bens.call("ask_for_access", **ASKED)
    assert again == {"question": first["question"], "is_new": False}
    await home.olivias_phone.received()
    for number in range(access_questions.MAX_OPEN_OF_PERSON - 1):
        await home.bens.call("ask_for_access", serial="LAMP-1", command=f"do_{number}")
        await home.olivias_phone.received()
    more = {"serial": "LAMP-1", "command": "more"}
    assert (await refusal(home.bens, "ask_for_access", **more)).code == "asked_too_often"
    await home.bens.call("withdraw_access", question=first["question"])
    assert (await home.olivias_phone.received())["message"] == "clear_notification"
    assert (
        await refusal(home.bens, "withdraw_access", question=first["question"])
    ).code == "question_gone"
    # One may be asked by number now, but five were asked in a short time.
    assert (await refusal(home.bens, "ask_for_access", **more)).code == "asked_too_often"
    monkeypatch.setattr(home.asking, "_rates", SourceBuckets(1.0, 100.0))
    monkeypatch.setattr(module, "MAX_OPEN", 4)
    assert (await refusal(home.bens, "ask_for_access", **more)).code == "asked_too_often"
    monkeypatch.setattr(module, "MAX_OPEN", 5)
    assert (await home.bens.call("ask_for_access", **more))["is_new"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"serial": "NONE-1"}, "unknown_device"),
        ({"command": "release"}, "cannot_be_asked"),
        ({"command": "rotate_key"}, "cannot_be_asked"),
        ({"command": "Turn on"}, "invalid_permission"),
        ({"arguments": {"x": [1]}}, "invalid_permission"),
        ({"arguments": {str(number): 1 for number in range(9)}}, "invalid_format"),
        ({"command": 7}, "invalid_format"),
    ],
)
async def test_what_cannot_be_asked_is_refused(
    home: Home, fields: dict[str, Any], code: str
) -> None:
    assert (await refusal(home.bens, "ask_for_access", **{**ASKED, **fields})).code == code
    assert await home.olivias_phone.nothing_came()


async def test_who_may_do_it_need_not_ask(home: Home) -> None:
    assert (await refusal(home.olivia, "ask_for_access", **ASKED)).code == "already_allowed"
    await home.olivia.call("add_row", row=row_for(home.ben))
    assert (await refusal(home.bens, "ask_for_access", **ASKED)).code == "already_allowed"


async def test_arguments_that_were_asked_for_are_told_and_are_the_limit(home: Home) -> None:
    arguments = {"brightness": 50, "effect": "[x](y)" * 20}
    refused = await refusal(home.bens, "ask_for_access", **ASKED, arguments=arguments)
    assert refused.code == "invalid_permission"  # no row can name so long a word
    arguments["effect"] = "<b>rainbow"
    await home.bens.call("ask_for_access", **ASKED, arguments=arguments)
    told = await home.olivias_phone.received()
    assert "turn_on (brightness=50, effect=‹b›rainbow)" in told["message"]
    await home.olivias_phone.press(told, "Allow for an hour")
    judge = home.house.gateway.judge
    ben = User(id=home.ben.id)
    assert judge(ben, "LAMP-1", "turn_on", arguments).allowed
    assert not judge(ben, "LAMP-1", "turn_on", {**arguments, "brightness": 51}).allowed


async def test_a_row_that_forbids_is_named_and_the_question_stays(home: Home) -> None:
    made = await home.olivia.call("add_row", row=row_for(home.ben, effect="forbid"))
    asked = await home.bens.call("ask_for_access", **ASKED)
    told = await home.olivias_phone.received()
    await home.olivias_phone.press(told, "Allow once")
    answer = (await home.olivias_phone.received())["message"]
    assert answer.startswith("Your answer had no effect: ")
    assert f"row {made['number']}" in answer
    assert list(home.rows) == [made["number"]]
    refused = await refusal(home.olivia, "answer_access", question=asked["question"], answer="hour")
    assert refused.code == "policy_still_forbidden"
    for fields in ({"answer": "row"}, {"answer": "hour", "row": row_for(home.ben)}):
        refused = await refusal(home.olivia, "answer_access", question=asked["question"], **fields)
        assert refused.code == "invalid_permission"
    refused = await refusal(home.olivia, "answer_access", question=asked["question"], answer="yes")
    assert refused.code == "invalid_format"
    assert len((await home.olivia.call("access_questions"))["to_answer"]) == 1


async def test_a_question_that_the_table_answers_is_closed(home: Home) -> None:
    await home.bens.call("ask_for_access", **ASKED)
    told = await home.olivias_phone.received()
    await home.olivia.call("add_row", row=row_for(home.ben))
    assert (await home.bens_phone.received())["message"].startswith("You may now do what you asked")
    assert (await home.olivias_phone.received())["data"]["tag"] == told["data"]["tag"]
    assert (await home.olivia.call("access_questions"))["to_answer"] == []


async def test_a_question_ends_with_its_device_and_with_who_asked(home: Home) -> None:
    first = await home.bens.call("ask_for_access", **ASKED)
    second = await home.bens.call("ask_for_access", serial="LAMP-1", command="turn_off")
    for _ in range(2):
        await home.olivias_phone.received()
    home.ben.is_active = False
    refused = await refusal(home.olivia, "answer_access", question=first["question"], answer="hour")
    assert refused.code == "question_gone"
    assert home.rows == {}
    await home.olivia.call("release", serial="LAMP-1")
    await home.house.hass.async_block_till_done()
    states = {one.id: one.answer for one in home.asking.own(home.ben.id)}
    assert states == {first["question"]: "ended", second["question"]: "ended"}


async def test_a_question_that_nobody_answers_expires(home: Home) -> None:
    asked = await home.bens.call("ask_for_access", **ASKED)
    await home.olivias_phone.received()
    question = home.asking.own(home.ben.id)[0]
    end = datetime.fromtimestamp(question.until, UTC)
    assert question.until - question.asked_at == module.ASK_S
    async_fire_time_changed(home.house.hass, end + timedelta(seconds=1))
    assert (await home.bens_phone.received())["message"].startswith("Nobody answered")
    refused = await refusal(home.olivia, "answer_access", question=asked["question"], answer="hour")
    assert refused.code == "question_answered"
    assert home.rows == {}


async def test_the_page_follows_what_is_asked_and_answered(
    home: Home, hass_ws_client: WebSocketGenerator
) -> None:
    olivias, bens = [
        await visit(home.house, hass_ws_client, person) for person in (home.owner, home.ben)
    ]
    seen = await olivias.look("access")
    own = await bens.look("access")
    assert seen == own == {"to_answer": [], "own": []}
    asked = await home.bens.call("ask_for_access", **ASKED)
    seen = await seen_until(olivias, seen, lambda one: bool(one["to_answer"]))
    assert (seen["to_answer"][0]["question"], seen["own"]) == (asked["question"], [])
    own = await seen_until(bens, own, lambda one: bool(one["own"]))
    assert own["to_answer"] == []
    await home.olivia.call("answer_access", question=asked["question"], answer="refuse")
    seen = await seen_until(olivias, seen, lambda one: not one["to_answer"])
    own = await seen_until(bens, own, lambda one: one["own"][0]["answer"] == "refuse")
    assert home.owner.id not in str(own)
    for visitor in (olivias, bens):  # a page that is left is told nothing more
        await visitor._websocket.send_json_auto_id(
            {"type": "unsubscribe_events", "subscription": 1}
        )
        while (await visitor.receive())["type"] != "result":
            pass
    assert not home.asking._watching


async def test_an_end_that_cannot_be_kept_is_tried_again(
    home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await home.bens.call("ask_for_access", **ASKED)
    await home.olivias_phone.received()
    end = datetime.fromtimestamp(home.asking.own(home.ben.id)[0].until, UTC)

    async def fail(*_: Any) -> None:
        raise StorageError("access_questions")

    with monkeypatch.context() as broken:
        broken.setattr(access_questions.AccessQuestions, "close", fail)
        async_fire_time_changed(home.house.hass, end + timedelta(seconds=1))
        await home.house.hass.async_block_till_done()
    assert "could not be closed" in caplog.text
    assert home.asking.to_answer(home.owner.id)
    async_fire_time_changed(home.house.hass, end + timedelta(minutes=2))
    assert (await home.bens_phone.received())["message"].startswith("Nobody answered")


async def test_questions_survive_a_restart_and_are_told_again(home: Home) -> None:
    asked = await home.bens.call("ask_for_access", **ASKED)
    old = await home.olivias_phone.received()
    hass = home.house.hass
    home.asking.async_stop()
    home.house.messages.async_stop()  # buttons live as long as Home Assistant runs
    home.house.messages.async_start()
    again = Asking(hass, home.house.gateway, home.house.messages, record=lambda *_: None)
    await again.async_load()
    again.async_start()
    hass.data[DATA_ASKING] = again
    new = await home.olivias_phone.received()
    assert (new["message"], new["data"]["tag"]) == (old["message"], old["data"]["tag"])
    await home.olivias_phone.press(old, "Allow once")
    assert (await home.olivias_phone.received())["message"].startswith("Nothing was done")
    assert [
        one["question"] for one in (await home.olivia.call("access_questions"))["to_answer"]
    ] == [asked["question"]]
    await home.olivias_phone.press(new, "Allow once")
    await home.ben_turns()
    assert home.lamp.switched == [True]
    again.async_stop()


async def test_answers_that_cannot_be_kept_leave_the_question_open(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = await home.bens.call("ask_for_access", **ASKED)
    await home.olivias_phone.received()

    async def fail(*_: Any) -> None:
        raise StorageError("access_questions")

    with monkeypatch.context() as broken:
        broken.setattr(PrivateStore, "async_save_durably", fail)
        with pytest.raises(StorageError):
            await home.asking.answer(User(id=home.owner.id), asked["question"], Answer.HOUR)
        with pytest.raises(StorageError):
            await home.asking.ask(User(id=home.ben.id), "LAMP-1", "turn_off", {})
    assert home.rows == {}
    assert [one.id for one in home.asking.to_answer(home.owner.id)] == [asked["question"]]


async def test_old_questions_are_forgotten_and_damage_is_noticed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_questions, "MAX_CLOSED", 2)
    monkeypatch.setattr(home.asking, "_rates", SourceBuckets(1.0, 100.0))
    for number in range(4):
        command = f"do_{number}"
        asked = await home.bens.call("ask_for_access", serial="LAMP-1", command=command)
        await home.bens.call("withdraw_access", question=asked["question"])
    own = (await home.bens.call("access_questions"))["own"]
    assert [one["command"] for one in own] == ["do_2", "do_3"]
    questions = access_questions.AccessQuestions(home.house.hass)
    store = PrivateStore(home.house.hass, "access_questions")
    kept = await store.async_load()
    assert kept is not None
    damages: tuple[dict[str, Any], ...] = (
        {"until": "soon"},
        {"user_id": 7},
        {"arguments": []},
        {"more": 1},
    )
    for damage in damages:
        await store.async_save_durably({"questions": [{**kept["questions"][0], **damage}]})
        with pytest.raises(StorageError):
            await questions.load()
