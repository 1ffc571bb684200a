"""FIG 13 value by value: both caches on both sides after each message; and FIG 10, 11 and 12 without a GSID."""

from __future__ import annotations

import pytest

from custom_components.iot_secure_gateway.protocol import commands, wire
from custom_components.iot_secure_gateway.protocol.caches import LaneCache
from custom_components.iot_secure_gateway.protocol.identifiers import draw
from tests.protocol.world import World, linked

# What is drawn in the figure's two sessions: GSID "Z" and DSID "2", then GSID "Q" and DSID "8".
SEEDS = {"Z": b"\x5a" * 32, "2": b"\x32" * 32, "Q": b"\x51" * 32, "8": b"\x38" * 32}

Sides = tuple[str, str, str, str]  # gateway GSID, gateway DSID, device GSID, device DSID

# After the message named; "(Z) E" is provisional Z beside confirmed E.
FIRST_SESSION: list[tuple[str, Sides]] = [
    ("1305", ("E", "5", "E", "5")),
    ("OPEN sent", ("(Z) E", "5", "E", "5")),
    ("OPEN", ("(Z) E", "5", "(Z) E", "(2) 5")),
    ("ECHO", ("Z", "2", "(Z) E", "(2) 5")),
    ("COMMIT", ("Z", "2", "Z", "2")),
    ("RESULT", ("Z", "2", "Z", "2")),
]
SECOND_SESSION: list[tuple[str, Sides]] = [
    ("1305", ("Z", "2", "Z", "2")),
    ("OPEN sent", ("(Q) Z", "2", "Z", "2")),
    ("OPEN", ("(Q) Z", "2", "(Q) Z", "(8) 2")),
    ("ECHO", ("Q", "8", "(Q) Z", "(8) 2")),
    ("COMMIT", ("Q", "8", "Q", "8")),
    ("RESULT", ("Q", "8", "Q", "8")),
]


class Figure:
    """A linked world whose identifiers have the names of the figure."""

    def __init__(self, mode: int = wire.MODE_DSID_GSID) -> None:
        self.world = linked(mode)
        first = self.world.state.lanes[wire.LANE_COMMAND]
        self._names = {draw(seed): name for name, seed in SEEDS.items()}
        self._names[first.opener_id] = "E"
        self._names[first.acceptor_id] = "5"
        self._names[b""] = ""

    def choose(self, gsid: str, dsid: str) -> None:
        """Have the next session draw these."""
        if self.world.mode == wire.MODE_DSID_GSID:
            self.world.gateway_random.script = [SEEDS[gsid]]
        self.world.device_random.script = [SEEDS[dsid]]

    def sides(self) -> Sides:
        """Return both caches of both sides in the notation of the figure."""
        gateway = self.world.state.lanes[wire.LANE_COMMAND]
        device = self.world.device_binding().lanes[wire.LANE_COMMAND]
        return (*self._pair(gateway), *self._pair(device))

    def _pair(self, cache: LaneCache) -> tuple[str, str]:
        return (
            self._text(cache.provisional_opener, cache.opener_id),
            self._text(cache.provisional_acceptor, cache.acceptor_id),
        )

    def _text(self, provisional: bytes, confirmed: bytes) -> str:
        held = self._names[confirmed]
        return f"({self._names[provisional]}) {held}" if provisional else held

    def session(self) -> list[tuple[str, Sides]]:
        """Run one session message by message."""
        seen = [("1305", self.sides())]
        self.world.open()
        seen.append(("OPEN sent", self.sides()))
        while self.world.next_frame is not None:
            seen.append((self.world.step().name, self.sides()))
        return seen


def test_caches_of_both_sides_after_each_message_are_those_of_figure_13() -> None:
    figure = Figure()
    figure.choose("Z", "2")
    assert figure.session() == FIRST_SESSION
    figure.choose("Q", "8")
    assert figure.session() == SECOND_SESSION
    assert len(figure.world.executed) == 2


def test_device_finds_the_caches_of_figure_13_in_flash_after_each_message() -> None:
    figure = Figure()
    figure.choose("Z", "2")
    figure.world.open()
    while figure.world.next_frame is not None:
        figure.world.step()
        held = figure.sides()[2:]
        copy = Figure()
        copy._names = figure._names
        copy.world = figure.world.copy()
        copy.world.reboot_device()
        assert copy.sides()[2:] == held


def test_messages_carry_the_identifiers_of_figure_13() -> None:
    figure = Figure()
    world = figure.world
    figure.choose("Z", "2")
    last_dsid = world.state.lanes[0].acceptor_id
    world.wire_log.clear()
    session_id = world.open("turn_on")
    world.pump()
    command = commands.encode_command(session_id, "turn_on", "relay", {})
    z, two = draw(SEEDS["Z"]), draw(SEEDS["2"])
    size = len(command).to_bytes(2, "big")
    result = b'{"values":{"relay":"turn_on"}}'
    assert [(frame.to, frame.record) for frame in world.wire_log] == [
        ("device", bytes([wire.OPEN]) + z + last_dsid + size + command),  # 1310
        ("gateway", bytes([wire.ECHO]) + z + two + size + command),  # 1315
        ("device", bytes([wire.COMMIT]) + z + two + size + command),  # 1320
        ("gateway", bytes([wire.RESULT]) + z + two + b"\0" + b"\0\x1e" + result),
    ]


def test_identifiers_are_twenty_characters_and_new_in_every_session() -> None:
    world = linked()
    seen = set()
    for _ in range(10):
        world.run()
        cache = world.state.lanes[0]
        for text in (cache.opener_id, cache.acceptor_id):
            assert len(text) == 20
            assert text.isalnum()
            seen.add(text)
    assert len(seen) == 20


def test_a_drawn_identifier_that_is_in_a_cache_is_drawn_again() -> None:
    figure = Figure()
    world = figure.world
    figure.choose("Z", "2")
    world.run()
    world.gateway_random.script = [SEEDS["Z"], SEEDS["Q"]]
    world.device_random.script = [SEEDS["2"], SEEDS["8"]]
    assert world.run().kind == "result"
    assert figure.sides() == ("Q", "8", "Q", "8")


# --- without a GSID cache: FIG 10 and FIG 11 ---------------------------------------------------------
def test_sessions_without_gsid_exchange_the_messages_of_figure_12() -> None:
    figure = Figure(wire.MODE_DSID)
    world = figure.world
    figure.choose("", "2")
    last_dsid = world.state.lanes[0].acceptor_id
    world.wire_log.clear()
    session_id = world.open("turn_on")
    world.pump()
    command = commands.encode_command(session_id, "turn_on", "relay", {})
    size = len(command).to_bytes(2, "big")
    two = draw(SEEDS["2"])
    assert [(frame.to, frame.record) for frame in world.wire_log][:3] == [
        ("device", bytes([wire.OPEN]) + last_dsid + size + command),  # 1205, with the last DSID
        ("gateway", bytes([wire.ECHO]) + two + size + command),  # 1210
        ("device", bytes([wire.COMMIT]) + two + size + command),  # 1215
    ]
    assert world.executed == [session_id.hex()]
    assert figure.sides() == ("", "2", "", "2")


def test_commit_is_told_with_the_identifiers_of_its_session() -> None:
    figure = Figure()
    figure.choose("Z", "2")
    figure.world.open()
    figure.world.step()
    assert "committed" not in [event.kind for event in figure.world.gateway_events]  # no ECHO yet
    figure.world.pump()
    (told,) = [event for event in figure.world.gateway_events if event.kind == "committed"]
    z, two = draw(SEEDS["Z"]), draw(SEEDS["2"])
    assert (told.gsid, told.dsid, told.number) == (z, two, 1)


@pytest.mark.parametrize("mode", [wire.MODE_DSID_GSID, wire.MODE_DSID])
def test_number_of_a_session_is_the_count_after_its_promotion_on_both_sides(mode: int) -> None:
    world: World = linked(mode)
    for number in range(1, 5):
        world.run()
        assert world.state.lanes[0].count == number
        assert world.device_binding().lanes[0].count == number
        assert list(world.core.memory.outcomes[0]) == list(range(1, number + 1))
