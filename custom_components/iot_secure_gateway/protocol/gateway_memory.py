"""A gateway whose memory of a binding is an old one: what that explains, and what it never does.

    OWN_MEMORY   --restored from a backup, or lost-->        FROM_BACKUP
    FROM_BACKUP  --the device agrees-->                      OWN_MEMORY
    FROM_BACKUP  --the device is ahead: BEHIND, no session-- ACCEPTED, when the owner says so
    ACCEPTED     --RESYNC of what is ahead, READY-->         OWN_MEMORY

Only the gateway itself can know that its memory is old; nothing that a peer says makes it so.
"""

from . import continuity, wire

OWN_MEMORY = 0
FROM_BACKUP = 1  # or lost: sessions may have taken place that the gateway knows nothing of
ACCEPTED = 2  # the same, and the owner said that this gateway is the one to go on


def judge(
    crypto: "Crypto", handshake_hash: bytes, state: "GatewayState", lane: int, hello_ok: "HelloOk"
) -> str:
    """Return FINE, RESYNC, BEHIND or COPY for one lane: the gateway's verdict on a HELLO_OK.

    With an old memory a device that is ahead is explained, and waits for the owner, also where a crash
    would be forgiven: the gateway that ran those sessions may be alive. The RESYNC leaves that one behind.
    """
    verdict = continuity.judge(crypto, handshake_hash, state, lane, hello_ok)
    if state.memory == OWN_MEMORY:
        return verdict
    if verdict == continuity.COPY:
        verdict = _explain(crypto, handshake_hash, state, lane, hello_ok)
    is_ahead = verdict == continuity.RESYNC and _is_ahead(state, lane, hello_ok)
    return continuity.BEHIND if is_ahead and state.memory == FROM_BACKUP else verdict


def _explain(
    crypto: "Crypto", handshake_hash: bytes, state: "GatewayState", lane: int, hello_ok: "HelloOk"
) -> str:
    """Judge a lane that continuity calls a copy.

    Never explained is a device that is behind anywhere, nor other identifiers with equal counts.
    """
    ahead = [_is_ahead(state, each, hello_ok) for each in wire.LANES]
    if hello_ok.epoch < state.epoch or True not in ahead:
        return continuity.COPY
    if ahead[lane]:
        return continuity.RESYNC
    ours = state.lanes[lane]
    theirs = hello_ok.lanes[lane]
    expected = continuity.confirmed_tag(  # only the other lane was set anew: the epoch is of both
        crypto, handshake_hash, continuity.FROM_DEVICE, lane, hello_ok.epoch, ours
    )
    is_same = theirs.count == ours.count and crypto.equal(expected, theirs.confirmed_tag)
    return continuity.FINE if is_same else continuity.COPY


def _is_ahead(state: "GatewayState", lane: int, hello_ok: "HelloOk") -> bool:
    """Tell whether the device knows sessions of a lane that the gateway does not."""
    ours = state.lanes[lane]
    count = hello_ok.lanes[lane].count
    return count < wire.MAX_COUNT and (count > ours.count or not ours.last_used)


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .gateway_state import GatewayState
    from .ports import Crypto
    from .records import HelloOk
