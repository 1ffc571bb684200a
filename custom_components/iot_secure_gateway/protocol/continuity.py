"""Continuity: whether both ends of a binding still remember the same sessions.

A copy of a device or of a gateway that has run sessions of its own leaves the original with
other counts and identifiers. The gateway judges at each HELLO; an honest crash or cut is told
from a copy by durable marks and by pairs that prove themselves with a tag.
"""

import struct

from . import wire
from .records import NO_TAG

FROM_GATEWAY = b"G"
FROM_DEVICE = b"D"

FINE = "fine"
RESYNC = "resync"
BEHIND = "behind"  # gateway_memory.py
COPY = "copy"

_CHECKPOINT_FLAGS = (wire.FLAG_CHECKPOINT, wire.FLAG_DATA_CHECKPOINT)
LOST_SESSIONS_MAX = wire.OUTCOMES_KEPT  # how far an honest crash of the gateway can set it back


def tag(
    crypto: "Crypto",
    handshake_hash: bytes,
    sender: bytes,
    lane: int,
    epoch: int,
    count: int,
    gsid: bytes,
    dsid: bytes,
) -> bytes:
    """Return the 16-byte proof of knowing a pair, bound to this link and to who says it."""
    text = sender + b"ISG1 cont" + struct.pack(">BII", lane, epoch, count) + gsid + dsid
    return crypto.hmac_sha256(handshake_hash, text)[: wire.TAG_SIZE]


def pair(lane: int, opener_id: bytes, acceptor_id: bytes) -> "tuple[bytes, bytes]":
    """Return (GSID, DSID) of a lane's pair; the gateway opens the command lane, the device the other."""
    return (opener_id, acceptor_id) if lane == wire.LANE_COMMAND else (acceptor_id, opener_id)


def confirmed_tag(
    crypto: "Crypto",
    handshake_hash: bytes,
    sender: bytes,
    lane: int,
    epoch: int,
    cache: "LaneCache",
) -> bytes:
    """Return the tag of the pair that `cache` holds as confirmed."""
    gsid, dsid = pair(lane, cache.opener_id, cache.acceptor_id)
    return tag(crypto, handshake_hash, sender, lane, epoch, cache.count, gsid, dsid)


def provisional_tag(
    crypto: "Crypto",
    handshake_hash: bytes,
    sender: bytes,
    lane: int,
    epoch: int,
    cache: "LaneCache",
) -> bytes:
    """Return the tag of the provisional pair (count + 1), or zeros when there is no whole pair."""
    if not cache.has_pair:
        return NO_TAG
    gsid, dsid = pair(lane, cache.provisional_opener, cache.provisional_acceptor)
    return tag(crypto, handshake_hash, sender, lane, epoch, cache.count + 1, gsid, dsid)


def judge(
    crypto: "Crypto", handshake_hash: bytes, state: "GatewayState", lane: int, hello_ok: "HelloOk"
) -> str:
    """Return FINE, RESYNC or COPY for one lane: the gateway's verdict on a HELLO_OK."""
    ours = state.lanes[lane]
    theirs = hello_ok.lanes[lane]
    if state.resync_pending[lane]:
        # The device may hold any of the epochs that we tried to set, never a later one.
        is_ours = hello_ok.epoch <= state.epoch and theirs.count < wire.MAX_COUNT
        return RESYNC if is_ours else COPY
    epoch = hello_ok.epoch
    # While the other lane's RESYNC is pending, the device may not have got the epoch that it sets.
    if epoch != state.epoch and not (epoch < state.epoch and True in state.resync_pending):
        return COPY
    if theirs.count == ours.count:
        expected = confirmed_tag(crypto, handshake_hash, FROM_DEVICE, lane, epoch, ours)
        return FINE if crypto.equal(expected, theirs.confirmed_tag) else COPY
    if _is_lost_commit(crypto, handshake_hash, ours, lane, epoch, theirs):
        return FINE
    if state.may_have_lost[lane] and 0 < theirs.count - ours.count <= LOST_SESSIONS_MAX:
        return RESYNC
    # A device may lose power twice before it is seen again, so any later boot will do.
    if (
        hello_ok.flags & _CHECKPOINT_FLAGS[lane]
        and hello_ok.boot > state.last_boot
        and 0 < ours.count - theirs.count <= wire.CHECKPOINT_EVERY
    ):
        return RESYNC
    return COPY


def _is_lost_commit(
    crypto: "Crypto",
    handshake_hash: bytes,
    ours: "LaneCache",
    lane: int,
    epoch: int,
    theirs: "LaneSummary",
) -> bool:
    """Tell whether one side is one session ahead only because a COMMIT did not arrive."""
    if lane == wire.LANE_COMMAND:
        if ours.count != theirs.count + 1:
            return False
        expected = confirmed_tag(crypto, handshake_hash, FROM_DEVICE, lane, epoch, ours)
        return crypto.equal(expected, theirs.provisional_tag)
    if theirs.count != ours.count + 1 or not ours.has_pair:
        return False
    expected = provisional_tag(crypto, handshake_hash, FROM_DEVICE, lane, epoch, ours)
    return crypto.equal(expected, theirs.confirmed_tag)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .caches import LaneCache
    from .gateway_state import GatewayState
    from .ports import Crypto
    from .records import HelloOk, LaneSummary
