"""Groups of commands: the five that are built in, and which one a command belongs to (FIG 8 column 815)."""

from enum import StrEnum
import re

from .reading import text

MAX_COMMAND_LENGTH = 64

_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


class CommandGroup(StrEnum):
    """Every command belongs to exactly one of these."""

    READ = "read"
    CONTROL = "control"
    CONFIGURE = "configure"
    VIDEO = "video"
    ADMINISTER = "administer"


ALL_GROUPS = frozenset(CommandGroup)

# These are about the authority that everything else hangs on, so nobody can be given them. A gateway that
# was invited obeys its own users, also when the authority of who invited it has ended.
FIRST_OWNERS_COMMANDS = frozenset({"invite_gateway", "object_takeover", "release", "transfer"})

_GROUP_OF = {
    "describe": CommandGroup.READ,
    "read": CommandGroup.READ,
    "settings": CommandGroup.READ,
    "set_settings": CommandGroup.CONFIGURE,
    **dict.fromkeys(
        ("view", "stop_view", "snapshot", "playback", "record"),
        CommandGroup.VIDEO,
    ),
    **dict.fromkeys(
        (
            *FIRST_OWNERS_COMMANDS,
            "accept_backup",
            "allow_address",
            "appoint",
            "move",
            "release_block",
            "remove_gateway",
            "restore",
            "resume",
            "rotate_key",
            "set_disclosure",
        ),
        CommandGroup.ADMINISTER,
    ),
}


def group_of(command: str) -> CommandGroup:
    """Return the built-in group of a command; what is not known by name controls the device."""
    return _GROUP_OF.get(command, CommandGroup.CONTROL)


def read_group(value: object, place: str) -> CommandGroup:
    """Read the name of a built-in group. Raises ValueError that names the place."""
    if not isinstance(value, str) or value not in ALL_GROUPS:
        raise ValueError(f"{place}: expected one of {', '.join(CommandGroup)}")
    return CommandGroup(value)


def read_command(value: object, place: str) -> str:
    """Read the name of a command. Raises ValueError that names the place."""
    name = text(value, place, MAX_COMMAND_LENGTH)
    if not _NAME.fullmatch(name):
        raise ValueError(f"{place}: expected the name of a command, of a-z, 0-9 and _")
    return name
