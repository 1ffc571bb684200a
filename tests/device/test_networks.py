"""Who may claim and who may command from where, in networks of their own: two subnets and a router.

    far 10.99.2.2 ─── 10.99.2.254 router 10.99.1.254 ─── 10.99.1.1 device 10.99.3.1 ─── 10.99.3.2 near

The device has two subnets of its own (those of router and near); far is in neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
import sys
import warnings

import pytest
import pytest_socket
from tools.provision import claim_text

from . import namespaces
from .gateway_client import CutShortError, Linked, claim
from .namespaces import Namespaces, NoNamespacesError
from simulator import attack, fleet
from simulator.attacks.options import Options

DEVICE, NEAR, OTHER, FAR = "10.99.1.1", "10.99.3.2", "10.99.3.3", "10.99.2.2"
DEVICE_FOR_NEAR = "10.99.3.1"
ROUTER_OUTSIDE = "10.99.2.254"
FORWARDED = 8863
Start = Callable[..., Awaitable[fleet.VirtualDevice]]

pytestmark = [pytest.mark.usefixtures("socket_enabled"), pytest.mark.micropython]


def build(networks: Namespaces) -> None:
    """Raises NoNamespacesError where this machine does not allow it."""
    for name in ("device", "near", "router", "far"):
        networks.add(name)
    networks.join("router", "10.99.1.254/24", "device", f"{DEVICE}/24")  # cable1
    networks.join("router", f"{ROUTER_OUTSIDE}/24", "far", f"{FAR}/24")  # cable2
    networks.join("near", f"{NEAR}/24", "device", f"{DEVICE_FOR_NEAR}/24")  # cable3
    networks.add_address("near", "cable3", f"{OTHER}/24")
    networks.route("device", "10.99.2.0/24", "10.99.1.254")
    networks.route("far", "10.99.1.0/24", ROUTER_OUTSIDE)
    networks.forwards("router")


@pytest.fixture
def networks(socket_enabled: None) -> Iterator[Namespaces]:
    with Namespaces() as made:
        try:
            build(made)
        except NoNamespacesError as reason:
            pytest.skip(f"two subnets: {reason}")
        pytest_socket.socket_allow_hosts([DEVICE, DEVICE_FOR_NEAR, ROUTER_OUTSIDE])
        yield made
    pytest_socket.socket_allow_hosts(["127.0.0.1"])


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Return a function that starts a virtual device in a network, or on loopback."""
    running: list[tuple[fleet.VirtualDevice, asyncio.Task[None]]] = []

    async def start_one(
        interpreter: str, claim_from: list[str] | str, networks: Namespaces | None = None
    ) -> fleet.VirtualDevice:
        host = "127.0.0.1" if networks is None else "0.0.0.0"
        found = fleet.find_micropython() if interpreter == "micropython" else ""
        folder = str(tmp_path / f"{interpreter}-{len(running)}")
        device = fleet.prepare(folder, interpreter, host, 0, [], 1, claim_from, found)
        if networks is not None:
            device._command[:0] = networks.prefix("device")
        task = asyncio.create_task(device.run(False, print))
        running.append((device, task))
        await asyncio.wait_for(device.wait_boot(1), fleet.READY_WAIT_S)
        return device

    yield start_one
    for device, task in running:
        await device.stop()
        await task


async def claims(device: fleet.VirtualDevice, host: str, port: int | None = None) -> str:
    """Return how a claim ends; "failed" when the device hangs up."""
    port = device.port if port is None else port
    return (await claim(host, port, device.serial, device.password)).status


@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
async def test_attack_from_another_address_has_no_effect(start: Start, interpreter: str) -> None:
    with Namespaces() as networks:
        try:
            build(networks)
        except NoNamespacesError as reason:
            warnings.warn(f"127.0.0.2 stands for another machine: {reason}", stacklevel=1)
            device, host, source = await start(interpreter, "any"), "127.0.0.1", "127.0.0.2"
            options = Options((host, device.port), claim_text(device.serial, device.password))
            report = await attack.attack("other-address", options, print)
        else:
            pytest_socket.socket_allow_hosts([DEVICE_FOR_NEAR])
            device, host, source = await start(interpreter, "any", networks), DEVICE_FOR_NEAR, OTHER
            with networks.inside("near"):
                code = claim_text(device.serial, device.password)
                options = Options((host, device.port), code, source, is_mine=True)
                report = await attack.attack("other-address", options, print)
            pytest_socket.socket_allow_hosts(["127.0.0.1"])
    assert report.is_defended, report.broken
    switched = (Path(device.folder) / "switched.txt").read_text().split()
    assert switched == ["off", "on", "off"]  # by the owner


@pytest.mark.parametrize("interpreter", ["cpython", "micropython"])
@pytest.mark.parametrize(
    ("claim_from", "from_near", "from_far"),
    [
        ("subnet", "validated", "failed"),
        ("any", "validated", "validated"),
        (["10.99.2.0/24"], "failed", "validated"),
        (["10.99.2.7/32"], "failed", "failed"),
    ],
    ids=["its own subnet", "any", "the other subnet", "one other machine"],
)
async def test_device_is_claimed_from_where_its_factory_settings_allow_and_only_there(
    networks: Namespaces,
    start: Start,
    interpreter: str,
    claim_from: list[str] | str,
    from_near: str,
    from_far: str,
) -> None:
    device = await start(interpreter, claim_from, networks)
    with networks.inside("far"):
        assert await claims(device, DEVICE) == from_far
    device = await start(interpreter, claim_from, networks)  # another one, without owner
    with networks.inside("near"):
        assert await claims(device, DEVICE_FOR_NEAR) == from_near


async def test_device_behind_a_router_obeys_who_claimed_it_through_the_router(
    networks: Namespaces, start: Start
) -> None:
    device = await start("micropython", ["10.99.2.0/24"], networks)
    with networks.inside("far"):
        claimed = await claim(DEVICE, device.port, device.serial, device.password)
        async with Linked(DEVICE, device.port, device.serial, claimed) as link:
            assert await link.command("turn_on", "relay") == (0, {"values": {"relay": True}})
    with networks.inside("near"), pytest.raises(CutShortError):
        # A link with the right key, from a machine that the device was not told of.
        async with Linked(DEVICE_FOR_NEAR, device.port, device.serial, claimed):
            pass


@pytest.mark.parametrize(
    ("claim_from", "status"),
    [("subnet", "validated"), (["10.99.1.254/32"], "validated"), (["10.99.2.2/32"], "failed")],
    ids=["its own subnet", "the router", "who is behind the router"],
)
async def test_behind_a_router_that_hides_addresses_the_routers_own_counts(
    networks: Namespaces, start: Start, claim_from: list[str] | str, status: str
) -> None:
    device = await start("cpython", claim_from, networks)
    router = await asyncio.create_subprocess_exec(
        *(*networks.prefix("router"), sys.executable, namespaces.__file__),
        *(str(FORWARDED), DEVICE, str(device.port)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert router.stdout is not None
        assert await router.stdout.readline() == b"forwarding\n"
        with networks.inside("far"):
            assert await claims(device, ROUTER_OUTSIDE, FORWARDED) == status
    finally:
        router.terminate()
        await router.wait()
