"""Gives a device its identity: serial, claim password, and the factory.json made from them.

    python tools/provision.py FOLDER [--serial S] [--password P] [--model M] ...

The password goes onto the printed label and nowhere else: the device gets only what PBKDF2 makes of it.
"""

import argparse
import hashlib
import json
import os
import secrets
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from iotsg_device.factory import FactoryError, FactorySettings
from isg_protocol import identifiers, kdf, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PASSWORD_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
PASSWORD_LENGTH = 20  # 100 bits
GROUP = 4
SERIAL_CHARACTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without 0 O 1 I, which labels confuse
SERIAL_LENGTH = 8
CLAIM_TAG = "ISG1"  # begins the claim text, so that a scanner knows what it has


class _Stretch:
    """The one primitive that provisioning needs."""

    def pbkdf2_sha256(self, password: bytes, salt: bytes, rounds: int, length: int) -> bytes:
        return hashlib.pbkdf2_hmac("sha256", password, salt, rounds, length)


_STRETCH: "Any" = _Stretch()


def make_serial(prefix: str = "ISG-") -> str:
    """Return a new random serial."""
    return prefix + "".join(secrets.choice(SERIAL_CHARACTERS) for _ in range(SERIAL_LENGTH))


def make_password(length: int = PASSWORD_LENGTH) -> str:
    """Return a new claim password of `length` characters, without group marks."""
    if not identifiers.MIN_PASSWORD <= length <= identifiers.MAX_PASSWORD:
        raise ValueError("a password has 12 to 64 characters")
    return "".join(secrets.choice(PASSWORD_CHARACTERS) for _ in range(length))


def grouped(password: str) -> str:
    """Return a password as it is printed: groups of four."""
    return "-".join(password[at : at + GROUP] for at in range(0, len(password), GROUP))


def claim_text(serial: str, password: str) -> str:
    """Return the text of the label's code: `ISG1:serial:password`."""
    return "{}:{}:{}".format(CLAIM_TAG, serial, password)


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
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "factory.json")
    handle = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(values, file, ensure_ascii=False, indent=1, sort_keys=True)
        file.write("\n")
    os.replace(path + ".new", path)
    return path


def label(serial: str, password: str, model: str) -> str:
    """Return the text of the label that goes onto the device."""
    return "{}\nserial    {}\npassword  {}\ncode      {}\n".format(
        model, serial, grouped(password), claim_text(serial, password)
    )


def main(arguments: "list[str] | None" = None) -> int:
    """Provision one device."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", help="where factory.json is written")
    parser.add_argument("--serial", help="1 to 32 characters of A-Z 0-9 - (default: a random one)")
    parser.add_argument("--password", help="12 to 64 of A-Z 2-7 (default: a random one)")
    parser.add_argument("--model", default="device")
    parser.add_argument("--manufacturer", default=None)
    parser.add_argument("--name", default=None)
    parser.add_argument("--port", type=int, default=wire.DEFAULT_PORT)
    parser.add_argument(
        "--claim-from", action="append", metavar="NETWORK", help="subnet, any, or networks"
    )
    parser.add_argument(
        "--ping-to", action="append", metavar="HOST[:PORT]", help="default: broadcast"
    )
    parser.add_argument("--ping-interval", type=int, default=30, metavar="SECONDS")
    parser.add_argument(
        "--force", action="store_true", help="replace the identity of a provisioned folder"
    )
    given = parser.parse_args(arguments)
    if os.path.exists(os.path.join(given.folder, "factory.json")) and not given.force:
        print(
            "this folder is provisioned already: --force gives it a new identity", file=sys.stderr
        )
        return 1
    serial = make_serial()
    if given.serial is not None:
        serial = identifiers.normalise_serial(given.serial) or ""
    password = given.password if given.password is not None else make_password()
    settings = {"model": given.model, "port": given.port, "ping_interval": given.ping_interval}
    for key, value in (("manufacturer", given.manufacturer), ("name", given.name)):
        if value is not None:
            settings[key] = value
    for key, value in (("claim_from", given.claim_from), ("ping_to", given.ping_to)):
        if value is not None:
            settings[key] = value[0] if value[0] in ("subnet", "any", "broadcast") else value
    try:
        path = write_factory(given.folder, make_factory(serial, [password], **settings))
    except FactoryError as error:
        print("not provisioned: {}".format(error), file=sys.stderr)
        return 1
    print(label(serial, identifiers.normalise_password(password) or "", given.model))
    print("written: {} (the password stands on this label only)".format(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
