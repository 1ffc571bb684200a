"""The device's end of an authenticated link: continuity and command sessions (FIG 11, FIG 13).

GREETING   --HELLO-->   HELLO_OK, IDLE
IDLE       --OPEN-->    ECHO, PENDING           --OUTCOME?--> OUTCOME
PENDING    --COMMIT-->  promoted and marked in one write, then "execute", IDLE (core.executing)
PENDING    --OPEN, 10 s, end of link-->         the session is dropped, never executed
finish()   RESULT
"""

from . import commands, continuity, records, wire
from .claim_device import OWNER_SLOT
from .device_data import DataOpener
from .errors import RecordError
from .events import Event
from .identifiers import draw, is_identifier
from .link import rotated_key


class DeviceLink:
    """Records of one authenticated link; lives as long as its connection."""

    def __init__(
        self,
        core: "DeviceCore",
        connection: "DeviceConnection",
        binding: "Binding",
        link_hash: bytes,
        is_restricted: bool,
        now_ms: int,
    ) -> None:
        self._core = core
        self._connection = connection
        self._binding = binding
        self._hash = link_hash
        self._is_restricted = is_restricted
        self._gsid_size = binding.gsid_size
        self._cache = binding.lanes[wire.LANE_COMMAND]
        self._greeted = False
        self._settled = False  # the gateway has finished with continuity
        self.data = DataOpener(core, self, binding)
        self._pending: "bytes | None" = None  # command bytes between ECHO and COMMIT
        self._pending_until_ms = 0
        self._answers_to = b""  # session id whose RESULT belongs on this link
        self._answer_pair = (b"", b"")
        self.max_frame = wire.MIN_MAX_FRAME
        self._sent_ms = now_ms
        self._heard_ms = now_ms

    @property
    def has_pending(self) -> bool:
        """Whether a session waits for its COMMIT."""
        return self._pending is not None

    def deadline(self) -> int:
        """Return when `tick` is due."""
        due = min(self._sent_ms + wire.KEEPALIVE_MS, self._heard_ms + wire.SILENCE_MS)
        if self._pending is not None:
            due = min(due, self._pending_until_ms)
        for other in (self.data.deadline(), self._core.fallback_at(self._binding.slot)):
            if other is not None and other < due:
                due = other
        return due

    def tick(self, now_ms: int) -> None:
        """Do what time demands: drop a session that waited too long, keep alive, end a dead link."""
        self._expire(now_ms)
        waiting = self.data.deadline()
        takes_over = self._core.fallback_at(self._binding.slot)
        if takes_over is not None and now_ms >= takes_over:
            self._core.fall_back(self._binding.slot)
        elif waiting is not None and now_ms >= waiting:
            self._connection.close("timeout")
        elif now_ms >= self._heard_ms + wire.SILENCE_MS:
            self._connection.close("silence")
        elif now_ms >= self._sent_ms + wire.KEEPALIVE_MS:
            self.send(bytes((wire.KEEPALIVE,)), now_ms)

    def on_record(self, record: bytes, now_ms: int) -> None:
        """Take one opened record. Raises RecordError."""
        self._heard_ms = now_ms
        if not record:
            raise RecordError("empty record")
        kind = record[0]
        if not self._greeted:
            if kind != wire.HELLO:
                raise RecordError("a record before HELLO")
            self._on_hello(record, now_ms)
            return
        if self._is_restricted and kind not in _RESTRICTED_KINDS:
            self._address_breach()
            return
        handler = _HANDLERS.get(kind)
        if handler is None:
            raise RecordError("a record that the gateway does not send")
        handler(self, record, now_ms)

    def send_result(self, session_id: bytes, status: int, result: bytes, now_ms: int) -> None:
        """Send RESULT, if the session ran on this link."""
        if session_id != self._answers_to:
            return
        self._answers_to = b""
        if len(result) > self.max_frame - wire.COMMAND_OVERHEAD:
            result = b'{"error":"result too long"}'
        self.send(
            records.encode_result(self._answer_pair[0], self._answer_pair[1], status, result),
            now_ms,
        )

    # --- command sessions -------------------------------------------------------------------------
    def _on_open(self, record: bytes, now_ms: int) -> None:
        gsid, dsid, command = records.decode_session(record, self._gsid_size)
        core = self._core
        cache = self._cache
        if not self._address_holds():
            return
        if core.executing is not None or self._binding.slot != core.active_slot:
            self._breach(wire.BUSY, now_ms)
            return
        self._pending = None
        if not cache.would_settle(dsid):
            self.breach_and_close(wire.DSID_MISMATCH, now_ms)
            return
        if self._gsid_size and (cache.knows_opener(gsid) or not is_identifier(gsid)):
            self.breach_and_close(wire.GSID_REUSED, now_ms)
            return
        cache.settle(dsid)
        new_dsid = draw(core.random(32))
        while new_dsid == cache.acceptor_id:
            new_dsid = draw(core.random(32))
        cache.offer(gsid, new_dsid)
        core.memory.offered(self._binding, wire.LANE_COMMAND)
        self._pending = command
        self._pending_until_ms = now_ms + wire.PENDING_SESSION_MS
        self.send(records.encode_session(wire.ECHO, gsid, new_dsid, command), now_ms)

    def _on_commit(self, record: bytes, now_ms: int) -> None:
        gsid, dsid, command = records.decode_session(record, self._gsid_size)
        cache = self._cache
        if not self._address_holds():  # FIG 11 step 1135
            return
        self._expire(now_ms)
        pending, self._pending = self._pending, None
        if pending is None:
            self._breach(wire.SESSION_EXPIRED, now_ms)
        elif command != pending:  # step 1140
            self.breach_and_close(wire.COMMAND_MISMATCH, now_ms)
        elif gsid != cache.provisional_opener:
            self.breach_and_close(wire.GSID_MISMATCH, now_ms)
        elif dsid != cache.provisional_acceptor:  # step 1145
            self.breach_and_close(wire.DSID_MISMATCH, now_ms)
        else:
            self._execute(gsid, dsid, command, now_ms)

    def _execute(self, gsid: bytes, dsid: bytes, command: bytes, now_ms: int) -> None:
        """Promote and mark `started` in one write, then hand the command on (step 1150)."""
        core = self._core
        try:
            value = commands.decode_command(command)
            session_id = commands.session_id_of(value)
        except RecordError:
            value, session_id = {}, bytes(wire.SESSION_ID_SIZE)
        self._cache.commit()
        core.memory.promoted(self._binding, wire.LANE_COMMAND, session_id)
        core.executing = (self._binding, self._cache.count, session_id)
        self._answers_to = session_id
        self._answer_pair = (gsid, dsid)
        if not value:
            core.finish(session_id, wire.STATUS_REFUSED, b'{"error":"not a command"}', now_ms)
        else:
            self._connection.report(Event("execute", session_id=session_id, command=value))

    def _on_outcome_query(self, record: bytes, now_ms: int) -> None:
        session_id, number = records.decode_outcome_query(record)
        core = self._core
        status, result = wire.STATUS_NOT_EXECUTED, b""
        kept = core.memory.outcomes[self._binding.slot].get(number)
        if core.executing is not None and core.executing[1:] == (number, session_id):
            status = wire.STATUS_RUNNING
        elif kept is not None and kept.session_id == session_id:
            status, result = kept.status, core.memory.result_of(self._binding.slot, kept)
        elif number < core.memory.known_from(self._binding, wire.LANE_COMMAND):
            status = wire.STATUS_UNKNOWN
        self.send(
            records.encode_outcome(records.Outcome(session_id, number, status, result)), now_ms
        )

    # --- continuity ---------------------------------------------------------------------------------
    def _on_hello(self, record: bytes, now_ms: int) -> None:
        hello = records.decode_hello(record)
        core = self._core
        binding = self._binding
        self.max_frame = hello.max_frame
        self._greeted = True
        self._connection.report(Event("time", unix_ms=hello.unix_ms))
        lanes = []
        for lane in wire.LANES:
            cache = binding.lanes[lane]
            if self._holds_our_pair(hello, lane):
                # A reboot lost nothing. An old copy of the gateway could not tell.
                binding.known_from[lane] = min(binding.known_from[lane], cache.count + 1)
            lanes.append(
                records.LaneSummary(
                    cache.count,
                    core.memory.known_from(binding, lane),
                    continuity.confirmed_tag(
                        core.crypto, self._hash, continuity.FROM_DEVICE, lane, binding.epoch, cache
                    ),
                    continuity.provisional_tag(
                        core.crypto, self._hash, continuity.FROM_DEVICE, lane, binding.epoch, cache
                    ),
                )
            )
        flags = wire.FLAG_FLASH_LOST if core.memory.lost or binding.lane_lost else 0
        for lane in wire.LANES:
            if core.memory.checkpoints[lane]:
                flags |= (wire.FLAG_CHECKPOINT, wire.FLAG_DATA_CHECKPOINT)[lane]
        if self._is_restricted:
            flags |= wire.FLAG_RESTRICTED
        if binding.slot != core.active_slot:
            flags |= wire.FLAG_STANDBY
        answer = records.HelloOk(
            core.boot,
            core.reset_cause,
            flags,
            core.facts.max_frame,
            binding.epoch,
            self._connection.peer,
            core.facts.firmware,
            lanes,
        )
        self.send(records.encode_hello_ok(answer), now_ms)

    def _holds_our_pair(self, hello: "records.Hello", lane: int) -> bool:
        """Tell whether the gateway's confirmed pair of a lane is ours."""
        crypto = self._core.crypto
        expected = continuity.confirmed_tag(
            crypto,
            self._hash,
            continuity.FROM_GATEWAY,
            lane,
            self._binding.epoch,
            self._binding.lanes[lane],
        )
        return bool(crypto.equal(expected, hello.lanes[lane][1]))

    def _on_resync(self, record: bytes, now_ms: int) -> None:
        resync = records.decode_resync(record, self._gsid_size)
        binding = self._binding
        cache = binding.lanes[resync.lane]
        if resync.epoch <= binding.epoch or resync.count <= cache.count:
            raise RecordError("RESYNC that goes back")
        self._pending = None
        opener, acceptor = continuity.pair(resync.lane, resync.gsid, resync.dsid)
        cache.reset(opener, acceptor, resync.count)
        binding.epoch = resync.epoch
        self._core.memory.resynced(binding, resync.lane)
        outcomes = self._core.memory.outcomes[binding.slot]
        kept = [outcomes[number] for number in sorted(outcomes)]
        room = (self.max_frame - 128) // 21
        self.send(records.encode_resynced(resync, kept[-room:]), now_ms)

    # --- data lane -----------------------------------------------------------------------------------
    def _on_data_echo(self, record: bytes, now_ms: int) -> None:
        self.data.on_echo(record, now_ms)

    def _on_data_done(self, record: bytes, now_ms: int) -> None:
        self.data.on_done(record, now_ms)

    def _on_credit(self, record: bytes, now_ms: int) -> None:
        self.data.on_credit(record, now_ms)

    def _on_data_outcome(self, record: bytes, now_ms: int) -> None:
        self.data.on_outcome(record, now_ms)

    # --- the rest -------------------------------------------------------------------------------------
    def _on_release(self, record: bytes, now_ms: int) -> None:
        records.check_empty(record)
        self.send(bytes((wire.RELEASED,)), now_ms)
        self.report(Event("released", slot=self._binding.slot))
        self._core.release(self._binding.slot)

    def _on_addresses(self, record: bytes, now_ms: int) -> None:
        """The gateway says from where it will come (FIG 11: the predetermined addresses)."""
        addresses = records.decode_addresses(record)
        if self._is_restricted and self._connection.peer not in addresses:
            raise RecordError("ADDRESSES without the address that it is said from")
        binding = self._binding
        if self._core.memory.bindings.get(binding.slot) is not binding:
            raise RecordError("ADDRESSES of a binding that has ended")  # to save it would revive it
        binding.addresses = addresses
        self._core.memory.save_binding(binding)
        self.send(bytes((wire.ADDRESSES_OK,)), now_ms)
        self.report(Event("addresses", slot=binding.slot, recovered=self._is_restricted))
        if self._is_restricted:
            self._connection.close("recovered")

    def _on_rotate(self, record: bytes, now_ms: int) -> None:
        """A planned new key, from a fresh exchange; provisional until a link uses it."""
        public = records.decode_public_key(record)
        core = self._core
        binding = self._binding
        secret = core.random(wire.KEY_SIZE)
        binding.next_key = rotated_key(core.crypto, binding.key, secret, public)
        core.memory.save_binding(binding)
        answer = bytes((wire.ROTATED,)) + core.crypto.x25519_public(secret)
        self.send(answer, now_ms)

    def _on_add_binding(self, record: bytes, now_ms: int) -> None:
        """The owner's gateway lets another one claim a slot, or takes its binding away."""
        slot, prs, seconds = records.decode_add_binding(record)
        core = self._core
        if self._binding.slot != OWNER_SLOT:
            raise RecordError("ADD_BINDING from a gateway that is not the owner's")
        core.desk.invite(slot, prs, seconds, now_ms)
        if not seconds:
            core.release(slot)
        self.send(bytes((wire.BINDING_ADDED, slot)), now_ms)

    def _on_breach(self, record: bytes, now_ms: int) -> None:
        """The gateway refused a step of ours: nothing of that session counts."""
        code = records.decode_breach(record)
        self.report(Event("breach", code=code, authenticated=True))
        if code not in wire.HARMLESS_BREACHES:  # the gateway closes the link after those
            self._pending = None
        self.data.refused()

    def _on_keepalive(self, record: bytes, now_ms: int) -> None:
        """The first one says that the gateway has settled: the data lane may begin."""
        records.check_empty(record)
        if self._settled or self._is_restricted:
            return
        if self._binding.slot == self._core.active_slot:
            self._settled = True
            self.data.begin(now_ms)

    def end(self, reason: str) -> None:
        """End the connection."""
        self._connection.close(reason)

    def report(self, event: "Event") -> None:
        """Add an event for the driver."""
        self._connection.report(event)

    def _address_holds(self) -> bool:
        """Check the peer address again, before anything else (FIG 11 steps 1110 and 1135)."""
        connection = self._connection
        if connection.peer in self._binding.addresses:
            return True
        self._address_breach()
        return False

    def _address_breach(self) -> None:
        self._pending = None
        self.report(Event("breach", code=wire.ADDRESS_NOT_ALLOWED, authenticated=False))
        self._connection.close("address")

    def _expire(self, now_ms: int) -> None:
        if self._pending is not None and now_ms >= self._pending_until_ms:
            self._pending = None

    def _breach(self, code: int, now_ms: int) -> None:
        """Tell the gateway that this step is refused; nothing is executed (FIG 11 step 1155)."""
        self._connection.report(Event("breach", code=code, authenticated=True))
        self.send(records.encode_breach(code), now_ms)

    def breach_and_close(self, code: int, now_ms: int) -> None:
        """Refuse a step, and end the link."""
        self._breach(code, now_ms)
        self._connection.close("breach")

    def send(self, record: bytes, now_ms: int) -> None:
        """Queue a record."""
        self._sent_ms = now_ms
        self._connection.send(record)


_RESTRICTED_KINDS = (wire.ADDRESSES, wire.KEEPALIVE, wire.BREACH)
_HANDLERS = {
    wire.KEEPALIVE: DeviceLink._on_keepalive,
    wire.RESYNC: DeviceLink._on_resync,
    wire.RELEASE: DeviceLink._on_release,
    wire.OPEN: DeviceLink._on_open,
    wire.COMMIT: DeviceLink._on_commit,
    wire.OUTCOME_QUERY: DeviceLink._on_outcome_query,
    wire.BREACH: DeviceLink._on_breach,
    wire.ADDRESSES: DeviceLink._on_addresses,
    wire.ROTATE: DeviceLink._on_rotate,
    wire.ADD_BINDING: DeviceLink._on_add_binding,
    wire.DATA_ECHO: DeviceLink._on_data_echo,
    wire.DATA_DONE: DeviceLink._on_data_done,
    wire.DATA_OUTCOME: DeviceLink._on_data_outcome,
    wire.CREDIT: DeviceLink._on_credit,
}

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .device_connection import DeviceConnection
    from .device_core import DeviceCore
    from .device_memory import Binding
