"""Cameras of the device library, from their source to what arrives at a gateway."""

import asyncio
from collections.abc import AsyncIterator, Callable
import itertools
from pathlib import Path
from typing import Any
import weakref

import pytest

from .film import Film
from .kit import ANN, HOST, SERIAL, Bench, Rig, soon, until
from custom_components.iot_secure_gateway.gateway.device import Device as KnownDevice
from custom_components.iot_secure_gateway.gateway.errors import GatewayError
from custom_components.iot_secure_gateway.protocol import wire
from iotsg_device.entities.camera import MAX_PICTURE, MAX_PICTURES, Camera
from iotsg_device.pattern_cpython import TestPattern as Pattern
from iotsg_device.stream import MAX_AHEAD
from simulator import fleet

FIRMWARE = Path(__file__).parents[2] / "device_firmware"
FAKES = Path(__file__).parents[1] / "device" / "board_fakes"


class Picture(bytearray):
    """A picture that tells when nobody holds it any more."""


class Source:
    """A camera that counts what is taken: pictures of `size` bytes, each another."""

    def __init__(self, size: int = 30_000) -> None:
        self.size = size
        self.given: list[bytes] = []
        self.most_held = 0  # pictures in memory whenever one more was taken
        self.setups: list[tuple[str, int]] = []
        self.answer: Callable[[], object] | None = None
        self._refs: list[weakref.ref[Picture]] = []

    def take(self) -> object:
        if self.answer is not None:
            return self.answer()
        self._refs = [one for one in self._refs if one() is not None]
        self.most_held = max(self.most_held, len(self._refs))
        number = len(self.given) + 1
        picture = Picture(b"\xff\xd8" + number.to_bytes(self.size - 4) + b"\xff\xd9")
        self._refs.append(weakref.ref(picture))
        self.given.append(bytes(picture))
        return picture

    def setup(self, size: str, quality: int) -> None:
        if quality == 1:
            raise OSError("the sensor does not answer")
        self.setups.append((size, quality))


class Yard:
    """A device with a camera, claimed by Ann, and what arrives of it."""

    def __init__(self, rig: Rig, bench: Bench, known: KnownDevice, source: Source) -> None:
        self.rig = rig
        self.bench = bench
        self.known = known
        self.source = source
        self.film = Film(rig)
        self.camera: Any = bench.more[0]

    async def do(self, command: str, entity: str = "yard", **arguments: object) -> None:
        await self.rig.gateway.execute(ANN, SERIAL, command, entity=entity, arguments=arguments)

    async def set(self, **values: object) -> None:
        await self.rig.gateway.execute(
            ANN, SERIAL, "set_settings", arguments={"values": {"frame_rate": 30, **values}}
        )

    async def until_pictures(self, count: int) -> None:
        await soon(lambda: len(self.film.pictures) >= count)

    async def until_idle(self) -> None:
        """Wait until the camera wants nothing more and has ended its segment."""
        await soon(lambda: not self.camera._why() and self.bench.device.reporter._stream is None)


@pytest.fixture
async def yard(rig: Rig) -> AsyncIterator[Yard]:
    bench, source = Bench(), Source()
    sizes = ("640x480", "320x240")
    bench.more.append(Camera("yard", "Yard", source.take, True, sizes, source.setup))
    await bench.start()
    yard = Yard(rig, bench, await rig.claimed(bench), source)
    await yard.set()
    yield yard
    await bench.stop()


# --- live ------------------------------------------------------------------------------------------------
async def test_live_video_comes_in_segments_picture_by_picture(yard: Yard) -> None:
    await yard.do("view", seconds=60)
    await soon(lambda: len(yard.film.segments) == 3)
    segments = [one for one in yard.film.segments if one.is_whole is not None]
    assert len(segments) == 2
    assert all(one.is_whole for one in segments)
    assert [dict(one.head) for one in segments] == [
        {
            "stream": "video",
            "entity": "yard",
            "why": "live",
            "segment": number,
            "width": 640,
            "height": 480,
        }
        for number in (1, 2)
    ]
    pictures = yard.film.pictures
    assert (
        pictures == yard.source.given[: len(pictures)]
    )  # none lost between segments, none changed
    for segment in segments:
        times = [at for at, _ in segment.pictures]
        assert 1 <= len(times) <= 31
        assert times == sorted(times)
        # One that was late may be followed soon by one that is not; there are never more than 30 a second.
        assert all(
            times[j] - times[i] >= (j - i - 1) * 33
            for i, j in itertools.combinations(range(len(times)), 2)
        )
        assert times[-1] - times[0] <= 1000
    assert yard.source.most_held == 0  # one picture in memory at a time


async def test_values_and_events_pass_between_segments(yard: Yard) -> None:
    await yard.do("view", seconds=60)
    await yard.until_pictures(1)
    yard.bench.device.reporter.fire("relay", "pressed")
    await soon(lambda: len(yard.known.recent_events) == 1)
    assert len(yard.film.segments) <= 2
    await soon(lambda: len(yard.film.segments) >= 3)  # and video went on


async def test_stop_ends_video_and_so_does_time(yard: Yard) -> None:
    await yard.do("view", seconds=60)
    await yard.until_pictures(1)
    await yard.do("stop_view")
    await yard.until_idle()
    assert yard.film.segments[-1].is_whole
    await yard.do("view", seconds=1)
    await yard.until_idle()
    assert yard.film.whys()[-1] == "live"


async def test_view_that_is_ended_before_it_began_sends_nothing(yard: Yard) -> None:
    yard.camera.execute("view", {"seconds": 60})
    yard.camera.execute("stop_view", {})
    yard.bench.device.reporter.fire("relay", "pressed")
    await soon(lambda: len(yard.known.recent_events) == 1)
    await soon(lambda: not yard.bench.device.reporter._streamers)
    assert yard.film.segments == []


async def test_view_that_is_repeated_is_prolonged(yard: Yard) -> None:
    await yard.do("view", seconds=1)
    await yard.do("view", seconds=60)
    await soon(lambda: len(yard.film.segments) >= 3)
    await yard.do("view")  # ten seconds, when nothing is said
    assert 0 < yard.camera._view_until - yard.camera._now() <= 10_000


async def test_segment_holds_only_so_many_pictures(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yard.camera, "_interval_ms", 0)
    yard.source.size = 100
    await yard.do("view", seconds=60)
    await soon(lambda: len(yard.film.segments) == 2)
    assert len(yard.film.segments[0].pictures) == MAX_PICTURES


async def test_newest_picture_wins_when_the_link_is_slow(yard: Yard) -> None:
    yard.film.gate.clear()
    yard.film.window = wire.MAX_CREDIT
    await yard.do("view", seconds=60)
    await soon(lambda: len(yard.source.given) == 1)
    taken = [len(yard.source.given)]
    for number in range(20):  # commands pass while pictures can not
        await yard.rig.turn(number % 2 == 0)
    taken.append(len(yard.source.given))
    assert taken == [1, 1]  # what would be late was never taken
    room = yard.bench.device.core.stream_room
    assert room == wire.MAX_CREDIT - MAX_AHEAD  # nor is more under way, even where it might be
    yard.film.gate.set()
    await yard.until_pictures(3)


async def test_gateway_that_wants_no_video_is_sent_none_until_it_asks_again(yard: Yard) -> None:
    yard.film.refused = {"live", "still"}
    await yard.do("view", seconds=60)
    await yard.do("snapshot")
    await yard.until_idle()
    assert yard.source.given == []
    yard.film.refused = set()
    await yard.do("view", seconds=60)
    await yard.until_pictures(1)


async def test_clip_that_is_refused_ends_no_view(yard: Yard) -> None:
    yard.film.refused = {"motion"}
    await yard.do("view", seconds=60)
    yard.camera.motion()
    await yard.until_pictures(1)
    assert set(yard.film.whys()) == {"live"}
    assert not yard.camera._motion_until


async def test_link_that_is_lost_ends_video(rig: Rig, yard: Yard) -> None:
    await yard.do("view", seconds=60)
    await yard.until_pictures(1)
    yard.bench.device.core.live.close("test")  # type: ignore[union-attr]
    yard.bench.device.driver._settle()
    await until(yard.known, lambda: yard.known.stats.links == 2)
    await yard.until_idle()
    assert yard.film.segments[-1].is_whole is False


# --- stills ----------------------------------------------------------------------------------------------
async def test_still_is_one_picture(yard: Yard) -> None:
    await yard.do("snapshot")
    await yard.until_idle()
    assert yard.film.whys() == ["still"]
    assert yard.film.pictures == yard.source.given[:1]


async def test_still_comes_also_while_somebody_views(yard: Yard) -> None:
    await yard.do("view", seconds=60)
    await yard.until_pictures(1)
    await yard.do("snapshot")
    await soon(lambda: yard.film.whys()[-2:] == ["still", "live"])
    still = next(one for one in yard.film.segments if one.why == "still")
    assert len(still.pictures) == 1


async def test_still_of_a_camera_that_gives_none_is_given_up(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("iotsg_device.entities.camera.STILL_MS", 100)
    yard.source.answer = lambda: None
    await yard.do("snapshot")
    await soon(lambda: len(yard.film.segments) == 1)
    await yard.until_idle()
    assert yard.film.pictures == []
    assert yard.film.segments[0].is_whole


# --- motion ----------------------------------------------------------------------------------------------
async def test_motion_is_told_once_and_filmed(yard: Yard) -> None:
    yard.camera.motion()
    yard.camera.motion()
    assert yard.bench.device.reporter._streamers == [
        yard.camera
    ]  # one place, however often it moves
    await soon(lambda: len(yard.known.recent_events) == 1)
    await soon(lambda: len(yard.film.segments) == 2)
    assert set(yard.film.whys()) == {"motion"}
    assert [(one.entity, one.type) for one in yard.known.recent_events] == [("yard", "motion")]
    await yard.do("view", seconds=60)
    yard.camera._motion_until = 0  # the clip is over, whoever views goes on
    await soon(lambda: yard.film.whys()[-1] == "live")


async def test_motion_is_nobodys_business_when_its_owner_says_so(yard: Yard) -> None:
    await yard.set(motion=False, motion_seconds=1)
    yard.camera.motion()
    yard.bench.device.reporter.fire("relay", "pressed")
    await soon(lambda: len(yard.known.recent_events) == 1)
    assert yard.known.recent_events[0].type == "pressed"
    assert yard.film.segments == []


def test_camera_of_no_device_is_moved_in_vain() -> None:
    Camera("x", "X", lambda: None, motion=True).motion()


# --- faults of the camera --------------------------------------------------------------------------------
def _raises() -> object:
    raise RuntimeError("no sensor")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (_raises, "no sensor"),
        (lambda: b"", "no JPEG"),
        (lambda: b"\xff\xd8", "no JPEG"),
        (lambda: b"GIF89a", "no JPEG"),
        (lambda: b"\xff\xd8" + bytes(MAX_PICTURE), "larger"),
    ],
)
async def test_what_is_no_picture_is_not_sent_and_said_once(
    yard: Yard, answer: Callable[[], object], told: str
) -> None:
    yard.source.answer = answer
    await yard.do("view", seconds=60)
    await soon(lambda: any(told in line for line in yard.known.log))
    await soon(lambda: len(yard.film.segments) >= 3)
    assert yard.film.pictures == []
    assert sum(told in line for line in yard.known.log) == 1
    assert yard.known.stats.links == 1
    yard.source.answer = None
    await yard.until_pictures(1)  # it goes on by itself when the camera does


# --- settings --------------------------------------------------------------------------------------------
async def test_settings_reach_the_camera(yard: Yard) -> None:
    assert yard.source.setups == [("640x480", 80)]
    await yard.set(size="320x240", quality=50, frame_rate=1)
    assert yard.source.setups[1:] == [("320x240", 50)]
    assert yard.camera._interval_ms == 1000
    await yard.do("snapshot")
    await soon(lambda: bool(yard.film.segments))
    assert (yard.film.segments[0].head["width"], yard.film.segments[0].head["height"]) == (320, 240)
    await yard.set(motion_seconds=30)
    assert len(yard.source.setups) == 2  # nothing about the camera itself


async def test_setting_that_the_camera_refuses_costs_nothing_else(yard: Yard) -> None:
    await yard.set(quality=1)
    await soon(lambda: any("does not answer" in line for line in yard.known.log))
    await yard.do("snapshot")
    await yard.until_pictures(1)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("view", {"seconds": 0}),
        ("view", {"seconds": 61}),
        ("view", {"seconds": True}),
        ("view", {"minutes": 1}),
        ("snapshot", {"seconds": 1}),
        ("turn_on", {}),
        ("playback", {}),
        ("record", {}),
    ],
)
async def test_command_out_of_form_is_refused(
    yard: Yard, command: str, arguments: dict[str, object]
) -> None:
    with pytest.raises(GatewayError):
        await yard.do(command, "yard", **arguments)
    assert yard.film.segments == []


@pytest.mark.parametrize("size", ["", "640", "axb"])
def test_size_out_of_form_is_the_makers_error(size: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Camera("x", "X", lambda: None, sizes=(size,))


# --- several streams -------------------------------------------------------------------------------------
async def test_two_cameras_and_a_log_take_turns(rig: Rig) -> None:
    bench, sources = Bench(), (Source(), Source())
    for key, source in zip(("yard", "door"), sources, strict=True):
        prefix = "" if key == "yard" else "door_"
        bench.more.append(Camera(key, key.title(), source.take, prefix=prefix))
    await bench.start()
    try:
        yard = Yard(rig, bench, await rig.claimed(bench), sources[0])
        await yard.set(door_frame_rate=30)
        await yard.do("view", seconds=60)
        await yard.do("view", "door", seconds=60)
        await soon(lambda: len(yard.film.segments) >= 3)
        assert {one.head["entity"] for one in yard.film.segments} == {"yard", "door"}

        class Talk:
            def begin_stream(self) -> None:
                bench.device.reporter.stream("log", iter([b"a line\n"]))

        bench.device.reporter.when_free(Talk())
        await soon(lambda: "a line" in yard.known.log)
        await soon(lambda: len(yard.film.segments) >= 5)
    finally:
        await bench.stop()


async def test_nothing_is_left_for_the_next_owner(rig: Rig, yard: Yard) -> None:
    await yard.do("view", seconds=60)
    yard.bench.device.factory_reset()
    assert yard.bench.device.reporter._streamers == []
    assert yard.bench.device.reporter._stream is None


# --- real sources ----------------------------------------------------------------------------------------
@pytest.mark.micropython
async def test_board_with_a_camera_module_films(rig: Rig, tmp_path: Path) -> None:
    pattern = Pattern("CAM-1")
    for number in range(3):
        (tmp_path / f"{number}.jpg").write_bytes(pattern.take())
    (tmp_path / "wifi.json").write_text('{"ssid": "house", "password": "secret"}')
    found = fleet.find_micropython()
    fleet.prepare(str(tmp_path), "micropython", HOST, 0, [], 1, "subnet", found)
    program = FIRMWARE / "examples" / "esp32_cam.py"
    start = (
        f"import os, sys; os.chdir({str(tmp_path)!r}); "
        f"sys.path[:] = [{str(FAKES)!r}, {str(FIRMWARE)!r}, '.frozen']; "
        f"exec(open({str(program)!r}).read(), {{'__name__': '__main__'}})"
    )
    command = [found, "-X", "heapsize=512k", "-c", start]
    board = fleet.VirtualDevice(str(tmp_path), "micropython", HOST, command)
    lines: list[str] = []
    running = asyncio.create_task(board.run(False, lines.append))
    film = Film(rig)
    try:
        await asyncio.wait_for(board.wait_boot(1), fleet.READY_WAIT_S)
        await rig.claim(board.serial, board.port, password=board.password)
        device = rig.gateway.devices[board.serial]
        await until(device, lambda: device.description is not None)

        async def do(command: str, **arguments: object) -> None:
            entity = None if command == "set_settings" else "camera"
            await rig.gateway.execute(
                ANN, board.serial, command, entity=entity, arguments=arguments
            )

        await do("set_settings", values={"size": "320x240", "quality": 100, "frame_rate": 30})
        await do("view", seconds=60)
        async with asyncio.timeout(30):
            while len(film.segments) < 3:
                await do("view", seconds=60)
        files = {path.read_bytes() for path in tmp_path.glob("*.jpg")}
        assert set(film.pictures) == files
        assert not {line for line in lines if "fault" in line}
        for line in ("framesize 8", "quality 21", "framesize 5", "quality 10"):
            assert any(line in one for one in lines)
        (tmp_path / "moved").touch()
        await do("stop_view")
        await soon(lambda: bool(film.segments) and film.segments[-1].why == "motion")
    finally:
        await board.stop()
        await running
