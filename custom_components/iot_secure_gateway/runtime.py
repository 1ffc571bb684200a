"""What the parts of the edge share: the one gateway, and what each device entry holds."""

from dataclasses import dataclass
from typing import TypeIs

from homeassistant.config_entries import ConfigEntry
from homeassistant.util.hass_dict import HassKey

from .attribution import Attribution
from .const import DOMAIN, GATEWAY_UNIQUE_ID
from .gateway.device import Device
from .gateway.gateway import Gateway


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRuntime:
    """The gateway of this Home Assistant; exists from `async_setup` until the stop."""

    gateway: Gateway
    attribution: Attribution


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceRuntime:
    """What the entities of one device entry work with."""

    gateway: Gateway
    attribution: Attribution
    device: Device

    @property
    def name(self) -> str:
        """What people call the device."""
        return name_of(self.device)


type DeviceConfigEntry = ConfigEntry[DeviceRuntime]
type GatewayConfigEntry = ConfigEntry[GatewayRuntime]

DATA_RUNTIME: HassKey[GatewayRuntime] = HassKey(DOMAIN)


def is_gateway(entry: GatewayConfigEntry | DeviceConfigEntry) -> TypeIs[GatewayConfigEntry]:
    """Tell the gateway's own entry from that of a device."""
    return entry.unique_id == GATEWAY_UNIQUE_ID


def name_of(device: Device) -> str:
    """Return what people call a device: its own name, else its serial."""
    description = device.description
    return (description.facts.name if description is not None else "") or device.serial
