"""The service that puts the gateway's blueprints among those of Home Assistant (B28).

HACS ships the integration's folder only, so they have to be copied. What is there already stays: somebody may
have changed it.
"""

from pathlib import Path
import shutil
from typing import Final

import probatio

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.service import async_register_admin_service

from .const import DOMAIN
from .service_calls import in_words

SERVICE_INSTALL_BLUEPRINTS: Final = "install_blueprints"
FOLDER: Final = Path(__file__).with_name("blueprints") / "automation"


@callback
def async_register_blueprints_action(hass: HomeAssistant) -> None:
    """Register the service; it is for administrators, who may change files of Home Assistant."""

    async def install(call: ServiceCall) -> ServiceResponse:
        target = Path(hass.config.path("blueprints", "automation", DOMAIN))
        try:
            async with in_words(call):
                added = await hass.async_add_executor_job(_copy, target)
        except OSError as error:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="blueprints_not_written",
                translation_placeholders={"why": error.strerror or type(error).__name__},
            ) from error
        return {"added": list(added)}

    async_register_admin_service(
        hass,
        DOMAIN,
        SERVICE_INSTALL_BLUEPRINTS,
        install,
        probatio.Schema({}),
        supports_response=SupportsResponse.OPTIONAL,
    )


def _copy(target: Path) -> list[str]:
    """Copy what is not there yet; return the names."""
    target.mkdir(parents=True, exist_ok=True)
    added = []
    for source in sorted(FOLDER.glob("*.yaml")):
        if not (target / source.name).exists():
            shutil.copyfile(source, target / source.name)
            added.append(source.name)
    return added
