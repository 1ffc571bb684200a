"""`scripts/soak pings [COUNT [SEED]]`: a million pings of strangers at a gateway whose owner goes on giving commands.

Another process sends them. Ends with 1 when a command failed, memory grew, or
the loop was held for long.
"""

import asyncio
import sys
import time
import tracemalloc

from .kit import HOST, SERIAL, Bench, Rig
from .ping_storm import Storm
from custom_components.iot_secure_gateway.gateway.pings import PingListener

COUNT = 1_000_000
SEED = 1
AT_ONCE = 200  # pings between two stops of the sender
LOOK_S = 0.01
MAX_GROWTH = 2_000_000  # bytes from a tenth of the run to its end: what is bounded is full by then
MAX_HELD_S = 0.5  # of the loop, on a machine that does other things as well


class Taken:
    """Counts what the listener was given, and how late the loop was."""

    def __init__(self, listener: PingListener) -> None:
        self.count = 0
        self.held_s = 0.0
        honest = listener._receive

        def receive(data: bytes, address: tuple[str, int]) -> None:
            self.count += 1
            honest(data, address)

        listener._receive = receive  # type: ignore[method-assign]

    async def watch(self) -> None:
        """Measure for ever."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(LOOK_S)
            self.held_s = max(self.held_s, loop.time() - before - LOOK_S)


async def soak(count: int, seed: int) -> int:
    """Run it; return the exit status."""
    rig, bench = Rig(), Bench()
    await bench.start()
    await rig.start()
    taken = Taken(rig.gateway._pings)
    await rig.gateway.start_pings(0, HOST)
    await rig.claimed(bench)
    sender = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.gateway.soak_pings", "--send",
        str(rig.gateway.ping_port), str(seed),
    )  # fmt: skip
    tracemalloc.start()
    watching = asyncio.create_task(taken.watch())
    started, commands, slowest_s, early = time.monotonic(), 0, 0.0, 0
    try:
        while taken.count < count:
            before = time.monotonic()
            await rig.turn(bool(commands % 2))
            slowest_s = max(slowest_s, time.monotonic() - before)
            commands += 1
            rig.events.clear()  # of the kit, which keeps all
            await asyncio.sleep(LOOK_S)
            if not early and taken.count > count / 10:
                early = tracemalloc.get_traced_memory()[0]
    finally:
        sender.kill()
        await sender.wait()
        watching.cancel()
    late = tracemalloc.get_traced_memory()[0]
    links = rig.gateway.devices[SERIAL].stats.links
    await rig.stop()
    await bench.stop()
    print(
        f"{taken.count} pings in {time.monotonic() - started:.0f} s, {commands} commands (slowest "
        f"{slowest_s * 1000:.0f} ms), loop held {taken.held_s * 1000:.0f} ms at most, memory "
        f"{early} to {late} bytes, links {links}"
    )
    is_good = late < early + MAX_GROWTH and taken.held_s < MAX_HELD_S and links == 1
    return 0 if is_good else 1


def send(port: int, seed: int) -> None:
    """Send until killed, with short stops."""
    storm = Storm(port, seed)
    while True:
        for _ in storm.send(AT_ONCE):
            pass
        time.sleep(0.001)  # a process of its own, which has nothing else to do


def main(arguments: list[str]) -> int:
    """Take COUNT and SEED from the command line."""
    if arguments[:1] == ["--send"]:
        send(int(arguments[1]), int(arguments[2]))
    count = int(arguments[0]) if arguments else COUNT
    seed = int(arguments[1]) if len(arguments) > 1 else SEED
    return asyncio.run(soak(count, seed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
