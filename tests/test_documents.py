"""The documents say what the code says: links lead somewhere, numbers of the wire are the numbers of the wire."""

import json
from pathlib import Path
import re

import pytest

from custom_components.iot_secure_gateway.protocol import wire

TOP = Path(__file__).resolve().parent.parent
INTEGRATION = TOP / "custom_components/iot_secure_gateway"
PROTOCOL = TOP / "docs/protocol.md"
DOCUMENTS = [*sorted(TOP.glob("*.md")), *sorted((TOP / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)")
BOLD_FIELD = re.compile(r"\*\*(Password|Owner|Household|Automations may control it)\*\*")

KINDS = {
    name: number
    for name, number in vars(wire).items()
    if isinstance(number, int)
    and (name.startswith("DATA_") or name in {
        "KEEPALIVE", "HELLO", "HELLO_OK", "RESYNC", "RESYNCED", "ADDRESSES", "ADDRESSES_OK",
        "ROTATE", "ROTATED", "RELEASE", "RELEASED", "ADD_BINDING", "BINDING_ADDED", "OPEN", "ECHO",
        "COMMIT", "RESULT", "OUTCOME_QUERY", "OUTCOME", "BREACH", "CHUNK",
    })
    and not name.endswith("_MS")
}  # fmt: skip


def anchors(text: str) -> set[str]:
    """Return the anchors that headings of a document make."""
    headings = re.findall(r"(?m)^#+ (.+)$", text)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    broken = []
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = (document.parent / name) if name else document
        if not file.exists() or (
            anchor and anchor not in anchors(file.read_text(encoding="utf-8"))
        ):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize(("name", "number"), KINDS.items())
def test_the_protocol_document_has_every_record_kind_with_its_number(
    name: str, number: int
) -> None:
    shown = name.replace("_QUERY", "?")
    text = PROTOCOL.read_text(encoding="utf-8")
    both = rf"\b{re.escape(shown)} \(0x{number:02X}\)|\b0x{number:02X} (?:\| )?{re.escape(shown)}(?!\w)"
    assert re.search(both, text), f"{shown} 0x{number:02X}"


@pytest.mark.parametrize(("number", "name"), wire.BREACH_NAMES.items())
def test_the_protocol_document_has_every_breach_with_its_code(number: int, name: str) -> None:
    assert f"| 0x{number:02X} | {name} |" in PROTOCOL.read_text(encoding="utf-8")


def test_the_readme_calls_the_fields_of_the_forms_as_they_are_called_on_screen() -> None:
    texts = json.loads((INTEGRATION / "translations/en.json").read_text(encoding="utf-8"))
    steps = texts["config"]["step"]
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    assert all(label in readme for label in steps["gateway"]["data"].values())
    assert set(BOLD_FIELD.findall(readme)) == set(steps["claim"]["data"].values())
