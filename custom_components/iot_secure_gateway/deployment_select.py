"""The deployment of a device as a selection: there when the device has any, also while it is away."""

from typing import Final, override

from homeassistant.components.select import SelectEntity
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .entity import DeviceEntity
from .exceptions import home_assistant_error
from .gateway.deployment_records import DeviceDeployments
from .gateway.errors import GatewayError
from .runtime import DeviceConfigEntry, DeviceRuntime

ATTR_PENDING: Final = "pending"


class DeploymentSelect(DeviceEntity, SelectEntity):
    """Shows the deployment that the device has in force; none when its values are others."""

    _attr_translation_key = "deployment"

    def __init__(self, runtime: DeviceRuntime) -> None:
        # Not as those that the device declares, which have a hyphen there.
        super().__init__(runtime, _unique_id(runtime))
        self._in_flight: list[Context] = []
        self._shown: DeviceDeployments | None = None
        self._take_over()

    def _take_over(self) -> bool:
        """Take over what is kept of the device; tell whether that is anything new."""
        record = self._runtime.gateway.deployments.of(self._device.serial)
        if record == self._shown:
            return False
        self._shown = record
        self._attr_options = list(record.deployments)
        self._attr_current_option = record.in_force
        pending = record.pending
        self._attr_extra_state_attributes = {
            ATTR_PENDING: pending.name if pending is not None else None
        }
        return True

    @callback
    @override
    def _async_device_changed(self) -> None:
        before = self.current_option
        if not self._take_over():
            return
        if self._in_flight and before != self.current_option:
            self._async_credit(self._in_flight[0])  # they are delivered in this order
        self.async_write_ha_state()

    @override
    async def async_select_option(self, option: str) -> None:
        """Switch; a device that is away gets it when it is back."""
        context, self._call_context = self._call_context, None
        runtime = self._runtime
        actor = await runtime.attribution.async_actor(context)
        if context is not None:
            self._in_flight.append(context)
        try:
            await runtime.gateway.deployments.activate(self._device.serial, option, actor)
        except GatewayError as err:
            raise home_assistant_error(
                err, context=context, placeholders=await self._async_placeholders()
            ) from err
        finally:
            if context is not None:
                self._in_flight.remove(context)


@callback
def async_add_deployment(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the selection while the device has deployments, and take it away when it has none."""
    runtime = entry.runtime_data
    is_added = False

    @callback
    def update() -> None:
        nonlocal is_added
        has_any = bool(runtime.gateway.deployments.of(runtime.device.serial).deployments)
        if has_any == is_added:
            return
        is_added = has_any
        if has_any:
            async_add_entities([DeploymentSelect(runtime)])
            return
        registry = er.async_get(hass)
        if known := registry.async_get_entity_id("select", DOMAIN, _unique_id(runtime)):
            registry.async_remove(known)

    entry.async_on_unload(runtime.device.add_listener(update))
    update()


def _unique_id(runtime: DeviceRuntime) -> str:
    return f"{runtime.device.serial}_deployment"
