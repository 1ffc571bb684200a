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

# Of the settings that every device has; declared in `settings.own_settings`.
DEFAULTS = {
    "report_interval": 5,
    "report_log": True,
    "ip_recovery": "authenticated",
    "fallback_after": 120,
    "breach_pause": 30,
    "breach_safe_state": False,
    "safe_after": 0,
}
MARK = b"S"  # begins the key of a setting in flash
# Begins the key of a value that is to become a setting's; alone, it says that all of them are there.
STAGED = b"T"
# Begins the key of a value that a risky change replaced; alone, it says that the change is on trial.
TRIAL = b"U"
TRIAL_MS = 300000  # in which the owner's gateway has to link anew, or the change is taken back


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
        self._factory = factory
        self._store = store
        self._declared = list(declared)
        self._log = log
        self._on_change = on_change
        self._desk: "Settings | None" = None
        self._values: "dict[str, Any]" = dict(DEFAULTS)
        self._trial_until: "int | None" = None
        self._end_change()
        self._on_trial = TRIAL in self._stored(TRIAL)
        if not self._on_trial:
            self._drop(TRIAL)  # what a power cut left of a trial that was over, or had not begun
        if self._declared or self._stored():
            self._values = self._open().values
            self._close()

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
        desk = self._open()
        try:
            done = desk.execute(command, arguments)
        finally:
            self._close()
        if command == "set_settings":
            self._end_change()
            self._on_trial = TRIAL in self._stored(TRIAL)
            self._trial_until = None
            self._take_over()
        return done

    def reset(self) -> None:
        """Put every default back. Raises OSError."""
        self.linked()
        self._drop(MARK)
        self._take_over()

    def linked(self) -> None:
        """The owner's gateway has linked: what is on trial has proved good. Raises OSError."""
        if self._on_trial:
            self._on_trial = False
            self._store.delete(TRIAL)  # first: without it the others count for nothing
            self._drop(TRIAL)

    def tick(self, now: int) -> None:
        """Take back what was on trial for too long. Raises OSError."""
        if not self._on_trial:
            return
        if self._trial_until is None:  # of this change, or of this start: nobody could link before
            self._trial_until = now + TRIAL_MS
        elif now >= self._trial_until:
            for key in self._stored(TRIAL):
                if key != TRIAL:
                    self._store.put(STAGED + key[1:], self._store.get(key))
            self._store.put(STAGED, b"")
            self._end_change()
            self.linked()
            self._log("settings taken back: no gateway came with them")
            self._take_over()

    def _take_over(self) -> None:
        self._values = self._open().values
        self._close()
        self._on_change()

    def _end_change(self) -> None:
        """Carry out a change that is whole in flash, drop one that is not. Raises OSError."""
        staged = self._stored(STAGED)
        if STAGED in staged:
            staged.remove(STAGED)
            for key in staged:
                self._store.put(MARK + key[1:], self._store.get(key))
            self._store.delete(STAGED)
        for key in staged:
            self._store.delete(key)

    def _drop(self, mark: bytes) -> None:
        for key in self._stored(mark):
            self._store.delete(key)

    def _stored(self, mark: bytes = MARK) -> "list[bytes]":
        return [key for key in self._store.keys() if key[:1] == mark]

    def _open(self) -> "Settings":
        if self._desk is None:
            from .settings import Settings, own_settings

            self._desk = Settings(
                self._store, own_settings() + self._declared, self._log, self._factory
            )
        return self._desk

    def _close(self) -> None:
        self._desk = None
        if not self._declared:
            forget_modules("iotsg_device.settings")
