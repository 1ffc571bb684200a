"""What is found out and remembered of threats, and how much of it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
import socket
import threading

import pytest

from .kit import BOB, SERIAL, Bench, soon
from .watched import Watched
from custom_components.iot_secure_gateway.gateway import (
    restraints as restraining,
    threat_memory,
    told_breaches,
    tracing,
)
from custom_components.iot_secure_gateway.gateway.events import Breach
from custom_components.iot_secure_gateway.gateway.monitoring_store import MonitoringRecord
from custom_components.iot_secure_gateway.gateway.restraints import (
    MAX_BLOCKED_SOURCES,
    Block,
    Restraints,
)
from custom_components.iot_secure_gateway.gateway.threat_events import (
    ThreatSeen,
    ThreatTraced,
    Trace,
)
from custom_components.iot_secure_gateway.gateway.threat_memory import (
    MAX_THREATS,
    MAX_TRIERS,
    ThreatMemory,
)
from custom_components.iot_secure_gateway.gateway.told_breaches import ToldBreaches
from custom_components.iot_secure_gateway.gateway.tracing import Login, Tracer
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.threats import Detection, Level


@pytest.fixture
async def rig(socket_enabled: None) -> AsyncIterator[Watched]:
    rig = Watched()
    await rig.start()
    yield rig
    await rig.stop()


# --- traces -----------------------------------------------------------------------------------------------
class Logins:
    """Knows one login."""

    def address_now(self) -> str:
        return "10.0.0.7"

    async def login(self, user_id: str) -> Login:
        return Login(address="10.0.0.8", client="App\n")


async def test_a_trace_tells_who_where_and_what_was_tried(
    rig: Watched, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "arp"
    table.write_text(
        "IP address HW type Flags HW address Mask Device\n"
        "10.0.0.1 0x1 0x2 aa:bb:cc:dd:ee:00 * eth0\nbad\n10.0.0.9 0x1 0x0 00:00:00:00:00:00 * e\n"
        "10.0.0.7 0x1 0x2 AA:bb:cc:dd:ee:ff * eth0\n"
    )
    monkeypatch.setattr(socket, "gethostbyaddr", lambda address: (f"host-{address}\n", [], []))
    rig.gateway.monitor.tracer = Tracer(table)
    rig.gateway.monitor.tracer.logins = Logins()
    await rig.claimed(bench)
    await rig.refused(BOB)
    await soon(lambda: rig.seen(ThreatTraced) != [])
    trace = rig.seen(ThreatTraced)[0].trace
    assert trace.mac == "aa:bb:cc:dd:ee:ff"
    assert trace.host_name == "host-10.0.0.7\N{REPLACEMENT CHARACTER}"
    assert (trace.login_address, trace.login_client) == (
        "10.0.0.8",
        "App\N{REPLACEMENT CHARACTER}",
    )
    assert (trace.tried, trace.first_seen) == ("unauthorised_user 1", rig.now)
    (kept,) = rig.gateway.monitor.memory.threats.values()
    assert (kept.trace, kept.source) == (trace, "10.0.0.7")
    tracer = rig.gateway.monitor.tracer
    assert (await tracer.trace("10.0.0.9", "") or None) is not None
    found = await tracer.trace("10.0.0.9", "")
    assert found is not None
    assert found.mac == ""


async def test_what_does_not_answer_stays_empty(
    rig: Watched, bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(address: str) -> object:
        raise socket.herror(1, "unknown host")

    monkeypatch.setattr(socket, "gethostbyaddr", fail)
    tracer = Tracer(tmp_path / "missing")
    found = await tracer.trace("10.0.0.7", "")
    assert found is not None
    assert (found.mac, found.host_name) == ("", "")


async def test_so_many_traces_at_once_and_no_more(tmp_path: Path) -> None:
    tracer, go_on = Tracer(tmp_path / "missing"), asyncio.Event()

    class Slow(Logins):
        async def login(self, user_id: str) -> Login:
            await go_on.wait()
            return Login()

    tracer.logins = Slow()
    tasks = [asyncio.create_task(tracer.trace("", "bob")) for _ in range(8)]
    await asyncio.sleep(0)
    assert await tracer.trace("10.0.0.7", "bob") is None
    go_on.set()
    assert None not in await asyncio.gather(*tasks)


async def test_a_broken_source_of_logins_costs_the_trace_only(
    rig: Watched, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Logins):
        async def login(self, user_id: str) -> Login:
            raise ValueError("broken")

    rig.gateway.monitor.tracer.logins = Broken()
    await rig.claimed(bench)
    await rig.refused(BOB)
    await soon(lambda: "Could not trace" in caplog.text)
    assert await rig.refused(BOB) is Reason.BLOCKED


# --- memory -----------------------------------------------------------------------------------------------
async def test_threats_are_remembered_over_a_restart(rig: Watched, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.refused(BOB)
    threat = await rig.threat(Detection.UNAUTHORISED_USER)
    await soon(lambda: rig.seen(ThreatTraced) != [])
    await rig.restart()
    (kept,) = rig.gateway.monitor.memory.threats.values()
    assert kept.id == threat.id
    assert ThreatSeen.from_dict(kept.to_dict()) == kept


@pytest.mark.parametrize(
    "memory",
    [
        {"threats": 5, "told": {}, "baselines": {}},
        {"threats": [{}], "told": {}, "baselines": {}},
        {"threats": [], "told": 5, "baselines": {}},
        {"threats": [], "told": {"S": {"boot": 1, "told": 5, "live": {}}}, "baselines": {}},
        {"threats": [], "told": {}, "baselines": {"S": {}}},
        {"later": 1},
    ],
)
async def test_a_damaged_memory_is_begun_anew(rig: Watched, memory: dict[str, object]) -> None:
    await rig.stop()
    await rig.stores.monitoring.save_memory(memory)
    await rig.start()
    assert not rig.gateway.monitor.memory.threats
    assert not rig.gateway.monitor.memory.baselines


async def test_the_memory_is_saved_now_and_then(
    rig: Watched, bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await rig.claimed(bench)
    await rig.refused(BOB)
    save, is_failing = rig.stores.monitoring.save_memory, True

    async def sometimes(memory: dict[str, object]) -> None:
        if is_failing:
            raise OSError("disk full")
        await save(memory)

    monkeypatch.setattr(rig.stores.monitoring, "save_memory", sometimes)
    for _ in range(12):
        rig.tick(5)
    await soon(lambda: "could not be saved" in caplog.text)
    is_failing = False
    for _ in range(12):
        rig.tick(5)
    store = rig.stores.monitoring
    await soon(lambda: store.memory is not None)  # type: ignore[attr-defined]


# --- bounds -----------------------------------------------------------------------------------------------
def a_threat(number: int, detection: Detection) -> ThreatSeen:
    return ThreatSeen(
        id=str(number), at=number, detection=detection, level=Level.HIGH, serial=SERIAL
    )


def test_a_flood_of_the_network_pushes_out_nothing_but_itself() -> None:
    memory = ThreatMemory()
    memory.add(a_threat(0, Detection.COPY_SUSPECTED))
    for number in range(1, 2 * MAX_THREATS):
        memory.add(a_threat(number, Detection.SPOOFED_DEVICE))
    assert len(memory.threats) == MAX_THREATS
    assert "0" in memory.threats
    for number in range(2 * MAX_THREATS, 4 * MAX_THREATS):
        memory.add(a_threat(number, Detection.COPY_SUSPECTED))
    assert len(memory.threats) == MAX_THREATS
    assert "0" not in memory.threats
    assert memory.traced("0", Trace()) is None


def test_so_many_who_try_are_remembered_and_what_they_tried_is_bounded() -> None:
    memory = ThreatMemory()
    for number in range(MAX_TRIERS + 1):
        memory.tried(f"10.0.0.{number}", Detection.FLOOD, number)
    assert memory.tried("10.0.0.0", Detection.FLOOD, 9999).first_seen == 9999, "was forgotten"
    for detection in Detection:
        trace = memory.tried("user:bob", detection, 1)
    assert len(trace.tried) <= 255


def test_so_many_devices_are_learned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = ThreatMemory()
    monkeypatch.setattr(threat_memory, "MAX_BASELINES", 1)
    now = datetime.now(UTC)
    assert memory.learn("A", 1.0, now) is not None
    assert memory.learn("B", 1.0, now) is None
    assert memory.learn("A", 2.0, now) is not None


def test_of_so_many_devices_it_is_known_what_they_told() -> None:
    told = ToldBreaches()

    def new(serial: str) -> int:
        breach = Breach(
            serial=serial, code=1, is_authenticated=False, detail="", is_told=True, boot=1, total=1
        )
        return told.new_ones(breach)

    assert [new("A"), new("A")] == [1, 0]
    for number in range(told_breaches.MAX_SERIALS):
        new(f"S-{number}")
    assert new("A") == 1, "was forgotten"


def test_what_was_found_on_a_live_link_is_told_once_more_and_counts_once() -> None:
    told = ToldBreaches()
    live = Breach(serial=SERIAL, code=5, is_authenticated=True, detail="")
    assert [told.new_ones(live), told.new_ones(live)] == [1, 1]
    afterwards = replace(live, is_told=True, boot=3, total=1)
    assert told.new_ones(afterwards) == 0
    assert told.new_ones(replace(afterwards, total=3)) == 1
    assert told.new_ones(replace(afterwards, boot=4, total=1)) == 1


def test_so_many_are_blocked_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    restraints = Restraints({})
    monkeypatch.setattr(restraining, "MAX_BLOCKED_USERS", 1)
    block = Block(serial="S", user_id="a", since=0, until=1, threat="t")
    assert restraints.block(block)
    assert restraints.block(replace(block, until=2))
    assert not restraints.block(replace(block, user_id="b"))
    for number in range(MAX_BLOCKED_SOURCES + 1):
        restraints.block(Block(serial="", source=str(number), since=0, until=1, threat="t"))
    assert len(restraints.sources) == MAX_BLOCKED_SOURCES
    assert not restraints.is_source_blocked("0", 0)


@pytest.mark.parametrize(
    "content",
    [
        {"policy": {}, "suspensions": 5, "blocks": []},
        {"policy": {}, "suspensions": [], "blocks": 5},
        {"policy": {}, "suspensions": [{"serial": ""}], "blocks": []},
        {"policy": {}, "suspensions": [], "blocks": [{"serial": "S", "user_id": "u", "held": 5}]},
        {"policy": 5, "suspensions": [], "blocks": []},
        5,
    ],
)
def test_a_record_out_of_form_is_refused(content: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        MonitoringRecord.from_dict(content)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": 5},
        {"id": "x" * 256},
        {"at": -1},
        {"level": "x"},
        {"responses": 5},
        {"trace": {}},
        {"alarms": 5},
        {"detection": None},
        {"more": 1},
        {"is_proven": 1},
        {"count": -1},
    ],
)
def test_a_threat_out_of_form_is_refused(wrong: dict[str, object]) -> None:
    content = {**a_threat(1, Detection.FLOOD).to_dict(), **wrong}
    with pytest.raises(ValueError, match="expected|unknown"):
        ThreatSeen.from_dict(content)


async def test_a_name_server_that_does_not_answer_holds_so_many_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracer, let_go, held = Tracer(tmp_path / "missing"), threading.Event(), threading.Semaphore(0)

    def slow(address: str) -> object:
        held.release()
        let_go.wait(10)
        return "name", [], []

    monkeypatch.setattr(socket, "gethostbyaddr", slow)
    monkeypatch.setattr(tracing, "WITHIN_S", 0.0)
    for _ in range(2 * tracing.MAX_THREADS):
        found = await tracer.trace("10.0.0.7", "")
        assert found is not None
        assert found.host_name == ""
    assert tracer._asking <= tracing.MAX_THREADS
    let_go.set()
    await soon(lambda: tracer._asking == 0)


async def test_a_name_server_that_fails_when_nobody_waits_any_more_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracer, let_go = Tracer(tmp_path / "missing"), threading.Event()

    def fail_late(address: str) -> object:
        let_go.wait(10)
        raise socket.herror(1, "unknown host")

    errors: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, error: errors.append(error))
    monkeypatch.setattr(socket, "gethostbyaddr", fail_late)
    monkeypatch.setattr(tracing, "WITHIN_S", 0.0)
    assert await tracer.trace("10.0.0.7", "") is not None
    let_go.set()
    await soon(lambda: tracer._asking == 0)
    await asyncio.sleep(0)
    assert errors == []
