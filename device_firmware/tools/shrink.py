"""Makes the library smaller for a board, before it is compiled: what nothing uses there is left out.

Functions, classes and methods stay only if their name is used somewhere in what a device gets; whole
numbers with names in capitals are put in where they are used, what only a computer runs goes
(`IS_MICROPYTHON`), and so do annotations, docstrings and `if TYPE_CHECKING:`. Modules that a maker's
program names (PROGRAMS_NAME) keep all functions, their constants and the names of their arguments.
On a board each name costs memory, and so does each function, used or not.
"""

import ast
import operator
import re

from tools import short_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# What the device guide has programs import, with all that is below it.
PROGRAMS_NAME = ("iotsg_device.device", "iotsg_device.entities", "iotsg_device.settings")
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
_GUARD = "TYPE_CHECKING"
_ON_BOARD = "IS_MICROPYTHON"


def shrink(sources: "dict[str, str]") -> "dict[str, str]":
    """Return the sources (path -> text) as a board needs them. Raises SyntaxError."""
    modules = {}
    for path in sorted(sources):
        modules[_module_name(path)] = _Cleaner().visit(ast.parse(sources[path]))
    paths = {_module_name(path): path for path in sources}
    packages = {name for name in modules if paths[name].endswith("/__init__.py")}
    constants = _constants(modules, packages)
    for name in modules:
        modules[name] = _Inliner(name, name in packages, constants).visit(modules[name])
    for name in modules:
        _drop_constants(name, modules[name], constants.get(name, {}))
    while _drop_unused(modules):
        pass
    short_names.shorten(modules, {name for name in modules if _is_inner(name)})
    return {
        paths[name]: ast.unparse(ast.fix_missing_locations(modules[name])) + "\n"
        for name in modules
    }


def _module_name(path: str) -> str:
    name = path[: -len(".py")].replace("/", ".")
    return name[: -len(".__init__")] if name.endswith(".__init__") else name


class _Cleaner(ast.NodeTransformer):
    """Takes out what has no effect on a device."""

    def visit_If(self, node: ast.If) -> "Any":
        if isinstance(node.test, ast.Name) and node.test.id == _GUARD:
            return None
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        first = node.values[0]
        if not isinstance(first, ast.Constant):
            return node
        if bool(first.value) != isinstance(node.op, ast.And):
            return first  # the others are never looked at
        node.values = node.values[1:]
        return node if len(node.values) > 1 else node.values[0]

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Constant):
            return ast.copy_location(ast.Constant(not node.operand.value), node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == _ON_BOARD and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Constant(True), node)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> "ast.AST | None":
        node.names = [alias for alias in node.names if alias.name != _ON_BOARD]
        return node if node.names else None

    def visit_Assign(self, node: ast.Assign) -> "ast.AST | None":
        target = node.targets[0]
        if isinstance(target, ast.Name) and target.id == _GUARD:
            return None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> "ast.AST | None":
        if node.value is None:
            return None
        value = self.visit(node.value)
        return ast.copy_location(ast.Assign(targets=[node.target], value=value), node)

    def visit_Expr(self, node: ast.Expr) -> "ast.AST | None":
        if isinstance(node.value, ast.Constant):
            return None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._body(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._body(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._body(node)

    def _body(self, node: "Any") -> ast.AST:
        self.generic_visit(node)
        if hasattr(node, "returns"):
            node.returns = None
        for number, child in enumerate(node.body):
            if isinstance(child, (ast.Return, ast.Raise)):
                del node.body[number + 1 :]  # for computers
                break
        if not node.body:
            node.body = [ast.Pass()]
        return node  # type: ignore[no-any-return]


def _imported(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """Return the module that an import statement names."""
    if not node.level:
        return node.module or ""
    parts = module.split(".")
    keep = len(parts) - node.level + (1 if is_package else 0)
    return ".".join(parts[:keep] + ([node.module] if node.module else []))


def _constants(modules: "dict[str, Any]", packages: "set[str]") -> "dict[str, dict[str, int]]":
    """Return the whole numbers with a name in capitals: module -> name -> value."""
    found: "dict[str, dict[str, int]]" = {name: {} for name in modules}
    before = -1
    while before != sum(map(len, found.values())):  # one may be made of others
        before = sum(map(len, found.values()))
        for name in modules:
            inliner = _Inliner(name, name in packages, found)
            for node in modules[name].body:
                inliner.note_import(node)
                target = node.targets[0] if isinstance(node, ast.Assign) else None
                if not isinstance(target, ast.Name) or not _CONSTANT.fullmatch(target.id):
                    continue
                value = _number(node.value, inliner)
                if value is not None and _is_set_once(modules[name], target.id):
                    found[name][target.id] = value
    return found


def _is_set_once(tree: ast.AST, name: str) -> bool:
    count = 0
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            count += 1
        elif isinstance(node, ast.arg) and node.arg == name:
            count += 1
    return count == 1


def _number(node: ast.AST, inliner: "_Inliner") -> "int | None":
    """Return the value of an expression of whole numbers, None for any other."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if isinstance(node, (ast.Name, ast.Attribute)):
        return inliner.value_of(node)
    if isinstance(node, ast.BinOp):
        left, right = _number(node.left, inliner), _number(node.right, inliner)
        if left is None or right is None:
            return None
        operation = _OPERATIONS.get(type(node.op))
        return None if operation is None else operation(left, right)
    return None


_OPERATIONS: "dict[type, Callable[[int, int], int]]" = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.LShift: operator.lshift,
    ast.BitOr: operator.or_,
    ast.Pow: operator.pow,
}


class _Inliner(ast.NodeTransformer):
    """Puts numbers in where their names are used."""

    def __init__(
        self, module: str, is_package: bool, constants: "dict[str, dict[str, int]]"
    ) -> None:
        self._module = module
        self._is_package = is_package
        self._constants = constants
        self._names = dict.fromkeys(
            constants[module], module
        )  # name here -> module of the constant
        self._originals: "dict[str, str]" = {}
        self._aliases: "dict[str, str]" = {}  # name here -> module

    def note_import(self, node: ast.AST) -> None:
        """Learn what an import statement brings."""
        if not isinstance(node, ast.ImportFrom):
            return
        source = _imported(node, self._module, self._is_package)
        for alias in node.names:
            here = alias.asname or alias.name
            if source + "." + alias.name in self._constants:
                self._aliases[here] = source + "." + alias.name
            elif alias.name in self._constants.get(source, {}):
                self._names[here] = source
                self._originals[here] = alias.name

    def value_of(self, node: ast.AST) -> "int | None":
        """Return the number that a name or an attribute of a module stands for."""
        if isinstance(node, ast.Name):
            source = self._names.get(node.id)
            if source is None:
                return None
            return self._constants[source].get(self._originals.get(node.id, node.id))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self._constants.get(self._aliases.get(node.value.id, ""), {}).get(node.attr)
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> "ast.AST | None":
        """Learn, and import no numbers."""
        self.note_import(node)
        source = _imported(node, self._module, self._is_package)
        known = self._constants.get(source, {})
        node.names = [alias for alias in node.names if alias.name not in known]
        return node if node.names else None

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._put(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return self._put(node)

    def _put(self, node: "Any") -> ast.AST:
        value = self.value_of(node) if isinstance(node.ctx, ast.Load) else None
        return node if value is None else ast.copy_location(ast.Constant(value), node)


def _is_inner(module: str) -> bool:
    """Tell whether no program of a maker names the module."""
    return not (module + ".").startswith(tuple(name + "." for name in PROGRAMS_NAME))


def _drop_constants(module: str, tree: "Any", constants: "dict[str, int]") -> None:
    """Drop what was put in everywhere, but for what programs may name."""
    kept = []
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and target.id in constants:
            if _is_inner(module) or target.id.startswith("_"):
                continue
        kept.append(node)
    tree.body = kept


def _drop_unused(modules: "dict[str, Any]") -> bool:
    """Drop definitions that nothing names and no program may, and imports of them; tell whether any."""
    used = set()
    for tree in modules.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
    dropped = False
    for name in modules:
        if not _is_inner(name):
            continue
        tree = modules[name]
        kept = [node for node in tree.body if not _is_unused(node, used)]
        dropped = dropped or len(kept) != len(tree.body)
        tree.body = kept
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                inside = [child for child in node.body if not _is_unused(child, used)]
                dropped = dropped or len(inside) != len(node.body)
                node.body = inside or [ast.Pass()]
    return dropped


def _is_unused(node: ast.AST, used: "set[str]") -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return not node.name.startswith("__") and node.name not in used
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return len(node.targets) == 1 and node.targets[0].id not in used
    if isinstance(node, ast.ImportFrom):
        node.names = [alias for alias in node.names if (alias.asname or alias.name) in used]
        return not node.names
    return False
