"""What every link needs from the gateway."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from .binding_keeper import BindingKeeper
from .crypto import GatewayCrypto
from .device import Device
from .events import GatewayEvent
from .json_object import JsonObject
from .log_streams import open_log
from .registry import Register
from .session_traces import SessionTraces
from .sessions import Judge
from .settings import GatewaySettings
from .streams import StreamHandlers


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkServices:
    """One for all links of a gateway."""

    crypto: GatewayCrypto
    random: Callable[[int], bytes]
    unix_time: Callable[[], float]  # seconds
    gateway_id: bytes
    settings: GatewaySettings
    judge: Judge
    emit: Callable[[GatewayEvent], None]
    bindings: BindingKeeper
    journals: Register[JsonObject]  # of the events of all devices
    state_changed: Callable[[str], None]  # serial: save within a second
    save_now: Callable[[str], None]
    introduce: Callable[[Device], Awaitable[None]]  # ask what the device is and measures
    poll: Callable[[Device], Awaitable[None]]  # ask what it measures
    watch: Callable[[Device], None]  # treat what it tells as its owner chose
    traces: SessionTraces
    streams: StreamHandlers = field(default_factory=lambda: StreamHandlers(log=open_log))
