"""When a device does not know the address that this gateway comes from (protocol.md section 3).

    "restricted" --our own address, or one that the owner allowed--> ADDRESSES, then linked anew
                 --any other: a translation, a container, a man in between--> its owner is asked

The device says which address it saw, over a link that both ends authenticated; that alone adds nothing.
"""

from collections.abc import Callable
from ipaddress import ip_address
import logging

from ..protocol import wire
from ..protocol.events import Event
from ..protocol.gateway_link import GatewayLink
from .binding_keeper import BindingKeeper
from .device import Device
from .events import AddressNotAllowed, AddressRecovered, GatewayEvent
from .transport import MachineProtocol

_LOGGER = logging.getLogger(__name__)


class AddressRecovery:
    """What becomes of links on which the device takes addresses only."""

    def __init__(
        self, device: Device, bindings: BindingKeeper, emit: Callable[[GatewayEvent], None]
    ) -> None:
        """Nothing is told yet."""
        self._device = device
        self._bindings = bindings
        self._emit = emit
        self._asked_about = ""  # the address that the owner was last asked about

    def on_restricted(self, event: Event, link: GatewayLink, protocol: MachineProtocol) -> bool:
        """Tell the device from where this gateway comes; False when its owner has to allow that."""
        device, seen = self._device, event.observed_address
        text = address_text(seen)
        device.observed_address = text
        allowed = self._bindings.addresses(device.serial)
        if text is None or (seen != protocol.local_address() and text not in allowed):
            self._ask_owner(text or "?")
            protocol.abort()
            return False
        self._asked_about = ""
        _LOGGER.warning("Device %s did not know the address %s; telling it", device.serial, text)
        self._emit(AddressRecovered(serial=device.serial, address=text))
        others = [ip_address(address).packed for address in allowed if address != text]
        link.requests.send_addresses([seen, *others][: wire.MAX_ADDRESSES], protocol.now_ms())
        return True

    def _ask_owner(self, text: str) -> None:
        if text != self._asked_about:
            self._asked_about = text
            self._emit(AddressNotAllowed(serial=self._device.serial, address=text))


def address_text(packed: bytes) -> str | None:
    """Return an address of 4 or 16 bytes as people read it; None for anything else."""
    try:
        return str(ip_address(packed))
    except ValueError:
        return None
