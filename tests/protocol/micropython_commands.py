"""What the JSON of commands is on MicroPython: a value or bytes a line in, the answer a line out.

`v` and hex of JSON text: the value is read by the interpreter's own reader and encoded.
`d` and hex of bytes: decoded as what a peer sent, then encoded again.
"""

import json
import sys

from isg_protocol import commands
from isg_protocol.errors import MisuseError, RecordError


def answer(line):
    data = bytes.fromhex(line[1:])
    try:
        if line[0] == "v":
            return commands.encode(json.loads(data.decode())).hex()
        return commands.encode(commands.decode(data)).hex()
    except (MisuseError, RecordError) as error:
        return "!" + type(error).__name__


for entry in sys.stdin:
    print(answer(entry.strip()) or "-")
