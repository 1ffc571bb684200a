#!/usr/bin/env python3
"""What it costs to relay and record video, beside Home Assistant's own camera for such pictures.

10 cameras send 10 pictures a second of 640x480 (some 40 kB each), and somebody watches each of them by HTTP as a
multipart stream. Measured is the CPU time of the gateway's process alone; cameras and viewers are processes of their
own. Three ways take turns, so that a disturbed machine disturbs all:

    relay            this gateway: authenticated and encrypted links, each picture looked at
    relay, record    the same, and all cameras are recorded as H.264 in MP4
    mjpeg camera     Home Assistant's `mjpeg` camera: plain HTTP, bytes passed on unread

Home Assistant has no counterpart for recording: it copies such pictures into MP4 as they are, which browsers do not
play. Ends with 1 when pictures were lost.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
import json
import os
from pathlib import Path
from statistics import median
import subprocess
import sys
import tempfile
import time
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "device_firmware"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
PYTHON: Final = ROOT / ".venv/bin/python"

try:
    import aiohttp
    from aiohttp import web

    from benchmarks.measures import process_cpu_ns
    from benchmarks.report import Target, table

    from custom_components.iot_secure_gateway.gateway import recorder
    from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
    from custom_components.iot_secure_gateway.gateway.gateway import Gateway
    from custom_components.iot_secure_gateway.gateway.recordings import Recordings
    from custom_components.iot_secure_gateway.gateway.stores import memory_stores
    from custom_components.iot_secure_gateway.protocol import kdf
    from iotsg_device.device import Device
    from iotsg_device.entities.camera import Camera
    from iotsg_device.factory import FactorySettings
    from iotsg_device.memory_store import MemoryStore
    from iotsg_device.pattern_cpython import TestPattern
except ImportError:
    if Path(sys.prefix) == ROOT / ".venv":
        raise
    subprocess.run([ROOT / "scripts/setup"], check=True)
    sys.exit(subprocess.run([PYTHON, *sys.argv], check=False).returncode)

HOST: Final = "127.0.0.1"
PASSWORD: Final = "ABCDEFGHIJKLMNOP"
ENTITY: Final = "yard"
GRAIN: Final = 0.1  # of the pattern: pictures of some 40 kB
PICTURES: Final = 50  # drawn beforehand, so that drawing costs nobody anything
BOUNDARY: Final = "frame"
TARGET: Final = 60.0  # percent of one core
LOST: Final = 0.1  # of the pictures: more than that, and it was no measurement of so many


def serial_of(number: int) -> str:
    """Return the serial of a camera."""
    return f"VIDEO-{number}"


def part(jpeg: bytes) -> bytes:
    """Return a picture as a part of a multipart stream."""
    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
    return head.encode() + jpeg + b"\r\n"


async def respond(request: web.Request, parts: AsyncIterator[bytes]) -> web.StreamResponse:
    """Send parts until nobody reads them."""
    kind = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
    response = web.StreamResponse(headers={"Content-Type": kind})
    await response.prepare(request)
    with suppress(ConnectionError):
        async for each in parts:
            await response.write(each)
    return response


async def serve(handler: Any) -> int:
    """Serve `handler` below /NUMBER; returns the port."""
    app = web.Application()
    app.router.add_get("/{number}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    return int(runner.addresses[0][1])


def say(**told: object) -> None:
    """Tell the process that started this one."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


async def until_told() -> str:
    """Wait for a line from the process that started this one; "" at its end."""
    return (await asyncio.to_thread(sys.stdin.readline)).strip()


# --- the cameras, in a process of their own ---------------------------------------------------------------
async def be_cameras(options: argparse.Namespace) -> None:
    """Be the devices, and a server of the same pictures by plain HTTP."""
    pattern = TestPattern("VIDEO", GRAIN)
    pictures = [pattern.take() for _ in range(PICTURES)]
    started = time.monotonic()

    def take() -> bytes:
        return pictures[int((time.monotonic() - started) * options.rate) % PICTURES]

    devices = []
    for number in range(options.cameras):
        serial = serial_of(number)
        settings = {
            "serial": serial,
            "prs": [kdf.prs(GatewayCrypto(), PASSWORD, serial).hex()],
            "claim_from": "any",
            "ping_to": [],
            "port": 0,
        }
        camera = Camera(ENTITY, "Yard", take)
        device = Device(
            entities=[camera],
            host=HOST,
            settings=FactorySettings(settings),
            store=MemoryStore(),
            log=lambda text: None,
        )
        camera._interval_ms = 1000 // options.rate
        devices.append(device)
    tasks = [asyncio.create_task(device.serve()) for device in devices]
    while not all(device.port for device in devices):
        await asyncio.sleep(0.01)

    async def stream(request: web.Request) -> web.StreamResponse:
        async def parts() -> AsyncIterator[bytes]:
            due = time.monotonic()
            while True:
                yield part(take())
                due = max(due + 1 / options.rate, time.monotonic())
                await asyncio.sleep(due - time.monotonic())

        return await respond(request, parts())

    port = await serve(stream)
    say(
        ports=[device.port for device in devices],
        port=port,
        bytes=sum(map(len, pictures)) // PICTURES,
    )
    await until_told()
    for device in devices:
        device.stop()
    await asyncio.gather(*tasks, return_exceptions=True)


# --- this gateway ------------------------------------------------------------------------------------------
async def be_gateway(options: argparse.Namespace) -> None:
    """Relay the pictures of all cameras to whoever asks for them; record while told to."""
    recorder.MAX_CLIP_S = options.clip_s  # type: ignore[misc]
    gateway = Gateway(bytes(16), memory_stores())
    await gateway.start()
    for number, port in enumerate(json.loads(options.ports)):
        await gateway.claim(serial_of(number), PASSWORD, HOST, port, "owner")
    serials = [serial_of(number) for number in range(options.cameras)]
    while not all(gateway.video.cameras(serial) for serial in serials):
        await asyncio.sleep(0.01)
    recordings = Recordings(
        Path(options.folder), gateway.video, owners=gateway.owners, emit=gateway.events.emit
    )
    await recordings.load({})

    async def stream(request: web.Request) -> web.StreamResponse:
        serial = serial_of(int(request.match_info["number"]))
        async with gateway.video.watch(serial, ENTITY) as frames:

            async def parts() -> AsyncIterator[bytes]:
                async for frame in frames:
                    yield part(frame.jpeg)

            return await respond(request, parts())

    say(port=await serve(stream))
    while (told := await until_told()) not in ("", "stop"):
        for serial in serials:
            if told == "record":
                recordings.start(serial, ENTITY, "service", None, None)
            else:
                await recordings.stop_recording(serial, ENTITY, None)
        clips = recordings.clips(serials)
        say(clips=len(clips), bytes=sum(clip.bytes for clip in clips))
    await recordings.stop()
    await gateway.stop()


# --- Home Assistant's own camera ---------------------------------------------------------------------------
async def be_home(options: argparse.Namespace) -> None:
    """Relay with the `mjpeg` camera of Home Assistant."""
    from homeassistant.components.mjpeg.camera import MjpegCamera
    from homeassistant.core import CoreState, HomeAssistant
    from homeassistant.helpers.aiohttp_client import DATA_RESOLVER
    from homeassistant.helpers.frame import async_setup

    home = HomeAssistant(options.folder)
    async_setup(home)
    home.set_state(CoreState.running)
    home.data[DATA_RESOLVER] = aiohttp.ThreadedResolver()  # type: ignore[misc]  # resolves nothing
    cameras = []
    for number in range(options.cameras):
        url = f"http://{HOST}:{options.port}/{number}"
        camera = MjpegCamera(
            name=str(number), mjpeg_url=url, still_image_url=None, unique_id=str(number)
        )
        camera.hass = home
        cameras.append(camera)

    async def stream(request: web.Request) -> web.StreamResponse | None:
        return await cameras[int(request.match_info["number"])].handle_async_mjpeg_stream(request)

    say(port=await serve(stream))
    await until_told()


# --- the viewers -------------------------------------------------------------------------------------------
async def be_viewers(options: argparse.Namespace) -> None:
    """Watch everything; say how many pictures came whenever that is asked."""
    counts = [0] * options.cameras

    async def watch(session: aiohttp.ClientSession, number: int) -> None:
        async with session.get(f"http://{HOST}:{options.port}/{number}") as response:
            tail = b""
            async for data in response.content.iter_any():
                text = tail + data
                counts[number] += text.count(b"\r\nContent-Type")
                tail = text[-13:]

    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        tasks = [asyncio.create_task(watch(session, number)) for number in range(options.cameras)]
        say(ready=True)
        while await until_told():
            say(pictures=sum(counts))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# --- who measures ------------------------------------------------------------------------------------------
class End:
    """One of the processes."""

    def __init__(self, role: str, options: argparse.Namespace, **more: object) -> None:
        told = {"cameras": options.cameras, "rate": options.rate, **more}
        words = [f"--{name}={value}" for name, value in told.items()]
        self._process = subprocess.Popen(
            [PYTHON, __file__, "--role", role, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'device_firmware'}"},
        )
        self.facts = self._answer()

    @property
    def cpu_s(self) -> float:
        """CPU time of all its threads."""
        return process_cpu_ns(self._process.pid) / 1e9

    @property
    def memory_kb(self) -> int:
        """Memory that it holds."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        return int(status.partition("VmRSS:")[2].split()[0])

    def ask(self, word: str) -> dict[str, Any]:
        """Tell it something; return its answer."""
        self._process.stdin.write(word + "\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]
        return self._answer()

    def stop(self) -> None:
        """End it."""
        with suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answer(self) -> dict[str, Any]:
        line = self._process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            raise RuntimeError("a process ended; see its messages above")
        told: dict[str, Any] = json.loads(line)
        return told


def measured(end: End, viewers: End, options: argparse.Namespace) -> tuple[float, float]:
    """Return percent of one core, and pictures a second that arrived."""
    seconds = options.seconds
    time.sleep(options.warm_up)
    began, cpu, before = time.monotonic(), end.cpu_s, viewers.ask("count")["pictures"]
    time.sleep(seconds)
    took = time.monotonic() - began
    pictures = viewers.ask("count")["pictures"] - before
    return 100 * (end.cpu_s - cpu) / took, pictures / took


def compare(options: argparse.Namespace) -> int:
    """Measure all three in turns, and print them."""
    found: dict[str, list[tuple[float, float]]] = {
        "relay": [],
        "relay, record": [],
        "mjpeg camera": [],
    }
    with tempfile.TemporaryDirectory(prefix="isg-video-") as folder, ExitStack() as ends:

        def start(role: str, **more: object) -> End:
            end = End(role, options, **more)
            ends.callback(end.stop)
            return end

        facts = start("cameras").facts
        clips = f"{folder}/clips"
        gateway = start("gateway", ports=json.dumps(facts["ports"]), folder=clips)
        home = start("home", port=facts["port"], folder=folder)
        size = 0
        for _ in range(options.rounds):
            viewers = End("viewers", options, port=gateway.facts["port"])
            found["relay"].append(measured(gateway, viewers, options))
            gateway.ask("record")
            found["relay, record"].append(measured(gateway, viewers, options))
            size = gateway.ask("end")["bytes"]
            viewers.stop()
            viewers = End("viewers", options, port=home.facts["port"])
            found["mjpeg camera"].append(measured(home, viewers, options))
            viewers.stop()
    wanted = options.cameras * options.rate
    print(
        f"{options.cameras} cameras, {options.rate} pictures a second each, {facts['bytes']} bytes each"
    )
    figures = {
        name: (median(cpu for cpu, _ in each), median(rate for _, rate in each))
        for name, each in found.items()
    }
    # Of what came, and by what came: fewer pictures cost less.
    floor = max(0.01, figures["mjpeg camera"][0]) / max(1.0, figures["mjpeg camera"][1])
    rows = [
        (
            name,
            f"{cpu:.1f}",
            f"{rate:.1f}",
            f"{1e4 * cpu / max(1.0, rate):.0f}",
            f"{cpu / max(1.0, rate) / floor:.2f}",
        )
        for name, (cpu, rate) in figures.items()
    ]
    heads = ("gateway process", "CPU % of a core", "pictures/s", "us a picture", "x mjpeg camera")
    print(table(heads, rows))
    print(f"clips of the last round: {size / 2**20:.1f} MiB")
    cpu, rate = figures["relay, record"]
    target = Target(
        what="relay, record: % of a core for all pictures",
        measured=cpu / max(1.0, rate) * wanted,
        target=TARGET,
    )
    print(f"{target.what}: {target.measured:.1f}, target {target.target:.0f}: {target.verdict}")
    lost = [name for name, (_, rate) in figures.items() if rate < wanted * (1 - LOST)]
    for name in lost:
        print(f"{name}: pictures were lost, {figures[name][1]:.1f} of {wanted} a second came")
    return 1 if lost else 0


def main() -> int:
    """Be who the arguments say."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cameras", type=int, default=10)
    parser.add_argument("--rate", type=int, default=10, help="pictures a second of each")
    parser.add_argument("--seconds", type=float, default=10.0, help="of one measurement")
    parser.add_argument("--warm-up", type=float, default=3.0, help="seconds before each")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--role", choices=sorted(ROLES), help=argparse.SUPPRESS)
    for word in ("--ports", "--folder"):
        parser.add_argument(word, default="", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--clip-s", type=float, default=recorder.MAX_CLIP_S, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role is None:
        return compare(options)
    asyncio.run(ROLES[options.role](options))
    return 0


ROLES: Final = {
    "cameras": be_cameras,
    "gateway": be_gateway,
    "home": be_home,
    "viewers": be_viewers,
}

if __name__ == "__main__":
    sys.exit(main())
