"""Debian packages that some tests need and that cannot come from PyPI."""

import os
import shutil

from steps import SetupError, run, say

# package: (programs it brings, any of them is enough; what is left out without it)
NEEDED = {
    "chromium": (("chromium", "chromium-browser"), "tests/end_to_end (browser)"),
    "mosquitto": (("mosquitto",), "the MQTT line of benchmarks/command_latency.py"),
    "iproute2": (("ip",), "tests with two subnets and a router, as root"),
}


def is_there(programs: tuple[str, ...]) -> bool:
    """Return whether one of the programs is installed."""
    # Debian keeps servers in /usr/sbin, which is not on every user's PATH.
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/bin"))
    return any(shutil.which(name, path=path) for name in programs)


def check(*, install: bool) -> None:
    """Say what is missing; with install, install it (root with apt) or fail."""
    missing = [name for name, (programs, _) in NEEDED.items() if not is_there(programs)]
    if not missing:
        return
    if not install:
        for name in missing:
            say(f"{name} is not installed, left out: {NEEDED[name][1]}")
        say("`scripts/setup --system` installs it (as root, with apt)")
        return
    by_hand = f"Install by hand: {' '.join(missing)}"
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(f"--system needs root and apt-get to install packages. {by_hand}")
    say(f"INSTALLING ON THIS MACHINE with apt-get: {' '.join(missing)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "-q", "update"], advice=by_hand, timeout_s=300, extra_environment=quiet)
    run(
        ["apt-get", "-q", "-y", "install", "--no-install-recommends", *missing],
        advice=by_hand,
        timeout_s=600,
        extra_environment=quiet,
    )
    still = [name for name in missing if not is_there(NEEDED[name][0])]
    if still:
        raise SetupError(f"installed, but not found afterwards: {' '.join(still)}. {by_hand}")
