"""Pings over real UDP: discovery, hints, and everything that is no ping."""

import asyncio
from collections.abc import AsyncIterator, Callable
import json
import socket
from typing import Any

from hypothesis import given, strategies as st
import pytest

from .kit import ANN, BOB, CRYPTO, HOST, SERIAL, Bench, Rig, soon, until
from custom_components.iot_secure_gateway.gateway import pings
from custom_components.iot_secure_gateway.gateway.errors import AlreadyOwned, PingPortInUse
from custom_components.iot_secure_gateway.gateway.events import (
    AddressChanged,
    DeviceReset,
    GatewayEvent,
    PingSuspicious,
)
from custom_components.iot_secure_gateway.gateway.pings import Discovered, Fate, Hint, PingListener
from custom_components.iot_secure_gateway.gateway.rates import Bucket
from custom_components.iot_secure_gateway.gateway.stores import Binding
from custom_components.iot_secure_gateway.protocol import pings as wire_pings

KEY = bytes(range(32))
FACTS: dict[str, Any] = {
    "v": 1,
    "sn": SERIAL,
    "ip": HOST,
    "port": 8863,
    "model": "Bench",
    "fw": "1.0",
    "claimed": False,
}


class Ear:
    """A listener on loopback, with all that it tells."""

    def __init__(self) -> None:
        self.bindings: dict[str, Binding] = {}
        self.events: list[GatewayEvent] = []
        self.hints: list[Hint] = []
        self.shown: list[Discovered] = []
        self.last_boot = 0
        self.resets: list[str] = []
        self.listener = PingListener(
            CRYPTO,
            self.bindings,
            self.events.append,
            self.hints.append,
            lambda serial: self.last_boot,
            self.resets.append,
        )
        self.remove = self.listener.add_listener(self.shown.append)
        self._sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sender.setblocking(False)

    async def hear(self, *datagrams: bytes) -> None:
        """Send the datagrams, then wait until a last, good one was heard."""
        last = f"LAST-{len(self.shown)}"
        loop = asyncio.get_running_loop()
        port = self.listener.port
        assert port is not None
        for datagram in (*datagrams, unbound(sn=last)):
            await loop.sock_sendto(self._sender, datagram, (HOST, port))
        await soon(lambda: last in self.listener.discovered)
        self.listener.forget(last)
        self.shown = [seen for seen in self.shown if seen.serial != last]
        self.remove()
        self.remove = self.listener.add_listener(self.shown.append)

    def close(self) -> None:
        self._sender.close()


def unbound(**changes: Any) -> bytes:
    return wire_pings.encode_unbound(FACTS | changes)


def bound(boot: int, seq: int, key: bytes = KEY, **changes: Any) -> bytes:
    facts = FACTS | {"claimed": True, "boot": boot, "seq": seq} | changes
    return wire_pings.encode_bound(CRYPTO, key, facts)


@pytest.fixture
async def ear(socket_enabled: None) -> AsyncIterator[Ear]:
    ear = Ear()
    await ear.listener.start(0, HOST)
    yield ear
    await ear.listener.stop()
    ear.close()


async def test_unclaimed_device_is_shown_once_until_it_says_something_new(ear: Ear) -> None:
    await ear.hear(unbound(), unbound(), unbound(fw="1.1"))
    assert [(seen.serial, seen.firmware) for seen in ear.shown] == [
        (SERIAL, "1.0"),
        (SERIAL, "1.1"),
    ]
    seen = ear.listener.discovered[SERIAL]
    assert (seen.host, seen.port, seen.model, seen.claimed) == (HOST, 8863, "Bench", False)
    ear.listener.forget(SERIAL)
    assert SERIAL not in ear.listener.discovered
    await ear.listener.stop()
    assert ear.listener.discovered == {}
    assert ear.listener.port is None


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x00",
        b"{}",
        b"[]",
        b"null",
        b"x" * 512,
        b"x" * 513,
        b"\xff" * 65000,
        b"[" * 512,
        b"ISG1P",
        b"ISG1P" + bytes(16),
        unbound()[:-1],
        unbound() + b" " * 512,
        unbound(v=2),
        unbound(sn="test-1"),
        unbound(sn="A" * 33),
        unbound(sn=5),
        unbound(port=0),
        unbound(port=65536),
        unbound(port=True),
        unbound(port="8863"),
        unbound(model="x" * 65),
        unbound(fw=None),
        unbound(claimed=1),
        unbound(claimed=True),  # a claimed device has a key to prove it with
        unbound(ip="192.0.2.1"),  # not where it comes from
        bound(1, 0, claimed=False),
        bound(0, 0),
        bound(1, -1),
        bound(2**32, 0),
    ],
    ids=lambda datagram: datagram[:40].decode(errors="replace"),
)
async def test_datagram_that_is_no_ping_shows_nothing(ear: Ear, datagram: bytes) -> None:
    await ear.hear(datagram)
    assert (ear.shown, ear.events, ear.hints) == ([], [], [])
    assert ear.listener.discovered == {}


async def test_text_of_a_ping_is_cleaned(ear: Ear) -> None:
    await ear.hear(unbound(model="a\nb\x1b[0m", fw="\u202e1"))
    (seen,) = ear.shown
    assert seen.model.isprintable()
    assert seen.firmware.isprintable()


async def test_device_of_another_gateway_is_shown_as_claimed(ear: Ear) -> None:
    await ear.hear(bound(1, 0))
    (seen,) = ear.shown
    assert seen.claimed
    assert not ear.hints


async def test_verified_ping_is_a_hint_where_the_device_is(ear: Ear) -> None:
    ear.bindings[SERIAL] = Binding(key=KEY, claimed_by="ann", is_confirmed=True)
    await ear.hear(bound(3, 0, port=4000))
    assert ear.hints == [Hint(serial=SERIAL, host=HOST, port=4000, boot=3)]
    assert ear.events == []


@pytest.mark.parametrize("keys", [(KEY, bytes(32)), (bytes(32), KEY)])
async def test_ping_is_verified_with_either_key_while_one_replaces_the_other(
    ear: Ear, keys: tuple[bytes, bytes]
) -> None:
    old, new = keys
    ear.bindings[SERIAL] = Binding(key=old, claimed_by="ann", is_confirmed=True, next_key=new)
    await ear.hear(bound(3, 0))
    assert len(ear.hints) == 1
    assert ear.events == []


async def test_ping_that_somebody_else_sends_on_leads_nobody_to_them(ear: Ear) -> None:
    ear.bindings[SERIAL] = Binding(key=KEY, claimed_by="ann", is_confirmed=True)
    ping = bound(3, 0)
    ear.listener._receive(ping, ("192.0.2.66", 1))
    assert ear.hints == []
    await ear.hear(ping)
    assert [hint.host for hint in ear.hints] == [HOST], "the device's own still counts"


async def test_what_becomes_of_each_datagram_is_counted(ear: Ear) -> None:
    def fates(*datagrams: bytes, source: str = HOST) -> dict[Fate, int]:
        ear.listener.fates.clear()
        for datagram in datagrams:
            ear.listener._receive(datagram, (source, 1))
        return dict(ear.listener.fates)

    assert fates(unbound(sn="D-1"), unbound(sn="D-2")) == {Fate.SHOWN: 2}
    assert fates(unbound(sn="D-1", ip="192.0.2.7")) == {Fate.PASSED_OVER: 1}
    assert fates(b"no ping", b"x" * 2000) == {Fate.UNREADABLE: 2}
    ear.bindings[SERIAL] = Binding(key=KEY, claimed_by="ann", is_confirmed=True)
    assert fates(bound(3, 0), bound(3, 0)) == {Fate.HEARD: 1, Fate.SUSPICIOUS: 1}
    assert fates(bound(4, 0), source="192.0.2.66") == {Fate.PASSED_OVER: 1}
    assert fates(bound(5, 0, key=b"x" * 32), unbound(sn=SERIAL)) == {Fate.SUSPICIOUS: 2}
    guests = Binding(key=KEY, claimed_by="ann", is_confirmed=True, guests=(1,))
    ear.bindings[SERIAL] = guests
    assert fates(bound(5, 0, key=b"x" * 32)) == {Fate.PASSED_OVER: 1}
    found = fates(*(unbound(sn="D-1") for _ in range(400)))
    assert found[Fate.TOO_OFTEN] > 0
    assert sum(found.values()) == 400
    assert fates(unbound(sn="D-1"), source="nowhere") == {Fate.UNREADABLE: 1}


async def test_counts_of_an_older_binding_do_not_silence_a_new_one(ear: Ear) -> None:
    ear.bindings[SERIAL] = Binding(key=KEY, claimed_by="ann", is_confirmed=True)
    await ear.hear(bound(50, 7))
    ear.listener.forget(SERIAL)
    ear.bindings[SERIAL] = Binding(key=bytes(32), claimed_by="ann", is_confirmed=True)
    await ear.hear(bound(1, 0, key=bytes(32)))
    assert [hint.boot for hint in ear.hints] == [50, 1]


async def test_replayed_pings_are_dropped_and_reported_once(ear: Ear) -> None:
    ear.bindings[SERIAL] = Binding(key=KEY, claimed_by="ann", is_confirmed=True)
    ear.last_boot = 2
    old, first, second, reboot = bound(1, 99), bound(2, 0), bound(2, 1), bound(3, 0)
    await ear.hear(old, first, first, second, first, reboot, second)
    assert [hint.boot for hint in ear.hints] == [2, 2, 3]
    assert ear.events == [PingSuspicious(serial=SERIAL, kind="replayed", source=HOST)]


@pytest.mark.parametrize("datagram", [bound(9, 9, key=bytes(32)), bound(9, 9)[:-1] + b"\x00"])
async def test_ping_with_a_wrong_tag_is_no_hint_and_is_reported(ear: Ear, datagram: bytes) -> None:
    ear.bindings[SERIAL] = Binding(key=KEY, claimed_by="ann", is_confirmed=True)
    await ear.hear(datagram, datagram)
    assert (ear.hints, ear.shown) == ([], [])
    assert ear.events == [PingSuspicious(serial=SERIAL, kind="wrong_tag", source=HOST)]


async def test_claimed_device_that_says_it_is_not_is_reported_and_changes_nothing(ear: Ear) -> None:
    ear.bindings[SERIAL] = Binding(key=KEY, claimed_by="ann", is_confirmed=True)
    await ear.hear(unbound())
    assert (ear.hints, ear.shown) == ([], [])
    assert ear.events == [PingSuspicious(serial=SERIAL, kind="says_unclaimed", source=HOST)]
    ear.bindings[SERIAL] = Binding(key=KEY, claimed_by="ann", is_confirmed=False)
    await ear.hear(unbound())
    assert [seen.serial for seen in ear.shown] == [SERIAL], "its claim may be tried again"


@pytest.mark.parametrize("is_suspended", [False, True])
async def test_device_that_proves_its_reset_is_believed_unless_there_may_be_a_copy(
    ear: Ear, is_suspended: bool
) -> None:
    ear.bindings[SERIAL] = Binding(
        key=bytes(32), next_key=KEY, claimed_by="ann", is_confirmed=True, is_suspended=is_suspended
    )
    proof = wire_pings.reset_fact(wire_pings.reset_proof(CRYPTO, KEY, SERIAL))
    await ear.hear(unbound(reset=proof))
    assert ear.resets == ([] if is_suspended else [SERIAL])
    assert [seen.serial for seen in ear.shown] == ear.resets
    assert [event.kind for event in ear.events if isinstance(event, PingSuspicious)] == (
        ["says_unclaimed"] if is_suspended else []
    )
    await ear.hear(unbound(reset=proof, claimed=True), unbound(reset=proof, ip="192.0.2.9"))
    assert len(ear.shown) == len(ear.resets) // 3, "what contradicts itself is not shown"


async def test_discovered_devices_are_bounded_and_the_oldest_go_first(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pings, "MAX_DISCOVERED", 4)
    await ear.hear(*(unbound(sn=f"D-{index}") for index in range(6)), unbound(sn="D-3"))
    assert list(ear.listener.discovered) == ["D-4", "D-5", "D-3"]  # and the last one of `hear`
    monkeypatch.setattr(pings, "FORGET_AFTER_S", 0)
    await ear.hear(unbound(sn="D-9"))
    assert list(ear.listener.discovered) == []


@pytest.mark.parametrize("limit", ["SOURCE", "TOTAL"])
async def test_flood_is_cut_off(
    socket_enabled: None, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(pings, f"{limit}_BURST", 5.0)
    monkeypatch.setattr(pings, f"{limit}_RATE", 0.0)
    ear = Ear()
    await ear.listener.start(0, HOST)
    for index in range(20):
        ear.listener._receive(unbound(sn=f"D-{index}"), (HOST, 1))
    assert len(ear.shown) == 5
    ear.listener._receive(unbound(sn="OTHER", ip="192.0.2.7"), ("192.0.2.7", 1))
    assert ("OTHER" in ear.listener.discovered) is (limit == "SOURCE")
    await ear.listener.stop()
    ear.close()


async def test_broken_listener_or_odd_source_does_not_end_the_listening(
    ear: Ear, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(seen: Discovered) -> None:
        raise RuntimeError("listener")

    remove = ear.listener.add_listener(broken)
    await ear.hear(unbound())
    remove()
    remove()
    assert "Listener of discovered devices failed" in caplog.text
    ear.listener._receive(unbound(), ("nowhere", 1))
    ear.listener._receive(unbound(sn="MAPPED"), (f"::ffff:{HOST}", 1))
    assert ear.listener.discovered["MAPPED"].host == HOST
    monkeypatch.setattr(ear.listener, "_show", None)
    await asyncio.get_running_loop().sock_sendto(
        ear._sender, unbound(), (HOST, ear.listener.port or 0)
    )
    await soon(lambda: "Fault while taking in a datagram" in caplog.text)
    monkeypatch.undo()
    await ear.hear()


async def test_port_in_use_is_said_and_all_else_works(rig: Rig, bench: Bench, ear: Ear) -> None:
    port = ear.listener.port
    assert port is not None
    taken = PingListener(CRYPTO, {}, ear.events.append, ear.hints.append, lambda serial: 0, _never)
    with pytest.raises(PingPortInUse) as in_use:
        await taken.start(port, HOST)
    assert in_use.value.placeholders == {"port": str(port)}
    assert taken.port is None
    await taken.stop()
    with pytest.raises(PingPortInUse):
        await rig.gateway.start_pings(port)
    assert rig.gateway.ping_port is None
    await rig.claimed(bench)
    assert await rig.turn(True) == {"values": {"relay": True}}


@given(st.binary(max_size=600), st.sampled_from([b"", b"ISG1P", b'{"v":1,']))
def test_random_datagrams_do_nothing(data: bytes, start: bytes) -> None:
    async def hear() -> None:
        shown: list[Discovered] = []
        listener = PingListener(CRYPTO, {}, _never, _never, lambda serial: 0, _never)
        listener.add_listener(shown.append)
        listener._total = Bucket(1, 1, 0)
        listener._receive(start + data, (HOST, 1))
        assert not shown

    asyncio.run(hear())


def _never(event: object) -> None:
    raise AssertionError(event)


# --- with a real device ------------------------------------------------------------------------------
async def pinging(rig: Rig, **factory: Any) -> Bench:
    """Return a device that pings the gateway."""
    await rig.gateway.start_pings(_free_port())
    bench = Bench(ping_to=[f"{HOST}:{rig.gateway.ping_port}"], ping_interval=1, **factory)
    await bench.start()
    return bench


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


async def _discovered(rig: Rig, is_so: Callable[[Discovered], bool]) -> Discovered:
    await soon(lambda: any(is_so(seen) for seen in rig.gateway.discovered.values()))
    return rig.gateway.discovered[SERIAL]


async def test_device_that_powers_up_is_discovered_and_gone_once_claimed(rig: Rig) -> None:
    shown: list[Discovered] = []
    remove = rig.gateway.add_discovery_listener(shown.append)
    bench = await pinging(rig)
    seen = await _discovered(rig, lambda seen: not seen.claimed)
    assert (seen.host, seen.port, seen.model) == (HOST, bench.port, "Bench")
    await rig.claim(SERIAL, seen.port)
    assert SERIAL not in rig.gateway.discovered
    remove()
    assert shown[0] == seen
    await bench.stop()
    await rig.gateway.stop_pings()
    assert rig.gateway.ping_port is None


async def test_device_that_moved_is_found_by_its_ping(rig: Rig) -> None:
    bench = await pinging(rig)
    device = await rig.claimed(bench)
    old = bench.port
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    bench.port = 0  # whatever is free
    await bench.start()
    await until(device, lambda: device.is_connected)
    assert device.port == bench.port != old
    assert rig.seen(AddressChanged) == [AddressChanged(serial=SERIAL, host=HOST, port=bench.port)]
    assert await rig.turn(True) == {"values": {"relay": True}}
    await bench.stop()


async def test_ping_of_a_new_boot_ends_a_link_that_the_device_outlived(
    rig: Rig, bench: Bench
) -> None:
    device = await rig.claimed(bench)
    link = rig.gateway._links[SERIAL]
    link.hint(HOST, bench.port, link._state.last_boot)
    assert device.is_connected
    link.hint(HOST, bench.port, link._state.last_boot + 1)
    await until(device, lambda: not device.is_connected)
    await until(device, lambda: device.is_connected)


def test_ping_facts_are_json() -> None:
    assert json.loads(unbound()) == FACTS


async def test_device_that_was_reset_is_free_for_anybody_once_it_proved_that(rig: Rig) -> None:
    bench = await pinging(rig)
    device = await rig.claimed(bench)
    await bench.stop()
    await until(device, lambda: not device.is_connected)
    with pytest.raises(AlreadyOwned):  # nothing but the device itself ends ownership
        await rig.claim(SERIAL, bench.port, owner=BOB.id)
    bench.device.factory_reset()
    await bench.start()
    await soon(lambda: bool(rig.seen(DeviceReset)))
    assert rig.seen(DeviceReset) == [DeviceReset(serial=SERIAL, owner_id=ANN.id)]
    assert not rig.gateway.owners
    assert not rig.gateway.has_binding(SERIAL)
    assert not rig.gateway.devices
    await rig.claim(SERIAL, bench.port, owner=BOB.id)
    assert rig.gateway.owners == {SERIAL: BOB.id}
    await bench.stop()


async def test_proof_of_a_release_that_is_faster_than_its_answer_is_no_reset(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = await pinging(rig)
    await rig.claimed(bench)
    link = rig.gateway._links[SERIAL]
    ask = link.release

    async def release(timeout: float) -> bool:
        answer = await ask(timeout)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for ping in (*bench.device.core.pings(HOST, bench.port), unbound(sn="LAST")):
                sender.sendto(ping, (HOST, rig.gateway.ping_port or 0))
        await soon(lambda: "LAST" in rig.gateway.discovered)
        return answer

    monkeypatch.setattr(link, "release", release)
    assert await rig.gateway.release(SERIAL, ANN)
    assert not rig.gateway.has_binding(SERIAL)
    assert not rig.seen(DeviceReset)
    await bench.stop()


async def test_old_proof_of_a_reset_says_nothing_of_a_new_binding(rig: Rig) -> None:
    bench = await pinging(rig)
    await rig.claimed(bench)
    bench.device.factory_reset()
    (old,) = bench.device.core.pings(HOST, bench.port)
    await soon(lambda: bool(rig.seen(DeviceReset)))
    await rig.claim(SERIAL, bench.port, owner=BOB.id)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        port = rig.gateway.ping_port
        assert port is not None
        sender.sendto(old, (HOST, port))
    await soon(lambda: any(event.kind == "says_unclaimed" for event in rig.seen(PingSuspicious)))
    assert rig.gateway.owners == {SERIAL: BOB.id}
    await bench.stop()


async def test_reset_that_cannot_be_noted_is_noted_with_the_next_ping(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench = await pinging(rig)
    await rig.claimed(bench)
    permissions: Any = rig.stores.permissions
    save, failures = permissions.save, 0

    async def failing(content: Any) -> None:
        nonlocal failures
        failures += 1
        if failures == 1:
            raise OSError("disk full")
        await save(content)

    monkeypatch.setattr(permissions, "save", failing)
    bench.device.factory_reset()
    await soon(lambda: bool(rig.seen(DeviceReset)))
    assert failures == 2
    assert "could not be noted" in caplog.text
    await bench.stop()
