"""Where cameras get their pictures from: the test pattern, cameras of computers, the module of boards."""

from collections.abc import Callable, Iterator
import importlib
import io
import os
from pathlib import Path
import sys
from typing import Any

import av
from PIL import Image
import pytest

from .running_example import owned_device
from iotsg_device import video_cpython
from iotsg_device.pattern_cpython import TestPattern as Pattern
from iotsg_device.video_cpython import VideoSource

FIRMWARE = Path(__file__).parent.parent.parent / "device_firmware"
FAKES = Path(__file__).parent / "board_fakes"
ENDLESS = "testsrc=size=320x240:rate=50"  # what FFmpeg draws by itself


def opened(jpeg: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(jpeg))
    assert picture.format == "JPEG"
    return picture


def next_picture(source: VideoSource) -> bytes:
    """Take until there is one, as a camera does."""
    while (picture := source.take()) is None:
        with source._lock:
            source._lock.wait(0.1)
    return picture


# --- the test pattern ------------------------------------------------------------------------------------
def test_pattern_shows_who_and_when_and_moves() -> None:
    pattern = Pattern("SIM-1")
    first, second = opened(pattern.take()), opened(pattern.take())
    assert first.size == (640, 480)
    assert first.tobytes() != second.tobytes()
    label = (0, 400, 640, 440)  # the line with the serial number
    other = opened(Pattern("SIM-2").take())
    assert first.crop(label).tobytes() == second.crop(label).tobytes()
    assert first.crop(label).tobytes() != other.crop(label).tobytes()


def test_pattern_is_drawn_as_it_is_set_up() -> None:
    pattern = Pattern("SIM-1", grain=0.1)
    usual = len(pattern.take())
    assert 30_000 < usual < 60_000  # as large as a real one
    pattern.setup("320x240", 80)
    small = pattern.take()
    assert opened(small).size == (320, 240)
    pattern.setup("320x240", 20)
    assert len(pattern.take()) < len(small) < usual


# --- cameras of computers --------------------------------------------------------------------------------
@pytest.fixture
def source() -> Iterator[Callable[..., VideoSource]]:
    """Return what makes sources that are closed after the test."""
    made: list[VideoSource] = []

    def make(path: str, form: str | None) -> VideoSource:
        made.append(VideoSource(path, form))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_what_gives_jpeg_is_handed_on_as_it_is(
    tmp_path: Path, source: Callable[..., VideoSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video_cpython, "AGAIN_S", 0.0)
    pictures = [Pattern(f"SIM-{number}").take() for number in range(3)]
    path = tmp_path / "camera.mjpeg"
    path.write_bytes(b"".join(pictures))
    with av.open(str(path), format="mjpeg") as opened_source:
        assert list(video_cpython._pictures(opened_source, 80)) == pictures
    camera = source(str(path), "mjpeg")
    with pytest.raises(OSError, match="no more pictures"):
        all(
            iter(lambda: next_picture(camera), b"")
        )  # the file ends, as when a camera is pulled out
    monkeypatch.setattr(camera, "_path", ENDLESS)
    monkeypatch.setattr(camera, "_form", "lavfi")
    assert next_picture(camera)  # and it is opened again by itself


def test_what_gives_other_pictures_is_made_jpeg(source: Callable[..., VideoSource]) -> None:
    camera = source(ENDLESS, "lavfi")
    picture = next_picture(camera)
    assert opened(picture).size == (320, 240)
    assert next_picture(camera) != picture
    camera.setup("320x240", 5)
    while len(next_picture(camera)) >= len(picture) // 2:
        pass


@pytest.mark.parametrize("has_jpeg", [True, False])
def test_camera_is_asked_for_jpeg_and_otherwise_taken_as_it_is(
    source: Callable[..., VideoSource], monkeypatch: pytest.MonkeyPatch, *, has_jpeg: bool
) -> None:
    """No machine that runs tests has a camera: FFmpeg draws what the driver would give."""
    asked: list[dict[str, str]] = []
    really = av.open

    def opened_instead(path: str, *, format: str, options: dict[str, str]) -> Any:
        asked.append(options)
        assert (path, format) == ("/dev/video0", "v4l2")
        if "input_format" in options and not has_jpeg:
            raise av.FFmpegError(22, "no such format")
        return really(ENDLESS, format="lavfi")

    monkeypatch.setattr(av, "open", opened_instead)
    assert next_picture(source("/dev/video0", "v4l2"))
    usual = {"video_size": "640x480", "framerate": "30"}
    assert asked == [{**usual, "input_format": "mjpeg"}, usual][: 1 if has_jpeg else 2]


def test_camera_is_off_when_nobody_looks(
    source: Callable[..., VideoSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = source(ENDLESS, "lavfi")
    assert camera._thread is None
    next_picture(camera)
    thread: Any = camera._thread
    monkeypatch.setattr(video_cpython, "IDLE_S", 0.0)
    thread.join(10)
    assert not thread.is_alive()
    assert camera._newest is None


def test_camera_that_is_not_there_says_so_and_is_not_tried_at_once_again(
    source: Callable[..., VideoSource],
) -> None:
    camera = source("/nowhere/video0", "v4l2")
    with pytest.raises(av.FFmpegError):
        next_picture(camera)
    assert camera.take() is None
    assert camera._thread is None


# --- the module of boards --------------------------------------------------------------------------------
@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return the adapter, with a fake of the module in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(FAKES))
    yield importlib.import_module("iotsg_device.camera_module")
    for name in ("camera", "iotsg_device.camera_module"):
        del sys.modules[name]


def test_module_gives_pictures_in_the_sizes_that_it_knows(
    module: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    source = module.ModuleCamera()
    assert source.sizes == ("640x480", "320x240", "800x600")
    assert source.take() is None
    picture = Pattern("CAM-1").take()
    Path("1.jpg").write_bytes(picture)
    assert source.take() == picture
    for quality in (1, 50, 100):
        source.setup("800x600", quality)
    lines = [f"framesize 9\nquality {lower_is_better}\n" for lower_is_better in (63, 37, 10)]
    assert capsys.readouterr().out == "".join(lines)


def test_board_without_a_camera_says_so(module: Any) -> None:
    Path("no-camera").touch()
    with pytest.raises(OSError, match="no camera"):
        module.ModuleCamera()


# --- the example -----------------------------------------------------------------------------------------
async def test_the_example_for_linux_is_a_camera(
    tmp_path: Path, socket_enabled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(FIRMWARE))
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    command = [sys.executable, str(FIRMWARE / "examples" / "camera_linux.py")]
    async with owned_device(tmp_path, command) as (link, _):
        (camera,) = (await link.command("describe"))[1]["entities"]
        assert (camera["kind"], camera["features"]) == ("camera", ["live", "motion"])
        assert (await link.command("snapshot", "camera"))[0] == 0
        (tmp_path / "moved").touch()
        while "moved" in os.listdir(tmp_path):  # noqa: PTH208
            assert (await link.command("read"))[0] == 0
