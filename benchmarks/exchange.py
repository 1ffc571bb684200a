"""The one command that every system carries out, and the sizes its four messages have on our wire."""

from typing import Final

RELAY: Final = "relay"
COMMANDS: Final = ("turn_on", "turn_off")

# The body of the command and of its answer for systems that bring no encoding of their own.
COMMAND_JSON: Final = (
    b'{"args":{},"cmd":"turn_on","entity":"relay","id":"0123456789abcdef0123456789abcdef"}'
)
RESULT_JSON: Final = b'{"values":{"relay":true}}'

FRAME_BYTES: Final = 3  # u16 length, u8 type
TAG_BYTES: Final = 16
_IDENTIFIERS_BYTES: Final = 1 + 20 + 20 + 2  # u8 kind, GSID, DSID, u16 length of what follows

# Plain body of a record; a frame header and a tag come on top on the wire.
COMMAND_BODY_BYTES: Final = _IDENTIFIERS_BYTES + len(COMMAND_JSON)  # OPEN, ECHO and COMMIT alike
RESULT_BODY_BYTES: Final = _IDENTIFIERS_BYTES + 1 + len(RESULT_JSON)  # u8 status
