"""Looking over a house: what its owner would want to know before somebody else finds out (B37).

Pure: what is known comes in, findings come out, the gravest first. What it means and what to do about it is
a text under the finding's name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .columns import ALL
from .commands import CommandGroup
from .marks import Mark
from .rows import Row
from .state import PolicyState
from .threats import Level

BACKUP_AGE = timedelta(days=14)
MAX_FINDINGS = 500  # of one look


class Weakness(StrEnum):
    """What may be wrong; also the key of its text."""

    WIDE_ROW = "wide_row"  # everybody, or all automations, may control all devices at any time
    ENDLESS_PASS = "endless_pass"  # a guest pass without an end
    DEAD_ROW = "dead_row"  # can never count again
    WEAK_PASSWORDS = "weak_passwords"  # on the maker's record
    UNCLAIMED = "unclaimed"  # devices near by that anybody with their label may claim
    OLD_FIRMWARE = "old_firmware"
    SUSPENDED = "suspended"
    OWNER_GONE = "owner_gone"
    AUDIT_OFF = "audit_off"
    DETECT_ONLY = "detect_only"
    NO_BACKUP = "no_backup"
    OPEN_GUEST_PAGE = "open_guest_page"  # passes are used over a link that is not encrypted


_LEVELS = {
    Weakness.WIDE_ROW: Level.MEDIUM,
    Weakness.ENDLESS_PASS: Level.MEDIUM,
    Weakness.DEAD_ROW: Level.VERY_LOW,
    Weakness.WEAK_PASSWORDS: Level.HIGH,
    Weakness.UNCLAIMED: Level.LOW,
    Weakness.OLD_FIRMWARE: Level.LOW,
    Weakness.SUSPENDED: Level.MEDIUM,
    Weakness.OWNER_GONE: Level.MEDIUM,
    Weakness.AUDIT_OFF: Level.HIGH,
    Weakness.DETECT_ONLY: Level.MEDIUM,
    Weakness.NO_BACKUP: Level.MEDIUM,
    Weakness.OPEN_GUEST_PAGE: Level.MEDIUM,
}


_BEYOND_READING = frozenset(CommandGroup) - {CommandGroup.READ}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeaknessFound:
    """One finding; what it is about depends on its kind."""

    weakness: Weakness
    row: int | None = None
    serial: str = ""  # "": the gateway, or what no device is named for
    count: int = 1

    @property
    def level(self) -> Level:
        """How grave it is."""
        return _LEVELS[self.weakness]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What is known of the house at one moment."""

    state: PolicyState
    marks: dict[int, tuple[Mark, ...]]
    now: datetime
    unclaimed: frozenset[str] = frozenset()  # serials that ping without an owner
    weak_passwords: int = 0  # serials on the maker's record
    old_firmware: frozenset[str] = frozenset()  # serials
    suspended: frozenset[str] = frozenset()
    ownerless: frozenset[str] = frozenset()  # whose owner is no user any more
    detect_only: frozenset[str] = frozenset()  # serials whose responses are left out
    is_audited: bool = True
    last_backup: datetime | None = None
    knows_backups: bool = True  # False: the host does not say whether there are any
    is_guest_page_encrypted: bool = True


def weaknesses(house: House) -> tuple[WeaknessFound, ...]:
    """Return what was found, the gravest first."""
    found = sorted(_found(house), key=_order)
    return tuple(found[:MAX_FINDINGS])


def _order(found: WeaknessFound) -> tuple[int, str, str, int]:
    return -found.level.rank, found.weakness, found.serial, found.row or 0


def _found(house: House) -> Iterator[WeaknessFound]:
    yield from _of_rows(house)
    about = {
        Weakness.UNCLAIMED: house.unclaimed,
        Weakness.OLD_FIRMWARE: house.old_firmware,
        Weakness.SUSPENDED: house.suspended,
        Weakness.OWNER_GONE: house.ownerless,
        Weakness.DETECT_ONLY: house.detect_only,
    }
    for weakness, serials in about.items():
        for serial in serials:
            yield WeaknessFound(weakness=weakness, serial=serial)
    if house.weak_passwords:
        yield WeaknessFound(weakness=Weakness.WEAK_PASSWORDS, count=house.weak_passwords)
    if not house.is_audited:
        yield WeaknessFound(weakness=Weakness.AUDIT_OFF)
    if house.knows_backups and not _is_recent(house):
        yield WeaknessFound(weakness=Weakness.NO_BACKUP)


def _is_recent(house: House) -> bool:
    return house.last_backup is not None and house.now - house.last_backup <= BACKUP_AGE


def _of_rows(house: House) -> Iterator[WeaknessFound]:
    has_passes = False
    for number, row in sorted(house.state.rows.items()):
        if any(mark.is_dead for mark in house.marks.get(number, ())):
            yield WeaknessFound(weakness=Weakness.DEAD_ROW, row=number)
            continue
        if not row.is_on or not row.is_allow:
            continue
        if _is_wide(row):
            yield WeaknessFound(weakness=Weakness.WIDE_ROW, row=number)
        if row.users.guests:
            has_passes = True
            if row.expires_at is None:
                yield WeaknessFound(weakness=Weakness.ENDLESS_PASS, row=number)
    if has_passes and not house.is_guest_page_encrypted:
        yield WeaknessFound(weakness=Weakness.OPEN_GUEST_PAGE)


def _is_wide(row: Row) -> bool:
    users = row.users
    is_anybody = users.everyone or ALL in (users.automations | users.scripts | users.integrations)
    return (
        is_anybody
        and row.devices.all_of_maker
        and bool(row.commands.groups & _BEYOND_READING)
        and row.times.is_always
        and row.expires_at is None
    )
