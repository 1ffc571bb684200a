"""Numbers of the wire, version 1. Integers are big-endian; sizes are in bytes, times in ms."""

VERSION = 1
PROTOCOL_TAG = b"ISG1"
DEFAULT_PORT = 8863  # TCP (device listens) and UDP (gateway listens for pings)

# --- Session modes (the gateway and the device agree on one when the device is claimed) -----------
MODE_DSID_GSID = 0  # FIG 13: both transient identifiers
MODE_DSID = 1  # FIG 10-12: for devices without a GSID cache

# --- Frame: u16 length (of type and body), u8 type, body ------------------------------------------
FRAME_LINK_INIT = 0x01  # gateway_id 16, Noise message 1
FRAME_LINK_ACCEPT = 0x02  # Noise message 2
FRAME_CLAIM_OPEN = 0x03  # sid 16, u8 version, u8 mode, u8 slot, gateway_id 16, Ya 32
FRAME_CLAIM_REPLY = 0x04  # Yb 32
FRAME_CLAIM_CONFIRM = 0x05  # Ta 64 (FIG 5 step 510, password audition)
# FIG 5 step 515: u8 result, then Tb 64 (validated) or u16 seconds (locked)
FRAME_CLAIM_RESULT = 0x06
FRAME_REJECT = 0x0F  # u8 0: the one generic answer before authentication
FRAME_RECORD = 0x10  # ciphertext of u8 kind and fields

FRAME_TYPES = frozenset(
    (
        FRAME_LINK_INIT,
        FRAME_LINK_ACCEPT,
        FRAME_CLAIM_OPEN,
        FRAME_CLAIM_REPLY,
        FRAME_CLAIM_CONFIRM,
        FRAME_CLAIM_RESULT,
        FRAME_REJECT,
        FRAME_RECORD,
    )
)

CLAIM_VALIDATED = 0
CLAIM_REJECTED = 1
CLAIM_OWNED = 2
CLAIM_LOCKED = 3
CLAIM_CLOSED = 4

# --- Record kinds ---------------------------------------------------------------------------------
KEEPALIVE = 0x00
HELLO = 0x01
HELLO_OK = 0x02
RESYNC = 0x03
RESYNCED = 0x04
ADDRESSES = 0x05
ADDRESSES_OK = 0x06
ROTATE = 0x07
ROTATED = 0x08
RELEASE = 0x09
RELEASED = 0x0A
ADD_BINDING = 0x0B
BINDING_ADDED = 0x0C
OPEN = 0x10  # FIG 13 step 1310
ECHO = 0x11  # FIG 13 step 1315
COMMIT = 0x12  # FIG 13 step 1320
RESULT = 0x13
OUTCOME_QUERY = 0x14
OUTCOME = 0x15
BREACH = 0x1F
DATA_OPEN = 0x20
DATA_ECHO = 0x21
DATA_COMMIT = 0x22
DATA_DONE = 0x23
CHUNK = 0x24
DATA_OUTCOME_QUERY = 0x25
DATA_OUTCOME = 0x26
CREDIT = 0x27  # u32 offset up to which CHUNKs of a stream may be sent

# --- Lanes ----------------------------------------------------------------------------------------
LANE_COMMAND = 0  # the gateway opens
LANE_DATA = 1  # the device opens
LANES = (LANE_COMMAND, LANE_DATA)

# --- Outcome of a command (RESULT and OUTCOME) ----------------------------------------------------
STATUS_OK = 0
STATUS_FAILED = 1  # the handler ran and reported an error; effects are possible
STATUS_REFUSED = 2  # checked after a matching COMMIT, handler not called
STATUS_NOT_EXECUTED = 3
STATUS_RUNNING = 4  # ask again
STATUS_INTERRUPTED = 5  # a mark from an earlier boot: it may or may not have taken effect
STATUS_UNKNOWN = 6  # final

FINAL_STATUSES = frozenset(
    (
        STATUS_OK,
        STATUS_FAILED,
        STATUS_REFUSED,
        STATUS_NOT_EXECUTED,
        STATUS_INTERRUPTED,
        STATUS_UNKNOWN,
    )
)

# --- Breaches (FIG 10 step 1025, FIG 11 step 1155) ------------------------------------------------
ADDRESS_NOT_ALLOWED = 0x01
BAD_FRAME = 0x02
BAD_HANDSHAKE = 0x03
BAD_RECORD = 0x04
COMMAND_MISMATCH = 0x05
GSID_MISMATCH = 0x06
DSID_MISMATCH = 0x07
GSID_REUSED = 0x08
CONTINUITY_BREAK = 0x09
SESSION_EXPIRED = 0x0A
BUSY = 0x0B

HARMLESS_BREACHES = (SESSION_EXPIRED, BUSY)  # said of a session, not of the peer: the link stays

BREACH_NAMES = {
    ADDRESS_NOT_ALLOWED: "ADDRESS_NOT_ALLOWED",
    BAD_FRAME: "BAD_FRAME",
    BAD_HANDSHAKE: "BAD_HANDSHAKE",
    BAD_RECORD: "BAD_RECORD",
    COMMAND_MISMATCH: "COMMAND_MISMATCH",
    GSID_MISMATCH: "GSID_MISMATCH",
    DSID_MISMATCH: "DSID_MISMATCH",
    GSID_REUSED: "GSID_REUSED",
    CONTINUITY_BREAK: "CONTINUITY_BREAK",
    SESSION_EXPIRED: "SESSION_EXPIRED",
    BUSY: "BUSY",
}

# --- HELLO_OK flags -------------------------------------------------------------------------------
FLAG_FLASH_LOST = 1
FLAG_CHECKPOINT = 2  # the command lane is kept in flash at checkpoints only
FLAG_DATA_CHECKPOINT = 4  # the data lane likewise
FLAG_RESTRICTED = 8  # the gateway's address is not allowed: ADDRESSES is all that it may say
FLAG_STANDBY = 16  # another binding is active: no session may be opened

# --- Sizes ----------------------------------------------------------------------------------------
IDENTIFIER_SIZE = 20  # DSID and GSID
SESSION_ID_SIZE = 16
GATEWAY_ID_SIZE = 16
KEY_SIZE = 32
TAG_SIZE = 16
MAX_SERIAL = 32
MAX_FRAME_BEFORE_LINK = 256  # length field; the longest message before the link is CLAIM_OPEN, 68
MIN_MAX_FRAME = 512
DEFAULT_MAX_FRAME = 4096
MAX_MAX_FRAME = 65535
# A command is this much shorter than max_frame at most: kind, GSID, DSID, length, tag.
COMMAND_OVERHEAD = 64
MAX_COMMAND_DEPTH = 8  # nesting of command JSON
MAX_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly
MAX_COUNT = 2**31 - 1  # of epochs and sessions: what a peer may set leaves room to count on in u32
MAX_KEPT_COUNT = 2**31 + 2**30  # of a store: counts go on from what a peer set
MAX_PACKAGE = 262144  # bytes of a data package of known size: bounds what the gateway collects
MAX_CREDIT = 65536  # bytes of a stream that may be under way
CHECKPOINT_EVERY = 32  # sessions between two flash writes of a lane in checkpoint mode
OUTCOMES_KEPT = 32  # outcomes a device can still tell
MAX_KEPT_RESULT = 256  # bytes of result JSON kept with an outcome
MAX_VERSION_TEXT = 32  # firmware version in HELLO_OK
MAX_ADDRESSES = 8  # gateway addresses that a binding holds
MAX_INVITATION_S = 600  # another gateway has this long to claim with a one-time code
PRS_SLOTS = 4  # claim passwords per device (claim 7: one or more per serial)

# --- Times ----------------------------------------------------------------------------------------
FIRST_RECORD_MS = 5000  # accept to first valid record
STEP_TIMEOUT_MS = 5000  # the gateway waits this long for each step
PENDING_SESSION_MS = 10000  # a COMMIT later than this after its ECHO must not open a door
DATA_STEP_MS = 10000  # the device waits this long for each step of the data lane
KEEPALIVE_MS = 20000  # silence after which a side sends
SILENCE_MS = 60000  # silence after which a link is dead
