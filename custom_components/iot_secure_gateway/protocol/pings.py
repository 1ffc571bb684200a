"""Pings: "here I am" datagrams, unbound or proved with the binding (FIG 3 step 305).

unbound  JSON of at most 512 bytes: v, sn, ip, port, model, fw, claimed and, once an owner is gone, reset
bound    "ISG1P", the same with boot and seq, tag 16
"""

from binascii import hexlify, unhexlify
import json

from . import wire
from .errors import RecordError
from .identifiers import is_serial
from .kdf import hkdf

MAX_PING = 512
MAX_TEXT = 64  # characters of model and firmware that are kept
_MARK = b"ISG1P"


class Ping:
    """What a ping says; `tag_input` and `tag` are empty for an unbound one. Nothing is proved yet."""

    def __init__(self, facts: "dict[str, Any]", tag_input: bytes, tag: bytes) -> None:
        self.serial = facts["sn"]
        self.ip = facts["ip"]
        self.port = facts["port"]
        self.model = facts["model"]
        self.firmware = facts["fw"]
        self.claimed = facts["claimed"]
        self.boot = facts.get("boot", 0)
        self.sequence = facts.get("seq", 0)
        self.reset_proof = _proof(facts)  # empty when it claims no reset
        self.tag_input = tag_input
        self.tag = tag

    @property
    def is_bound(self) -> bool:
        """Whether it carries a proof."""
        return len(self.tag) > 0


def encode_unbound(facts: "dict[str, Any]") -> bytes:
    """Return the datagram of a device without owner."""
    return json.dumps(facts).encode()


def encode_bound(crypto: "Crypto", binding_key: bytes, facts: "dict[str, Any]") -> bytes:
    """Return the datagram of a claimed device."""
    text = _MARK + json.dumps(facts).encode()
    return text + _tag(crypto, binding_key, text)


def decode(data: bytes) -> Ping:
    """Return the Ping of a datagram. Raises RecordError for anything that is none."""
    if not 2 <= len(data) <= MAX_PING:
        raise RecordError("ping of impossible size")
    tag_input, tag, text = b"", b"", data
    if data[: len(_MARK)] == _MARK:
        tag_input, tag = data[: -wire.TAG_SIZE], data[-wire.TAG_SIZE :]
        text = tag_input[len(_MARK) :]
    try:
        facts = json.loads(text.decode())
    except (ValueError, RuntimeError):
        raise RecordError("ping without JSON") from None
    if not isinstance(facts, dict):
        raise RecordError("ping without an object")
    _check_facts(facts, len(tag) > 0)
    return Ping(facts, tag_input, tag)


def verify(crypto: "Crypto", binding_key: bytes, ping: Ping) -> bool:
    """Tell whether a bound ping was made with the binding key."""
    return crypto.equal(_tag(crypto, binding_key, ping.tag_input), ping.tag)


def reset_proof(crypto: "Crypto", binding_key: bytes, serial: str) -> bytes:
    """Return what a device keeps of a binding that its button or a release ended: proof of that end.

    Made while the key is still held, so nobody else could have; told to everybody afterwards, for by
    then it opens nothing.
    """
    key = hkdf(crypto, binding_key, b"ISG1 reset")
    return crypto.hmac_sha256(key, serial.encode())[: wire.TAG_SIZE]


def proves_reset(crypto: "Crypto", binding_key: bytes, ping: Ping) -> bool:
    """Tell whether the device says, and proves, that it has given this binding up."""
    proof = reset_proof(crypto, binding_key, ping.serial)
    return len(ping.reset_proof) > 0 and crypto.equal(proof, ping.reset_proof)


def reset_fact(proof: bytes) -> str:
    """Return a proof as the ping tells it."""
    return hexlify(proof).decode()


def _proof(facts: "dict[str, Any]") -> bytes:
    told = facts.get("reset", "")
    if not isinstance(told, str) or len(told) not in (0, 2 * wire.TAG_SIZE):
        raise RecordError("ping with a proof that is none")
    try:
        return unhexlify(told.encode())
    except ValueError:
        raise RecordError("ping with a proof that is none") from None


def _tag(crypto: "Crypto", binding_key: bytes, text: bytes) -> bytes:
    return crypto.hmac_sha256(hkdf(crypto, binding_key, b"ISG1 ping"), text)[: wire.TAG_SIZE]


def _check_facts(facts: "dict[str, Any]", is_bound: bool) -> None:
    if not _is_number(facts.get("v"), wire.VERSION, wire.VERSION):
        raise RecordError("ping of another version")
    if not isinstance(facts.get("sn"), str) or not is_serial(facts["sn"]):
        raise RecordError("ping without a serial")
    for name in ("ip", "model", "fw"):
        if not isinstance(facts.get(name), str) or len(facts[name]) > MAX_TEXT:
            raise RecordError("ping with a text that is none or too long")
        try:
            facts[name].encode()
        except ValueError:  # half a surrogate pair: no store and no page could take it
            raise RecordError("ping with a text that is no Unicode") from None
    if not _is_number(facts.get("port"), 1, 65535) or not isinstance(facts.get("claimed"), bool):
        raise RecordError("ping without port or claimed")
    if is_bound and not (
        _is_number(facts.get("boot"), 1, 0xFFFFFFFF) and _is_number(facts.get("seq"), 0, 0xFFFFFFFF)
    ):
        raise RecordError("bound ping without boot and seq")


def _is_number(value: object, lowest: int, highest: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .ports import Crypto
