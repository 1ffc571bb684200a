"""Takes in what one device tells by itself: values, events, log lines, breaches (data lane).

Values count at once. Events are first made durable, with the number of the last one, so that those
which the device sends again are dropped, also after a restart; only then they are handed on, and
only then the device is told that they arrived.
"""

import asyncio
from collections.abc import Callable
import logging

from ..protocol import wire
from ..protocol.events import Event
from ..protocol.gateway_link import GatewayLink
from .device import MAX_RECENT_EVENTS, Device
from .events import Breach, DeviceEvent, EventsDropped, GatewayEvent
from .json_object import JsonObject
from .package_summary import PackageSummary
from .packages import EventRecord, Package, PackageError, read_event, read_package
from .rates import Bucket
from .registry import Register
from .transport import MachineProtocol

_LOGGER = logging.getLogger(__name__)

# Packages of one device that are looked at; our device library sends ten a second at most. Each may
# cost a write to the disk and lines of a log, so one device could keep both busy.
PACKAGE_RATE = 20.0  # a second
PACKAGE_BURST = 100.0


class Inbox:
    """The packages of one device, and its journal in the store."""

    def __init__(
        self,
        device: Device,
        journals: Register[JsonObject],
        emit: Callable[[GatewayEvent], None],
        state_changed: Callable[[str], None],
    ) -> None:
        """Go on from the journal; one that is damaged is begun anew."""
        self._device = device
        self._journals = journals
        self._emit = emit
        self._state_changed = state_changed
        self._summary = PackageSummary(device.serial)
        self._turn = asyncio.Lock()
        self._rate = Bucket(PACKAGE_RATE, PACKAGE_BURST, asyncio.get_running_loop().time())
        self._tasks: set[asyncio.Task[None]] = set()  # packages whose events become durable
        self._last = (0, 0)  # boot and number of the last event that is durable
        self._dropped = (0, 0)  # boot, events lost in it
        self._breaches_boot = 0
        self._breaches: dict[tuple[int, bool], int] = {}
        stored = journals.records.get(device.serial)
        if stored is not None:
            self._restore(stored)

    def receive(self, event: Event, link: GatewayLink, protocol: MachineProtocol) -> bool:
        """Take a "package" event of a link; tells whether it is one by which the device reports."""
        try:
            if not self._rate.take(asyncio.get_running_loop().time()):
                raise PackageError("more packages than one device may send")  # noqa: TRY301 - refused like the others
            package = read_package(event.package, link.state.last_boot)
        except PackageError as error:
            _LOGGER.debug("Refused a package of %s: %s", self._device.serial, error)
            link.package_done(event.session_id, wire.STATUS_REFUSED, protocol.now_ms())
            self._count(event.session_id, is_taken=False)
            return False
        self._count(event.session_id, is_taken=True)
        self.note(package, event.session_id)
        if package.events:
            task = asyncio.get_running_loop().create_task(
                self._answer(event.session_id, package, link, protocol),
                name=f"keep events of {self._device.serial}",
            )
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            link.package_done(event.session_id, wire.STATUS_OK, protocol.now_ms())
        return bool(package.boot)

    async def stop(self) -> None:
        """Return when all that was received is durable and handed on."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        if (summary := self._summary.close()) is not None:
            self._emit(summary)

    def _count(self, session_id: bytes, *, is_taken: bool) -> None:
        now = asyncio.get_running_loop().time()
        if (summary := self._summary.count(session_id, now, is_taken=is_taken)) is not None:
            self._emit(summary)

    async def _answer(
        self, session_id: bytes, package: Package, link: GatewayLink, protocol: MachineProtocol
    ) -> None:
        """Tell the device that its events arrived once they are durable; else it sends them again."""
        status = wire.STATUS_OK
        try:
            await self.keep(package, session_id)
        except Exception:  # the store is the host's: full disk, lost rights
            _LOGGER.exception("Events of %s could not be saved", self._device.serial)
            status = wire.STATUS_REFUSED
        link.package_done(session_id, status, protocol.now_ms())
        protocol.flush()
        self._state_changed(self._device.serial)

    def note(self, package: Package, session_id: bytes = b"") -> None:
        """Take over all but the events."""
        device = self._device
        device.learn_samples(package.samples, session_id)
        sampled = frozenset(sample.key for sample in package.samples)
        device.learn_values(package.content, session_id, sampled)
        device.log.extend(package.log)
        self._note_breaches(package)
        boot, known = self._dropped if self._dropped[0] == package.boot else (package.boot, 0)
        if package.dropped > known:
            self._dropped = (boot, package.dropped)
            device.stats.events_dropped += package.dropped - known
            _LOGGER.warning(
                "Device %s lost %d events for want of room", device.serial, package.dropped - known
            )
            self._emit(EventsDropped(serial=device.serial, count=package.dropped - known))

    async def keep(self, package: Package, session_id: bytes = b"") -> None:
        """Make its events durable, then hand on those that are new. Raises what the store raises."""
        async with self._turn:  # a package of an older link may still be under way
            events = self._new_ones(package)
            if not events:
                return
            device = self._device
            last = (events[-1].boot, events[-1].sequence)
            # Confidential ones are in the database of readings only; their numbers count here, too.
            is_hidden = device.intake.is_hidden
            told = [event for event in events if not is_hidden(event.entity)]
            kept = [*device.recent_events, *told][-MAX_RECENT_EVENTS:]
            journal: JsonObject = {
                "boot": last[0],
                "seq": last[1],
                "dropped": list(self._dropped),
                "events": [event.to_dict() for event in kept],
            }
            await self._journals.put(device.serial, journal)
            self._last = last
        shown = device.intake.take_events(events, session_id)
        device.recent_events.extend(shown)
        device.stats.events += len(shown)
        for event in shown:
            self._emit(DeviceEvent(serial=device.serial, event=event))

    def _new_ones(self, package: Package) -> list[EventRecord]:
        """Return the events that did not come before; another boot counts from the start.

        The boot is that of the link, which continuity has judged, so an older one never comes back.
        """
        boot, sequence = self._last
        if package.boot != boot:
            sequence = 0
        new = []
        for event in package.events:
            if event.sequence > sequence:
                sequence = event.sequence
                new.append(event)
        return new

    def _note_breaches(self, package: Package) -> None:
        device = self._device
        if package.breaches and package.boot != self._breaches_boot:
            self._breaches_boot = package.boot
            self._breaches.clear()
        for kind, count in package.breaches.items():
            more = count - self._breaches.get(kind, 0)
            if more <= 0:
                continue
            self._breaches[kind] = count
            device.stats.breaches_told += more
            code, is_authenticated = kind
            _LOGGER.warning(
                "Device %s found breaches: %s, %d", device.serial, wire.BREACH_NAMES[code], more
            )
            self._emit(
                Breach(
                    serial=device.serial,
                    code=code,
                    is_authenticated=is_authenticated,
                    detail=f"found by the device, {more} times",
                    count=more,
                    is_told=True,
                    boot=package.boot,
                    total=count,
                )
            )

    def _restore(self, stored: JsonObject) -> None:
        device = self._device
        try:
            boot, sequence = stored["boot"], stored["seq"]
            dropped, entries = stored["dropped"], stored["events"]
            if not (
                isinstance(boot, int)
                and isinstance(sequence, int)
                and isinstance(dropped, list)
                and isinstance(entries, list)
            ):
                raise PackageError("a journal out of form")  # noqa: TRY301 - one place for all damage
            events = [read_event(int(entry["boot"]), entry) for entry in entries]
            lost_boot, lost = dropped
            self._last, self._dropped = (boot, sequence), (int(lost_boot), int(lost))
        except PackageError, KeyError, TypeError, ValueError:
            _LOGGER.error("The journal of events of %s is damaged; begun anew", device.serial)
            return
        device.recent_events.extend(events)
