"""The devices that this gateway keeps linked: taking them up, letting them go, keeping them apart for a while."""

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType

from .device import SUSPENSIONS, Device, Problem
from .errors import NoBinding, UnknownDevice
from .events import CopySuspected, GatewayEvent
from .introduction import Introducer
from .link_facts import LinkFacts, link_facts
from .link_services import LinkServices
from .links import DeviceLink
from .pings import Hint
from .registry import Registry
from .state_keeper import StateKeeper


class Fleet:
    """All links of one gateway, by serial."""

    def __init__(
        self,
        links: dict[str, DeviceLink],
        registry: Registry,
        keeper: StateKeeper,
        introducer: Introducer,
        services: LinkServices,
        *,
        is_suspended: Callable[[str], bool],
        emit: Callable[[GatewayEvent], None],
    ) -> None:
        """`links` is filled here. `is_suspended`: whether the monitoring policy keeps a device apart."""
        self._links = links
        self._registry = registry
        self._keeper = keeper
        self._introducer = introducer
        self._services = services
        self._is_suspended = is_suspended
        self._emit = emit
        self._turning = asyncio.Lock()  # a link that ends comes before the one that follows it
        self._devices: dict[str, Device] = {}
        self.devices: Mapping[str, Device] = MappingProxyType(self._devices)

    def attach(self, serial: str, host: str, port: int) -> DeviceLink:
        """Keep a device linked from now on. Raises NoBinding."""
        binding = self._registry.bindings.records.get(serial)
        state = self._keeper.get(serial)
        if binding is None or state is None:
            raise NoBinding
        device = Device(serial, host, port)
        self._services.watch(device)
        self._introducer.recall(device)
        if binding.is_suspended:
            device.problem = Problem.SUSPENDED
            self._emit(CopySuspected(serial=serial, detail="since an earlier run", is_new=False))
        elif self._is_suspended(serial):
            device.problem = Problem.SUSPENDED_BY_POLICY
        return self._start(device)

    async def detach(self, serial: str) -> None:
        """End the link to a device; binding, owner and caches stay."""
        link = self._links.pop(serial, None)
        self._devices.pop(serial, None)
        self._services.traces.forget(serial)
        if link is not None:
            await link.stop()

    async def detach_for_good(self, serial: str) -> None:
        """End the link, and any that is begun while it is being ended."""
        while serial in self._links:  # its entry may be set up while the link is being ended
            await self.detach(serial)

    async def bring_up(self, serial: str, host: str, port: int) -> bool:
        """Link a device with the binding as it is now; leaves nothing running when that fails."""
        await self.detach_for_good(serial)
        link = self.attach(serial, host, port)
        is_up = False
        try:
            async with asyncio.timeout(self._services.settings.ready_timeout):
                await link.wait_up()
            is_up = True
        except TimeoutError:
            pass
        finally:
            if not is_up:
                await self.detach(serial)
        return is_up

    async def suspend(self, serial: str) -> None:
        """End the link and try none until `resume`; what waits is answered so."""
        async with self._turning:
            link = self._links.get(serial)
            if link is not None and link.device.problem not in SUSPENSIONS:
                link.device.problem = Problem.SUSPENDED_BY_POLICY
                await link.stop()
                link.device.notify()

    async def resume(self, serial: str) -> None:
        """Connect again, if the policy was all that kept the device apart."""
        async with self._turning:
            link = self._links.get(serial)
            if link is None or link.device.problem is not Problem.SUSPENDED_BY_POLICY:
                return
            binding = self._registry.bindings.records.get(serial)
            is_copy = binding is not None and binding.is_suspended
            link.device.problem = Problem.SUSPENDED if is_copy else None
            self._start(link.device)
            link.device.notify()

    async def go_on(self, serial: str) -> None:
        """Connect again: what kept this gateway from the device is settled."""
        async with self._turning:
            link = self.linked(serial)
            await link.stop()
            if self._links.get(serial) is not link:
                return  # let go meanwhile
            is_suspended = self._is_suspended(serial)
            link.device.problem = Problem.SUSPENDED_BY_POLICY if is_suspended else None
            self._start(link.device)
            link.device.notify()

    def linked(self, serial: str) -> DeviceLink:
        """Return the link of a device, up or not. Raises UnknownDevice."""
        if (link := self._links.get(serial)) is None:
            raise UnknownDevice
        return link

    def saved(self, serial: str) -> None:
        """The session cache of a device is durable."""
        if (link := self._links.get(serial)) is not None:
            link.saved()

    def facts(self, serial: str) -> LinkFacts | None:
        """Return the numbers of the sessions with a device; None where there is no binding."""
        binding, state = self._registry.bindings.records.get(serial), self._keeper.get(serial)
        return None if binding is None or state is None else link_facts(state, binding)

    def hint(self, hint: Hint) -> None:
        """A device says where it is."""
        if (link := self._links.get(hint.serial)) is not None:
            link.hint(hint.host, hint.port, hint.boot)

    def _start(self, device: Device) -> DeviceLink:
        state = self._keeper.get(device.serial)
        if state is None:
            raise NoBinding
        link = DeviceLink(device, state, self._services)
        self._links[device.serial] = link
        self._devices[device.serial] = device
        link.start()
        return link
