"""Deployment settings: declared with type, unit, range and default, kept in flash, changed by commands.

`settings` {"page": n} tells them all, and on the last page the factory settings but for secrets, `set_settings` {"values": {key: value}} changes some, all of
them or none: they are put into flash beside the present ones, then declared whole in one write, then
taken over, after a power cut by the next start. Factory settings are no part of this: no command
can write them. The reset button puts every default back.
"""

from .deployment import MARK, STAGED, TRIAL
from .entities.arguments import Argument, Choice, Flag, Whole
from isg_protocol import commands, wire
from isg_protocol.errors import RecordError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .factory import FactorySettings

MAX_KEY = 20  # characters: with its mark a key of the journal
MAX_NAME = 64
MAX_UNIT = 16
MAX_SETTINGS = 32
MAX_VALUE = 256  # bytes of a value as JSON
PAGE = 4  # settings in one answer of `settings`
MAX_FACT = 60  # bytes of a factory setting as JSON: all of them make one answer
FACTS = (
    "serial",
    "manufacturer",
    "model",
    "name",
    "port",
    "ping_interval",
    "ping_to",
    "claim_from",
    "claim_window",
    "mode",
    "max_frame",
    "persistence",
    "data_persistence",
)


class Setting:
    """One deployment setting of a device; `argument` says what it may be.

    `risky`: a wrong value could keep its owner's gateway out (an address, a network), so a change is
    tried first, and taken back unless that gateway links anew in time.
    """

    def __init__(
        self,
        key: str,
        name: str,
        argument: Argument,
        default: object,
        unit: "str | None" = None,
        risky: bool = False,
    ) -> None:
        if not 1 <= len(key) <= MAX_KEY or key.strip("abcdefghijklmnopqrstuvwxyz0123456789_"):
            raise ValueError("a setting's key is 1 to {} of a-z 0-9 _".format(MAX_KEY))
        if not 1 <= len(name) <= MAX_NAME or (unit is not None and not 1 <= len(unit) <= MAX_UNIT):
            raise ValueError("a setting's name or unit is too long or empty")
        self.key = key
        self.name = name
        self.argument = argument
        self.unit = unit
        self.risky = risky
        self.default = argument.parse(argument.text(default))  # ValueError: out of its own range

    def describe(self, value: object) -> "dict[str, Any]":
        """Return what the gateway is told."""
        argument = self.argument
        out: "dict[str, Any]" = {
            "key": self.key,
            "name": self.name,
            "type": argument.type,
            "default": argument.text(self.default),
            "value": argument.text(value),
        }
        if self.unit is not None:
            out["unit"] = self.unit
        if self.risky:
            out["risky"] = True
        limits = argument.limits()
        if limits is not None:
            out["range"] = limits
        elif isinstance(argument, Choice):
            out["options"] = argument.options
        return out


def own_settings() -> "list[Setting]":
    """Return the settings that every device has."""
    return [
        # The defaults stand in `deployment` too, for the device that never loads this.
        Setting("report_interval", "Read sensors every", Whole(1, 3600), 5, "s"),
        Setting("report_log", "Send log lines to the gateway", Flag(), True),
        Setting(
            "ip_recovery",
            "A gateway at a new address",
            Choice(("authenticated", "strict")),
            "authenticated",
            risky=True,
        ),
        Setting("fallback_after", "Another gateway takes over after", Whole(10, 86400), 120, "s"),
        Setting(
            "breach_pause", "Longest pause for an address after breaches", Whole(0, 3600), 30, "s"
        ),
        Setting("breach_safe_state", "Go into the safe state after a breach", Flag(), False),
        Setting(
            "safe_after",
            "Go into the safe state without a link after (0: never)",
            Whole(0, 86400),
            0,
            "s",
        ),
    ]


class Settings:
    """The settings of one device; `values` holds their present values."""

    def __init__(
        self,
        store: "Any",
        declared: "Iterable[Setting]",
        log: "Callable[[str], None]",
        factory: "FactorySettings | None" = None,
    ) -> None:
        self._store = store
        self._factory = factory
        self._keys: "list[str]" = []
        self._settings: "dict[str, Setting]" = {}
        self.values: "dict[str, Any]" = {}
        for setting in declared:
            if setting.key in self._settings:
                raise ValueError("two settings have the key " + setting.key)
            self._keys.append(setting.key)
            self._settings[setting.key] = setting
            self.values[setting.key] = self._load(setting, log)
        if len(self._keys) > MAX_SETTINGS:
            raise ValueError("a device has at most {} settings".format(MAX_SETTINGS))

    # --- the two commands ----------------------------------------------------------------------------
    def check(self, command: str, arguments: "dict[str, Any]") -> "str | None":
        """Return why a command is refused, or None."""
        word = "page" if command == "settings" else "values"
        for name in arguments:
            if name != word:
                return "{} takes {}".format(command, word)
        if command == "settings":
            page = arguments.get("page", 0)
            if not isinstance(page, int) or page is True or page is False:
                return "page must be a whole number"
            return None if 0 <= page < self._pages() else "no such page"
        values = arguments.get("values")
        if not isinstance(values, dict) or not 0 < len(values) <= MAX_SETTINGS:
            return "values must be an object"
        for key in values:
            setting = self._settings.get(key)
            if setting is None:
                return "unknown setting"
            try:
                setting.argument.parse(values[key])
            except ValueError as error:
                return "{}: {}".format(key, error.args[0])
            if len(commands.encode(values[key])) > MAX_VALUE:
                return "{}: too long".format(key)
        return None

    def execute(self, command: str, arguments: "dict[str, Any]") -> "tuple[int, bytes]":
        """Carry out a checked command. Raises OSError when flash fails."""
        if command == "settings":
            page = arguments.get("page", 0)
            listed = [
                self._settings[key].describe(self.values[key])
                for key in self._keys[page * PAGE : (page + 1) * PAGE]
            ]
            answer: "dict[str, Any]" = {
                "page": page,
                "pages": self._pages(),
                "settings": listed,
            }
            if page == self._pages() - 1:
                answer["factory"] = self._facts()
            return wire.STATUS_OK, commands.encode(answer)
        values = arguments["values"]
        mark = MARK if len(values) == 1 else STAGED
        told = {}
        self._begin_trial(values)
        for key in sorted(values):
            argument = self._settings[key].argument
            told[key] = argument.text(argument.parse(values[key]))
            self._store.put(mark + key.encode(), commands.encode(told[key]))
        if mark == STAGED:
            self._store.put(STAGED, b"")
        return wire.STATUS_OK, commands.encode({"settings": told})

    def _begin_trial(self, values: "dict[str, Any]") -> None:
        """Keep what a risky change replaces, for when it has to be taken back. Raises OSError."""
        changed = [
            key
            for key in values
            if self._settings[key].argument.parse(values[key]) != self.values[key]
        ]
        if not any(self._settings[key].risky for key in changed):
            return
        for key in changed:
            if self._store.get(TRIAL + key.encode()) is None:  # else it is what was good before
                old = self._settings[key].argument.text(self.values[key])
                self._store.put(TRIAL + key.encode(), commands.encode(old))
        self._store.put(TRIAL, b"")

    def _pages(self) -> int:
        return (len(self._keys) + PAGE - 1) // PAGE + 1  # the last one for the factory settings

    def _facts(self) -> "dict[str, object]":
        return (
            {name: _shown(getattr(self._factory, name)) for name in FACTS} if self._factory else {}
        )

    def _load(self, setting: Setting, log: "Callable[[str], None]") -> object:
        data = self._store.get(MARK + setting.key.encode())
        if data is None:
            return setting.default
        try:
            return setting.argument.parse(commands.decode(data))
        except (ValueError, RecordError):  # of another firmware, with another range
            log("setting {} is out of its range: its default is used".format(setting.key))
            return setting.default


def _shown(fact: object) -> object:
    """Return a factory setting as a number or a short text."""
    if isinstance(fact, int):
        return fact
    if isinstance(fact, (list, tuple)):
        fact = ", ".join(
            [part if isinstance(part, str) else "{}:{}".format(*part) for part in fact]
        )
    text = str(fact)
    while len(commands.encode(text)) > MAX_FACT:
        text = text[:-1]
    return text
