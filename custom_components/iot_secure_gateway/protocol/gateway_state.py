"""What the gateway remembers of one binding besides its key: caches, marks, open questions."""

from . import caches, wire
from .gateway_memory import ACCEPTED, FROM_BACKUP, OWN_MEMORY

MAX_UNSAVED = 24  # sessions that a crash may lose; must stay below what continuity forgives (32)

_U32 = 0xFFFFFFFF


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
        self.memory = OWN_MEMORY
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

        Set once at start, cleared lane by lane by a completed HELLO or RESYNC. A pair that was only
        offered may have been committed after the last save, with a package that was taken: dropped,
        so that it never proves that the package was not (found by exploration).
        """
        self.lanes[wire.LANE_DATA].drop_provisional()
        self.may_have_lost = [True, True]
        lost = [session_id for session_id, _ in self.unresolved]
        self.unresolved = []
        return lost

    def mark_from_backup(self) -> None:
        """Note that this state is an old one. Its open package may have been taken since, as after a crash.

        Cleared when the device has agreed with it, or has taken over what the gateway set anew.
        """
        self.lanes[wire.LANE_DATA].drop_provisional()
        self.memory = FROM_BACKUP

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
            "memory": self.memory,
            "data_done": [
                [session_id.hex(), number, status] for session_id, number, status in self.data_done
            ],
            "unresolved": [[session_id.hex(), number] for session_id, number in self.unresolved],
            "lanes": [lane.pack().hex() for lane in self.lanes],
        }


def unknown(mode: int) -> GatewayState:
    """Return the state of a binding of which all but the key was lost."""
    state = GatewayState(mode, [caches.LaneCache(b"", b"") for _ in wire.LANES])
    state.mark_from_backup()
    return state


def from_dict(data: "dict[str, Any]") -> GatewayState:
    """Return the state that `to_dict` made. Raises ValueError or KeyError for damaged data."""
    try:
        return _restored(data)
    except (TypeError, AttributeError):
        raise ValueError("damaged gateway state") from None


def _restored(data: "dict[str, Any]") -> GatewayState:
    lanes = [caches.unpack(bytes.fromhex(text)) for text in data["lanes"]]
    if len(lanes) != len(wire.LANES) or data["mode"] not in (wire.MODE_DSID_GSID, wire.MODE_DSID):
        raise ValueError("damaged gateway state")
    for lane in lanes:
        _number(lane.count, wire.MAX_KEPT_COUNT)
    state = GatewayState(data["mode"], lanes)
    state.epoch = _number(data["epoch"], wire.MAX_COUNT)
    state.last_boot = _number(data["last_boot"], _U32)
    state.data_done = [
        (_session(text), _number(n, _U32), _number(status, wire.STATUS_UNKNOWN))
        for text, n, status in data.get("data_done", [])
    ]
    state.resync_pending = [bool(flag) for flag in data["resync_pending"]]
    state.may_have_lost = [bool(flag) for flag in data["may_have_lost"]]
    if len(state.resync_pending) != len(wire.LANES) or len(state.may_have_lost) != len(wire.LANES):
        raise ValueError("damaged gateway state")
    state.memory = _number(data.get("memory", OWN_MEMORY), ACCEPTED)
    state.unresolved = [
        (_session(text), _number(number, _U32)) for text, number in data["unresolved"]
    ]
    return state


def _number(value: object, highest: int) -> int:
    if not isinstance(value, int) or not 0 <= value <= highest:
        raise ValueError("damaged number in a gateway state")
    return value


def _session(text: str) -> bytes:
    session_id = bytes.fromhex(text)
    if len(session_id) != wire.SESSION_ID_SIZE:
        raise ValueError("damaged session id in a gateway state")
    return session_id


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
