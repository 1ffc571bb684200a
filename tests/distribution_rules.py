"""What Home Assistant's hassfest and the HACS action refuse, as far as files alone can tell.

Each function takes the integration's folder and returns the problems found, in words.
The originals need a checkout of Home Assistant or the network, and run before a release.
"""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
import string
from typing import Any
from urllib.parse import urlsplit

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from PIL import Image

from homeassistant import components
from homeassistant.const import Platform
from homeassistant.helpers.selector import validate_selector
from homeassistant.util.yaml import load_yaml_dict

MANIFEST_REQUIRED = {
    "codeowners", "documentation", "domain", "integration_type", "iot_class", "issue_tracker", "name", "version",
}  # fmt: skip
MANIFEST_OPTIONAL = {
    "after_dependencies", "config_flow", "dependencies", "loggers", "quality_scale", "requirements", "zeroconf",
}  # fmt: skip
HACS_KEYS = {
    "content_in_root", "country", "filename", "hacs", "hide_default_branch", "homeassistant", "name",
    "persistent_directory", "render_readme", "zip_release",
}  # fmt: skip
# Integrations that may be imported without being declared: Home Assistant always has them.
ALWAYS_THERE = {*(platform.value for platform in Platform)} | {
    "automation", "device_automation", "frontend", "group", "homeassistant", "media_source", "panel_custom",
    "persistent_notification", "person", "script", "system_health", "webhook", "websocket_api", "zone",
}  # fmt: skip
TRANSLATION_SECTIONS = {
    "common", "conditions", "config", "config_panel", "device", "device_automation", "entity", "exceptions",
    "issues", "options", "selector", "services", "system_health", "title", "triggers",
}  # fmt: skip
KEY = re.compile(r"[a-z0-9](?:[_-]?[a-z0-9])*")
URL = re.compile(r"(?:\w+://|\bwww\.)\S")
HTML = re.compile(r"<[a-zA-Z/!][^>]*>")
QUOTED_PLACEHOLDER = re.compile(r"'\{\w+\}'")
ICON = re.compile(r"mdi:[a-z0-9]+(?:-[a-z0-9]+)*")

type Texts = dict[str, Any]


def read(path: Path) -> Texts:
    """Return a JSON object from a file."""
    found: Texts = json.loads(path.read_text(encoding="utf-8"))
    return found


def manifest_problems(folder: Path) -> list[str]:
    """Check manifest.json."""
    manifest = read(folder / "manifest.json")
    keys = list(manifest)
    found = [f"manifest lacks {key}" for key in sorted(MANIFEST_REQUIRED - set(keys))]
    found += [
        f"manifest has unknown {key}"
        for key in sorted(set(keys) - MANIFEST_REQUIRED - MANIFEST_OPTIONAL)
    ]
    if keys != ["domain", "name", *sorted(set(keys) - {"domain", "name"})]:
        found.append("manifest keys: domain, name, then the others sorted")
    if manifest.get("domain") != folder.name:
        found.append("domain differs from the folder")
    if (Path(components.__path__[0]) / str(manifest.get("domain"))).exists():
        found.append("domain is one of Home Assistant's own")
    for key in ("documentation", "issue_tracker"):
        address = urlsplit(manifest.get(key, ""))
        if address.scheme != "https" or not address.netloc:
            found.append(f"{key} is no https address")
    if AwesomeVersion(manifest.get("version", "")).strategy not in {
        AwesomeVersionStrategy.SEMVER,
        AwesomeVersionStrategy.CALVER,
    }:
        found.append("version is neither SemVer nor CalVer")
    if manifest.get("iot_class") not in {"local_push", "local_polling", "calculated"}:
        found.append("iot_class is not a local one")
    owners = manifest.get("codeowners")
    if not owners or not all(re.fullmatch(r"@[\w-]+(/[\w-]+)?", owner) for owner in owners):
        found.append("codeowners are names with @")
    found += [
        f"requirement {wanted} is not pinned"
        for wanted in manifest.get("requirements", [])
        if "==" not in wanted
    ]
    dependencies = manifest.get("dependencies", [])
    after = manifest.get("after_dependencies", [])
    found += [f"{name} is in both dependency lists" for name in set(dependencies) & set(after)]
    found += [
        f"dependency {name} does not exist"
        for name in [*dependencies, *after]
        if not (Path(components.__path__[0]) / name).is_dir()
    ]
    if manifest.get("config_flow") is not (folder / "config_flow.py").is_file():
        found.append("config_flow does not say whether there is one")
    return found


def _imported_components(source: str) -> Iterator[str]:
    """Yield the integrations a file imports, those for type checkers left out."""
    todo: list[ast.AST] = [ast.parse(source)]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            todo += node.orelse
            continue
        todo += ast.iter_child_nodes(node)
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("homeassistant.components."):
                yield name.split(".")[2]


def dependency_problems(folder: Path) -> list[str]:
    """Check that what is imported from Home Assistant's integrations is declared."""
    manifest = read(folder / "manifest.json")
    declared = {*manifest.get("dependencies", []), *manifest.get("after_dependencies", [])}
    if "zeroconf" in manifest:
        declared.add("zeroconf")
    found = []
    for path in sorted(folder.rglob("*.py")):
        for name in sorted(set(_imported_components(path.read_text(encoding="utf-8")))):
            has_platform = (folder / f"{name}.py").is_file()
            if name not in declared | ALWAYS_THERE and not has_platform:
                found.append(f"{path.name} imports {name}, which the manifest does not declare")
    return found


def flow_problems(folder: Path) -> list[str]:
    """Check what the code must have because of what the manifest promises."""
    found = []
    flow = folder / "config_flow.py"
    if flow.is_file() and "async_set_unique_id(" not in flow.read_text(encoding="utf-8"):
        found.append("a discovered flow must set a unique id")
    entry = folder / "__init__.py"
    if entry.is_file():
        source = entry.read_text(encoding="utf-8")
        if "def async_setup(" in source and "CONFIG_SCHEMA" not in source:
            found.append("async_setup needs a CONFIG_SCHEMA")
    return found


def _leaves(texts: Texts, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in texts.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, key))
        else:
            yield (*path, key), value


def _placeholders(text: str) -> list[str]:
    return [field for _, field, _, _ in string.Formatter().parse(text) if field is not None]


def _text_problems(path: tuple[str, ...], text: object) -> Iterator[str]:
    where = ".".join(path)
    if not isinstance(text, str) or not text:
        yield f"{where}: no text"
        return
    yield from (f"{where}: key {key}" for key in path if key != "_" and not KEY.fullmatch(key))
    if text != text.strip():
        yield f"{where}: space at an end"
    if HTML.search(text):
        yield f"{where}: HTML"
    if URL.search(text):
        yield f"{where}: an address belongs into a placeholder"
    if QUOTED_PLACEHOLDER.search(text):
        yield f"{where}: placeholder in single quotes"
    if "[%key:" in text:
        yield f"{where}: references work in Home Assistant's own build only"
    try:
        names = _placeholders(text)
    except ValueError:
        yield f"{where}: braces do not match"
        return
    if not all(name.isidentifier() for name in names):
        yield f"{where}: placeholder is no name"
    if names and "state" in path and path[0] == "entity":
        yield f"{where}: states have no placeholders"


def _step_problems(where: str, step: Texts) -> Iterator[str]:
    for part in (step, *step.get("sections", {}).values()):
        for key in set(part.get("data_description", {})) - set(part.get("data", {})):
            yield f"{where}: data_description of {key}, which is not in data"


def translation_problems(folder: Path) -> list[str]:
    """Check translations/*.json; other languages may lack texts but add none."""
    english = read(folder / "translations/en.json")
    known = dict(_leaves(english))
    found = []
    for file in sorted((folder / "translations").glob("*.json")):
        texts = read(file)
        found += [f"unknown section {key}" for key in set(texts) - TRANSLATION_SECTIONS]
        for path, text in _leaves(texts):
            found += [f"{file.name}: {line}" for line in _text_problems(path, text)]
            if path not in known:
                found.append(f"{file.name}: {'.'.join(path)} is not in en.json")
            elif isinstance(text, str) and isinstance(known[path], str) and "{" in known[path]:
                try:
                    same = set(_placeholders(text)) == set(_placeholders(known[path]))
                except ValueError:
                    continue  # said above
                if not same:
                    found.append(f"{file.name}: {'.'.join(path)} has other placeholders")
        for flow in ("config", "options"):
            for step_id, step in texts.get(flow, {}).get("step", {}).items():
                found += _step_problems(f"{file.name}: {flow}.step.{step_id}", step)
        for key, issue in texts.get("issues", {}).items():
            if "title" not in issue or ("description" in issue) == ("fix_flow" in issue):
                found.append(f"{file.name}: issue {key}: title and one of description, fix_flow")
        for key, text in texts.get("exceptions", {}).items():
            if set(text) != {"message"}:
                found.append(f"{file.name}: exception {key}: exactly a message")
    if (folder / "strings.json").exists():
        found.append("strings.json is for Home Assistant's own integrations only")
    return found


def service_problems(folder: Path) -> list[str]:
    """Check services.yaml against the translations and the code."""
    path = folder / "services.yaml"
    if not path.is_file():
        return [
            f"{file.name} registers services, but there is no services.yaml"
            for file in folder.rglob("*.py")
            if re.search(
                r"services\.async_register\(|async_register_(platform_entity|admin)_service\(",
                file.read_text(encoding="utf-8"),
            )
        ]
    texts = read(folder / "translations/en.json")
    found = []
    for name, service in load_yaml_dict(str(path)).items():
        said = texts.get("services", {}).get(name, {})
        if not {"name", "description"} <= set(said):
            found.append(f"service {name} has no name and description")
        for field, facts in ((service or {}).get("fields") or {}).items():
            if not {"name", "description"} <= set(said.get("fields", {}).get(field, {})):
                found.append(f"field {field} of service {name} has no name and description")
            selector = (facts or {}).get("selector")
            if selector is None:
                found.append(f"field {field} of service {name} has no selector")
                continue
            try:
                validate_selector(selector)
            except Exception as error:  # noqa: BLE001  # whatever the schema engine raises
                found.append(f"field {field} of service {name}: {error}")
                continue
            kind = selector.get("select") or {}
            key = kind.get("translation_key")
            if key and not texts.get("selector", {}).get(key, {}).get("options"):
                found.append(f"selector {key} of service {name} has no options in en.json")
    return found


def icon_problems(folder: Path) -> list[str]:
    """Check icons.json."""
    path = folder / "icons.json"
    if not path.is_file():
        return []
    icons = read(path)
    found = [f"unknown section {key}" for key in set(icons) - {"entity", "services"}]
    for where, icon in _leaves(icons):
        if not isinstance(icon, str) or not ICON.fullmatch(icon):
            found.append(f"{'.'.join(where)}: {icon} is no mdi icon")
        found += [f"{'.'.join(where)}: key {key}" for key in where if not KEY.fullmatch(key)]
    for platform, keys in icons.get("entity", {}).items():
        if platform not in set(Platform):
            found.append(f"{platform} is no platform")
        for key, entry in keys.items():
            found += [
                f"entity.{platform}.{key}.state.{state} is the default already"
                for state, icon in entry.get("state", {}).items()
                if icon == entry.get("default")
            ]
    texts = read(folder / "translations/en.json")
    found += [
        f"icon of service {name}, which has no text"
        for name in icons.get("services", {})
        if name not in texts.get("services", {})
    ]
    return found


def brand_problems(folder: Path) -> list[str]:
    """Check the pictures: names, kind and sizes."""
    found = []
    for prefix in ("", "dark_"):
        for suffix, scale in (("", 1), ("@2x", 2)):
            for kind in ("icon", "logo"):
                path = folder / "brand" / f"{prefix}{kind}{suffix}.png"
                if not path.is_file():
                    found.append(f"{path.name} is missing")
                    continue
                with Image.open(path) as picture:
                    width, height = picture.size
                    if picture.format != "PNG":
                        found.append(f"{path.name} is no PNG")
                shortest = min(width, height)
                if kind == "icon" and (width, height) != (256 * scale, 256 * scale):
                    found.append(f"{path.name} is not {256 * scale} x {256 * scale}")
                if kind == "logo" and not 128 * scale <= shortest <= 256 * scale:
                    found.append(f"{path.name}: shortest side {shortest}")
    return found


def hacs_problems(top: Path) -> list[str]:
    """Check hacs.json and the layout of the repository."""
    hacs = read(top / "hacs.json")
    found = [f"hacs.json has unknown {key}" for key in set(hacs) - HACS_KEYS]
    if not hacs.get("name"):
        found.append("hacs.json has no name")
    if not re.fullmatch(r"\d{4}\.\d{1,2}\.\d+", hacs.get("homeassistant", "")):
        found.append("hacs.json names no Home Assistant version")
    integrations = [
        path.name for path in (top / "custom_components").iterdir() if (path / "manifest.json").exists()
    ]  # fmt: skip
    if len(integrations) != 1:
        found.append("exactly one integration in custom_components")
    found += [
        f"{name} is missing" for name in ("README.md", "LICENSE") if not (top / name).is_file()
    ]
    return found
