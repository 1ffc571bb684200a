"""What people are told of questions for access, and the buttons that answer them."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from homeassistant.core import HomeAssistant

from .access_questions import EXPIRED, AccessQuestion
from .console_links import PAGE_MY_ACCESS, PAGE_REQUESTS
from .exceptions import local_text
from .gateway.gateway import Gateway
from .messages import Action, Message
from .people import device_name, user_name
from .policy.asking import Answer
from .policy.rows import Row

MAX_SHOWN: Final = 64  # characters of arguments in a message

# Phones with Android show three of these; all are at the console.
_BUTTONS: Final = {
    Answer.ONCE: "action_allow_once",
    Answer.HOUR: "action_allow_hour",
    Answer.REFUSE: "action_refuse",
    Answer.TODAY: "action_allow_today",
}
_ANSWERS: Final = {
    Answer.ONCE: "access_allowed_once",
    Answer.HOUR: "access_allowed_until",
    Answer.TODAY: "access_allowed_until",
    Answer.REFUSE: "access_refused",
    EXPIRED: "access_expired",
}


def tag_of(question: AccessQuestion) -> str:
    """Return what all messages about a question have: a newer one takes the place of an older."""
    return f"iotsg_access_{question.id}"


async def question_message(
    hass: HomeAssistant,
    gateway: Gateway,
    question: AccessQuestion,
    press: Callable[[str, Answer, str], Awaitable[None]],
) -> Message:
    """Return what is told to those who may answer; `press` gets the question, the answer and who gave it."""
    texts = _texts(gateway, question)
    texts["person"] = await user_name(hass, question.user_id)
    if question.why:
        texts["why"] = question.why
    return Message(
        text="access_asked_why" if question.why else "access_asked",
        placeholders=texts,
        tag=tag_of(question),
        actions=tuple(
            Action(label=label, run=partial(press, question.id, answer))
            for answer, label in _BUTTONS.items()
        ),
        public="access_asked_public",
        page=PAGE_REQUESTS,
        expires_s=question.until - question.asked_at,
    )


def answer_message(gateway: Gateway, question: AccessQuestion, row: Row | None) -> Message:
    """Return what is told to who asked; `row`: what was made of it."""
    texts = _texts(gateway, question)
    if row is not None and row.expires_at is not None:
        texts["until"] = local_text(row.expires_at)
    text = _ANSWERS.get(question.answer, "access_allowed")
    return Message(text=text, placeholders=texts, tag=tag_of(question), page=PAGE_MY_ACCESS)


def _texts(gateway: Gateway, question: AccessQuestion) -> dict[str, str]:
    shown = ", ".join(f"{name}={value}" for name, value in question.arguments.items())
    command = f"{question.command} ({shown[:MAX_SHOWN]})" if shown else question.command
    return {"command": command, "device": device_name(gateway, question.serial)}
