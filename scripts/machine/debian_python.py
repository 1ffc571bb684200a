"""Python 3.14 out of Debian's packages, run from a folder, without touching the host.

A private apt state (own sources, lists, cache and an empty status file) downloads the
packages with everything they depend on, `dpkg -x` unpacks them, and `patchelf` points the
interpreter at the C library that came along: the host's may be too old.
"""

from collections.abc import Iterator
import os
from pathlib import Path
import shutil
import sys
from typing import Optional

from steps import SetupError, Tools, run, say

SUITE = "forky"
PACKAGES = ("python3.14", "libpython3.14-dev")
DEFAULT_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
OWN_PYTHON = (
    "Install Python >= 3.14.2 with its headers so that `python3.14` is on the PATH, "
    "then run scripts/setup again."
)


def folder_of(cache: Path) -> Path:
    """Return where the unpacked tree lies."""
    return cache / "debian-python"


def executable(cache: Path) -> Path:
    """Return the interpreter of the unpacked tree, there or not."""
    return folder_of(cache) / "usr/bin/python3.14"


def _stanzas(text: str) -> Iterator[dict[str, str]]:
    """Yield the fields of each stanza of a deb822 sources file."""
    fields: dict[str, str] = {}
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if fields:
                yield fields
            fields = {}
        elif not line[0].isspace() and ":" in line:
            name, value = line.split(":", 1)
            fields[name.strip().lower()] = value.strip()


def _one_line_source(line: str) -> Optional[tuple[str, str]]:
    """Return (uri, keyring) of a `deb [options] uri suite component` line, or None."""
    words = line.split("#", 1)[0].split()
    if not words or words[0] != "deb":
        return None
    keyring = ""
    while len(words) > 1 and words[1].startswith("["):
        while True:
            option = words.pop(1)
            bare = option.strip("[]")
            if bare.startswith("signed-by="):
                keyring = bare[len("signed-by=") :]
            if option.endswith("]") or len(words) < 2:
                break
    return (words[1], keyring) if len(words) > 2 else None


def host_mirror(apt: Path = Path("/etc/apt")) -> tuple[str, str]:
    """Return (uri, keyring) of the Debian mirror that the host itself uses."""
    parts = apt / "sources.list.d"
    found: list[tuple[str, str]] = []
    for path in sorted(parts.glob("*.sources")):
        for fields in _stanzas(path.read_text(encoding="utf-8", errors="replace")):
            if fields.get("enabled", "yes").lower() == "no":
                continue
            keyring = fields.get("signed-by", "")
            found += [(uri, keyring) for uri in fields.get("uris", "").split()]
    for path in [apt / "sources.list", *sorted(parts.glob("*.list"))]:
        if path.is_file():
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                source = _one_line_source(line)
                if source:
                    found.append(source)
    for uri, keyring in found:
        # The main archive ends in /debian; -security, -ports and others have no forky suite.
        if uri.rstrip("/").endswith("/debian"):
            return uri, keyring if keyring.startswith("/") else DEFAULT_KEYRING
    raise SetupError(
        f"no Debian mirror in this machine's apt sources, so Python cannot come from there. {OWN_PYTHON}"
    )


def _apt_configuration(state: Path) -> Path:
    """Write the private apt state; return the path of its configuration.

    The host's own settings are left out (its hooks act on the host), except how to
    reach the mirror (proxies, certificates).
    """
    uri, keyring = host_mirror()
    for name in ("lists/partial", "cache/archives/partial"):
        (state / name).mkdir(parents=True, exist_ok=True)
    (state / "status").write_text("", encoding="ascii")
    (state / "sources.list").write_text(
        f"deb [signed-by={keyring}] {uri} {SUITE} main\n", encoding="ascii"
    )
    reach = run(["apt-config", "dump", "Acquire"], advice=OWN_PYTHON)
    lines = [line for line in reach.splitlines() if line.startswith("Acquire")]
    lines += [
        'Dir::Etc::Main "/dev/null";',
        'Dir::Etc::Parts "/dev/null";',
        f'Dir::Etc::SourceList "{state}/sources.list";',
        'Dir::Etc::SourceParts "/dev/null";',
        'Dir::Etc::Preferences "/dev/null";',
        'Dir::Etc::PreferencesParts "/dev/null";',
        f'Dir::State "{state}";',
        f'Dir::State::Lists "{state}/lists";',
        f'Dir::State::Status "{state}/status";',
        f'Dir::Cache "{state}/cache";',
        'APT::Install-Recommends "false";',
        # The download user of apt cannot write below a private home folder.
        'APT::Sandbox::User "root";',
        'Acquire::Languages "none";',
    ]
    path = state / "apt.conf"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _patch(tree: Path, patchelf: Path, final: Path) -> None:
    """Let the interpreter load the C library and libraries of its final folder."""
    binary = tree / "usr/bin/python3.14"
    loader = run([patchelf, "--print-interpreter", binary], advice=OWN_PYTHON).strip()
    libraries = [path for path in (tree / "usr/lib").glob("*-linux-gnu*") if path.is_dir()]
    if not (tree / "usr" / loader.lstrip("/")).exists() or not libraries:
        raise SetupError(f"Debian's {SUITE} packages are laid out in an unknown way. {OWN_PYTHON}")
    run(
        [
            patchelf,
            "--set-interpreter",
            f"{final}/usr{loader}",
            "--force-rpath",
            "--set-rpath",
            ":".join(f"{final}/usr/lib/{path.name}" for path in libraries),
            binary,
        ],
        advice=OWN_PYTHON,
    )


def get(cache: Path, tools: Tools) -> Path:
    """Download, unpack and patch Debian's Python; return its interpreter."""
    if not sys.platform.startswith("linux") or not shutil.which("apt-get"):
        raise SetupError(f"no way to get Python 3.14 on this machine. {OWN_PYTHON}")
    final = folder_of(cache)
    state = cache / "apt"
    shutil.rmtree(state, ignore_errors=True)
    configuration = {"APT_CONFIG": str(_apt_configuration(state)), "LC_ALL": "C.UTF-8"}
    advice = f"Check that the Debian mirror of this machine can be reached. Or: {OWN_PYTHON}"
    run(["apt-get", "-q", "update"], advice=advice, timeout_s=180, extra_environment=configuration)
    run(
        ["apt-get", "-q", "-y", "install", "--download-only", *PACKAGES],
        advice=advice,
        timeout_s=300,
        extra_environment=configuration,
    )

    tree = cache / f"debian-python.{os.getpid()}"
    shutil.rmtree(tree, ignore_errors=True)
    try:
        tree.mkdir()
        archives = sorted((state / "cache/archives").glob("*.deb"))
        for archive in archives:
            run(["dpkg", "-x", archive, tree], advice=OWN_PYTHON)
        _patch(tree, tools.patchelf, final)
        shutil.rmtree(final, ignore_errors=True)
        tree.rename(final)
    finally:
        shutil.rmtree(tree, ignore_errors=True)
        shutil.rmtree(state, ignore_errors=True)
    say(f"unpacked {len(archives)} Debian packages into {final}")
    return executable(cache)


def include_folder(cache: Path, python: Path) -> Optional[Path]:
    """Return a folder the compiler needs besides Python's own headers, or None.

    Debian's headers include <x86_64-linux-gnu/python3.14/pyconfig.h>, which a compiler
    searches in the host's folders only. The folder holds a link to just that one, so
    that no header of the newer C library gets in.
    """
    tree = folder_of(cache).resolve()
    if tree not in python.resolve().parents:
        return None
    folder = cache / "debian-include"
    for multiarch in (tree / "usr/include").glob("*-linux-gnu*/python3.14"):
        link = folder / multiarch.parent.name / "python3.14"
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.exists():
            link.unlink(missing_ok=True)
            link.symlink_to(multiarch)
    return folder
