"""One clip as a file: MP4 with H.264, made of pictures as they come. Every call waits for the disk.

While it is written the file is in fragments, so what was written before a crash plays. At its end it is packed
anew, with the index in front: then browsers know how long it is and where each moment lies.

PyAV comes with Home Assistant's `stream`; where it is missing, `is_available()` says so.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from importlib import import_module
from importlib.util import find_spec
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from .video_frames import Frame

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame

KEY_EVERY_MS: Final = 2000  # between pictures from which one can start: also what a crash may cost
THUMBNAIL_WIDTH: Final = 240  # pixels
_TICKS: Final = Fraction(1, 1000)  # seconds
_FRAGMENTS: Final = "frag_keyframe+delay_moov+default_base_moof"
_ENCODER: Final = {"preset": "ultrafast", "tune": "zerolatency", "crf": "28"}
_FULL_RANGE: Final = 2  # of brightness, as JPEG has it


class NotDecodableError(Exception):
    """A picture that looks like a JPEG and is none."""


class NoFilmError(Exception):
    """There is nothing in a file that plays."""


def is_available() -> bool:
    """Whether this host can make films."""
    return find_spec("av") is not None


class ClipWriter:
    """Writes one clip; all pictures have the size of the first one."""

    def __init__(self, path: Path, first: Frame) -> None:
        """Begin the file. Raises OSError."""
        self._av: Any = import_module("av")
        self._size = (first.width, first.height)
        self._began = first.moment
        self._last_ms = -1
        self._key_ms = -KEY_EVERY_MS
        self._decoder: VideoCodecContext = self._av.CodecContext.create("mjpeg", "r")
        self._decoder.thread_count = 1
        self._file = _File(path)
        try:
            self._container: OutputContainer = self._av.open(
                self._file, "w", format="mp4", options={"movflags": _FRAGMENTS}
            )
            self._encoder = self._make_encoder(first)
            # A stream that has an encoder of its own never lets go of it (5 MB a clip, PyAV 19).
            self._stream = self._container.add_mux_stream(
                "h264", width=self._encoder.width, height=self._encoder.height, time_base=_TICKS
            )
        except BaseException:
            self._file.close()
            raise

    @property
    def seconds(self) -> float:
        """How long it is so far."""
        return max(0, self._last_ms) / 1000

    @property
    def size(self) -> int:
        """Bytes that were written so far."""
        return self._file.size

    def fits(self, frame: Frame) -> bool:
        """Whether a picture can be a part of it."""
        return (frame.width, frame.height) == self._size

    def add(self, frame: Frame) -> VideoFrame:
        """Write a picture; return it decoded. Raises NotDecodableError and OSError."""
        picture = self._decode(frame)
        at_ms = max(self._last_ms + 1, round((frame.moment - self._began) * 1000))
        is_key = at_ms - self._key_ms >= KEY_EVERY_MS
        if is_key:
            self._key_ms = at_ms
        picture.pict_type = self._av.video.frame.PictureType.I if is_key else 0
        picture.pts, picture.time_base = at_ms, _TICKS
        with self._errors():
            self._write(self._encoder.encode(picture))
        self._last_ms = at_ms
        return picture

    def close(self) -> None:
        """Write what is left, durably. Raises OSError; the file is closed in any case."""
        try:
            with self._errors():
                self._write(self._encoder.encode(None))
                self._container.close()
            self._file.sync()
        finally:
            self._file.close()

    # -------------------------------------------------------------------------------------------------
    def _make_encoder(self, first: Frame) -> VideoCodecContext:
        encoder: VideoCodecContext = self._av.CodecContext.create("libx264", "w")
        encoder.width = first.width - first.width % 2
        encoder.height = first.height - first.height % 2
        encoder.pix_fmt = "yuv420p"
        encoder.options = dict(_ENCODER)
        encoder.thread_count = 1
        encoder.color_range = _FULL_RANGE
        encoder.gop_size = 600  # key pictures come by time
        encoder.time_base = _TICKS
        return encoder

    def _write(self, packets: Iterable[Packet[Any]]) -> None:
        for packet in packets:
            packet.stream = self._stream
            self._container.mux(packet)

    def _decode(self, frame: Frame) -> VideoFrame:
        try:
            pictures = self._decoder.decode(self._av.Packet(frame.jpeg))
        except self._av.FFmpegError as error:
            raise NotDecodableError(type(error).__name__) from None
        if len(pictures) != 1 or (pictures[0].width, pictures[0].height) != self._size:
            raise NotDecodableError("another picture than announced")
        picture, width, height = pictures[0], self._encoder.width, self._encoder.height
        if picture.format.name != "yuvj420p" or (picture.width, picture.height) != (width, height):
            picture = picture.reformat(width=width, height=height, format="yuvj420p")
        return picture

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """What the file said counts, not what was made of it on the way."""
        try:
            yield
        except Exception as error:
            fault = self._file.fault
            if fault is None and not isinstance(error, self._av.FFmpegError):
                raise
            raise fault or OSError(f"the film cannot be written: {type(error).__name__}") from None


class _File:
    """What the muxer writes to: straight to the disk, without seeking."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self.size = 0
        self.fault: OSError | None = None

    def write(self, data: bytes) -> int:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError as error:
            self.fault = error
            raise
        self.size += len(data)
        return len(data)

    def sync(self) -> None:
        os.fsync(self._fd)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def write_thumbnail(path: Path, picture: VideoFrame) -> None:
    """Write a small JPEG of a picture. Raises OSError."""
    av: Any = import_module("av")
    width = min(THUMBNAIL_WIDTH, picture.width) // 2 * 2
    height = max(2, picture.height * width // picture.width // 2 * 2)
    small = picture.reformat(width=width, height=height, format="yuvj420p")
    small.pts, small.time_base = 0, _TICKS
    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuvj420p"
    encoder.time_base, encoder.thread_count = _TICKS, 1
    packets = [*encoder.encode(small), *encoder.encode(None)]
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(fd, "wb") as file:  # noqa: PTH123 - it has to be nobody else's from the start
        file.write(b"".join(bytes(packet) for packet in packets))


def length(path: Path) -> float:
    """Return the seconds of a film, also of one that a crash cut. Raises NoFilmError."""
    av: Any = import_module("av")
    end = 0.0
    try:
        with av.open(str(path)) as film:
            for packet in film.demux(film.streams.video[0]):
                if packet.pts is not None:
                    end = max(end, float(packet.pts * packet.time_base))
    except (av.FFmpegError, OSError, IndexError) as error:
        raise NoFilmError(type(error).__name__) from None
    if not end:
        raise NoFilmError("empty")
    return end


def pack(path: Path) -> None:
    """Pack a film anew, with its index in front. Raises OSError; the file stays as it was then."""
    av: Any = import_module("av")
    packed = path.with_suffix(".new")
    try:
        os.close(os.open(packed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
        try:
            options = {"movflags": "faststart"}
            with (
                av.open(str(path)) as source,
                av.open(str(packed), "w", format="mp4", options=options) as target,
            ):
                stream = target.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(source.streams.video[0]):
                    if packet.dts is not None:
                        packet.stream = stream
                        target.mux(packet)
        except (av.FFmpegError, IndexError) as error:
            raise OSError(f"the clip cannot be packed: {type(error).__name__}") from None
        with packed.open("rb") as file:
            os.fsync(file.fileno())
        packed.replace(path)
    except OSError:
        with suppress(OSError):
            packed.unlink()
        raise
