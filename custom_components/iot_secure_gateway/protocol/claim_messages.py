"""What both ends of a claim share: the four messages (FIG 5) and the keys that come out of it.

CLAIM_OPEN     sid 16, u8 version, u8 mode, u8 slot, gateway_id 16, Ya 32
CLAIM_REPLY    Yb 32
CLAIM_CONFIRM  Ta 64                                  (FIG 5 step 510)
CLAIM_RESULT   u8 0, Tb 64 | u8 1 | u8 2 | u8 3, u16 seconds | u8 4   (FIG 5 step 515)
"""

from collections import namedtuple

from . import cpace, wire
from .caches import LaneCache
from .errors import HandshakeError
from .identifiers import draw
from .kdf import hkdf

SID_SIZE = 16
SHARE_SIZE = 32
CONFIRM_SIZE = 64
_OPEN_SIZE = SID_SIZE + 3 + wire.GATEWAY_ID_SIZE + SHARE_SIZE

ClaimOpen = namedtuple("ClaimOpen", ("sid", "version", "mode", "slot", "gateway_id", "share"))


def encode_open(message: ClaimOpen) -> bytes:
    """Return the body of CLAIM_OPEN."""
    return (
        message.sid
        + bytes((message.version, message.mode, message.slot))
        + message.gateway_id
        + message.share
    )


def decode_open(body: bytes) -> ClaimOpen:
    """Return the ClaimOpen. Raises HandshakeError."""
    if len(body) != _OPEN_SIZE:
        raise HandshakeError("CLAIM_OPEN of wrong size")
    at = SID_SIZE + 3
    message = ClaimOpen(
        body[:SID_SIZE], body[16], body[17], body[18], body[at : at + 16], body[at + 16 :]
    )
    if message.version != wire.VERSION:
        raise HandshakeError("unknown protocol version")
    if message.mode not in (wire.MODE_DSID_GSID, wire.MODE_DSID) or message.slot >= wire.PRS_SLOTS:
        raise HandshakeError("unknown mode or password slot")
    return message


def encode_result(result: int, tag: bytes = b"", seconds: int = 0) -> bytes:
    """Return the body of CLAIM_RESULT."""
    if result == wire.CLAIM_VALIDATED:
        return bytes((result,)) + tag
    if result == wire.CLAIM_LOCKED:
        return bytes((result, seconds >> 8 & 0xFF, seconds & 0xFF))
    return bytes((result,))


def decode_result(body: bytes) -> "tuple[int, bytes, int]":
    """Return (result, Tb or nothing, seconds). Raises HandshakeError."""
    if len(body) == 1 + CONFIRM_SIZE and body[0] == wire.CLAIM_VALIDATED:
        return wire.CLAIM_VALIDATED, body[1:], 0
    if len(body) == 3 and body[0] == wire.CLAIM_LOCKED:
        return wire.CLAIM_LOCKED, b"", body[1] << 8 | body[2]
    if len(body) == 1 and body[0] in (
        wire.CLAIM_REJECTED,
        wire.CLAIM_OWNED,
        wire.CLAIM_CLOSED,
    ):
        return body[0], b"", 0
    raise HandshakeError("CLAIM_RESULT of wrong size")


class ClaimExchange:
    """The CPace run of one claim, the same on both ends once both shares are known."""

    def __init__(
        self,
        crypto: "Crypto",
        serial: str,
        sid: bytes,
        mode: int,
        slot: int,
        gateway_id: bytes,
        prs: bytes,
    ) -> None:
        self._crypto = crypto
        self._sid = sid
        self._ada = bytes((wire.VERSION, mode, slot)) + gateway_id
        self._adb = serial.encode()
        ci = cpace.lv_cat(b"ISG1 claim", self._adb, gateway_id)
        self._generator = cpace.generator(crypto, prs, ci, sid)
        self._isk = b""
        self.initiator_tag = b""  # Ta
        self.responder_tag = b""  # Tb

    def __repr__(self) -> str:
        """Return a text without secrets."""
        return "<ClaimExchange>"

    def share(self, secret: bytes) -> bytes:
        """Return our public share for a random secret scalar."""
        return cpace.share(self._crypto, secret, self._generator)

    def complete(self, secret: bytes, peer_share: bytes, ya: bytes, yb: bytes) -> None:
        """Compute the shared key and both confirmation tags. Raises HandshakeError."""
        point = cpace.shared_point(self._crypto, secret, peer_share)
        self._isk = cpace.isk(self._crypto, self._sid, point, ya, self._ada, yb, self._adb)
        self.initiator_tag, self.responder_tag = cpace.confirmation_tags(
            self._crypto, self._sid, self._isk, ya, self._ada, yb, self._adb
        )

    def binding_key(self) -> bytes:
        """Return the long-term key of the binding (32 bytes)."""
        return hkdf(self._crypto, self._isk, b"ISG1 binding key")

    def first_lanes(self, mode: int) -> "list[LaneCache]":
        """Return the caches that both sides start with: FIG 13's "E" and "5", for each lane."""
        command = LaneCache(
            self._first(b"cmd gsid") if mode == wire.MODE_DSID_GSID else b"",
            self._first(b"cmd dsid"),
        )
        data = LaneCache(
            self._first(b"data dsid"),
            self._first(b"data gsid") if mode == wire.MODE_DSID_GSID else b"",
        )
        return [command, data]

    def _first(self, label: bytes) -> bytes:
        return draw(hkdf(self._crypto, self._isk, b"ISG1 " + label))


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ports import Crypto
