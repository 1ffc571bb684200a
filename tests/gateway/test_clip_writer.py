"""One film: what does not become one is an error, and leaves nothing open."""

from datetime import UTC, datetime
import errno
import gc
import os
from pathlib import Path
from typing import Any

import pytest

from .pictures import picture
from custom_components.iot_secure_gateway.gateway.clip_writer import (
    ClipWriter,
    NoFilmError,
    NotDecodableError,
    length,
    pack,
)
from custom_components.iot_secure_gateway.gateway.video_frames import Frame


def frame(number: int, size: tuple[int, int] = (64, 48), jpeg: bytes | None = None) -> Frame:
    return Frame(
        jpeg=picture(number, size) if jpeg is None else jpeg,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        width=size[0],
        height=size[1],
        moment=number / 10,
    )


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_picture_of_another_size_than_announced_is_left_out(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    writer = ClipWriter(film, frame(0))
    for number in range(10):
        writer.add(frame(number))
    with pytest.raises(NotDecodableError):
        writer.add(frame(10, jpeg=picture(10, (32, 32))))
    assert not writer.fits(frame(11, (32, 32)))
    writer.add(frame(3))  # a clock that stands still
    writer.close()
    assert length(film) == pytest.approx(0.901)
    pack(film)
    assert length(film) == pytest.approx(0.901)


def test_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"somebody's")
    with pytest.raises(FileExistsError):
        ClipWriter(film, frame(0))
    assert film.read_bytes() == b"somebody's"


def test_failed_beginning_leaves_no_file_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: Any) -> None:
        raise RuntimeError("no encoder")

    ClipWriter(tmp_path / "first.mp4", frame(0)).close()
    before = open_files()
    monkeypatch.setattr(ClipWriter, "_make_encoder", fail)
    with pytest.raises(RuntimeError):
        ClipWriter(tmp_path / "film.mp4", frame(0))
    assert open_files() == before


def test_disk_that_is_full_at_the_end_is_an_error_and_leaves_no_file_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = ClipWriter(tmp_path / "film.mp4", frame(0))
    writer.add(frame(1))
    before = open_files()

    def fail(fd: int, data: Any) -> int:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "write", fail)
    with pytest.raises(OSError) as found:
        writer.close()
    assert found.value.errno == errno.ENOSPC
    assert open_files() == before - 1


def test_what_is_no_film_is_neither_measured_nor_packed(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    for content in (b"", b"no film", bytes(1000)):
        film.write_bytes(content)
        with pytest.raises(NoFilmError):
            length(film)
        with pytest.raises(OSError, match="cannot be packed"):
            pack(film)
        assert film.read_bytes() == content
    writer = ClipWriter(tmp_path / "short.mp4", frame(0))
    writer.add(frame(0))
    writer.close()
    with pytest.raises(NoFilmError):
        length(tmp_path / "short.mp4")
    with pytest.raises(OSError):
        pack(tmp_path / "none.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "short.mp4"]


def test_clips_leave_no_memory_behind(tmp_path: Path) -> None:
    """PyAV kept the encoder of each film that had one of its own: 5 MB."""
    pictures = [frame(number, (640, 480)) for number in range(4)]
    held = []
    for number in range(40):
        film = tmp_path / f"{number}.mp4"
        writer = ClipWriter(film, pictures[0])
        for each in pictures:
            writer.add(each)
        writer.close()
        pack(film)
        film.unlink()
        del writer
        gc.collect()
        held.append(int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4096)
    assert held[-1] - held[9] < 20_000_000, "it was 150 million"
