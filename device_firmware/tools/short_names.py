"""Gives names that only one place knows a short form: on a board each name that is new costs memory.

Three kinds, and only in modules that no program of a maker names:
  arguments of functions that nobody calls by keyword become a, b, c ... in each function;
  attributes with an underscore that one module alone uses become _a, _b ... in each module;
  names of methods and functions stay, so that a traceback still says where it was.
"""

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def shorten(modules: "dict[str, Any]", inner: "set[str]") -> None:
    """Rename in the modules (name -> tree) of `inner`; the others are read for what they call."""
    keywords = _keywords(modules.values())
    shared = _shared_attributes(modules)
    for name in sorted(inner):
        for node in modules[name].body:
            _shorten_arguments(node, keywords)
        _shorten_attributes(modules[name], shared)


def _keywords(trees: "Iterable[ast.AST]") -> "set[str]":
    """Return every name that a call gives an argument by."""
    found = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg is not None:
                found.add(node.arg)
    return found


def _shorten_arguments(node: ast.AST, keywords: "set[str]") -> None:
    """Rename the arguments of every function in `node`, the outer ones first."""
    if isinstance(node, _FUNCTIONS):
        taken = {inside.id for inside in ast.walk(node) if isinstance(inside, ast.Name)}
        taken.update(inside.arg for inside in ast.walk(node) if isinstance(inside, ast.arg))
        free = _names("", taken)
        new_names = {}
        for argument in node.args.args:
            if argument.arg not in keywords and argument.arg != "self" and len(argument.arg) > 1:
                new_names[argument.arg] = next(free)
        # In all of the function an argument's name stands for it or for what shadows it, so both
        # may be renamed alike.
        for inside in ast.walk(node):
            if isinstance(inside, ast.Name):
                inside.id = new_names.get(inside.id, inside.id)
            elif isinstance(inside, ast.arg):
                inside.arg = new_names.get(inside.arg, inside.arg)
    for child in ast.iter_child_nodes(node):
        _shorten_arguments(child, keywords)


def _shared_attributes(modules: "dict[str, Any]") -> "set[str]":
    """Return the attributes that more than one module uses, or that are more than a value."""
    owner: "dict[str, str]" = {}
    shared = set()
    for name in sorted(modules):
        tree = modules[name]
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                if owner.setdefault(node.attr, name) != name:
                    shared.add(node.attr)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                shared.add(node.name)
            elif isinstance(node, ast.ClassDef):
                shared.update(_class_names(node))
                for base in node.bases:
                    if isinstance(base, ast.Name) and base.id in imported:
                        shared.update(_attributes(tree))  # they stand beside those of the base
    return shared


def _class_names(node: ast.ClassDef) -> "set[str]":
    """Return the values that a class has for all of its objects."""
    targets = [
        target for child in node.body if isinstance(child, ast.Assign) for target in child.targets
    ]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _attributes(tree: ast.AST) -> "set[str]":
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _shorten_attributes(tree: ast.AST, shared: "set[str]") -> None:
    names = _attributes(tree)
    free = _names("_", names)
    new_names = {
        name: next(free)
        for name in sorted(names)
        if name.startswith("_") and not name.endswith("__") and name not in shared
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            node.attr = new_names.get(node.attr, node.attr)


def _names(head: str, taken: "set[str]") -> "Iterator[str]":
    """Yield short names that begin with `head` and are not taken."""
    for first in [""] + list(_LETTERS):
        for letter in _LETTERS:
            name = head + first + letter
            if name not in taken and name not in ("as", "do", "if", "in", "is", "or"):
                yield name
