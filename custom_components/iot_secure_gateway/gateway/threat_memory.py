"""What the monitoring remembers: the last threats, who tried what, what is usual. Bounded, and saved now and then."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
import logging
from typing import Final

from ..policy.baseline import Baseline, Learned, learn
from ..policy.reading import fields
from ..policy.threats import Detection, Evidence, Level, evidence_of
from .events import GatewayEvent, OwnerChanged
from .json_object import JsonObject
from .threat_counts import ThreatCounts
from .threat_events import ThreatSeen, Trace
from .threat_steps import ThreatSteps
from .told_breaches import ToldBreaches

_LOGGER = logging.getLogger(__name__)

MAX_THREATS: Final = 300  # shown; the record has more
MAX_TRIERS: Final = 512  # people and addresses whose first attempt is known
MAX_TRIED: Final = 255  # characters of what one of them tried
MAX_BASELINES: Final = 10_000


class ThreatMemory:
    """Of one gateway."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.threats: OrderedDict[str, ThreatSeen] = OrderedDict()  # by id, the oldest first
        self.told = ToldBreaches()
        self.steps = ThreatSteps()
        self.counts = ThreatCounts()
        self.baselines: dict[str, Baseline] = {}
        self._triers: OrderedDict[str, _Trier] = OrderedDict()

    def add(self, threat: ThreatSeen) -> None:
        """Remember a threat, or what is newly known of it."""
        self.threats[threat.id] = threat
        if len(self.threats) > MAX_THREATS:
            # What anybody on the network can make many of pushes out nothing else, and no lesser one a graver one.
            self._drop(min(self.threats.values(), key=_worth).id)

    def note(self, event: GatewayEvent, local: datetime, owner: Callable[[str], str]) -> bool:
        """Take up what is told of threats, at a time of the home; tell whether anything was."""
        if isinstance(event, ThreatSeen):
            # Only devices that have an owner are counted for: other serials are anybody's to invent.
            self.counts.note(local.date(), event.serial if owner(event.serial) else "", event.level)
            return True
        if isinstance(event, OwnerChanged):
            self.forget_device(event.serial)
            return True
        return self.steps.note(event, int(local.timestamp()), self.threats)

    def is_open(self, threat: ThreatSeen) -> bool:
        """Tell whether somebody is to look at a threat still; what is very low asks nothing of anybody."""
        return threat.level is not Level.VERY_LOW and not self.steps.is_acknowledged(threat.id)

    def traced(self, threat_id: str, trace: Trace) -> ThreatSeen | None:
        """Take over what was found out about a threat; None when it is forgotten already."""
        if (threat := self.threats.get(threat_id)) is None:
            return None
        threat = self.threats[threat_id] = replace(threat, trace=trace)
        return threat

    def tried(self, who: str, detection: Detection, at: int) -> Trace:
        """Count one more attempt of a person or address; return what is known of them."""
        trier = self._triers.get(who)
        if trier is None:
            while len(self._triers) >= MAX_TRIERS:
                self._triers.popitem(last=False)
            trier = self._triers[who] = _Trier(at)
        self._triers.move_to_end(who)
        trier.last = at
        trier.counts[detection] = trier.counts.get(detection, 0) + 1
        tried = ", ".join(f"{each.value} {count}" for each, count in trier.counts.items())
        return Trace(first_seen=trier.first, last_seen=at, tried=tried[:MAX_TRIED])

    def learn(self, serial: str, now: float, local: datetime) -> Learned | None:
        """Learn of a command to a device; None when too many devices are known."""
        known = self.baselines.get(serial)
        if known is None and len(self.baselines) >= MAX_BASELINES:
            return None
        learned = learn(known, now, local)
        self.baselines[serial] = learned.baseline
        return learned

    def forget_device(self, serial: str) -> None:
        """A device is given up, or goes to somebody else: what was usual for it, and what was seen, is not for its next owner."""
        self.baselines.pop(serial, None)
        self.counts.forget_device(serial)
        for threat in [threat for threat in self.threats.values() if threat.serial == serial]:
            self._drop(threat.id)

    def to_dict(self) -> JsonObject:
        """Return the JSON form."""
        return {
            "threats": [threat.to_dict() for threat in self.threats.values()],
            "told": self.told.to_dict(),
            "steps": self.steps.to_dict(),
            "counts": self.counts.to_dict(),
            "baselines": {serial: each.to_dict() for serial, each in self.baselines.items()},
        }

    def restore(self, value: JsonObject | None) -> None:
        """Take up the JSON form; what is damaged is begun anew."""
        if value is None:
            return
        try:
            given = fields(value, "memory", ("threats", "told", "baselines", "steps", "counts"))
            threats, baselines = given.get("threats"), given.get("baselines")
            if not isinstance(threats, list) or not isinstance(baselines, dict):
                raise ValueError("memory: out of form")  # noqa: TRY301 - one place for all damage
            read = [ThreatSeen.from_dict(each) for each in threats[-MAX_THREATS:]]
            self.baselines = {
                serial: Baseline.from_dict(each, "baselines") for serial, each in baselines.items()
            }
            self.told.restore(given.get("told"))
            threats_by_id = OrderedDict((threat.id, threat) for threat in read)
            # Earlier versions kept neither.
            self.counts.restore(given.get("counts", {}))
            self.steps.restore(given.get("steps", {}), threats_by_id)
            self.threats = threats_by_id
        except ValueError as error:
            _LOGGER.error("The memory of the monitoring is damaged; begun anew (%s)", error)
            self.baselines = {}

    def _drop(self, threat_id: str) -> None:
        del self.threats[threat_id]
        self.steps.forget(threat_id)


def _worth(threat: ThreatSeen) -> tuple[bool, int]:
    """How much it is worth to be remembered; of equals the oldest goes."""
    return evidence_of(threat.detection) is not Evidence.NETWORK, threat.level.rank


class _Trier:
    __slots__ = ("counts", "first", "last")

    def __init__(self, first: int) -> None:
        self.first = self.last = first
        self.counts: dict[Detection, int] = {}
