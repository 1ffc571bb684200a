"""The protocol with one check or mark taken out, to see that the explorer misses it.

A mutant is the real package, copied under another name, with one text replaced that occurs in it
exactly once. Each names the smallest search that shows what is lost by it, and by which guarantee.
"""

from __future__ import annotations

from dataclasses import dataclass
import importlib
from pathlib import Path
import shutil
import sys
from types import ModuleType

from .ends import Setting
import custom_components.iot_secure_gateway.protocol as original

_ALWAYS = "always"
COMMAND = Setting(commands=1, data_persistence=_ALWAYS)
TWO_COMMANDS = Setting(commands=2, data_persistence=_ALWAYS)
PACKAGE = Setting(packages=1, data_persistence=_ALWAYS)
CHECKPOINT = Setting(commands=1, persistence="checkpoint", data_persistence=_ALWAYS)
BARE_COMMAND = Setting(commands=1, is_ordered=False)
BARE_DSID = Setting(mode=1, commands=1, is_ordered=False)
BARE_PACKAGE = Setting(packages=1, is_ordered=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """What is taken out, and what shows it."""

    what: str
    file: str
    old: str
    new: str
    setting: Setting
    acts: int
    caught_by: str  # how the text of the violation begins
    also: tuple[tuple[str, str], ...] = ()  # a second place that it takes
    copies: bool = False  # a copy has to be tried


def load(mutant: Mutant, folder: Path, number: int) -> ModuleType:
    """Return the mutated protocol package."""
    name = f"mutated_protocol_{number}"
    target = folder / name
    source = Path(original.__path__[0])
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    path = target / mutant.file
    text = path.read_text()
    for old, new in ((mutant.old, mutant.new), *mutant.also):
        if text.count(old) != 1:
            raise ValueError(f"{mutant.what}: the text is there {text.count(old)} times")
        text = text.replace(old, new)
    path.write_text(text)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module(name)
