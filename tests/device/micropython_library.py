"""Run by MicroPython: parts of the device library that differ there. Prints `ok NAME` per part.

micropython micropython_library.py DEVICE_FIRMWARE SCRATCH_FOLDER
"""

import asyncio
import json
import os
import sys

sys.path.insert(0, sys.argv[1])

from iotsg_device import compat_net
from iotsg_device.clock import Clock
from iotsg_device.deployment import TRIAL_MS, Deployment
from iotsg_device.driver import Driver
from iotsg_device.entities import CommandFailed, Sensor, Switch
from iotsg_device.executor import Executor
from iotsg_device.factory import FactoryError, FactorySettings, load
from iotsg_device.journal import RECORD_SIZE, Journal
from iotsg_device.memory_store import MemoryStore
from isg_protocol.caches import LaneCache
from isg_protocol.device_memory import CONFIRMED, Binding, DeviceMemory

SCRATCH = sys.argv[2]
ABOUT = {"manufacturer": "", "model": "m", "fw": "1", "name": "n"}
SETTINGS = {"serial": "M-1", "prs": ["00" * 32]}


def expect(is_so, what):
    """End with an error unless `is_so`."""
    if not is_so:
        print("failed:", what)
        sys.exit(1)


class FakeCore:
    """Takes what the driver says at the end of a command."""

    live = None

    def __init__(self):
        self.finished = []

    def finish(self, session_id, status, result, now_ms):
        self.finished.append((session_id, status, result))


def journal():
    """Cut the file around each border of a record; values, deletes and compaction survive."""
    path = SCRATCH + "/journal.bin"
    store = Journal(path, max_bytes=40 * RECORD_SIZE)
    for number in range(100):
        store.put(b"k%d" % (number % 3), b"%d" % number)
    store.delete(b"k1")
    store.close()
    with open(path, "rb") as file:
        data = file.read()
    expect(len(data) % RECORD_SIZE == 0 and len(data) <= 40 * RECORD_SIZE, "size")
    for cut in range(len(data) - RECORD_SIZE, len(data) + 1, 7):
        with open(path, "wb") as file:
            file.write(data[:cut])
        store = Journal(path)
        expect(not store.lost and store.get(b"k0") == b"99", "cut")
        store.put(b"new", b"value")
        store.close()
        expect(Journal(path).get(b"new") == b"value", "write after cut")
    with open(path, "wb") as file:
        file.write(data[:50] + b"\x00\x01" + data[52:])
    expect(Journal(path).lost and Journal(path).lost, "damage")
    Journal(path).forget_damage()
    expect(not Journal(path).lost, "forgotten")


def handlers():
    """Async handlers run as tasks; failures and time-outs are told."""

    async def valve(is_on):
        await asyncio.sleep(0)
        if not is_on:
            raise CommandFailed("stuck")

    core = FakeCore()
    valve_entity = Switch("valve", "Valve", valve)
    executor = Executor([valve_entity, Sensor("t", "T", lambda: 2.25)], ABOUT, 512, print)
    driver = Driver(core, MemoryStore(), executor, FactorySettings(SETTINGS), Clock(), print)

    async def run():
        for name in ("turn_on", "turn_off"):
            driver._execute(b"s", {"cmd": name, "entity": "valve", "id": "00" * 16})
            while driver._tasks:
                await asyncio.sleep(0)
        driver._execute(b"s", {"cmd": "read", "id": "00" * 16, "args": {"keys": ["t"]}})

    asyncio.run(run())
    expect(
        core.finished
        == [
            (b"s", 0, b'{"values":{"valve":true}}'),
            (b"s", 1, b'{"error":"stuck"}'),
            (b"s", 0, b'{"values":{"t":"2.2"}}'),
        ]
        or core.finished[2][2] == b'{"values":{"t":"2.3"}}',
        core.finished,
    )


def settings():
    """Settings are read, and wrong ones refused, as on CPython."""
    store = MemoryStore()
    changed = []
    factory = FactorySettings(
        {"serial": "M-1", "prs": ["ab" * 32], "ping_to": ["192.0.2.9:8863"], "claim_from": "any"}
    )
    deployment = Deployment(store, [], changed.append, lambda: changed.append(1), factory)
    last = pages(deployment)[-1]
    expect(last["factory"]["ping_to"] == "192.0.2.9:8863", last)
    expect("prs" not in last["factory"], last)
    deployment.execute("set_settings", {"values": {"ip_recovery": "strict", "report_interval": 9}})
    expect(deployment["ip_recovery"] == "strict", "set")
    deployment.tick(0)
    deployment.tick(TRIAL_MS)
    expect(deployment["ip_recovery"] == "authenticated", "taken back")
    expect(deployment["report_interval"] == 5, "taken back whole")
    deployment.execute("set_settings", {"values": {"ip_recovery": "strict"}})
    deployment.linked()
    deployment.tick(2 * TRIAL_MS)
    expect(sorted(store.keys()) == [b"Sip_recovery", b"Sreport_interval"], "trial is over")
    expect(deployment["ip_recovery"] == "strict", "proved good")
    with open(SCRATCH + "/factory.json", "w") as file:
        file.write('{"serial":"M-1","prs":["' + "ab" * 32 + '"]}')
    expect(load(SCRATCH + "/factory.json").prs[0] == b"\xab" * 32, "prs")
    for wrong in ("", "{", "[" * 200, "[]", "\xff"):
        with open(SCRATCH + "/factory.json", "w") as file:
            file.write(wrong)
        try:
            load(SCRATCH + "/factory.json")
            expect(False, wrong)
        except FactoryError:
            pass


def pages(deployment):
    """Return all that `settings` tells."""
    found = []
    while not found or len(found) < found[0]["pages"]:
        found.append(json.loads(deployment.execute("settings", {"page": len(found)})[1]))
    return found


def lists():
    """Lists of addresses and hosts, and how lanes are kept, are set as on CPython."""
    store = MemoryStore()
    binding = Binding(0, CONFIRMED, 0, b"g" * 16, b"k" * 32)
    binding.addresses = [bytes((192, 0, 2, 1))]
    binding.lanes = [LaneCache(b"a" * 20, b"b" * 20), LaneCache(b"c" * 20, b"d" * 20)]
    DeviceMemory(store, (False, True)).add_binding(binding)
    factory = FactorySettings({"serial": "M-1", "prs": ["ab" * 32]})
    deployment = Deployment(store, [], print, lambda: None, factory)
    deployment.memory = memory = DeviceMemory(store, (False, True))
    told = {one["key"]: one for page in pages(deployment) for one in page["settings"]}
    expect(told["gateway_addresses"]["value"] == "192.0.2.1", told)
    expect(told["ping_to"]["value"] == "broadcast", told)
    values = {
        "gateway_addresses": "fd00::1, 192.0.2.2",
        "ping_to": "home.lan,192.0.2.9:99",
        "persistence": "checkpoint",
    }
    expect(deployment.check("set_settings", {"values": values}) is None, "checked")
    done = json.loads(deployment.execute("set_settings", {"values": values})[1])["settings"]
    expect(done["gateway_addresses"] == "fd00:0:0:0:0:0:0:1,192.0.2.2", done)
    expect(memory.bindings[0].addresses[1] == bytes((192, 0, 2, 2)), "in the binding")
    expect(deployment["ping_to"] == [("home.lan", 8863), ("192.0.2.9", 99)], "hosts")
    expect(memory.checkpoints == (True, True), "persistence")
    for wrong in ("", "a b", "h" * 300, 7):
        for key in ("gateway_addresses", "ping_to"):
            refused = deployment.check("set_settings", {"values": {key: wrong}})
            expect(refused is not None, wrong)
    deployment.tick(0)
    deployment.tick(TRIAL_MS)
    expect(memory.bindings[0].addresses == [bytes((192, 0, 2, 1))], "taken back")
    expect(memory.checkpoints == (False, True), "taken back")
    expect(deployment["ping_to"] == [("255.255.255.255", 8863)], "taken back")


def board():
    """On a board the Wi-Fi station tells address and network (the module is faked here)."""

    class Station:
        connected = True

        def isconnected(self):
            return self.connected

        def ifconfig(self):
            return ("192.0.2.7", "255.255.255.0", "192.0.2.1", "192.0.2.1")

    class Network:
        STA_IF = 0

        def WLAN(self, interface):
            return Station()

    expect(compat_net.own_address(compat_net.resolve("127.0.0.1", 1)) == "127.0.0.1", "linux")
    sys.modules["network"] = Network()
    expect(compat_net.own_networks() == [(bytes((192, 0, 2, 7)), 24)], "network")
    expect(compat_net.own_address(None) == "192.0.2.7", "address")
    Station.connected = False
    expect(compat_net.address_of(("192.0.2.9", 5)) == bytes((192, 0, 2, 9)), "tuple")
    del sys.modules["network"]


for part in (journal, handlers, settings, lists, board):
    part()
    print("ok", part.__name__)
os.remove(SCRATCH + "/factory.json")
