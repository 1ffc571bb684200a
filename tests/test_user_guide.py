"""What people read about using it names everything that there is to use."""

import json
from pathlib import Path
import re
from typing import Any

import pytest

from homeassistant.util.yaml import load_yaml_dict, parse_yaml

from custom_components.iot_secure_gateway import PLATFORMS
from custom_components.iot_secure_gateway.device_trigger import TRIGGERS

TOP = Path(__file__).resolve().parent.parent
FOLDER = TOP / "custom_components/iot_secure_gateway"
README = (TOP / "README.md").read_text(encoding="utf-8")
GUIDE = (TOP / "docs/user-guide.md").read_text(encoding="utf-8")


def section(text: str, title: str) -> str:
    """Return what stands below a heading; fails when there is nothing."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    assert len(found[1].split()) >= 20, f"section {title} says nothing"
    return found[1]


def texts() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / "translations/en.json").read_text("utf-8"))
    return content


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (README, "Install"),
        (README, "Claim a device"),
        (README, "Remove"),
        (README, "Known limits"),
        (GUIDE, "What it is good for"),
        (GUIDE, "Supported devices"),
        (GUIDE, "How values get here"),
        (GUIDE, "Examples"),
        (GUIDE, "When something does not work"),
    ],
)
def test_section_is_there(text: str, title: str) -> None:
    assert section(text, title)


def test_readme_begins_with_what_it_is() -> None:
    assert "secure gateway" in README.split("## ", 1)[0]
    assert "docs/user-guide.md" in README


def test_every_kind_of_entity_is_described() -> None:
    shown = section(GUIDE, "What a device shows")
    assert [one.value for one in PLATFORMS if f"`{one.value}`" not in shown] == []


def test_every_service_and_each_of_its_fields_is_described() -> None:
    services = load_yaml_dict(str(FOLDER / "services.yaml"))
    read = "".join(path.read_text("utf-8") for path in (TOP / "docs").glob("*.md"))
    for name, service in services.items():
        assert f"`iot_secure_gateway.{name}`" in read, name
        for field in (service or {}).get("fields", {}):
            assert f"`{field}`" in read, (name, field)


def test_every_trigger_is_described() -> None:
    shown = section(GUIDE, "Triggers")
    assert [kind for kind in TRIGGERS if f"| `{kind}` |" not in shown] == []


def test_every_field_of_setting_up_is_described() -> None:
    shown = section(README, "Install") + section(README, "Claim a device")
    steps = texts()["config"]["step"]
    labels = {label for step in ("gateway", "device") for label in steps[step]["data"].values()}
    assert {label for label in labels if label.lower() not in shown.lower()} == set()


def test_every_option_is_described() -> None:
    shown = section(GUIDE, "Options").lower()
    steps = texts()["options"]["step"]
    labels = [*steps["listener"]["data"].values(), *steps["modules"]["data"].values()]
    assert [label for label in labels if label.lower() not in shown] == []


def test_examples_are_yaml() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", section(GUIDE, "Examples"), re.DOTALL)
    assert len(examples) >= 2
    for example in examples:
        read: Any = parse_yaml(example)
        assert {"triggers", "actions"} <= set(read)


def test_the_gates_of_the_test_run_are_strict() -> None:
    script = (TOP / "scripts/test").read_text(encoding="utf-8")
    assert re.search(r"^overall=(\d+)", script, re.MULTILINE)[1] >= "95"  # type: ignore[index]
    assert "--fail-under=$overall" in script
    assert re.search(r"^typed=\(custom_components ", script, re.MULTILINE)
    assert "strict = true" in (TOP / "pyproject.toml").read_text(encoding="utf-8")
