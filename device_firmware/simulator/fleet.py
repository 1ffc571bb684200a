"""Provisions, starts, restarts and ends virtual devices, each a process of its own."""

import asyncio
import ctypes
import json
import os
import secrets
import shutil
import signal
import socket
import sys

from tools import labels, provision

from iotsg_device.compat_files import exists

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
RESTART_PAUSE_S = 1.0  # as long as a small board takes to boot
STOP_WAIT_S = 5.0
READY_WAIT_S = 60.0
MAX_QUICK_DEATHS = 5  # in a row without having listened: the device can't work, give up
FIRST_PORT = 12000
PORTS = 16000
PORT_TRIES = 50
_PR_SET_PDEATHSIG = 1


class SimulatorError(Exception):
    """The simulator can't do what it was asked; the text says why."""


class VirtualDevice:
    """One virtual device: its folder, its label and its process."""

    def __init__(self, folder: str, interpreter: str, host: str, command: "list[str]") -> None:
        self.folder = folder
        self.interpreter = interpreter
        self.host = host
        with open(os.path.join(folder, "label.json"), encoding="utf-8") as file:
            printed = json.load(file)
        with open(os.path.join(folder, "factory.json"), encoding="utf-8") as file:
            factory = json.load(file)
        self.serial = str(factory["serial"])
        self.port = int(factory["port"])
        self.password = str(printed["password"])
        self._command = command
        self._process: "Any" = None
        self._is_stopping = False
        self.ready = asyncio.Event()  # it listened, in its present boot
        self.boots = 0  # how often it began to listen
        self._booted = asyncio.Condition()

    @property
    def pid(self) -> "int | None":
        """Return the id of the running process."""
        return None if self._process is None else self._process.pid

    def facts(self) -> "dict[str, Any]":
        """Return what a person or a test needs to know."""
        return {
            "serial": self.serial,
            "password": provision.grouped(self.password),
            "claim": provision.claim_text(self.serial, self.password),
            "host": self.host,
            "port": self.port,
            "interpreter": self.interpreter,
            "folder": self.folder,
            "pid": self.pid,
        }

    async def run(self, may_restart: bool, show: "Callable[[str], None]") -> None:
        """Run until `stop`; start again after an end that nobody asked for."""
        quick_deaths = 0
        while not self._is_stopping:
            self.ready.clear()
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                stdin=asyncio.subprocess.DEVNULL,
                preexec_fn=_die_with_parent,
            )
            await self._relay(show)
            status = await self._process.wait()
            if self._is_stopping:
                return
            quick_deaths = 0 if self.ready.is_set() else quick_deaths + 1
            show("{}: ended ({})".format(self.serial, status))
            if not may_restart:
                return
            if quick_deaths >= MAX_QUICK_DEATHS:
                raise SimulatorError("{} does not start".format(self.serial))
            await asyncio.sleep(RESTART_PAUSE_S)

    async def wait_boot(self, number: int) -> None:
        """Wait until it listens in its boot of that number (1 is the first of this simulator)."""
        async with self._booted:
            await self._booted.wait_for(lambda: self.boots >= number)

    async def stop(self) -> None:
        """End the process, by force when it does not go."""
        self._is_stopping = True
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_WAIT_S)
        except asyncio.TimeoutError:
            process.kill()
            await process.wait()

    async def _relay(self, show: "Callable[[str], None]") -> None:
        while True:
            line = await self._process.stdout.readline()
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip()
            if "listens on port" in text:
                self.ready.set()
                async with self._booted:
                    self.boots += 1
                    self._booted.notify_all()
            show("{}: {}".format(self.serial, text))


def prepare(
    folder: str,
    interpreter: str,
    host: str,
    port: int,
    ping_to: "list[str]",
    ping_interval: int,
    claim_from: "list[str] | str",
    micropython: str,
    is_camera: bool = False,
) -> VirtualDevice:
    """Provision a folder that is empty, renew the settings of one that is not, keep its identity.

    A camera needs Pillow, so its interpreter is CPython.
    """
    os.makedirs(folder, exist_ok=True)
    label_path = os.path.join(folder, "label.json")
    if exists(label_path) and exists(os.path.join(folder, "factory.json")):
        os.chmod(label_path, 0o600)  # earlier versions let everybody on the machine read it
        with open(label_path, encoding="utf-8") as file:
            printed = json.load(file)
        with open(os.path.join(folder, "factory.json"), encoding="utf-8") as file:
            port = port or int(json.load(file)["port"])
    else:
        letter = "V" if is_camera else interpreter[0].upper()
        serial = provision.make_serial("SIM-" + letter + "-")
        printed = {"serial": serial, "password": provision.make_password()}
        labels.write_private(label_path, json.dumps(printed))
    lamp = "Virtual lamp ({})".format("MicroPython" if interpreter == "micropython" else "CPython")
    values = provision.make_factory(
        printed["serial"],
        [printed["password"]],
        manufacturer="IoT Secure Gateway",
        model="virtual-camera" if is_camera else "virtual-" + interpreter,
        name="Yard camera" if is_camera else lamp,
        port=port or free_port(host),
        ping_to=ping_to,
        ping_interval=ping_interval,
        claim_from=claim_from,
    )
    provision.write_factory(folder, values)
    script = os.path.join(HERE, "virtual_camera.py" if is_camera else "virtual_device.py")
    if interpreter == "micropython":
        command = [micropython, script, folder, host]
    else:
        command = [sys.executable, "-u", script, folder, host]
    return VirtualDevice(folder, interpreter, host, command)


def find_micropython() -> str:
    """Return the path of the interpreter: beside this Python, or on the search path."""
    beside = os.path.join(os.path.dirname(sys.executable), "micropython")
    found = beside if exists(beside) else shutil.which("micropython")
    if found is None:
        raise SimulatorError("micropython is not installed: run scripts/setup")
    return found


def free_port(host: str) -> int:
    """Return a TCP port nobody listens on, below those that the system gives to clients.

    A device keeps its port over restarts, so no client may happen to sit on it then.
    """
    for _ in range(PORT_TRIES):
        port = FIRST_PORT + secrets.randbelow(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise SimulatorError("no free TCP port found on {}".format(host))


def arm(folder: str, point: str) -> None:
    """Let the device in `folder` lose its power at `point`, once."""
    with open(os.path.join(folder, "die-at.new"), "w", encoding="utf-8") as file:
        file.write(point)
    os.replace(os.path.join(folder, "die-at.new"), os.path.join(folder, "die-at"))


def _die_with_parent() -> None:
    """In the child: end when the simulator ends, however it ends. Linux only, elsewhere nothing."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        pass
