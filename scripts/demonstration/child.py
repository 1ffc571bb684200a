"""One child process in a process group of its own, ended only by its own id."""

import asyncio
from collections.abc import Sequence
import contextlib
import ctypes
import os
from pathlib import Path
import signal

from .errors import DemonstrationError

STOP_SECONDS = 30.0
LOG_TAIL_LINES = 25
_PR_SET_PDEATHSIG = 1


class Child:
    """A started program with its output in a file.

    The group is needed because a program may start helpers; `start_new_session` makes its id the child's id.
    """

    def __init__(self, name: str, arguments: Sequence[str], *, log: Path, folder: Path) -> None:
        """`folder` is the working folder; output is appended to `log`."""
        self.name = name
        self._arguments = tuple(arguments)
        self._log = log
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def is_running(self) -> bool:
        """True between a start and the end of the process."""
        return self._process is not None and self._process.returncode is None

    @property
    def exit_code(self) -> int | None:
        """The code of the last run, None while it runs."""
        return None if self._process is None else self._process.returncode

    async def start(self) -> None:
        """Start the program; it must not be running."""
        if self.is_running:
            raise DemonstrationError(f"{self.name} is running already")
        # Programs find their own modules: what leads to ours must not lead theirs.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=environment,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )

    async def stop(self) -> int:
        """End it in the orderly way and return its exit code; kill it and raise when it does not end."""
        if self._process is None:
            return 0
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                return await self._process.wait()
        except TimeoutError:
            await self.kill()
            raise DemonstrationError(
                f"{self.name} did not end within {STOP_SECONDS:.0f} s\n{self.tail()}"
            ) from None

    async def kill(self) -> None:
        """End it hard, with its whole group, as a power cut would."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            await self._process.wait()

    async def wait(self) -> int:
        """Wait until it ends by itself."""
        if self._process is None:
            raise DemonstrationError(f"{self.name} was not started")
        return await self._process.wait()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)
            else:
                self._process.send_signal(number)
        except ProcessLookupError:
            pass  # It ended in this very moment.

    def tail(self) -> str:
        """Return the last lines of its output, for an error text."""
        try:
            lines = self._log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        except OSError:
            return "(no output)"
        return "\n".join(f"    | {line[:300]}" for line in lines) or "(no output)"


def _end_with_parent() -> None:
    """In the child: end when the demonstration ends, however it ends. Linux only, elsewhere nothing."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
