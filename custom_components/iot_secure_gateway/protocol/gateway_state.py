"""What the gateway remembers of one binding besides its key: caches, marks, open questions."""

from . import caches, wire

MAX_UNSAVED = 24  # sessions that a crash may lose; must stay below what continuity forgives (32)


class GatewayState:
    """State of a binding on the gateway; the identifiers in it belong into a private store.

    `dirty` says that a save is due (within 1 s); `unsaved` counts the sessions that it would keep.
    """

    def __init__(self, mode: int, lanes: "list[caches.LaneCache]") -> None:
        self.mode = mode
        self.lanes = lanes
        self.epoch = 0
        self.last_boot = 0
        self.data_done: "list[tuple[bytes, int, int]]" = []  # last packages: session, number, status
        self.resync_pending = [False, False]
        self.may_have_lost = [False, False]
        self.unresolved: "list[tuple[bytes, int]]" = []  # (session id, number) of committed sessions without a final outcome
        self.unsaved = 0
        self.dirty = True

    def __repr__(self) -> str:
        """Return a text without identifiers."""
        return "<GatewayState epoch=%d counts=%d/%d>" % (
            self.epoch,
            self.lanes[0].count,
            self.lanes[1].count,
        )

    @property
    def gsid_size(self) -> int:
        """Bytes of a GSID field in session records."""
        return wire.IDENTIFIER_SIZE if self.mode == wire.MODE_DSID_GSID else 0

    def mark_unclean_stop(self) -> "list[bytes]":
        """Note that the gateway died without saving; return the session ids that are now unknown.

        Set once at start, cleared lane by lane by a completed HELLO or RESYNC.
        """
        self.may_have_lost = [True, True]
        lost = [session_id for session_id, _ in self.unresolved]
        self.unresolved = []
        return lost

    def snapshot(self) -> "tuple[dict[str, Any], int]":
        """Return (state as JSON types, token for `saved`); what changes from now on is dirty again."""
        self.dirty = False
        return self.to_dict(), self.unsaved

    def saved(self, token: int) -> None:
        """The snapshot with that token is durable."""
        self.unsaved -= token

    def forget(self, session_id: bytes) -> None:
        """The outcome of that session is known."""
        self.unresolved = [item for item in self.unresolved if item[0] != session_id]
        self.dirty = True

    def to_dict(self) -> "dict[str, Any]":
        """Return the state as JSON types."""
        return {
            "mode": self.mode,
            "epoch": self.epoch,
            "last_boot": self.last_boot,
            "resync_pending": list(self.resync_pending),
            "may_have_lost": list(self.may_have_lost),
            "data_done": [
                [session_id.hex(), number, status] for session_id, number, status in self.data_done
            ],
            "unresolved": [[session_id.hex(), number] for session_id, number in self.unresolved],
            "lanes": [lane.pack().hex() for lane in self.lanes],
        }


def from_dict(data: "dict[str, Any]") -> GatewayState:
    """Return the state that `to_dict` made. Raises ValueError or KeyError for damaged data."""
    lanes = [caches.unpack(bytes.fromhex(text)) for text in data["lanes"]]
    if len(lanes) != len(wire.LANES) or data["mode"] not in (wire.MODE_DSID_GSID, wire.MODE_DSID):
        raise ValueError("damaged gateway state")
    state = GatewayState(data["mode"], lanes)
    state.epoch = int(data["epoch"])
    state.last_boot = int(data["last_boot"])
    state.data_done = [
        (bytes.fromhex(text), int(n), int(s)) for text, n, s in data.get("data_done", [])
    ]
    state.resync_pending = [bool(flag) for flag in data["resync_pending"]]
    state.may_have_lost = [bool(flag) for flag in data["may_have_lost"]]
    if len(state.resync_pending) != len(wire.LANES) or len(state.may_have_lost) != len(wire.LANES):
        raise ValueError("damaged gateway state")
    state.unresolved = [(bytes.fromhex(text), int(number)) for text, number in data["unresolved"]]
    return state


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
