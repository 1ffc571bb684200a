"""Finding or getting Python >= 3.14.2: one already there, then uv, then Debian's packages."""

from collections.abc import Iterator
from pathlib import Path
import shutil
import subprocess

import debian_python
from steps import SetupError, Tools, run, say

# Home Assistant 2026.10 refuses anything older.
MINIMUM = (3, 14, 2)
UV_INSTALL_TIMEOUT_S = 60

_PROBE = (
    "import sys, ssl, sqlite3, ctypes, sysconfig, pathlib;"
    "print(*sys.version_info[:3]);"
    "print((pathlib.Path(sysconfig.get_path('include')) / 'Python.h').is_file())"
)


def usable(python: Path) -> bool:
    """Return whether this interpreter runs, is new enough and can compile extensions."""
    try:
        done = subprocess.run(
            [str(python), "-I", "-c", _PROBE],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    if done.returncode != 0:
        return False
    version, headers = done.stdout.strip().splitlines()
    found = tuple(int(part) for part in version.split())
    return MINIMUM <= found < (3, 15) and headers == "True"


def _already_there(cache: Path) -> Iterator[Path]:
    """Yield interpreters that need no download."""
    on_path = shutil.which("python3.14")
    if on_path:
        yield Path(on_path)
    yield from sorted((cache / "uv-python").glob("cpython-3.14*/bin/python3.14"))
    yield debian_python.executable(cache)


def find_or_get(cache: Path, tools: Tools) -> Path:
    """Return a usable Python 3.14, getting one when the machine has none."""
    for python in _already_there(cache):
        if usable(python):
            say(f"Python 3.14: {python}")
            return python

    say(f"getting Python 3.14 with uv (at most {UV_INSTALL_TIMEOUT_S} s)")
    folder = cache / "uv-python"
    try:
        run(
            [tools.uv, "python", "install", "--no-bin", "--install-dir", folder, "3.14"],
            advice="",
            timeout_s=UV_INSTALL_TIMEOUT_S,
            extra_environment={"UV_CACHE_DIR": str(cache / "uv")},
        )
    except SetupError:
        say("uv could not get it (its downloads are not reachable from here)")
    for python in sorted(folder.glob("cpython-3.14*/bin/python3.14")):
        if usable(python):
            return python

    say("getting Python 3.14 from Debian's packages, unpacked into the cache folder")
    python = debian_python.get(cache, tools)
    if not usable(python):
        raise SetupError(
            f"the Python unpacked to {python} does not run. Install Python >= 3.14.2 with its "
            "headers so that `python3.14` is on the PATH, then run scripts/setup again."
        )
    return python
