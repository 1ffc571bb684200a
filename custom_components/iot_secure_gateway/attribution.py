"""Who is behind a call: from Home Assistant's `Context` to exactly one actor.

A person's token, and a script that a person runs, carry the user's id. An automation carries a context
of its own and no user; it is known by that context's id. Everything else that has no user is nobody.
Whose login set an automation off - by a button, a helper, another automation - is its starter: it is found
from context to parent context, as far as these are remembered or still stand in a state.
What is told by contexts of requests (`acting_user`) is for the places that have no service call.
"""

from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from contextvars import Context as VariableContext
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.auth.models import User as HomeAssistantUser
from homeassistant.components.automation import EVENT_AUTOMATION_TRIGGERED
from homeassistant.components.http import KEY_HASS_USER, current_request
from homeassistant.components.script import EVENT_SCRIPT_STARTED
from homeassistant.components.websocket_api import current_connection
from homeassistant.const import ATTR_ENTITY_ID, EVENT_CALL_SERVICE
from homeassistant.core import Context, Event, HomeAssistant, State, callback

from .policy.actors import Actor, Automation, Integration, Script, Unknown, User

# Contexts of automations and scripts that are remembered. Actions may be delayed for hours; at ten
# runs a minute this is most of a day, in well under a megabyte.
MAX_CONTEXTS: Final = 8192

# A run writes its state at once when it starts. A state that got this context later than that was
# changed BY the run (an automation switched off by another one) and did not start it.
STARTED_WITHIN: Final = timedelta(seconds=1)

# Automations that set one another off, looked up for who began it; one that goes deeper is nobody's.
MAX_PARENTS: Final = 8

_NOBODY: Final = "nobody"  # in the place of a user's id: there is no such user

_AUTOMATION: Final = "automation"
_SCRIPT: Final = "script"


class Attribution:
    """Names the actor behind a context. One per Home Assistant; listens from start to stop."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._runs: OrderedDict[str, Automation | Script] = OrderedDict()
        self._own: OrderedDict[str, Integration] = OrderedDict()  # calls of this integration itself
        self._users: OrderedDict[str, str] = OrderedDict()  # of calls, by id of the context
        self._parents: OrderedDict[str, str] = OrderedDict()  # of runs, by id of the context
        self._unsubscribe: list[Callable[[], None]] = []

    @callback
    def async_start(self) -> None:
        """Begin to remember which run has which context."""
        listen = self._hass.bus.async_listen
        self._unsubscribe = [
            listen(EVENT_AUTOMATION_TRIGGERED, self._run_started),
            listen(EVENT_SCRIPT_STARTED, self._run_started),
            listen(EVENT_CALL_SERVICE, self._called),
        ]

    @callback
    def async_stop(self) -> None:
        """Stop listening."""
        while self._unsubscribe:
            self._unsubscribe.pop()()

    @callback
    def async_act_as(self, context: Context, actor: Integration) -> None:
        """Let a call that this integration makes by itself count as software of that name."""
        _remember(self._own, context.id, actor)

    async def async_actor(self, context: Context | None) -> Actor:
        """Return the actor behind `context`; `Unknown` for whatever cannot be named."""
        if context is None:
            return Unknown()
        if context.user_id is not None:
            return actor_of(await self._hass.auth.async_get_user(context.user_id))
        if (own := self._own.get(context.id)) is not None:
            return own
        run = self._runs.get(context.id) or self._run_by_state(context)
        if run is None:
            return Unknown()
        return replace(run, starter=await self._async_starter(context))

    async def _async_starter(self, context: Context) -> User | Integration | Unknown | None:
        """Return the login at the beginning of a run; None when there is none, or none is known."""
        parent_id = context.parent_id
        for _ in range(MAX_PARENTS):
            if parent_id is None:
                return None
            state = self._state_of(parent_id)
            user_id = self._users.get(parent_id) or (state.context.user_id if state else None)
            if user_id is not None:
                return actor_of(await self._hass.auth.async_get_user(user_id))
            parent_id = self._parents.get(parent_id) or (state.context.parent_id if state else None)
        return Unknown()

    @callback
    def async_context_for(self, actor: Actor) -> Context:
        """Return a context for an event that tells of somebody's act: what it sets off, they started.

        Who is none of Home Assistant's people starts nothing that would need a right.
        """
        who = actor.starter if isinstance(actor, Automation | Script) else actor
        context = Context(user_id=who.id if isinstance(who, User) else None)
        if who is not None:
            _remember(self._users, context.id, context.user_id or _NOBODY)
        return context

    def _state_of(self, context_id: str) -> State | None:
        """Return a state that was written with a context, such as a helper that somebody switched."""
        if context_id in self._users or context_id in self._parents:
            return None  # what it would tell is remembered
        states = self._hass.states.async_all()
        return next((state for state in states if state.context.id == context_id), None)

    @callback
    def _called(self, event: Event[Mapping[str, Any]]) -> None:
        """Remember whose login called a service with a context."""
        if event.context.user_id is not None:
            _remember(self._users, event.context.id, event.context.user_id)

    @callback
    def _run_started(self, event: Event[Mapping[str, Any]]) -> None:
        """Remember the context of a run: the first to use it, for a run passes it on."""
        context = event.context
        if context.user_id is not None or context.id in self._runs:
            return  # a user's id decides by itself; and nobody takes over a context that is taken
        run = _run_of(event.data.get(ATTR_ENTITY_ID))
        if run is None:
            return
        _remember(self._runs, context.id, run)
        if context.parent_id is not None:
            _remember(self._parents, context.id, context.parent_id)

    def _run_by_state(self, context: Context) -> Automation | Script | None:
        """Find the run by its state: its event is still queued when a state change set it off."""
        for domain in (
            _AUTOMATION,
            _SCRIPT,
        ):  # an automation's script runs in the automation's name
            started = [
                (at, state.entity_id)
                for state in self._hass.states.async_all(domain)
                if state.context.id == context.id and (at := _started_at(state)) is not None
            ]
            if started:
                return _run_of(max(started)[1])
        return None


def _remember[T](kept: OrderedDict[str, T], context_id: str, what: T) -> None:
    kept[context_id] = what
    while len(kept) > MAX_CONTEXTS:
        kept.popitem(last=False)


def actor_of(user: HomeAssistantUser | None) -> User | Integration | Unknown:
    """Return the actor that a login of Home Assistant stands for."""
    if user is None or not user.is_active:
        return Unknown()
    if user.system_generated:
        return Integration(name=user.name or "")
    return User(id=user.id, name=user.name or "")


async def async_actor_now(hass: HomeAssistant, actor: Actor) -> Actor:
    """Return who somebody of an earlier time is by now, so that what waited is judged anew."""
    match actor:
        case User():
            return actor_of(await hass.auth.async_get_user(actor.id))
        case Automation(starter=User() as starter) | Script(starter=User() as starter):
            now = actor_of(await hass.auth.async_get_user(starter.id))
            return replace(actor, starter=now)
    return actor


def acting_user(hass: HomeAssistant) -> HomeAssistantUser | None:
    """Return the user whose request is being served now, or None when there is no request.

    Anything started by a request inherits it; what outlives the request must be started with
    `without_request`.
    """
    if (connection := current_connection.get()) is not None:
        return connection.user
    if (request := current_request.get()) is not None:
        user: HomeAssistantUser | None = request.get(KEY_HASS_USER)
        return user
    return None


async def without_request[T](hass: HomeAssistant, work: Coroutine[Any, Any, T]) -> T:
    """Do `work` so that whatever it starts does not carry the user of the request being served.

    A link started while somebody claims a device lives on for days; what it brings about later must
    not look as if that person had asked for it.
    """
    return await hass.loop.create_task(work, context=VariableContext())


def _run_of(entity_id: object) -> Automation | Script | None:
    if not isinstance(entity_id, str):
        return None
    domain = entity_id.partition(".")[0]
    if domain == _AUTOMATION:
        return Automation(entity_id=entity_id)
    if domain == _SCRIPT:
        return Script(entity_id=entity_id)
    return None


def _started_at(state: State) -> datetime | None:
    """Return when the run began, if this state was written by that beginning."""
    at = state.attributes.get("last_triggered")
    if not isinstance(at, datetime) or state.last_updated - at > STARTED_WITHIN:
        return None
    return at
