"""What the gateway knows of one attached device: address, description, values, counters."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .description import DeviceDescription, Value, is_known, read_values
from .disclosure import Disclosures
from .listeners import Listeners
from .packages import EventRecord, Sample
from .value_intake import ValueIntake

MAX_RECENT_EVENTS = 16  # of one device, kept across restarts
MAX_LOG = 200  # lines of its own log that are kept for showing


class Problem(StrEnum):
    """Why a device has no link, as far as the gateway can tell."""

    UNREACHABLE = "unreachable"  # nothing answers at its address
    REFUSED = "refused"  # something answers, but not as the bound device
    ADDRESS_NOT_ALLOWED = "address_not_allowed"  # it does not know the address of this gateway
    STANDBY = "standby"  # linked, but another gateway is the one that commands
    BEHIND = (
        "behind"  # this gateway was restored and knows less than the device: its owner has to act
    )
    SUSPENDED = "suspended"  # a copy is suspected: its owner has to act
    SUSPENDED_BY_POLICY = "suspended_by_policy"  # the monitoring policy wants it (FIG 15)


# Nothing is tried for these reasons; no other is put in their place.
SUSPENSIONS = frozenset({Problem.BEHIND, Problem.SUSPENDED, Problem.SUSPENDED_BY_POLICY})


@dataclass(slots=True, kw_only=True)
class DeviceStats:
    """Counters since the device was attached."""

    links: int = 0
    linked_at: float | None = None  # Unix time at which the last link came up
    commands: int = 0  # sessions opened
    succeeded: int = 0
    failed: int = 0  # answered with an error or refused by the device
    not_executed: int = 0
    unknown: int = 0
    breaches: int = 0
    breaches_told: int = 0  # that the device itself found and told
    turned_away: int = 0  # connections that were taken and closed without an answer
    events: int = 0
    events_dropped: int = 0  # at the device, for want of room
    last_command_ms: float | None = None  # from OPEN to RESULT


class Device:
    """One attached device. Read it freely; the gateway changes it and tells the listeners."""

    def __init__(self, serial: str, host: str, port: int) -> None:
        """Know nothing of it yet but where it should be."""
        self.serial = serial
        self.host = host
        self.port = port
        self.given_name = ""  # what its people call it; "" while they gave it no name of its own
        self.is_connected = False
        self.problem: Problem | None = None
        self.firmware: str | None = None  # as told at link set-up
        self.observed_address: str | None = None  # of this gateway, as the device sees it
        self.description: DeviceDescription | None = None
        self.values: dict[str, Value] = {}  # that may be shown
        self.intake = ValueIntake(self._show)
        self.stats = DeviceStats()
        self.log: deque[str] = deque(maxlen=MAX_LOG)  # the device's own, cleaned
        self.recent_events: deque[EventRecord] = deque(maxlen=MAX_RECENT_EVENTS)
        self._known_keys: frozenset[str] = frozenset()
        self._units: dict[str, str] = {}
        self._listeners = Listeners[()](f"device {serial}")

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after each change of connection, description or values; returns its removal."""
        return self._listeners.add(listener)

    def unit_of(self, entity: str) -> str:
        """Return the unit of an entity's main value; "" when it has none."""
        return self._units.get(entity, "")

    # --- for the gateway only ------------------------------------------------------------------------
    def notify(self) -> None:
        """Tell the listeners; a broken one stops neither the others nor the session."""
        self._listeners.tell()

    def learn_description(self, description: DeviceDescription) -> bool:
        """Take over what the device says it is; returns whether that is new."""
        if description == self.description:
            return False
        self.description = description
        self._known_keys = frozenset(entity.key for entity in description.entities)
        self._units = {entity.key: entity.unit for entity in description.entities if entity.unit}
        self.values = {
            key: value for key, value in self.values.items() if is_known(key, self._known_keys)
        }
        self.notify()
        return True

    def learn_values(
        self,
        result: Mapping[str, object],
        session_id: bytes = b"",
        sampled: frozenset[str] = frozenset(),
    ) -> None:
        """Take over the `values` of a command's result: with its main value an entity is told whole.

        Those that are `sampled` came with their times, too, and are not kept twice.
        """
        if "values" in result:
            told = read_values(result, self._known_keys)
            self._show(self.intake.take(told, session_id, sampled))

    def learn_samples(self, samples: Sequence[Sample], session_id: bytes) -> None:
        """Take over earlier values, of what the device declared."""
        known = [sample for sample in samples if is_known(sample.key, self._known_keys)]
        self.intake.take_samples(known, session_id)

    def forget_values(self) -> None:
        """The link is gone: whatever happens there meanwhile, nobody sees."""
        self.values.clear()
        self.intake.clear()

    def disclose(self, choices: Disclosures) -> None:
        """Its owner chose what becomes of its values; what is confidential now is shown no longer."""
        self.intake.choose(choices)
        is_hidden = self.intake.is_hidden
        self.values = {key: value for key, value in self.values.items() if not is_hidden(key)}
        events = [event for event in self.recent_events if not is_hidden(event.entity)]
        self.recent_events.clear()
        self.recent_events.extend(events)
        self.notify()

    def _show(self, told: Mapping[str, Value]) -> None:
        known, has_changed = self.values, False
        for key, value in told.items():
            if known.get(key, _MISSING) != value:
                known[key] = value
                has_changed = True
        for key in [key for key in known if key not in told and key.partition(".")[0] in told]:
            del known[key]  # a further value that is none any more: a colour that an effect ended
            has_changed = True
        if has_changed:
            self.notify()


_MISSING = object()
