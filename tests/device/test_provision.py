"""Provisioning: identity made once, the password on the label only."""

import csv
import json
from pathlib import Path
import re
import stat
import sys

import pytest
from tools import labels, provision

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
    assert sorted(json.loads(path.read_text())) == ["check", "prs", "serial"]


def test_settings_reach_the_file(tmp_path: Path) -> None:
    arguments = ["--serial", "box-7", "--password", "abcd efgh-ijkl 2345", "--port", "9000"]
    arguments += ["--ping-to", "192.0.2.1", "--ping-to", "192.0.2.2:99", "--claim-from", "any"]
    arguments += ["--claim-window", "10"]
    assert provision.main([str(tmp_path), *arguments]) == 0
    settings = load(str(tmp_path / "factory.json"))
    assert settings.serial == "BOX-7"
    assert settings.prs[0] == kdf.prs(GatewayCrypto(), "ABCDEFGHIJKL2345", "BOX-7")
    assert settings.ping_to == [("192.0.2.1", 8863), ("192.0.2.2", 99)]
    assert (settings.port, settings.claim_from, settings.claim_window) == (9000, "any", 10)


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


def batch(folder: Path, *more: str) -> int:
    return provision.main(
        [
            str(folder / "devices"),
            "--count",
            "3",
            "--record",
            str(folder / "record.csv"),
            "--sheet",
            str(folder / "labels.html"),
            *more,
        ]
    )


def test_a_batch_has_factory_files_labels_and_record_that_belong_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(tmp_path, "--passwords", "2", "--model", "Lamp <3>", "--prefix", "LAMP-") == 0
    rows = list(csv.reader((tmp_path / "record.csv").read_text().splitlines()))
    assert rows[0] == ["serial", "password", "password2"]
    assert len(rows) == 4
    page = (tmp_path / "labels.html").read_text()
    assert page.count("<svg") == 6
    assert "Lamp &lt;3&gt;" in page
    for serial, *passwords in rows[1:]:
        assert serial.startswith("LAMP-")
        settings = load(str(tmp_path / "devices" / serial / "factory.json"))
        assert settings.serial == serial
        secrets = [kdf.prs(GatewayCrypto(), password, serial) for password in passwords]
        assert settings.prs[:2] == secrets
        assert all(provision.grouped(password) in page for password in passwords)
    printed = capsys.readouterr().out
    assert not any(password in printed for row in rows[1:] for password in row[1:])
    for name in ("record.csv", "labels.html"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_a_batch_does_not_write_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(tmp_path) == 0
    before = (tmp_path / "record.csv").read_bytes()
    assert batch(tmp_path) == 1
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / "record.csv").read_bytes() == before
    assert len(list((tmp_path / "devices").iterdir())) == 3


def test_a_batch_that_nobody_could_claim_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for wrong in (
        ["--count", "2"],
        ["--count", "0", "--record", "r.csv"],
        ["--count", "10001", "--record", "r.csv"],
        ["--count", "2", "--record", "r.csv", "--serial", "A"],
        ["--password", "ABCDEFGHIJKLMNOP", "--passwords", "2"],
    ):
        with pytest.raises(SystemExit):
            provision.main([str(tmp_path), *wrong])
    assert "nobody would know the passwords" in capsys.readouterr().err
    assert batch(tmp_path, "--passwords", "5") == 1
    assert list(tmp_path.iterdir()) == []


def test_labels_without_their_tool_are_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "segno", None)
    assert batch(tmp_path) == 1
    assert "pip install segno" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_code_of_a_label_says_what_a_claim_needs() -> None:
    label = labels.Label("Lamp", "LAMP-1", "ABCDEFGHIJKLMNOPQRST")
    assert label.code == "ISG1:LAMP-1:ABCDEFGHIJKLMNOPQRST"
    assert "ABCD-EFGH-IJKL-MNOP-QRST" in label.text()
    assert "ABCD" not in repr(label)
    # The alphanumeric set of QR codes: half the size of other text.
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", label.code)


def test_the_qr_code_on_the_label_reads_as_the_code() -> None:
    import segno

    code = "ISG1:LAMP-1:ABCDEFGHIJKLMNOPQRST"
    symbol = segno.make(code, error=labels.QR_ERROR, micro=False, boost_error=False)
    assert symbol.mode == "alphanumeric"
    assert symbol.svg_inline(border=labels.QUIET_MODULES, omitsize=True) in labels.qr_svg(code)
