"""Every refusal of the policy has a text that its placeholders fill."""

import ast
import json
from pathlib import Path
from string import Formatter

import pytest

from custom_components.iot_secure_gateway.policy import errors
from custom_components.iot_secure_gateway.policy.errors import PolicyError

FOLDER = Path(errors.__file__).parent
TEXTS = json.loads((FOLDER.parent / "translations/en.json").read_text(encoding="utf-8"))


def refusals() -> set[tuple[str, frozenset[str]]]:
    """Return code and placeholders of every PolicyError that is raised, in the policy and above it."""
    return {
        (str(call.args[0].value), frozenset(str(given.arg) for given in call.keywords))
        for path in FOLDER.parent.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and (
            ast.unparse(call.func) == "PolicyError"
            or (path.parent == FOLDER and ast.unparse(call.func) == "super().__init__")
        )
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


@pytest.mark.parametrize(("code", "placeholders"), sorted(refusals(), key=str))
def test_every_refusal_has_a_text(code: str, placeholders: frozenset[str]) -> None:
    text = TEXTS["exceptions"][f"policy_{code}"]["message"]
    assert {name for _, name, _, _ in Formatter().parse(text) if name} == placeholders


def test_no_text_is_left_over() -> None:
    kept = {key for key in TEXTS["exceptions"] if key.startswith("policy_")}
    assert kept == {f"policy_{code}" for code, _ in refusals()}


def test_refusal_says_its_code_and_placeholders() -> None:
    assert str(PolicyError("no_authority")) == "no_authority"
    assert str(PolicyError("unknown_row", row="7")) == "unknown_row (row=7)"
