"""Provisioning: identity made once, the password on the label only."""

import json
from pathlib import Path
import stat

import pytest
from tools import provision

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.protocol import identifiers, kdf
from iotsg_device.factory import FactoryError, load


def test_a_new_identity_can_be_loaded_by_a_device(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        provision.main([str(tmp_path / "new"), "--model", "Lamp", "--manufacturer", "Maker"]) == 0
    )
    printed = capsys.readouterr().out
    settings = load(str(tmp_path / "new" / "factory.json"))
    code = next(line.split()[1] for line in printed.splitlines() if line.startswith("code"))
    tag, serial, password = code.split(":")
    assert (tag, serial) == ("ISG1", settings.serial)
    assert settings.prs[0] == kdf.prs(GatewayCrypto(), password, serial)
    assert (settings.model, settings.manufacturer) == ("Lamp", "Maker")


def test_the_password_is_not_in_the_file_and_the_file_is_private(tmp_path: Path) -> None:
    password = provision.make_password()
    path = Path(provision.write_factory(str(tmp_path), provision.make_factory("A-1", [password])))
    assert password not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(json.loads(path.read_text())) == ["prs", "serial"]


def test_settings_reach_the_file(tmp_path: Path) -> None:
    arguments = ["--serial", "box-7", "--password", "abcd efgh-ijkl 2345", "--port", "9000"]
    arguments += ["--ping-to", "192.0.2.1", "--ping-to", "192.0.2.2:99", "--claim-from", "any"]
    assert provision.main([str(tmp_path), *arguments]) == 0
    settings = load(str(tmp_path / "factory.json"))
    assert settings.serial == "BOX-7"
    assert settings.prs[0] == kdf.prs(GatewayCrypto(), "ABCDEFGHIJKL2345", "BOX-7")
    assert settings.ping_to == [("192.0.2.1", 8863), ("192.0.2.2", 99)]
    assert (settings.port, settings.claim_from) == (9000, "any")


def test_an_identity_is_not_replaced_by_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert provision.main([str(tmp_path)]) == 0
    before = (tmp_path / "factory.json").read_bytes()
    assert provision.main([str(tmp_path)]) == 1
    assert (tmp_path / "factory.json").read_bytes() == before
    assert "--force" in capsys.readouterr().err
    assert provision.main([str(tmp_path), "--force"]) == 0
    assert (tmp_path / "factory.json").read_bytes() != before


@pytest.mark.parametrize(
    "arguments",
    [
        ["--serial", "under_score"],
        ["--serial", ""],
        ["--password", "SHORT"],
        ["--password", "ABCDEFGHIJKL018"],
        ["--port", "70000"],
        ["--claim-from", "nowhere"],
    ],
)
def test_what_can_not_be_used_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert provision.main([str(tmp_path), *arguments]) == 1
    assert capsys.readouterr().err.startswith("not provisioned: ")
    assert not (tmp_path / "factory.json").exists()


def test_passwords_are_random_and_long_enough() -> None:
    made = {provision.make_password() for _ in range(50)}
    assert len(made) == 50
    assert all(identifiers.normalise_password(provision.grouped(each)) == each for each in made)
    with pytest.raises(ValueError):
        provision.make_password(11)
    with pytest.raises(FactoryError):
        provision.make_factory("A", ["A" * 20] * 5)
    assert identifiers.is_serial(provision.make_serial())
