"""A store that cannot be used: nothing is started, nothing is written, and people are told what to do."""

from collections.abc import Awaitable, Callable
from functools import wraps
import logging
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import UnsupportedStorageVersionError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.typing import ConfigType

from .const import DOMAIN
from .storage import IncompleteStores, NewerStore, StorageError

ISSUE_STORE_DAMAGED: Final = "store_damaged"
ISSUE_STORE_NEWER: Final = "store_newer"
ISSUE_STORES_INCOMPLETE: Final = "stores_incomplete"
_ISSUES: Final = (ISSUE_STORE_DAMAGED, ISSUE_STORE_NEWER, ISSUE_STORES_INCOMPLETE)

type _Setup = Callable[[HomeAssistant, ConfigType], Awaitable[bool]]

_LOGGER = logging.getLogger(__name__)


def with_stores_explained(setup: _Setup) -> _Setup:
    """Make a set-up that fails for a store say which, and what to do."""

    @wraps(setup)
    async def explained(hass: HomeAssistant, config: ConfigType) -> bool:
        for issue in _ISSUES:
            ir.async_delete_issue(hass, DOMAIN, issue)
        try:
            return await setup(hass, config)
        except UnsupportedStorageVersionError as err:
            _raise(hass, ISSUE_STORE_NEWER, err.storage_key.removeprefix(f"{DOMAIN}."))
        except NewerStore as err:
            _raise(hass, ISSUE_STORE_NEWER, err.store)
        except IncompleteStores as err:
            _raise(hass, ISSUE_STORES_INCOMPLETE, err.store)
        except StorageError as err:
            _raise(hass, ISSUE_STORE_DAMAGED, err.store)
        return False

    return explained


def _raise(hass: HomeAssistant, issue: str, store: str) -> None:
    _LOGGER.error("The gateway does not start: %s (%s)", issue, store)
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue,
        is_fixable=False,
        severity=ir.IssueSeverity.CRITICAL,
        translation_key=issue,
        translation_placeholders={"store": store, "file": f".storage/{DOMAIN}.{store}"},
    )
