"""What the gateway asks of a device about the binding itself: release, addresses, rotation, others."""

from . import records, wire
from .errors import MisuseError, RecordError
from .events import Event
from .gateway_phases import ASKING, READY, RESTRICTED
from .link import rotated_key


class BindingRequests:
    """One request at a time, on a link that is idle."""

    def __init__(
        self, crypto: "Crypto", random: "Random", binding_key: bytes, link: "GatewayLink"
    ) -> None:
        self._crypto = crypto
        self._random = random
        self._link = link
        self._binding_key = binding_key  # a rotation goes on from it
        self._secret = b""
        self._awaited = 0  # kind of the answer
        self._before = READY

    def __repr__(self) -> str:
        """Return a text without keys."""
        return "<BindingRequests>"

    def release(self, now_ms: int) -> None:
        """Ask the device to forget this binding; "released" tells that it did."""
        self._ask(bytes((wire.RELEASE,)), wire.RELEASED, now_ms)

    def send_addresses(self, addresses: "list[bytes]", now_ms: int) -> None:
        """Tell the device all addresses (4 or 16 bytes) that this gateway comes from: "addresses_set"."""
        if not 0 < len(addresses) <= wire.MAX_ADDRESSES:
            raise MisuseError("one to eight addresses")
        record = bytes((wire.ADDRESSES,)) + records.pack_addresses(addresses)
        self._ask(record, wire.ADDRESSES_OK, now_ms)

    def rotate(self, now_ms: int) -> None:
        """Agree on a new binding key: "rotated" brings it, to be made durable before it is used."""
        self._secret = self._random(wire.KEY_SIZE)
        public = self._crypto.x25519_public(self._secret)
        self._ask(bytes((wire.ROTATE,)) + public, wire.ROTATED, now_ms)

    def add_binding(self, slot: int, prs: bytes, seconds: int, now_ms: int) -> None:
        """Let another gateway claim `slot` (1-3) with the code of this PRS; 0 seconds end its binding."""
        self._ask(records.encode_add_binding(slot, prs, seconds), wire.BINDING_ADDED, now_ms)

    def _ask(self, record: bytes, answer: int, now_ms: int) -> None:
        link = self._link
        is_open = link.phase == READY or (link.phase == RESTRICTED and answer == wire.ADDRESSES_OK)
        if not is_open:
            raise MisuseError("the link is not idle")
        self._before = link.phase
        link.phase = ASKING
        self._awaited = answer
        link.step_at_ms = now_ms
        link.send(record, now_ms)

    def on_answer(self, record: bytes, now_ms: int) -> None:
        """Take the answer to the request under way."""
        link = self._link
        kind = record[0]
        if kind != self._awaited:
            raise RecordError("an answer to another question")
        link.phase = self._before
        if kind == wire.ROTATED:
            secret, self._secret = self._secret, b""
            key = rotated_key(
                self._crypto, self._binding_key, secret, records.decode_public_key(record)
            )
            link.report(Event("rotated", key=key))
            link.close(now_ms, "rotated")
        elif kind == wire.BINDING_ADDED:
            if len(record) != 2:
                raise RecordError("BINDING_ADDED of wrong size")
            link.report(Event("binding_added", slot=record[1]))
        elif kind == wire.ADDRESSES_OK:
            records.check_empty(record)
            link.report(Event("addresses_set"))
            if link.phase == RESTRICTED:
                link.close(now_ms, "recovered")
        else:
            records.check_empty(record)
            link.report(Event("released"))
            link.close(now_ms, "released")


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .gateway_link import GatewayLink
    from .ports import Crypto, Random
