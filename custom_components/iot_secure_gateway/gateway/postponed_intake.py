"""Which commands can be kept for days, and how many."""

from collections.abc import Mapping
import json
import secrets
from typing import Final

from ..policy.actors import Actor
from ..policy.audit import masked
from ..protocol import wire
from .actor_records import actor_dict
from .errors import InvalidCommand
from .postponed_errors import PostponedForNobody, PostponedFull, PostponedSecret, PostponedTime
from .postponed_records import (
    MAX_POSTPONED,
    MAX_POSTPONED_IN_ALL,
    MAX_POSTPONED_S,
    PostponedCommand,
    Postponements,
)
from .wording import CommandWriter

MAX_COMMAND: Final = 1024  # bytes on the wire; the smallest devices take 448
ID_SIZE: Final = 8  # bytes


def taken_in(
    actor: Actor,
    command: str,
    entity: str | None,
    arguments: Mapping[str, object],
    until: float,
    now: float,
) -> PostponedCommand:
    """Return a command that can be kept; times are Unix times. Raises what says why it cannot be.

    What the record of what happened would mask is not written down here either.
    """
    if not now < until <= now + MAX_POSTPONED_S:
        raise PostponedTime
    on_wire = CommandWriter().write(bytes(wire.SESSION_ID_SIZE), command, entity, arguments)
    if len(on_wire) > MAX_COMMAND:
        raise InvalidCommand
    if arguments and masked(command, arguments) != json.dumps(arguments, sort_keys=True):
        raise PostponedSecret
    try:
        actor_dict(actor)
    except ValueError:
        raise PostponedForNobody from None
    return PostponedCommand(
        id=secrets.token_hex(ID_SIZE),
        actor=actor,
        command=command,
        entity=entity,
        arguments=dict(arguments),
        asked_at=now,
        until=until,
    )


def with_one(kept: Postponements, one: PostponedCommand, in_all: int) -> Postponements:
    """Return those of a device with one more, at the end. Raises PostponedFull."""
    if len(kept) >= MAX_POSTPONED or in_all >= MAX_POSTPONED_IN_ALL:
        raise PostponedFull(limit=str(MAX_POSTPONED), limit_in_all=str(MAX_POSTPONED_IN_ALL))
    return (*kept, one)
