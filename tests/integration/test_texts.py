"""Every refusal has a text, every text its placeholders, and the quality scale says what is so."""

from collections.abc import Iterator
import inspect
import json
from pathlib import Path
import re
from typing import Any

import pytest

from homeassistant.util.yaml import parse_yaml

from custom_components.iot_secure_gateway import const, issues
from custom_components.iot_secure_gateway.claiming import InvalidOwner
from custom_components.iot_secure_gateway.exceptions import home_assistant_error
from custom_components.iot_secure_gateway.gateway import errors
from custom_components.iot_secure_gateway.gateway.errors import (
    ClaimError,
    CommandError,
    GatewayError,
    Refused,
)
from custom_components.iot_secure_gateway.policy.decision import ALLOWING, Column, Reason

FOLDER = Path(const.__file__).parent
ROOT = FOLDER.parent.parent


def texts() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / "translations" / "en.json").read_text("utf-8"))
    return content


def tree(kind: type[GatewayError]) -> set[type[GatewayError]]:
    """Return an error with all below it."""
    return {kind}.union(*(tree(below) for below in kind.__subclasses__()))


def name_of(kind: object) -> str:
    return repr(kind)


def fields_of(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("kind", sorted(tree(ClaimError), key=name_of))
def test_every_refusal_of_a_claim_has_a_text_in_the_form(kind: type[ClaimError]) -> None:
    assert kind.code in texts()["config"]["error"]


def test_form_of_the_owner_has_its_text() -> None:
    assert InvalidOwner.code in texts()["config"]["error"]


@pytest.mark.parametrize(
    "kind",
    sorted(tree(CommandError) - {CommandError, Refused}, key=name_of),
)
def test_every_fault_of_a_command_has_a_text_that_its_placeholders_fill(
    kind: type[CommandError],
) -> None:
    values: dict[str, Any] = {"reason": "why", "error": "why", "session_id": b"\0" * 16}
    wanted = list(inspect.signature(kind.__init__).parameters)[1:]
    error = kind(**{name: values[name] for name in wanted if name in values})
    raised = home_assistant_error(error, context=None, placeholders={"device": "d", "owner": "o"})
    text = texts()["exceptions"][raised.translation_key]["message"]
    assert raised.translation_placeholders is not None
    assert fields_of(text) <= set(raised.translation_placeholders)


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in ALLOWING])
def test_every_reason_of_a_refusal_has_a_text(reason: Reason) -> None:
    text = texts()["exceptions"][f"refused_{reason.value}"]["message"]
    assert fields_of(text) <= {"device", "owner", "row"}
    assert "{device}" in text


@pytest.mark.parametrize(
    ("key", "column"),
    [
        ("not_now", Column.TIMES),
        ("not_now_next", Column.TIMES),
        ("used_up", Column.TIMES),
        ("expired", Column.TIMES),
        ("outside_limits", Column.COMMANDS),
        ("other_commands", Column.COMMANDS),
    ],
)
def test_refusal_by_a_row_names_the_row_and_its_column(key: str, column: Column) -> None:
    text = texts()["exceptions"][f"refused_{key}"]["message"]
    assert "row {row}" in text
    assert f"column {column.value.capitalize()}" in text


def test_every_error_class_has_a_code_of_its_own() -> None:
    kinds = tree(errors.GatewayError) - {errors.ChangeRefused}  # has that of what was refused
    codes = [kind.code for kind in kinds]
    assert len(codes) == len(set(codes))


def test_every_issue_has_a_text() -> None:
    names = {
        name
        for path in FOLDER.glob("*.py")
        for name in re.findall(
            r"^ISSUE_\w+: Final = \"(\w+)\"", path.read_text("utf-8"), re.MULTILINE
        )
    }
    told = set(texts()["issues"])
    assert {name for name in names if not any(one.startswith(name) for one in told)} == set()
    assert {one for one in told if not any(one.startswith(name) for name in names)} == set()
    assert vars(issues)  # the module that raises them


def test_texts_have_no_line_of_a_form_twice_or_missing() -> None:
    """Each field of each form has a label and an explanation."""
    for flow in ("config", "options"):
        for step, content in texts()[flow]["step"].items():
            assert set(content.get("data", {})) == set(content.get("data_description", {})), step


def plain_texts(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the texts of forms and issues that Home Assistant does not show as Markdown."""
    for key, value in node.items():
        if isinstance(value, dict):
            yield from plain_texts(value, (*path, key))
        elif key == "title" or "error" in path or "menu_options" in path:
            yield ".".join((*path, key)), value


@pytest.mark.parametrize("section", ["config", "options", "issues"])
def test_no_title_and_no_error_of_a_form_has_a_name_in_it(section: str) -> None:
    """Names are escaped for Markdown there, and would show it."""
    named = {"device", "name", "owner", "actor", "receiver"}
    found = dict(plain_texts(texts()[section]))
    assert found
    assert [where for where, text in found.items() if fields_of(text) & named] == []


def test_title_of_a_menu_in_the_options_has_no_placeholder() -> None:
    """Home Assistant fills none in there."""
    steps = texts()["options"]["step"].values()
    menus = [step for step in steps if "menu_options" in step]
    assert menus
    assert not any(fields_of(menu["title"]) for menu in menus)


def rules() -> dict[str, Any]:
    content: Any = parse_yaml((FOLDER / "quality_scale.yaml").read_text("utf-8"))
    rules: dict[str, Any] = content["rules"]
    return rules


ALL_RULES = [
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow",
    "config-flow-test-coverage",
    "dependency-transparency",
    "docs-actions",
    "docs-triggers",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
    "devices",
    "diagnostics",
    "discovery",
    "discovery-update-info",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
    "async-dependency",
    "inject-websession",
    "strict-typing",
]


def test_quality_scale_answers_all_rules() -> None:
    assert len(ALL_RULES) == 54
    assert sorted(rules()) == sorted(ALL_RULES)


def test_quality_scale_says_done_only_with_a_test_and_exempt_only_with_a_reason() -> None:
    for rule, answer in rules().items():
        status, comment = answer["status"], answer["comment"]
        assert status in ("done", "exempt"), rule
        assert comment, rule
        if status == "done":
            path, _, name = comment.partition("::")
            source = (ROOT / path).read_text("utf-8")
            assert re.search(rf"def {re.escape(name)}\b", source), (rule, comment)
