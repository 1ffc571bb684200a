"""The values of deployment settings, at hand; what declares and changes them is loaded only when needed.

Most devices run for years with the defaults: `settings` with its declarations would cost a board
8 KB for nothing.
"""

from .compat import forget_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

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


class Deployment:
    """`deployment[key]` is a setting's value; `on_change()` is called when some were changed."""

    def __init__(
        self,
        store: "Any",
        declared: "Iterable[Setting]",
        log: "Callable[[str], None]",
        on_change: "Callable[[], None]",
    ) -> None:
        self._store = store
        self._declared = list(declared)
        self._log = log
        self._on_change = on_change
        self._desk: "Settings | None" = None
        self._values: "dict[str, Any]" = dict(DEFAULTS)
        self._end_change()
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
            self._values = self._open().values
            self._close()
        if command == "set_settings":
            self._on_change()
        return done

    def reset(self) -> None:
        """Put every default back. Raises OSError."""
        for key in self._stored():
            self._store.delete(key)
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

    def _stored(self, mark: bytes = MARK) -> "list[bytes]":
        return [key for key in self._store.keys() if key[:1] == mark]

    def _open(self) -> "Settings":
        if self._desk is None:
            from .settings import Settings, own_settings

            self._desk = Settings(self._store, own_settings() + self._declared, self._log)
        return self._desk

    def _close(self) -> None:
        self._desk = None
        if not self._declared:
            forget_modules("iotsg_device.settings")
