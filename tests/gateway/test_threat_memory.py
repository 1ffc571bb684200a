"""What is found out and remembered of threats, and how much of it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import socket

import pytest

from .kit import BOB, Bench, soon
from .watched import Watched
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen, ThreatTraced
from custom_components.iot_secure_gateway.gateway.tracing import Login, Tracer
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.threats import Detection


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
