"""The values of deployment settings, at hand; what declares and changes them is loaded only when needed.

Most devices run for years with the defaults: `settings` with its declarations would cost a board
8 KB for nothing.
"""

from .compat import forget_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .factory import FactorySettings
    from .settings import Setting, Settings
    from isg_protocol.device_memory import DeviceMemory

# Of the settings that every device has; declared in `own_settings`.
DEFAULTS: "dict[str, Any]" = {
    "report_interval": 5,
    "report_log": True,
    "ip_recovery": "authenticated",
    "fallback_after": 120,
    "breach_limit": 4,
    "breach_pause": 30,
    "breach_safe_state": False,
    "safe_after": 0,
    "ping_interval": 30,
    "ping_to": [("255.255.255.255", 8863)],
    "persistence": "always",
    "data_persistence": "checkpoint",
}
OPEN = (
    "ping_interval",
    "ping_to",
    "persistence",
    "data_persistence",
)  # unless the factory fixed them
ADDRESSES = "gateway_addresses"  # a setting that is kept in the binding of the owner's gateway
MARK = b"S"  # begins the key of a setting in flash
# Begins the key of a value that is to become a setting's; alone, it says that all of them are there.
STAGED = b"T"
# Begins the key of a value that a risky change replaced; alone, it says that the change is on trial.
TRIAL = b"U"
TRIAL_MS = 300000  # in which the owner's gateway has to link anew, or the change is taken back
_LOADED = (
    "iotsg_device.changes",
    "iotsg_device.own_settings",
    "iotsg_device.own_lists",
    "iotsg_device.factory_checks",
    "iotsg_device.settings",
)


class Deployment:
    """`deployment[key]` is a setting's value; `on_change()` is called when some were changed."""

    def __init__(
        self,
        store: "Any",
        declared: "Iterable[Setting]",
        log: "Callable[[str], None]",
        on_change: "Callable[[], None]",
        factory: "FactorySettings | None" = None,
    ) -> None:
        self.factory = factory
        self.memory: "DeviceMemory | None" = None  # set by the device, which reads this before
        self.is_owners = True  # whether the command under way is of the owner's gateway
        self.store = store
        self.declared = list(declared)
        self.log = log
        self._on_change = on_change
        self._desk: "Settings | None" = None
        self._values: "dict[str, Any]" = {}
        self._trial_until: "int | None" = None
        if self.stored(STAGED) or self.stored(TRIAL):
            self._changes().recover()
        self._on_trial = bool(self.stored(TRIAL))
        self._read()

    def __getitem__(self, key: str) -> "Any":
        """Return the value of a setting."""
        return self._values[key]

    def check(self, command: str, arguments: "dict[str, Any]") -> "str | None":
        """Return why `settings` or `set_settings` is refused, or None."""
        refused = self._open().check(command, arguments)
        if refused is not None:
            self._close()
        return refused

    def execute(self, command: str, arguments: "dict[str, Any]") -> "tuple[int, bytes]":
        """Carry out a checked command. Raises OSError when flash fails."""
        try:
            if command == "settings":
                return self._open().tell(arguments.get("page", 0))
            told, before = self._open().plan(arguments["values"])
        finally:
            self._close()  # what declares and what writes would not fit into a board together
        changes = self._changes()
        try:
            done = changes.change(told, before)
        except MemoryError:  # half of it may be in flash: the next start ends that, as after a cut
            raise OSError("no memory to write settings")
        self._on_trial = bool(self.stored(TRIAL))
        if before:  # else a gateway that stands in could make a trial last for ever
            self._trial_until = None
        self._take_over()
        return done

    def reset(self) -> None:
        """Put every default back. Raises OSError."""
        self.linked()
        for key in self.stored(MARK):
            self.store.delete(key)
        self._take_over()

    def released(self) -> None:
        """Nobody owns the device any more. Raises OSError."""
        if self._on_trial:
            self._changes().recover()

    def linked(self) -> None:
        """The owner's gateway has linked: what is on trial has proved good. Raises OSError."""
        if self._on_trial:
            self._on_trial = False
            self.store.delete(TRIAL)  # first: without it the others count for nothing
            for key in self.stored(TRIAL):
                self.store.delete(key)

    def tick(self, now: int) -> None:
        """Take back what was on trial for too long. Raises OSError."""
        if not self._on_trial:
            return
        if self._trial_until is None:  # of this change, or of this start: nobody could link before
            self._trial_until = now + TRIAL_MS
        elif now >= self._trial_until:
            self._changes().take_back()
            self.linked()
            self.log("settings taken back: no gateway came with them")
            self._take_over()

    def stored(self, mark: bytes = MARK) -> "list[bytes]":
        """Return the keys in flash that begin with a mark."""
        return [key for key in self.store.keys() if key[:1] == mark]

    def _take_over(self) -> None:
        self._read()
        if self.memory is not None:
            self.memory.checkpoints = (
                self["persistence"] == "checkpoint",
                self["data_persistence"] == "checkpoint",
            )
        self._on_change()

    def _read(self) -> None:
        self._values = dict(DEFAULTS)
        if self.factory is not None:
            for key in self.factory.fixed:
                self._values[key] = getattr(self.factory, key)
        if self.declared or self.stored():
            self._values.update(self._open().values())
        self._close()

    def _changes(self) -> "Any":
        from .changes import Changes

        return Changes(self)

    def _open(self) -> "Settings":
        if self._desk is None:
            from .settings import Settings

            self._desk = Settings(self)
        return self._desk

    def _close(self) -> None:
        self._desk = None
        # A maker's settings hold on to the class that they are of.
        forget_modules(*(_LOADED[:-1] if self.declared else _LOADED))
