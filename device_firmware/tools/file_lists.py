"""Which files a device needs, read from the import statements; keeps the two lists that name them.

    python tools/file_lists.py            writes package.json (for mip) and manifest.py (for freezing)
    python tools/file_lists.py --check    ends with 1 when one of them is out of date

A file whose name ends in _cpython is for computers only. Of the protocol a device gets what its
library imports; the gateway's half stays away.
"""

import argparse
import ast
import json
import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

FIRMWARE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIBRARY = "iotsg_device"
PROTOCOL = "isg_protocol"  # a link in the checkout, which mip can't follow
PROTOCOL_FOLDER = "custom_components/iot_secure_gateway/protocol"
REPOSITORY = "github:iot-secure-gateway/iot-secure-gateway"
COMPUTERS_ONLY = "_cpython.py"
_MANIFEST_HEAD = '''# ruff: noqa: F821, INP001
"""For freezing into MicroPython: make ... FROZEN_MANIFEST=<here>/manifest.py.

Written by tools/file_lists.py. To keep what the board freezes anyway, include the board's own
manifest from a manifest of yours, and this one after it.
"""
'''
_VERSION = re.compile(r'(?m)^version = "([^"]+)"$')


def device_files() -> "list[str]":
    """Return all files a device needs, as paths below the folder of the firmware."""
    found = {path for path in _all_files(LIBRARY) if not path.endswith(COMPUTERS_ONLY)}
    waiting = sorted(found)
    while waiting:
        path = waiting.pop()
        for needed in sorted(_imports(path)):
            if needed not in found and not needed.endswith(COMPUTERS_ONLY):
                found.add(needed)
                waiting.append(needed)
    return sorted(found)


def package_json() -> str:
    """Return the list for mip: where each file goes, and where it comes from."""
    urls = []
    for path in device_files():
        package, _, rest = path.partition("/")
        folder = PROTOCOL_FOLDER if package == PROTOCOL else "device_firmware/" + package
        urls.append([path, "{}/{}/{}".format(REPOSITORY, folder, rest)])
    listed = ",\n".join("    " + json.dumps(entry) for entry in urls)
    return '{{\n  "version": "{}",\n  "deps": [],\n  "urls": [\n{}\n  ]\n}}\n'.format(
        version(), listed
    )


def manifest() -> str:
    """Return the list for freezing the library into a board's firmware."""
    out = [_MANIFEST_HEAD]
    for package in (LIBRARY, PROTOCOL):
        out.append("package(  # type: ignore[name-defined]")
        out.append('    "{}",'.format(package))
        out.append("    files=(")
        inside = package + "/"
        out.extend(
            '        "{}",'.format(path[len(inside) :])
            for path in device_files()
            if path.startswith(inside)
        )
        out.append("    ),\n    opt=3,\n)")
    return "\n".join(out) + "\n"


def version() -> str:
    """Return the version of the project."""
    with open(os.path.join(FIRMWARE, "..", "pyproject.toml"), encoding="utf-8") as file:
        found = _VERSION.search(file.read())
    if found is None:
        raise ValueError("pyproject.toml names no version")
    return found.group(1)


def _all_files(package: str) -> "Iterator[str]":
    top = os.path.join(FIRMWARE, package)
    for folder, _, names in os.walk(top):
        for name in names:
            if name.endswith(".py"):
                yield os.path.relpath(os.path.join(folder, name), FIRMWARE).replace(os.sep, "/")


def _imports(path: str) -> "set[str]":
    """Return the files of library and protocol that a file imports while it runs."""
    with open(os.path.join(FIRMWARE, path), encoding="utf-8") as file:
        tree = ast.parse(file.read())
    package = path.split("/")[:-1]  # for a package file, too: its relative imports start there
    names = []
    for node in _run_nodes(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join(base + ([node.module] if node.module else []))
            names += [module] + [module + "." + alias.name for alias in node.names]
    found = set()
    for name in names:
        parts = name.split(".")
        if parts[0] not in (LIBRARY, PROTOCOL):
            continue
        for length in range(1, len(parts) + 1):  # a package runs before what is in it
            for ending in (".py", "/__init__.py"):
                candidate = "/".join(parts[:length]) + ending
                if os.path.exists(os.path.join(FIRMWARE, candidate)):
                    found.add(candidate)
    return found


def _run_nodes(node: ast.AST) -> "Iterator[ast.AST]":
    """Yield all nodes but those below `if TYPE_CHECKING:`."""
    if isinstance(node, ast.If) and ast.dump(node.test) == _GUARD:
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _run_nodes(child)


_GUARD = ast.dump(ast.parse("TYPE_CHECKING", mode="eval").body)


def main(arguments: "list[str] | None" = None) -> int:
    """Write or check the two lists."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="write nothing, tell what is old")
    given = parser.parse_args(arguments)
    is_old = False
    for name, wanted in (("package.json", package_json()), ("manifest.py", manifest())):
        path = os.path.join(FIRMWARE, name)
        present = ""
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                present = file.read()
        if present == wanted:
            continue
        is_old = True
        if given.check:
            print("{} is out of date: run tools/file_lists.py".format(name), file=sys.stderr)
            continue
        with open(path, "w", encoding="utf-8") as file:
            file.write(wanted)
        print("written: {}".format(name))
    return 1 if given.check and is_old else 0


if __name__ == "__main__":
    sys.exit(main())
