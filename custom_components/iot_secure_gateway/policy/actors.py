"""Who a command comes from.

The edge names exactly one actor per command and the decision sees nothing else. Identifiers decide;
names are for people and never compared.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with an active login. Being an administrator of the host gives nothing here."""

    id: str
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """An automation acting under its own name, whoever set it off."""

    entity_id: str
    # The login behind what set it off, if one was: then both have to be allowed.
    starter: User | Integration | Unknown | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script acting under its own name."""

    entity_id: str
    starter: User | Integration | Unknown | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """Software with a login made by the system (cloud voice assistants, supervisor)."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Whoever holds the link of a guest pass, without any login (B6)."""

    id: str  # of the pass, as rows name it
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The gateway itself, which may only ask a device what it is, measures and is set to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Nobody that could be named: no context, no user, or a user who is no longer active."""


type Actor = User | Automation | Script | Integration | Guest | System | Unknown
