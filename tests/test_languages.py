"""Every language says all of it: the same keys, the same placeholders, nothing left in English."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

import pytest

FOLDER = (
    Path(__file__).resolve().parent.parent / "custom_components/iot_secure_gateway/translations"
)
ENGLISH = "en"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != ENGLISH)
# Texts that may be alike in two languages: names, and words of one's own.
ALIKE = {
    "Firmware",
    "Gateway",
    "Handshake",
    "Home Assistant",
    "Integration",
    "IoT Secure Gateway",
    "Live",
    "Person",
    "Pings",
    "Port",
    "PostgreSQL",
    "SQLite",
    "Video",
    "ms",
}


def texts(content: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text with the path of its keys."""
    for key, value in content.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def read(language: str) -> dict[str, str]:
    content: dict[str, Any] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return dict(texts(content))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def differences(english: dict[str, str], other: dict[str, str]) -> list[str]:
    """Return what is missing, too much, of other placeholders, or not translated."""
    found = [f"{key}: only in one" for key in sorted(english.keys() ^ other.keys())]
    for key in sorted(english.keys() & other.keys()):
        if placeholders(english[key]) != placeholders(other[key]):
            found.append(f"{key}: other placeholders")
        plain = re.sub(r"{\w+}", "", other[key]).strip(" ,")
        if plain and plain not in ALIKE and other[key] == english[key]:
            found.append(f"{key}: not translated")
        if other[key] != other[key].strip():
            found.append(f"{key}: spaces around it")
    return found


def test_there_is_a_second_language() -> None:
    assert "de" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_says_all_that_english_says(language: str) -> None:
    assert differences(read(ENGLISH), read(language)) == []


def test_what_is_missing_or_wrong_is_found() -> None:
    english = {"a": "Try {x} again", "b": "Wait", "c": "Gateway", "d": "{name}", "e": "Stop"}
    other = {"a": "Versuche es", "b": "Wait", "c": "Gateway", "d": "{name}", "f": "Neu "}
    assert differences(english, other) == [
        "e: only in one",
        "f: only in one",
        "a: other placeholders",
        "b: not translated",
    ]
    assert differences({"a": "New"}, {"a": "Neu "}) == ["a: spaces around it"]
