"""From a committed command to its result: the system commands, and the entities behind keys.

`check` comes first and calls no handler; `execute` gives (status, result JSON) at once, or an
awaitable of it when the handler is an async function.
"""

import asyncio

from .entities import CommandFailed, is_awaitable
from .log import printable
from isg_protocol import commands, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable
    from typing import Any

    from .deployment import Deployment
    from .entities import Entity

    Result = tuple[int, bytes]

DESCRIPTION_VERSION = 1
SETTINGS_COMMANDS = ("settings", "set_settings")
MAX_ENTITIES = 64
MAX_CHILDREN = 16
_CHILD = "/"
MAX_RESULT = 1024  # bytes of result JSON: a page of descriptions, within the smallest usual frame
RESULT_OVERHEAD = 128  # a result may be this much shorter than max_frame: kind, identifiers, tag
MAX_ERROR = 120  # characters of a handler's text
_VALUES_FRAME = 16  # bytes of {"values":{}} and to spare
_CONSTANTS = {True: b"true", False: b"false"}
HANDLER_TIMEOUT_MS = 60000  # longer, and a hanging handler would block the device for good


class Executor:
    """Carries out commands on `entities`; `about` is the device part of the description.

    `children` are parts of the device (key, name, model) to which entities may belong.
    """

    def __init__(
        self,
        entities: "Iterable[Entity]",
        about: "dict[str, str]",
        max_frame: int,
        log: "Callable[[str], None]",
        children: "Iterable[tuple[str, str, str]]" = (),
    ) -> None:
        self._children = list(children)
        self._entities: "dict[str, Entity]" = {}
        for entity in entities:
            if entity.key in self._entities:
                raise ValueError("two entities have the key " + entity.key)
            self._entities[entity.key] = entity
        if len(self._entities) > MAX_ENTITIES:
            raise ValueError("a device has at most {} entities".format(MAX_ENTITIES))
        self._keys = [entity.key for entity in entities]
        # The constant beginning of the answer that follows most commands.
        self._value_heads = {key: commands.encode({"values": {key: 0}})[:-3] for key in self._keys}
        self._about = about
        self._log = log
        self.settings: "Deployment | None" = None  # has the commands `settings` and `set_settings`
        self._limit = min(MAX_RESULT, max_frame - RESULT_OVERHEAD)
        self._pages = self._make_pages()

    def check(self, command: "dict[str, Any]") -> "str | None":
        """Return why this command is refused, or None."""
        name = command["cmd"]
        arguments = command.get("args", {})
        key = command.get("entity")
        if key is not None:
            entity = self._entities.get(key)
            if entity is None:
                return "unknown entity"
            return entity.check(name, arguments)
        if name == "describe":
            return self._check_describe(arguments)
        if name == "read":
            return self._check_read(arguments)
        if self.settings is not None and name in SETTINGS_COMMANDS:
            return self.settings.check(name, arguments)
        return "unknown command"

    def execute(self, command: "dict[str, Any]") -> "Result | Awaitable[Result]":
        """Carry out a command that `check` let pass. Raises OSError when flash fails under settings."""
        key = command.get("entity")
        arguments = command.get("args", {})
        try:
            if key is None:
                if command["cmd"] == "describe":
                    return wire.STATUS_OK, self._describe(arguments.get("page", 0))
                if command["cmd"] == "read":
                    return self._read_values(arguments.get("keys", self._keys))
                return self.settings.execute(command["cmd"], arguments)  # type: ignore[union-attr]
            entity = self._entities[key]
            pending = entity.execute(command["cmd"], arguments)
            if pending is not None and is_awaitable(pending):
                return self._finish(entity, pending)
            return self._read_value(entity)
        except Exception as error:  # a handler may raise anything
            if key is None and isinstance(error, OSError):
                raise
            return self._failed(error)

    async def _finish(self, entity: "Entity", pending: "Awaitable[None]") -> "Result":
        try:
            await asyncio.wait_for(pending, HANDLER_TIMEOUT_MS / 1000)
            return self._read_value(entity)
        except asyncio.TimeoutError:
            self._log("the handler of {} took too long".format(entity.key))
            return _error("the device's handler took too long")
        except Exception as error:  # noqa: BLE001 - a handler may raise anything
            return self._failed(error)

    def _failed(self, error: Exception) -> "Result":
        if isinstance(error, CommandFailed):
            return _error(printable(error, MAX_ERROR))
        self._log("a handler failed: {!r}".format(error))
        return _error("the device's handler failed")

    def _read_value(self, entity: "Entity") -> "Result":
        """Return what `_read_values` gives for one entity, for a small part of its cost."""
        if entity.is_compound:
            return self._read_values((entity.key,))
        value = entity.told = self._read_safely(entity)
        text = _CONSTANTS.get(value) if isinstance(value, bool) else None
        if text is None:
            text = commands.encode(value)
        return wire.STATUS_OK, self._value_heads[entity.key] + text + b"}}"

    def _read_safely(self, entity: "Entity") -> object:
        try:
            return entity.read()
        except Exception as error:  # noqa: BLE001 - a handler may raise anything
            self._log("reading {} failed: {!r}".format(entity.key, error))
            return None

    def outputs(self) -> "list[Any]":
        """Return the entities that have a safe state."""
        return [entity for entity in self._entities.values() if entity.safe is not None]

    def values_of(self, entity: "Entity") -> "dict[str, Any]":
        """Return the values of an entity by their names on the wire; None for what can't be read."""
        if entity.is_compound:
            try:
                return entity.values()
            except Exception as error:  # noqa: BLE001 - a handler may raise anything
                self._log("reading {} failed: {!r}".format(entity.key, error))
                return {entity.key: None}
        return {entity.key: self._read_safely(entity)}

    def _read_values(self, keys: "Iterable[str]") -> "Result":
        """Read as many whole entities as one answer holds; the gateway asks for the others again."""
        values: "dict[str, Any]" = {}
        size = _VALUES_FRAME
        for key in keys:
            entity = self._entities[key]
            part = self.values_of(entity)
            size += len(commands.encode(part))
            if size > self._limit:
                break
            values.update(part)
            entity.told = part if entity.is_compound else part[key]
        if size > self._limit and not values:
            return _error("the values of this entity are too long")
        return wire.STATUS_OK, commands.encode({"values": values})

    def _check_describe(self, arguments: "dict[str, Any]") -> "str | None":
        for name in arguments:
            if name != "page":
                return "describe takes page"
        page = arguments.get("page", 0)
        if not isinstance(page, int) or page is True or page is False:
            return "page must be a whole number"
        if not 0 <= page < len(self._pages):
            return "no such page"
        return None

    def _check_read(self, arguments: "dict[str, Any]") -> "str | None":
        for name in arguments:
            if name != "keys":
                return "read takes keys"
        keys = arguments.get("keys", [])
        if not isinstance(keys, list) or len(keys) > MAX_ENTITIES:
            return "keys must be a list"
        for key in keys:
            if not isinstance(key, str) or key not in self._entities:
                return "unknown entity"
        return None

    def _make_pages(self) -> "list[list[str]]":
        """Distribute children and entities over pages of at most `_limit` bytes; return their keys.

        A child's key has a sign in front that no entity's key has.
        """
        keys = [_CHILD + child[0] for child in self._children] + self._keys
        if len(set(keys)) < len(keys) or len(self._children) > MAX_CHILDREN:
            raise ValueError(
                "a device has at most {} children, of different keys".format(MAX_CHILDREN)
            )
        for key in self._keys:
            child = self._entities[key].child
            if child is not None and _CHILD + child not in keys:
                raise ValueError("{} belongs to no child of this device".format(key))
        pages: "list[list[str]]" = [[]]
        for key in keys:
            pages[-1].append(key)
            if len(pages[-1]) > 1 and len(self._page(pages[-1], 99, 99)) > self._limit:
                pages.append([pages[-1].pop()])
        for number, page in enumerate(pages):
            if len(self._page(page, number, len(pages))) > self._limit:
                raise ValueError("max_frame is too small for the description of this device")
        return pages

    def _describe(self, number: int) -> bytes:
        return self._page(self._pages[number], number, len(self._pages))

    def _page(self, keys: "list[str]", number: int, pages: int) -> bytes:
        answer: "dict[str, Any]" = {
            "device": self._about,
            "entities": [self._entities[key].describe() for key in keys if key[0] != _CHILD],
            "page": number,
            "pages": pages,
            "v": DESCRIPTION_VERSION,
        }
        children = [child for child in self._children if _CHILD + child[0] in keys]
        if children:
            answer["children"] = [
                {"key": key, "name": name, "model": model} if model else {"key": key, "name": name}
                for key, name, model in children
            ]
        return commands.encode(answer)


def _error(text: str) -> "Result":
    return wire.STATUS_FAILED, commands.encode({"error": text})


def refusal(text: str) -> bytes:
    """Return the result JSON of a refused command."""
    return commands.encode({"error": text})
