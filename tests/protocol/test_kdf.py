"""Keys from keys and passwords, beyond the Wycheproof cases of HKDF."""

from __future__ import annotations

import hashlib

import pytest

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.protocol import ports
from custom_components.iot_secure_gateway.protocol.errors import MisuseError
from custom_components.iot_secure_gateway.protocol.kdf import MAX_OUTPUT_LENGTH, hkdf, prs

CRYPTO = GatewayCrypto()


@pytest.mark.parametrize("length", [-1, 0, MAX_OUTPUT_LENGTH + 1])
def test_length_that_hkdf_cannot_give_is_our_own_misuse(length: int) -> None:
    with pytest.raises(MisuseError):
        hkdf(CRYPTO, b"ikm", b"info", length)


def test_infos_of_one_secret_give_unrelated_keys() -> None:
    keys = {hkdf(CRYPTO, bytes(64), info) for info in (b"ISG1 binding key", b"ISG1 ping", b"")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}


def test_prs_is_bound_to_password_and_serial() -> None:
    expected = hashlib.pbkdf2_hmac("sha256", b"ABCDEFGH2345", b"ISG1SN-1", 100_000, 32)
    assert prs(CRYPTO, "ABCDEFGH2345", "SN-1") == expected
    assert prs(CRYPTO, "ABCDEFGH2345", "SN-2") != expected


def test_port_types_cost_a_device_nothing_at_run_time() -> None:
    assert not any(hasattr(ports, name) for name in ("Crypto", "Aead", "AeadFactory", "Random"))
