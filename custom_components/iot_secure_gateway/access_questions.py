"""What people asked to be allowed, and what became of it: kept, so that no restart loses a question."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from homeassistant.core import HomeAssistant

from .storage import PrivateStore, StorageError

MAX_OPEN: Final = 128
MAX_OPEN_OF_PERSON: Final = 5
MAX_WHY: Final = 200  # characters
MAX_CLOSED: Final = 256  # kept to be looked at; the oldest go first

EXPIRED: Final = "expired"  # nobody answered in time
WITHDRAWN: Final = "withdrawn"  # by who asked
ALLOWED: Final = "allowed"  # by a change of the table that was no answer
ENDED: Final = "ended"  # there is nobody to answer or to be answered any more

_TEXTS: Final = ("id", "user_id", "serial", "command", "why", "answer", "answered_by")
_TIMES: Final = ("asked_at", "until", "answered_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessQuestion:
    """One person asks for one command of one device. Times are Unix times in seconds."""

    id: str
    user_id: str
    serial: str
    command: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""  # in the words of who asks
    asked_at: float
    until: float
    answer: str = ""  # one of `policy.asking.Answer` or of the above; "" while it is open
    answered_by: str = ""  # user id
    answered_at: float = 0.0

    @property
    def what(self) -> tuple[str, str, str]:
        """Who wants what: there is one open question about it at a time."""
        return self.user_id, self.serial, self.command


class AccessQuestions:
    """All questions, durably. Changes come one after the other: the caller sees to that."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Nothing is known until `load`."""
        self._store = PrivateStore(hass, "access_questions")
        self._all: dict[str, AccessQuestion] = {}  # by id, the oldest first

    async def load(self) -> None:
        """Read the store. Raises StorageError for content that is none of ours."""
        content = await self._store.async_load()
        try:
            found = [] if content is None else [_read(one) for one in content["questions"]]
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            raise StorageError(self._store.name) from err
        self._all = {question.id: question for question in found}

    def get(self, question_id: str) -> AccessQuestion | None:
        """Return a question."""
        return self._all.get(question_id)

    def open(self) -> list[AccessQuestion]:
        """Return those that wait for an answer."""
        return [question for question in self._all.values() if not question.answer]

    def of(self, user_id: str) -> list[AccessQuestion]:
        """Return what a person asked, the oldest first."""
        return [question for question in self._all.values() if question.user_id == user_id]

    async def add(self, question: AccessQuestion) -> None:
        """Keep a new question. Raises StorageError, with nothing changed."""
        await self._save({**self._all, question.id: question})

    async def close(
        self, question: AccessQuestion, answer: str, by: str, now: float
    ) -> AccessQuestion:
        """Note what became of a question; returns it. Raises StorageError, with nothing changed."""
        closed = replace(question, answer=answer, answered_by=by, answered_at=now)
        questions = {**self._all, question.id: closed}
        over = len(questions) - len(self.open()) - MAX_CLOSED + 1
        for old in [one for one in questions.values() if one.answer][: max(over, 0)]:
            del questions[old.id]
        await self._save(questions)
        return closed

    async def _save(self, questions: dict[str, AccessQuestion]) -> None:
        await self._store.async_save_durably(
            {"questions": [asdict(question) for question in questions.values()]}
        )
        self._all = questions


def _read(stored: Mapping[str, Any]) -> AccessQuestion:
    question = AccessQuestion(**stored)
    if not all(isinstance(getattr(question, name), str) for name in _TEXTS):
        raise ValueError("not a question")
    if not all(isinstance(getattr(question, name), int | float) for name in _TIMES):
        raise ValueError("not a question")
    if not isinstance(question.arguments, dict):
        raise ValueError("not a question")
    return question
