"""Commands for asking to be allowed something, and for answering (B20)."""

from collections.abc import Mapping
from typing import Any

import probatio

from ..access_questions import MAX_WHY, AccessQuestion
from ..asking import DATA_ASKING, Asking
from ..const import CONF_SERIAL
from ..gateway.guest_offers import ACTS
from ..people import device_name, user_name
from ..permission_errors import InvalidPermission
from ..policy.asking import MAX_ARGUMENTS, Answer
from ..policy.rows import NEW, Row
from .command import SERIAL, TEXT, Caller, Message, Result, command
from .devices import SEE_COMMAND
from .my_access import MAX_DEVICES
from .rows import OBJECT, read_row
from .subscription import subscription


@command(
    "ask_for_access",
    {
        probatio.Required(CONF_SERIAL): SERIAL,
        probatio.Required("command"): TEXT,
        probatio.Optional("arguments", default=dict): probatio.All(
            OBJECT, probatio.Length(max=MAX_ARGUMENTS)
        ),
        # What for, and until when, in the words of who asks.
        probatio.Optional("why", default=""): probatio.All(str, probatio.Length(max=MAX_WHY)),
    },
)
async def ws_ask_for_access(caller: Caller, msg: Message) -> Result:
    """Ask whoever may allow it; asking twice is asking once."""
    question, is_new = await _asking(caller).ask(
        caller.actor, msg[CONF_SERIAL], msg["command"], msg["arguments"], msg["why"]
    )
    return {"question": question.id, "is_new": is_new}


@command("access_choices")
async def ws_access_choices(caller: Caller, msg: Message) -> Result:
    """Tell of the devices that the caller may know of which commands they can ask for."""
    found = [
        {"serial": serial, "name": device_name(caller.gateway, serial), "commands": commands}
        for serial in sorted(caller.gateway.owners)
        if (commands := _askable(caller, serial))
    ]
    found.sort(key=lambda one: (str(one["name"]).casefold(), str(one["serial"])))
    return {"devices": found[:MAX_DEVICES]}


def _askable(caller: Caller, serial: str) -> list[str]:
    """Return the commands that are refused now, of a device with which the caller may do something else."""
    device = caller.gateway.devices.get(serial)
    description = device.description if device is not None else None
    kinds = {entity.kind for entity in description.entities} if description is not None else set()
    taken = sorted({act.command for kind in kinds for act in ACTS.get(kind, ())})
    decided = {
        name: caller.gateway.judge(caller.actor, serial, name) for name in (SEE_COMMAND, *taken)
    }
    may_know = any(one.allowed or one.next_allowed_at is not None for one in decided.values())
    return [name for name, one in decided.items() if may_know and not one.allowed]


@command("withdraw_access", {probatio.Required("question"): TEXT})
async def ws_withdraw_access(caller: Caller, msg: Message) -> Result:
    """Take one's own question back."""
    await _asking(caller).withdraw(caller.actor, msg["question"])
    return None


@command("access_questions")
async def ws_access_questions(caller: Caller, msg: Message) -> Result:
    """Tell the same as the page, once."""
    return await _questions(caller)


@subscription("access", listen=lambda hass, changed: hass.data[DATA_ASKING].add_listener(changed))
async def ws_access(caller: Caller, msg: Message) -> Mapping[str, Any]:
    """Show what waits for the caller's answer, as it changes."""
    return await _questions(caller)


@command(
    "answer_access",
    {
        probatio.Required("question"): TEXT,
        probatio.Required("answer"): probatio.In([one.value for one in Answer]),
        # With the answer "row": what to make of it, in the caller's name.
        probatio.Optional("row"): OBJECT,
        probatio.Optional("by", default=None): probatio.Any(None, str),
    },
)
async def ws_answer_access(caller: Caller, msg: Message) -> Result:
    """Answer a question; the first answer counts."""
    answer = Answer(msg["answer"])
    row: Row | None = None
    if (answer is Answer.ROW) != ("row" in msg):
        raise InvalidPermission(ValueError("row: is given with the answer row, and only then"))
    if answer is Answer.ROW:
        row = read_row(msg["row"], number=NEW, made_by=caller.user.id, by=msg["by"])
    outcome = await _asking(caller).answer(caller.actor, msg["question"], answer, row)
    return {"row": outcome.row}


async def _questions(caller: Caller) -> dict[str, object]:
    """Tell what waits for the caller's answer, and what became of the caller's own questions."""
    asking = _asking(caller)
    return {
        "to_answer": [
            {
                **_told(caller, question),
                "user_id": question.user_id,
                "person": await user_name(caller.hass, question.user_id),
            }
            for question in asking.to_answer(caller.user.id)
        ],
        "own": [_told(caller, question) for question in asking.own(caller.user.id)],
    }


def _asking(caller: Caller) -> Asking:
    return caller.hass.data[DATA_ASKING]


def _told(caller: Caller, question: AccessQuestion) -> dict[str, object]:
    return {
        "question": question.id,
        "serial": question.serial,
        "device": device_name(caller.gateway, question.serial),
        "command": question.command,
        "arguments": dict(question.arguments),
        "why": question.why,
        "asked_at": question.asked_at,
        "until": question.until,
        "answer": question.answer,
    }


COMMANDS = (
    ws_ask_for_access,
    ws_access_choices,
    ws_withdraw_access,
    ws_access_questions,
    ws_access,
    ws_answer_access,
)
