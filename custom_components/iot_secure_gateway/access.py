"""Asking for access and learning what is needed: started with the gateway, and fed into the record."""

from homeassistant.core import HomeAssistant, callback

from .access_actions import async_register_access_actions
from .access_questions import AccessQuestion
from .asking import DATA_ASKING, Asking
from .auditing import DATA_AUDIT
from .gateway.gateway import Gateway
from .gateway.learning import Learner
from .learning import DATA_LEARNER
from .learning_store import STORE_NAME, HomeLearningStore
from .messages import Messages
from .policy.actors import Actor
from .storage import StorageError


class Access:
    """Both, from load to stop."""

    def __init__(self, hass: HomeAssistant, gateway: Gateway, messages: Messages) -> None:
        self._hass = hass
        self._asking = Asking(hass, gateway, messages, record=self._record)
        self._learner = Learner(gateway, HomeLearningStore(hass))

    async def async_load(self) -> None:
        """Read the stores; call it before the gateway starts. Raises StorageError."""
        await self._asking.async_load()
        try:
            await self._learner.load()
        except ValueError as err:
            raise StorageError(STORE_NAME) from err

    @callback
    def async_start(self) -> None:
        """Take questions, and learn; call it when the gateway runs."""
        self._hass.data[DATA_ASKING] = self._asking
        self._hass.data[DATA_LEARNER] = self._learner
        self._asking.async_start()
        self._learner.start()
        async_register_access_actions(self._hass)

    async def async_stop(self) -> None:
        """Take and learn no more; all is durable then."""
        self._asking.async_stop()
        await self._learner.stop()

    @callback
    def _record(self, kind: str, actor: Actor, question: AccessQuestion) -> None:
        self._hass.data[DATA_AUDIT].audit.note(
            kind,
            actor,
            serial=question.serial,
            command=question.command,
            result=question.answer,
            detail=f"asked_by={question.user_id}",
        )
