"""The forms of the gateway itself: where it listens for pings, the record of what happened, and more."""

from typing import Any

import probatio

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload
from homeassistant.helpers import selector

from .attribution import acting_user, actor_of
from .audit_form import AuditOptionsFlow
from .auditing import DATA_AUDIT
from .const import CONF_LISTEN, CONF_PING_PORT, DEFAULT_LISTEN, DEFAULT_PING_PORT
from .keeping_form import ReadingsOptionsFlow
from .key_renewal import KeysOptionsFlow
from .listener import port_is_free
from .modules import MODULE_AUDIT, modules_schema
from .records_form import RecordsOptionsFlow
from .runtime import DATA_RUNTIME

PORT = probatio.All(
    selector.NumberSelector(
        selector.NumberSelectorConfig(
            min=1, max=65535, step=1, mode=selector.NumberSelectorMode.BOX
        )
    ),
    probatio.Coerce(int),
)


def listener_schema() -> probatio.Schema:
    """Return the fields."""
    return probatio.Schema(
        {
            probatio.Required(CONF_LISTEN, default=DEFAULT_LISTEN): selector.BooleanSelector(),
            probatio.Required(CONF_PING_PORT, default=DEFAULT_PING_PORT): PORT,
        }
    )


def listener_errors(user_input: dict[str, Any], own_port: int | None) -> dict[str, str]:
    """Return the error of a listener that could not open its port."""
    port = user_input[CONF_PING_PORT]
    if not user_input[CONF_LISTEN] or port == own_port or port_is_free(port):
        return {}
    return {CONF_PING_PORT: "ping_port_in_use"}


class GatewayOptionsFlow(
    AuditOptionsFlow,
    RecordsOptionsFlow,
    KeysOptionsFlow,
    ReadingsOptionsFlow,
    OptionsFlowWithReload,
):
    """Options of the gateway, as a menu: the listener for pings, the maker's record, what is on, keys."""

    _modules: dict[str, Any]  # as chosen, while the form asks about the record

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the menu."""
        return self.async_show_menu(
            step_id="init",
            menu_options=["listener", "records", "audit", "readings", "modules", "keys"],
        )

    async def async_step_listener(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask where to listen for pings."""
        errors: dict[str, str] = {}
        if user_input is not None:
            runtime = self.hass.data.get(DATA_RUNTIME)
            own_port = runtime.gateway.ping_port if runtime is not None else None
            errors = listener_errors(user_input, own_port)
            if not errors:
                return self.async_create_entry(data={**self.config_entry.options, **user_input})
        return self.async_show_form(
            step_id="listener",
            data_schema=self.add_suggested_values_to_schema(
                listener_schema(), user_input or self.config_entry.options
            ),
            errors=errors,
        )

    async def async_step_modules(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which parts of the gateway are on."""
        options = dict(self.config_entry.options)
        if user_input is None:
            return self.async_show_form(step_id="modules", data_schema=modules_schema(options))
        self._modules = user_input
        if options.get(MODULE_AUDIT, True) and not user_input[MODULE_AUDIT]:
            return await self.async_step_record_off()
        return self._switched()

    async def async_step_record_off(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what is lost without the record, and ask again."""
        if user_input is None:
            return self.async_show_form(
                step_id="record_off", data_schema=probatio.Schema({}), last_step=True
            )
        return self._switched()

    def _switched(self) -> ConfigFlowResult:
        """Keep what was chosen; the record says itself that it ends or goes on."""
        if (runtime := self.hass.data.get(DATA_AUDIT)) is not None:
            runtime.audit.switch(
                is_on=self._modules[MODULE_AUDIT], actor=actor_of(acting_user(self.hass))
            )
        return self.async_create_entry(data={**self.config_entry.options, **self._modules})
