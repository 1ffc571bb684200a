"""Running one step of the set-up: what it says, where it may write, how it fails."""

from collections.abc import Mapping, Sequence
import os
from pathlib import Path
import subprocess
from typing import NamedTuple, Optional, Union

# The last lines of a failed command are enough to see why; all of it can be megabytes.
MAX_ERROR_LINES = 25


class Tools(NamedTuple):
    """Programs that the set-up itself needs."""

    uv: Path
    patchelf: Path


class SetupError(Exception):
    """A step failed; the text says what to do about it."""


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"setup: {text}", flush=True)


def cache_folder() -> Path:
    """Return the one folder outside the checkout that the set-up writes to."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "iot-secure-gateway"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"cannot make the cache folder {folder} ({error.strerror}). "
            "Set XDG_CACHE_HOME to a folder you can write to."
        ) from error
    return folder


def run(
    command: Sequence[Union[str, Path]],
    *,
    advice: str,
    timeout_s: float = 900,
    extra_environment: Optional[Mapping[str, str]] = None,
) -> str:
    """Run a command; raise SetupError with its last lines and the advice when it fails.

    Returns its standard output.
    """
    environment = {**os.environ, **(extra_environment or {})}
    words = [str(part) for part in command]
    try:
        done = subprocess.run(
            words,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except FileNotFoundError:
        raise SetupError(f"{words[0]} is not installed. {advice}") from None
    except subprocess.TimeoutExpired:
        raise SetupError(
            f"{Path(words[0]).name} gave no answer in {timeout_s} s. {advice}"
        ) from None
    if done.returncode != 0:
        lines = (done.stdout + done.stderr).strip().splitlines()[-MAX_ERROR_LINES:]
        shown = "\n  ".join(lines)
        raise SetupError(
            f"{Path(words[0]).name} failed (exit {done.returncode}):\n  {shown}\n{advice}"
        )
    return done.stdout
