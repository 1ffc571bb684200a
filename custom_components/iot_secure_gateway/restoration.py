"""After a restore: one issue that names all devices that wait, and one confirmation that lets them go on."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final

import probatio

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .attribution import acting_user, actor_of
from .console_links import PAGE_OVERVIEW, issue_link
from .const import DOMAIN
from .gateway.device import Device, Problem
from .gateway.errors import GatewayError, NotBehind, Refused, UnknownDevice
from .gateway.gateway import Gateway
from .markup import escaped
from .messages import Action, Message
from .people import device_name, user_name
from .policy.actors import User
from .runtime import DATA_RUNTIME

ISSUE_RESTORED: Final = "restored"
ISSUE_KEY_REPLACED: Final = "restored_key_replaced"
MAX_NAMED: Final = 30  # devices in one text

_TOLD: Final = (Problem.BEHIND, Problem.REFUSED)


@callback
def async_watch_restored(
    hass: HomeAssistant, gateway: Gateway, device: Device
) -> Callable[[], None]:
    """Keep the issues true for this device; returns the end of it."""
    shown: Problem | None = None

    @callback
    def changed() -> None:
        nonlocal shown
        if device.problem is not shown:
            is_told = shown in _TOLD or device.problem in _TOLD
            shown = device.problem
            if is_told:
                async_show_restored(hass, gateway)
            if shown is Problem.BEHIND:
                hass.async_create_task(_async_tell(hass, gateway, device.serial))

    return device.add_listener(changed)


@callback
def async_show_restored(hass: HomeAssistant, gateway: Gateway) -> None:
    """Show which devices wait, and which cannot be reached with the keys of the backup."""
    restoring = gateway.restoring
    for issue, serials in (
        (ISSUE_RESTORED, restoring.behind),
        (ISSUE_KEY_REPLACED, restoring.locked_out),
    ):
        if not serials:
            ir.async_delete_issue(hass, DOMAIN, issue)
            continue
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue,
            is_fixable=issue == ISSUE_RESTORED,
            severity=ir.IssueSeverity.ERROR,
            learn_more_url=issue_link(hass, PAGE_OVERVIEW),
            translation_key=issue,
            translation_placeholders={"devices": named(gateway, serials)},
        )


async def _async_tell(hass: HomeAssistant, gateway: Gateway, serial: str) -> None:
    """Tell the owner, who need not be an administrator, what waits; with a button that lets it go on."""
    owner_id = gateway.owners.get(serial)
    runtime = hass.data.get(DATA_RUNTIME)
    if owner_id is None or runtime is None:
        return
    waiting = [one for one in gateway.restoring.behind if gateway.owners.get(one) == owner_id]

    async def go_on(user_id: str) -> None:
        for one in gateway.restoring.behind:
            if one in waiting:
                with suppress(NotBehind, UnknownDevice):  # settled, or let go, meanwhile
                    await gateway.restoring.accept(one, User(id=user_id))

    await runtime.messages.tell(
        [owner_id],
        Message(
            text="restored_waits",
            placeholders={"devices": listed(device_name(gateway, one) for one in waiting)},
            tag=f"iotsg_{ISSUE_RESTORED}",
            actions=(Action(label="action_go_on", run=go_on),),
        ),
    )


def named(gateway: Gateway, serials: Iterable[str]) -> str:
    """Return what devices are called, as one text."""
    return listed(escaped(device_name(gateway, serial)) for serial in serials)


def listed(names: Iterable[str]) -> str:
    """Return names, ready to be shown, as one text with an end."""
    known = sorted(names)
    more = len(known) - MAX_NAMED
    return ", ".join(known[:MAX_NAMED]) + (f" (+{more})" if more > 0 else "")


class RestoredFlow(RepairsFlow):
    """Whoever confirms lets go on what is theirs; what is others' waits for them."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask once for all devices, then act on each."""
        if (runtime := self.hass.data.get(DATA_RUNTIME)) is None:
            return self.async_abort(reason="gateway_not_ready")
        gateway = runtime.gateway
        behind = gateway.restoring.behind
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=probatio.Schema({}),
                description_placeholders={"devices": named(gateway, behind)},
            )
        waiting = await self._async_accept(gateway, behind)
        if waiting:
            return self.async_abort(
                reason="others_wait", description_placeholders={"waiting": listed(waiting)}
            )
        return self.async_create_entry(data={})

    async def _async_accept(self, gateway: Gateway, serials: tuple[str, ...]) -> list[str]:
        """Return what waits for somebody else, with whom to ask."""
        actor = actor_of(acting_user(self.hass))
        waiting: list[str] = []
        for serial in serials:
            try:
                await gateway.restoring.accept(serial, actor)
            except NotBehind:
                continue  # settled meanwhile
            except Refused:
                owner = await user_name(self.hass, gateway.owners.get(serial))
                name = escaped(device_name(gateway, serial))
                waiting.append(f"{name} ({escaped(owner)})")
            except GatewayError:
                waiting.append(escaped(device_name(gateway, serial)))
        return waiting
