"""Gives devices their identity: serial, claim password, and the factory.json made from them.

    python tools/provision.py FOLDER [--serial S] [--password P] [--model M] ...
    python tools/provision.py FOLDER --count 50 --record batch.csv --sheet labels.html ...

The first form provisions FOLDER, the second a folder FOLDER/<serial> for each device. Passwords go
onto labels and into the maker's record, where these are asked for, and nowhere else: a device gets
only what PBKDF2 makes of its password.
"""

import argparse
import hashlib
import json
import os
import secrets
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tools.labels import Label, LabelError, claim_text, grouped, record, sheet, write_private

from iotsg_device.factory import FactoryError, FactorySettings
from iotsg_device.factory_checks import CHECK, check_of
from isg_protocol import identifiers, kdf, wire

__all__ = [
    "claim_text",
    "grouped",
    "main",
    "make_factory",
    "make_password",
    "make_serial",
    "write_factory",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PASSWORD_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
PASSWORD_LENGTH = 20  # 100 bits
SERIAL_CHARACTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without 0 O 1 I, which labels confuse
SERIAL_LENGTH = 8
MAX_COUNT = 10000  # devices of one batch: each takes a twentieth of a second
SERIAL_PREFIX = "ISG-"


class _Stretch:
    """The one primitive that provisioning needs."""

    def pbkdf2_sha256(self, password: bytes, salt: bytes, rounds: int, length: int) -> bytes:
        return hashlib.pbkdf2_hmac("sha256", password, salt, rounds, length)


_STRETCH: "Any" = _Stretch()


def make_serial(prefix: str = SERIAL_PREFIX) -> str:
    """Return a new random serial."""
    return prefix + "".join(secrets.choice(SERIAL_CHARACTERS) for _ in range(SERIAL_LENGTH))


def make_password(length: int = PASSWORD_LENGTH) -> str:
    """Return a new claim password of `length` characters, without group marks."""
    if not identifiers.MIN_PASSWORD <= length <= identifiers.MAX_PASSWORD:
        raise ValueError("a password has 12 to 64 characters")
    return "".join(secrets.choice(PASSWORD_CHARACTERS) for _ in range(length))


def make_factory(serial: str, passwords: "list[str]", **settings: "Any") -> "dict[str, Any]":
    """Return the values of factory.json, checked. Raises FactoryError for a value that can't be used."""
    if not identifiers.is_serial(serial):
        raise FactoryError("a serial is 1 to 32 characters of A-Z 0-9 and -")
    if not 1 <= len(passwords) <= wire.PRS_SLOTS:
        raise FactoryError("a device has 1 to {} passwords".format(wire.PRS_SLOTS))
    secrets_of_slots = []
    for typed in passwords:
        password = identifiers.normalise_password(typed)
        if password is None:
            raise FactoryError("a password is 12 to 64 characters of A-Z 2-7")
        secrets_of_slots.append(kdf.prs(_STRETCH, password, serial).hex())
    values: "dict[str, Any]" = {"serial": serial, "prs": secrets_of_slots}
    values.update(settings)
    FactorySettings(values)
    return values


def write_factory(folder: str, values: "dict[str, Any]") -> str:
    """Write factory.json, readable by its owner only, and return its path."""
    path = os.path.join(folder, "factory.json")
    values = dict(values)
    values[CHECK] = check_of(values)
    write_private(path, json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return path


class Identity:
    """One device of a run: where its factory.json goes, what is in it, and its passwords."""

    def __init__(self, folder: str, values: "dict[str, Any]", passwords: "list[str]") -> None:
        self.folder = folder
        self.values = values
        self.passwords = passwords

    def __repr__(self) -> str:
        return "<Identity of {}>".format(self.values["serial"])

    def labels(self) -> "list[Label]":
        """Return a label for each password."""
        return [
            Label(self.values["model"], self.values["serial"], password, number)
            for number, password in enumerate(self.passwords, 1)
        ]


def parse(arguments: "list[str] | None" = None) -> "Any":
    """Return the parsed command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", help="where factory.json is written; with --count, the folders")
    parser.add_argument("--count", type=int, help="make this many devices, each in FOLDER/<serial>")
    parser.add_argument("--serial", help="1 to 32 characters of A-Z 0-9 - (default: a random one)")
    parser.add_argument("--prefix", default=SERIAL_PREFIX, help="of random serials")
    parser.add_argument("--password", help="12 to 64 of A-Z 2-7 (default: a random one)")
    parser.add_argument(
        "--passwords", type=int, default=1, metavar="NUMBER", help="passwords per device, 1 to 4"
    )
    parser.add_argument("--record", metavar="FILE", help="write serials and passwords as CSV")
    parser.add_argument(
        "--sheet", metavar="FILE", help="write labels with QR code as HTML to print"
    )
    parser.add_argument("--model", default="device")
    parser.add_argument("--manufacturer", default=None)
    parser.add_argument("--name", default=None)
    parser.add_argument("--port", type=int, default=wire.DEFAULT_PORT)
    parser.add_argument(
        "--claim-from", action="append", metavar="NETWORK", help="subnet, any, or networks"
    )
    parser.add_argument(
        "--claim-window",
        type=int,
        default=None,
        metavar="MINUTES",
        help="after power-up in which it can be claimed; default: always",
    )
    parser.add_argument(
        "--ping-to", action="append", metavar="HOST[:PORT]", help="default: broadcast"
    )
    parser.add_argument(
        "--ping-interval", type=int, default=None, metavar="SECONDS", help="default: 30"
    )
    parser.add_argument(
        "--force", action="store_true", help="replace the identity of a provisioned folder"
    )
    given = parser.parse_args(arguments)
    if given.count is not None and not 1 <= given.count <= MAX_COUNT:
        parser.error("--count is 1 to {}".format(MAX_COUNT))
    if given.count is not None and (given.serial is not None or given.password is not None):
        parser.error("--serial and --password are for one device, not for --count")
    if given.password is not None and given.passwords != 1:
        parser.error("give --password or a number of --passwords")
    if given.count is not None and given.record is None and given.sheet is None:
        parser.error("--count needs --record or --sheet, or nobody would know the passwords")
    return given


def identities(given: "Any") -> "list[Identity]":
    """Make all identities of a run in memory. Raises FactoryError for a value that can't be used."""
    settings: "dict[str, Any]" = {"model": given.model, "port": given.port}
    for key, value in (
        ("ping_interval", given.ping_interval),  # given, it is fixed; left out, its owner sets it
        ("manufacturer", given.manufacturer),
        ("name", given.name),
        ("claim_window", given.claim_window),
    ):
        if value is not None:
            settings[key] = value
    for key, value in (("claim_from", given.claim_from), ("ping_to", given.ping_to)):
        if value is not None:
            settings[key] = value[0] if value[0] in ("subnet", "any", "broadcast") else value
    made: "dict[str, Identity]" = {}
    while len(made) < (given.count or 1):
        serial = make_serial(given.prefix)
        if given.serial is not None:
            serial = identifiers.normalise_serial(given.serial) or ""
        typed = given.password
        passwords = (
            [typed] if typed is not None else [make_password() for _ in range(given.passwords)]
        )
        values = make_factory(serial, passwords, **settings)
        folder = given.folder if given.count is None else os.path.join(given.folder, serial)
        plain = [identifiers.normalise_password(password) or "" for password in passwords]
        made.setdefault(serial, Identity(folder, values, plain))
    return list(made.values())


def main(arguments: "list[str] | None" = None) -> int:
    """Provision one device or a batch."""
    given = parse(arguments)
    for path in (os.path.join(given.folder, "factory.json"), given.record, given.sheet):
        if path is not None and os.path.exists(path) and not given.force:
            print(
                "{} is there already: --force replaces the identities it stands for".format(path),
                file=sys.stderr,
            )
            return 1
    try:
        devices = identities(given)
        labels = [label for device in devices for label in device.labels()]
        # What would be lost with this process comes first: no device without its password on paper.
        if given.sheet is not None:
            write_private(given.sheet, sheet(labels))
        if given.record is not None:
            listed = [(device.values["serial"], device.passwords) for device in devices]
            write_private(given.record, record(listed))
        for device in devices:
            write_factory(device.folder, device.values)
    except (FactoryError, LabelError, OSError) as error:
        print("not provisioned: {}".format(error), file=sys.stderr)
        return 1
    places = [path for path in (given.sheet, given.record) if path is not None]
    if given.count is None:
        print("\n".join(label.text() for label in labels))
        places.insert(0, "this label")
    print(
        "{} provisioned in {}; passwords stand only on: {}".format(
            "1 device" if len(devices) == 1 else "{} devices".format(len(devices)),
            given.folder,
            ", ".join(places),
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
