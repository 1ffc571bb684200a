"""Issues that somebody can settle here: who may is judged like any act.

Home Assistant opens these forms to its administrators only; whoever is none has the same as commands
of the console.
"""

from collections.abc import Awaitable, Callable
from typing import ClassVar, override

import probatio

from homeassistant.auth.models import User as HomeAssistantUser
from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .acts import noted
from .attribution import acting_user, actor_of
from .automation_refusals import Refusal, async_allow, refusal_of
from .const import (
    CONF_SERIAL,
    ISSUE_ADDRESS_NOT_ALLOWED,
    ISSUE_OWNER_GONE,
    ISSUE_SUSPENDED_BY_POLICY,
    ISSUE_TAKEOVER_ASKED,
    ISSUE_TRANSFER_OFFERED,
)
from .exceptions import NotAPerson, NotRunning, text_key
from .gateway.errors import ChangeRefused, GatewayError, Refused
from .gateway.gateway import Gateway
from .handing_over import async_ask_takeover, async_take_over
from .markup import escaped
from .people import device_texts
from .policy.actors import User
from .restoration import ISSUE_RESTORED, RestoredFlow
from .runtime import DATA_RUNTIME

type _Act = Callable[[Gateway, HomeAssistantUser | None], Awaitable[None]]


class DeviceFixFlow(RepairsFlow):
    """One confirmation about one device."""

    choices: ClassVar[tuple[str, ...]] = ()  # steps to choose from, where there is more than yes

    def __init__(self, serial: str) -> None:
        self._serial = serial

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        if not self.choices:
            return await self.async_step_confirm()
        return self.async_show_menu(
            step_id="init",
            menu_options=list(self.choices),
            description_placeholders=await self._async_texts(),
        )

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask, then act."""
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=probatio.Schema({}),
                description_placeholders=await self._async_texts(),
            )
        return await self._async_do(self._async_act)

    async def _async_act(self, gateway: Gateway, user: HomeAssistantUser | None) -> None:
        """Do what was confirmed. Raises GatewayError."""
        raise NotImplementedError

    async def _async_do(self, act: _Act) -> RepairsFlowResult:
        texts = await self._async_texts()  # before: they name who had it until now
        try:
            if (runtime := self.hass.data.get(DATA_RUNTIME)) is None:
                raise NotRunning
            user, name = acting_user(self.hass), type(self).__name__.removesuffix("Flow")
            with noted(self.hass, f"fix {name}", actor_of(user), self._serial):
                await act(runtime.gateway, user)
        except GatewayError as err:
            reason = text_key(err)
            if isinstance(err, (ChangeRefused, NotAPerson, Refused)):
                reason = "not_allowed"
            return self.async_abort(
                reason=reason, description_placeholders={**texts, **err.placeholders}
            )
        return self.async_create_entry(data={})

    async def _async_texts(self) -> dict[str, str]:
        issue = ir.async_get(self.hass).async_get_issue(self.handler, self.issue_id)
        texts = await device_texts(self.hass, self._serial)
        shown = (issue.translation_placeholders if issue is not None else None) or {}
        return {name: escaped(text) for name, text in texts.items()} | dict(shown)


class AllowAddressFlow(DeviceFixFlow):
    """The owner confirms that the address which the device saw is that of this gateway."""

    @override
    async def _async_act(self, gateway: Gateway, user: HomeAssistantUser | None) -> None:
        await gateway.allow_address(self._serial, actor_of(user))


class TransferFlow(DeviceFixFlow):
    """The receiver takes a device over that was offered, or one of the two ends the offer."""

    choices = ("accept", "end")

    async def async_step_accept(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Take it over."""
        return await self._async_do(
            lambda gateway, user: gateway.ownership.accept_transfer(self._serial, actor_of(user))
        )

    async def async_step_end(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Withdraw or decline it."""
        return await self._async_do(
            lambda gateway, user: gateway.ownership.end_transfer(self._serial, actor_of(user))
        )


class TakeoverFlow(DeviceFixFlow):
    """The owner keeps a device that an administrator asked for; or the time to object is over."""

    choices = ("object", "take_over")

    async def async_step_object(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Keep it, or ask no longer."""
        return await self._async_do(
            lambda gateway, user: gateway.ownership.object_takeover(self._serial, actor_of(user))
        )

    async def async_step_take_over(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Complete it."""
        return await self._async_do(
            lambda gateway, user: async_take_over(gateway, user, self._serial)
        )


class OwnerGoneFlow(DeviceFixFlow):
    """An administrator takes over a device whose owner is no user any more."""

    @override
    async def _async_act(self, gateway: Gateway, user: HomeAssistantUser | None) -> None:
        await async_ask_takeover(self.hass, gateway, user, self._serial)
        await async_take_over(gateway, user, self._serial)


class LiftSuspensionFlow(DeviceFixFlow):
    """The owner has a device connected again that the monitoring policy keeps apart."""

    @override
    async def _async_act(self, gateway: Gateway, user: HomeAssistantUser | None) -> None:
        await gateway.safeguards.lift(self._serial, actor_of(user))


class AllowAutomationFlow(DeviceFixFlow):
    """Whoever has authority over a device allows what an automation was refused."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal[0])
        self._refusal = refusal

    @override
    async def _async_act(self, gateway: Gateway, user: HomeAssistantUser | None) -> None:
        actor = actor_of(user)
        if not isinstance(actor, User):
            raise NotAPerson
        await async_allow(gateway, actor, self._refusal)


_FLOWS: dict[str, type[DeviceFixFlow]] = {
    ISSUE_ADDRESS_NOT_ALLOWED: AllowAddressFlow,
    ISSUE_TRANSFER_OFFERED: TransferFlow,
    ISSUE_TAKEOVER_ASKED: TakeoverFlow,
    ISSUE_OWNER_GONE: OwnerGoneFlow,
    ISSUE_SUSPENDED_BY_POLICY: LiftSuspensionFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the form for an issue; its id is its kind, followed by the serial that its data holds."""
    if issue_id == ISSUE_RESTORED:
        return RestoredFlow()
    if (refusal := refusal_of(data)) is not None:
        return AllowAutomationFlow(refusal)
    serial = str((data or {}).get(CONF_SERIAL, ""))
    return _FLOWS[issue_id.removesuffix(f"_{serial}")](serial)
