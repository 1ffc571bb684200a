"""What an attack has found out, told in plain words while it runs."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class CannotAttackError(Exception):
    """The attack can't be carried out as asked; the text says why."""


class Report:
    """The log of one attack: what was done, and which defences held."""

    def __init__(self, show: "Callable[[str], None]") -> None:
        self._show = show
        self.held: "list[str]" = []
        self.broken: "list[str]" = []

    def say(self, text: str) -> None:
        """Tell what the attacker does."""
        self._show("  " + text)

    def expect(self, is_so: bool, defence: str, seen: str = "") -> None:
        """Note whether a defence held; `seen` is what was observed."""
        (self.held if is_so else self.broken).append(defence)
        text = "{} {}".format("held:  " if is_so else "BROKEN:", defence)
        self._show(text + (" ({})".format(seen) if seen else ""))

    @property
    def is_defended(self) -> bool:
        """Whether something was tried, and every defence held."""
        return bool(self.held) and not self.broken
