"""Set-up by the user interface: the gateway first, then one entry per claimed device (FIG 4).

A device comes in two ways: from a ping as a card (`integration_discovery`), or typed in by serial and
address. Both end in a claim, or, when this gateway still holds the binding, in restoring it.
Every refusal keeps what was typed and says what to do; nothing is stored before the claim succeeded.
"""

import asyncio
from typing import Any, Final, override

import probatio

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlow,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_HOST, CONF_MODEL, CONF_PASSWORD, CONF_PORT
from homeassistant.core import callback
from homeassistant.helpers import selector

from .attribution import acting_user, without_request
from .const import (
    CONF_IS_BOUND,
    CONF_LISTEN,
    CONF_OWNER,
    CONF_PING_PORT,
    CONF_SERIAL,
    DEFAULT_DEVICE_PORT,
    DEFAULT_LISTEN,
    DEFAULT_PING_PORT,
    DOMAIN,
    GATEWAY_UNIQUE_ID,
)
from .gateway.errors import AlreadyOwned, ClaimError, GatewayError, InvalidSerial
from .gateway.gateway import Gateway
from .listener import port_is_free
from .protocol.identifiers import normalise_serial
from .runtime import DATA_RUNTIME, name_of

INTRODUCED_WITHIN_S: Final = 3.0  # that a claim waits for the name of the device

# Where in the form an error belongs; the others concern the whole of it.
_FIELD_OF_ERROR = {
    "invalid_serial": CONF_SERIAL,
    "invalid_password": CONF_PASSWORD,
    "wrong_password": CONF_PASSWORD,
    "invalid_address": CONF_HOST,
    "address_unknown": CONF_HOST,
    "invalid_owner": CONF_OWNER,
}
_PASSWORD = selector.TextSelector(
    selector.TextSelectorConfig(type=selector.TextSelectorType.PASSWORD, autocomplete="off")
)
_PORT = selector.NumberSelector(
    selector.NumberSelectorConfig(min=1, max=65535, step=1, mode=selector.NumberSelectorMode.BOX)
)


def _listener_schema() -> probatio.Schema:
    return probatio.Schema(
        {
            probatio.Required(CONF_LISTEN, default=DEFAULT_LISTEN): selector.BooleanSelector(),
            probatio.Required(CONF_PING_PORT, default=DEFAULT_PING_PORT): probatio.All(
                _PORT, probatio.Coerce(int)
            ),
        }
    )


def _listener_errors(user_input: dict[str, Any], own_port: int | None) -> dict[str, str]:
    """Return the error of a listener that could not open its port."""
    port = user_input[CONF_PING_PORT]
    if not user_input[CONF_LISTEN] or port == own_port or port_is_free(port):
        return {}
    return {CONF_PING_PORT: "ping_port_in_use"}


class SecureGatewayConfigFlow(ConfigFlow, domain=DOMAIN):
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
        """Return the options of the gateway; a device entry has none yet."""
        return GatewayOptionsFlow()

    @classmethod
    @callback
    @override
    def async_supports_options_flow(cls, config_entry: ConfigEntry) -> bool:
        """Only the entry of the gateway has options."""
        return config_entry.unique_id == GATEWAY_UNIQUE_ID

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Add the gateway when there is none, else a device."""
        if self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, GATEWAY_UNIQUE_ID):
            return await self.async_step_device()
        return await self.async_step_gateway()

    async def async_step_gateway(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where the gateway listens for pings, and add it."""
        await self.async_set_unique_id(GATEWAY_UNIQUE_ID)
        self._abort_if_unique_id_configured()
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = _listener_errors(user_input, None)
            if not errors:
                return self.async_create_entry(
                    title="IoT Secure Gateway", data={}, options=user_input
                )
        return self.async_show_form(
            step_id="gateway",
            data_schema=self.add_suggested_values_to_schema(_listener_schema(), user_input),
            errors=errors,
        )

    async def async_step_device(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for serial, password, address and owner of a device, and claim it (FIG 4 step 405)."""
        if (gateway := self._gateway) is None:
            return self.async_abort(reason="gateway_not_ready")
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if user_input is not None:
            try:
                serial = normalise_serial(user_input[CONF_SERIAL])
                if serial is None:
                    raise InvalidSerial
                self._serial = serial
                self._host = user_input[CONF_HOST]
                self._port = user_input[CONF_PORT]
                await self.async_set_unique_id(serial, raise_on_progress=False)
                self._abort_if_unique_id_configured()
                if gateway.has_binding(serial) and not user_input.get(CONF_PASSWORD):
                    return await self.async_step_restore()
                return await self._async_claim(gateway, user_input)
            except ClaimError as err:
                errors, placeholders = _form_error(err)
        schema = await self._schema(with_address=True)
        return self.async_show_form(
            step_id="device",
            data_schema=self.add_suggested_values_to_schema(schema, _without_password(user_input)),
            errors=errors,
            description_placeholders=placeholders,
        )

    @override
    async def async_step_integration_discovery(
        self, discovery_info: dict[str, Any]
    ) -> ConfigFlowResult:
        """Show a device that pings (FIG 3 step 305). What a ping says is unproven until the claim."""
        self._serial = discovery_info[CONF_SERIAL]
        self._host = discovery_info[CONF_HOST]
        self._port = discovery_info[CONF_PORT]
        await self.async_set_unique_id(self._serial)
        self._abort_if_unique_id_configured()
        model = discovery_info[CONF_MODEL]
        self.context["title_placeholders"] = {
            "name": f"{model} ({self._serial})" if model else self._serial
        }
        if discovery_info[CONF_IS_BOUND]:
            return await self.async_step_restore()
        return await self.async_step_claim()

    async def async_step_claim(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the password and the owner of a discovered device, and claim it."""
        if (gateway := self._gateway) is None:
            return self.async_abort(reason="gateway_not_ready")
        errors: dict[str, str] = {}
        placeholders: dict[str, str] = {}
        if (seen := gateway.discovered.get(self._serial)) is not None:
            self._host, self._port = seen.host, seen.port  # where it pings from by now
        if user_input is not None:
            try:
                return await self._async_claim(gateway, user_input)
            except ClaimError as err:
                errors, placeholders = _form_error(err)
        schema = await self._schema(with_address=False)
        return self.async_show_form(
            step_id="claim",
            data_schema=self.add_suggested_values_to_schema(schema, _without_password(user_input)),
            errors={
                (field if field in (CONF_PASSWORD, CONF_OWNER) else "base"): error
                for field, error in errors.items()
            },
            description_placeholders={
                "serial": self._serial,
                "host": self._host,
                "port": str(self._port),
                **placeholders,
            },
        )

    async def async_step_restore(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Bring back a device whose binding the gateway still holds; its owner stays who it was."""
        if (gateway := self._gateway) is None:
            return self.async_abort(reason="gateway_not_ready")
        if user_input is not None:
            if not gateway.has_binding(self._serial):
                return self.async_abort(reason="binding_gone")
            return self._create_device_entry()
        owner_id = gateway.owners.get(self._serial)
        owner = await self.hass.auth.async_get_user(owner_id) if owner_id else None
        return self.async_show_form(
            step_id="restore",
            description_placeholders={
                "serial": self._serial,
                "owner": (owner.name if owner else None) or "?",
            },
        )

    async def _async_claim(self, gateway: Gateway, user_input: dict[str, Any]) -> ConfigFlowResult:
        """Claim the device and add its entry. Raises ClaimError, with nothing stored."""
        owner = await self.hass.auth.async_get_user(user_input[CONF_OWNER])
        if owner is None or not owner.is_active or owner.system_generated:
            raise InvalidOwner
        try:
            self._check_owner(gateway)
            await without_request(
                self.hass,
                gateway.claim(
                    self._serial,
                    user_input.get(CONF_PASSWORD, ""),
                    self._host,
                    self._port,
                    owner.id,
                ),
            )
        except AlreadyOwned:
            if gateway.has_binding(self._serial):
                return await self.async_step_restore()
            raise
        await _async_introduced(gateway, self._serial)
        return self._create_device_entry()

    def _check_owner(self, gateway: Gateway) -> None:
        """Let nobody but its owner claim an owned device again. Raises AlreadyOwned.

        A claim replaces the key by that of whatever answers there, so anybody else could put a device
        of their own in its place, in the owner's name.
        """
        owner_id, user = gateway.owners.get(self._serial), acting_user(self.hass)
        if owner_id and (user is None or user.id != owner_id):
            raise AlreadyOwned(by_us=True)

    @callback
    def _create_device_entry(self) -> ConfigFlowResult:
        self._abort_if_unique_id_configured()  # a second form may have been quicker
        device = self.hass.data[DATA_RUNTIME].gateway.devices.get(self._serial)
        return self.async_create_entry(
            title=name_of(device) if device is not None else self._serial,
            data={CONF_HOST: self._host, CONF_PORT: self._port},
        )

    @property
    def _gateway(self) -> Gateway | None:
        runtime = self.hass.data.get(DATA_RUNTIME)
        return runtime.gateway if runtime is not None else None

    async def _schema(self, *, with_address: bool) -> probatio.Schema:
        """Return the fields of a claim; the owner is whoever fills in the form, unless changed."""
        people = [
            user
            for user in await self.hass.auth.async_get_users()
            if user.is_active and not user.system_generated
        ]
        user = acting_user(self.hass)
        default = user.id if user is not None and user in people else probatio.UNDEFINED
        owner = {
            probatio.Required(CONF_OWNER, default=default): selector.SelectSelector(
                selector.SelectSelectorConfig(
                    options=[
                        selector.SelectOptionDict(value=user.id, label=user.name or user.id)
                        for user in people
                    ],
                    mode=selector.SelectSelectorMode.DROPDOWN,
                )
            )
        }
        if not with_address:
            return probatio.Schema({probatio.Required(CONF_PASSWORD): _PASSWORD, **owner})
        return probatio.Schema(
            {
                probatio.Required(CONF_SERIAL): selector.TextSelector(),
                # Not needed for a device that this gateway still holds a binding of.
                probatio.Optional(CONF_PASSWORD): _PASSWORD,
                probatio.Required(CONF_HOST): selector.TextSelector(),
                probatio.Required(CONF_PORT, default=DEFAULT_DEVICE_PORT): probatio.All(
                    _PORT, probatio.Coerce(int)
                ),
                **owner,
            }
        )


class GatewayOptionsFlow(OptionsFlowWithReload):
    """Options of the gateway: the listener for pings."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for them."""
        errors: dict[str, str] = {}
        if user_input is not None:
            runtime = self.hass.data.get(DATA_RUNTIME)
            own_port = runtime.gateway.ping_port if runtime is not None else None
            errors = _listener_errors(user_input, own_port)
            if not errors:
                return self.async_create_entry(data=user_input)
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                _listener_schema(), user_input or self.config_entry.options
            ),
            errors=errors,
        )


async def _async_introduced(gateway: Gateway, serial: str) -> None:
    """Give a device that was just claimed a moment to say its name, by which its entities are called."""
    device = gateway.devices[serial]
    told = asyncio.Event()
    stop_listening = device.add_listener(told.set)
    try:
        async with asyncio.timeout(INTRODUCED_WITHIN_S):
            while device.description is None:
                await told.wait()
                told.clear()
    except TimeoutError:
        pass  # it is called by its serial until then
    finally:
        stop_listening()


class InvalidOwner(ClaimError):
    """The chosen owner is no active user of Home Assistant."""

    code = "invalid_owner"


def _form_error(error: GatewayError) -> tuple[dict[str, str], dict[str, str]]:
    """Return the errors of the form, and the placeholders of their texts."""
    code = error.code
    if isinstance(error, AlreadyOwned) and error.by_us:
        code = "already_owned_here"
    return {_FIELD_OF_ERROR.get(code, "base"): code}, error.placeholders


def _without_password(user_input: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what to show again: everything but the password, which is typed anew."""
    if user_input is None:
        return None
    return {name: value for name, value in user_input.items() if name != CONF_PASSWORD}
