"""What the owner of a device may change about its binding, as a menu of its entry.

Judged for whoever fills the form in; whoever may not is told whom to ask, and nothing happens.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import probatio

from homeassistant.auth.models import User as HomeAssistantUser
from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers import selector
from homeassistant.helpers.typing import VolDictType

from .acts import noted
from .attribution import acting_user, actor_of
from .const import CONF_SLOT, CONF_USER_ID
from .disclosure_form import disclosure_fields, read_disclosures
from .exceptions import text_key
from .gateway.errors import GatewayError, NoSuchGuest, Refused
from .gateway.gateway import Gateway
from .gateway.owner_acts import INVITE_COMMAND, REMOVE_COMMAND, ROTATE_COMMAND, Invitation
from .gateway.ownership import TRANSFER_COMMAND
from .gateway.readings import DISCLOSE_COMMAND
from .handing_over import async_ask_takeover, async_offer
from .markup import escaped
from .people import async_people, device_texts
from .policy.actors import Actor
from .runtime import DATA_RUNTIME
from .video import async_choice, async_choose
from .video_form import read_video, video_fields

_OFFER: Final = "offer_transfer"
_VIDEO: Final = "video"
_ASK: Final = "ask_takeover"
# The steps of the menu, and as which commands the policy knows them; who asks for another one's device
# is judged by other means.
_JUDGED_AS: Final = {
    ROTATE_COMMAND: ROTATE_COMMAND,
    INVITE_COMMAND: INVITE_COMMAND,
    REMOVE_COMMAND: REMOVE_COMMAND,
    DISCLOSE_COMMAND: DISCLOSE_COMMAND,
    _VIDEO: DISCLOSE_COMMAND,
    _OFFER: TRANSFER_COMMAND,
}


class DeviceOptionsFlow(OptionsFlow):
    """A new key, other gateways, another owner. Nothing of it is an option that Home Assistant stores."""

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
            menu_options=[
                *(step for step in _JUDGED_AS if step != _VIDEO or self._has_cameras),
                _ASK,
            ],
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

    async def async_step_set_disclosure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say which values everybody is shown, which are kept, which are confidential."""
        readings, device = self._gateway.readings, self._gateway.devices.get(self._serial)

        async def choose() -> ConfigFlowResult:
            choices = read_disclosures(user_input or {})
            await readings.choose_all(self._actor, self._serial, choices)
            return self._done()

        fields: VolDictType = {}
        if self._gateway.judge(self._actor, self._serial, DISCLOSE_COMMAND).allowed:
            described = device.description if device is not None else None
            fields = disclosure_fields(
                readings.choices(self._actor, self._serial),
                described.entities if described is not None else (),
            )
        return await self._async_act(DISCLOSE_COMMAND, user_input, choose, fields)

    async def async_step_video(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say how long recordings are kept, and who gets the pictures."""
        choice = async_choice(self.hass, self._serial)

        async def choose() -> ConfigFlowResult:
            async_choose(self.hass, self._serial, read_video(choice, user_input or {}))
            return self._done()

        return await self._async_act(_VIDEO, user_input, choose, video_fields(choice))

    async def async_step_offer_transfer(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Offer the device to another person, who has to accept it."""

        async def offer() -> ConfigFlowResult:
            to_id = (user_input or {})[CONF_USER_ID]
            await async_offer(self.hass, self._gateway, self._user, self._serial, to_id)
            return self._done()

        owner_id = self._gateway.owners.get(self._serial)
        others = [user for user in await async_people(self.hass) if user.id != owner_id]
        choice = selector.SelectSelector(
            selector.SelectSelectorConfig(
                options=[
                    selector.SelectOptionDict(value=user.id, label=user.name or user.id)
                    for user in others
                ],
                mode=selector.SelectSelectorMode.DROPDOWN,
            )
        )
        return await self._async_act(
            _OFFER, user_input, offer, {probatio.Required(CONF_USER_ID): choice}
        )

    async def async_step_ask_takeover(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a device whose owner cannot act; it is completed in the issue that it makes."""

        async def ask() -> ConfigFlowResult:
            await async_ask_takeover(self.hass, self._gateway, self._user, self._serial)
            return self._done()

        if self._user is not None and self._user.id == self._gateway.owners.get(self._serial):
            return self.async_abort(reason="already_yours")
        return await self._async_act(_ASK, user_input, ask)

    # -------------------------------------------------------------------------------------------------
    async def _async_act(
        self,
        step_id: str,
        user_input: dict[str, Any] | None,
        act: Callable[[], Awaitable[ConfigFlowResult]],
        fields: VolDictType | None = None,
    ) -> ConfigFlowResult:
        """Ask, then act; whoever may not is not asked."""
        errors: dict[str, str] = {}
        try:
            if step_id in _JUDGED_AS:
                self._gateway.require(self._actor, self._serial, _JUDGED_AS[step_id])
            if user_input is not None:
                with noted(self.hass, step_id, self._actor, self._serial):
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
    def _has_cameras(self) -> bool:
        return bool(self._gateway.video.cameras(self._serial))

    @property
    def _serial(self) -> str:
        return self.config_entry.unique_id or ""

    @property
    def _user(self) -> HomeAssistantUser | None:
        return acting_user(self.hass)

    @property
    def _actor(self) -> Actor:
        return actor_of(self._user)

    async def _async_texts(self) -> dict[str, str]:
        texts = await device_texts(self.hass, self._serial)
        return {name: escaped(text) for name, text in texts.items()} | {"serial": self._serial}
