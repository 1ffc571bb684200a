"""The cache rule of FIG 13: confirmed identifiers, and at most one provisional set beside them.

One `LaneCache` stands on each side of each lane. *Opener* is who opens sessions on the lane (the
gateway on the command lane, the device on the data lane), *acceptor* the other. In mode `dsid`
the GSID is absent: an empty text in its place.

              opener's cache     acceptor's cache      (opener's id / acceptor's id)
  before      E / 5              E / 5
  OPEN        (Z) E / 5          (Z) E / (2) 5
  ECHO        Z / 2              (Z) E / (2) 5
  COMMIT      Z / 2              Z / 2
"""

import struct

# u8 which texts are present, u32 count, confirmed pair, provisional pair
_LAYOUT = ">BI20s20s20s20s"
PACKED_SIZE = struct.calcsize(_LAYOUT)
_NOTHING = b""


class LaneCache:
    """Identifiers and count of one lane on one side.

    `count` is the number of promoted pairs; it never goes back. A session's number is the count
    after its promotion.
    """

    def __init__(self, opener_id: bytes, acceptor_id: bytes, count: int = 0) -> None:
        self.opener_id = opener_id
        self.acceptor_id = acceptor_id
        self.count = count
        self.provisional_opener = _NOTHING  # "(Z)"
        self.provisional_acceptor = _NOTHING  # "(2)"; an opener never has one

    # --- opener's side ---------------------------------------------------------------------------
    def begin(self, opener_id: bytes) -> None:
        """OPEN goes out with a new identifier, provisional until it is echoed (step 1310)."""
        self.provisional_opener = opener_id

    def echoed(self, acceptor_id: bytes) -> None:
        """ECHO came back with the provisional identifier and a new one (step 1315)."""
        self._promote(self.provisional_opener, acceptor_id)

    # --- acceptor's side -------------------------------------------------------------------------
    def settle(self, last: bytes) -> bool:
        """An OPEN names the identifier used last: keep or drop the provisional pair.

        It is the acceptor's; where the acceptor has none (the data lane in mode `dsid`), the opener's.

        Returns False when it names neither; then nothing changed.
        """
        if last == self.last_used:
            self.drop_provisional()  # the opener never saw the last ECHO
            return True
        if self.has_pair and last == (self.provisional_acceptor or self.provisional_opener):
            self._promote(
                self.provisional_opener, self.provisional_acceptor
            )  # it did; COMMIT was lost
            return True
        return False

    def would_settle(self, last: bytes) -> bool:
        """Tell what `settle` would return, changing nothing."""
        return last == self.last_used or (
            self.has_pair and last == (self.provisional_acceptor or self.provisional_opener)
        )

    @property
    def last_used(self) -> bytes:
        """The confirmed identifier that the next OPEN names."""
        return self.acceptor_id or self.opener_id

    @property
    def has_pair(self) -> bool:
        """Whether a whole provisional pair is held, as an acceptor does."""
        if self.acceptor_id:
            return len(self.provisional_acceptor) > 0
        return len(self.provisional_opener) > 0

    def offer(self, opener_id: bytes, acceptor_id: bytes) -> None:
        """ECHO goes out: both new identifiers are provisional until they come again (step 1315)."""
        self.provisional_opener = opener_id
        self.provisional_acceptor = acceptor_id

    def commit(self) -> None:
        """COMMIT came with both provisional identifiers (step 1320)."""
        self._promote(self.provisional_opener, self.provisional_acceptor)

    # --- both ------------------------------------------------------------------------------------
    def knows_opener(self, opener_id: bytes) -> bool:
        """Tell whether an opener's identifier was used before, as far as the cache reaches."""
        return opener_id == self.opener_id or (
            len(self.provisional_opener) > 0 and opener_id == self.provisional_opener
        )

    def drop_provisional(self) -> None:
        """Forget the provisional identifiers."""
        self.provisional_opener = _NOTHING
        self.provisional_acceptor = _NOTHING

    def reset(self, opener_id: bytes, acceptor_id: bytes, count: int) -> None:
        """Take over what a RESYNC set."""
        self.opener_id = opener_id
        self.acceptor_id = acceptor_id
        self.count = count
        self.drop_provisional()

    def _promote(self, opener_id: bytes, acceptor_id: bytes) -> None:
        self.opener_id = opener_id
        self.acceptor_id = acceptor_id
        self.count += 1
        self.provisional_opener = _NOTHING
        self.provisional_acceptor = _NOTHING

    def pack(self) -> bytes:
        """Return the cache as `PACKED_SIZE` bytes for a store."""
        present = (
            (8 if self.opener_id else 0)
            | (4 if self.acceptor_id else 0)
            | (2 if self.provisional_opener else 0)
            | (1 if self.provisional_acceptor else 0)
        )
        return struct.pack(  # an absent text is padded with zeros
            _LAYOUT,
            present,
            self.count,
            self.opener_id,
            self.acceptor_id,
            self.provisional_opener,
            self.provisional_acceptor,
        )


def unpack(data: bytes) -> LaneCache:
    """Return the cache that `pack` made. Raises ValueError for bytes of another size."""
    if len(data) != PACKED_SIZE:
        raise ValueError("lane cache of wrong size")
    fields = struct.unpack(_LAYOUT, data)
    present = fields[0]
    texts = [fields[2 + index] if present >> (3 - index) & 1 else _NOTHING for index in range(4)]
    cache = LaneCache(texts[0], texts[1], fields[1])
    cache.offer(texts[2], texts[3])
    return cache
