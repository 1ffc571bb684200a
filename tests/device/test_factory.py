"""Factory settings and addresses: what is taken, what is refused and with which words."""

import json
import os
from pathlib import Path
import socket
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from tools.provision import make_factory, make_password, write_factory

from iotsg_device import addresses, compat, compat_files, compat_linux, compat_net
from iotsg_device.factory import FactoryError, FactorySettings, load
from iotsg_device.factory_checks import check_of

GOOD: dict[str, Any] = {"serial": "ISG-1", "prs": ["00" * 32]}


def address(text: str) -> bytes:
    found = addresses.parse(text)
    assert found is not None
    return found


def test_defaults() -> None:
    settings = FactorySettings(GOOD)
    assert settings.prs == [bytes(32), None, None, None]
    assert (settings.port, settings.ping_interval, settings.mode) == (8863, 30, 0)
    assert (settings.max_frame, settings.persistence) == (4096, "always")
    assert settings.ping_to == [("255.255.255.255", 8863)]
    assert settings.name == settings.model == "device"


def test_secrets_are_not_shown() -> None:
    assert repr(FactorySettings(GOOD)) == "<FactorySettings ISG-1>"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"serial": "isg"}, "serial"),
        ({"serial": ""}, "serial"),
        ({"serial": 7}, "serial"),
        ({"serial": "A" * 33}, "serial"),
        ({"prs": None}, "prs"),
        ({"prs": []}, "prs"),
        ({"prs": ["00" * 32] * 5}, "prs"),
        ({"prs": ["00" * 31]}, "prs"),
        ({"prs": ["zz" * 32]}, "prs"),
        ({"prs": [None]}, "prs"),
        ({"password": "ABCDEFGHIJKL"}, "password"),
        ({"colour": "red"}, "colour"),
        ({"model": ""}, "model"),
        ({"name": "n" * 65}, "name"),
        ({"manufacturer": 1}, "manufacturer"),
        ({"port": 65536}, "port"),
        ({"port": True}, "port"),
        ({"port": "8863"}, "port"),
        ({"ping_interval": 0}, "ping_interval"),
        ({"ping_interval": 86401}, "ping_interval"),
        ({"mode": 2}, "mode"),
        ({"max_frame": 511}, "max_frame"),
        ({"persistence": "never"}, "persistence"),
        ({"claim_from": "all"}, "claim_from"),
        ({"claim_from": []}, "claim_from"),
        ({"claim_from": ["10.0.0.0/33"]}, "claim_from"),
        ({"claim_from": [1]}, "claim_from"),
        ({"claim_window": 1441}, "claim_window"),
        ({"claim_window": "10"}, "claim_window"),
        ({"claim_from": ["10.0.0.0/8"] * 17}, "claim_from"),
        ({"ping_to": "everyone"}, "ping_to"),
        ({"ping_to": [""]}, "ping_to"),
        ({"ping_to": [":1"]}, "ping_to"),
        ({"ping_to": ["host:0"]}, "ping_to"),
        ({"ping_to": ["host:65536"]}, "ping_to"),
        ({"ping_to": ["ho st"]}, "ping_to"),
        ({"ping_to": ["h" * 254]}, "ping_to"),
        ({"ping_to": ["host"] * 9}, "ping_to"),
    ],
)
def test_each_wrong_setting_is_named(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(FactoryError, match=word):
        FactorySettings({**GOOD, **changes})


def test_ping_targets() -> None:
    settings = FactorySettings({**GOOD, "ping_to": ["192.0.2.1", "gateway.lan:99", "fd00::1"]})
    assert settings.ping_to == [("192.0.2.1", 8863), ("gateway.lan", 99), ("fd00::1", 8863)]


@pytest.mark.parametrize(
    ("claim_from", "peer", "may_claim"),
    [
        ("any", "203.0.113.9", True),
        ("subnet", "192.0.2.77", True),
        ("subnet", "203.0.113.9", False),
        (["10.0.0.0/8", "fd00::/8"], "10.200.0.1", True),
        (["10.0.0.0/8", "fd00::/8"], "11.0.0.1", False),
        (["10.0.0.0/8", "fd00::/8"], "fd12::1", True),
        (["127.0.0.1"], "127.0.0.1", True),
        (["127.0.0.1"], "127.0.0.2", False),
    ],
)
def test_claims_are_answered_as_the_maker_set(
    claim_from: object, peer: str, may_claim: bool
) -> None:
    settings = FactorySettings({**GOOD, "claim_from": claim_from})
    own = [(address("192.0.2.1"), 24)]
    assert settings.may_claim(address(peer), own) is may_claim


def test_load_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "factory.json"
    path.write_text(json.dumps(GOOD))
    assert load(str(path)).serial == "ISG-1"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "missing"),
        (b"{", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[1]", "JSON object"),
        (b"[" * 4000, "not JSON"),
        (b" " * 5000, "longer"),
    ],
)
def test_a_file_that_can_not_be_used_says_why(
    tmp_path: Path, data: bytes | None, words: str
) -> None:
    path = tmp_path / "factory.json"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(FactoryError, match=words):
        load(str(path))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("::", "0:0:0:0:0:0:0:0"),
        ("fe80::1%eth0", "fe80:0:0:0:0:0:0:1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("01.2.3.4", None),
        ("1.2.3", None),
        ("1.2.3.256", None),
        ("1.2.3.4.5", None),
        ("²1.2.3.4", None),
        ("1::2::3", None),
        (":::", None),
        (":1", None),
        ("1:2:3:4:5:6:7:8:9", None),
        ("1:2:3:4:5:6:7::8", None),
        ("12345::", None),
        ("g::", None),
        ("::1.2.3.4:5", None),
        ("::1.2.3", None),
        ("x" * 65, None),
        ("", None),
    ],
)
def test_addresses(text: str, shown: str | None) -> None:
    found = addresses.parse(text)
    assert (found and addresses.text(addresses.normalise(found))) == shown


@pytest.mark.parametrize(
    "text", ["10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/999999", "x/8", "fd00::/129"]
)
def test_what_is_no_network(text: str) -> None:
    assert addresses.parse_network(text) is None


def test_the_peer_address_does_not_depend_on_the_kind_of_socket() -> None:
    assert compat_net.address_of(("192.0.2.1", 5)) == bytes((192, 0, 2, 1))
    assert compat_net.address_of(("::ffff:192.0.2.1", 5, 0, 0)) == bytes((192, 0, 2, 1))
    assert compat_net.address_of(None) is None
    assert compat_net.address_of(("", 0)) is None


ROUTES = """Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\tzz\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t0002\t00000000\t0001\t0\t0\t0\t00FF\t0\t0\t0
"""
IF_INET6 = """fd000000000000000000000000000002 04 40 00 82     eth0
zz 04 40 00 82 eth0
fd00 04 40 00 82 eth0

"""
FIB_TRIE = """Main:
     |-- 192.0.2.0
        /24 link UNICAST
           |-- 192.0.2.2
              /32 host LOCAL
           |-- nonsense
              /32 host LOCAL
           |-- 192.0.2.2
              /32 host LOCAL
"""


def test_tables_of_the_kernel_are_read_and_odd_lines_skipped() -> None:
    assert compat_linux.parse_routes(ROUTES.splitlines()) == [(bytes((192, 0, 2, 0)), 24)]
    assert compat_linux.parse_if_inet6(IF_INET6.splitlines()) == [(address("fd00::2"), 64)]
    assert compat_linux.parse_fib_trie(FIB_TRIE.splitlines()) == [bytes((192, 0, 2, 2))]


def test_loopback_counts_as_an_own_network() -> None:
    assert FactorySettings(GOOD).may_claim(bytes((127, 0, 0, 1)), compat_net.own_networks())


def test_tables_are_read_line_by_line_and_not_for_ever(tmp_path: Path) -> None:
    (tmp_path / "table").write_text("line\n" * 1000)
    assert list(compat_linux._lines(str(tmp_path / "table"))) == ["line\n"] * 500
    assert list(compat_linux._lines(str(tmp_path / "missing"))) == []


def test_own_address_by_the_tables_of_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = {
        "/proc/net/route": ROUTES.splitlines(),
        "/proc/net/fib_trie": FIB_TRIE.splitlines(),
    }
    monkeypatch.setattr(compat_linux, "_lines", tables.get)
    assert compat_linux.own_address_by_tables(address("192.0.2.99")) == "192.0.2.2"
    assert compat_linux.own_address_by_tables(address("203.0.113.1")) == "192.0.2.2"
    assert compat_linux.own_address_by_tables(address("127.0.0.1")) == "127.0.0.1"
    monkeypatch.setattr(compat_linux, "_lines", lambda path: [])
    assert compat_linux.own_address_by_tables(address("192.0.2.99")) is None


def test_a_board_asks_its_station(monkeypatch: pytest.MonkeyPatch) -> None:
    class Station:
        connected = True
        facts = ("192.0.2.7", "255.255.255.0")

        def isconnected(self) -> bool:
            return self.connected

        def ifconfig(self) -> tuple[str, ...]:
            return (*self.facts, "192.0.2.1", "192.0.2.1")

    station = Station()
    network = SimpleNamespace(STA_IF=0, WLAN=lambda interface: station)
    monkeypatch.setattr(compat_net, "IS_MICROPYTHON", True)
    monkeypatch.setitem(sys.modules, "network", network)
    assert compat_net.own_networks() == [(bytes((192, 0, 2, 7)), 24)]
    assert compat_net.own_address(None) == "192.0.2.7"
    station.facts = ("", "")
    assert compat_net.own_networks() == []
    station.connected = False
    assert compat_net._station() is None
    monkeypatch.setitem(sys.modules, "network", None)
    assert compat_net._station() is None


def test_nodelay_is_asked_for_where_there_is_such_a_thing(socket_enabled: None) -> None:
    compat_net.set_nodelay(None)
    with socket.socket() as handle:
        compat_net.set_nodelay(handle)
        assert handle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_files_of_a_board_are_written_through_by_flush(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compat_files, "IS_MICROPYTHON", True)
    monkeypatch.delattr(os, "fsync")
    with compat_files.open_unbuffered(str(tmp_path / "a"), "wb") as file:
        file.write(b"1")
        compat_files.sync(file)
    compat_files.replace(str(tmp_path / "a"), str(tmp_path / "b"))
    assert (tmp_path / "b").read_bytes() == b"1"
    with pytest.raises(OSError):
        compat_files.replace(str(tmp_path / "missing"), str(tmp_path / "c"))
    compat_files.make_folder(str(tmp_path / "folder"))
    compat_files.make_folder(str(tmp_path / "folder"))
    assert (tmp_path / "folder").is_dir()


def told(settings: FactorySettings) -> dict[str, object]:
    """Return all that the settings say."""
    return dict(vars(settings))


def test_a_file_damaged_at_any_byte_is_refused_or_says_the_same(tmp_path: Path) -> None:
    values = make_factory("LAMP-1", [make_password()], ping_to=["192.0.2.7:9000"], model="Lamp")
    path = Path(write_factory(str(tmp_path), values))
    good = path.read_bytes()
    wanted = told(load(str(path)))
    refused = 0
    for at in range(len(good)):
        for flipped in (1, 2, 0x20, 0x80):
            path.write_bytes(good[:at] + bytes((good[at] ^ flipped,)) + good[at + 1 :])
            try:
                assert told(load(str(path))) == wanted, at
            except FactoryError:
                refused += 1
        path.write_bytes(good[:at])
        try:
            assert told(load(str(path))) == wanted, at
            assert good[at:].isspace()
        except FactoryError:
            refused += 1
    assert refused > 3 * len(good)


def test_a_file_without_its_check_is_taken_and_a_wrong_check_says_what_to_do() -> None:
    values = {"serial": "A-1", "prs": ["00" * 32]}
    assert FactorySettings(values).serial == "A-1"
    assert FactorySettings({**values, "check": check_of(values)}).serial == "A-1"
    with pytest.raises(FactoryError, match=r"damaged, put it back \(without 'check'"):
        FactorySettings({**values, "serial": "A-2", "check": check_of(values)})
    with pytest.raises(FactoryError, match="texts, whole numbers"):
        FactorySettings({**values, "port": 1.5, "check": "00000000"})


def test_a_board_tells_why_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = SimpleNamespace(PWRON_RESET=7, WDT_RESET=9, reset_cause=lambda: 9)
    monkeypatch.setitem(sys.modules, "machine", machine)
    assert compat.reset_cause() == 0  # a computer has no such module, whatever goes by its name
    monkeypatch.setattr(compat, "IS_MICROPYTHON", True)
    assert compat.reset_cause() == 3
    machine.reset_cause = lambda: 7
    assert compat.reset_cause() == 1
    machine.reset_cause = lambda: 99
    assert compat.reset_cause() == 0
    del machine.reset_cause
    assert compat.reset_cause() == 0
    monkeypatch.setitem(sys.modules, "machine", None)
    assert compat.reset_cause() == 0
