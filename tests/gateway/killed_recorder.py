"""Records pictures into a folder until it is killed; says so after the first ten seconds of film."""

from datetime import UTC, datetime
import io
from pathlib import Path
import sys
import time

sys.path.insert(0, str(Path(__file__).parents[2]))

from PIL import Image

from custom_components.iot_secure_gateway.gateway import recorder
from custom_components.iot_secure_gateway.gateway.clip_index import Clip, ClipFolder
from custom_components.iot_secure_gateway.gateway.video_frames import Frame


def _nothing(told: object) -> None:
    """Nobody is interested."""


def main() -> None:
    """Ten pictures a second by their times, as fast as they are taken."""
    recorder.MIN_FREE = 0  # type: ignore[misc]
    now = datetime.now(UTC)
    folder = ClipFolder(Path(sys.argv[1]))
    folder.load()
    pattern = Clip(
        id="",
        serial="TEST-1",
        entity="yard",
        owner="ann",
        started_at=now,
        ended_at=now,
        reason="service",
    )
    thread = recorder.Recorder(folder, pattern, kept=_nothing, ended=_nothing, clock=time.monotonic)
    thread.start()
    number, began = 0, time.monotonic()
    while number < 2000:  # also when nobody kills it
        if not thread._pictures.empty():
            time.sleep(0.001)
            continue
        number += 1
        out = io.BytesIO()
        Image.new("RGB", (320, 240), (number % 256, 90, 9)).save(out, "JPEG")
        thread.put(
            Frame(jpeg=out.getvalue(), at=now, width=320, height=240, moment=began + number / 10)
        )
        if number == 100:
            print(number, flush=True)


main()
