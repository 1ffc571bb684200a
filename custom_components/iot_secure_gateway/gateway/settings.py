"""The gateway's own times and sizes, in one record, so that tests and options can set them."""

from dataclasses import dataclass

from .queue import WAIT_S


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """Seconds unless the name says otherwise."""

    connect_timeout: float = 5.0  # name resolution included
    step_timeout_ms: int = 5000  # for each step of a session (protocol.md section 6)
    ready_timeout: float = 10.0  # from a claim's validation to its first link
    first_retry: float = 1.0  # back-off after a lost link, doubling ...
    last_retry: float = 60.0  # ... to this
    stable_after: float = 10.0  # a link that lasted this long makes the next back-off start anew
    hint_interval: float = 2.0  # a ping may cut a back-off short this often
    poll_interval: float = 30.0  # a `read`, while the link is up
    watchdog_interval: float = 600.0  # the same, of a device that tells by itself what changed
    wait: float = WAIT_S  # how long a command may wait for its turn
    save_within: float = 0.8  # from a change of a session cache to its save; the promise is 1 s
    release_timeout: float = 5.0  # and of other requests about a binding
    relink_after: float = (
        86400.0  # a link lives no longer; between sessions (protocol.md section 5)
    )
