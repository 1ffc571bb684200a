"""Deployment settings: declared with type, unit, range and default, kept in flash, changed by commands.

`settings` {"page": n} tells them all, and on the last page what the factory fixed but for secrets;
`set_settings` {"values": {key: value}} changes some, all of them or none (`changes`). Factory
settings are no part of this: no command can write them. The reset button puts every default back.
"""

from .deployment import ADDRESSES, DEFAULTS, MARK, OPEN, TRIAL_MS
from .entities.plain_arguments import Argument, Choice
from isg_protocol import commands, wire
from isg_protocol.errors import RecordError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .deployment import Deployment

MAX_KEY = 20  # characters: with its mark a key of the journal
MAX_NAME = 64
MAX_UNIT = 16
MAX_SETTINGS = 32
MAX_VALUE = 256  # bytes of a value as JSON
MAX_PAGE = 700  # bytes of settings in one answer of `settings`, more only for a single long one
MAX_FACT = 60  # bytes of a factory setting as JSON: all of them make one answer
OWN_SIZE = 170  # the longest of the library's own settings in an answer, but for its two lists
OWN_LIST = 600
OWN_LISTS = ("ping_to", ADDRESSES)
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


class Settings:
    """The settings of one device, as long as somebody looks at them."""

    def __init__(self, deployment: "Deployment") -> None:
        from .own_settings import own_keys

        self._store = deployment.store
        self._log = deployment.log
        self._factory = deployment.factory
        self._memory = deployment.memory
        self._is_owners = deployment.is_owners
        self._keys = own_keys(self._factory.fixed if self._factory else (), self._memory)
        self._declared: "dict[str, Setting]" = {}
        for setting in deployment.declared:
            if setting.key in self._keys or setting.key in DEFAULTS or setting.key == ADDRESSES:
                raise ValueError("two settings have the key " + setting.key)
            self._keys.append(setting.key)
            self._declared[setting.key] = setting
        if len(self._keys) > MAX_SETTINGS:
            raise ValueError("a device has at most {} settings".format(MAX_SETTINGS))

    def setting(self, key: str) -> Setting:
        """Return the declaration of one of them."""
        from .own_settings import declare

        return self._declared[key] if key in self._declared else declare(key, self._memory)

    def value(self, setting: Setting) -> object:
        """Return the present value of one of them."""
        data = self._store.get(MARK + setting.key.encode())
        if data is None:
            return setting.default
        try:
            return setting.argument.parse(commands.decode(data))
        except (ValueError, RecordError):  # of another firmware, with another range
            self._log("setting {} is out of its range: its default is used".format(setting.key))
            return setting.default

    def values(self) -> "dict[str, object]":
        """Return those that may differ from the library's defaults."""
        found = {}
        for key in self._keys:
            if key in self._declared or self._store.get(MARK + key.encode()) is not None:
                found[key] = self.value(self.setting(key))
        return found

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
            return None if 0 <= page <= len(self._starts()) else "no such page"
        values = arguments.get("values")
        if not isinstance(values, dict) or not 0 < len(values) <= MAX_SETTINGS:
            return "values must be an object"
        for key in values:
            if key not in self._keys:
                return "unknown setting"
            setting = self.setting(key)
            if setting.risky and not self._is_owners:  # that one could not link anew meanwhile
                return "{}: only the owner's gateway may change it".format(key)
            try:
                setting.argument.parse(values[key])
            except ValueError as error:
                return "{}: {}".format(key, error.args[0])
            if len(commands.encode(values[key])) > MAX_VALUE:
                return "{}: too long".format(key)
        return None

    def plan(self, values: "dict[str, Any]") -> "tuple[dict[str, Any], dict[str, Any]]":
        """Return checked values as they go onto the wire, and if that is risky, those that they replace."""
        told = {}
        before = {}
        is_risky = False
        for key in sorted(values):
            setting = self.setting(key)
            argument = setting.argument
            told[key] = argument.text(argument.parse(values[key]))
            old = argument.text(self.value(setting))
            if old != told[key]:
                before[key] = old
                is_risky = is_risky or setting.risky
        return told, before if is_risky else {}

    def tell(self, page: int) -> "tuple[int, bytes]":
        """Return the result of `settings`; the page after all settings has what the factory fixed."""
        starts = self._starts()
        pages = len(starts) + 1
        if page == pages - 1:
            answer = {
                "factory": self._facts(),
                "page": page,
                "pages": pages,
                "settings": [],
                "trial": TRIAL_MS // 1000,
            }
            return wire.STATUS_OK, commands.encode(answer)
        end = starts[page + 1] if page + 2 < pages else len(self._keys)
        # One by one: written as a whole they need more memory in one piece than a board may have.
        told = [commands.encode(self._told(key)) for key in self._keys[starts[page] : end]]
        head = commands.encode({"page": page, "pages": pages, "settings": []})[:-2]
        return wire.STATUS_OK, head + b",".join(told) + b"]}"

    def _told(self, key: str) -> "dict[str, Any]":
        setting = self.setting(key)
        return setting.describe(self.value(setting))

    def _starts(self) -> "list[int]":
        """Return where each page begins: so that all of it fits."""
        starts: "list[int]" = []
        used = 0
        for index, key in enumerate(self._keys):
            if key in self._declared:
                size = len(commands.encode(self._told(key))) + 1
            else:  # not loaded for this: that would take more memory than the page itself
                size = OWN_LIST if key in OWN_LISTS else OWN_SIZE
            if not starts or used + size > MAX_PAGE:
                starts.append(index)
                used = 0
            used += size
        return starts

    def _facts(self) -> "dict[str, object]":
        factory = self._factory
        if factory is None:
            return {}
        return {
            name: _shown(getattr(factory, name))
            for name in FACTS
            if name not in OPEN or name in factory.fixed
        }


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
