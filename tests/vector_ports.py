"""Every implementation of the crypto port that runs on this interpreter, for the vector calls."""

from __future__ import annotations

from collections.abc import Callable
import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto, ccm_open, ccm_seal
from custom_components.iot_secure_gateway.protocol import cpace, kdf, noise
from iotsg_device import aes_ccm
from iotsg_device.aes_plain import PlainAes
from iotsg_device.crypto import DeviceCrypto
from iotsg_device.crypto_cpython import CpythonCrypto
import isg_protocol.cpace
import isg_protocol.kdf
import isg_protocol.noise
from tests.vector_cases import Case


def _calls_module() -> ModuleType:
    """Load the file that MicroPython runs too, whatever the name of its folder."""
    path = Path(__file__).parent / "device" / "micropython_vector_calls.py"
    spec = importlib.util.spec_from_file_location("micropython_vector_calls", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_CALLS = _calls_module()


class PublicAead:
    """A cipher of pyca with the nonce that Noise gives it, for the public transcripts."""

    def __init__(self, cipher: AESGCM | ChaCha20Poly1305, order: str) -> None:
        self._cipher = cipher
        self._order = order

    def _nonce(self, counter: int) -> bytes:
        return bytes(4) + counter.to_bytes(8, "big" if self._order == "big" else "little")

    def seal(self, counter: int, plaintext: bytes, aad: bytes) -> bytes:
        return self._cipher.encrypt(self._nonce(counter), plaintext, aad)

    def open(self, counter: int, ciphertext: bytes, aad: bytes) -> bytes:
        return self._cipher.decrypt(self._nonce(counter), ciphertext, aad)


def _ciphers(crypto: Any) -> dict[str, Callable[[bytes], Any]]:
    return {
        "Noise_NNpsk0_25519_AESGCM_SHA256": lambda key: PublicAead(AESGCM(key), "big"),
        "Noise_NNpsk0_25519_ChaChaPoly_SHA256": lambda key: PublicAead(
            ChaCha20Poly1305(key), "little"
        ),
        "Noise_NNpsk0_25519_AESCCM_SHA256": crypto.aead,
    }


def gateway_port() -> SimpleNamespace:
    """The gateway's own, on pyca."""
    crypto = GatewayCrypto()
    return SimpleNamespace(
        crypto=crypto,
        ccm_seal=ccm_seal,
        ccm_open=ccm_open,
        ciphers=_ciphers(crypto),
        cpace=cpace,
        kdf=kdf,
        noise=noise,
    )


def device_port(crypto: DeviceCrypto) -> SimpleNamespace:
    """The device library with one of its two ports; CCM of any size is always the plain one."""
    return SimpleNamespace(
        crypto=crypto,
        ccm_seal=lambda key, *rest: aes_ccm.ccm_seal(PlainAes(key), *rest),
        ccm_open=lambda key, *rest: aes_ccm.ccm_open(PlainAes(key), *rest),
        ciphers=_ciphers(crypto),
        cpace=isg_protocol.cpace,
        kdf=isg_protocol.kdf,
        noise=isg_protocol.noise,
    )


PORTS: dict[str, SimpleNamespace] = {
    "gateway": gateway_port(),
    "device, plain": device_port(DeviceCrypto()),
    "device, pyca": device_port(CpythonCrypto()),
}


def answer(port: SimpleNamespace, case: Case) -> bytes | str:
    """Return the port's answer to a case, in the form of its `expected`."""
    try:
        return bytes(_CALLS.perform(port, case.call, case.arguments))
    except Exception as error:  # noqa: BLE001 - what it raises is the answer
        return f"!{type(error).__name__}"
