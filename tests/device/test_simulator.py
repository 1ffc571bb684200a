"""The simulator's command line: what it prints, what it keeps, and that nothing is left running."""

import asyncio
import json
import os
from pathlib import Path
import sys
from typing import Any

import pytest

from .gateway_client import CutShortError, Linked, claim
from simulator import __main__ as command_line, fleet
from simulator.virtual_device import Room

FIRMWARE = Path(__file__).parent.parent.parent / "device_firmware"

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def start(*arguments: str) -> tuple[asyncio.subprocess.Process, Any]:
    """Start the simulator as a person does; return its process and its output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "simulator",
        *arguments,
        cwd=FIRMWARE,
        stdout=asyncio.subprocess.PIPE,
    )
    return process, process.stdout


async def json_lines(output: Any, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(fleet.READY_WAIT_S):
        return [json.loads(await output.readline()) for _ in range(count)]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.micropython
async def test_devices_keep_identity_and_owner_and_end_with_the_simulator(tmp_path: Path) -> None:
    arguments = ["--json", "--interpreter", "both", "--folder", str(tmp_path)]
    process, output = await start(*arguments)
    first = await json_lines(output, 2)
    assert [facts["interpreter"] for facts in first] == ["cpython", "micropython"]
    claims = [
        await claim(facts["host"], facts["port"], facts["serial"], facts["claim"].split(":")[2])
        for facts in first
    ]
    assert [each.status for each in claims] == ["validated", "validated"]
    for facts, claimed in zip(first, claims, strict=True):
        async with Linked(facts["host"], facts["port"], facts["serial"], claimed) as link:
            assert (await link.command("turn_on", "relay"))[0] == 0
    process.terminate()
    assert await process.wait() == 0
    assert not any(is_running(facts["pid"]) for facts in first)

    process, output = await start(*arguments)
    second = await json_lines(output, 2)
    for facts, claimed in zip(second, claims, strict=True):
        async with Linked(facts["host"], facts["port"], facts["serial"], claimed) as link:
            values = (await link.command("read"))[1]["values"]
            assert values["relay"] is True
            assert float(values["temperature"]) >= 20
    process.terminate()
    assert await process.wait() == 0
    for old, new in zip(first, second, strict=True):
        assert {**old, "pid": 0} == {**new, "pid": 0}


async def test_cameras_stand_beside_the_lamps(tmp_path: Path) -> None:
    process, output = await start("--json", "--cameras", "1", "--folder", str(tmp_path))
    lamp, camera = await json_lines(output, 2)
    assert lamp["serial"].startswith("SIM-C-")
    assert camera["serial"].startswith("SIM-V-")
    claimed = await claim(
        camera["host"], camera["port"], camera["serial"], camera["claim"].split(":")[2]
    )
    async with Linked(camera["host"], camera["port"], camera["serial"], claimed) as link:
        described = (await link.command("describe"))[1]
        assert described["device"]["name"] == "Yard camera"
        assert {one["kind"] for one in described["entities"]} == {"camera", "button"}
        for command, entity in (("snapshot", "yard"), ("view", "yard"), ("press", "move")):
            assert (await link.command(command, entity))[0] == 0
    process.terminate()
    assert await process.wait() == 0


async def test_devices_die_with_a_simulator_that_is_killed(tmp_path: Path) -> None:
    process, output = await start("--json", "--folder", str(tmp_path))
    (facts,) = await json_lines(output, 1)
    process.kill()
    await process.wait()
    async with asyncio.timeout(fleet.READY_WAIT_S):
        while is_running(facts["pid"]):
            await asyncio.sleep(0)


async def test_an_armed_device_stays_off_when_asked_to(tmp_path: Path) -> None:
    process, output = await start(
        "--json", "--folder", str(tmp_path), "--die-at", "echo", "--no-restart"
    )
    (facts,) = await json_lines(output, 1)
    claimed = await claim(
        facts["host"], facts["port"], facts["serial"], facts["claim"].split(":")[2]
    )
    async with Linked(facts["host"], facts["port"], facts["serial"], claimed) as link:
        with pytest.raises(CutShortError):
            await link.command("turn_on", "relay")
    assert not (Path(facts["folder"]) / "die-at").exists()
    async with asyncio.timeout(fleet.READY_WAIT_S):
        assert await process.wait() == 0  # no device is left, so the simulator ends by itself


@pytest.mark.parametrize(
    "arguments",
    [["--count", "0"], ["--count", "101"], ["--cameras", "-1"], ["--interpreter", "jython"]],
)
def test_a_wrong_command_line_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command_line.parse(arguments)
    assert "error" in capsys.readouterr().err


def test_the_password_of_a_virtual_device_is_its_users_own(tmp_path: Path) -> None:
    def prepare() -> None:
        fleet.prepare(str(tmp_path), "cpython", "127.0.0.1", 0, [], 30, "subnet", "")

    prepare()
    label = tmp_path / "label.json"
    assert label.stat().st_mode & 0o777 == 0o600
    label.chmod(0o644)
    prepare()
    assert label.stat().st_mode & 0o777 == 0o600


async def test_a_device_that_never_starts_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "RESTART_PAUSE_S", 0)
    device = fleet.prepare(str(tmp_path), "cpython", "127.0.0.1", 0, [], 1, "subnet", "")
    device._command = [sys.executable, "-c", "raise SystemExit(3)"]
    lines: list[str] = []
    with pytest.raises(fleet.SimulatorError, match="does not start"):
        await device.run(True, lines.append)
    assert len(lines) == fleet.MAX_QUICK_DEATHS


def test_the_room_warms_under_the_lamp_and_cools_without_it() -> None:
    now = 0
    room = Room(lambda: now)  # type: ignore[arg-type]
    room.set_lamp(True)
    seen = [room.temperature()]
    for _ in range(10):
        now += 30_000
        seen.append(room.temperature())
    assert seen == sorted(seen)
    assert 30 < seen[-1] < 35
    room.set_lamp(False)
    now += 600_000
    assert room.temperature() < 22
