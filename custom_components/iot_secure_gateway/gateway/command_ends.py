"""What became of each command that was allowed, told on the bus: for the record, among others."""

import asyncio
from collections.abc import Callable, Mapping
import time
from types import TracebackType
from typing import Final, Self

from ..policy.actors import Actor
from ..policy.decision import Decision
from .errors import GatewayError, OutcomeUnknown, Refused
from .events import CommandEnded, CommandRefused, GatewayEvent
from .printable import printable
from .results import CommandResult

OK: Final = "ok"
CALLER_LEFT: Final = "caller_left"  # the session runs on to its own end
FAULT: Final = "fault"  # of the gateway itself


def refusal(actor: Actor, serial: str, command: str, decision: Decision) -> CommandRefused:
    """Tell that the policy denied a command."""
    return CommandRefused(serial=serial, actor=actor, command=printable(command), decision=decision)


class CommandWatch:
    """One command on its way through the funnel; whatever way it leaves by is told."""

    __slots__ = ("_actor", "_answer", "_arguments", "_command", "_decision", "_emit", "_entity", "_serial", "_started")  # fmt: skip

    def __init__(
        self,
        emit: Callable[[GatewayEvent], None],
        actor: Actor,
        serial: str,
        command: str,
        entity: str | None,
        arguments: Mapping[str, object],
    ) -> None:
        self._emit = emit
        self._actor = actor
        self._serial = serial
        self._command = command
        self._entity = entity or ""
        self._arguments = arguments
        self._decision: Decision | None = None
        self._answer: CommandResult | None = None
        self._started = time.monotonic()

    def judged(self, decision: Decision) -> Decision:
        """Note by what it was allowed."""
        self._decision = decision
        return decision

    def answered(self, answer: CommandResult) -> CommandResult:
        """Note that the device confirmed it."""
        self._answer = answer
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        decision = self._decision
        if decision is None:
            return  # refused, which was told already
        if isinstance(error, Refused):  # when its turn came
            self._emit(refusal(self._actor, self._serial, self._command, error.decision))
            return
        session_id = b"" if self._answer is None else self._answer.session_id
        if error is None:
            code = OK
        elif isinstance(error, GatewayError):
            code = error.code
            if isinstance(error, OutcomeUnknown):
                session_id = error.session_id
        else:
            code = CALLER_LEFT if isinstance(error, asyncio.CancelledError) else FAULT
        self._emit(
            CommandEnded(
                serial=self._serial,
                actor=self._actor,
                command=self._command,
                entity=self._entity,
                arguments=self._arguments,
                decision=decision,
                code=code,
                session_id=session_id,
                duration_ms=(time.monotonic() - self._started) * 1000,
            )
        )
