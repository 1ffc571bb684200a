"""Pings: what a datagram may say, and what proves it."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iot_secure_gateway.protocol import pings
from custom_components.iot_secure_gateway.protocol.errors import RecordError
from tests.protocol.world import World, claimed, linked

FACTS: dict[str, Any] = {
    "v": 1,
    "sn": "LAMP-1",
    "ip": "192.0.2.7",
    "port": 8863,
    "model": "Lamp",
    "fw": "1.0",
    "claimed": False,
}
BOUND = {**FACTS, "claimed": True, "boot": 3, "seq": 0}
KEY = bytes(range(32))
CRYPTO = World().gateway_crypto


def test_unbound_ping_goes_round() -> None:
    ping = pings.decode(pings.encode_unbound(FACTS))
    assert not ping.is_bound
    assert (ping.serial, ping.ip, ping.port) == ("LAMP-1", "192.0.2.7", 8863)
    assert (ping.model, ping.firmware, ping.claimed) == ("Lamp", "1.0", False)
    assert (ping.boot, ping.sequence) == (0, 0)


def test_bound_ping_goes_round_and_is_proved_by_the_binding_key_only() -> None:
    ping = pings.decode(pings.encode_bound(CRYPTO, KEY, BOUND))
    assert ping.is_bound
    assert (ping.boot, ping.sequence, ping.claimed) == (3, 0, True)
    assert pings.verify(CRYPTO, KEY, ping)
    assert not pings.verify(CRYPTO, bytes(32), ping)


def test_bound_ping_altered_at_any_byte_is_refused_or_not_proved() -> None:
    data = pings.encode_bound(CRYPTO, KEY, BOUND)
    for position in range(len(data)):
        altered = bytearray(data)
        altered[position] ^= 1
        try:
            ping = pings.decode(bytes(altered))
        except RecordError:
            continue
        assert not pings.verify(CRYPTO, KEY, ping)


@pytest.mark.parametrize("bound", [False, True])
def test_ping_that_is_cut_anywhere_is_refused(bound: bool) -> None:
    data = pings.encode_bound(CRYPTO, KEY, BOUND) if bound else pings.encode_unbound(FACTS)
    for length in range(len(data)):
        with pytest.raises(RecordError):
            pings.decode(data[:length])


WRONG: dict[str, list[Any]] = {
    "v": [0, 2, True, "1", None, 1.0],
    "sn": ["", "lamp", "A" * 33, 5, None, ["A"]],
    "ip": [5, None, "1" * 65, "\ud800"],
    "port": [0, 65536, -1, True, "8863", 1.5, None, 10**30],
    "model": [5, None, "m" * 65, "\udfff"],
    "fw": [5, None, "f" * 65],
    "claimed": [0, 1, "true", None],
}
WRONG_BOUND: dict[str, list[Any]] = {
    "boot": [0, -1, 2**32, True, "1", None],
    "seq": [-1, 2**32, False, "1", None],
}


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, values in WRONG.items() for v in values])
def test_ping_with_a_field_out_of_range_is_refused(name: str, value: object) -> None:
    for data in (
        pings.encode_unbound({**FACTS, name: value}),
        pings.encode_bound(CRYPTO, KEY, {**BOUND, name: value}),
    ):
        with pytest.raises(RecordError):
            pings.decode(data)


@pytest.mark.parametrize(
    ("name", "value"), [(n, v) for n, values in WRONG_BOUND.items() for v in values]
)
def test_bound_ping_with_a_count_out_of_range_is_refused(name: str, value: object) -> None:
    with pytest.raises(RecordError):
        pings.decode(pings.encode_bound(CRYPTO, KEY, {**BOUND, name: value}))


@pytest.mark.parametrize("name", sorted(FACTS))
def test_ping_without_a_field_is_refused(name: str) -> None:
    facts = {key: value for key, value in FACTS.items() if key != name}
    with pytest.raises(RecordError):
        pings.decode(pings.encode_unbound(facts))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"1" * 512,
        b"\xff" * 20,
        b"ISG1P",
        b"ISG1P" + bytes(16),
        b"[" * 512,
        b'{"a":' * 100,
        json.dumps(FACTS).encode() + b" " * 512,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_datagram_that_is_no_ping_is_refused(data: bytes) -> None:
    with pytest.raises(RecordError):
        pings.decode(data)


def test_longest_ping_is_taken() -> None:
    data = json.dumps(FACTS).encode()
    assert pings.decode(data + b" " * (512 - len(data))).serial == "LAMP-1"
    with pytest.raises(RecordError):
        pings.decode(data + b" " * (513 - len(data)))


def test_unknown_fields_are_ignored() -> None:
    assert pings.decode(pings.encode_unbound({**FACTS, "new": [1]})).serial == "LAMP-1"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120), st.sampled_from([b"", b"ISG1P", b'{"v":1,']))
def test_no_datagram_raises_anything_else(data: bytes, start: bytes) -> None:
    with contextlib.suppress(RecordError):
        pings.decode(start + data)


# --- the device's pings --------------------------------------------------------------------------------
def test_device_without_owner_sends_an_unbound_ping() -> None:
    world = World()
    ping = pings.decode(*world.core.pings("192.0.2.7", 8863))
    assert (ping.is_bound, ping.claimed, ping.serial) == (False, False, "LAMP-1")


def test_provisional_binding_does_not_make_a_ping_bound() -> None:
    assert not pings.decode(*claimed().core.pings("192.0.2.7", 8863)).is_bound


def test_claimed_device_counts_its_pings_within_each_boot() -> None:
    world = linked()
    key = world.disk.binding_key
    seen = []
    for _ in range(2):
        for _ in range(3):
            ping = pings.decode(*world.core.pings("192.0.2.7", 8863))
            assert pings.verify(world.gateway_crypto, key, ping)
            assert ping.claimed
            seen.append((ping.boot, ping.sequence))
        world.reboot_device()
    assert seen == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2)]


def test_boot_count_is_in_flash_before_the_first_ping() -> None:
    world = World()
    assert world.flash.values[b"boot"] == b"\0\0\0\x01"
    world.reboot_device()
    assert world.flash.values[b"boot"] == b"\0\0\0\x02"
    assert world.core.boot == 2


# --- the proof of a reset ----------------------------------------------------------------------------------
def test_device_that_was_reset_proves_to_its_former_gateway_only_that_it_was() -> None:
    world = linked()
    key = world.core.memory.bindings[0].key
    world.core.factory_reset()
    (datagram,) = world.core.pings("192.0.2.7", 8863)
    ping = pings.decode(datagram)
    assert not ping.is_bound
    assert not ping.claimed
    assert pings.proves_reset(CRYPTO, key, ping)
    assert not pings.proves_reset(CRYPTO, bytes(32), ping)
    assert key.hex() not in datagram.decode()


def test_proof_of_a_reset_survives_a_power_cut_and_a_second_reset() -> None:
    world = linked()
    key = world.core.memory.bindings[0].key
    world.core.factory_reset()
    world.core.factory_reset()
    world.reboot_device()
    (datagram,) = world.core.pings("192.0.2.7", 8863)
    assert pings.proves_reset(CRYPTO, key, pings.decode(datagram))


def test_release_whose_answer_gets_lost_is_proved_as_well() -> None:
    world = linked()
    key = world.core.memory.bindings[0].key
    world.core.release(0)
    (datagram,) = world.core.pings("192.0.2.7", 8863)
    assert pings.proves_reset(CRYPTO, key, pings.decode(datagram))


def test_device_that_never_had_an_owner_claims_no_reset() -> None:
    world = World()
    world.core.factory_reset()
    (datagram,) = world.core.pings("192.0.2.7", 8863)
    assert b"reset" not in datagram
    assert not pings.proves_reset(CRYPTO, KEY, pings.decode(datagram))


def test_proof_is_of_one_device_and_damaged_ones_count_as_none() -> None:
    proof = pings.reset_proof(CRYPTO, KEY, "LAMP-1")
    told = pings.decode(pings.encode_unbound({**FACTS, "reset": pings.reset_fact(proof)}))
    assert pings.proves_reset(CRYPTO, KEY, told)
    other = pings.decode(
        pings.encode_unbound({**FACTS, "sn": "LAMP-2", "reset": pings.reset_fact(proof)})
    )
    assert not pings.proves_reset(CRYPTO, KEY, other)
    world = linked()
    world.core.factory_reset()
    world.flash.values[b"reset"] = b"short"
    world.reboot_device()
    assert b"reset" not in world.core.pings("192.0.2.7", 8863)[0]


@pytest.mark.parametrize(
    "told", [7, None, "", "zz" * 16, "00" * 15, "00" * 17, "\u00e4" * 32, ["0"]]
)
def test_proof_out_of_form_is_refused(told: object) -> None:
    data = pings.encode_unbound({**FACTS, "reset": told})
    if told == "":
        assert pings.decode(data).reset_proof == b""
        return
    with pytest.raises(RecordError):
        pings.decode(data)
