"""A stand-in for a board on a serial port: a pty for mpremote, MicroPython behind it, no hardware."""

import asyncio
import os
from pathlib import Path
import signal
import tty
from typing import Any, Self

from simulator import fleet

BOARD = Path(__file__).with_name("micropython_board.py")
FAKES = BOARD.with_name("board_fakes")
RESET = 75
UP = b"\x00up\r\n"
CTRL_C = 0x03


class BoardStandIn:
    """`port` is the name of the serial port, `flash` the folder that is the board's file system."""

    def __init__(self, flash: Path) -> None:
        self.flash = flash
        self.said = b""
        self.resets = 0
        self._process: Any = None
        self._held: bytearray | None = None  # what came before the board was up
        self._is_dead = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._cable, far_end = os.openpty()
        self._far_end = far_end  # kept open, so that the port outlives each program that uses it
        tty.setraw(far_end)
        os.set_blocking(self._cable, False)
        self.port = os.ttyname(far_end)
        asyncio.get_running_loop().add_reader(self._cable, self._from_computer)
        await self._power_up()
        self._tasks.append(asyncio.create_task(self._to_computer()))
        return self

    async def __aexit__(self, *unused: object) -> None:
        asyncio.get_running_loop().remove_reader(self._cable)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        os.close(self._cable)
        os.close(self._far_end)

    async def mpremote(self, mpremote: Path, *words: str, cwd: Path) -> str:
        """Run mpremote on this port, and return what it printed. A reset is waited for."""
        resets = self.resets
        process = await asyncio.create_subprocess_exec(
            mpremote, "connect", self.port, *words, cwd=cwd,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            output = await self._unless_dead(process.communicate())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode == 0, output[0].decode()
        if words == ("reset",):
            await self._unless_dead(self._reset_after(resets))
        return str(output[0].decode())

    async def _reset_after(self, resets: int) -> None:
        while self.resets == resets or self._held is not None:
            await asyncio.sleep(0.01)

    async def _unless_dead(self, wanted: Any) -> Any:
        """Await that, but not when the board has died, nor for ever."""
        waiting = [asyncio.ensure_future(wanted), asyncio.ensure_future(self._is_dead.wait())]
        try:
            async with asyncio.timeout(120):
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            assert waiting[0].done(), f"the board died; it said {self.said[-2000:]!r}"
            return waiting[0].result()
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def says(self, words: bytes) -> None:
        """Wait until the board has printed that."""
        async with asyncio.timeout(fleet.READY_WAIT_S):
            while words not in self.said:
                await asyncio.sleep(0.01)

    async def _power_up(self) -> None:
        self._held = bytearray()
        self._process = await asyncio.create_subprocess_exec(
            fleet.find_micropython(), str(BOARD), str(self.flash), str(FAKES),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip

    def _from_computer(self) -> None:
        try:
            data = os.read(self._cable, 4096)
        except OSError:
            return
        if self._held is not None:
            self._held += data
        else:
            self._to_board(data)

    def _to_board(self, data: bytes) -> None:
        rest = bytearray()
        for byte in data:
            if byte == CTRL_C and self._process.returncode is None:
                self._process.send_signal(signal.SIGINT)
            elif byte != CTRL_C:
                rest.append(byte)
        self._process.stdin.write(bytes(rest))

    async def _to_computer(self) -> None:
        while True:
            data = await self._process.stdout.read(4096)
            if self._held is not None and data.startswith(UP):
                held, self._held = bytes(self._held), None
                self._to_board(held)
                data = data[len(UP) :]
                if not data:
                    continue
            if data:
                self.said += data
                os.write(self._cable, data)
            elif await self._process.wait() == RESET:
                self.resets += 1
                await self._power_up()
            else:
                self._is_dead.set()
                return
