"""What all entities of devices have in common, and the one way by which a command leaves them."""

from collections.abc import Callable, Mapping
from typing import override

from homeassistant.core import Context, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .exceptions import home_assistant_error
from .gateway.description import EntityDescription, Value
from .gateway.errors import GatewayError
from .runtime import DeviceConfigEntry, DeviceRuntime


class DeviceEntity(Entity):
    """An entity that belongs to a claimed device and is told of its changes."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, runtime: DeviceRuntime, unique_id: str) -> None:
        self._runtime = runtime
        self._device = runtime.device
        self._attr_unique_id = unique_id
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, runtime.device.serial)})

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self._device.add_listener(self._async_device_changed))

    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Stay as it is: nothing here depends on the entity id."""

    @callback
    def _async_device_changed(self) -> None:
        """Show what the device now is."""
        self.async_write_ha_state()


class DescribedEntity(DeviceEntity):
    """An entity that the device itself declared."""

    def __init__(self, runtime: DeviceRuntime, description: EntityDescription) -> None:
        super().__init__(runtime, f"{runtime.device.serial}-{description.key}")
        self.key = description.key
        self._described_by: object = None
        self._shown: tuple[bool, Value] | None = None
        # Contexts of the commands of this entity that were let through, in the order of delivery.
        self._in_flight: list[Context] = []
        self._call_context: Context | None = None
        self._apply_description(description)

    @property
    def value(self) -> Value:
        """What the device last said of this entity."""
        return self._device.values.get(self.key)

    @property
    @override
    def available(self) -> bool:
        return self._device.is_connected

    def _apply_description(self, description: EntityDescription) -> None:
        """Take over name and kind of what the device declared; platforms add to it."""
        self._attr_name = description.name

    @callback
    @override
    def _async_device_changed(self) -> None:
        description = self._device.description
        if description is not None and description is not self._described_by:
            self._described_by = description
            for described in description.entities:
                if described.key == self.key:
                    self._apply_description(described)
                    self._shown = None
        shown, before = (self._device.is_connected, self.value), self._shown
        if shown == before:
            return
        self._shown = shown
        if self._in_flight and (before is None or before[1] != shown[1]):
            # The device runs one command at a time, so it is the first that brought this about.
            super().async_set_context(self._in_flight[0])
        self.async_write_ha_state()

    @callback
    @override
    def async_set_context(self, context: Context) -> None:
        """Keep the context for the command that follows at once, and only for that one.

        The state is credited to it when the device has confirmed, not before: whoever is refused must
        not appear in the logbook as the one who switched.
        """
        self._call_context = context

    async def _async_execute(
        self, command: str, arguments: Mapping[str, object] | None = None
    ) -> None:
        """Give one command to the device; the only way from an entity to it.

        Must be the first thing a command method does: the context is taken before anything can
        suspend, because the next call overwrites it. Without a context nobody called: refused.
        """
        context, self._call_context = self._call_context, None
        actor = await self._runtime.attribution.async_actor(context)
        if context is not None:
            self._in_flight.append(context)
        try:
            await self._runtime.gateway.execute(
                actor, self._device.serial, command, entity=self.key, arguments=arguments
            )
        except GatewayError as err:
            raise home_assistant_error(
                err, context=context, placeholders=await self._async_placeholders()
            ) from err
        finally:
            if context is not None:
                self._in_flight.remove(context)

    async def _async_placeholders(self) -> dict[str, str]:
        """Return the names that texts of errors speak of."""
        owner_id = self._runtime.gateway.owners.get(self._device.serial)
        owner = await self.hass.auth.async_get_user(owner_id) if owner_id else None
        return {
            "device": self._runtime.name,
            "owner": (owner.name if owner is not None else None) or "?",
        }


def async_add_described(
    entry: DeviceConfigEntry,
    kind: str,
    make: Callable[[DeviceRuntime, EntityDescription], DescribedEntity],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add an entity for everything of `kind` that the device declares, now and later.

    What it declares no longer is removed; that takes an authenticated description, never silence.
    """
    runtime = entry.runtime_data
    device = runtime.device
    added: dict[str, DescribedEntity] = {}
    seen: object = None

    @callback
    def update() -> None:
        nonlocal seen
        description = device.description
        if description is None or description is seen:
            return
        seen = description
        declared = {entity.key: entity for entity in description.entities if entity.kind == kind}
        for key in [key for key in added if key not in declared]:
            gone = added.pop(key)
            registry = er.async_get(gone.hass)
            if registry.async_get(gone.entity_id) is not None:
                registry.async_remove(gone.entity_id)
        new = {key: make(runtime, entity) for key, entity in declared.items() if key not in added}
        added.update(new)
        if new:
            async_add_entities(new.values())

    entry.async_on_unload(device.add_listener(update))
    update()
