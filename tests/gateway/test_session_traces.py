"""The newest sessions of a device, as people are shown them: FIG 12 and FIG 13 over real sockets, and times (B34)."""

import asyncio
from dataclasses import replace

import pytest

from .kit import ANN, HOST, SERIAL, Bench, Proxy, Rig, until
from custom_components.iot_secure_gateway.gateway.errors import (
    CommandFailed,
    NotExecuted,
    OutcomeUnknown,
    RefusedByDevice,
)
from custom_components.iot_secure_gateway.gateway.event_bus import EventBus
from custom_components.iot_secure_gateway.gateway.events import OwnerChanged
from custom_components.iot_secure_gateway.gateway.session_traces import (
    MAX_SESSIONS,
    MAX_TIMES,
    MIN_TIMES,
    SHOWN,
    SLOW_MS,
    Cache,
    DeviceTrace,
    End,
    SessionTraces,
    TracedSession,
)
from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.caches import LaneCache
from custom_components.iot_secure_gateway.protocol.events import Event, SessionEvent


def written(cache: Cache | None) -> tuple[str, str] | None:
    """Return a cache in the figure's notation: "(Z) E" is provisional Z beside E."""
    if cache is None:
        return None
    return (
        f"({cache.new_gsid}) {cache.gsid}" if cache.new_gsid else cache.gsid,
        f"({cache.new_dsid}) {cache.dsid}" if cache.new_dsid else cache.dsid,
    )


def newest(rig: Rig) -> TracedSession:
    return rig.gateway.traces.of(SERIAL).sessions[-1]


def held(rig: Rig) -> tuple[str, str]:
    """Return what the gateway's own cache of the command lane begins with."""
    state = rig.gateway._keeper.get(SERIAL)
    assert state is not None
    cache = state.lanes[wire.LANE_COMMAND]
    return cache.opener_id[:SHOWN].decode(), cache.acceptor_id[:SHOWN].decode()


async def test_session_is_traced_as_figure_13_draws_it(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await bench.hush()
    await rig.turn(False)
    e, five = held(rig)
    await rig.turn(True)
    z, two = held(rig)
    assert len({e, z, five, two}) == 4
    session = newest(rig)
    assert (session.command, session.end, session.reason) == ("turn_on", End.DONE, "")
    assert (written(session.gateway), written(session.device)) == ((e, five), (e, five))
    assert [(step.name, written(step.gateway), written(step.device)) for step in session.steps] == [
        ("open", (f"({z}) {e}", five), (e, five)),
        ("echo", (f"({z}) {e}", five), (f"({z}) {e}", f"({two}) {five}")),
        ("commit", (z, two), (f"({z}) {e}", f"({two}) {five}")),
        ("result", (z, two), (z, two)),
    ]
    times = [step.at_ms for step in session.steps]
    assert times == sorted(times)
    assert session.handshake_ms == times[2]
    assert session.total_ms is not None
    assert 0 < session.handshake_ms <= session.total_ms
    earlier = rig.gateway.traces.of(SERIAL).sessions[-2]
    assert earlier.number is not None
    assert (session.key, session.number) == (earlier.key + 1, earlier.number + 1)


async def test_device_without_gsids_is_traced_as_figure_12(rig: Rig) -> None:
    bench = Bench(mode=wire.MODE_DSID)
    await bench.start()
    await rig.claimed(bench)
    await bench.hush()
    await rig.turn(False)
    five = held(rig)[1]
    await rig.turn(True)
    two = held(rig)[1]
    assert [
        (step.name, written(step.gateway), written(step.device)) for step in newest(rig).steps
    ] == [
        ("open", ("", five), ("", five)),
        ("echo", ("", five), ("", f"({two}) {five}")),
        ("commit", ("", two), ("", f"({two}) {five}")),
        ("result", ("", two), ("", two)),
    ]
    await bench.stop()


async def test_running_session_is_told_with_what_is_provisional(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await bench.hush()
    told = asyncio.Event()

    def look() -> None:
        if newest(rig).steps[-1].name == "commit":
            told.set()

    remove = rig.gateway.traces.add_listener(look)
    task = asyncio.create_task(rig.turn(True, "slow"))
    await asyncio.wait_for(told.wait(), 10)
    session = newest(rig)
    assert session.end is None
    assert session.total_ms is None
    device = session.steps[-1].device
    assert device is not None
    assert device.new_gsid != "" != device.new_dsid  # in brackets, until RESULT proves them
    bench.gate.set()
    await task
    assert newest(rig).end is End.DONE
    told.clear()
    remove()
    remove()
    await rig.turn(True)
    assert not told.is_set()


async def test_cut_session_proves_nothing_of_the_device_until_its_next_echo(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    device = await rig.claimed(bench, proxy.port)
    await bench.hush()
    await rig.turn(True)
    proxy.arm("G")  # OPEN is lost
    with pytest.raises(NotExecuted):
        await rig.turn(False)
    lost = newest(rig)
    assert [step.name for step in lost.steps] == ["open"]
    assert (lost.end, lost.reason) == (End.NOT_EXECUTED, "cut")
    assert (lost.number, lost.handshake_ms) == (None, None)
    await until(device, lambda: device.stats.links == 2)
    await rig.turn(False)
    session = next(one for one in rig.gateway.traces.of(SERIAL).sessions if one.key == lost.key + 1)
    assert session.device is session.steps[0].device is None
    assert session.steps[1].device is not None


async def test_device_that_goes_silent_keeps_a_session_no_longer_than_a_step_may_take(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    rig.settings = replace(rig.settings, step_timeout_ms=200)
    await rig.restart()
    await rig.claimed(bench, proxy.port)
    await bench.hush()
    proxy.mute()
    with pytest.raises(NotExecuted):
        await rig.turn(True)
    session = newest(rig)
    assert (session.end, session.reason) == (End.NOT_EXECUTED, "timeout")
    assert session.total_ms is not None
    assert rig.gateway.traces.step_limit_ms == 200
    assert session.total_ms > 200 - 2  # links count in whole milliseconds
    proxy.mute(is_mute=False)
    assert bench.switched == []


async def test_outcome_that_is_learnt_later_is_shown_too(
    rig: Rig, bench: Bench, proxy: Proxy
) -> None:
    device = await rig.claimed(bench, proxy.port)
    await bench.hush()
    proxy.arm("GDG", deliver=True)  # RESULT is lost
    with pytest.raises(OutcomeUnknown):
        await rig.turn(True)
    lost = newest(rig)
    assert (lost.end, lost.reason) == (End.UNKNOWN, "cut")
    took = lost.total_ms
    await until(device, lambda: device.stats.links == 2)
    assert (lost.end, lost.reason, lost.total_ms) == (End.DONE, "cut", took)


async def test_ends_of_sessions_are_told_apart(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    with pytest.raises(CommandFailed):
        await rig.turn(True, "stuck")
    assert newest(rig).end is End.FAILED
    with pytest.raises(RefusedByDevice):
        await rig.gateway.execute(ANN, SERIAL, "open", entity="relay")
    assert newest(rig).end is End.REFUSED


async def test_trace_is_bounded_and_goes_with_the_device(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    trace = rig.gateway.traces.of(SERIAL)
    for _ in range(MAX_TIMES + 2):
        await rig.turn(True)
    assert len(trace.sessions) == MAX_SESSIONS
    times = trace.times()
    assert times is not None
    assert len(times.totals_ms) == MAX_TIMES
    assert times.handshake.half_ms <= times.handshake.most_ms <= times.total.most_ms
    assert not times.is_slow
    await rig.gateway.detach(SERIAL)
    assert rig.gateway.traces.get(SERIAL) is None
    device = await rig.gateway.attach(SERIAL, HOST, bench.port)
    await until(device, lambda: "temp" in device.values)
    again = rig.gateway.traces.get(SERIAL)
    assert again is not None
    assert again is not trace


async def test_trace_keeps_no_identifier_whole_and_no_session_id(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    await rig.turn(True)
    state = rig.gateway._keeper.get(SERIAL)
    assert state is not None
    cache = state.lanes[wire.LANE_COMMAND]
    session = newest(rig)
    kept = [getattr(session, name) for name in session.__slots__ if name != "id"]
    shown = repr((kept, session.gateway, session.device, session.steps))
    for secret in (cache.opener_id, cache.acceptor_id):
        assert secret[:SHOWN].decode() in shown
        assert secret[: SHOWN + 1].decode() not in shown
    assert session.id.hex() not in shown
    assert repr(session.id) not in shown
    assert "relay" not in shown  # the name of the command, nothing of what it says
    assert repr(session) == f"<TracedSession {session.key} turn_on>"


class Watch:
    """A trace whose clock a test moves."""

    def __init__(self) -> None:
        events = EventBus()
        self.traces = SessionTraces(lambda: 0.0, 5000, events.add_listener)
        self.tell = events.emit
        self.trace: DeviceTrace = self.traces.of(SERIAL)
        self.now = 0.0
        self.trace._clock = lambda: self.now
        self.cache = LaneCache(b"E" * 20, b"5" * 20)

    def run(self, handshake_s: float, execution_s: float = 0.0) -> None:
        self.cache.begin(b"Z" * 20)
        session_id = bytes((self.trace._count,))
        self.trace.opened(session_id, "turn_on", self.now, self.cache)
        self.now += handshake_s
        self.trace.on_committed(Event("committed", gsid=b"Z" * 20, dsid=b"2" * 20, number=1))
        self.now += execution_s
        self.trace.ended(SessionEvent("result", session_id, wire.STATUS_OK))


async def test_slow_handshakes_are_noticed_but_not_slow_motors() -> None:
    watch = Watch()
    for _ in range(MIN_TIMES - 1):
        watch.run(0.1, 10.0)
    assert watch.trace.times() is None  # too few to say
    watch.run(0.1, 10.0)
    times = watch.trace.times()
    assert times is not None
    assert not times.is_slow
    assert times.handshake.half_ms == times.handshake.most_ms == pytest.approx(100)
    assert times.total.most_ms == pytest.approx(10_100)
    for _ in range(MIN_TIMES):
        watch.run(SLOW_MS / 1000 + 0.1)
    times = watch.trace.times()
    assert times is not None
    assert times.is_slow
    assert times.handshake.half_ms == pytest.approx(100)  # half of them are as before
    assert times.handshake.most_ms == pytest.approx(SLOW_MS + 100)


async def test_broken_listener_stops_no_session(caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch()
    told: list[int] = []

    def broken() -> None:
        raise RuntimeError("listener")

    watch.traces.add_listener(broken)
    watch.traces.add_listener(lambda: told.append(1))
    watch.run(0.1)
    assert len(told) == 3
    assert watch.trace.sessions[-1].end is End.DONE
    assert "Listener of the session traces failed" in caplog.text


async def test_end_of_a_session_that_is_not_kept_any_more_changes_nothing() -> None:
    watch = Watch()
    watch.run(0.1)
    watch.trace.ended(SessionEvent("outcome", b"other", wire.STATUS_FAILED))
    assert [session.end for session in watch.trace.sessions] == [End.DONE]


async def test_next_owner_is_not_shown_what_was_done_before() -> None:
    watch = Watch()
    for _ in range(MIN_TIMES):
        watch.run(0.1)
    watch.cache.begin(b"Z" * 20)
    watch.trace.opened(b"running", "turn_on", watch.now, watch.cache)
    watch.tell(OwnerChanged(serial="OTHER", from_id="a", to_id="b"))
    assert len(watch.trace.sessions) == MIN_TIMES + 1
    watch.tell(OwnerChanged(serial=SERIAL, from_id="a", to_id="b"))
    assert [session.id for session in watch.trace.sessions] == [b"running"]
    assert watch.trace.times() is None
    watch.trace.on_committed(Event("committed", gsid=b"Z" * 20, dsid=b"2" * 20, number=1))
    watch.trace.ended(SessionEvent("result", b"running", wire.STATUS_OK))
    assert watch.trace.sessions[-1].end is End.DONE
