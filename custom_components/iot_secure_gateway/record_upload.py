"""Takes a maker's list that was uploaded to Home Assistant, by its form or by the console (FIG 6)."""

from homeassistant.components.file_upload import process_uploaded_file
from homeassistant.core import HomeAssistant

from .gateway.errors import GatewayError, RecordTooLarge
from .gateway.record_import import MAX_FILE, MAX_SERIALS


class UploadGone(GatewayError):
    """The file that was chosen is no longer there: each upload is taken once."""

    code = "record_upload_gone"


async def async_uploaded_record(hass: HomeAssistant, file_id: str) -> bytes:
    """Return what was uploaded, and remove it: it is full of passwords. Raises UploadGone, RecordTooLarge."""
    return await hass.async_add_executor_job(_taken, hass, file_id)


def _taken(hass: HomeAssistant, file_id: str) -> bytes:
    try:
        with process_uploaded_file(hass, file_id) as path:
            if path.stat().st_size > MAX_FILE:
                raise RecordTooLarge(MAX_FILE, MAX_SERIALS)
            return path.read_bytes()
    except ValueError, OSError:
        raise UploadGone from None
