"""`scripts/soak video [MINUTES [CAMERAS [RATE]]]`: six times the video that a gateway is made for, relayed and recorded.

The cameras, the gateway and the viewers are processes of their own; a machine that cannot keep up drops pictures.
Ends with 1 when the memory of the gateway's process grew in the second half, or no pictures came any more.
"""

import argparse
import json
import sys
import tempfile
import time

from benchmarks.video import End

LOOK_S = 10.0
CLIP_S = 30.0  # shorter than usual: clips are ended and begun often
# Each thread's part of the heap fills in the first half; what goes on growing then is never let go of.
MAX_GROWTH_KB = 32_768


def soak(minutes: float, cameras: int, rate: int) -> int:
    """Run it; return the exit status."""
    options = argparse.Namespace(cameras=cameras, rate=rate)
    print(f"{cameras} cameras, {rate} pictures a second each, {minutes:g} minutes", flush=True)
    ends: list[End] = []
    memory: list[int] = []
    pictures = 0
    with tempfile.TemporaryDirectory(prefix="isg-soak-video-") as folder:
        try:
            ends.append(source := End("cameras", options))
            ports = json.dumps(source.facts["ports"])
            more = {"ports": ports, "folder": folder, "clip-s": CLIP_S}
            ends.append(gateway := End("gateway", options, **more))
            ends.append(viewers := End("viewers", options, port=gateway.facts["port"]))
            gateway.ask("record")
            until, cpu = time.monotonic() + 60 * minutes, gateway.cpu_s
            while time.monotonic() < until:
                time.sleep(LOOK_S)
                before, pictures = pictures, viewers.ask("count")["pictures"]
                memory.append(gateway.memory_kb)
                used, cpu = gateway.cpu_s - cpu, gateway.cpu_s
                print(
                    f"{memory[-1] // 1024} MiB, {(pictures - before) / LOOK_S:.0f} pictures/s seen,"
                    f" {100 * used / LOOK_S:.0f} % of a core",
                    flush=True,
                )
                if pictures == before:
                    print("FAILED: no pictures come any more")
                    return 1
            kept = gateway.ask("end")
            print(
                f"{kept['clips']} clips of {kept['bytes'] / 2**20:.0f} MiB, {pictures} pictures seen"
            )
        finally:
            for end in reversed(ends):
                end.stop()
    settled = memory[len(memory) // 2 :]
    growth = max(settled[-3:], default=0) - settled[0] if settled else 0
    print(f"grew by {growth / 1024:.1f} MiB in the second half, {MAX_GROWTH_KB / 1024:.0f} are let")
    return int(growth > MAX_GROWTH_KB or not settled)


def main() -> int:
    """Read the arguments."""
    given = sys.argv[1:]
    minutes = float(given[0]) if given else 10.0
    cameras = int(given[1]) if len(given) > 1 else 20
    rate = int(given[2]) if len(given) > 2 else 30
    return soak(minutes, cameras, rate)


if __name__ == "__main__":
    sys.exit(main())
