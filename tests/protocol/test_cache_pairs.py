"""Two caches of one lane under random loss: a rule-based search for a state from which the next session does not work.

The opener and the acceptor are `LaneCache`s alone, joined as OPEN, ECHO and COMMIT join them; what is
on its way is lost at will, either side is loaded anew from its packed form, and recorded ECHOs and
COMMITs are said again. One machine per lane and mode, since a missing GSID changes who names what.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from custom_components.iot_secure_gateway.protocol import caches
from custom_components.iot_secure_gateway.protocol.caches import LaneCache

LENGTH = 20


class Message(NamedTuple):
    """What is on its way: OPEN (opener's new id, id used last), or ECHO and COMMIT (both new ids)."""

    kind: str
    opener_id: bytes
    acceptor_id: bytes
    session: int


class CachePair(RuleBasedStateMachine):
    """Both caches of a lane; `has_opener_ids` and `has_acceptor_ids` say which identifiers the mode has."""

    has_opener_ids = True
    has_acceptor_ids = True

    def __init__(self) -> None:
        super().__init__()
        self.drawn = 0
        first = self.fresh(self.has_opener_ids), self.fresh(self.has_acceptor_ids)
        self.opener, self.acceptor = LaneCache(*first), LaneCache(*first)
        self.wire: Message | None = None
        self.recorded: list[Message] = []
        self.session = 0
        self.pending: int | None = None  # session that the acceptor may still execute
        self.opened: int | None = None  # session whose ECHO the opener still takes
        self.executed: list[int] = []
        self.committed: set[int] = set()

    def fresh(self, is_there: bool) -> bytes:
        """Return an identifier that was never used."""
        self.drawn += 1
        return b"%020d" % self.drawn if is_there else b""

    # --- what both ends do -----------------------------------------------------------------------------
    @precondition(lambda self: self.wire is None)
    @rule()
    def open(self) -> None:
        self.session += 1
        self.opened = self.session
        new = self.fresh(self.has_opener_ids)
        last = self.opener.last_used
        self.opener.begin(new)
        self._send(Message("OPEN", new, last, self.session))

    @precondition(lambda self: self.wire is not None)
    @rule()
    def deliver(self) -> None:
        assert self.wire is not None
        message, self.wire = self.wire, None
        {"OPEN": self._on_open, "ECHO": self._on_echo, "COMMIT": self._on_commit}[message.kind](
            message
        )

    def _send(self, message: Message) -> None:
        self.wire = message
        self.recorded.append(message)

    def _on_open(self, message: Message) -> None:
        assert self.acceptor.would_settle(message.acceptor_id), "an honest OPEN is refused"
        if self.has_opener_ids:
            assert not self.acceptor.knows_opener(message.opener_id)
        assert self.acceptor.settle(message.acceptor_id)
        new = self.fresh(self.has_acceptor_ids)
        self.acceptor.offer(message.opener_id, new)
        self.pending = message.session
        self._send(Message("ECHO", message.opener_id, new, message.session))

    def _on_echo(self, message: Message) -> None:
        if self.opened is None or message.opener_id != self.opener.provisional_opener:
            return
        if self.has_acceptor_ids and message.acceptor_id == self.opener.acceptor_id:
            return
        if message.session != self.opened:
            assert not self.has_opener_ids, "an earlier ECHO passes for a new one"
            return  # mode dsid relies on the link here: nothing in the ECHO itself is of this session
        self.opener.echoed(message.acceptor_id)
        self.opened = None
        self.committed.add(message.session)
        self._send(message._replace(kind="COMMIT"))

    def _on_commit(self, message: Message) -> None:
        pair = self.acceptor.provisional_opener, self.acceptor.provisional_acceptor
        if self.pending is None or pair != (message.opener_id, message.acceptor_id):
            self.pending = None  # a breach ends the session
            return
        assert message.session == self.pending, "an earlier COMMIT opens a later session"
        self.acceptor.commit()
        self.executed.append(self.pending)
        self.pending = None

    # --- what happens to them ------------------------------------------------------------------------------
    @rule()
    def cut(self) -> None:
        """The link ends: what is on its way is lost, and so is the session, but no identifier."""
        self.wire = None
        self.pending = None
        self.opened = None

    @precondition(lambda self: self.wire is None)
    @rule(number=st.integers(0, 1000))
    def say_again(self, number: int) -> None:
        """An attacker says a recorded ECHO or COMMIT once more."""
        again = [message for message in self.recorded if message.kind != "OPEN"]
        if again:
            message = again[number % len(again)]
            (self._on_echo if message.kind == "ECHO" else self._on_commit)(message)

    @rule()
    def load_both_anew(self) -> None:
        """Both sides restart from their stores."""
        self.cut()
        self.opener = caches.unpack(self.opener.pack())
        self.acceptor = caches.unpack(self.acceptor.pack())

    @rule(behind=st.integers(0, 3))
    def resynchronise(self, behind: int) -> None:
        """One side was set back by a crash, so both are set anew above the greater count."""
        self.cut()
        self.opener.count = max(self.opener.count - behind, 0)
        count = max(self.opener.count, self.acceptor.count) + 1
        pair = self.fresh(self.has_opener_ids), self.fresh(self.has_acceptor_ids)
        self.opener.reset(*pair, count)
        self.acceptor.reset(*pair, count)

    @rule(delivered=st.integers(0, 2))
    def interrupted_session(self, delivered: int) -> None:
        """A session whose OPEN, ECHO or COMMIT is lost."""
        self.cut()
        self.open()
        for _ in range(delivered):
            self.deliver()
        self.cut()

    @rule()
    def whole_session(self) -> None:
        """Whatever happened: the next session on a new link works by itself (G6)."""
        self.cut()
        before = len(self.executed)
        self.open()
        while self.wire is not None:
            self.deliver()
        assert len(self.executed) == before + 1
        assert self.opener.count == self.acceptor.count

    # --- what always holds ---------------------------------------------------------------------------------
    @invariant()
    def counts_differ_by_a_commit_on_its_way_at_most(self) -> None:
        ahead = self.opener.count - self.acceptor.count
        ours = self.opener.opener_id, self.opener.acceptor_id
        if ahead == 0:
            assert ours == (self.acceptor.opener_id, self.acceptor.acceptor_id)
        else:
            assert ahead == 1
            assert self.acceptor.has_pair
            assert ours == (self.acceptor.provisional_opener, self.acceptor.provisional_acceptor)

    @invariant()
    def nothing_is_executed_twice_or_uncommitted(self) -> None:
        assert len(set(self.executed)) == len(self.executed)
        assert set(self.executed) <= self.committed

    @invariant()
    def an_opener_has_no_provisional_acceptor(self) -> None:
        assert self.opener.provisional_acceptor == b""


class WithoutOpenerIds(CachePair):
    """The command lane in mode `dsid`."""

    has_opener_ids = False


class WithoutAcceptorIds(CachePair):
    """The data lane in mode `dsid`."""

    has_acceptor_ids = False


SETTINGS = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestBothIdentifiers = CachePair.TestCase
TestBothIdentifiers.settings = SETTINGS
TestCommandLaneOfModeDsid = WithoutOpenerIds.TestCase
TestCommandLaneOfModeDsid.settings = SETTINGS
TestDataLaneOfModeDsid = WithoutAcceptorIds.TestCase
TestDataLaneOfModeDsid.settings = SETTINGS
