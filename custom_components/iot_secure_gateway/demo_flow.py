"""The form that starts a demo device, and shows its label for the only time."""

from typing import Any, Final

import probatio

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.helpers import selector

from .const import DEMO_UNIQUE_ID, DOMAIN
from .demo import async_make_demo_device, draw_label, free_port
from .demo_device.device import HOST
from .demo_device.identity import Label
from .storage import StorageError

CONF_LABEL: Final = "label"
TITLE: Final = "Demo hardware"  # not the name of the device, which gets an entry when it is claimed


class DemoDeviceSteps(ConfigFlow):
    """The steps of the flow that concern the demo device."""

    _label: Label | None = None
    _label_port = 0

    def _may_start_demo_device(self) -> bool:
        """Tell whether there is none yet."""
        entries = self.hass.config_entries
        return entries.async_entry_for_domain_unique_id(DOMAIN, DEMO_UNIQUE_ID) is None

    async def async_step_demo_device(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the label, then start the device; it appears as discovered like any other."""
        await self.async_set_unique_id(DEMO_UNIQUE_ID, raise_on_progress=False)
        self._abort_if_unique_id_configured(error="demo_device_exists")
        if self._label is None:
            self._label, self._label_port = draw_label(), free_port()
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await async_make_demo_device(self.hass, self._label, self._label_port)
            except StorageError:
                errors["base"] = "demo_device_not_kept"
            else:
                return self.async_create_entry(title=TITLE, data={})
        picture = selector.QrCodeSelector(selector.QrCodeSelectorConfig(data=self._label.code))
        return self.async_show_form(
            step_id="demo_device",
            data_schema=probatio.Schema({probatio.Optional(CONF_LABEL): picture}),
            errors=errors,
            description_placeholders={
                "serial": self._label.serial,
                "password": self._label.grouped_password,
                "host": HOST,
                "port": str(self._label_port),
            },
        )
