"""The settings that every device has, the protocol's own among them; loaded only while somebody looks.

What `factory.json` names is fixed there and is no setting. The addresses of the owner's gateway
stand in its binding, not in a record of settings: claim, ADDRESSES and this setting change the same.
"""

from .deployment import ADDRESSES, DEFAULTS
from .entities.plain_arguments import Argument, Choice, Flag, Whole
from .settings import OWN_LISTS, Setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from isg_protocol.device_memory import DeviceMemory

MAX_ADDRESSES = 240  # characters of them as text: more are not told
_KEPT = ("always", "checkpoint")
# key, name, what it may be, unit, whether it is risky; declared one at a time, for memory is short
_OWN = (
    ("report_interval", "Read sensors every", (1, 3600), "s", False),
    ("report_log", "Send log lines to the gateway", None, None, False),
    ("ip_recovery", "A gateway at a new address", ("authenticated", "strict"), None, True),
    ("fallback_after", "Another gateway takes over after", (10, 86400), "s", False),
    ("breach_limit", "Breaches in a row before an address is paused", (1, 100), None, False),
    ("breach_pause", "Longest pause for an address after breaches", (0, 3600), "s", False),
    ("breach_safe_state", "Go into the safe state after a breach", None, None, False),
    (
        "safe_after",
        "Go into the safe state without a link after (0: never)",
        (0, 86400),
        "s",
        False,
    ),
    ("ping_interval", "Tell where it is every", (1, 86400), "s", False),
    # Risky: told elsewhere, its gateway does not hear where it moved.
    ("ping_to", "Tell where it is to", (), None, True),
    ("persistence", "Keep the identifiers of commands", _KEPT, None, False),
    ("data_persistence", "Keep the identifiers of data", _KEPT, None, False),
    (ADDRESSES, "Addresses of its gateway", (), None, True),
)


def own_keys(fixed: "tuple[str, ...]", memory: "DeviceMemory | None") -> "list[str]":
    """Return their keys: but for what is `fixed` at the factory; addresses only where there is an owner."""
    keys = [entry[0] for entry in _OWN if entry[0] not in fixed]
    size = MAX_ADDRESSES + 1
    if memory is not None and 0 in memory.bindings:
        size = sum([16 if len(one) == 4 else 40 for one in memory.bindings[0].addresses])
    if size > MAX_ADDRESSES:
        keys.remove(ADDRESSES)
    return keys


def declare(key: str, memory: "DeviceMemory | None") -> Setting:
    """Return the declaration of one of them."""
    for entry in _OWN:
        if entry[0] == key:
            break
    name: str = entry[1]
    kind: "Any" = entry[2]
    default = DEFAULTS.get(key)
    if kind is None:
        argument: Argument = Flag()
    elif key in OWN_LISTS:
        from .own_lists import Addresses, Hosts

        argument = Hosts() if key == "ping_to" else Addresses()
        if memory is not None and key == ADDRESSES:
            default = memory.bindings[0].addresses
    elif isinstance(kind[0], int):
        argument = Whole(kind[0], kind[1])
    else:
        argument = Choice(kind)
    return Setting(key, name, argument, default, entry[3], entry[4])
