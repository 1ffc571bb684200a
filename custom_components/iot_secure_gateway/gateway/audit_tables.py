"""The tables of the record. Several gateways may share a database: each has chains of its own in them."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from ..policy.audit import MAX_ARGUMENTS, MAX_LINE_TEXT, AuditLine

METADATA: Final = MetaData()

_CHAIN: Final = "chain"
_NUMBER: Final = "number"
_TYPES: Final[dict[str, Any]] = {
    "at_us": BigInteger(),
    "row": BigInteger(),
    "duration_us": BigInteger(),
    "arguments": String(MAX_ARGUMENTS),
}
_MAY_BE_NULL: Final = frozenset({"row", "duration_us"})


def _key(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


# Where a gateway began to write here: it does so again each time it comes back from another database.
CHAINS: Final = Table(
    "iotsg_audit_chains",
    METADATA,
    _key(_CHAIN, Integer()),
    Column("gateway_id", LargeBinary(16), nullable=False),
)
LINES: Final = Table(
    "iotsg_audit_lines",
    METADATA,
    _key(_CHAIN, Integer()),
    _key(_NUMBER, BigInteger()),
    *(
        Column(name, _TYPES.get(name, String(MAX_LINE_TEXT)), nullable=name in _MAY_BE_NULL)
        for name in AuditLine._fields
    ),
    Column("digest", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,  # stored in the order of their keys, without a second index for these
)
_IN_ORDER: Final = (LINES.c.verdict, LINES.c.at_us, LINES.c.number)
Index("iotsg_audit_by_device", LINES.c.chain, LINES.c.serial, *_IN_ORDER)
Index("iotsg_audit_by_principal", LINES.c.chain, LINES.c.principal, *_IN_ORDER)
Index("iotsg_audit_by_both", LINES.c.chain, LINES.c.serial, LINES.c.principal, *_IN_ORDER)
# Few lines have one: those of automations that a person set off.
_HAS_STARTER: Final = LINES.c.starter != ""
Index(
    "iotsg_audit_by_starter",
    LINES.c.chain,
    LINES.c.starter,
    LINES.c.serial,
    *_IN_ORDER,
    sqlite_where=_HAS_STARTER,
    postgresql_where=_HAS_STARTER,
)
SEALS: Final = Table(
    "iotsg_audit_seals",
    METADATA,
    _key(_CHAIN, Integer()),
    _key("purpose", String(8)),
    _key(_NUMBER, BigInteger()),
    Column("digest", LargeBinary(32), nullable=False),
    Column("mac", LargeBinary(32), nullable=False),
)
MARKS: Final = Table(  # notes of the gateway to itself, outside of the chain
    "iotsg_audit_marks",
    METADATA,
    _key(_CHAIN, Integer()),
    _key("name", String(64)),
    Column("value", Text, nullable=False),
)


def owned(serial: str) -> str:
    """Return the name of the mark with the number of the line from which on a device has its owner."""
    return f"owned {serial}"
