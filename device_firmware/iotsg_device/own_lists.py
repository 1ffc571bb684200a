"""Settings that are lists of addresses or hosts: what may stand in them; loaded for those alone."""

from . import addresses
from .deployment import DEFAULTS
from .entities.plain_arguments import Argument
from isg_protocol import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_LIST = 240  # characters


class Addresses(Argument):
    """Addresses with commas between them, in order; IPv6 is told unshortened."""

    type = "addresses"

    def parse(self, wire_value: object) -> "list[bytes]":
        """Return them."""
        found: "list[bytes]" = []
        if isinstance(wire_value, str) and len(wire_value) <= MAX_LIST:
            for part in wire_value.split(","):
                address = addresses.parse(part.strip())
                if address is None:
                    raise ValueError("must be addresses")
                address = addresses.normalise(address)
                if address not in found:
                    found.append(address)
        if not 1 <= len(found) <= wire.MAX_ADDRESSES:
            raise ValueError("must be 1 to {} addresses".format(wire.MAX_ADDRESSES))
        return found

    def text(self, value: "Any") -> str:
        """Return them as text."""
        return ",".join([addresses.text(address) for address in value])


class Hosts(Argument):
    """The word broadcast, or hosts with commas between them, each `host` or `host:port`."""

    type = "hosts"

    def parse(self, wire_value: object) -> "list[tuple[str, int]]":
        """Return hosts and ports."""
        if wire_value == "broadcast":
            return list(DEFAULTS["ping_to"])
        if not isinstance(wire_value, str) or len(wire_value) > MAX_LIST:
            raise ValueError("must be hosts")
        from .factory import FactoryError
        from .factory_checks import targets

        try:
            return targets([part.strip() for part in wire_value.split(",")])
        except FactoryError:
            raise ValueError("must be hosts")

    def text(self, value: "Any") -> str:
        """Return them as text."""
        if value == DEFAULTS["ping_to"]:
            return "broadcast"
        return ",".join(
            [
                host if port == wire.DEFAULT_PORT else "{}:{}".format(host, port)
                for host, port in value
            ]
        )
