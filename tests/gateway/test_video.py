"""Live video: one pull, many viewers, the newest picture wins; nothing is taken that nobody wants."""

import asyncio
from dataclasses import replace

import pytest

from .kit import ANN, SERIAL, WAIT_S, Bench, Proxy, Rig, soon, until
from .pictures import CAMERA, picture, seeing
from custom_components.iot_secure_gateway.gateway import video as live, video_intake
from custom_components.iot_secure_gateway.gateway.errors import (
    CommandFailed,
    DeviceOffline,
    UnknownDevice,
)
from custom_components.iot_secure_gateway.gateway.events import CommandEnded, StreamEnded
from custom_components.iot_secure_gateway.gateway.threat_events import ThreatSeen
from custom_components.iot_secure_gateway.gateway.video import MAX_VIEWERS, Viewer
from custom_components.iot_secure_gateway.gateway.video_errors import (
    NoPicture,
    TooManyViewers,
    UnknownCamera,
)
from custom_components.iot_secure_gateway.gateway.video_events import VideoRefused
from custom_components.iot_secure_gateway.gateway.video_frames import Frame
from custom_components.iot_secure_gateway.policy.threats import Detection
from custom_components.iot_secure_gateway.protocol import wire


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in these tests depends on how quick."""
    monkeypatch.setattr(live, "LINGER_S", 0.01)
    monkeypatch.setattr(live, "STALL_S", 0.2)


async def first(viewer: Viewer, count: int = 1) -> list[Frame]:
    frames: list[Frame] = []
    async with asyncio.timeout(WAIT_S):
        while len(frames) < count:
            frames.append(await anext(viewer))
    return frames


def asked(rig: Rig) -> list[str]:
    """Return what the gateway asked of the camera."""
    return [event.command for event in rig.seen(CommandEnded) if event.entity == CAMERA]


# --- watching ----------------------------------------------------------------------------------------
async def test_who_watches_sees_what_the_camera_takes_until_nobody_does(
    rig: Rig, bench: Bench
) -> None:
    eye, _ = await seeing(rig, bench)
    async with rig.gateway.video.watch(SERIAL, CAMERA) as viewer:
        frames = await first(viewer, 60)  # more than a segment has
    pictures = [frame.jpeg for frame in frames]
    assert len(set(pictures)) == 60
    assert all((frame.width, frame.height) == (64, 48) for frame in frames)
    assert [frame.at for frame in frames] == sorted(frame.at for frame in frames)
    known = {picture(number) for number in range(200)}
    assert set(pictures) <= known
    await soon(lambda: asked(rig)[-1] == "stop_view")
    assert asked(rig) == ["view", "stop_view"]
    await soon(lambda: not bench.device.reporter.is_streaming)
    taken = eye.taken
    assert await rig.turn(True) == {"values": {"relay": True}}
    assert eye.taken == taken
    assert not rig.seen(StreamEnded), "a line of the record for each second"


async def test_camera_is_pulled_once_for_all_and_a_slow_viewer_only_misses_pictures(
    rig: Rig, bench: Bench
) -> None:
    await seeing(rig, bench)
    video = rig.gateway.video
    async with video.watch(SERIAL, CAMERA) as slow, video.watch(SERIAL, CAMERA) as quick:
        await first(slow)
        seen = await first(quick, 30)
        (newest,) = await first(slow)
        assert slow.missed >= 25
        assert newest in seen or newest.moment > seen[-1].moment
        assert newest.moment >= seen[-1].moment
        assert asked(rig) == ["view"]


async def test_who_comes_back_at_once_does_not_stop_the_camera(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LINGER_S", 60.0)
    await seeing(rig, bench)
    for _ in range(3):
        async with rig.gateway.video.watch(SERIAL, CAMERA) as viewer:
            await first(viewer, 3)
    assert asked(rig) == ["view"]


async def test_stop_of_the_gateway_waits_for_nobody_who_tells_a_camera_to_stop(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seeing(rig, bench)
    video, execute = rig.gateway.video, rig.gateway.video._execute
    telling = asyncio.Event()

    async def stuck(actor: object, serial: str, command: str, **more: object) -> object:
        if command == live.STOP_COMMAND:
            telling.set()
            await asyncio.Event().wait()
        return await execute(actor, serial, command, **more)

    monkeypatch.setattr(video, "_execute", stuck)
    async with video.watch(SERIAL, CAMERA) as viewer:
        await first(viewer)
    async with asyncio.timeout(WAIT_S):
        await telling.wait()
    await video.stop()
    assert not [one for one in asyncio.all_tasks() if one.get_name() == f"video of {SERIAL}"]


async def test_viewing_goes_on_after_a_cut_and_is_prolonged(
    rig: Rig, bench: Bench, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "RENEW_S", 0.3)
    _, device = await seeing(rig, bench, proxy.port)
    async with rig.gateway.video.watch(SERIAL, CAMERA) as viewer:
        await first(viewer, 5)
        proxy.cut()
        await until(device, lambda: not device.is_connected)
        await until(device, lambda: device.is_connected)
        await first(viewer, 40)
    assert asked(rig).count("view") >= 3


async def test_camera_that_refuses_is_asked_again(
    rig: Rig, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    await seeing(rig, bench)
    bench.lies["view"] = (wire.STATUS_FAILED, b'{"error":"the lens is shut"}')
    async with rig.gateway.video.watch(SERIAL, CAMERA) as viewer:
        await soon(lambda: asked(rig) == ["view"])
        del bench.lies["view"]
        await first(viewer, 3)
    assert asked(rig)[:2] == ["view", "view"]


async def test_more_viewers_than_there_may_be_are_refused(rig: Rig, bench: Bench) -> None:
    await seeing(rig, bench)
    video = rig.gateway.video
    opened = [video.watch(SERIAL, CAMERA) for _ in range(MAX_VIEWERS)]
    viewers = [await each.__aenter__() for each in opened]
    with pytest.raises(TooManyViewers):
        async with video.watch(SERIAL, CAMERA):
            pass
    await opened[0].__aexit__(None, None, None)
    async with video.watch(SERIAL, CAMERA) as viewer:
        await first(viewer)
    for each in opened[1:]:
        await each.__aexit__(None, None, None)
    assert len(viewers) == MAX_VIEWERS


async def test_what_is_no_camera_cannot_be_watched(rig: Rig, bench: Bench, proxy: Proxy) -> None:
    _, device = await seeing(rig, bench, proxy.port)
    video = rig.gateway.video
    for serial, entity, error in (
        ("NOBODY", CAMERA, UnknownDevice),
        (SERIAL, "relay", UnknownCamera),
        (SERIAL, "none", UnknownCamera),
    ):
        with pytest.raises(error):
            async with video.watch(serial, entity):
                pass
        with pytest.raises(error):
            await video.still(serial, entity)
    assert video.cameras("NOBODY") == ()
    await proxy.stop()
    await until(device, lambda: not device.is_connected)
    with pytest.raises(DeviceOffline):
        async with video.watch(SERIAL, CAMERA):
            pass
    with pytest.raises(DeviceOffline):
        await video.still(SERIAL, CAMERA, 0)


@pytest.mark.parametrize("how", ["release", "detach", "stop"])
async def test_end_of_the_device_ends_the_pictures(rig: Rig, bench: Bench, how: str) -> None:
    await seeing(rig, bench)
    gateway = rig.gateway
    async with gateway.video.watch(SERIAL, CAMERA) as viewer:
        await first(viewer)
        if how == "release":
            assert await gateway.release(SERIAL, ANN)
        elif how == "detach":
            await gateway.detach(SERIAL)
        else:
            await gateway.stop()
        async with asyncio.timeout(WAIT_S):
            async for _ in viewer:
                pass


async def test_bad_listener_spoils_it_for_nobody(
    rig: Rig, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    await seeing(rig, bench)

    def fail(frame: Frame) -> None:
        raise RuntimeError("a bug")

    remove = rig.gateway.video.listen(SERIAL, CAMERA, fail)
    async with rig.gateway.video.watch(SERIAL, CAMERA) as viewer:
        await first(viewer, 3)
    remove()
    assert "a bug" in caplog.text


# --- stills ------------------------------------------------------------------------------------------
async def test_still_is_taken_when_it_is_asked_for_or_is_new_enough(rig: Rig, bench: Bench) -> None:
    eye, _ = await seeing(rig, bench)
    video = rig.gateway.video
    frames = await asyncio.gather(*(video.still(SERIAL, CAMERA) for _ in range(5)))
    assert {frame.jpeg for frame in frames} == {picture(1)}
    assert asked(rig) == ["snapshot"]
    assert await video.still(SERIAL, CAMERA, max_age_s=60) == frames[0]
    assert (await video.still(SERIAL, CAMERA, max_age_s=0)).jpeg == picture(2)
    async with video.watch(SERIAL, CAMERA) as viewer:
        assert (await first(viewer))[0].jpeg == picture(2)  # what there is, at once
        await first(viewer)
        await video.still(SERIAL, CAMERA)
    assert asked(rig).count("snapshot") == 2
    assert eye.taken > 3


async def test_still_that_does_not_come_is_an_error(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "STILL_S", 0.05)
    eye, _ = await seeing(rig, bench)
    eye.give = lambda number: None
    with pytest.raises(NoPicture):
        await rig.gateway.video.still(SERIAL, CAMERA)
    await rig.gateway.stop()


async def test_still_that_did_not_come_is_asked_for_again(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seeing(rig, bench)
    video = rig.gateway.video
    bench.lies["snapshot"] = (wire.STATUS_OK, b"{}")  # and no picture follows
    with monkeypatch.context() as hurried:
        hurried.setattr(live, "STILL_S", 0.05)
        with pytest.raises(NoPicture):
            await video.still(SERIAL, CAMERA)
    asking = asyncio.create_task(video.still(SERIAL, CAMERA))
    await soon(lambda: asked(rig).count("snapshot") == 2)
    asking.cancel()  # whoever asked went away
    await asyncio.wait((asking,))
    bench.lies.clear()
    assert (await video.still(SERIAL, CAMERA)).jpeg == picture(1)


async def test_refused_still_says_why_to_all_who_wait(rig: Rig, bench: Bench) -> None:
    await seeing(rig, bench)
    bench.lies["snapshot"] = (wire.STATUS_FAILED, b'{"error":"the lens is shut"}')
    video = rig.gateway.video
    found = await asyncio.gather(
        *(video.still(SERIAL, CAMERA) for _ in range(2)), return_exceptions=True
    )
    assert [type(error) for error in found] == [CommandFailed, CommandFailed]


async def test_cameras_that_a_device_no_longer_declares_are_not_remembered(
    rig: Rig, bench: Bench
) -> None:
    _, device = await seeing(rig, bench)
    video, declared = rig.gateway.video, device.description
    assert declared is not None
    camera = next(one for one in declared.entities if one.key == CAMERA)
    for number in range(100):
        other = replace(camera, key=f"camera{number}")
        device.description = replace(declared, entities=(other,))
        video.take(SERIAL, other.key, video_intake.Why.MOTION, picture(1), (64, 48))
    assert len(video._cameras) == 1


# --- what is not taken -------------------------------------------------------------------------------
def segment(bench: Bench, body: bytes, **head: object) -> list[int]:
    """Have the device send a segment of its own making; return where its status will be."""
    ends: list[int] = []
    told = {"entity": CAMERA, "why": "live", "segment": 1, **head}
    bench.device.reporter.stream("video", iter([body]), told, ends.append)
    return ends


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"why": "still"},
        {"why": "motion"},
        {"why": "fun"},
        {"why": 7},
        {"why": None},
        {"entity": "relay"},
        {"entity": "none"},
        {"entity": ["yard"]},
    ],
)
async def test_video_that_nobody_wants_is_refused_before_it_is_sent(
    rig: Rig, bench: Bench, head: dict[str, object]
) -> None:
    _, device = await seeing(rig, bench)
    await rig.gateway.video.still(SERIAL, CAMERA)
    await soon(lambda: bench.device.reporter._stream is None)
    ends = segment(bench, b"", **head)
    await soon(lambda: bool(ends))
    assert ends == [wire.STATUS_REFUSED]
    assert device.stats.links == 1
    assert not rig.seen(VideoRefused)


def framed(jpeg: bytes, length: int | None = None) -> bytes:
    return (len(jpeg) if length is None else length).to_bytes(4) + bytes(4) + jpeg


@pytest.mark.parametrize(
    ("body", "why"),
    [
        pytest.param(framed(b"no picture"), "no JPEG", id="text"),
        pytest.param(framed(b"", 0), "a frame of impossible length", id="nothing"),
        pytest.param(framed(b"", 2**31), "a frame of impossible length", id="endless"),
        pytest.param(framed(picture(1))[:-9], "a frame that is cut", id="cut"),
        pytest.param(framed(picture(1)[:-300]), "a JPEG that is cut", id="shortened"),
        pytest.param(framed(picture(1)) * 65, "more frames than a segment may have", id="many"),
    ],
)
async def test_what_is_no_picture_ends_its_segment_and_is_found(
    rig: Rig, bench: Bench, body: bytes, why: str
) -> None:
    eye, device = await seeing(rig, bench)
    eye.give = lambda number: None  # it is the one below that sends
    seen: list[Frame] = []
    remove = rig.gateway.video.listen(SERIAL, CAMERA, seen.append)
    await soon(lambda: "view" in asked(rig))
    eye.camera._view_until = 0
    await soon(lambda: not bench.device.reporter.is_streaming)
    segment(bench, framed(picture(5)) + body)
    await soon(lambda: bool(rig.seen(VideoRefused)))
    (found,) = rig.seen(VideoRefused)
    assert (found.serial, found.entity, found.why, found.count) == (SERIAL, CAMERA, why, 1)
    assert seen[0].jpeg == picture(5)
    await soon(lambda: bool(rig.seen(ThreatSeen)))
    assert [threat.detection for threat in rig.seen(ThreatSeen)] == [Detection.MALFORMED]
    remove()
    assert device.stats.links == 1
    assert await rig.turn(True) == {"values": {"relay": True}}


async def test_what_is_bad_again_and_again_is_told_as_a_number(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, str, str, int]] = []
    now = 0.0
    intake = video_intake.VideoIntake(
        rig.gateway.video, clock=lambda: now, refused=lambda *found: told.append(found)
    )
    for _ in range(5):
        intake.refused(SERIAL, CAMERA, "no JPEG")
    now = video_intake.TELL_EVERY_S
    intake.refused(SERIAL, CAMERA, "no JPEG")
    assert [found[3] for found in told] == [1, 5]
    for number in range(video_intake.MAX_DEVICES):
        intake.refused(f"OTHER-{number}", CAMERA, "no JPEG")
    assert len(intake._known) == video_intake.MAX_DEVICES
    intake.forget("OTHER-1")
    intake.forget("OTHER-1")
    assert len(intake._known) == video_intake.MAX_DEVICES - 1


@pytest.mark.parametrize("what", ["FRAME_BURST", "BYTE_BURST"])
async def test_more_than_a_device_may_send_is_refused(
    rig: Rig, bench: Bench, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(video_intake, what, 3 if what == "FRAME_BURST" else 10_000)
    monkeypatch.setattr(video_intake, what.replace("BURST", "RATE"), 0.001)
    await seeing(rig, bench)
    rig.gateway.video.listen(SERIAL, CAMERA, lambda frame: None)
    await soon(lambda: bool(rig.seen(VideoRefused)))
    assert rig.seen(VideoRefused)[0].why.startswith("more ")
