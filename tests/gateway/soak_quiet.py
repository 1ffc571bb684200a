"""The long runs of `scripts/soak quiet`: made-up days, then real minutes over sockets, in which nothing bad happens.

    scripts/soak quiet [DAYS [MINUTES [SEED]]]

Ends with 1 when anything above VERY LOW was raised, or a command failed while nothing was wrong.
"""

import asyncio
import random
import sys
import time

from .kit import ANN, HOST, Bench, Rig, until
from .quiet_day import QuietDay
from .virtual_network import VirtualLoop, run
from custom_components.iot_secure_gateway.gateway.settings import GatewaySettings
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.policy.threats import Level

DAYS = 30
MINUTES = 10.0
FIRST_SEED = 1
PAUSE_S = 2.0  # between two commands, on average
INCIDENT_S = 45.0  # between two reboots


def made_up_day(seed: int) -> bool:
    """Live through a made-up day; tell whether it was as quiet as it should be."""

    async def day(loop: VirtualLoop) -> bool:
        told = await QuietDay(loop, seed).live()
        print(f"day {seed}: {dict(told.ends)}, links {told.links}", flush=True)
        for line in (*told.grave, *told.failed):
            print(f"day {seed}: {line}", file=sys.stderr)
        return not told.grave and not told.failed

    return run(day)


class RealMinutes:
    """A gateway and three devices on loopback, with the times that a household has."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._rig = Rig(GatewaySettings())
        self._benches: list[Bench] = []
        self._done = self._failed = 0

    async def live(self, minutes: float) -> bool:
        """Live through them; tell whether they were quiet."""
        await self._rig.start()
        await self._rig.gateway.start_pings(0, HOST)
        ping_port = self._rig.gateway.ping_port
        for number in range(3):
            bench = Bench(f"REAL-{number}", ping_to=[f"{HOST}:{ping_port}"], ping_interval=10)
            await bench.start()
            self._benches.append(bench)
            await self._rig.claimed(bench)
        ends = time.monotonic() + minutes * 60
        incident_at = time.monotonic() + INCIDENT_S
        while time.monotonic() < ends:
            await asyncio.sleep(self._dice.expovariate(1 / PAUSE_S))
            if time.monotonic() >= incident_at:
                await self._happen(ping_port)
                incident_at = time.monotonic() + INCIDENT_S
            await self._command()
        await self._rig.stop()
        for bench in self._benches:
            await bench.stop()
        grave = [each for each in self._rig.seen(ThreatSeen) if each.level is not Level.VERY_LOW]
        print(f"{minutes:g} minutes: {self._done} commands, {self._failed} failed", flush=True)
        for threat in grave:
            print(f"{threat.detection} {threat.level}: {threat.evidence}", file=sys.stderr)
        return not grave and not self._failed

    async def _command(self) -> None:
        bench = self._dice.choice(self._benches)
        is_on = bool(self._dice.getrandbits(1))
        command = "turn_on" if is_on else "turn_off"
        try:
            await self._rig.gateway.execute(ANN, bench.serial, command, entity="relay")
        except Exception as error:  # any failure counts, whatever it is  # noqa: BLE001
            self._failed += 1
            print(f"{command} of {bench.serial}: {error!r}", file=sys.stderr)
        else:
            self._done += 1

    async def _happen(self, ping_port: int | None) -> None:
        """A device reboots, moves to another port, or Home Assistant starts anew."""
        kind = self._dice.choice(("reboot", "move", "restart"))
        print(kind, flush=True)
        if kind == "restart":
            where = {bench.serial: bench.port for bench in self._benches}
            await self._rig.restart()
            await self._rig.gateway.start_pings(ping_port or 0, HOST)
            for serial, port in where.items():
                await self._rig.gateway.attach(serial, HOST, port)
        else:
            bench = self._dice.choice(self._benches)
            await bench.stop()
            if kind == "move":
                bench.port = 0
            await bench.start()
        for device in self._rig.gateway.devices.values():
            while not (device.is_connected and "temp" in device.values):
                await until(device, lambda: device.is_connected and "temp" in device.values)  # noqa: B023


def main(arguments: list[str]) -> int:
    """Take DAYS, MINUTES and SEED from the command line."""
    days = int(arguments[0]) if arguments else DAYS
    minutes = float(arguments[1]) if len(arguments) > 1 else MINUTES
    seed = int(arguments[2]) if len(arguments) > 2 else FIRST_SEED
    were_quiet = [made_up_day(seed + number) for number in range(days)]
    if minutes:
        were_quiet.append(asyncio.run(RealMinutes(seed).live(minutes)))
    return 0 if all(were_quiet) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
