"""Watching all communication (FIG 3 step 340, FIG 14): detect, assign a level, respond, as the policy says.

    event -> finding (findings.py) -> counted in its window -> judged (policy/responding.py)
    -> blocked, suspended at once (safeguards.py) -> told on the bus -> traced

What is routine is counted and learned of, and makes no threat; its lines are on the record anyhow.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
import logging
from typing import Final

from ..policy.actors import Actor, Guest, User
from ..policy.decision import Decision
from ..policy.holdings import holds_any
from ..policy.responding import Effective, Verdict, effective, judge
from ..policy.threats import Detection, Evidence, Level, Response, default_of, evidence_of
from ..policy.windows import Windows
from .device import Device
from .events import Breach, GatewayEvent, PermissionsChanged
from .findings import Finding, finding_of, finding_of_ping
from .monitoring_store import MonitoringStore
from .permissions import Permissions
from .rates import Bucket
from .safeguards import Safeguards
from .state_watch import StateWatch
from .threat_events import (
    BlockEnded,
    SuspensionLifted,
    ThreatLevelChanged,
    ThreatSeen,
    ThreatTraced,
    Trace,
)
from .threat_levels import ThreatLevels
from .threat_memory import ThreatMemory
from .tracing import Tracer

_LOGGER = logging.getLogger(__name__)

TICK_S: Final = 5.0  # between two looks at what tells nothing by itself
SAVE_TICKS: Final = 12  # from a change of the memory to its save
NETWORK_RATE: Final = 1.0  # threats a second that anybody on the network can bring about ...
NETWORK_BURST: Final = 30.0  # ... and at once, those of our devices apart; beyond: counted only
MAX_EFFECTIVE: Final = 4096  # rules looked up that are kept until something changes


class Monitor:
    """The monitoring of one gateway."""

    def __init__(
        self,
        store: MonitoringStore,
        permissions: Permissions,
        safeguards: Safeguards,
        devices: Mapping[str, Device],
        *,
        unix_time: Callable[[], float],
        random: Callable[[int], bytes],
        last_boot: Callable[[str], int],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """Nothing is watched before `start`. `last_boot` tells the boot count of a device at its last link."""
        self._store = store
        self._permissions = permissions
        self._devices = devices
        self._unix_time = unix_time
        self._random = random
        self._last_boot = last_boot
        self._emit = emit
        self.safeguards = safeguards
        self.tracer = Tracer()
        self.memory = ThreatMemory()
        self._levels = ThreatLevels()
        self._counted = {evidence: Windows() for evidence in Evidence}  # a flood forgets no person
        self._network: dict[bool, Bucket] = {}  # by whether a device of ours is concerned
        self._effective: dict[tuple[Detection, str], Effective] = {}
        self._effective_of: tuple[object, object] = (None, None)
        self._watch = StateWatch(devices, self._on_finding, self._window)
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsaved_ticks = 0
        self._is_dirty = False

    # --- start and stop ------------------------------------------------------------------------------
    async def load(self) -> None:
        """Read the stores. Raises what the store of the policy raises for content that is damaged."""
        await self.safeguards.load()
        self.memory.restore(await self._store.load_memory())
        for threat in self.memory.threats.values():
            self._note_level(threat)

    def start(self) -> None:
        """Watch from now on."""
        loop = asyncio.get_running_loop()
        for is_ours in (True, False):
            self._network[is_ours] = Bucket(NETWORK_RATE, NETWORK_BURST, loop.time())
        self._watch.start(loop.time(), self._unix_time())
        self._update_levels()
        self._timer = loop.call_later(TICK_S, self._on_timer)

    async def stop(self) -> None:
        """Watch no longer; what is remembered is durable then, if it can be."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))
        await self.safeguards.stop()
        await self._save()

    # --- what it is told -----------------------------------------------------------------------------
    def on_event(self, event: GatewayEvent) -> None:
        """Look at an event of the gateway."""
        self._is_dirty |= self.memory.note(event, self._local(self._unix_time()), self._owner)
        if isinstance(event, PermissionsChanged):
            self.safeguards.free_permitted()
            return
        if isinstance(event, (BlockEnded, SuspensionLifted)):
            self._forget(event)
            return
        if isinstance(event, Breach):
            new = self.memory.told.new_ones(event)
            if not new:
                return
            event = replace(event, count=new)
        finding = finding_of(event, self._holds, self._owner)
        if finding is not None:
            self._on_finding(finding)

    def on_ping(self, kind: str, serial: str, source: str) -> None:
        """Look at a suspicious ping."""
        self._on_finding(finding_of_ping(kind, serial, source))

    def heard(self, serial: str, boot: int) -> None:
        """A verified ping of a device came."""
        self._watch.heard(serial)
        self.safeguards.started(serial, boot)

    def restrained(self, actor: Actor, serial: str, decision: Decision) -> Decision:
        """Return the decision as it is with what the monitoring did."""
        denial = self.safeguards.restraints.denial(actor, serial, self._unix_time())
        return decision if denial is None else denial

    def is_source_blocked(self, source: str) -> bool:
        """Tell whether an address is not listened to."""
        restraints = self.safeguards.restraints
        return bool(restraints.sources) and restraints.is_source_blocked(source, self._unix_time())

    async def forget_device(self, serial: str) -> None:
        """A device is given up."""
        self.memory.forget_device(serial)
        self._levels.forget(serial)
        self._watch.forget(serial)
        self._is_dirty = True
        await self.safeguards.forget_device(serial)
        self._update_levels()

    # --- what it tells -------------------------------------------------------------------------------
    def level(self, serial: str = "") -> Level:
        """Return how grave it is now, for a device or for all."""
        return self._levels.now.get(serial, Level.VERY_LOW)

    # -------------------------------------------------------------------------------------------------
    def _holds(self, actor: Actor, serial: str) -> bool:
        return holds_any(self._permissions.table, actor, serial)

    def _owner(self, serial: str) -> str:
        return self._permissions.owners.get(serial, "")

    def _rule(self, detection: Detection, serial: str) -> Effective:
        policy, state = self.safeguards.policy, self._permissions.state
        of_policy, of_state = self._effective_of
        if (
            policy is not of_policy
            or state is not of_state
            or len(self._effective) >= MAX_EFFECTIVE
        ):
            self._effective.clear()
            self._effective_of = (policy, state)
        key = (detection, serial)
        if (found := self._effective.get(key)) is None:
            found = self._effective[key] = effective(policy, state, detection, serial)
        return found

    def _window(self, detection: Detection, serial: str) -> int:
        return self._rule(detection, serial).treatment.window_s

    def _on_finding(self, finding: Finding) -> None:
        """Count it, judge it, act on it."""
        now, detection = self._unix_time(), finding.detection
        if detection is Detection.ROUTINE:
            self._learn(finding, now)
        rule = self._rule(detection, finding.serial)
        if detection is Detection.ROUTINE and rule.treatment == default_of(detection):
            return
        clock = asyncio.get_running_loop().time()
        evidence, key = evidence_of(detection), _key(finding)
        counted = self._counted[evidence]
        count = counted.count(key, rule.treatment, clock, finding.count)
        local = self._local(now)
        verdict = judge(
            rule,
            count=count,
            is_authenticated=finding.is_proven,
            now=now,
            minute=local.hour * 60 + local.minute,
        )
        if verdict is None:
            return
        if evidence is Evidence.NETWORK and not self._may_tell(finding.serial, clock):
            return
        untold = counted.tell(key, rule.treatment, verdict.level.rank, clock)
        if untold:
            self._respond(finding, rule, verdict, untold, now)

    def _respond(
        self, finding: Finding, rule: Effective, verdict: Verdict, count: int, now: float
    ) -> None:
        threat_id = self._random(8).hex()
        source = finding.source
        if isinstance(finding.actor, (User, Guest)) and not source:
            source = self.tracer.logins.address_now()
        who = finding.who or source
        trace = self.memory.tried(who, finding.detection, int(now)) if who else Trace()
        taken, done = self._taken(finding, rule, verdict, threat_id, now)
        threat = ThreatSeen(
            id=threat_id,
            at=int(now),
            detection=finding.detection,
            level=verdict.level,
            serial=finding.serial,
            user_id=finding.user_id,
            principal=finding.who,
            source=source,
            evidence=finding.evidence,
            is_proven=finding.is_proven,
            count=count,
            responses=taken,
            withheld=verdict.withheld,
            is_detect_only=rule.conduct.is_detect_only,
            rule=0 if rule.rule is None else rule.rule.number,
            alarms=rule.conduct.alarms if Response.ALARM in verdict.responses else (),
            alarms_by=rule.conduct.made_by,
            trace=trace,
        )
        self.memory.add(threat)
        self._is_dirty = True
        self._note_level(threat)
        # After what it is about has been told to everybody.
        asyncio.get_running_loop().call_soon(self._tell, threat, done)

    def _tell(self, threat: ThreatSeen, done: list[GatewayEvent]) -> None:
        _LOGGER.info("Threat %s (%s): %s", threat.detection, threat.level, threat.evidence)
        for event in (threat, *done):
            self._emit(event)
        self._update_levels()
        if Response.TRACE in threat.responses:
            task = asyncio.get_running_loop().create_task(
                self._trace(threat), name=f"trace of {threat.id}"
            )
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _taken(
        self, finding: Finding, rule: Effective, verdict: Verdict, threat_id: str, now: float
    ) -> tuple[frozenset[Response], list[GatewayEvent]]:
        """Carry out what cannot wait; return what is done, without what could not be, and what to tell of it."""
        done, safeguards = set(verdict.responses), self.safeguards
        told: list[GatewayEvent | None] = []
        if Response.BLOCK in done:
            blocked = None
            if finding.user_id and finding.serial:
                blocked = safeguards.block_user(
                    finding.user_id, finding.serial, now, rule.conduct, threat_id
                )
            elif finding.source and not self._is_own(finding.source):
                blocked = safeguards.block_source(
                    finding.source, finding.serial, now, rule.conduct, threat_id
                )
            if blocked is None:
                done.discard(Response.BLOCK)
            told.append(blocked)
        if Response.SUSPEND in done:
            device = self._devices.get(finding.serial)
            if device is None:
                done.discard(Response.SUSPEND)
            else:
                boot = self._last_boot(finding.serial)
                told.append(
                    safeguards.suspend(
                        device, now, rule.conduct, threat_id, finding.detection, boot
                    )
                )
        return frozenset(done), [event for event in told if event is not None]

    def _is_own(self, source: str) -> bool:
        """An address of a device of ours is never blocked: anybody can send in its name."""
        return any(device.host == source for device in self._devices.values())

    async def _trace(self, threat: ThreatSeen) -> None:
        try:
            found = await self.tracer.trace(threat.source, threat.user_id)
        except Exception:  # border of a task: what the host knows comes from outside
            _LOGGER.exception("Could not trace %s", threat.id)
            return
        if found is None:
            return
        trace = replace(
            threat.trace,
            mac=found.mac,
            host_name=found.host_name,
            login_address=found.login.address,
            login_client=found.login.client,
        )
        if self.memory.traced(threat.id, trace) is not None:
            self._is_dirty = True
            self._emit(ThreatTraced(id=threat.id, serial=threat.serial, trace=trace))

    def _learn(self, finding: Finding, now: float) -> None:
        local = self._local(now)
        learned = self.memory.learn(finding.serial, now, local)
        self._is_dirty = True
        if learned is None or not (learned.is_unusual_hour or learned.is_burst):
            return
        about = replace(finding, evidence=f"at {local:%a %H:%M}")
        if learned.is_unusual_hour:
            self._on_finding(replace(about, detection=Detection.UNUSUAL_HOUR))
        if learned.is_burst:
            self._on_finding(replace(about, detection=Detection.BURST))

    def _may_tell(self, serial: str, clock: float) -> bool:
        bucket = self._network.get(bool(self._owner(serial)))
        return bucket is not None and bucket.take(clock)

    def _local(self, now: float) -> datetime:
        return datetime.fromtimestamp(now, self._permissions.facts.zone)

    def _note_level(self, threat: ThreatSeen) -> None:
        """Only devices that have an owner have a level: other serials are anybody's to invent."""
        serial = threat.serial if self._owner(threat.serial) else ""
        self._levels.note(serial, threat.level, threat.at)

    def _update_levels(self) -> None:
        held = frozenset(self.safeguards.restraints.suspensions)
        for serial, level in self._levels.changes(self._unix_time(), held):
            self._emit(ThreatLevelChanged(serial=serial, level=level))

    # --- time ----------------------------------------------------------------------------------------
    def _on_timer(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(TICK_S, self._on_timer)
        try:
            self.tick(loop.time())
        except Exception:  # border of the timer: the next look must come
            _LOGGER.exception("Fault while watching")

    def tick(self, clock: float) -> None:
        """Look at what tells nothing by itself: time that is over, devices that are silent, the clock."""
        now = self._unix_time()
        self.safeguards.end_expired(now)
        self.safeguards.lift_due(now)
        self._watch.look(clock, now)
        self._update_levels()
        self._unsaved_ticks = self._unsaved_ticks + 1 if self._is_dirty else 0
        if self._unsaved_ticks >= SAVE_TICKS:
            self._unsaved_ticks = 0
            task = asyncio.get_running_loop().create_task(self._save(), name="save the memory")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _forget(self, event: BlockEnded | SuspensionLifted) -> None:
        """A block or suspension has ended: what led to it is told, and done, anew."""
        who = ""
        if isinstance(event, BlockEnded):
            who = event.user_id or ("" if event.serial else event.source)
        for detection in Detection:
            self._counted[evidence_of(detection)].forget((detection, event.serial, who))

    async def _save(self) -> None:
        if not self._is_dirty:
            return
        self._is_dirty = False
        try:
            await self._store.save_memory(self.memory.to_dict())
        except Exception:  # the store is the host's; the next save may succeed
            self._is_dirty = True
            _LOGGER.exception("The memory of the monitoring could not be saved")


def _key(finding: Finding) -> tuple[Detection, str, str]:
    """What findings are counted together by: of the network's not by who, for that is anybody's to invent."""
    if evidence_of(finding.detection) is not Evidence.NETWORK:
        return finding.detection, finding.serial, finding.user_id or finding.who
    return finding.detection, finding.serial, "" if finding.serial else finding.source
