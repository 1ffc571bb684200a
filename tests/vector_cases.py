"""The public vectors as calls with their expected answers, for every port and interpreter."""

from __future__ import annotations

from dataclasses import dataclass
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent / "vectors"
REFUSED_VALUE = "!ValueError"
REFUSED_PEER = "!HandshakeError"
REFUSED_CALL = "!MisuseError"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One call; `expected` is the answer in bytes, or `!` and the name of the exception."""

    label: str
    call: str
    arguments: tuple[bytes, ...]
    expected: bytes | str

    def line(self) -> str:
        """Return the call as one line for a runner in another process."""
        return " ".join([self.call, *(argument.hex() or "-" for argument in self.arguments)])

    def accepts(self, answer: bytes | str) -> bool:
        """Return whether an answer in the same form is the expected one."""
        return answer == self.expected


def _load(name: str) -> Any:
    return json.loads((VECTORS / name).read_text())


def _number(value: int) -> bytes:
    return value.to_bytes(4, "big")


def _wycheproof(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return (group, test) pairs after checking that the file holds as many as it says."""
    data = _load(name)
    pairs = [(group, test) for group in data["testGroups"] for test in group["tests"]]
    assert len(pairs) == data["numberOfTests"]
    return pairs


def x25519_cases() -> list[Case]:
    """Every Wycheproof case; an all-zero shared secret must be refused."""
    cases = []
    for _, test in _wycheproof("wycheproof_x25519_test.json"):
        shared = bytes.fromhex(test["shared"])
        is_zero = not any(shared)
        assert is_zero == ("ZeroSharedSecret" in test["flags"])
        cases.append(
            Case(
                label=f"x25519 {test['tcId']}",
                call="x25519",
                arguments=(bytes.fromhex(test["private"]), bytes.fromhex(test["public"])),
                expected=REFUSED_VALUE if is_zero else shared,
            )
        )
    return cases


def aes_ccm_cases() -> list[Case]:
    """Open every Wycheproof case; seal every valid one, and every one of a size that is not."""
    cases = []
    for group, test in _wycheproof("wycheproof_aes_ccm_test.json"):
        key, nonce, aad, text, ciphertext, tag = (
            bytes.fromhex(test[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
        )
        is_valid = test["result"] == "valid"
        tag_length = _number(group["tagSize"] // 8)
        cases.append(
            Case(
                label=f"open {test['tcId']}",
                call="ccm_open",
                arguments=(key, nonce, ciphertext + tag, aad, tag_length),
                expected=text if is_valid else REFUSED_VALUE,
            )
        )
        if "ModifiedTag" not in test["flags"]:
            cases.append(
                Case(
                    label=f"seal {test['tcId']}",
                    call="ccm_seal",
                    arguments=(key, nonce, text, aad, tag_length),
                    expected=ciphertext + tag if is_valid else REFUSED_VALUE,
                )
            )
    return cases


def hkdf_cases() -> list[Case]:
    """Every Wycheproof case; sizes that HKDF cannot give are refused."""
    return [
        Case(
            label=f"hkdf {test['tcId']}",
            call="hkdf",
            arguments=(
                bytes.fromhex(test["ikm"]),
                bytes.fromhex(test["salt"]),
                bytes.fromhex(test["info"]),
                _number(test["size"]),
            ),
            expected=bytes.fromhex(test["okm"]) if test["result"] == "valid" else REFUSED_CALL,
        )
        for _, test in _wycheproof("wycheproof_hkdf_sha256_test.json")
    ]


def hmac_cases() -> list[Case]:
    """Every Wycheproof case, verified by the port's own comparison."""
    return [
        Case(
            label=f"hmac {test['tcId']}",
            call="hmac_sha256_check",
            arguments=tuple(bytes.fromhex(test[name]) for name in ("key", "msg", "tag")),
            expected=b"same" if test["result"] == "valid" else REFUSED_VALUE,
        )
        for _, test in _wycheproof("wycheproof_hmac_sha256_test.json")
    ]


def hash_cases() -> list[Case]:
    """SHA-2 at every length around its block borders, and HMAC-SHA-512 at each key size."""
    text = bytes(range(256)) + b"secure gateway"
    cases = []
    for length in (0, 1, 55, 56, 63, 64, 65, 110, 111, 112, 113, 127, 128, 129, 239, 240, 255, 270):
        data = text[:length]
        cases += [
            Case(
                label=f"{name} {length}",
                call=name,
                arguments=(data,),
                expected=hashlib.new(name, data).digest(),
            )
            for name in ("sha256", "sha512")
        ]
        cases.append(
            Case(
                label=f"hmac_sha512 {length}",
                call="hmac_sha512",
                arguments=(data, text),
                expected=hmac.digest(data, text, "sha512"),
            )
        )
    return cases


def cpace_cases() -> list[Case]:
    """The draft's run in the initiator-responder setting, its points, and our confirmation tags."""
    data = _load("cpace_x25519_sha512.json")
    run = {name: bytes.fromhex(value) for name, value in data["G_25519"].items()}
    isk_arguments = tuple(run[name] for name in ("sid", "K", "Ya", "ADa", "Yb", "ADb"))
    tag_arguments = tuple(run[name] for name in ("sid", "ISK_IR", "Ya", "ADa", "Yb", "ADb"))
    mac_key = hashlib.sha512(b"CPaceMac" + run["sid"] + run["ISK_IR"]).digest()
    tags = b"".join(
        hmac.digest(mac_key, b"\x20" + run[share] + b"\x03" + run[data_name], "sha512")
        for share, data_name in (("Ya", "ADa"), ("Yb", "ADb"))
    )
    steps: list[tuple[str, tuple[bytes, ...], bytes]] = [
        ("cpace_generator", (run["PRS"], run["CI"], run["sid"]), run["g"]),
        ("cpace_share", (run["ya"], run["g"]), run["Ya"]),
        ("cpace_share", (run["yb"], run["g"]), run["Yb"]),
        ("cpace_shared_point", (run["ya"], run["Yb"]), run["K"]),
        ("cpace_shared_point", (run["yb"], run["Ya"]), run["K"]),
        ("cpace_isk", isk_arguments, run["ISK_IR"]),
        ("cpace_tags", tag_arguments, tags),
    ]
    cases: list[Case] = [
        Case(label=f"cpace {call}", call=call, arguments=arguments, expected=expected)
        for call, arguments, expected in steps
    ]
    low_order = data["low_order"]
    scalar = bytes.fromhex(low_order["scalar"])
    for point in low_order["points"]:
        must_abort = point["id"] in low_order["must_abort"]
        product = bytes.fromhex(point["q"])
        assert must_abort == (not any(product))
        cases.append(
            Case(
                label=f"cpace point {point['id']}",
                call="cpace_shared_point",
                arguments=(scalar, bytes.fromhex(point["u"])),
                expected=REFUSED_PEER if must_abort else product,
            )
        )
    return cases


def noise_cases() -> list[Case]:
    """The public transcripts, both ends run against each other byte by byte."""
    cases = []
    for vector in _load("noise_nnpsk0_25519_sha256.json")["vectors"]:
        assert vector["init_prologue"] == vector["resp_prologue"]
        assert vector["init_psks"] == vector["resp_psks"]
        messages = [bytes.fromhex(message["ciphertext"]) for message in vector["messages"]]
        cases.append(
            Case(
                label=vector["protocol_name"],
                call="noise",
                arguments=(
                    vector["protocol_name"].encode(),
                    *(
                        bytes.fromhex(value)
                        for value in (
                            vector["init_prologue"],
                            vector["init_psks"][0],
                            vector["init_ephemeral"],
                            vector["resp_ephemeral"],
                            *(message["payload"] for message in vector["messages"]),
                        )
                    ),
                ),
                expected=b"".join(len(m).to_bytes(2, "big") + m for m in messages)
                + bytes.fromhex(vector["handshake_hash"]),
            )
        )
    return cases


# suite -> (cases, how many there must be)
SUITES = {
    "x25519": (x25519_cases, 518),
    "aes_ccm": (aes_ccm_cases, 552 + 471),
    "hkdf_sha256": (hkdf_cases, 86),
    "hmac_sha256": (hmac_cases, 174),
    "sha2": (hash_cases, 54),
    "cpace": (cpace_cases, 19),
    "noise": (noise_cases, 2),
}
