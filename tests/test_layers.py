"""The layer rule of docs/architecture.md, read from the import statements of every file.

Imports go down only: the Home Assistant edge and the console may use everything below them,
the gateway uses policy and protocol, which know neither each other nor anything above.
Devices use the protocol through its link and nothing else of the integration; so does the demo
device inside the integration, which only the edge knows.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
import sys

import pytest

TOP = Path(__file__).resolve().parent.parent
INTEGRATION = "custom_components.iot_secure_gateway"
LAYERS = ("console", "demo_device", "gateway", "policy", "protocol")
EDGE = "edge"

# Which layers of the integration a layer may import.
MAY_IMPORT = {
    EDGE: {EDGE, "console", "demo_device", "gateway", "policy", "protocol"},
    "console": {EDGE, "console", "gateway", "policy", "protocol"},
    "gateway": {"gateway", "policy", "protocol"},
    "policy": {"policy"},
    "protocol": {"protocol"},
    "demo_device": {"demo_device", "protocol"},
    "device": {"device"},
}
KNOWS_HOME_ASSISTANT = {EDGE, "console"}
# The protocol computes: no I/O, no clock, no randomness; and only what MicroPython has.
PROTOCOL_MODULES = {"binascii", "collections", "json", "struct"}
DEVICE_PACKAGES = {"examples", "iotsg_device", "isg_protocol", "simulator", "tools"}


def layer_of(module: str) -> str:
    """Return the layer of a module of the integration or of the device's side."""
    if not module.startswith("custom_components."):
        return "device"
    inside = module.removeprefix(INTEGRATION).lstrip(".").split(".")[0]
    return inside if inside in LAYERS else EDGE


def imported(source: str, module: str, *, is_package: bool) -> Iterator[str]:
    """Yield the absolute names a file imports, those for type checkers included."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            # `from . import wire` names a module; `from .wire import X` does too, harmlessly.
            yield from (f"{name}.{alias.name}" for alias in node.names)


def violations(source: str, module: str, *, is_package: bool = False) -> list[str]:
    """Return what a file of this name must not import."""
    layer = layer_of(module)
    found = []
    for name in imported(source, module, is_package=is_package):
        top = name.split(".")[0]
        if name == INTEGRATION or name.startswith(f"{INTEGRATION}."):
            good = layer != "device" and layer_of(name) in MAY_IMPORT[layer]
        elif top in DEVICE_PACKAGES:
            good = layer == "device"
        elif top == "homeassistant":
            good = layer in KNOWS_HOME_ASSISTANT
        elif layer == "protocol":
            good = top in PROTOCOL_MODULES or (top == "typing" and _is_typing_only(source))
        elif layer == "policy":
            good = top in sys.stdlib_module_names
        else:
            good = top != "custom_components"
        if not good:
            found.append(f"{module} ({layer}) imports {name}")
    return found


def _is_typing_only(source: str) -> bool:
    """Return whether `typing` is imported only below `if TYPE_CHECKING:`."""
    return not any(
        isinstance(node, (ast.Import, ast.ImportFrom)) and "typing" in ast.unparse(node)
        for node in ast.parse(source).body
    )


def files() -> list[tuple[Path, str]]:
    """Return every file under the rule with its module name."""
    found = []
    for root in (TOP / "custom_components", TOP / "device_firmware"):
        base = TOP if root.name == "custom_components" else root
        for path in sorted(root.rglob("*.py")):
            relative = path.relative_to(base)
            if relative.parts[0] == "isg_protocol":
                continue
            parts = relative.with_suffix("").parts
            found.append((path, ".".join(parts).removesuffix(".__init__")))
    return found


def test_every_import_goes_down() -> None:
    checked = files()
    wrong = [
        line
        for path, module in checked
        for line in violations(
            path.read_text(encoding="utf-8"), module, is_package=path.name == "__init__.py"
        )
    ]
    assert not wrong, "\n".join(wrong)
    assert {layer_of(module) for _, module in checked} >= {
        "gateway",
        "policy",
        "protocol",
        "device",
    }


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (f"{INTEGRATION}.gateway.links", "from homeassistant.core import HomeAssistant"),
        (f"{INTEGRATION}.gateway.links", "from ..const import DOMAIN"),
        (f"{INTEGRATION}.gateway.links", "from .. import const"),
        (f"{INTEGRATION}.gateway.links", "from ..console import panel"),
        (f"{INTEGRATION}.gateway.links", "def f():\n    import homeassistant.util"),
        (f"{INTEGRATION}.gateway.links", "import iotsg_device.server"),
        (f"{INTEGRATION}.gateway.links", "from ..demo_device.device import DemoDevice"),
        (f"{INTEGRATION}.demo_device.device", "from ..gateway.crypto import GatewayCrypto"),
        (f"{INTEGRATION}.demo_device.device", "from homeassistant.core import HomeAssistant"),
        (f"{INTEGRATION}.demo_device.device", "from iotsg_device.device import Device"),
        (f"{INTEGRATION}.policy.decision", "from ..protocol import wire"),
        (f"{INTEGRATION}.policy.decision", "from ..gateway.errors import Refused"),
        (f"{INTEGRATION}.policy.decision", "import aiohttp"),
        (f"{INTEGRATION}.protocol.frames", "from ..policy.actors import User"),
        (f"{INTEGRATION}.protocol.frames", f"import {INTEGRATION}.gateway"),
        (f"{INTEGRATION}.protocol.frames", "import time"),
        (f"{INTEGRATION}.protocol.frames", "import asyncio"),
        (f"{INTEGRATION}.protocol.frames", "from os import urandom"),
        (f"{INTEGRATION}.protocol.frames", "from typing import Any"),
        (f"{INTEGRATION}.sensor", "from simulator.device import Device"),
        ("iotsg_device.server", f"from {INTEGRATION}.protocol import wire"),
        ("iotsg_device.server", "import homeassistant.core"),
        ("tools.provision", "from custom_components import iot_secure_gateway"),
    ],
)
def test_a_forbidden_import_is_found(module: str, source: str) -> None:
    assert violations(source, module)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (f"{INTEGRATION}.sensor", "from homeassistant.core import HomeAssistant"),
        (f"{INTEGRATION}.sensor", "from .gateway.devices import Device"),
        (f"{INTEGRATION}.console.users", "from ..const import DOMAIN"),
        (f"{INTEGRATION}.gateway.links", "from ..protocol import wire"),
        (f"{INTEGRATION}.gateway.links", "from ..policy.actors import User"),
        (f"{INTEGRATION}.demo_device.device", "from ..protocol.device_core import DeviceCore"),
        (f"{INTEGRATION}.demo", "from .demo_device.device import DemoDevice"),
        (f"{INTEGRATION}.gateway.crypto", "from cryptography.hazmat import primitives"),
        (f"{INTEGRATION}.policy.decision", "from dataclasses import dataclass"),
        (f"{INTEGRATION}.protocol.frames", "import struct\nfrom . import wire"),
        (
            f"{INTEGRATION}.protocol.ports",
            "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    from typing import Protocol",
        ),
        ("iotsg_device.server", "from isg_protocol import wire\nimport machine"),
        ("simulator.run", "from iotsg_device import server"),
    ],
)
def test_an_allowed_import_passes(module: str, source: str) -> None:
    assert violations(source, module) == []


def test_a_package_file_resolves_relative_imports_from_itself() -> None:
    assert violations("from .links import Link", f"{INTEGRATION}.gateway", is_package=True) == []
    assert violations("from ..const import DOMAIN", f"{INTEGRATION}.gateway", is_package=True)
