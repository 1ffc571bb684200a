"""Guest passes: a row of the table for whoever holds a link, without a login (B6).

The pass is that row and nothing beside it: its column of users names the pass by an id, which is a hash of the
secret in the link. So nothing that is stored opens anything, and what holds for rows holds for passes.
"""

import hashlib
import re
from typing import Final

from .reading import text

TOKEN_SIZE: Final = 16  # bytes, random
TOKEN_LENGTH: Final = 22  # characters of these in base64 for addresses, without padding
_ID_LENGTH: Final = 32

_LABEL: Final = b"iotsg guest pass 1 "
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


def pass_id(token: str) -> str:
    """Return the id of the pass that a token opens.

    One round of SHA-256 is enough: 128 random bits cannot be tried out, however quick one try is. Half of
    the hash is kept, which is as hard to meet as the token is to guess.
    """
    return hashlib.sha256(_LABEL + token.encode()).hexdigest()[:_ID_LENGTH]


def read_pass(value: object, place: str) -> str:
    """Read the id of a pass. Raises ValueError that names the place."""
    found = text(value, place, _ID_LENGTH)
    if not _ID.fullmatch(found):
        raise ValueError(f"{place}: expected the id of a guest pass, of 32 digits 0-9 and a-f")
    return found
