"""What a command that succeeded gives back."""

from collections.abc import Mapping
from typing import NamedTuple


class CommandResult(NamedTuple):
    """The confirmed outcome of one session with status 0."""

    session_id: bytes  # 16 bytes
    result: Mapping[str, object]  # what the device answered, decoded; texts in it are not cleaned
    duration_ms: float  # from OPEN to RESULT
