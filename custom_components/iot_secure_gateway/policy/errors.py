"""What a person may not change, or cannot: one error with a code, the key of the text shown."""

from typing import override


class PolicyError(Exception):
    """A change of permissions that was refused; nothing was changed.

    `placeholders` go into the text of `code`; they hold ids and numbers only.
    """

    def __init__(self, code: str, **placeholders: str) -> None:
        super().__init__()
        self.code = code
        self.placeholders = placeholders

    @override
    def __str__(self) -> str:
        details = ", ".join(f"{name}={text}" for name, text in self.placeholders.items())
        return f"{self.code} ({details})" if details else self.code
