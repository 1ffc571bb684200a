"""A whole device: factory settings, flash, protocol core, server and pings, joined.

device = Device(entities=[Switch("relay", "Relay", set_relay)])
device.run()
"""

import asyncio

from .clock import make_clock
from .compat import IS_MICROPYTHON, collect_often, forget_modules, random_bytes, reset_cause
from .compat_files import make_folder
from .crypto import default_crypto
from .deployment import Deployment
from .driver import Driver
from .executor import Executor
from .factory import load
from .journal import Journal
from .log import Log
from .pings import PingSender
from .reporter import Reporter
from isg_protocol.device_core import DeviceCore

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from .entities import Entity
    from .factory import FactorySettings
    from .guard import Guard
    from .settings import Setting

TICK_MS = 100  # how late a deadline is noticed, and how late what changed is told


class Facts:
    """What the core needs to know of the device, fixed for this boot."""

    def __init__(self, settings: "FactorySettings", firmware: str) -> None:
        self.serial = settings.serial
        self.prs = settings.prs
        self.mode = settings.mode
        self.firmware = firmware
        self.model = settings.model
        self.max_frame = settings.max_frame
        self.persistence = settings.persistence  # these two are read from the deployment settings,
        self.data_persistence = settings.data_persistence  # where the factory left them open
        self.claim_window_ms = 60000 * settings.claim_window
        self.ip_recovery = "authenticated"  # these two follow the deployment settings
        self.fallback_after_ms = 120000
        self.reset_cause = reset_cause()

    def __repr__(self) -> str:
        return "<Facts of {}>".format(self.serial)


class Device:
    """One device in `folder`, which holds factory.json and the flash journal.

    `host` is the address to listen on, `address` the one to name in pings where it can't be found.
    `children` are parts that people see as devices below it: (key, name, model or "") of each.
    `store`, `clock`, `random` and `log` replace flash, time, randomness and printing in tests.
    """

    def __init__(
        self,
        folder: str = ".",
        entities: "Iterable[Entity]" = (),
        firmware: str = "1.0",
        host: str = "0.0.0.0",
        address: "str | None" = None,
        settings: "FactorySettings | None" = None,
        store: "Any" = None,
        clock: "Callable[[], int] | None" = None,
        random: "Callable[[int], bytes]" = random_bytes,
        log: "Callable[[str], None] | None" = None,
        deployment_settings: "Iterable[Setting]" = (),
        children: "Iterable[tuple[str, str, str]]" = (),
    ) -> None:
        self.settings = settings if settings is not None else load(folder + "/factory.json")
        forget_modules("iotsg_device.factory_checks")
        self._clock = clock if clock is not None else make_clock()
        self.log = log if log is not None else Log(self._clock)
        if store is None:
            make_folder(folder)
            store = Journal(folder + "/journal.bin")
        self.store = store
        about = {
            "manufacturer": self.settings.manufacturer,
            "model": self.settings.model,
            "fw": firmware,
            "name": self.settings.name,
        }
        self.entities = list(entities)
        executor = Executor(
            self.entities, about, self.settings.max_frame, self.log, _checked(children)
        )
        self._facts = Facts(self.settings, firmware)
        declared = list(deployment_settings)
        for entity in self.entities:
            declared.extend(entity.settings)
        self.deployment = Deployment(
            store, declared, self.log, self._settings_changed, self.settings
        )
        self._facts.persistence = self.deployment["persistence"]
        self._facts.data_persistence = self.deployment["data_persistence"]
        self.core = DeviceCore(default_crypto(), random, store, self._facts, self._clock())
        if store.lost:
            from .losses import tell_losses

            tell_losses(self.core.memory, self.log)
            forget_modules("iotsg_device.losses")
        self.driver = Driver(self.core, store, executor, self.settings, self._clock, self.log)
        self.reporter = Reporter(self.core, executor, self.entities, self._clock)
        self.driver.reporter = self.reporter
        if isinstance(self.log, Log):
            self.log.listener = self.reporter.line
        for entity in self.entities:
            if entity.safe is not None:
                from .guard import check_safe

                check_safe(entity)
        self.deployment.memory = self.core.memory
        executor.settings = self.deployment
        self.driver.make_guard = self._make_guard
        self._pings = PingSender(
            self.core.pings,
            self.deployment["ping_to"],
            self.deployment["ping_interval"],
            random,
            self.log,
            address,
        )
        self._pinging: "Any" = None  # the task that pings
        self._settings_changed()
        self._server = _make_server(self.driver, host, self.settings.port)
        self._stopped: "Any" = None

    def on_settings(self) -> None:
        """Called when deployment settings were read or changed; a maker may put a function here."""

    @property
    def port(self) -> int:
        """The TCP port, the real one once the device listens."""
        return int(self._server.port)

    def run(self) -> None:
        """Serve until the program is ended. Raises the fault after which the device must start anew."""
        asyncio.run(self.serve())

    async def serve(self) -> None:
        """Listen, ping and tick until `stop`. Raises OSError: no port; or the fault that needs a new start."""
        self._stopped = asyncio.Event()
        self.driver.on_failure = self._stopped.set
        await self._server.start()
        ticking = asyncio.create_task(self._tick())
        self._pinging = asyncio.create_task(self._pings.run(self.port))
        self.log("{} listens on port {}".format(self.settings.serial, self.port))
        collect_often(True)
        try:
            await self._stopped.wait()
        finally:
            ticking.cancel()
            self._pinging.cancel()
            await self._server.stop()
            self.driver.stop()
        if self.driver.failure is not None:
            raise self.driver.failure

    def stop(self) -> None:
        """End `serve`."""
        if self._stopped is not None:
            self._stopped.set()

    def factory_reset(self) -> None:
        """Forget every gateway, as the button on the device does; factory settings stay."""
        self.driver.factory_reset()

    def _settings_changed(self) -> None:
        """Put the library's own settings to work; a maker reads `device.deployment[key]`."""
        values = self.deployment
        self.reporter.poll_ms = 1000 * values["report_interval"]
        self.reporter.tells_log = values["report_log"]
        facts = self._facts
        facts.ip_recovery = values["ip_recovery"]
        facts.fallback_after_ms = 1000 * values["fallback_after"]
        if (
            self._pings.set(values["ping_to"], values["ping_interval"])
            and self._pinging is not None
        ):
            self._pinging.cancel()  # else it would sleep out the old interval
            self._pinging = asyncio.create_task(self._pings.run(self.port))
        if values["safe_after"] and self.driver.guard is None:
            self.driver.guard = self._make_guard()
        for entity in self.entities:
            if entity.settings:
                entity.apply(values)
        self.on_settings()

    def _make_guard(self) -> "Guard":
        """Return the breach policy: loaded with the first breach, or when a setting needs it."""
        from .guard import Guard

        return Guard(self.store, self.deployment, self.driver.make_safe, self.log, self._clock())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_MS / 1000)
            self.driver.tick()


def _checked(children: "Iterable[tuple[str, str, str]]") -> "list[tuple[str, str, str]]":
    """Return parts of a device. Raises ValueError for what is none."""
    found = list(children)
    if found:
        from .entities.entity import MAX_NAME, Entity

        for key, name, model in found:
            Entity(key, name)  # has the rules for keys and names
            if len(model) > MAX_NAME:
                raise ValueError("a child's model has at most {} characters".format(MAX_NAME))
    return found


def _make_server(driver: Driver, host: str, port: int) -> "Any":
    if IS_MICROPYTHON:
        from .server_streams import StreamServer

        return StreamServer(driver, host, port)
    from .server_cpython import ProtocolServer

    return ProtocolServer(driver, host, port)
