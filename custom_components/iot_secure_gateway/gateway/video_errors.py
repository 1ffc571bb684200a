"""What can go wrong with video; nothing was shown or recorded then."""

from .errors import GatewayError


class VideoError(GatewayError):
    """Video that cannot be shown or recorded."""

    code = "video_error"


class UnknownCamera(VideoError):
    """The device declares no camera of this key."""

    code = "unknown_camera"


class TooManyViewers(VideoError):
    """As many watch this camera as may."""

    code = "too_many_viewers"

    def __init__(self, viewers: int) -> None:
        super().__init__(viewers=str(viewers))


class NoPicture(VideoError):
    """The camera took no picture in time, or none that may be shown."""

    code = "no_picture"


class RecordingUnavailable(VideoError):
    """Nothing can be recorded: the host has not what makes films (PyAV), or no folder for them."""

    code = "recording_unavailable"


class TooManyRecordings(VideoError):
    """As many cameras are being recorded as may be at a time."""

    code = "too_many_recordings"

    def __init__(self, recordings: int) -> None:
        super().__init__(recordings=str(recordings))


class NotRecording(VideoError):
    """This camera is not being recorded."""

    code = "not_recording"


class UnknownClip(VideoError):
    """There is no such clip, or no longer."""

    code = "unknown_clip"
