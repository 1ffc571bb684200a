"""Asking to be allowed what was refused, and answering it (B20).

    asked -> within bounds? -> kept -> whoever may allow it is told, on the phone and at the console
    answered -> may they, now? -> still open? -> row made, where one is -> kept -> who asked is told

Who answers first is whose answer counts; who comes later is told. Who asks learns no more than a refusal
says, and never who answered.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
import secrets
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.start import async_at_started
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .access_questions import (
    ALLOWED,
    ENDED,
    EXPIRED,
    MAX_OPEN,
    MAX_OPEN_OF_PERSON,
    MAX_WHY,
    WITHDRAWN,
    AccessQuestion,
    AccessQuestions,
)
from .asking_errors import (
    AlreadyAllowed,
    AskedTooOften,
    CannotBeAsked,
    QuestionAnswered,
    QuestionGone,
)
from .asking_messages import answer_message, question_message, tag_of
from .const import DOMAIN
from .gateway.errors import UnknownDevice
from .gateway.events import GatewayEvent, PermissionsChanged
from .gateway.gateway import Gateway
from .gateway.printable import printable
from .gateway.rates import SourceBuckets
from .messages import Messages
from .people import async_is_person, user_name
from .permission_errors import InvalidPermission
from .policy.actors import Actor, User
from .policy.asking import (
    Answer,
    allow,
    check_effect,
    grant_to_answer,
    limits_of,
    may_be_asked,
    row_of_answer,
    who_may_answer,
)
from .policy.commands import read_command
from .policy.row_changes import add_row
from .policy.rows import Row
from .policy.state import PolicyState
from .storage import StorageError

_LOGGER: Final = logging.getLogger(__name__)

ASK_S: Final = 12 * 3600.0  # how long a question waits for an answer
RETRY: Final = timedelta(minutes=1)  # after a disk that failed
REFUSED_S: Final = 3600.0  # after a refusal the same is not asked again for so long
RATE: Final = 1 / 600  # questions a second of one person, on average
BURST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an answer."""

    question: AccessQuestion
    row: int | None  # number of the row that was made


class Asking:
    """Questions for access; one per Home Assistant, from start to stop."""

    def __init__(
        self,
        hass: HomeAssistant,
        gateway: Gateway,
        messages: Messages,
        *,
        record: Callable[[str, Actor, AccessQuestion], None],
        now: Callable[[], datetime] = dt_util.utcnow,
    ) -> None:
        """`record`: writes down who asked or answered what."""
        self._hass = hass
        self._gateway = gateway
        self._messages = messages
        self._record = record
        self._now = now
        self._questions = AccessQuestions(hass)
        self._rates = SourceBuckets(RATE, BURST)
        self._changing = asyncio.Lock()
        self._stop: list[CALLBACK_TYPE] = []
        self._stop_timer: CALLBACK_TYPE | None = None
        self._is_settling = False
        self._watching: list[Callable[[], None]] = []

    async def async_load(self) -> None:
        """Read what was open. Raises StorageError."""
        await self._questions.load()

    @callback
    def async_start(self) -> None:
        """Go on with it."""
        self._stop = [
            self._gateway.add_listener(self._on_event),
            # The phones are there only then.
            async_at_started(self._hass, self._async_tell_again),
        ]
        self._set_timer()

    @callback
    def async_stop(self) -> None:
        """Take no more; what is open stays open."""
        while self._stop:
            self._stop.pop()()
        self._cancel_timer()

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever a question is asked or closed; returns its removal."""
        self._watching.append(listener)
        return lambda: self._watching.remove(listener)

    def _changed(self) -> None:
        self._set_timer()
        for listener in tuple(self._watching):
            listener()

    # --- asking --------------------------------------------------------------------------------------
    async def ask(
        self,
        actor: User,
        serial: str,
        command: str,
        arguments: Mapping[str, object],
        why: str = "",
    ) -> tuple[AccessQuestion, bool]:
        """Ask for a command; returns the question, and whether it is new.

        Raises UnknownDevice, InvalidPermission, CannotBeAsked, AlreadyAllowed, AskedTooOften, StorageError.
        """
        try:
            limits_of(read_command(command, "command"), arguments)
        except ValueError as error:
            raise InvalidPermission(error) from None
        if serial not in self._gateway.owners:
            raise UnknownDevice
        if not may_be_asked(command):
            raise CannotBeAsked
        if self._gateway.judge(actor, serial, command, arguments).allowed:
            raise AlreadyAllowed
        async with self._changing:
            now = self._now().timestamp()
            question = AccessQuestion(
                id=secrets.token_hex(16),
                user_id=actor.id,
                serial=serial,
                command=command,
                arguments=dict(arguments),
                why=printable(why, MAX_WHY),
                asked_at=now,
                until=now + ASK_S,
            )
            if (same := self._same(question)) is not None:
                return same, False
            self._check_rate(question)
            await self._questions.add(question)
        self._record("access_asked", actor, question)
        self._changed()
        self._hass.async_create_task(self._tell(question))
        return question, True

    async def withdraw(self, actor: User, question_id: str) -> None:
        """Take a question back. Raises QuestionGone, StorageError."""
        async with self._changing:
            question = self._questions.get(question_id)
            if question is None or question.user_id != actor.id or question.answer:
                raise QuestionGone
            await self._close(question, WITHDRAWN, actor.id)

    def own(self, user_id: str) -> list[AccessQuestion]:
        """Return what a person asked, the oldest first."""
        return self._questions.of(user_id)

    # --- answering -----------------------------------------------------------------------------------
    def to_answer(self, user_id: str) -> list[AccessQuestion]:
        """Return the open questions that a person may answer."""
        return [question for question in self._questions.open() if self._may(user_id, question)]

    async def answer(
        self, actor: User, question_id: str, answer: Answer, row: Row | None = None
    ) -> Outcome:
        """Answer a question; `row`: what to make of it, with `Answer.ROW`.

        Raises QuestionGone, QuestionAnswered, ChangeRefused, StorageError; then it stays open.
        """
        async with self._changing:
            question = self._questions.get(question_id)
            if question is None or not self._may(actor.id, question):
                raise QuestionGone
            if question.answer:
                raise QuestionAnswered(await user_name(self._hass, question.answered_by))
            if not await async_is_person(self._hass, question.user_id):
                await self._close(question, ENDED, "")
                raise QuestionGone
            number = None
            if answer is not Answer.REFUSE:
                number = await self._allow(actor, question, answer, row)
            question = await self._close(question, answer, actor.id)
        self._record("access_answered", actor, question)
        self._hass.async_create_task(self._tell_answer(question, number))
        return Outcome(question=question, row=number)

    async def _allow(
        self, actor: User, question: AccessQuestion, answer: Answer, row: Row | None
    ) -> int:
        """Make the row; returns its number. Raises ChangeRefused, QuestionGone."""
        permissions = self._gateway.permissions
        note = await self._messages.text("note_asked", {})
        asker = User(id=question.user_id)
        what = (question.serial, question.command)

        def change(state: PolicyState) -> PolicyState:
            grant = grant_to_answer(state, actor.id, *what)
            if grant is None:
                raise QuestionGone
            now = permissions.now()
            if row is not None:
                return add_row(state, actor, row)
            made = row_of_answer(
                answer,
                asker_id=asker.id,
                serial=question.serial,
                command=question.command,
                limits=limits_of(question.command, question.arguments),
                grant=grant,
                now=now,
                zone=permissions.facts.zone,
                note=note,
            )
            state = allow(state, actor, made, now)
            check_effect(state, permissions.facts, asker, *what, question.arguments, now)
            return state

        return (await permissions.change(change, actor)).next_number - 1

    # -------------------------------------------------------------------------------------------------
    def _may(self, user_id: str, question: AccessQuestion) -> bool:
        state = self._gateway.permissions.state
        return grant_to_answer(state, user_id, question.serial, question.command) is not None

    def _same(self, question: AccessQuestion) -> AccessQuestion | None:
        found = self._questions.open()
        return next((one for one in found if one.what == question.what), None)

    def _check_rate(self, question: AccessQuestion) -> None:
        """Raise AskedTooOften."""
        own = self._questions.of(question.user_id)
        was_refused = any(
            one.what == question.what
            and one.answer == Answer.REFUSE
            and one.answered_at > question.asked_at - REFUSED_S
            for one in own
        )
        if (
            was_refused
            or sum(not one.answer for one in own) >= MAX_OPEN_OF_PERSON
            or len(self._questions.open()) >= MAX_OPEN
            or not self._rates.take(question.user_id, self._hass.loop.time())
        ):
            raise AskedTooOften

    async def _close(self, question: AccessQuestion, answer: str, by: str) -> AccessQuestion:
        receivers = self._receivers(question)
        closed = await self._questions.close(question, answer, by, self._now().timestamp())
        self._changed()
        self._hass.async_create_task(self._messages.take_back(receivers, tag_of(question)))
        return closed

    def _receivers(self, question: AccessQuestion) -> frozenset[str]:
        state = self._gateway.permissions.state
        return who_may_answer(state, question.serial, question.command)

    # --- what ends a question by itself --------------------------------------------------------------
    @callback
    def _on_event(self, event: GatewayEvent) -> None:
        if isinstance(event, PermissionsChanged) and not self._is_settling:
            if self._questions.open():
                self._is_settling = True
                self._hass.async_create_task(self._settle(self._now()))

    async def _settle(self, now: datetime) -> None:
        """Close what the table answers by now, what nobody can answer any more, and what is too old."""
        async with self._changing:
            self._is_settling = False
            try:
                await self._close_settled(now)
            except StorageError:
                _LOGGER.exception("Questions for access could not be closed")
                self._set_timer(not_before=now + RETRY)
            else:
                self._set_timer()

    async def _close_settled(self, now: datetime) -> None:
        for question in self._questions.open():
            asker = User(id=question.user_id)
            what = (question.serial, question.command, question.arguments)
            if question.serial not in self._gateway.owners:
                answer = ENDED
            elif self._gateway.judge(asker, *what).allowed:
                answer = ALLOWED
            elif question.until <= now.timestamp():
                answer = EXPIRED
            else:
                continue
            closed = await self._close(question, answer, "")
            if answer != ENDED:
                self._hass.async_create_task(self._tell_answer(closed, None))

    def _set_timer(self, not_before: datetime | None = None) -> None:
        """Wake when the next question is too old."""
        self._cancel_timer()
        if self._stop and (until := min((one.until for one in self._questions.open()), default=0)):
            when = dt_util.utc_from_timestamp(until)
            self._stop_timer = async_track_point_in_utc_time(
                self._hass, self._settle, max(when, not_before or when)
            )

    def _cancel_timer(self) -> None:
        if self._stop_timer is not None:
            self._stop_timer()
            self._stop_timer = None

    # --- telling -------------------------------------------------------------------------------------
    async def _async_tell_again(self, hass: HomeAssistant) -> None:
        """The buttons of before the restart do nothing any more: send new ones."""
        await self._settle(self._now())
        for question in self._questions.open():
            await self._tell(question)

    async def _tell(self, question: AccessQuestion) -> None:
        message = await question_message(self._hass, self._gateway, question, self._press)
        await self._messages.tell(self._receivers(question), message)

    async def _press(self, question_id: str, answer: Answer, user_id: str) -> None:
        """Take an answer from a phone: it counts as that of the person it came from, judged now."""
        await self.answer(User(id=user_id), question_id, answer)

    async def _tell_answer(self, question: AccessQuestion, number: int | None) -> None:
        rows = self._gateway.permissions.state.rows
        row = rows.get(number) if number is not None else None
        message = answer_message(self._gateway, question, row)
        await self._messages.tell([question.user_id], message)


DATA_ASKING: HassKey[Asking] = HassKey(f"{DOMAIN}_asking")
