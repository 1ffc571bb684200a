"""The listener for pings (FIG 3 step 305): shows unclaimed devices, hints where claimed ones are.

Nothing is ever sent back. An unbound ping proves nothing and only shows a device; a bound one that
verifies is a hint where to connect, no more. All of it is bounded: size, rate, sources, devices.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
import logging
from types import MappingProxyType
from typing import override

from ..protocol import pings, wire
from ..protocol.errors import ProtocolError
from ..protocol.pings import Ping
from .crypto import GatewayCrypto
from .errors import PingPortInUse
from .events import GatewayEvent, PingSuspicious
from .listeners import Listeners
from .printable import printable
from .rates import Bucket, SourceBuckets
from .stores import Binding

_LOGGER = logging.getLogger(__name__)

MAX_DISCOVERED = 256  # devices shown; the one heard longest ago is dropped first
FORGET_AFTER_S = 600.0  # without a ping: twenty of the default intervals
SOURCE_RATE = 10.0  # pings a second from one address that are looked at ...
SOURCE_BURST = 256.0  # ... and at once: a test bench behind one address that powers up
TOTAL_RATE = 200.0  # pings a second in all: at 50 us each, one hundredth of a core
TOTAL_BURST = 512.0
REPORT_RATE = 0.1  # events a second per device and kind of suspicion: a flood is one report


class Fate(StrEnum):
    """What became of a datagram on the port."""

    HEARD = "heard"  # a device of ours that proved itself
    SHOWN = "shown"  # a device of nobody's, or of another gateway
    SUSPICIOUS = "suspicious"  # in the name of a device of ours, without proof
    TOO_OFTEN = "too_often"  # beyond the rates; not looked at
    BLOCKED = "blocked"  # from an address that is not listened to
    UNREADABLE = "unreadable"  # no ping
    PASSED_OVER = "passed_over"  # a ping that says nothing to this gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """A device that pings. All but the source address is what it says of itself, cleaned."""

    serial: str
    host: str  # source of the ping
    port: int
    model: str
    firmware: str
    claimed: bool  # says that it has an owner, here or elsewhere
    seen_at: float  # loop time, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A verified ping of a device bound to this gateway."""

    serial: str
    host: str
    port: int
    boot: int


class PingListener:
    """Listens where `start` says; without it the gateway knows only the addresses it was given."""

    def __init__(
        self,
        crypto: GatewayCrypto,
        bindings: Mapping[str, Binding],
        emit: Callable[[GatewayEvent], None],
        on_hint: Callable[[Hint], None],
        last_boot: Callable[[str], int],
        on_reset: Callable[[str], None],
        is_blocked: Callable[[str], bool] = lambda source: False,
        on_suspicion: Callable[[str, str, str], None] = lambda kind, serial, source: None,
    ) -> None:
        """`last_boot` tells the boot count of a device at its last link.

        `on_reset` is told the serial of a device that proves to have given up its binding. `is_blocked`: whether
        an address is not listened to.
        `on_suspicion` is told kind, serial and source of every suspicious ping, the events of few.
        """
        self._on_suspicion = on_suspicion
        self._is_blocked = is_blocked
        self._crypto = crypto
        self._bindings = bindings
        self._emit = emit
        self._on_hint = on_hint
        self._last_boot = last_boot
        self._on_reset = on_reset
        self._transport: asyncio.DatagramTransport | None = None
        self._closed: asyncio.Future[None] | None = None
        self._discovered: OrderedDict[str, Discovered] = OrderedDict()
        self.discovered: Mapping[str, Discovered] = MappingProxyType(self._discovered)
        self._listeners = Listeners[Discovered]("discovered devices")
        self._accepted: dict[
            str, tuple[int, int]
        ] = {}  # serial -> (boot, sequence); of bindings only
        self._sources = SourceBuckets(SOURCE_RATE, SOURCE_BURST)
        self._total: Bucket | None = None
        self._reports = SourceBuckets(REPORT_RATE, 1)
        self.fates: Counter[Fate] = Counter()  # of all datagrams since the gateway was made

    @property
    def port(self) -> int | None:
        """The UDP port listened on, or None."""
        if self._transport is None:
            return None
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    async def start(self, port: int = wire.DEFAULT_PORT, host: str = "0.0.0.0") -> None:
        """Listen. Raises PingPortInUse; the gateway goes on without."""
        await self.stop()
        loop = asyncio.get_running_loop()
        self._total = Bucket(TOTAL_RATE, TOTAL_BURST, loop.time())
        closed: asyncio.Future[None] = loop.create_future()
        try:
            transport, _ = await loop.create_datagram_endpoint(
                lambda: _Datagrams(self._receive, closed), local_addr=(host, port)
            )
        except OSError as error:
            raise PingPortInUse(port) from error
        self._transport, self._closed = transport, closed

    async def stop(self) -> None:
        """Stop listening; what was discovered is forgotten."""
        transport, self._transport = self._transport, None
        self._discovered.clear()
        if transport is not None and self._closed is not None:
            transport.close()
            await self._closed

    def add_listener(self, listener: Callable[[Discovered], None]) -> Callable[[], None]:
        """Call `listener` with every device that is new or says something new; returns its removal."""
        return self._listeners.add(listener)

    def forget(self, serial: str) -> None:
        """Show a device no longer, until it pings again; what counted of an older binding counts no more."""
        self._discovered.pop(serial, None)
        self._accepted.pop(serial, None)

    # -------------------------------------------------------------------------------------------------
    def _receive(self, data: bytes, address: tuple[str, int]) -> None:
        self.fates[self._take_in(data, address)] += 1

    def _take_in(self, data: bytes, address: tuple[str, int]) -> Fate:
        now = asyncio.get_running_loop().time()
        source = _normalised(address[0])
        if len(data) > pings.MAX_PING or source is None or self._total is None:
            return Fate.UNREADABLE
        is_blocked = self._is_blocked(source)
        if not self._sources.take(source, now):
            if not is_blocked:
                self._report("", "flood", source, now)
            return Fate.TOO_OFTEN
        if not self._total.take(now):
            return Fate.TOO_OFTEN
        try:
            ping = pings.decode(data)
        except ProtocolError as error:
            _LOGGER.debug("Dropped a datagram from %s: %s", source, error)
            return Fate.UNREADABLE
        binding = self._bindings.get(ping.serial)
        if is_blocked and not self._is_proof(binding, ping):
            # Anybody can send in the name of an address, so what proves itself is heard from each.
            return Fate.BLOCKED
        if binding is None:
            if ping.is_bound != ping.claimed or not (ping.is_bound or ping.ip == source):
                return Fate.PASSED_OVER
            self._show(ping, source, now)
            return Fate.SHOWN
        if not ping.is_bound and self._proves_reset(binding, ping):
            self._on_reset(ping.serial)
            if ping.ip == source and not ping.claimed:
                self._show(ping, source, now)
            return Fate.HEARD
        if not ping.is_bound:
            self._report(ping.serial, "says_unclaimed", source, now)
            if not binding.is_confirmed and ping.ip == source and not ping.claimed:
                self._show(ping, source, now)  # a claim that did not come to its end
            return Fate.SUSPICIOUS
        if not self._verifies(binding, ping):
            if binding.guests or binding.is_guest:
                # A device of several gateways tells each of them where it is, over broadcast.
                return Fate.PASSED_OVER
            self._report(ping.serial, "wrong_tag", source, now)
            return Fate.SUSPICIOUS
        if _normalised(ping.ip) != source:  # the proof covers `ip`, not who sent the datagram on
            _LOGGER.debug("Dropped a ping of %s that came from %s", ping.serial, source)
            return Fate.PASSED_OVER
        if not self._is_fresh(ping):
            self._report(ping.serial, "replayed", source, now)
            return Fate.SUSPICIOUS
        self._on_hint(Hint(serial=ping.serial, host=source, port=ping.port, boot=ping.boot))
        self._show(ping, source, now)
        return Fate.HEARD

    def _verifies(self, binding: Binding, ping: Ping) -> bool:
        return any(pings.verify(self._crypto, key, ping) for key in binding.keys)

    def _is_proof(self, binding: Binding | None, ping: Ping) -> bool:
        """Tell whether a device of ours made this ping."""
        if binding is None:
            return False
        return (self._verifies if ping.is_bound else self._proves_reset)(binding, ping)

    def _proves_reset(self, binding: Binding, ping: Ping) -> bool:
        """Tell whether the device was reset. Of a device that may exist twice no copy may say so."""
        if binding.is_suspended:
            return False
        return any(pings.proves_reset(self._crypto, key, ping) for key in binding.keys)

    def _is_fresh(self, ping: Ping) -> bool:
        number = (ping.boot, ping.sequence)
        last = max(self._accepted.get(ping.serial, (0, -1)), (self._last_boot(ping.serial), -1))
        if number <= last:
            return False
        self._accepted[ping.serial] = number
        return True

    def _show(self, ping: Ping, source: str, now: float) -> None:
        seen = Discovered(
            serial=ping.serial,
            host=source,
            port=ping.port,
            model=printable(ping.model),
            firmware=printable(ping.firmware),
            claimed=ping.claimed,
            seen_at=now,
        )
        known = self._discovered.pop(seen.serial, None)
        if known is not None and known.host != source:
            self._on_suspicion("other_address", ping.serial, source)  # a new lease, if once
        while self._discovered:
            oldest = next(iter(self._discovered.values()))
            if len(self._discovered) < MAX_DISCOVERED and now < oldest.seen_at + FORGET_AFTER_S:
                break
            del self._discovered[oldest.serial]
        self._discovered[seen.serial] = seen
        if known is not None and _same(known, seen):
            return
        self._listeners.tell(seen)

    def _report(self, serial: str, kind: str, source: str, now: float) -> None:
        if kind != "flood":  # of which nobody could take in all
            self._on_suspicion(kind, serial, source)
        if not self._reports.take((serial or source, kind), now):
            return
        if kind == "flood":
            self._on_suspicion(kind, serial, source)
        _LOGGER.warning("Suspicious ping (%s) in the name of %s from %s", kind, serial, source)
        self._emit(PingSuspicious(serial=serial, kind=kind, source=source))


class _Datagrams(asyncio.DatagramProtocol):
    """Hands datagrams on, and tells when the port is free again."""

    def __init__(
        self, receive: Callable[[bytes, tuple[str, int]], None], closed: asyncio.Future[None]
    ) -> None:
        self._receive = receive
        self._closed = closed

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            self._receive(data, addr)
        except Exception:  # border of the listener: one datagram must not end it
            _LOGGER.exception("Fault while taking in a datagram")

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if not self._closed.done():
            self._closed.set_result(None)


def _same(one: Discovered, other: Discovered) -> bool:
    """Tell whether both say the same, whenever they said it."""
    return (one.host, one.port, one.model, one.firmware, one.claimed) == (
        other.host,
        other.port,
        other.model,
        other.firmware,
        other.claimed,
    )


def _normalised(address: str) -> str | None:
    """Return an address in its one form, mapped ones as IPv4."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(parsed)
