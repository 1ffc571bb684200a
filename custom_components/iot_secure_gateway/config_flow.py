"""Set-up by the user interface: the gateway first, then one entry per claimed device (FIG 4).

A device comes in from a ping or a DNS-SD announcement as a card, or typed in by serial and address. All
end in a claim, or, when this gateway still holds the binding, in restoring it. Every refusal keeps
what was typed and says what to do; nothing is stored before the claim succeeded.
"""

from collections.abc import Mapping
from typing import Any, override

import probatio

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntry, ConfigFlowResult, OptionsFlow
from homeassistant.const import CONF_HOST, CONF_MODEL, CONF_PASSWORD, CONF_PORT
from homeassistant.core import callback
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from .announcements import read_announcement
from .attribution import acting_user, actor_of
from .claim_codes import read_typed
from .claim_form import address_fields, async_claim_schema, form_error, shown_again
from .claiming import async_claim, entry_of
from .const import (
    CONF_IS_BOUND,
    CONF_OWNER,
    CONF_SERIAL,
    DEFAULT_DEVICE_PORT,
    DEMO_UNIQUE_ID,
    DOMAIN,
    GATEWAY_UNIQUE_ID,
)
from .demo_flow import DemoDeviceSteps
from .device_options import DeviceOptionsFlow
from .discovery import has_room
from .gateway.errors import AlreadyOwned, ClaimError, GatewayError, InvalidSerial, Refused
from .gateway.gateway import Gateway
from .gateway_form import GatewayOptionsFlow, listener_errors, listener_schema
from .markup import escaped
from .modules import MODULE_ANNOUNCEMENTS, is_on
from .moving import async_move
from .people import user_name
from .protocol.identifiers import normalise_serial
from .runtime import DATA_RUNTIME, name_of
from .starter import async_starter


class SecureGatewayConfigFlow(DemoDeviceSteps, domain=DOMAIN):
    """Adds the gateway, and devices to it."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        self._serial = ""
        self._host = ""
        self._port = DEFAULT_DEVICE_PORT

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the options of the gateway, or what the owner of a device may change."""
        if config_entry.unique_id == GATEWAY_UNIQUE_ID:
            return GatewayOptionsFlow()
        return DeviceOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: ConfigEntry) -> bool:
        """All have options but the demo device: the entry of its claim has them."""
        return config_entry.unique_id != DEMO_UNIQUE_ID

    # --- the gateway ---------------------------------------------------------------------------------
    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Add the gateway when there is none, else a device, or the one for trying."""
        if not entry_of(self.hass, GATEWAY_UNIQUE_ID):
            return await self.async_step_gateway()
        if self._may_start_demo_device():
            return self.async_show_menu(step_id="user", menu_options=["device", "demo_device"])
        return await self.async_step_device()

    async def async_step_gateway(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the gateway listens for pings, and add it."""
        await self.async_set_unique_id(GATEWAY_UNIQUE_ID)
        self._abort_if_unique_id_configured()
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = listener_errors(user_input, None)
            if not errors:
                return self.async_create_entry(
                    title="IoT Secure Gateway", data={}, options=user_input
                )
        return self.async_show_form(
            step_id="gateway",
            data_schema=self.add_suggested_values_to_schema(listener_schema(), user_input),
            errors=errors,
        )

    # --- devices that announce themselves ------------------------------------------------------------
    @override
    async def async_step_integration_discovery(
        self, discovery_info: dict[str, Any]
    ) -> ConfigFlowResult:
        """Show a device that pings (FIG 3 step 305). What a ping says is unproven until the claim."""
        self._serial = discovery_info[CONF_SERIAL]
        self._host = discovery_info[CONF_HOST]
        self._port = discovery_info[CONF_PORT]
        return await self._async_card(discovery_info[CONF_MODEL], discovery_info[CONF_IS_BOUND])

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Show a device that announces itself by DNS-SD, which proves as little as an unbound ping."""
        if (gateway := self._gateway) is None:
            return self.async_abort(reason="gateway_not_ready")
        seen = read_announcement(discovery_info)
        if seen is None:
            return self.async_abort(reason="not_a_device")
        is_bound = gateway.has_binding(seen.serial)
        if (
            (seen.claimed and not is_bound)
            or not is_on(self.hass, MODULE_ANNOUNCEMENTS)
            or not has_room(self.hass, self.flow_id)
        ):
            return self.async_abort(reason="not_shown")
        self._serial, self._host, self._port = seen.serial, seen.host, seen.port
        return await self._async_card(seen.model, is_bound)

    async def _async_card(self, model: str, is_bound: bool) -> ConfigFlowResult:
        await self.async_set_unique_id(self._serial)
        self._abort_if_unique_id_configured()
        self.context["title_placeholders"] = {
            "name": f"{model} ({self._serial})" if model else self._serial
        }
        return await (self.async_step_restore() if is_bound else self.async_step_claim())

    # --- a claim -------------------------------------------------------------------------------------
    async def async_step_device(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for serial, password, address and owner of a device, and claim it (FIG 4 step 405)."""
        return await self._async_ask("device", user_input, with_serial=True, with_address=True)

    async def async_step_claim(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the password and the owner of a discovered device, and claim it."""
        if (gateway := self._gateway) is not None and (
            seen := gateway.discovered.get(self._serial)
        ) is not None:
            self._host, self._port = seen.host, seen.port  # where it pings from by now
        return await self._async_ask("claim", user_input)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Claim a device anew whose key is no longer here."""
        self._serial = self._get_reauth_entry().unique_id or ""
        self._host, self._port = entry_data[CONF_HOST], entry_data[CONF_PORT]
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for what the claim needs; it is the first one's entry that goes on."""
        return await self._async_ask("reauth_confirm", user_input, with_address=True)

    async def _async_ask(
        self,
        step_id: str,
        user_input: dict[str, Any] | None,
        *,
        with_serial: bool = False,
        with_address: bool = False,
    ) -> ConfigFlowResult:
        if (gateway := self._gateway) is None:
            return self.async_abort(reason="gateway_not_ready")
        schema = await async_claim_schema(
            self.hass,
            with_serial=with_serial,
            with_address=with_address,
            with_starter=step_id != "reauth_confirm",  # rows that there were are there still
        )
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None:
            try:
                return await self._async_claim(gateway, user_input)
            except ClaimError as err:
                errors, placeholders = form_error(err, schema), err.placeholders
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                schema, shown_again(user_input) or self._known_address()
            ),
            errors=errors,
            description_placeholders={
                "serial": self._serial,
                "host": self._host,
                "port": str(self._port),
                "owner": await self._async_owner(gateway),
                **placeholders,
            },
        )

    async def _async_claim(self, gateway: Gateway, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Claim the device and add its entry. Raises ClaimError, with nothing stored."""
        typed = read_typed(
            user_input.get(CONF_SERIAL, self._serial), user_input.get(CONF_PASSWORD, "")
        )
        serial = normalise_serial(typed.serial)
        if serial is None:
            raise InvalidSerial
        self._serial = serial
        self._host = user_input.get(CONF_HOST, self._host)
        self._port = user_input.get(CONF_PORT, self._port)
        await self.async_set_unique_id(serial, raise_on_progress=False)
        user = acting_user(self.hass)
        claimant_id = user.id if user is not None else ""
        is_here = self._entry is not None and gateway.has_binding(serial)
        device = gateway.devices.get(serial)
        is_linked_owners = (
            claimant_id == gateway.owners.get(serial) and device is not None and device.is_connected
        )
        if is_here and (not typed.password or is_linked_owners):
            return self.async_abort(reason="already_configured")
        if gateway.has_binding(serial) and not typed.password:
            return await self.async_step_restore()
        try:
            await async_claim(
                self.hass,
                gateway,
                serial=serial,
                password=typed.password,
                host=self._host,
                port=self._port,
                owner_id=user_input[CONF_OWNER],
                claimant_id=claimant_id,
                starter=await async_starter(self.hass, user_input),
            )
        except AlreadyOwned:
            if not gateway.has_binding(serial):
                raise
            if is_here:
                return self.async_abort(
                    reason="already_owned_here",
                    description_placeholders={"owner": await self._async_owner(gateway)},
                )
            return await self.async_step_restore()
        return self._add_entry()

    async def async_step_restore(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Bring back a device whose binding the gateway still holds; its owner stays who it was."""
        if (gateway := self._gateway) is None:
            return self.async_abort(reason="gateway_not_ready")
        if user_input is not None:
            return self._add_bound()
        return self.async_show_form(
            step_id="restore",
            description_placeholders={
                "serial": self._serial,
                "owner": await self._async_owner(gateway),
            },
        )

    async def async_step_import(self, import_data: dict[str, Any]) -> ConfigFlowResult:
        """Add a device that a command of the console has just claimed, or brings back."""
        self._serial = import_data[CONF_SERIAL]
        self._host, self._port = import_data[CONF_HOST], import_data[CONF_PORT]
        await self.async_set_unique_id(self._serial, raise_on_progress=False)
        return self._add_bound()

    @callback
    def _add_bound(self) -> ConfigFlowResult:
        gateway = self._gateway
        if gateway is None or not gateway.has_binding(self._serial):
            return self.async_abort(reason="binding_gone")
        return self._add_entry()

    @callback
    def _add_entry(self) -> ConfigFlowResult:
        """Give the device an entry; one that it had before goes on."""
        address = {CONF_HOST: self._host, CONF_PORT: self._port}
        if (entry := self._entry) is not None:
            return self.async_update_reload_and_abort(
                entry, data_updates=address, reason="claimed_anew"
            )
        device = self.hass.data[DATA_RUNTIME].gateway.devices.get(self._serial)
        return self.async_create_entry(
            title=name_of(device) if device is not None else self._serial, data=address
        )

    # --- another address -----------------------------------------------------------------------------
    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Look for a device at another address."""
        entry = self._get_reconfigure_entry()
        if entry.unique_id == GATEWAY_UNIQUE_ID:
            return self.async_abort(reason="gateway_has_options")
        if entry.unique_id == DEMO_UNIQUE_ID:
            return self.async_abort(reason="demo_device_is_fixed")
        self._serial = entry.unique_id or ""
        self._host, self._port = entry.data[CONF_HOST], entry.data[CONF_PORT]
        if (gateway := self._gateway) is None:
            return self.async_abort(reason="gateway_not_ready")
        schema = probatio.Schema(address_fields())
        owner = await self._async_owner(gateway)
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None:
            host, port = user_input[CONF_HOST], user_input[CONF_PORT]
            actor = actor_of(acting_user(self.hass))
            try:
                await async_move(self.hass, gateway, actor, self._serial, host, port)
            except Refused:
                return self.async_abort(
                    reason="not_allowed",
                    description_placeholders={"device": escaped(entry.title), "owner": owner},
                )
            except GatewayError as err:
                errors, placeholders = form_error(err, schema), err.placeholders
            else:
                return self.async_update_and_abort(entry)
        return self.async_show_form(
            step_id="reconfigure",
            data_schema=self.add_suggested_values_to_schema(
                schema, user_input or self._known_address()
            ),
            errors=errors,
            description_placeholders={
                "serial": self._serial,
                "device": escaped(entry.title),
                **placeholders,
            },
        )

    # -------------------------------------------------------------------------------------------------
    @property
    def _gateway(self) -> Gateway | None:
        runtime = self.hass.data.get(DATA_RUNTIME)
        return runtime.gateway if runtime is not None else None

    @property
    def _entry(self) -> ConfigEntry | None:
        """The entry that the device already has; one that only says "ignore it" does not count."""
        entry = entry_of(self.hass, self._serial)
        return entry if entry is not None and entry.source != SOURCE_IGNORE else None

    def _known_address(self) -> dict[str, Any] | None:
        return {CONF_HOST: self._host, CONF_PORT: self._port} if self._host else None

    async def _async_owner(self, gateway: Gateway) -> str:
        """Return the name of the device's owner, fit for a description."""
        return escaped(await user_name(self.hass, gateway.owners.get(self._serial)))
