"""Telling people (FIG 2 box 240): those who are concerned, on their own phones, with buttons to answer.

    tell -> is the module on? -> what everybody may see -> per person: not too often -> phones, chosen entities
    button -> from the phone of its receiver? -> once, in time -> handler, which judges the person anew

A button is a random id that is good for one person, one message and one press. The id alone gives
nothing: the answer counts as the person whose phone sent it. Buttons end with a restart; what is still open
is told again by whoever asked (`asking.py`), and an old button answers that it is too late.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
import logging
import secrets
import time
from typing import Any, Final

from homeassistant.auth import EVENT_USER_REMOVED
from homeassistant.components import persistent_notification
from homeassistant.core import Event, EventOrigin, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.translation import async_get_translations

from .attribution import actor_of
from .console_links import PAGE_OVERVIEW, console_path, with_link
from .const import DOMAIN
from .exceptions import home_assistant_error
from .gateway.errors import GatewayError
from .gateway.printable import printable
from .gateway.rates import SourceBuckets
from .markup import escaped
from .message_settings import MessageSettings
from .modules import MODULE_MESSAGING, is_on
from .phones import TITLE, Severity, async_clear, async_push
from .policy.actors import Actor, User

EVENT_ANSWER: Final = (
    "mobile_app_notification_action"  # what Home Assistant's app tells of a button
)

MAX_RECEIVERS: Final = 32  # of one message
MAX_ACTIONS: Final = 4  # buttons of a message; phones show no more
MAX_BUTTONS: Final = 1024  # that can be pressed at a time; the oldest ends first
MAX_HELD: Final = 256  # messages that wait because their receivers had enough
MAX_PLACEHOLDER: Final = 300  # characters of a name or a reason in a text
ACTION_S: Final = 86400.0  # how long a button is good
BURST: Final = 3  # messages with one tag at once to one person
INTERVAL_S: Final = 60.0  # ... and then one in this time, which says how many there were
PERSON_BURST: Final = 20  # messages of any tag at once to one person
PERSON_INTERVAL_S: Final = 15.0

ID_PREFIX: Final = "ISG_"
ID_SIZE: Final = 16  # random bytes
MAX_ID: Final = len(ID_PREFIX) + 2 * ID_SIZE

TAG_LATE: Final = "iotsg_late"
_LOGGER: Final = logging.getLogger(__name__)
# The phones' Android app reads texts as HTML.
_PLAIN: Final = str.maketrans("<>&", "‹›+")

type Answer = Callable[[str], Awaitable[None]]
type _Key = tuple[str, str]  # user id, tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A button. `run` gets the id of the person who pressed it, judges them, and raises GatewayError."""

    label: str  # key of its text
    run: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told. Texts are keys below `exceptions`; names in placeholders are plain text."""

    text: str
    placeholders: Mapping[str, str] = field(default_factory=dict)
    severity: Severity = Severity.NORMAL
    tag: str  # a newer message takes the place of an older one with the same tag
    actions: tuple[Action, ...] = ()
    # Text for the notification that Home Assistant shows to everybody who logs in; none when empty.
    # It may hold no secret, and no name that the others should not read.
    public: str = ""
    page: str = PAGE_OVERVIEW  # of the console, that it leads to
    expires_s: float = ACTION_S  # after which its buttons do nothing


@dataclass(slots=True)
class _Button:
    key: _Key
    action: Action
    until: float  # by the clock of `Messages`


@dataclass(slots=True)
class _Held:
    message: Message
    count: int
    cancel: Callable[[], None]


class Messages:
    """Tells people; one per Home Assistant, from start to stop."""

    def __init__(
        self,
        hass: HomeAssistant,
        settings: MessageSettings,
        *,
        record: Callable[[str, Actor, str], None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`record`: writes kind, actor and detail of a refused answer down; `now`: seconds."""
        self._hass = hass
        self.settings = settings
        self._record = record
        self._now = now
        self._buttons: OrderedDict[str, _Button] = OrderedDict()  # by id, the oldest first
        self._held: OrderedDict[_Key, _Held] = OrderedDict()
        self._rates = SourceBuckets(1 / INTERVAL_S, BURST)
        self._persons = SourceBuckets(1 / PERSON_INTERVAL_S, PERSON_BURST)
        self._listening: list[Callable[[], None]] = []

    @callback
    def async_start(self) -> None:
        """Take answers from now on."""
        self._listening = [
            self._hass.bus.async_listen(EVENT_ANSWER, self._answered),
            self._hass.bus.async_listen(EVENT_USER_REMOVED, self._user_removed),
        ]

    @callback
    def async_stop(self) -> None:
        """Take no more, and send nothing that still waits."""
        while self._listening:
            self._listening.pop()()
        while self._held:
            self._held.popitem()[1].cancel()
        self._buttons.clear()

    async def tell(self, user_ids: Iterable[str], message: Message) -> None:
        """Tell each of these people, if the module is on. Never raises; takes as long as the phones do."""
        if not is_on(self._hass, MODULE_MESSAGING):
            return
        if message.public:
            names = {name: escaped(text) for name, text in _bounded(message.placeholders).items()}
            persistent_notification.async_create(
                self._hass,
                with_link(self._hass, await self.text(message.public, names), message.page),
                title=TITLE,
                notification_id=f"{DOMAIN}_{message.tag}",
            )
        receivers = sorted({user_id for user_id in user_ids if user_id})[:MAX_RECEIVERS]
        await asyncio.gather(*(self._tell_one(user_id, message) for user_id in receivers))

    async def take_back(self, user_ids: Iterable[str], tag: str) -> None:
        """What was told with this tag holds no longer: take it and its buttons away."""
        persistent_notification.async_dismiss(self._hass, f"{DOMAIN}_{tag}")
        receivers = sorted({user_id for user_id in user_ids if user_id})[:MAX_RECEIVERS]
        for user_id in receivers:
            self._forget((user_id, tag))
        await asyncio.gather(*(async_clear(self._hass, user_id, tag) for user_id in receivers))

    async def text(self, key: str, placeholders: Mapping[str, str]) -> str:
        """Return a text in the language of Home Assistant."""
        texts = await async_get_translations(
            self._hass, self._hass.config.language, "exceptions", [DOMAIN]
        )
        found = texts.get(f"component.{DOMAIN}.exceptions.{key}.message", key)
        try:
            return found.format(**placeholders)
        except KeyError:
            return found

    # --- sending -------------------------------------------------------------------------------------
    async def _tell_one(self, user_id: str, message: Message) -> None:
        key, now = (user_id, message.tag), self._now()
        held = self._held.get(key)
        if held is not None:
            held.message, held.count = message, held.count + 1
        elif self._rates.take(key, now) and (
            self._persons.take(user_id, now) or message.severity is Severity.CRITICAL
        ):
            await self._send(key, message, 1)
        else:
            self._hold(key, message)

    def _hold(self, key: _Key, message: Message) -> None:
        """Send it later, with how many came meanwhile."""

        @callback
        def due(_: datetime) -> None:
            held = self._held.pop(key)
            self._rates.take(key, self._now())
            self._hass.async_create_background_task(
                self._send(key, held.message, held.count), f"{DOMAIN} message"
            )

        if len(self._held) >= MAX_HELD:
            self._held.popitem(last=False)[1].cancel()
        cancel = async_call_later(self._hass, INTERVAL_S, due)
        self._held[key] = _Held(message=message, count=1, cancel=cancel)

    async def _send(self, key: _Key, message: Message, count: int) -> None:
        user_id, tag = key
        if not isinstance(await self._person(user_id), User):
            return
        self._drop_buttons(key)
        names = {
            name: text.translate(_PLAIN) for name, text in _bounded(message.placeholders).items()
        }
        text = await self.text(message.text, names)
        if count > 1:
            text = await self.text("message_repeated", {"text": text, "count": str(count)})
        labels = [await self.text(one.label, {}) for one in message.actions[:MAX_ACTIONS]]
        ids = [self._add_button(key, message, one) for one in message.actions[:MAX_ACTIONS]]
        await async_push(
            self._hass,
            user_id,
            text,
            severity=message.severity,
            tag=tag,
            actions=list(zip(ids, labels, strict=True)),
            entities=self.settings.entities_of(user_id),
            path=console_path(self._hass, message.page),
        )

    def _forget(self, key: _Key) -> None:
        self._drop_buttons(key)
        if (held := self._held.pop(key, None)) is not None:
            held.cancel()

    async def _user_removed(self, event: Event[Mapping[str, Any]]) -> None:
        if self.settings.entities_of(event.data["user_id"]):
            await self.settings.choose(event.data["user_id"], [])

    async def _person(self, user_id: str) -> Actor:
        return actor_of(await self._hass.auth.async_get_user(user_id))

    # --- answers -------------------------------------------------------------------------------------
    def _add_button(self, key: _Key, message: Message, action: Action) -> str:
        action_id = f"{ID_PREFIX}{secrets.token_hex(ID_SIZE)}"
        while len(self._buttons) >= MAX_BUTTONS:
            self._buttons.popitem(last=False)
        until = self._now() + message.expires_s
        self._buttons[action_id] = _Button(key=key, action=action, until=until)
        return action_id

    def _drop_buttons(self, key: _Key) -> None:
        for action_id in [one for one, button in self._buttons.items() if button.key == key]:
            del self._buttons[action_id]

    async def _answered(self, event: Event[Mapping[str, Any]]) -> None:
        """Do what was pressed. Only a phone's own message counts, never an event made in this house."""
        action_id, user_id = event.data.get("action"), event.context.user_id
        if not isinstance(action_id, str) or not action_id.startswith(ID_PREFIX):
            return  # of somebody else's message
        if event.origin is not EventOrigin.remote or user_id is None or len(action_id) > MAX_ID:
            return
        if not is_on(self._hass, MODULE_MESSAGING):
            return
        person = await self._person(user_id)
        button = self._buttons.get(action_id)
        if not isinstance(person, User) or (button is not None and button.key[0] != user_id):
            self._record("answer_refused", person, "not its receiver")
            return
        if button is None or button.until < self._now():
            await self._reply(user_id, TAG_LATE, "answer_too_late", {})
            return
        self._drop_buttons(button.key)
        await self._run(button, user_id)

    async def _run(self, button: _Button, user_id: str) -> None:
        try:
            await button.action.run(user_id)
        except GatewayError as error:
            raised = home_assistant_error(error, context=None, placeholders={})
            names = dict(raised.translation_placeholders or {})
            why = await self.text(raised.translation_key or error.code, names)
            await self._reply(user_id, button.key[1], "answer_not_done", {"why": why})
        except Exception:
            _LOGGER.exception("An answer to a message failed")
            await self._reply(user_id, button.key[1], "answer_failed", {})

    async def _reply(
        self, user_id: str, tag: str, text: str, placeholders: Mapping[str, str]
    ) -> None:
        """Answer a press at once; one that presses without end is answered no more for a while."""
        if self._persons.take(user_id, self._now()):
            await self._send(
                (user_id, tag), Message(text=text, placeholders=placeholders, tag=tag), 1
            )


def _bounded(placeholders: Mapping[str, str]) -> dict[str, str]:
    return {name: printable(text, MAX_PLACEHOLDER) for name, text in placeholders.items()}


async def async_load_messages(
    hass: HomeAssistant, record: Callable[[str, Actor, str], None]
) -> Messages:
    """Return what tells people, and takes answers once it is started. Raises StorageError."""
    settings = MessageSettings(hass)
    await settings.load()
    return Messages(hass, settings, record=record)
