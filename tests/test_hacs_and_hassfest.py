"""The integration may be published: the rules of hassfest and HACS hold, and each of them can fail."""

from collections.abc import Callable
import json
import os
from pathlib import Path
import shutil
from typing import Any

from PIL import Image
import pytest

from tests import distribution_rules as rules

TOP = Path(__file__).resolve().parent.parent
DOMAIN = "iot_secure_gateway"
INTEGRATION = TOP / "custom_components" / DOMAIN

CHECKS: list[Callable[[Path], list[str]]] = [
    rules.manifest_problems,
    rules.dependency_problems,
    rules.flow_problems,
    rules.translation_problems,
    rules.service_problems,
    rules.icon_problems,
    rules.brand_problems,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_integration_keeps_the_rules(check: Callable[[Path], list[str]]) -> None:
    assert check(INTEGRATION) == []


def test_the_repository_keeps_the_rules_of_hacs() -> None:
    assert rules.hacs_problems(TOP) == []


def test_the_floor_in_hacs_json_is_the_tested_month() -> None:
    floor = rules.read(TOP / "hacs.json")["homeassistant"]
    pins = (TOP / "requirements/runtime.txt").read_text(encoding="utf-8")
    assert f"\nhomeassistant=={floor.rsplit('.', 1)[0]}." in pins


def test_no_other_manifest_looks_like_an_integration() -> None:
    shipped = []
    for folder, folders, files in os.walk(TOP):
        # What the scripts installed or started here is no part of it.
        folders[:] = [one for one in folders if not one.startswith(".") and one != "node_modules"]
        shipped += [Path(folder, file) for file in files if file == "manifest.json"]
    assert shipped == [INTEGRATION / "manifest.json"]


SOUND: dict[str, Any] = {
    "manifest.json": {
        "domain": DOMAIN,
        "name": "Name",
        "codeowners": ["@someone"],
        "config_flow": True,
        "dependencies": ["http"],
        "documentation": "https://example.org/a",
        "integration_type": "hub",
        "iot_class": "local_push",
        "issue_tracker": "https://example.org/b",
        "version": "1.2.3",
    },
    "translations/en.json": {
        "config": {"step": {"user": {"data": {"host": "Host"}, "data_description": {"host": "X"}}}},
        "entity": {"sensor": {"level": {"name": "Level {number}", "state": {"low": "Low"}}}},
        "exceptions": {"refused": {"message": "Not allowed before {time}"}},
        "issues": {"damaged": {"title": "Damaged", "description": "Text"}},
        "selector": {"kind": {"options": {"a": "A"}}},
        "services": {
            "act": {
                "name": "Act",
                "description": "Acts",
                "fields": {"kind": {"name": "Kind", "description": "Which"}},
            }
        },
    },
    "translations/nl.json": {"exceptions": {"refused": {"message": "Niet voor {time}"}}},
    "icons.json": {
        "entity": {
            "sensor": {"level": {"default": "mdi:gauge", "state": {"low": "mdi:gauge-low"}}}
        },
        "services": {"act": "mdi:play"},
    },
    "services.yaml": {
        "act": {
            "fields": {
                "kind": {"selector": {"select": {"options": ["a"], "translation_key": "kind"}}}
            }
        }
    },
}
SOUND_CODE = {
    "__init__.py": "CONFIG_SCHEMA = 1\nasync def async_setup(hass, config): ...\n",
    "config_flow.py": "async def f(self): await self.async_set_unique_id('x')\n",
    "sensor.py": "from homeassistant.components import http\n",
}

type Break = Callable[[Path], None]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Write a small integration that keeps every rule."""
    folder = tmp_path / DOMAIN
    (folder / "translations").mkdir(parents=True)
    for name, content in SOUND.items():
        # YAML 1.2 reads JSON.
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    for name, source in SOUND_CODE.items():
        (folder / name).write_text(source, encoding="utf-8")
    shutil.copytree(INTEGRATION / "brand", folder / "brand")
    return folder


def change(file: str, *path: str, to: object) -> Break:
    """Return what sets a value deep in a JSON file; None removes it."""

    def act(folder: Path) -> None:
        content = json.loads((folder / file).read_text(encoding="utf-8"))
        inner = content
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        if to is None:
            del inner[path[-1]]
        else:
            inner[path[-1]] = to
        (folder / file).write_text(json.dumps(content), encoding="utf-8")

    return act


def write(file: str, text: str) -> Break:
    def act(folder: Path) -> None:
        (folder / file).write_text(text, encoding="utf-8")

    return act


def remove(file: str) -> Break:
    def act(folder: Path) -> None:
        (folder / file).unlink()

    return act


def shrink(name: str) -> Break:
    def act(folder: Path) -> None:
        Image.new("RGBA", (64, 64)).save(folder / "brand" / name)

    return act


def test_a_sound_integration_passes(made: Path) -> None:
    assert [line for check in CHECKS for line in check(made)] == []


MANIFEST = "manifest.json"
ENGLISH = "translations/en.json"


@pytest.mark.parametrize(
    ("breaking", "check", "said"),
    [
        (change(MANIFEST, "version", to=None), rules.manifest_problems, "lacks version"),
        (change(MANIFEST, "version", to="one"), rules.manifest_problems, "SemVer"),
        (change(MANIFEST, "added", to=1), rules.manifest_problems, "unknown added"),
        (change(MANIFEST, "after_dependencies", to=["mqtt"]), rules.manifest_problems, "sorted"),
        (change(MANIFEST, "domain", to="other"), rules.manifest_problems, "folder"),
        (change(MANIFEST, "domain", to="mqtt"), rules.manifest_problems, "own"),
        (change(MANIFEST, "documentation", to="http://a.b"), rules.manifest_problems, "https"),
        (change(MANIFEST, "iot_class", to="cloud_push"), rules.manifest_problems, "iot_class"),
        (change(MANIFEST, "codeowners", to=["me"]), rules.manifest_problems, "codeowners"),
        (change(MANIFEST, "requirements", to=["six"]), rules.manifest_problems, "pinned"),
        (change(MANIFEST, "dependencies", to=["nowhere"]), rules.manifest_problems, "not exist"),
        (change(MANIFEST, "after_dependencies", to=["http"]), rules.manifest_problems, "both"),
        (change(MANIFEST, "config_flow", to=False), rules.manifest_problems, "config_flow"),
        (change(MANIFEST, "dependencies", to=[]), rules.dependency_problems, "imports http"),
        (
            write(
                "x.py", "def f():\n    from homeassistant.components.recorder import get_instance"
            ),
            rules.dependency_problems,
            "imports recorder",
        ),
        (write("config_flow.py", "x = 1\n"), rules.flow_problems, "unique id"),
        (write("__init__.py", "def async_setup(): ...\n"), rules.flow_problems, "CONFIG_SCHEMA"),
        (change(ENGLISH, "new", to={"a": "b"}), rules.translation_problems, "unknown section"),
        (change(ENGLISH, "title", to=" a"), rules.translation_problems, "space"),
        (change(ENGLISH, "title", to=""), rules.translation_problems, "no text"),
        (change(ENGLISH, "title", to="a <b>c</b>"), rules.translation_problems, "HTML"),
        (change(ENGLISH, "title", to="see https://a.org"), rules.translation_problems, "address"),
        (change(ENGLISH, "title", to="see '{this}'"), rules.translation_problems, "quotes"),
        (change(ENGLISH, "title", to="see {this"), rules.translation_problems, "braces"),
        (change(ENGLISH, "title", to="see {a b}"), rules.translation_problems, "no name"),
        (change(ENGLISH, "title", to="[%key:a%]"), rules.translation_problems, "references"),
        (
            change(ENGLISH, "exceptions", "A", to={"message": "x"}),
            rules.translation_problems,
            "key",
        ),
        (
            change(ENGLISH, "exceptions", "a", to={"text": "x"}),
            rules.translation_problems,
            "message",
        ),
        (
            change(ENGLISH, "entity", "sensor", "level", "state", "low", to="{x}"),
            rules.translation_problems,
            "states",
        ),
        (
            change(ENGLISH, "config", "step", "user", "data", to={}),
            rules.translation_problems,
            "not in data",
        ),
        (
            change(ENGLISH, "issues", "damaged", "fix_flow", to={"step": {"a": {"title": "x"}}}),
            rules.translation_problems,
            "issue damaged",
        ),
        (
            change(ENGLISH, "issues", "damaged", "title", to=None),
            rules.translation_problems,
            "issue",
        ),
        (
            change("translations/nl.json", "title", to="Nieuw"),
            rules.translation_problems,
            "not in en.json",
        ),
        (
            change("translations/nl.json", "exceptions", "refused", "message", to="{tijd}"),
            rules.translation_problems,
            "other placeholders",
        ),
        (write("strings.json", "{}"), rules.translation_problems, "strings.json"),
        (
            change(ENGLISH, "services", "act", "name", to=None),
            rules.service_problems,
            "service act",
        ),
        (change(ENGLISH, "services", "act", "fields", to={}), rules.service_problems, "field kind"),
        (change(ENGLISH, "selector", to={}), rules.service_problems, "selector kind"),
        (
            change("services.yaml", "act", "fields", "kind", "selector", to={"nothing": {}}),
            rules.service_problems,
            "field kind",
        ),
        (
            change("services.yaml", "act", "fields", "kind", to={}),
            rules.service_problems,
            "no selector",
        ),
        (change("icons.json", "services", "act", to="hass:x"), rules.icon_problems, "mdi"),
        (change("icons.json", "services", "none", to="mdi:a"), rules.icon_problems, "no text"),
        (change("icons.json", "more", to={}), rules.icon_problems, "unknown section"),
        (change("icons.json", "entity", "lamp", to={}), rules.icon_problems, "no platform"),
        (
            change("icons.json", "entity", "sensor", "level", "state", "low", to="mdi:gauge"),
            rules.icon_problems,
            "default",
        ),
        (remove("brand/icon.png"), rules.brand_problems, "missing"),
        (shrink("dark_icon@2x.png"), rules.brand_problems, "not 512"),
        (shrink("logo.png"), rules.brand_problems, "shortest"),
    ],
)
def test_a_broken_rule_is_found(
    made: Path, breaking: Break, check: Callable[[Path], list[str]], said: str
) -> None:
    breaking(made)
    assert any(said in line for line in check(made)), check(made)


def test_services_without_a_description_file_are_found(made: Path) -> None:
    (made / "services.yaml").unlink()
    write("actions.py", "hass.services.async_register('a', 'b', c)\n")(made)
    assert rules.service_problems(made) == [
        "actions.py registers services, but there is no services.yaml"
    ]


@pytest.mark.parametrize(
    ("hacs", "said"),
    [
        ({"name": "x", "homeassistant": "2026.10.0", "domains": []}, "unknown domains"),
        ({"homeassistant": "2026.10.0"}, "no name"),
        ({"name": "x", "homeassistant": "newest"}, "no Home Assistant version"),
        ({"name": "x", "homeassistant": "2026.10.0"}, "README.md is missing"),
        ({"name": "x", "homeassistant": "2026.10.0"}, "exactly one"),
    ],
)
def test_a_broken_rule_of_hacs_is_found(tmp_path: Path, hacs: dict[str, Any], said: str) -> None:
    (tmp_path / "custom_components").mkdir()
    (tmp_path / "hacs.json").write_text(json.dumps(hacs), encoding="utf-8")
    assert any(said in line for line in rules.hacs_problems(tmp_path))
