"""A claim, a link and three sessions with fixed randomness: every byte that crosses the wire, as hex.

Runs on both interpreters, with the device library's plain cryptography on both ends. One line a
frame: `>` to the device, `<` to the gateway.
"""

import hashlib

from iotsg_device.crypto import DeviceCrypto
from isg_protocol import commands, wire
from isg_protocol.claim import GatewayClaim
from isg_protocol.device_core import DeviceCore
from isg_protocol.gateway_link import GatewayLink

SERIAL = "LAMP-1"
GATEWAY_ID = bytes(range(16))
PEER = bytes((192, 0, 2, 10))
PRS = bytes(range(100, 132))


class Random:
    """The same bytes on every interpreter."""

    def __init__(self, seed):
        self._seed = seed
        self._number = 0

    def __call__(self, size):
        self._number += 1
        return hashlib.sha256(self._seed + bytes((self._number,))).digest()[:size]


class Store:
    """Flash in memory."""

    def __init__(self):
        self._values = {}
        self.lost = False

    def get(self, key):
        return self._values.get(key)

    def put(self, key, value):
        self._values[key] = value

    def delete(self, key):
        self._values.pop(key, None)

    def keys(self):
        return list(self._values)


class Facts:
    """The device of the transcript."""

    serial = SERIAL
    prs = [PRS, None, None, None]
    firmware = "1.0"
    model = "Lamp"
    max_frame = 4096
    persistence = "always"
    data_persistence = "always"
    ip_recovery = "authenticated"
    claim_window_ms = 0
    fallback_after_ms = 120000
    reset_cause = 1

    def __init__(self, mode):
        self.mode = mode


def exchange(near, core, connection, lines, now_ms):
    """Carry bytes until both ends are silent."""
    while True:
        data = near.take_output()
        if data:
            lines.append("> " + data.hex())
            connection.receive(data, now_ms)
        for event in connection.take_events():
            if event.kind == "execute":
                result = commands.encode({"values": {"relay": event.command["cmd"]}})
                core.finish(event.session_id, wire.STATUS_OK, result, now_ms)
        answer = connection.take_output()
        if answer:
            lines.append("< " + answer.hex())
            near.receive(answer, now_ms)
        if not data and not answer:
            return


def run(mode):
    """Return the lines of the transcript in one mode."""
    crypto = DeviceCrypto()
    ours, theirs = Random(b"gateway"), Random(b"device")
    core = DeviceCore(crypto, theirs, Store(), Facts(mode), 0)
    lines = []
    claim = GatewayClaim(crypto, ours, SERIAL, GATEWAY_ID, PRS, 0, mode, 0)
    exchange(claim, core, core.connect(PEER, True, 0), lines, 0)
    result = claim.result
    link = GatewayLink(
        crypto, ours, SERIAL, GATEWAY_ID, result.binding_key, result.state, 1000, 1700000000000
    )
    connection = core.connect(PEER, True, 1000)
    exchange(link, core, connection, lines, 1000)
    for number, name in enumerate(("turn_on", "turn_off", "turn_on")):
        session_id = bytes(15) + bytes((number,))
        command = commands.encode_command(session_id, name, "relay", {"text": "ä", "level": 7})
        link.open(session_id, command, 2000 + number)
        exchange(link, core, connection, lines, 2000 + number)
    package = b'{"temp":"21.5"}'
    core.send_package(package, 3000)
    for end in (connection, link):
        exchange(link, core, connection, lines, 3000)
        for event in end.take_events():
            if event.kind == "package" and end is link:
                link.package_done(event.session_id, wire.STATUS_OK, 3000)
    exchange(link, core, connection, lines, 3000)
    return lines


def main():
    """Print the transcripts of both modes."""
    for mode in (wire.MODE_DSID_GSID, wire.MODE_DSID):
        print("mode %d" % mode)
        for line in run(mode):
            print(line)


if __name__ == "__main__":
    main()
