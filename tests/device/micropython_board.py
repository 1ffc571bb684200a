"""Run by MicroPython: stands in for a board at the end of a cable.

micropython micropython_board.py FLASH FAKES

The folder FLASH is the board's file system. main.py in it is run at power-up; then, or after
Ctrl-C, the raw REPL is spoken on standard input and output as mpremote speaks it. No hardware: the
modules `machine` and `network` are the fakes of the folder FAKES; a reset ends the process
(board_stand_in.py starts it again).
"""

import io
import os
import sys

import vfs

RESET = 75  # exit status that asks for a new start
UP = b"\x00up\r\n"  # first thing said: from now on Ctrl-C is understood; kept by the stand-in for itself
HOME = sys.argv[1]
WINDOW = 256  # bytes of raw paste that may come before they are asked for

sys.path[:] = [sys.argv[2], ".frozen"]
import machine  # noqa: E402
import network  # noqa: E402, F401 - loaded before the folder it is in goes out of sight

machine.reset = lambda: sys.exit(RESET)
vfs.umount("/")
vfs.mount(vfs.VfsPosix(HOME), "/")
os.chdir("/")
sys.path[:] = ["", "/lib", ".frozen"]
sys.argv[:] = []


def power_up():
    try:
        with open("/main.py") as file:
            source = file.read()
    except OSError:
        return
    try:
        exec(compile(source, "main.py", "exec"), {"__name__": "__main__", "__file__": "main.py"})  # noqa: S102
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001
        sys.print_exception(error)


def read():
    while True:
        try:
            byte = sys.stdin.buffer.read(1)
        except KeyboardInterrupt:
            continue
        if not byte:
            sys.exit(0)
        return byte


def write(data):
    sys.stdout.buffer.write(data)


def run(source, names):
    """Run what came in the raw REPL; answer as it does."""
    trouble = b""
    try:
        exec(compile(source, "<stdin>", "exec"), names)  # noqa: S102
    except SystemExit:
        raise
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001
        text = io.StringIO()
        sys.print_exception(error, text)
        trouble = text.getvalue().encode()
    write(b"\x04" + trouble + b"\x04>")


def repl():
    """Serve the raw REPL: Ctrl-A enters it, Ctrl-B leaves it, Ctrl-D runs, or reboots when empty."""
    is_raw, line, names = False, b"", {"__name__": "__main__"}
    while True:
        byte = read()
        if byte == b"\x01":
            is_raw, line = True, b""
            write(b"raw REPL; CTRL-B to exit\r\n>")
        elif byte == b"\x02":
            is_raw, line = False, b""
            write(b"\r\nMicroPython stand-in\r\n>>> ")
        elif byte == b"\x04" and not line:
            names = {"__name__": "__main__"}
            write(
                b"\r\nsoft reboot\r\n" + (b"raw REPL; CTRL-B to exit\r\n>" if is_raw else b">>> ")
            )
        elif byte == b"\x04":
            source, line = line, b""
            write(b"OK")
            run(source, names)
        elif byte == b"\x05" and not line:
            read()
            read()
            write(b"R\x01" + WINDOW.to_bytes(2, "little"))  # raw paste: code without pauses
            source = b""
            byte = read()
            while byte != b"\x04":
                source += byte
                if len(source) % WINDOW == 0:
                    write(b"\x01")
                byte = read()
            write(b"\x04")
            run(source, names)
        elif is_raw:
            line += byte


write(UP)
try:
    power_up()
except KeyboardInterrupt:
    pass  # came before the program began
while True:
    try:
        repl()
    except KeyboardInterrupt:
        pass  # came between two bytes: whoever sent it enters the raw REPL anew
