"""Actors as they are kept in a store, so that they can be judged again later.

Only who has a name of its own can be kept; who set an automation off is kept with it.
"""

from ..policy.actors import Actor, Automation, Integration, Script, Unknown, User
from .json_object import JsonObject


def actor_dict(actor: Actor) -> JsonObject:
    """Return an actor for a store. Raises ValueError for nobody who could be judged later."""
    match actor:
        case User():
            return {"kind": "user", "id": actor.id, "name": actor.name}
        case Integration():
            return {"kind": "integration", "id": actor.name}
        case Automation():
            return {"kind": "automation", "id": actor.entity_id, **_started(actor)}
        case Script():
            return {"kind": "script", "id": actor.entity_id, **_started(actor)}
    raise ValueError("nobody who could be judged later")


def read_actor(stored: object) -> Actor:
    """Return what `actor_dict` gave. Raises ValueError for anything else."""
    match stored:
        case {"kind": "automation", "id": str(entity_id), "starter": starter}:
            return Automation(entity_id=entity_id, starter=_read_starter(starter))
        case {"kind": "script", "id": str(entity_id), "starter": starter}:
            return Script(entity_id=entity_id, starter=_read_starter(starter))
    return _read_login(stored)


def _started(run: Automation | Script) -> JsonObject:
    starter = run.starter
    if starter is None:
        return {"starter": None}
    return {"starter": {"kind": "unknown"} if starter == Unknown() else actor_dict(starter)}


def _read_starter(stored: object) -> User | Integration | Unknown | None:
    if stored is None:
        return None
    return Unknown() if stored == {"kind": "unknown"} else _read_login(stored)


def _read_login(stored: object) -> User | Integration:
    match stored:
        case {"kind": "user", "id": str(user_id), "name": str(name)}:
            return User(id=user_id, name=name)
        case {"kind": "integration", "id": str(name)}:
            return Integration(name=name)
    raise ValueError("not an actor")
