"""The form of the record: which database it is written to, and how much of it is kept.

The URL of a database may hold a password: it is kept in the record's private store, not in the options, and
never shown again.
"""

from typing import Any, Final

import probatio

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers import selector

from .attribution import acting_user, actor_of
from .auditing import (
    CONF_AUDIT_DAYS,
    CONF_AUDIT_LINES,
    CONF_AUDIT_MEGABYTES,
    DATA_AUDIT,
    DEFAULT_DAYS,
    DEFAULT_LINES,
    DEFAULT_MEGABYTES,
    AuditRuntime,
)
from .gateway.database import DatabaseUrlInvalid, name_of, read_url
from .gateway.errors import GatewayError
from .storage import StorageError

CONF_DATABASE: Final = "database"
CONF_DATABASE_URL: Final = "database_url"
FILE: Final = "file"
POSTGRESQL: Final = "postgresql"
_EXAMPLE: Final = "postgresql://user:password@host:5432/database"


def _number(least: int, most: int, unit: str | None = None) -> Any:
    config = selector.NumberSelectorConfig(
        min=least, max=most, step=1, mode=selector.NumberSelectorMode.BOX
    )
    if unit is not None:
        config["unit_of_measurement"] = unit
    return probatio.All(selector.NumberSelector(config), probatio.Coerce(int))


_FIELDS: Final = probatio.Schema(
    {
        probatio.Required(CONF_DATABASE, default=FILE): selector.SelectSelector(
            selector.SelectSelectorConfig(
                options=[FILE, POSTGRESQL], translation_key="audit_database"
            )
        ),
        probatio.Optional(CONF_DATABASE_URL): selector.TextSelector(
            selector.TextSelectorConfig(type=selector.TextSelectorType.PASSWORD, autocomplete="off")
        ),
        probatio.Required(CONF_AUDIT_DAYS, default=DEFAULT_DAYS): _number(1, 36_500, "d"),
        probatio.Required(CONF_AUDIT_LINES, default=DEFAULT_LINES): _number(1000, 100_000_000),
        probatio.Required(CONF_AUDIT_MEGABYTES, default=DEFAULT_MEGABYTES): _number(
            10, 1_000_000, "MB"
        ),
    }
)


class AuditOptionsFlow(OptionsFlow):
    """The part of the gateway's options that is about the record."""

    async def async_step_audit(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask where the record is written, and how much of it is kept."""
        runtime = self.hass.data.get(DATA_AUDIT)
        if runtime is None:
            return self.async_abort(reason="gateway_not_ready")
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await _async_move(runtime, user_input)
            except GatewayError as error:
                errors[CONF_DATABASE_URL] = error.code
            except StorageError:
                errors["base"] = "storage_failed"
            else:
                return self._async_keep(runtime, user_input)
        is_file = not runtime.store.is_elsewhere
        shown = user_input or {
            **self.config_entry.options,
            CONF_DATABASE: FILE if is_file else POSTGRESQL,
        }
        return self.async_show_form(
            step_id="audit",
            data_schema=self.add_suggested_values_to_schema(
                _FIELDS, {name: value for name, value in shown.items() if name != CONF_DATABASE_URL}
            ),
            errors=errors,
            # Home Assistant wants no addresses in texts.
            description_placeholders={
                "database": name_of(runtime.store.url),
                "example": _EXAMPLE,
            },
        )

    def _async_keep(self, runtime: AuditRuntime, user_input: dict[str, Any]) -> ConfigFlowResult:
        kept = {
            name: user_input[name]
            for name in (CONF_AUDIT_DAYS, CONF_AUDIT_LINES, CONF_AUDIT_MEGABYTES)
        }
        detail = " ".join(f"{name.removeprefix('audit_')}={value}" for name, value in kept.items())
        runtime.audit.note(
            "record_set_up",
            actor_of(acting_user(self.hass)),
            detail=f"database={name_of(runtime.store.url)} {detail}",
        )
        return self.async_create_entry(data={**self.config_entry.options, **kept})


async def _async_move(runtime: AuditRuntime, user_input: dict[str, Any]) -> None:
    """Raises GatewayError for a database that cannot be used, StorageError."""
    given = user_input.get(CONF_DATABASE_URL, "")
    if user_input[CONF_DATABASE] == FILE:
        await runtime.store.move(None)
    elif given:
        await runtime.store.move(read_url(given))
    elif not runtime.store.is_elsewhere:  # else: the one that is used already
        raise DatabaseUrlInvalid
