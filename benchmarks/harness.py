"""Runs systems side by side: starts both ends of each, measures in interleaved rounds, stops them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
import json
import os
from pathlib import Path
import sys
import tempfile
from typing import Any, Final, NamedTuple, Self

from benchmarks.contract import LeftOut
from benchmarks.measures import percentile, process_cpu_ns

ROOT: Final = Path(__file__).resolve().parent.parent
_ANSWER_TIMEOUT_S: Final = 120
_STOP_TIMEOUT_S: Final = 10
_WARM_UP_EACH_ROUND: Final = 20
_COUNTED_COMMANDS: Final = 50
_ACKNOWLEDGED_AFTER_S: Final = 0.2


class Ends(NamedTuple):
    """The classes of the two ends, as `module.Class` below `benchmarks.systems`."""

    device: str
    gateway: str


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A way to carry out one confirmed command."""

    key: str
    title: str
    ends: Ends
    round_trips: str
    is_encrypted: str
    options: dict[str, Any] = field(default_factory=dict)
    is_brokered: bool = False


@dataclass(slots=True)
class Measured:
    """What the rounds gave, one value per round; times in us."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    gateway_cpu: list[float] = field(default_factory=list)
    device_cpu: list[float] = field(default_factory=list)
    bytes_per_command: float = 0.0
    commands_per_s: list[float] = field(default_factory=list)


class Peer:
    """One end in its own process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid

    @classmethod
    async def start(cls, name: str, options: dict[str, Any]) -> Self:
        """Start the process; it waits for orders."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.peer_process",
            name,
            json.dumps(options),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "device_firmware")},
            limit=1 << 24,
        )
        return cls(process)

    async def order(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Give one order and await its answer; raises LeftOut or RuntimeError as the process says."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
        async with asyncio.timeout(_ANSWER_TIMEOUT_S):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the process ended; see its messages above")
        answer: dict[str, Any] = json.loads(line)
        if "left_out" in answer:
            raise LeftOut(answer["left_out"])
        if "fault" in answer:
            raise RuntimeError(answer["fault"])
        return answer

    async def stop(self) -> None:
        """End the process, gently first."""
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                await self.order("stop")
                await self._process.wait()
        except TimeoutError, RuntimeError, OSError, LeftOut:
            if self._process.returncode is None:
                self._process.kill()
                await self._process.wait()


class Running:
    """Both ends of one system, ready for commands."""

    def __init__(self, system: System, folder: tempfile.TemporaryDirectory[str]) -> None:
        self.system = system
        self.measured = Measured()
        self._folder = folder
        self._device: Peer | None = None
        self._gateway: Peer | None = None
        self._device_pids: list[int] = []

    @classmethod
    async def start(cls, system: System, devices: int) -> Self:
        """Start the device end, then the gateway end connected to it; raises LeftOut or RuntimeError."""
        folder = tempfile.TemporaryDirectory(prefix="isg-benchmark-")
        self = cls(system, folder)
        options = {**system.options, "devices": devices, "folder": folder.name}
        try:
            self._device = await Peer.start(system.ends.device, options)
            facts = (await self._device.order("serve"))["facts"]
            self._device_pids = [self._device.pid, *facts.get("helper_pids", ())]
            self._gateway = await Peer.start(system.ends.gateway, options)
            await self._gateway.order("connect", facts=facts)
        except BaseException:
            await self.stop()
            raise
        return self

    @property
    def gateway(self) -> Peer:
        """The measuring end."""
        assert self._gateway is not None
        return self._gateway

    @property
    def device(self) -> Peer:
        """The executing end."""
        assert self._device is not None
        return self._device

    def pin(self, gateway_cores: Sequence[int], device_cores: Sequence[int]) -> None:
        """Let each end run on these cores only; not before its start, which would take long on one."""
        _pin(self.gateway.pid, gateway_cores)
        for pid in self._device_pids:
            _pin(pid, device_cores)

    async def warm_up(self, count: int) -> None:
        """Let caches and adaptive code settle."""
        await self.gateway.order("latencies", count=count)

    async def latency_round(self, count: int) -> None:
        """Measure one round of commands, one at a time."""
        await self.gateway.order("latencies", count=_WARM_UP_EACH_ROUND)
        device_before = self._device_cpu_ns()
        answer = await self.gateway.order("latencies", count=count)
        device_ns = self._device_cpu_ns() - device_before
        durations = answer["durations_ns"]
        self.measured.p50.append(percentile(durations, 0.5) / 1000)
        self.measured.p99.append(percentile(durations, 0.99) / 1000)
        self.measured.gateway_cpu.append(answer["cpu_ns"] / count / 1000)
        self.measured.device_cpu.append(device_ns / count / 1000)

    async def throughput_round(self, count: int) -> None:
        """Measure one round in which every device always has a command under way."""
        device_before = self._device_cpu_ns()
        answer = await self.gateway.order("throughput", count=count)
        self.measured.device_cpu.append((self._device_cpu_ns() - device_before) / count / 1000)
        self.measured.gateway_cpu.append(answer["cpu_ns"] / count / 1000)
        self.measured.commands_per_s.append(count / answer["elapsed_ns"] * 1e9)

    def _device_cpu_ns(self) -> int:
        return sum(process_cpu_ns(pid) for pid in self._device_pids)

    async def count_bytes(self) -> None:
        """Bytes of one command on the wire, both directions, every leg."""
        ends = [self.gateway, self.device] if self.system.is_brokered else [self.gateway]
        before = [(await end.order("bytes"))["bytes"] for end in ends]
        await self.gateway.order("latencies", count=_COUNTED_COMMANDS)
        await asyncio.sleep(_ACKNOWLEDGED_AFTER_S)  # trailing acknowledgements of a brokered system
        after = [(await end.order("bytes"))["bytes"] for end in ends]
        self.measured.bytes_per_command = (sum(after) - sum(before)) / _COUNTED_COMMANDS

    async def profile(self, count: int, folder: Path) -> None:
        """Leave a cProfile of `count` commands per end in `folder`."""
        ends = {"gateway": self.gateway, "device": self.device}
        for end in ends.values():
            await end.order("profile")
        await self.gateway.order("latencies", count=count)
        for name, end in ends.items():
            await end.order("profiled", path=str(folder / f"{self.system.key}-{name}.pstats"))

    async def stop(self) -> None:
        """End both processes and remove their files."""
        for peer in (self._gateway, self._device):
            if peer is not None:
                await peer.stop()
        self._folder.cleanup()


def _pin(pid: int, cores: Sequence[int]) -> None:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), cores)


def cores_for_latency() -> list[int]:
    """One core for both ends: across cores, wake-ups would hide the software."""
    return sorted(os.sched_getaffinity(0))[-1:]


def cores_for_throughput() -> tuple[list[int], list[int]]:
    """A core each for gateway and device end, where there are two."""
    cores = sorted(os.sched_getaffinity(0))
    return cores[-1:], cores[:1]
