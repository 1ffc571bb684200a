"""What a device keeps in flash: bindings, session caches, outcomes, counters.

Every value is written by one atomic `store.put`; keys are a letter and small numbers:
  b"boot"            u32 number of boots
  b"claim"           u8 wrong passwords in a row
  b"reset"           proof that the owner's binding was given up, 16 (pings.py)
  b"B" slot          binding: u8 1 provisional | 2 confirmed, u8 mode, gateway_id 16, key 32,
                     provisional next key 32 (or zeros), gateway addresses
  b"L" slot lane     lane cache, u32 epoch, u32 known_from, u8 started, session id 16 of the mark
  b"O" slot index    outcome: u32 number, session id 16, u8 status, JSON of at most 256 bytes
"""

import struct

from . import caches, wire
from .records import Outcome, pack_addresses, unpack_addresses

PROVISIONAL = 1
CONFIRMED = 2
_BINDING_HEAD = 82
_NO_KEY = bytes(wire.KEY_SIZE)

_MARK = ">IIB16s"
_NO_SESSION = bytes(wire.SESSION_ID_SIZE)


class Binding:
    """A pairing with one gateway, as the device holds it."""

    def __init__(self, slot: int, status: int, mode: int, gateway_id: bytes, key: bytes) -> None:
        self.slot = slot
        self.status = status
        self.mode = mode
        self.gateway_id = gateway_id
        self.key = key
        self.next_key = b""  # of a rotation, provisional until a link uses it
        self.addresses: "list[bytes]" = []
        self.epoch = 0
        self.lanes: "list[caches.LaneCache]" = []
        self.lane_lost = False  # a cache record was damaged: counts start again, known to nobody
        self.known_from = [1, 1]
        self.saved_counts = [0, 0]  # per lane: the count that is in flash

    def __repr__(self) -> str:
        """Return a text without the key."""
        return "<Binding slot=%d status=%d>" % (self.slot, self.status)

    @property
    def gsid_size(self) -> int:
        """Bytes of a GSID field in session records."""
        return wire.IDENTIFIER_SIZE if self.mode == wire.MODE_DSID_GSID else 0

    def keys(self) -> "tuple[bytes, ...]":
        """Return the keys a link may use, the provisional one first."""
        return (self.next_key, self.key) if self.next_key else (self.key,)

    def pack(self) -> bytes:
        """Return the binding record; the lanes have records of their own."""
        head = bytes((self.status, self.mode)) + self.gateway_id + self.key
        return head + (self.next_key or _NO_KEY) + pack_addresses(self.addresses)


def unpack_binding(slot: int, data: bytes) -> Binding:
    """Return the Binding of a record. Raises ValueError for a damaged one."""
    if len(data) <= _BINDING_HEAD or data[0] not in (PROVISIONAL, CONFIRMED):
        raise ValueError("damaged binding")
    binding = Binding(slot, data[0], data[1], data[2:18], data[18:50])
    if data[50:_BINDING_HEAD] != _NO_KEY:
        binding.next_key = data[50:_BINDING_HEAD]
    binding.addresses = unpack_addresses(data[_BINDING_HEAD:])
    return binding


def _unpack_lane(data: bytes) -> "tuple[caches.LaneCache, int, int, int, bytes]":
    """Return (cache, epoch, known_from, started, session id). Raises ValueError for a damaged record."""
    if len(data) != caches.PACKED_SIZE + struct.calcsize(_MARK):
        raise ValueError("damaged lane")
    epoch, known_from, started, session_id = struct.unpack(_MARK, data[caches.PACKED_SIZE :])
    cache = caches.unpack(data[: caches.PACKED_SIZE])
    if cache.count > wire.MAX_KEPT_COUNT or epoch > wire.MAX_COUNT:
        raise ValueError("damaged count of a lane")
    return cache, epoch, known_from, started, session_id


class DeviceMemory:
    """The device's flash as objects; every change is durable when the method returns."""

    def __init__(self, store: "Store", checkpoints: "tuple[bool, bool]") -> None:
        self._store = store
        self.checkpoints = checkpoints  # per lane: kept every CHECKPOINT_EVERY sessions only
        self.lost = bool(store.lost)
        self.binding_damaged = False
        self.boot = min(self._read_number(b"boot"), wire.MAX_COUNT) + 1
        store.put(b"boot", struct.pack(">I", self.boot))
        data = store.get(b"claim")
        self.wrong_claims = data[0] if data else 0
        proof = store.get(b"reset") or b""
        self.reset_proof = proof if len(proof) == wire.TAG_SIZE else b""
        self.bindings: "dict[int, Binding]" = {}
        self.outcomes: "dict[int, dict[int, Outcome]]" = {}  # slot -> {number: Outcome}
        for key in sorted(store.keys()):
            if len(key) == 2 and key[:1] == b"B":
                self._load_binding(key[1])
        if self.lost:
            self._keep_owned()

    # --- bindings --------------------------------------------------------------------------------
    def save_binding(self, binding: Binding) -> None:
        """Keep the binding record."""
        self._store.put(bytes((66, binding.slot)), binding.pack())
        self.bindings[binding.slot] = binding

    def add_binding(self, binding: Binding) -> None:
        """Replace whatever the slot held by a new binding: its record last, so that a cut leaves none."""
        self.erase_binding(binding.slot)
        for lane in wire.LANES:
            self.save_lane(binding, lane)
        self.outcomes[binding.slot] = {}
        self.save_binding(binding)

    def erase_binding(self, slot: int) -> None:
        """Forget a binding with its caches and outcomes: its record first, so that a cut leaves none."""
        self.bindings.pop(slot, None)
        self.outcomes.pop(slot, None)
        self._store.delete(bytes((66, slot)))
        for key in list(self._store.keys()):
            if len(key) == 3 and key[1] == slot and key[:1] in (b"L", b"O"):
                self._store.delete(key)

    def erase_all(self) -> None:
        """Forget every binding, also one that was damaged, and the wrong passwords."""
        for key in list(self._store.keys()):
            if len(key) > 1 and key[:1] in (b"B", b"L", b"O"):
                self.erase_binding(key[1])
        self.binding_damaged = False
        self.save_wrong_claims(0)

    # --- lanes -------------------------------------------------------------------------------------
    def known_from(self, binding: Binding, lane: int) -> int:
        """Return the smallest session number for which every mark is surely held."""
        return max(binding.known_from[lane], binding.lanes[lane].count - wire.OUTCOMES_KEPT + 1)

    def save_lane(self, binding: Binding, lane: int, started: "bytes | None" = None) -> None:
        """Keep a lane's cache; with `started`, mark in the same write that this session begins."""
        cache = binding.lanes[lane]
        mark = struct.pack(
            _MARK,
            binding.epoch,
            binding.known_from[lane],
            1 if started else 0,
            started or _NO_SESSION,
        )
        self._store.put(bytes((76, binding.slot, lane)), cache.pack() + mark)
        binding.saved_counts[lane] = cache.count

    def offered(self, binding: Binding, lane: int) -> None:
        """A provisional pair goes out: it must be found again after a reboot."""
        if self._is_save_due(binding, lane):
            self.save_lane(binding, lane)

    def promoted(self, binding: Binding, lane: int, started: "bytes | None" = None) -> None:
        """A pair was confirmed and, on the command lane, session `started` begins."""
        if self._is_save_due(binding, lane):
            self.save_lane(binding, lane, started)

    def _is_save_due(self, binding: Binding, lane: int) -> bool:
        """Tell whether a crash could otherwise set the lane back by more than is forgiven.

        One session less than that: the gateway may be one ahead by a COMMIT that is on its way.
        """
        unsaved = binding.lanes[lane].count - binding.saved_counts[lane]
        return not self.checkpoints[lane] or unsaved >= wire.CHECKPOINT_EVERY - 1

    def resynced(self, binding: Binding, lane: int) -> None:
        """A RESYNC set the lane anew: whatever was lost before is below its count."""
        binding.known_from[lane] = binding.lanes[lane].count + 1
        self.save_lane(binding, lane)

    def checkpoint(self) -> None:
        """Keep what is not in flash yet: an orderly stop."""
        for binding in self.bindings.values():
            for lane in wire.LANES:
                if self.checkpoints[lane]:
                    self.save_lane(binding, lane)

    # --- outcomes ------------------------------------------------------------------------------------
    def save_outcome(self, slot: int, outcome: Outcome) -> None:
        """Keep an outcome; the one 32 numbers earlier goes."""
        kept = outcome
        if len(outcome.result) > wire.MAX_KEPT_RESULT:
            kept = Outcome(outcome.session_id, outcome.number, outcome.status, b"")
        if not self.checkpoints[wire.LANE_COMMAND]:
            data = struct.pack(">I16sB", kept.number, kept.session_id, kept.status) + kept.result
            self._store.put(bytes((79, slot, kept.number % wire.OUTCOMES_KEPT)), data)
            kept = Outcome(kept.session_id, kept.number, kept.status, b"")  # see result_of
        table = self.outcomes[slot]
        table.pop(kept.number - wire.OUTCOMES_KEPT, None)
        table[kept.number] = kept
        # Numbers without an outcome leave gaps, so more than one may be too old by now.
        if len(table) > wire.OUTCOMES_KEPT:
            for number in list(table):
                if number <= kept.number - wire.OUTCOMES_KEPT:
                    del table[number]

    def result_of(self, slot: int, outcome: Outcome) -> bytes:
        """Return the JSON kept with an outcome: in flash where that has it, which spares memory."""
        if self.checkpoints[wire.LANE_COMMAND]:
            return outcome.result
        data = self._store.get(bytes((79, slot, outcome.number % wire.OUTCOMES_KEPT))) or b""
        if data[:4] != struct.pack(">I", outcome.number):  # from before the lane was kept always
            return outcome.result
        return data[21:]

    # --- counters --------------------------------------------------------------------------------------
    def save_wrong_claims(self, count: int) -> None:
        """Keep the number of wrong passwords in a row."""
        self.wrong_claims = count
        self._store.put(b"claim", bytes((min(count, 255),)))

    def save_reset_proof(self, proof: bytes) -> None:
        """Keep what proves to the owner's gateway that its binding is given up."""
        self.reset_proof = proof
        self._store.put(b"reset", proof)

    # --- loading -----------------------------------------------------------------------------------------
    def _read_number(self, key: bytes) -> int:
        data = self._store.get(key)
        return struct.unpack(">I", data)[0] if data and len(data) == 4 else 0

    def _load_binding(self, slot: int) -> None:
        try:
            binding = unpack_binding(slot, self._store.get(bytes((66, slot))) or b"")
        except ValueError:
            self.binding_damaged = True
            return
        self.outcomes[slot] = {}
        for index in range(wire.OUTCOMES_KEPT):
            data = self._store.get(bytes((79, slot, index)))
            if data and len(data) >= 21:
                number, session_id, status = struct.unpack(">I16sB", data[:21])
                result = data[21:] if self.checkpoints[wire.LANE_COMMAND] else b""
                self.outcomes[slot][number] = Outcome(session_id, number, status, result)
        started = None
        for lane in wire.LANES:
            mark = self._load_lane(binding, lane)
            if lane == wire.LANE_COMMAND:
                started = mark
        self.bindings[slot] = binding
        if started is not None and started[0] not in self.outcomes[slot]:
            # The session was begun before this boot and its end was never written.
            self.save_outcome(slot, Outcome(started[1], started[0], wire.STATUS_INTERRUPTED, b""))
        count = binding.lanes[wire.LANE_COMMAND].count
        for number in list(self.outcomes[slot]):
            if number <= count - wire.OUTCOMES_KEPT:
                del self.outcomes[slot][number]

    def _keep_owned(self) -> None:
        """After damage: whose binding record may be the damaged one is still the owner (the button frees)."""
        for key in self._store.keys():
            if len(key) == 3 and key[:1] == b"L" and key[1] not in self.bindings:
                self.binding_damaged = True
        for binding in self.bindings.values():
            if binding.status == PROVISIONAL:  # the confirmed record may have come after it
                binding.status = CONFIRMED
                self.save_binding(binding)

    def _load_lane(self, binding: Binding, lane: int) -> "tuple[int, bytes] | None":
        """Load one lane; return (number, session id) of its started mark."""
        data = self._store.get(bytes((76, binding.slot, lane)))
        try:
            cache, epoch, known_from, started, session_id = _unpack_lane(data or b"")
        except ValueError:
            binding.lane_lost = True
            binding.lanes.append(caches.LaneCache(b"", b""))
            return None
        binding.epoch = max(binding.epoch, epoch)
        binding.lanes.append(cache)
        binding.known_from[lane] = known_from
        binding.saved_counts[lane] = cache.count
        if self.lost or self.checkpoints[lane]:
            # Marks may be lost, in checkpoint mode with sessions that flash never heard of.
            unheard = wire.CHECKPOINT_EVERY if self.checkpoints[lane] else 0
            if cache.provisional_acceptor:  # a damaged record may have held this pair's promotion
                unheard = max(unheard, 1)
            binding.known_from[lane] = cache.count + unheard + 1
            self.save_lane(binding, lane, session_id if started else None)
        return (cache.count, session_id) if started else None


TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ports import Store
