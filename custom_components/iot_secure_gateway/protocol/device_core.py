"""The device's end: what outlives a connection (FIG 4, FIG 5, FIG 11).

`DeviceCore` holds what is true of the device, `DeviceConnection` what is true of one TCP
connection. Sans-I/O: the driver feeds bytes and time, sends what `take_output()` of every
connection gives, and calls the handlers for "execute" events, then `finish`.

Of several bindings exactly one is *active*: the owner's (slot 0) whenever its gateway is linked,
another one only after the active one has been away for `fallback_after_ms`. Only the active
binding may open sessions ("in the alternative", FIG 1).
"""

from . import pings, wire
from .claim_device import OWNER_SLOT, ClaimDesk
from .device_connection import DeviceConnection
from .device_memory import CONFIRMED, DeviceMemory
from .errors import MisuseError
from .events import Event
from .records import Outcome

# Connections that have not proved themselves; one place is kept for allowed addresses.
HANDSHAKE_PLACES = 2
STRANGER_PAUSE_MS = 2000  # between two Diffie-Hellman for peers at addresses that are not allowed
RECOVERY_AUTHENTICATED = "authenticated"  # a gateway at a new address may give its addresses anew


class DeviceCore:
    """The device as the protocol sees it; `facts`, `store`, `crypto` and `random` are ports."""

    def __init__(
        self, crypto: "Crypto", random: "Random", store: "Store", facts: "Facts", now_ms: int
    ) -> None:
        self.crypto = crypto
        self.random = random
        self.facts = facts
        self.memory = DeviceMemory(
            store, (facts.persistence == "checkpoint", facts.data_persistence == "checkpoint")
        )
        self.desk = ClaimDesk(crypto, random, self.memory, facts, now_ms)
        self.live: "DeviceConnection | None" = None  # the link of the active binding
        self.active_slot = OWNER_SLOT
        self._links: "dict[int, DeviceConnection]" = {}  # slot -> authenticated link
        self._active_seen_ms = now_ms  # when the gateway that may command was last linked
        self._stranger_at_ms = now_ms  # when the next stranger may cost a Diffie-Hellman
        self.open_package: "tuple[bytes, int] | None" = None  # data session without a known outcome
        # (binding, number, session id) while a handler runs
        self.executing: "tuple[Binding, int, bytes] | None" = None
        self.reset_cause = facts.reset_cause
        self._waiting: "list[DeviceConnection]" = []  # connections that have not proved themselves
        self._ping_sequence = 0

    @property
    def boot(self) -> int:
        """Number of this boot, from 1."""
        return self.memory.boot

    @property
    def is_owned(self) -> bool:
        """Whether a gateway holds a confirmed binding."""
        for binding in self.memory.bindings.values():
            if binding.status == CONFIRMED:
                return True
        return False

    def address_allowed(self, peer: bytes) -> bool:
        """Tell whether `peer` is a predetermined gateway address (FIG 11 step 1110)."""
        for binding in self.memory.bindings.values():
            if peer in binding.addresses:
                return True
        return False

    def connect(self, peer: bytes, may_claim: bool, now_ms: int) -> "DeviceConnection":
        """Return the connection for an accepted peer (4 or 16 bytes); it may be closed at once."""
        connection = DeviceConnection(self, peer, may_claim, now_ms)
        self._waiting = [other for other in self._waiting if other.is_waiting]
        allowed = self.address_allowed(peer)
        if not allowed and not may_claim and not (self.recovers and self.is_owned):
            connection.refuse(Event("breach", code=wire.ADDRESS_NOT_ALLOWED, authenticated=False))
        elif self._has_place(allowed):
            self._waiting.append(connection)
        else:
            connection.refuse(Event("no_place"))
        return connection

    def _has_place(self, allowed: bool) -> bool:
        strangers = 0
        for other in self._waiting:
            if not self.address_allowed(other.peer):
                strangers += 1
        if allowed:
            return len(self._waiting) < HANDSHAKE_PLACES
        places = HANDSHAKE_PLACES - 1 if self.memory.bindings else HANDSHAKE_PLACES
        return strangers < places and len(self._waiting) < HANDSHAKE_PLACES

    def finish(self, session_id: bytes, status: int, result: bytes, now_ms: int) -> None:
        """The handler of `session_id` has ended: keep the outcome, then answer if the link still stands."""
        if self.executing is None or self.executing[2] != session_id:
            return
        binding, number, _ = self.executing
        self.executing = None
        if self.memory.bindings.get(binding.slot) is binding:
            self.memory.save_outcome(binding.slot, Outcome(session_id, number, status, result))
        connection = self._links.get(binding.slot)
        if connection is not None:
            connection.link.send_result(session_id, status, result, now_ms)

    @property
    def can_send_package(self) -> bool:
        """Whether the data lane is open and idle."""
        return self.live is not None and self.live.link.data.is_idle

    def send_package(self, package: bytes, now_ms: int, is_stream: bool = False) -> bytes:
        """Open a data session for one package and return its session id; a "package" event ends it.

        With `is_stream` "stream_room" events tell that `write_stream` may go on.
        """
        if self.live is None:
            raise MisuseError("no link is up")
        link = self.live.link
        return link.data.send(package, is_stream, link.max_frame, now_ms)

    @property
    def stream_room(self) -> int:
        """Bytes of the open stream that may be sent now."""
        return self.live.link.data.room if self.live is not None else 0

    def write_stream(self, data: bytes, now_ms: int) -> None:
        """Send the next part of the open stream; empty data ends it."""
        if self.live is None:
            raise MisuseError("no link is up")
        self.live.link.data.write(data, now_ms)

    def stop(self) -> None:
        """Keep what is not in flash yet, before an orderly stop."""
        self.memory.checkpoint()

    def factory_reset(self) -> None:
        """Forget owner and sessions (the button was held); factory settings stay."""
        self._keep_reset_proof()
        self.memory.erase_all()
        self.desk.withdraw_all()
        self.open_package = None
        self.active_slot = OWNER_SLOT
        for connection in list(self._links.values()):
            connection.close("reset")

    def pings(self, ip: str, port: int) -> "list[bytes]":
        """Return the next ping datagrams (FIG 3 step 305): one per binding, or an unbound one."""
        facts = {
            "v": wire.VERSION,
            "sn": self.facts.serial,
            "ip": ip,
            "port": port,
            "model": self.facts.model,
            "fw": self.facts.firmware,
            # A damaged binding is somebody's: a card for this device would lead nowhere.
            "claimed": self.is_owned or self.memory.binding_damaged,
        }
        bound = [item for item in self.memory.bindings.values() if item.status == CONFIRMED]
        if not bound:
            if self.memory.reset_proof:
                facts["reset"] = pings.reset_fact(self.memory.reset_proof)
            return [pings.encode_unbound(facts)]
        facts["boot"] = self.boot
        facts["seq"] = self._ping_sequence
        self._ping_sequence += 1
        return [pings.encode_bound(self.crypto, binding.key, facts) for binding in bound]

    def _keep_reset_proof(self) -> None:
        """The owner's binding is about to be erased: keep the proof of it before the key is gone."""
        binding = self.memory.bindings.get(OWNER_SLOT)
        if binding is not None and binding.status == CONFIRMED:
            proof = pings.reset_proof(self.crypto, binding.key, self.facts.serial)
            self.memory.save_reset_proof(proof)

    # --- links ---------------------------------------------------------------------------------------
    @property
    def recovers(self) -> bool:
        """Whether a gateway at a new address may give its addresses anew (setting `ip_recovery`)."""
        return self.facts.ip_recovery == RECOVERY_AUTHENTICATED

    def stranger_may_link(self, now_ms: int) -> bool:
        """Tell whether a peer at an address that is not allowed may cost a Diffie-Hellman now."""
        if now_ms < self._stranger_at_ms:
            return False
        self._stranger_at_ms = now_ms + STRANGER_PAUSE_MS
        return True

    def authenticated(self, connection: "DeviceConnection", slot: int) -> None:
        """A link proved itself: an older one of the binding ends, with its pending session, only now."""
        older = self._links.get(slot)
        if older is not None:
            older.close("replaced")
        self._links[slot] = connection
        if slot == OWNER_SLOT:
            self._activate(OWNER_SLOT)
        elif slot == self.active_slot:
            self.live = connection

    def fallback_at(self, slot: int) -> "int | None":
        """Return when a standby link of `slot` takes over; None when it is active or has not to.

        A stand-in that is linked is left alone: two of them would otherwise oust each other in turns.
        """
        if slot == self.active_slot or self.active_slot in self._links:
            return None
        return self._active_seen_ms + self.facts.fallback_after_ms

    def fall_back(self, slot: int) -> None:
        """The active gateway stayed away: let `slot` command. Its link begins anew, as the active one."""
        standby = self._links.get(slot)
        self._activate(slot)
        if standby is not None:
            standby.close("activated")

    def _activate(self, slot: int) -> None:
        """Let one binding command; a session that another one has open ends, never executed."""
        if slot != self.active_slot:
            former = self._links.get(self.active_slot)
            self.active_slot = slot
            self.open_package = None  # nobody but the gateway that was given it could tell
            if former is not None:
                former.close("standby")
        self.live = self._links.get(slot)

    def release(self, slot: int) -> None:
        """A gateway gives the device up; with the owner's all that hung on it end."""
        if slot == OWNER_SLOT:
            self._keep_reset_proof()  # the answer may get lost
        for other in list(self.memory.bindings):
            if slot in (OWNER_SLOT, other):
                self.memory.erase_binding(other)
                connection = self._links.get(other)
                if connection is not None:
                    connection.close("released")
        if slot == self.active_slot:
            self.open_package = None
        if slot == OWNER_SLOT:
            self.desk.withdraw_all()

    def ended(self, connection: "DeviceConnection", slot: "int | None", now_ms: int) -> None:
        """A connection closed."""
        self._waiting = [other for other in self._waiting if other is not connection]
        if slot is not None and self._links.get(slot) is connection:
            del self._links[slot]
            if slot == self.active_slot:
                self._active_seen_ms = now_ms
        if self.live is connection:
            self.live = None


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .device_memory import Binding
    from .ports import Crypto, Facts, Random, Store
