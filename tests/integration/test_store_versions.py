"""Every store has a version, and files of each version that there was are read and taken up."""

import ast
import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from homeassistant.core import HomeAssistant

from .store_samples import FIXTURES, PASSES, fixture_of, version_of
import custom_components.iot_secure_gateway as integration
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.storage import MIGRATIONS, STORAGE_VERSION

pytestmark = pytest.mark.usefixtures("hass_storage")

FORMER = {"owners": [(1, 1)]}  # stores that are read once and never written any more
ALL = sorted(FIXTURES.glob("*.json"))


def named_stores() -> set[str]:
    """Return the names of all stores that the code opens, where they stand as texts."""
    folder = Path(integration.__file__).parent
    found: set[str] = set()
    for path in folder.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.AnnAssign)
            and isinstance(target := node.target, ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id == "PrivateStore":
                name = node.args[1]
                if isinstance(name, ast.Constant):
                    found.add(str(name.value))
                else:
                    found.add(str(constants[ast.unparse(name)]))
    return found


def lost(before: Any, after: Any, place: str = "") -> list[str]:
    """Return where `after` does not say what `before` said; it may say more."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            found
            for key, value in before.items()
            for found in lost(value, after.get(key), f"{place}.{key}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = zip(before, after, strict=True)
        return [found for at, pair in enumerate(pairs) for found in lost(*pair, f"{place}[{at}]")]
    return [] if before == after else [place]


def test_what_is_lost_is_found() -> None:
    assert lost({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2, "c": 3}], "d": 4}) == []
    assert lost({"a": [1, {"b": 2}], "e": 1}, {"a": [1, {"c": 2}]}) == [".a[1].b", ".e"]
    assert lost({"a": [1]}, {"a": [1, 2]}) == [".a"]


def test_every_store_is_known_here() -> None:
    assert named_stores() == PASSES.keys()


@pytest.mark.parametrize("name", sorted(PASSES.keys() - FORMER.keys()))
def test_present_version_and_each_before_it_has_a_fixture(name: str) -> None:
    """A store that changes gets a version, a step and a fixture: store_samples.py writes the last."""
    major, minor = version_of(name)
    assert major == STORAGE_VERSION == 1
    for earlier in range(1, minor + 1):
        assert fixture_of(name, (1, earlier)).exists(), f"{name} {earlier}"
        if earlier < minor:
            assert (1, earlier) in MIGRATIONS[name]


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
async def test_file_of_each_version_is_read_and_written_in_the_present_one(
    hass: HomeAssistant, hass_config_dir: str, path: Path
) -> None:
    fixture: dict[str, Any] = json.loads(await asyncio.to_thread(path.read_text))
    name = fixture["key"].removeprefix(f"{DOMAIN}.")
    version = (fixture["version"], fixture["minor_version"])
    assert path == fixture_of(name, version)
    target = Path(hass_config_dir, ".storage", fixture["key"])
    await asyncio.to_thread(target.write_text, json.dumps(fixture))

    assert await PASSES[name](hass) is not None
    if name in FORMER:
        return
    stored: dict[str, Any] = json.loads(await asyncio.to_thread(target.read_text))
    present = version_of(name)
    assert (stored["version"], stored["minor_version"]) == present
    if version == present:
        assert lost(fixture["data"], stored["data"]) == [], "this needs another version, and a step"


def test_no_fixture_is_of_a_version_that_never_was() -> None:
    for path in ALL:
        name, _, text = path.stem.rpartition("-")
        version = tuple(int(part) for part in text.split("."))
        assert version <= version_of(name) if name not in FORMER else version in FORMER[name]
