"""The form of the maker's record: a file or a URL, and what becomes of devices that are on no list.

    records --nothing to import--> done
            --file or URL--> importing, in the background --> imported --> done
                                                          --> records, with what went wrong

Closing the form while it imports cancels the import; the list stays what it was.
"""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import probatio

from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.helpers import selector
from homeassistant.helpers.translation import async_get_exception_message

from .const import DOMAIN
from .gateway.errors import GatewayError
from .gateway.maker_records import ImportReport, MakerRecords
from .record_fetch import async_fetch_record
from .record_upload import async_uploaded_record
from .runtime import DATA_RUNTIME
from .storage import StorageError

CONF_FILE: Final = "file"
CONF_URL: Final = "url"
CONF_REFUSES_UNLISTED: Final = "refuses_unlisted"
SHOWN_FAULTS: Final = 20  # lines named in the form; the others are counted

_FIELDS: Final = probatio.Schema(
    {
        probatio.Optional(CONF_FILE): selector.FileSelector(
            selector.FileSelectorConfig(accept=".csv,.txt,text/csv,text/plain")
        ),
        probatio.Optional(CONF_URL): selector.TextSelector(
            selector.TextSelectorConfig(type=selector.TextSelectorType.URL, autocomplete="off")
        ),
        probatio.Required(CONF_REFUSES_UNLISTED, default=False): selector.BooleanSelector(),
    }
)


class RecordsOptionsFlow(OptionsFlow):
    """The part of the gateway's options that is about the maker's record."""

    _import: asyncio.Task[ImportReport]
    _report: ImportReport | None = None
    _error = ""  # what went wrong last: the key of its text ...
    _texts: Mapping[str, str] = MappingProxyType({})  # ... and what fills it

    async def async_step_records(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask what to import, and what becomes of the others."""
        runtime = self.hass.data.get(DATA_RUNTIME)
        if runtime is None:
            return self.async_abort(reason="gateway_not_ready")
        records = runtime.gateway.maker_records
        if user_input is not None:
            self._error, self._texts = "", {}
            try:
                await records.set_refuses_unlisted(refuses=user_input[CONF_REFUSES_UNLISTED])
            except StorageError as error:
                self._failed(error)
            else:
                if CONF_FILE not in user_input and CONF_URL not in user_input:
                    return self._done()
                self._import = self.hass.async_create_task(
                    self._async_import(records, user_input), "import of a maker's record"
                )
                return await self.async_step_importing()
        return self.async_show_form(
            step_id="records",
            data_schema=self.add_suggested_values_to_schema(
                _FIELDS, {CONF_REFUSES_UNLISTED: records.refuses_unlisted}
            ),
            errors={"base": self._error} if self._error else {},
            description_placeholders={"count": str(records.count), **self._texts},
        )

    async def async_step_importing(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show how far it is, and go on when it is done."""
        if not self._import.done():
            return self.async_show_progress(
                step_id="importing", progress_action="importing", progress_task=self._import
            )
        try:
            self._report = await self._import
        except (GatewayError, StorageError) as error:
            self._failed(error)
        return self.async_show_progress_done(next_step_id="result")

    async def async_step_result(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show how it went.

        Home Assistant may hand on here once more what was submitted: it must not be imported again.
        """
        return await (self.async_step_records() if self._error else self.async_step_imported())

    async def async_step_imported(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show what became of the lines."""
        report = self._report
        if user_input is not None or report is None:
            return self._done()
        faults = [
            async_get_exception_message(
                DOMAIN, f"record_line_{fault.fault.value}", {"line": str(fault.line)}
            )
            for fault in report.faults[:SHOWN_FAULTS]
        ]
        return self.async_show_form(
            step_id="imported",
            data_schema=probatio.Schema({}),
            description_placeholders={
                "added": str(report.added),
                "changed": str(report.changed),
                "unchanged": str(report.unchanged),
                "fault_count": str(report.fault_count),
                "faults": "\n".join(f"- {fault}" for fault in faults),
            },
            last_step=True,
        )

    async def _async_import(
        self, records: MakerRecords, user_input: dict[str, Any]
    ) -> ImportReport:
        if CONF_FILE in user_input:
            data = await async_uploaded_record(self.hass, user_input[CONF_FILE])
        else:
            data = await async_fetch_record(user_input[CONF_URL])
        return await records.import_file(
            data, lambda done, total: self.async_update_progress(done / max(total, 1))
        )

    def _failed(self, error: GatewayError | StorageError) -> None:
        if isinstance(error, GatewayError):
            self._error, self._texts = error.code, error.placeholders
        else:
            self._error, self._texts = "storage_failed", {"store": error.store}

    def _done(self) -> ConfigFlowResult:
        """Close the form; Home Assistant keeps the options as they are."""
        return self.async_create_entry(data=dict(self.config_entry.options))
