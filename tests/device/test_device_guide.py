"""The commands of docs/device-guide.md, as they stand there, from an empty board to a claimed device."""

from pathlib import Path
import re
import shlex
import subprocess
import sys

import pytest
from tools.labels import CLAIM_TAG

from .board_stand_in import BoardStandIn
from .gateway_client import Linked, claim
from simulator import attack, fleet

TOP = Path(__file__).resolve().parent.parent.parent
GUIDE = TOP / "docs/device-guide.md"
MPREMOTE = Path(sys.executable).with_name("mpremote")
HOST = "127.0.0.1"


def commands() -> list[list[str]]:
    """Return the commands of the blocks that the guide says were tried."""
    blocks = re.findall(r"(?ms)^```sh\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"))
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def wifi_json() -> str:
    """Return the file that the guide shows."""
    (block,) = re.findall(r"(?ms)^```json\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"))
    return str(block)


def test_the_guide_has_commands_for_every_step() -> None:
    programs = [" ".join(words[:3]) for words in commands()]
    assert [program for program in programs if program.startswith("mpremote")] == [
        "mpremote mip install",
        "mpremote fs cp",
        "mpremote fs cp",
        "mpremote fs cp",
        "mpremote reset",
    ]


def test_the_guide_names_every_attack_and_board() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert all(f"| `{name}` | a {each.TARGET} |" in text for name, each in attack.ATTACKS.items())


@pytest.mark.micropython
async def test_the_commands_of_the_guide_make_a_device_that_can_be_claimed(
    tmp_path: Path, socket_enabled: None
) -> None:
    (tmp_path / "device_firmware").symlink_to(TOP / "device_firmware")
    flash = tmp_path / "flash"
    flash.mkdir()
    (tmp_path / "my-lamp").mkdir()
    (tmp_path / "my-lamp/wifi.json").write_text(wifi_json())
    port = fleet.free_port(HOST)
    labels = []
    async with BoardStandIn(flash) as board:
        for program, *words in commands():
            if program == "mpremote":
                await board.mpremote(MPREMOTE, *words, cwd=tmp_path)
                continue
            assert program == "python"
            if words[0].endswith("provision.py"):  # a test keeps to itself: other ports are taken
                words += ["--port", str(port), "--ping-to", HOST]
            done = subprocess.run(
                [sys.executable, *words], cwd=tmp_path, check=True, capture_output=True, text=True
            )
            labels += re.findall(rf"{CLAIM_TAG}:(\S+):(\S+)", done.stdout)
        await board.says(b"listens on port %d" % port)
        ((serial, password),) = labels
        claimed = await claim(HOST, port, serial, password)
        assert claimed.status == "validated"
        async with Linked(HOST, port, serial, claimed) as link:
            assert await link.command("turn_on", "relay") == (0, {"values": {"relay": True}})
        assert b"joining name of your network" in board.said

        # "Later": another version of the program, and the owner is still the owner.
        await board.mpremote(MPREMOTE, "fs", "rm", ":main.py", cwd=tmp_path)
        await board.mpremote(MPREMOTE, "reset", cwd=tmp_path)
        board.said = b""
        await board.mpremote(
            MPREMOTE, "fs", "cp", "device_firmware/examples/pico_w.py", ":main.py", cwd=tmp_path
        )
        await board.mpremote(MPREMOTE, "reset", cwd=tmp_path)
        await board.says(b"listens on port %d" % port)
        async with Linked(HOST, port, serial, claimed) as link:
            assert (await link.command("turn_off", "relay"))[0] == 0
        # "Later": without its journal it has no owner.
        await board.mpremote(
            MPREMOTE, "fs", "rm", ":journal.bin", ":journal.bin.owned", cwd=tmp_path
        )
        board.said = b""
        await board.mpremote(MPREMOTE, "reset", cwd=tmp_path)
        await board.says(b"listens on port %d" % port)
        assert (await claim(HOST, port, serial, password)).status == "validated"
    assert len(list((tmp_path / "batch").glob("LAMP-*/factory.json"))) == 20
