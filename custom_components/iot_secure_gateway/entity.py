"""What all entities of devices have in common, and the one way by which a command leaves them."""

from collections.abc import Callable, Mapping
import logging
from typing import ClassVar, override

from homeassistant.const import EntityCategory
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .child_devices import async_child_of
from .command_events import called_by
from .const import DOMAIN
from .exceptions import home_assistant_error
from .gateway.description import EntityDescription
from .gateway.errors import GatewayError
from .readings import Reading
from .runtime import DeviceConfigEntry, DeviceRuntime

_LOGGER = logging.getLogger(__name__)


class DeviceEntity(Entity):
    """An entity that belongs to a claimed device and is told of its changes."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, runtime: DeviceRuntime, unique_id: str) -> None:
        self._runtime = runtime
        self._device = runtime.device
        self._attr_unique_id = unique_id
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, runtime.device.serial)})
        self._call_context: Context | None = None

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

    @callback
    @override
    def async_set_context(self, context: Context) -> None:
        """Keep the context for the command that follows at once, and only for that one.

        The state is credited to it when the device has confirmed, not before: whoever is refused must
        not appear in the logbook as the one who switched.
        """
        self._call_context = context

    @callback
    def _async_credit(self, context: Context | None) -> None:
        """Credit the state that is written next to whoever brought it about."""
        if context is not None:
            super().async_set_context(context)

    async def _async_placeholders(self) -> dict[str, str]:
        """Return the names that texts of errors speak of."""
        owner_id = self._runtime.gateway.owners.get(self._device.serial)
        owner = await self.hass.auth.async_get_user(owner_id) if owner_id else None
        return {
            "device": self._runtime.name,
            "owner": (owner.name if owner is not None else None) or "?",
        }


class DescribedEntity(DeviceEntity):
    """An entity that the device itself declared. Platforms say how description and values show."""

    further: ClassVar[tuple[str, ...]] = ()  # values of this kind beside the main one
    is_read_only: ClassVar[bool] = False

    def __init__(self, runtime: DeviceRuntime, description: EntityDescription) -> None:
        super().__init__(runtime, f"{runtime.device.serial}-{description.key}")
        self.key = description.key
        self._kind = description.kind
        self._keys = (self.key, *(f"{self.key}.{name}" for name in self.further))
        self._described_by: object = runtime.device.description
        self._shown: tuple[object, ...] = ()
        self._has_misfit = False
        # Contexts of the commands of this entity that were let through, in the order of delivery.
        self._in_flight: list[Context] = []
        self._apply_description(description)
        self._apply_values()

    @property
    @override
    def available(self) -> bool:
        return self._device.is_connected

    @property
    def is_confidential(self) -> bool:
        """Whether its owner wants no value of it to be shown."""
        return self._device.intake.is_hidden(self.key)

    def be_part_of(self, part: ChildDeviceInfo) -> None:
        """Belong to a part of the device, before it is added."""
        self._attr_device_info = part

    def _apply_description(self, description: EntityDescription) -> None:
        """Take over name and category of what the device declared; platforms add to it."""
        self._attr_name = description.name
        category = EntityCategory(description.category) if description.category else None
        if self.is_read_only and category is EntityCategory.CONFIG:
            category = EntityCategory.DIAGNOSTIC  # Home Assistant refuses settings that nobody sets
        self._attr_entity_category = category

    def _apply_values(self) -> None:
        """Take over what the device last told; for platforms."""

    def _told[T](self, read: Reading[T], name: str | None = None) -> T | None:
        """Return the main value, or the one of this name, where it is what the device declared."""
        value = self._device.values.get(self.key if name is None else f"{self.key}.{name}")
        if value is None:
            return None
        told = read(value)
        if told is None and not self._has_misfit:
            self._has_misfit = True  # once: a device may tell the same ten times a second
            _LOGGER.warning(
                "Device %s tells a value of %s that does not fit what it declared; shown as unknown",
                self._device.serial,
                self.key,
            )
        return told

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._async_take_over()

    @callback
    @override
    def _async_device_changed(self) -> None:
        before = self._shown
        if not self._async_take_over():
            return
        if self._in_flight and before[1:] != self._shown[1:]:
            # The device runs one command at a time, so it is the first that brought this about.
            self._async_credit(self._in_flight[0])
        self.async_write_ha_state()

    @callback
    def _async_take_over(self) -> bool:
        """Take over what the device now says of this entity; tell whether that is anything new."""
        device, before = self._device, self._shown
        description, described = device.description, None
        if description is not None and description is not self._described_by:
            self._described_by = description
            # Another kind of that key is another entity, and this one is about to be taken away.
            same = (one for one in description.entities if one.key == self.key)
            described = next((one for one in same if one.kind == self._kind), None)
        if described is not None:
            self._apply_description(described)
        self._shown = (
            device.is_connected,
            self.is_confidential,
            *(device.values.get(key) for key in self._keys),
        )
        if described is not None or self._shown[1:] != before[1:]:
            self._apply_values()
        if described is not None and self.registry_entry is not None:
            # A written state corrects all else that the registry keeps.
            er.async_get(self.hass).async_update_entity(
                self.entity_id,
                entity_category=self.entity_category,
                unit_of_measurement=self.unit_of_measurement,
            )
        return described is not None or self._shown != before

    async def _async_execute(
        self, command: str, arguments: Mapping[str, object] | None = None
    ) -> Context | None:
        """Give one command to the device; the only way from an entity to it. Returns its context.

        Must be the first thing a command method does: the context is taken before anything can
        suspend, because the next call overwrites it. Without a context nobody called: refused.
        """
        context, self._call_context = self._call_context, None
        actor = await self._runtime.attribution.async_actor(context)
        if context is not None:
            self._in_flight.append(context)
        try:
            with called_by(context):
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
        return context


def async_add_described(
    hass: HomeAssistant,
    entry: DeviceConfigEntry,
    kind: str,
    make: Callable[[DeviceRuntime, EntityDescription], DescribedEntity],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add an entity for everything of `kind` that the device declares, now and later.

    What it declares no longer is removed, also what an earlier start left behind; that takes an
    authenticated description, never silence.
    """
    runtime = entry.runtime_data
    device = runtime.device
    added: set[str] = set()
    seen: object = None

    @callback
    def update() -> None:
        nonlocal seen
        description = device.description
        if description is None or description is seen:
            return
        seen = description
        declared = {entity.key: entity for entity in description.entities if entity.kind == kind}
        wanted = {f"{device.serial}-{key}" for key in declared}
        registry = er.async_get(hass)
        for known in er.async_entries_for_config_entry(registry, entry.entry_id):
            if (
                known.domain == kind
                and _is_declared(known, device.serial)
                and known.unique_id not in wanted
            ):
                registry.async_remove(known.entity_id)
        added.intersection_update(declared)
        new = declared.keys() - added
        added.update(new)
        made = [make(runtime, declared[key]) for key in declared if key in new]
        for entity in made:
            if (part := async_child_of(hass, entry, declared[entity.key].child)) is not None:
                entity.be_part_of(part)
        async_add_entities(made)

    entry.async_on_unload(device.add_listener(update))
    update()


def _is_declared(entry: er.RegistryEntry, serial: str) -> bool:
    """Tell an entity that the device declared from those that the gateway adds."""
    return entry.unique_id.startswith(f"{serial}-")
