"""The protocol's own settings: open where the factory fixed nothing, and nobody is locked out by them."""

import asyncio
from collections.abc import Iterator
import json
import socket
from typing import Any

import pytest

from .test_settings import HOST, FailingStore, PowerCutError, all_settings, run
from .test_settings_trial import Clock, linked, pass_by
from custom_components.iot_secure_gateway.protocol import wire
from iotsg_device import addresses
from iotsg_device.deployment import TRIAL_MS
from iotsg_device.device import Device
from iotsg_device.driver import Peer
from iotsg_device.entities.arguments import Text
from iotsg_device.factory import FactorySettings
from iotsg_device.memory_store import MemoryStore
from iotsg_device.own_lists import MAX_LIST, Addresses, Hosts
from iotsg_device.settings import Setting
from isg_protocol.device_memory import CONFIRMED, PROVISIONAL, Binding
from isg_protocol.events import Event

LANES = ("persistence", "data_persistence")
HOME = "192.0.2.1"
AWAY = "192.0.2.9"
OWNER = b"B\0"


def binding(*texts: str, status: int = CONFIRMED) -> Binding:
    made = Binding(0, status, wire.MODE_DSID_GSID, b"g" * 16, b"k" * 32)
    made.addresses = [addresses.parse(text) or b"" for text in texts]
    return made


def owned(store: MemoryStore, *texts: str) -> MemoryStore:
    """Put an owner into flash whose gateway may come from there."""
    MemoryStore.put(store, OWNER, binding(*(texts or (HOME,))).pack())
    return store


def make(
    store: Any = None, clock: Clock | None = None, address: str | None = None, **factory: Any
) -> Device:
    facts = {"serial": "S-1", "prs": ["00" * 32], "port": 0, **factory}
    return Device(
        host=HOST,
        address=address,
        settings=FactorySettings(facts),
        store=store if store is not None else MemoryStore(),
        clock=clock if clock is not None else Clock(),
        log=lambda line: None,
    )


def allowed(device: Device) -> list[str]:
    """Return where the owner's gateway may come from, as the device works, keeps and tells it."""
    works = [addresses.text(one) for one in device.core.memory.bindings[0].addresses]
    again = make(device.store).core.memory.bindings[0].addresses
    assert [addresses.text(one) for one in again] == works
    told = all_settings(device)["gateway_addresses"]
    assert told["value"] == told["default"] == ",".join(works)
    for one in works:
        assert device.core.address_allowed(addresses.parse(one) or b"")
    return works


def factory_page(device: Device) -> dict[str, Any]:
    pages = run(device, "settings")[1]["pages"]
    page: dict[str, Any] = run(device, "settings", page=pages - 1)[1]
    return page


# --- what the factory fixed --------------------------------------------------------------------------
FIXED: dict[str, Any] = {
    "ping_interval": 7,
    "ping_to": ["192.0.2.1:99"],
    "persistence": "checkpoint",
    "data_persistence": "always",
}


def test_what_the_factory_left_open_can_be_set_and_is_no_factory_setting() -> None:
    device = make()
    settings = all_settings(device)
    assert set(FIXED) <= set(settings)
    assert not set(FIXED) & set(factory_page(device)["factory"])
    assert settings["ping_to"]["risky"] is True
    assert (settings["ping_to"]["type"], settings["ping_to"]["value"]) == ("hosts", "broadcast")
    assert settings["ping_interval"]["range"] == [1, 86400, 1]


@pytest.mark.parametrize("key", FIXED)
def test_what_the_factory_fixed_is_shown_as_such_and_changed_by_nobody(key: str) -> None:
    device = make(**{key: FIXED[key]})
    assert key not in all_settings(device)
    shown = {"ping_to": "192.0.2.1:99"}.get(key, FIXED[key])
    assert factory_page(device)["factory"][key] == shown
    other = {"ping_interval": 9, "ping_to": "broadcast"}.get(key, "always")
    refused = run(device, "set_settings", values={key: other})
    assert refused == (wire.STATUS_REFUSED, "unknown setting")
    assert device.deployment[key] == getattr(device.settings, key)
    # A value in flash from a firmware that had it open changes nothing either.
    store = MemoryStore()
    store.put(b"S" + key.encode(), json.dumps(other).encode())
    assert make(store, **{key: FIXED[key]}).deployment[key] == getattr(device.settings, key)


@pytest.mark.parametrize("key", ["mode", "claim_from", "claim_window", "max_frame", "port"])
def test_what_must_not_change_after_the_claim_is_a_factory_setting_always(key: str) -> None:
    device = make()
    assert key in factory_page(device)["factory"]
    assert run(device, "set_settings", values={key: 1})[1] == "unknown setting"


def test_the_time_of_a_trial_is_told() -> None:
    assert factory_page(make())["trial"] == TRIAL_MS // 1000


# --- addresses of the gateway ------------------------------------------------------------------------
def test_a_device_without_an_owner_has_no_addresses_to_set() -> None:
    device = make()
    assert "gateway_addresses" not in all_settings(device)
    told = {"gateway_addresses": HOME}
    assert run(device, "set_settings", values=told)[1] == "unknown setting"


def test_new_addresses_hold_at_once_and_for_good_once_the_owners_gateway_came() -> None:
    clock, store = Clock(), owned(MemoryStore())
    device = make(store, clock)
    assert allowed(device) == [HOME]
    told = {"gateway_addresses": "192.0.2.9, fd00::1 ,192.0.2.9"}
    done = run(device, "set_settings", values=told)
    assert done == (0, {"settings": {"gateway_addresses": "192.0.2.9,fd00:0:0:0:0:0:0:1"}})
    assert allowed(device) == [AWAY, "fd00:0:0:0:0:0:0:1"]
    assert not device.core.address_allowed(addresses.parse(HOME) or b"")
    linked(device)
    pass_by(device, clock, 2 * TRIAL_MS)
    assert allowed(device) == [AWAY, "fd00:0:0:0:0:0:0:1"]


def test_wrong_addresses_are_taken_back_with_all_that_came_with_them() -> None:
    clock, store = Clock(), owned(MemoryStore())
    device = make(store, clock)
    run(device, "set_settings", values={"gateway_addresses": AWAY, "report_interval": 60})
    pass_by(device, clock, TRIAL_MS)
    assert allowed(device) == [HOME]
    assert device.deployment["report_interval"] == 5


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("act", ["begin", "end", "take back"])
def test_a_cut_at_any_write_leaves_the_old_addresses_or_the_new_and_takes_back_what_none_proved(
    act: str, is_kept: bool
) -> None:
    new = {"gateway_addresses": AWAY, "report_interval": 60}
    for at in range(1, 100):
        clock, store = Clock(), FailingStore()
        owned(store)
        device = make(store, clock)
        if act != "begin":
            run(device, "set_settings", values=new)
            device.deployment.tick(0)
        store.at, store.is_kept = at, is_kept
        try:
            if act == "begin":
                run(device, "set_settings", values=new)
            elif act == "end":
                device.deployment.linked()
            else:
                device.deployment.tick(TRIAL_MS)
        except PowerCutError:
            store.at = 0
        else:
            assert at > 3
            return
        again = make(store, clock)
        found = (allowed(again), again.deployment["report_interval"])
        assert found in (([HOME], 5), ([AWAY], 60)), "all or none"
        assert act != "end" or found == ([AWAY], 60)
        pass_by(again, clock, TRIAL_MS)
        if act == "begin":
            assert allowed(again) == [HOME]
        assert not [key for key in store.keys() if key[:1] in b"TU"]  # noqa: SIM118 - no dict


@pytest.mark.parametrize("is_kept", [False, True])
def test_memory_that_runs_out_at_any_write_ends_in_a_start_with_one_set_or_the_other(
    is_kept: bool,
) -> None:
    values = {"gateway_addresses": AWAY, "report_interval": 60}
    for at in range(1, 100):
        store = FailingStore()
        owned(store)
        device = make(store)
        store.at, store.is_kept, store.error = at, is_kept, MemoryError
        command = {"id": "00" * 16, "cmd": "set_settings", "args": {"values": values}}
        device.driver._execute(bytes(16), command)
        if device.driver.failure is None:
            assert at > 5
            return
        assert isinstance(device.driver.failure, OSError), "it starts anew"
        store.at = 0
        again = make(store)
        found = (allowed(again), again.deployment["report_interval"])
        assert found in (([HOME], 5), ([AWAY], 60))


def released(device: Device) -> None:
    """Have the owner's gateway give the device up."""
    carrier: Any = None
    device.core.release(0)
    device.driver._handle(Event("released", slot=0), Peer(carrier, None, HOST))


@pytest.mark.parametrize("is_cut", [False, True])
def test_addresses_on_trial_never_reach_the_binding_of_the_next_owner(is_cut: bool) -> None:
    clock, store = Clock(), owned(MemoryStore())
    device = make(store, clock)
    run(device, "set_settings", values={"gateway_addresses": AWAY, "ip_recovery": "strict"})
    pass_by(device, clock, 1)
    if is_cut:
        device.core.release(0)  # and the power goes before the driver hears of it
        device = make(store, clock)
    else:
        released(device)
    device.core.memory.add_binding(_claimed("192.0.2.77"))
    pass_by(device, clock, TRIAL_MS)
    assert allowed(device) == ["192.0.2.77"]
    assert device.deployment["ip_recovery"] == "authenticated", (
        "the rest is taken back all the same"
    )


def _claimed(text: str) -> Binding:
    from isg_protocol.caches import LaneCache

    made = binding(text, status=PROVISIONAL)
    made.lanes = [LaneCache(b"a" * 20, b"b" * 20), LaneCache(b"c" * 20, b"d" * 20)]
    return made


def test_a_damaged_record_of_addresses_changes_nothing() -> None:
    store = owned(MemoryStore())
    store.put(b"Tgateway_addresses", b'"nowhere"')
    store.put(b"T", b"")
    assert allowed(make(store)) == [HOME]


def test_addresses_too_long_to_be_told_are_left_alone() -> None:
    long = [f"2001:db8:1111:2222:3333:4444:5555:{number:x}" for number in range(0x1000, 0x1008)]
    device = make(owned(MemoryStore(), *long))
    assert "gateway_addresses" not in all_settings(device)
    assert len(device.core.memory.bindings[0].addresses) == 8


@pytest.mark.parametrize(
    "value",
    [
        "",
        ",",
        "192.0.2.1,",
        "192.0.2.256",
        "192.0.2.0/24",
        "example.org",
        "<b>192.0.2.1</b>",
        "１９２.0.2.1",
        "x" * (MAX_LIST + 1),
        ",".join(f"192.0.2.{number}" for number in range(9)),
        7,
        None,
        ["192.0.2.1"],
    ],
)
def test_what_is_no_list_of_addresses_is_refused(value: object) -> None:
    device = make(owned(MemoryStore()))
    status, reason = run(device, "set_settings", values={"gateway_addresses": value})
    assert status == wire.STATUS_REFUSED
    assert "addresses" in reason
    assert allowed(device) == [HOME]


def test_a_mapped_address_is_the_one_it_stands_for() -> None:
    argument = Addresses()
    assert argument.text(argument.parse("::ffff:192.0.2.1")) == "192.0.2.1"


# --- pings -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("broadcast", "broadcast"),
        ("255.255.255.255", "broadcast"),
        ("home.example, 192.0.2.1:99", "home.example,192.0.2.1:99"),
        ("fd00::1", "fd00::1"),
    ],
)
def test_hosts_are_told_in_one_form(value: str, text: str) -> None:
    argument = Hosts()
    assert argument.text(argument.parse(value)) == text
    assert argument.parse(text) == argument.parse(value)


@pytest.mark.parametrize(
    "value", ["", "a,,b", "host:0", "host:x", "ho st", "<i>", "h" * (MAX_LIST + 1), 7, "a," * 9]
)
def test_what_is_no_host_is_refused(value: object) -> None:
    device = make()
    assert run(device, "set_settings", values={"ping_to": value})[0] == wire.STATUS_REFUSED
    assert device.deployment["ping_to"] == Hosts().parse("broadcast")


@pytest.fixture
def listener(socket_enabled: None) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind((HOST, 0))
        listening.setblocking(False)
        yield listening


async def test_new_targets_and_intervals_count_at_once_not_after_the_old_interval(
    listener: socket.socket,
) -> None:
    device = make(address=HOST)
    pings: Any = device._pings
    send_all, is_sent = pings.send_all, asyncio.Event()

    async def send(port: int) -> None:
        await send_all(port)
        is_sent.set()

    pings.send_all = send
    task = asyncio.create_task(device.serve())
    async with asyncio.timeout(10):
        await is_sent.wait()  # it sleeps out the interval of before now
        to = "{}:{}".format(*listener.getsockname())
        run(device, "set_settings", values={"ping_to": to, "ping_interval": 86400})
        data, _ = await asyncio.get_running_loop().sock_recvfrom(listener, 600)
    assert json.loads(data)["port"] == device.port
    assert pings._interval_ms == 86400_000
    pinging = device._pinging
    run(device, "set_settings", values={"ping_interval": 86400, "report_log": False})
    assert device._pinging is pinging, "what is not new lets it go on"
    device.stop()
    await task


# --- persistence -------------------------------------------------------------------------------------
def test_how_identifiers_are_kept_follows_the_setting_at_once_and_after_a_start() -> None:
    store = MemoryStore()
    device = make(store)
    assert device.core.memory.checkpoints == (False, True)
    run(device, "set_settings", values={"persistence": "checkpoint", "data_persistence": "always"})
    assert device.core.memory.checkpoints == (True, False)
    assert make(store).core.memory.checkpoints == (True, False)


@pytest.mark.parametrize("lane", [0, 1])
def test_before_a_lane_is_kept_always_flash_knows_all_of_it(lane: int) -> None:
    store = MemoryStore()
    device = make(store)
    memory = device.core.memory
    memory.add_binding(_claimed(HOME))
    run(device, "set_settings", values=dict.fromkeys(LANES, "checkpoint"))
    memory.bindings[0].lanes[lane].count = 9  # sessions that flash never heard of
    run(device, "set_settings", values={LANES[lane]: "always"})
    again = make(store).core.memory.bindings[0]
    assert again.lanes[lane].count == 9
    assert again.known_from[lane] >= 10, "outcomes of before are not in flash"


def test_a_trial_that_is_taken_back_keeps_them_first_too() -> None:
    clock, store = Clock(), owned(MemoryStore())
    device = make(store, clock)
    device.core.memory.add_binding(_claimed(HOME))
    run(device, "set_settings", values={"persistence": "checkpoint", "ip_recovery": "strict"})
    device.core.memory.bindings[0].lanes[0].count = 9
    pass_by(device, clock, TRIAL_MS)
    assert device.core.memory.checkpoints == (False, True)
    assert make(store).core.memory.bindings[0].lanes[0].count == 9


# --- pages -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("max_frame", [512, 4096])
def test_every_page_fits_into_a_frame_however_long_its_texts(max_frame: int) -> None:
    longest = ",".join(f"2001:db8:1111:2222:3333:4444:5555:{n:x}" for n in range(0x1000, 0x1006))
    device = Device(
        host=HOST,
        settings=FactorySettings(
            {"serial": "S-1", "prs": ["00" * 32], "port": 0, "max_frame": max_frame}
        ),
        store=owned(MemoryStore(), *longest.split(",")),
        clock=Clock(),
        log=lambda line: None,
        deployment_settings=[Setting(f"t{n}", "T", Text(0, 90), "ü" * 40) for n in range(9)],
    )
    pages = run(device, "settings")[1]["pages"]
    found = []
    for page in range(pages):
        answer = run(device, "settings", page=page)[1]
        assert len(json.dumps(answer, ensure_ascii=False).encode()) < 1024
        found += [one["key"] for one in answer["settings"]]
    assert len(found) == len(set(found)) == 22
    assert run(device, "settings", page=pages) == (wire.STATUS_REFUSED, "no such page")
