"""The attacker kit against real device processes: nothing runs, and the owner's link is unharmed."""

import asyncio
from pathlib import Path
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from tools.provision import claim_text

from .conftest import StartDevice
from .gateway_client import Linked, claim
from simulator import attack, fleet
from simulator.attacks import options as settings
from simulator.attacks.options import Options
from simulator.attacks.report import CannotAttackError, Report
from simulator.attacks.wires import WireLost

FIRMWARE = Path(__file__).parent.parent.parent / "device_firmware"
ON_DEVICES = sorted(name for name, each in attack.ATTACKS.items() if each.TARGET == "device")
# Where a device is flooded for long in practice, a test is content with a moment.
QUICK: dict[str, Any] = {"count": 60, "seconds": 3.0}

pytestmark = pytest.mark.usefixtures("socket_enabled")


def options_for(device: fleet.VirtualDevice, **changes: Any) -> Options:
    code = claim_text(device.serial, device.password)
    return Options((device.host, device.port), code=code, **{**QUICK, **changes})


async def attacked(name: str, options: Options) -> tuple[Report, list[str]]:
    lines: list[str] = []
    report = await attack.attack(name, options, lines.append)
    return report, lines


def switched_by(device: fleet.VirtualDevice) -> list[str]:
    """Return what the handler of the switch was called with."""
    path = Path(device.folder) / "switched.txt"
    return path.read_text().split() if path.exists() else []


# What the owner does in the course of each attack: off at the start, then on and off to show that
# it works. Anything else would be the attacker's doing.
OWNERS_DOING = {
    "fake-gateway": ["off", "on", "off"],
    "flood": ["off"] * 41 + ["on", "off", "off"],
    "malformed": ["off", "on", "off"],
    "other-address": ["off", "on", "off"],
    "replay": ["off", "on", "off", "on", "off", "on", "off"],
    "slow-loris": ["off", "off", "on", "off"],
    "swapped-dsid": ["off", "off"],
}


@pytest.mark.micropython
@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
@pytest.mark.parametrize("name", ON_DEVICES)
async def test_attack_executes_nothing_and_leaves_the_owner_unharmed(
    start_device: StartDevice, name: str, interpreter: str
) -> None:
    device = await start_device(interpreter, claim_from="any")
    report, lines = await attacked(name, options_for(device))
    assert report.is_defended, "\n".join(lines)
    assert switched_by(device) == OWNERS_DOING[name]
    assert device.boots == 1
    assert not [line for line in lines if "could not be released" in line]


async def test_swapped_messages_are_called_by_their_names(start_device: StartDevice) -> None:
    device = await start_device("cpython")
    _, lines = await attacked("swapped-dsid", options_for(device))
    text = "\n".join(lines)
    for word in ("COMMAND_MISMATCH", "DSID_MISMATCH", "GSID_MISMATCH", "GSID_REUSED"):
        assert word in text


async def test_what_is_no_device_is_not_called_defended() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    options = Options(("127.0.0.1", port), code=claim_text("NOBODY-1", "A" * 20), **QUICK)
    try:
        with pytest.raises(CannotAttackError):
            await attacked("malformed", options)
    finally:
        server.close()
        await server.wait_closed()


async def test_a_link_that_breaks_under_attack_is_said(
    start_device: StartDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await start_device("cpython")

    async def cut(options: Options, report: Report) -> None:
        owner = await settings.claimed(options, report)
        try:
            report.expect(True, "so far")
            await owner.disconnect()
            owner.link = SimpleNamespace(until=lost, is_open=False, close=nothing)
            await owner.turn(True)
        finally:
            await settings.give_back(owner, report)

    async def lost(*_: object) -> None:
        raise WireLost

    async def nothing() -> None:
        pass

    monkeypatch.setattr(attack.ATTACKS["flood"], "run", cut)
    report, _ = await attacked("flood", options_for(device))
    assert report.broken == ["the owner is answered all the time"]
    # It was given back all the same.
    again, _ = await attacked("malformed", options_for(device, count=0))
    assert again.is_defended


def test_a_defence_that_does_not_hold_is_said() -> None:
    lines: list[str] = []
    report = Report(lines.append)
    report.expect(True, "one")
    assert report.is_defended
    report.expect(False, "two", "seen")
    assert not report.is_defended
    assert lines == ["held:   one", "BROKEN: two (seen)"]
    assert not Report(lines.append).is_defended


async def test_a_device_with_an_owner_is_left_alone(start_device: StartDevice) -> None:
    device = await start_device("cpython")
    claimed = await claim(device.host, device.port, device.serial, device.password)
    async with Linked(device.host, device.port, device.serial, claimed):
        with pytest.raises(CannotAttackError, match="owned"):
            await attacked("malformed", options_for(device))
    assert switched_by(device) == []


async def test_the_command_line_prints_what_held(start_device: StartDevice) -> None:
    device = await start_device("cpython")
    code = claim_text(device.serial, device.password)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator.attack", "fake-gateway",
        "--target", f"{device.host}:{device.port}", "--claim", code,
        cwd=FIRMWARE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    text = output.decode()
    assert process.returncode == attack.ALL_HELD, text
    assert "held:   a guessed password is refused (rejected)" in text
    assert text.splitlines()[-1].endswith("defences held, 0 did not")
    assert device.password not in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["flood", "--target", "192.0.2.1:8863"], "add --mine"),
        (["flood", "--target", "8.8.8.8:8863", "--mine"], "never a target"),
        (["flood", "--target", "device.example:8863"], "as an IP address"),
        (["flood", "--target", "127.0.0.1"], "is not HOST:PORT"),
        (["flood", "--target", "127.0.0.1:1", "--listen", "x"], "--listen is HOST:PORT"),
        (["flood", "--target", "127.0.0.1:1"], "--claim ISG1:"),
        (["flood", "--target", "127.0.0.1:1", "--claim", "ISG1:A:B"], "as on the label"),
        (["fake-gateway", "--target", "127.0.0.1:1"], "--claim ISG1:"),
        (["fake-device", "--target", "127.0.0.1:1"], "--serial"),
        (["cloned-flash", "--target", "127.0.0.1:1"], "--flash"),
    ],
)
def test_what_can_not_be_tried_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert attack.main(arguments) == attack.NOT_TRIED
    assert said in capsys.readouterr().err


def test_the_help_names_every_attack(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        attack.parse(["--help"])
    text = capsys.readouterr().out
    assert all(f"  {name}" in text for name in attack.ATTACKS)


def test_the_bounds_of_an_attack_can_not_be_lifted() -> None:
    options = Options(("127.0.0.1", 1), count=10**9, seconds=10**9)
    assert (options.count, options.seconds) == (5000, 120)
    with pytest.raises(CannotAttackError):
        Options(("192.168.1.5", 1))
