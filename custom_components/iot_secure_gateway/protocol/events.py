"""What the machines of both ends report to their drivers. `kind` tells them apart."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Event:
    """One event; its fields are attributes, named in the constructor call."""

    def __init__(self, kind: str, **fields: object) -> None:
        self.kind = kind
        for name in fields:
            setattr(self, name, fields[name])

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    def __repr__(self) -> str:
        """Return the kind only: fields may hold identifiers."""
        return "<Event %s>" % self.kind


class SessionEvent(Event):
    """The end of a session: `result`, `failed` or (late) `outcome`.

    status: a STATUS_ number of `wire`; result: JSON bytes; reason: a short word of ours.
    """

    def __init__(
        self, kind: str, session_id: bytes, status: int, result: bytes = b"", reason: str = ""
    ) -> None:
        self.kind = kind
        self.session_id = session_id
        self.status = status
        self.result = result
        self.reason = reason

    def __repr__(self) -> str:
        """Return kind and status."""
        return "<SessionEvent %s %d>" % (self.kind, self.status)
