"""What the parts of the edge share: the one gateway, and what each device entry holds."""

import asyncio
from dataclasses import dataclass
from typing import TypeIs

from homeassistant.config_entries import ConfigEntry
from homeassistant.util.hass_dict import HassKey

from .attribution import Attribution
from .const import DEMO_UNIQUE_ID, DOMAIN, GATEWAY_UNIQUE_ID
from .demo_device.device import DemoDevice
from .gateway.device import Device
from .gateway.gateway import Gateway
from .gateway.postponed import Postponed
from .messages import Messages


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRuntime:
    """The gateway of this Home Assistant; exists from `async_setup` until the stop."""

    gateway: Gateway
    attribution: Attribution
    messages: Messages
    postponed: Postponed  # commands for devices that are away
    restored_at: float | None  # Unix time at which the last restore of a backup was noticed


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
type DemoConfigEntry = ConfigEntry[DemoDevice]
type AnyConfigEntry = GatewayConfigEntry | DemoConfigEntry | DeviceConfigEntry

DATA_RUNTIME: HassKey[GatewayRuntime] = HassKey(DOMAIN)


def is_gateway(entry: AnyConfigEntry) -> TypeIs[GatewayConfigEntry]:
    """Tell the gateway's own entry from the others."""
    return entry.unique_id == GATEWAY_UNIQUE_ID


def is_demo(entry: AnyConfigEntry) -> TypeIs[DemoConfigEntry]:
    """Tell the entry that runs the demo device from the others; a claimed device has one of its own."""
    return entry.unique_id == DEMO_UNIQUE_ID


def name_of(device: Device) -> str:
    """Return what people call a device: the name that they gave it, else its own, else its serial."""
    if device.given_name:
        return device.given_name
    description = device.description
    return (description.facts.name if description is not None else "") or device.serial


async def async_connected(device: Device, within_s: float) -> bool:
    """Wait for the link to a device; False when it does not come up in time."""
    changed = asyncio.Event()
    stop_listening = device.add_listener(changed.set)
    try:
        async with asyncio.timeout(within_s):
            while not device.is_connected:
                await changed.wait()
                changed.clear()
    except TimeoutError:
        return False
    finally:
        stop_listening()
    return True
