"""CPace beyond the draft's vectors: encodings, agreement, and what a peer can get wrong."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.protocol import cpace
from custom_components.iot_secure_gateway.protocol.errors import HandshakeError

CRYPTO = GatewayCrypto()
SID = bytes(16)
CI = b"channel"
P = 2**255 - 19


@pytest.mark.parametrize(
    ("length", "prefix"),
    [
        (0, b"\x00"),
        (127, b"\x7f"),
        (128, b"\x80\x01"),
        (300, b"\xac\x02"),
        (16384, b"\x80\x80\x01"),
    ],
)
def test_length_prefix_is_leb128(length: int, prefix: bytes) -> None:
    assert cpace.prepend_len(bytes(length)) == prefix + bytes(length)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=4), st.lists(st.binary(max_size=200), max_size=4))
def test_two_lists_never_share_an_encoding(a: list[bytes], b: list[bytes]) -> None:
    assert (cpace.lv_cat(*a) == cpace.lv_cat(*b)) == (a == b)


@pytest.mark.parametrize("length", [0, 32, 115, 117, 118, 119, 200])
def test_password_part_fills_the_first_hash_block(length: int) -> None:
    text = cpace.generator_string(bytes(length), CI, SID)
    head = len(text) - len(cpace.lv_cat(CI, SID))
    # Beyond 117 bytes it overflows the block and the padding shrinks to its own length byte.
    assert head == max(128, len(cpace.lv_cat(cpace.DSI, bytes(length))) + 1)


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_generator_is_a_point_on_the_curve(prs: bytes) -> None:
    v = int.from_bytes(cpace.generator(CRYPTO, prs, CI, SID), "little")
    assert v < P
    assert pow((v * v + 486662 * v + 1) * v, (P - 1) // 2, P) == 1


def run(prs_a: bytes, prs_b: bytes) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
    """Return the tags as computed by the initiator and by the responder."""
    secret_a, secret_b = bytes(range(32)), bytes(range(1, 33))
    ga, gb = (cpace.generator(CRYPTO, prs, CI, SID) for prs in (prs_a, prs_b))
    ya, yb = cpace.share(CRYPTO, secret_a, ga), cpace.share(CRYPTO, secret_b, gb)
    transcript = (ya, b"ada", yb, b"adb")
    keys = [
        cpace.isk(CRYPTO, SID, cpace.shared_point(CRYPTO, secret, share), *transcript)
        for secret, share in ((secret_a, yb), (secret_b, ya))
    ]
    tags_a, tags_b = (cpace.confirmation_tags(CRYPTO, SID, key, *transcript) for key in keys)
    return tags_a, tags_b


def test_same_password_gives_the_same_tags_at_both_ends() -> None:
    tags_a, tags_b = run(b"x" * 32, b"x" * 32)
    assert tags_a == tags_b
    assert tags_a[0] != tags_a[1]


def test_other_password_gives_other_tags() -> None:
    tags_a, tags_b = run(b"x" * 32, b"y" * 32)
    assert tags_a[0] != tags_b[0]
    assert tags_a[1] != tags_b[1]


@pytest.mark.parametrize("share", [b"", bytes(31), bytes(33), bytes(32), b"\x01" + bytes(31)])
def test_share_of_wrong_length_or_low_order_is_refused(share: bytes) -> None:
    with pytest.raises(HandshakeError):
        cpace.shared_point(CRYPTO, bytes(range(32)), share)
