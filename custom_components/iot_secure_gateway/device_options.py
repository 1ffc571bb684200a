"""What the owner of a device may change about its binding, as a menu of its entry.

Judged for whoever fills the form in; whoever may not is told whom to ask, and nothing happens.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import probatio

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers import selector

from .attribution import acting_user, actor_of
from .const import CONF_SLOT
from .exceptions import text_key
from .gateway.errors import GatewayError, NoSuchGuest, Refused
from .gateway.gateway import Gateway
from .gateway.owner_acts import INVITE_COMMAND, REMOVE_COMMAND, ROTATE_COMMAND, Invitation
from .markup import escaped
from .people import device_texts
from .policy.actors import Actor
from .runtime import DATA_RUNTIME


class DeviceOptionsFlow(OptionsFlow):
    """A new key, and other gateways. Nothing of it is an option that Home Assistant stores."""

    _invitation: Invitation | None = None

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Begin."""
        return await self.async_step_device()

    async def async_step_device(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the menu; Home Assistant asks for it by this name when it shows it again."""
        if DATA_RUNTIME not in self.hass.data:
            return self.async_abort(reason="gateway_not_ready")
        return self.async_show_menu(
            step_id="device",
            menu_options=[ROTATE_COMMAND, INVITE_COMMAND, REMOVE_COMMAND],
            description_placeholders=await self._async_texts(),
        )

    async def async_step_rotate_key(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Replace the binding key."""

        async def rotate() -> ConfigFlowResult:
            await self._gateway.rotate_key(self._serial, self._actor)
            return self._done()

        return await self._async_act(ROTATE_COMMAND, user_input, rotate)

    async def async_step_invite_gateway(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let another gateway claim the device."""

        async def invite() -> ConfigFlowResult:
            self._invitation = await self._gateway.invite_gateway(self._serial, self._actor)
            return await self.async_step_invited()

        return await self._async_act(INVITE_COMMAND, user_input, invite)

    async def async_step_invited(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the code for the other gateway; it is gone when the form is closed."""
        invitation = self._invitation
        if user_input is not None or invitation is None:
            return self._done()
        return self.async_show_form(
            step_id="invited",
            data_schema=probatio.Schema({}),
            description_placeholders={
                **await self._async_texts(),
                "serial": self._serial,
                "code": invitation.code,
                "minutes": str(invitation.expires_in // 60),
                "slot": str(invitation.slot),
            },
            last_step=True,
        )

    async def async_step_remove_gateway(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take an invitation back, and the binding that came of it."""
        slots = [str(slot) for slot in self._gateway.guests(self._serial)]
        may = self._gateway.judge(self._actor, self._serial, REMOVE_COMMAND).allowed
        if may and not slots:
            return self.async_abort(
                reason=NoSuchGuest.code, description_placeholders=await self._async_texts()
            )

        async def remove() -> ConfigFlowResult:
            slot = int((user_input or {})[CONF_SLOT])
            await self._gateway.remove_gateway(self._serial, slot, self._actor)
            return self._done()

        choice = selector.SelectSelector(selector.SelectSelectorConfig(options=slots))
        return await self._async_act(
            REMOVE_COMMAND,
            user_input,
            remove,
            {probatio.Required(CONF_SLOT): choice},
        )

    # -------------------------------------------------------------------------------------------------
    async def _async_act(
        self,
        step_id: str,
        user_input: dict[str, Any] | None,
        act: Callable[[], Awaitable[ConfigFlowResult]],
        fields: dict[probatio.Marker, object] | None = None,
    ) -> ConfigFlowResult:
        """Ask, then act; whoever may not is not asked."""
        errors: dict[str, str] = {}
        try:
            self._gateway.require(self._actor, self._serial, step_id)
            if user_input is not None:
                return await act()
        except Refused:
            return self.async_abort(
                reason="not_allowed", description_placeholders=await self._async_texts()
            )
        except GatewayError as err:
            errors = {"base": text_key(err)}
        return self.async_show_form(
            step_id=step_id,
            data_schema=probatio.Schema(fields or {}),
            errors=errors,
            description_placeholders=await self._async_texts(),
        )

    def _done(self) -> ConfigFlowResult:
        return self.async_create_entry(data=dict(self.config_entry.options))

    @property
    def _gateway(self) -> Gateway:
        return self.hass.data[DATA_RUNTIME].gateway

    @property
    def _serial(self) -> str:
        return self.config_entry.unique_id or ""

    @property
    def _actor(self) -> Actor:
        return actor_of(acting_user(self.hass))

    async def _async_texts(self) -> dict[str, str]:
        texts = await device_texts(self.hass, self._serial)
        return {name: escaped(text) for name, text in texts.items()}
