"""Issues that somebody can settle with one confirmation: who may is judged like any act.

Home Assistant opens these forms to its administrators only; an owner who is none has the same
as a command of the console.
"""

import probatio

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .attribution import acting_user, actor_of
from .const import CONF_SERIAL
from .exceptions import NotRunning, text_key
from .gateway.errors import GatewayError, Refused
from .markup import escaped
from .people import device_texts
from .runtime import DATA_RUNTIME


class AllowAddressFlow(RepairsFlow):
    """The owner confirms that the address which the device saw is that of this gateway."""

    def __init__(self, serial: str) -> None:
        self._serial = serial

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, then tell the gateway."""
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        texts = {
            name: escaped(text)
            for name, text in (await device_texts(self.hass, self._serial)).items()
        } | dict((issue.translation_placeholders if issue is not None else None) or {})
        if user_input is None:
            return self.async_show_form(
                step_id="confirm", data_schema=probatio.Schema({}), description_placeholders=texts
            )
        try:
            await self._async_allow()
        except GatewayError as err:
            reason = "not_allowed" if isinstance(err, Refused) else text_key(err)
            return self.async_abort(reason=reason, description_placeholders=texts)
        return self.async_create_entry(data={})

    async def _async_allow(self) -> None:
        """Raises NotRunning, Refused, UnknownDevice, NoAddressSeen."""
        runtime = self.hass.data.get(DATA_RUNTIME)
        if runtime is None:
            raise NotRunning
        await runtime.gateway.allow_address(self._serial, actor_of(acting_user(self.hass)))


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the form for an issue; there is one kind that has one."""
    return AllowAddressFlow(str((data or {}).get(CONF_SERIAL, "")))
