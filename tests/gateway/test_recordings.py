"""Recordings: clips that play, survive a crash and a full disk, and are kept as long as was chosen."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import errno
from itertools import pairwise
import json
import os
from pathlib import Path
import shutil
import sys
import threading
from typing import Any

import av
import pytest

from .kit import ANN, BOB, SERIAL, Bench, Rig, soon
from .pictures import CAMERA, Eye, picture, recording, seeing
from custom_components.iot_secure_gateway.gateway import (
    clip_writer,
    clips as clip_module,
    recorder,
    recordings as module,
    video as live,
)
from custom_components.iot_secure_gateway.gateway.clip_index import Clip, ClipFolder
from custom_components.iot_secure_gateway.gateway.clips import Clips, RecordingChoice
from custom_components.iot_secure_gateway.gateway.recordings import Recordings
from custom_components.iot_secure_gateway.gateway.video_errors import (
    NotRecording,
    RecordingUnavailable,
    TooManyRecordings,
    UnknownCamera,
    UnknownClip,
)
from custom_components.iot_secure_gateway.gateway.video_events import (
    ClipDeleted,
    RecordingEnded,
    RecordingStarted,
)

KILLED = Path(__file__).with_name("killed_recorder.py")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LINGER_S", 0.01)
    monkeypatch.setattr(live, "STALL_S", 0.2)
    monkeypatch.setattr(recorder, "MIN_FREE", 0)  # the disk of whoever tests is not looked at


@pytest.fixture
async def eye(rig: Rig, bench: Bench) -> Eye:
    return (await seeing(rig, bench))[0]


@pytest.fixture
async def kept(rig: Rig, eye: Eye, tmp_path: Path) -> AsyncIterator[Recordings]:
    async with recording(rig, tmp_path / "video") as recordings:
        yield recordings


def frames_of(film: Path) -> list[tuple[float, int]]:
    """Return when each picture of a film is shown, and its mean brightness."""
    with av.open(str(film)) as container:
        return [
            (frame.time, int(sum(bytes(frame.planes[0])) / frame.planes[0].buffer_size))
            for frame in container.decode(video=0)
        ]


async def recorded(recordings: Recordings, eye: Eye, pictures: int = 20) -> Clip:
    """Record so many pictures, and return the clip."""
    recordings.start(SERIAL, CAMERA, "service", None, ANN)
    before = eye.taken
    await soon(lambda: eye.taken >= before + pictures)
    await recordings.stop_recording(SERIAL, CAMERA, ANN)
    return recordings.clips([SERIAL])[0]


# --- clips -------------------------------------------------------------------------------------------
async def test_clip_plays_and_has_its_facts_and_a_thumbnail(
    rig: Rig, eye: Eye, kept: Recordings, tmp_path: Path
) -> None:
    told: list[int] = []
    kept.add_listener(lambda: told.append(1))
    clip = await recorded(kept, eye)
    film = kept.path(clip.id)
    times = [at for at, _ in frames_of(film)]
    assert len(times) >= 15
    assert times == sorted(times)
    assert abs(times[-1] - (clip.ended_at - clip.started_at).total_seconds()) < 0.01
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 64, 48)
        assert stream.codec_context.format.name in ("yuv420p", "yuvj420p")
        assert container.duration == pytest.approx(times[-1] * 1e6, rel=0.1)
    data = film.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "the index is in front"
    assert kept.thumbnail(clip.id).read_bytes().startswith(b"\xff\xd8")
    assert (clip.serial, clip.entity, clip.owner) == (SERIAL, CAMERA, ANN.id)
    assert (clip.reason, clip.is_whole) == ("service", True)
    assert clip.bytes == film.stat().st_size + kept.thumbnail(clip.id).stat().st_size
    assert {path.stat().st_mode & 0o777 for path in film.parent.iterdir()} == {0o600}
    assert film.parent.stat().st_mode & 0o777 == 0o700
    assert told
    (start,), (end,) = rig.seen(RecordingStarted), rig.seen(RecordingEnded)
    assert (start.reason, start.actor) == ("service", ANN)
    assert (end.code, end.clips, end.actor) == ("ok", 1, ANN)
    again = ClipFolder(tmp_path / "video").load()
    assert again == [clip]


async def test_recording_ends_by_itself_and_is_prolonged_by_another_start(
    rig: Rig, eye: Eye, kept: Recordings
) -> None:
    kept.start(SERIAL, CAMERA, "x" * 1000, 0.2, ANN)
    assert kept.active[SERIAL, CAMERA].reason == "x" * 31 + "\N{HORIZONTAL ELLIPSIS}"
    kept.start(SERIAL, CAMERA, "service", 0.6, BOB)
    kept.start(SERIAL, CAMERA, "service", 0.1, BOB)
    assert list(kept.active) == [(SERIAL, CAMERA)]
    await soon(lambda: bool(rig.seen(RecordingEnded)))
    assert not kept.active
    assert len(rig.seen(RecordingStarted)) == 1
    (clip,) = kept.clips([SERIAL])
    assert (clip.ended_at - clip.started_at).total_seconds() > 0.25


async def test_recording_leaves_the_processor_to_commands(eye: Eye, kept: Recordings) -> None:
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    thread = kept._active[SERIAL, CAMERA].recorder.native_id
    assert thread is not None
    before = eye.taken
    await soon(lambda: eye.taken >= before + 5)
    assert os.getpriority(os.PRIO_PROCESS, thread) == recorder.NICE
    assert os.getpriority(os.PRIO_PROCESS, 0) < recorder.NICE
    await kept.stop_recording(SERIAL, CAMERA, None)


async def test_long_recording_is_cut_into_clips(
    eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "MAX_CLIP_S", 0.3)
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    await soon(lambda: len(kept.clips([SERIAL])) >= 2)
    await kept.stop_recording(SERIAL, CAMERA, None)
    clips = kept.clips([SERIAL])
    assert clips == sorted(clips, key=lambda clip: clip.started_at, reverse=True)
    for newer, older in pairwise(clips):
        # In a film each picture has a millisecond of its own, also where several came in one.
        assert newer.started_at >= older.ended_at - timedelta(milliseconds=20)


async def test_other_size_of_pictures_begins_another_clip(
    eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "MIN_CLIP_S", 0.1)
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    await soon(lambda: eye.taken >= 10)
    eye.give = lambda number: picture(number, (97, 51), subsampling=0)  # odd, and of other colours
    before = eye.taken
    await soon(lambda: eye.taken >= before + 10)
    await kept.stop_recording(SERIAL, CAMERA, None)
    newer, older = kept.clips([SERIAL])
    for clip, size in ((older, (64, 48)), (newer, (96, 50))):
        with av.open(str(kept.path(clip.id))) as container:
            stream = container.streams.video[0]
            assert (stream.width, stream.height) == size


async def test_device_that_changes_the_size_all_the_time_makes_no_flood_of_clips(
    eye: Eye, kept: Recordings
) -> None:
    eye.give = lambda number: picture(number, (64, 48) if number // 3 % 2 else (96, 48))
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    await soon(lambda: eye.taken >= 40)
    await kept.stop_recording(SERIAL, CAMERA, None)
    (clip,) = kept.clips([SERIAL])
    assert len(frames_of(kept.path(clip.id))) >= 10


async def test_pause_of_the_camera_ends_the_clip_but_not_the_recording(
    eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "QUIET_S", 0.1)
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    await soon(lambda: eye.taken >= 10)
    eye.give = lambda number: None
    await soon(lambda: len(kept.clips([SERIAL])) == 1)
    eye.give = picture
    before = eye.taken
    await soon(lambda: eye.taken >= before + 10)
    assert kept.active
    await kept.stop_recording(SERIAL, CAMERA, None)
    assert len(kept.clips([SERIAL])) == 2


async def test_motion_is_recorded_only_where_that_was_chosen(
    rig: Rig, eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOTION_S", 0.2)
    eye.camera._clip_ms = 500
    eye.camera.motion()
    await soon(lambda: not eye.camera._motion_until)  # refused: nobody wants it
    assert not rig.seen(RecordingStarted)
    kept.choose(SERIAL, RecordingChoice(is_motion_kept=True))
    eye.camera.motion()
    await soon(lambda: bool(rig.seen(RecordingEnded)))
    (start,), (clip,) = rig.seen(RecordingStarted), kept.clips([SERIAL])
    assert (start.reason, start.actor, clip.reason) == ("motion", None, "motion")
    assert len(frames_of(kept.path(clip.id))) > 5


async def test_motion_becomes_a_recording_that_somebody_wants(
    rig: Rig, eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOTION_S", 0.1)
    kept.choose(SERIAL, RecordingChoice(is_motion_kept=True))
    eye.camera._clip_ms = 300
    eye.camera.motion()
    await soon(lambda: bool(kept.active))
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    assert kept.active[SERIAL, CAMERA].reason == "service"
    before = eye.taken
    await soon(lambda: eye.taken >= before + 40)
    assert kept.active
    await kept.stop_recording(SERIAL, CAMERA, ANN)
    assert [event.reason for event in rig.seen(RecordingStarted)] == ["motion", "service"]


# --- what cannot be recorded -------------------------------------------------------------------------
async def test_what_cannot_be_recorded_is_refused(
    rig: Rig, eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnknownCamera):
        kept.start(SERIAL, "relay", "service", None, ANN)
    with pytest.raises(NotRecording):
        await kept.stop_recording(SERIAL, CAMERA, ANN)
    for ask in (kept.clip, kept.path, kept.thumbnail):
        with pytest.raises(UnknownClip):
            ask("../../etc/passwd")
    with pytest.raises(UnknownClip):
        await kept.delete("0" * 32, ANN)
    monkeypatch.setattr(module, "MAX_RECORDINGS", 0)
    with pytest.raises(TooManyRecordings):
        kept.start(SERIAL, CAMERA, "service", None, ANN)
    kept.choose(SERIAL, RecordingChoice(is_motion_kept=True))
    kept.motion(SERIAL, CAMERA)
    assert not kept.active
    assert not rig.seen(RecordingStarted)


async def test_without_pyav_nothing_is_recorded_and_clips_stay(
    rig: Rig, eye: Eye, kept: Recordings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = await recorded(kept, eye)
    await kept.stop()
    monkeypatch.setattr(clip_writer, "find_spec", lambda name: None)
    async with recording(rig, tmp_path / "video") as again:
        again.choose(SERIAL, RecordingChoice(is_motion_kept=True))
        with pytest.raises(RecordingUnavailable):
            again.start(SERIAL, CAMERA, "service", None, ANN)
        assert not again.keeps_motion(SERIAL)
        assert again.clips([SERIAL]) == [clip]


async def test_recording_that_is_begun_anew_while_it_ends_goes_on(
    rig: Rig, eye: Eye, kept: Recordings
) -> None:
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    await soon(lambda: eye.taken >= 10)
    ending = asyncio.create_task(kept.stop_recording(SERIAL, CAMERA, ANN))
    await asyncio.sleep(0)
    kept.start(SERIAL, CAMERA, "service", None, BOB)
    await ending
    assert list(kept.active) == [(SERIAL, CAMERA)]
    before = eye.taken
    await soon(lambda: eye.taken >= before + 10)
    await kept.stop_recording(SERIAL, CAMERA, BOB)
    assert len(kept.clips([SERIAL])) == 2
    assert [event.actor for event in rig.seen(RecordingStarted)] == [ANN, BOB]


async def test_stop_waits_for_a_recording_that_another_one_follows_already(
    rig: Rig, eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, finish = threading.Event(), ClipFolder.finish
    first: list[str] = []

    def slow(folder: ClipFolder, clip: Clip) -> Clip:
        first.append(clip.id)
        assert clip.id != first[0] or held.wait(60)
        return finish(folder, clip)

    monkeypatch.setattr(ClipFolder, "finish", slow)
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    await soon(lambda: eye.taken >= 10)
    ending = asyncio.create_task(kept.stop_recording(SERIAL, CAMERA, ANN))
    await soon(lambda: bool(first))
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    before = eye.taken
    await soon(lambda: eye.taken >= before + 10)
    stopping = asyncio.create_task(kept.stop())
    await soon(lambda: bool(rig.seen(RecordingEnded)))
    await asyncio.wait((stopping,), timeout=0.2)  # which it could use to be done too early
    assert not stopping.done()
    held.set()
    await asyncio.gather(ending, stopping)
    assert len(kept.clips([SERIAL])) == 2


async def test_stop_waits_for_the_thread_of_a_recording_that_has_ended(
    eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = recorder.Recorder.run

    def linger(self: recorder.Recorder) -> None:
        run(self)
        threading.Event().wait(0.5)

    monkeypatch.setattr(recorder.Recorder, "run", linger)
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    thread = kept._active[SERIAL, CAMERA].recorder
    await kept.stop_recording(SERIAL, CAMERA, ANN)
    assert thread.is_alive()
    await kept.stop()
    assert not thread.is_alive()


async def test_bad_listener_stops_nothing(
    eye: Eye, kept: Recordings, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("a bug")

    remove = kept.add_listener(fail)
    await recorded(kept, eye)
    remove()
    remove()
    assert "a bug" in caplog.text


async def test_clips_are_looked_at_again_and_again(
    eye: Eye, kept: Recordings, tmp_path: Path, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await recorded(kept, eye)
    await kept.stop()
    monkeypatch.setattr(module, "TIDY_EVERY_S", 0.01)
    async with recording(rig, tmp_path / "video") as again:
        again._clips.max_mb = 0
        await soon(lambda: not again.clips([SERIAL]))


async def test_full_disk_ends_the_recording_keeps_what_is_there_and_is_told(
    rig: Rig, eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clip_writer, "KEY_EVERY_MS", 200)
    real, written = os.write, 0

    def write(fd: int, data: Any) -> int:
        nonlocal written
        if written > 9000:
            raise OSError(errno.ENOSPC, "no space left")
        written += len(data)
        return real(fd, data)

    eye.give = lambda number: picture(number, (320, 240))
    monkeypatch.setattr(os, "write", write)
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    await soon(lambda: bool(rig.seen(RecordingEnded)))
    monkeypatch.undo()
    (end,), (clip,) = rig.seen(RecordingEnded), kept.clips([SERIAL])
    assert (end.code, end.clips) == ("disk_full", 1)
    assert not clip.is_whole
    assert len(frames_of(kept.path(clip.id))) > 3
    assert not kept.active


async def test_disk_that_is_nearly_full_is_left_to_others(
    rig: Rig, eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder, "MIN_FREE", 2**60)
    kept.choose(SERIAL, RecordingChoice(is_motion_kept=True))
    eye.camera._clip_ms = 60_000
    eye.camera.motion()
    await soon(lambda: bool(rig.seen(RecordingEnded)))
    before = eye.taken
    await soon(lambda: eye.taken >= before + 20)
    assert [event.code for event in rig.seen(RecordingEnded)] == ["disk_full"], "not each picture"
    assert not kept.clips([SERIAL])


async def test_pictures_that_cannot_be_decoded_end_the_recording(
    rig: Rig, eye: Eye, kept: Recordings
) -> None:
    good = picture(1)
    at = good.index(b"\xff\xc0") + 10  # of the first colour: no pixels at all
    eye.give = lambda number: good[: at + 1] + b"\0" + good[at + 2 :]
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    await soon(lambda: bool(rig.seen(RecordingEnded)))
    assert rig.seen(RecordingEnded)[0].code == "no_picture"
    assert not kept.clips([SERIAL])
    assert list(kept._folder.path.iterdir()) == []


async def test_recorder_that_is_too_slow_leaves_pictures_out(
    eye: Eye, kept: Recordings, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    loop, real = asyncio.get_running_loop(), recorder.Recorder._add

    def wait(self: recorder.Recorder, frame: Any) -> None:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result()
        real(self, frame)

    monkeypatch.setattr(recorder.Recorder, "_add", wait)
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    thread = kept._active[SERIAL, CAMERA].recorder
    await soon(lambda: thread.dropped > 3)
    gate.set()
    await kept.stop_recording(SERIAL, CAMERA, None)
    (clip,) = kept.clips([SERIAL])
    assert len(frames_of(kept.path(clip.id))) >= recorder.MAX_QUEUED


async def test_fault_of_the_recorder_is_told(
    rig: Rig,
    eye: Eye,
    kept: Recordings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(recorder, "write_thumbnail", fail)
    monkeypatch.setattr(clip_writer.ClipWriter, "close", fail)
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    await soon(lambda: bool(rig.seen(RecordingEnded)))
    assert rig.seen(RecordingEnded)[0].code == "recording_failed"
    assert caplog.text.count("a bug") >= 2


# --- keeping -----------------------------------------------------------------------------------------
def copies(folder: Path, clip: Clip, count: int) -> list[Clip]:
    """Put copies of a clip into a folder, each an hour older."""
    made = []
    for number in range(1, count + 1):
        clip_id = f"{number:032x}"
        past = timedelta(hours=number)
        copy = replace(
            clip, id=clip_id, started_at=clip.started_at - past, ended_at=clip.ended_at - past
        )
        for end in (".mp4", ".jpg"):
            shutil.copy(folder / f"{clip.id}{end}", folder / f"{clip_id}{end}")
        facts = json.loads((folder / f"{clip.id}.json").read_text("utf-8"))
        facts |= {
            "started_at": copy.started_at.isoformat(),
            "ended_at": copy.ended_at.isoformat(),
        }
        (folder / f"{clip_id}.json").write_text(json.dumps(facts), "utf-8")
        made.append(copy)
    return made


async def test_clips_are_found_by_time_page_by_page_and_for_their_owner_only(
    rig: Rig, eye: Eye, kept: Recordings, tmp_path: Path
) -> None:
    folder = tmp_path / "video"
    clip = await recorded(kept, eye)
    made = copies(folder, clip, 5)
    await kept.stop()
    async with recording(rig, folder) as again:
        everything = again.clips([SERIAL])
        assert everything == [clip, *made]
        first = again.clips([SERIAL], limit=2)
        assert first == everything[:2]
        assert again.clips([SERIAL], after=first[-1].cursor, limit=3) == everything[2:5]
        assert again.clips([SERIAL], since=made[1].started_at) == everything[:3]
        assert again.clips([SERIAL], until=made[1].started_at) == everything[3:]
        assert again.clips([SERIAL], entity="other") == again.clips(["OTHER"]) == []
        await again.delete(made[0].id, ANN)
        assert not again._folder.film(made[0].id).exists()
        assert rig.seen(ClipDeleted)[0].clip == made[0].id
        assert again.clips([SERIAL], after=made[0].cursor, limit=1) == [made[1]]
        ownership = rig.gateway.ownership
        await ownership.offer_transfer(SERIAL, ANN, BOB.id)
        await ownership.accept_transfer(SERIAL, BOB)
        assert again.clips([SERIAL]) == []
        with pytest.raises(UnknownClip):
            again.path(clip.id)


async def test_clips_go_when_they_are_too_old_or_too_many(
    rig: Rig, eye: Eye, kept: Recordings, tmp_path: Path
) -> None:
    folder = tmp_path / "video"
    clip = await recorded(kept, eye)
    made = copies(folder, clip, 6)
    await kept.stop()
    async with recording(rig, folder) as again:
        again.choose(SERIAL, RecordingChoice(keep_days=4.5 / 24))
        await soon(lambda: len(again.clips([SERIAL])) == 5)
        assert again.clips([SERIAL]) == [clip, *made[:4]]
        again._clips.max_mb = clip.bytes * 3.5 / 2**20  # type: ignore[assignment]  # clips are small here
        await again._clips.tidy()
        assert again.clips([SERIAL]) == [clip, *made[:2]]
        again.choose(SERIAL, RecordingChoice(max_mb=0))
        await soon(lambda: not again.clips([SERIAL]))
        await again._clips.remove([clip])  # gone already
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("by", ["bytes", "number"])
async def test_who_records_much_pushes_out_nothing_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    """Neither one person what another has, nor one device what another of the same person has."""
    owners = {"GREEDY": BOB.id, "QUIET": BOB.id, SERIAL: ANN.id}
    clips = Clips(
        ClipFolder(tmp_path),
        owners,
        unix_time=lambda: 0.0,
        max_mb=8 if by == "bytes" else 1000,
        changed=lambda: None,
    )
    if by == "number":
        monkeypatch.setattr(clip_module, "MAX_CLIPS", 8)
    then = datetime.now(UTC)
    for number, serial in enumerate([SERIAL, SERIAL, "QUIET", "QUIET", *["GREEDY"] * 20]):
        at = then + timedelta(minutes=number)
        clips.add(
            Clip(
                id=f"{number:032x}",
                serial=serial,
                entity=CAMERA,
                owner=owners[serial],
                started_at=at,
                ended_at=at,
                bytes=2**20,
            )
        )
    await clips.tidy()
    left = clips.page([*owners], None, None, None, 100, None)
    assert [clip.serial for clip in left] == ["GREEDY"] * 4 + ["QUIET"] * 2 + [SERIAL] * 2
    assert left[0].id == f"{23:032x}"


async def test_clock_that_jumps_ahead_costs_no_clip(rig: Rig, eye: Eye, tmp_path: Path) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
    gateway = rig.gateway
    kept = Recordings(
        tmp_path,
        gateway.video,
        owners=gateway.owners,
        emit=gateway.events.emit,
        unix_time=lambda: now,
    )
    await kept.load({})
    clip = await recorded(kept, eye)
    now += 10 * 365 * 86400
    await kept._clips.tidy()
    assert kept.clips([SERIAL]) == [clip]
    await kept.stop()


async def test_clips_of_a_device_that_is_given_up_are_deleted(
    rig: Rig, eye: Eye, kept: Recordings, tmp_path: Path
) -> None:
    await recorded(kept, eye)
    kept.start(SERIAL, CAMERA, "service", None, ANN)
    before = eye.taken
    await soon(lambda: eye.taken >= before + 5)
    assert await rig.gateway.release(SERIAL, ANN)
    assert list((tmp_path / "video").iterdir()) == []
    assert not kept.active


async def test_stop_of_the_gateway_ends_recordings_in_order(
    rig: Rig, eye: Eye, tmp_path: Path
) -> None:
    async with recording(rig, tmp_path) as kept:
        kept.start(SERIAL, CAMERA, "service", None, ANN)
        await soon(lambda: eye.taken >= 20)
    assert rig.gateway.video.recordings is None
    (clip,) = ClipFolder(tmp_path).load()
    assert clip.is_whole
    with pytest.raises(RecordingUnavailable):
        kept.start(SERIAL, CAMERA, "service", None, ANN)


# --- after a crash -----------------------------------------------------------------------------------
async def test_what_was_written_before_a_crash_plays(tmp_path: Path) -> None:
    """A process that records is killed; what it had written is a clip at the next start."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(KILLED), str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(60):
        line = await process.stdout.readline()  # so many pictures were put so far
        process.kill()
        await process.wait()
    (film,) = tmp_path.glob("*.mp4")
    cut = frames_of(film)
    assert len(cut) >= 40, "it plays as the crash left it"
    (clip,) = ClipFolder(tmp_path).load()
    assert (clip.serial, clip.is_whole, clip.reason) == (SERIAL, False, "service")
    seconds = (clip.ended_at - clip.started_at).total_seconds()
    assert int(line) / 10 - seconds < clip_writer.KEY_EVERY_MS / 1000 + 4
    assert len(frames_of(film)) == len(cut)
    assert ClipFolder(tmp_path).load() == [clip]


async def test_folder_is_put_in_order(tmp_path: Path) -> None:
    names = ["a" * 32, "b" * 32, "c" * 32, "d" * 32]
    started = datetime(2026, 1, 1, tzinfo=UTC)
    folder = ClipFolder(tmp_path)
    good = {"serial": SERIAL, "entity": CAMERA, "owner": "ann", "reason": "service"}
    times = {"started_at": started.isoformat(), "ended_at": None, "bytes": 0, "is_whole": True}
    (tmp_path / f"{names[0]}.json").write_text("{", "utf-8")
    (tmp_path / f"{names[1]}.json").write_text(json.dumps({**good, **times, "serial": 7}), "utf-8")
    endless: list[dict[str, object]] = [
        {"bytes": float("inf")},
        {"started_at": "0001-01-01T00:00:00+05:00"},
    ]
    for number, wrong in enumerate(endless):
        (tmp_path / f"{number:032x}.json").write_text(json.dumps({**good, **times, **wrong}))
    (tmp_path / f"{7:032x}.json").write_text("[" * 4096, "utf-8")
    (tmp_path / f"{names[2]}.json").write_text(json.dumps({**good, **times}), "utf-8")
    (tmp_path / f"{names[2]}.mp4").write_bytes(b"no film")
    (tmp_path / f"{names[3]}.mp4").write_bytes(b"of nobody")
    (tmp_path / "readme.txt").write_text("somebody else's", "utf-8")
    (tmp_path / "other.json").write_text("{}", "utf-8")
    assert folder.load() == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.json", "readme.txt"]


async def test_facts_that_cannot_be_read_now_cost_no_film(tmp_path: Path) -> None:
    clip_id = "a" * 32
    (tmp_path / f"{clip_id}.json").mkdir()  # whatever is wrong with it
    (tmp_path / f"{clip_id}.mp4").write_bytes(b"a film")
    assert ClipFolder(tmp_path).load() == []
    assert (tmp_path / f"{clip_id}.mp4").exists()
