"""The text of a label's QR code, pasted into a form: read, or told what is wrong, and never shown again."""

from typing import Any

import pytest
from pytest_homeassistant_custom_component.common import MockUser
from tools.labels import claim_text

from homeassistant.data_entry_flow import FlowResultType

from .house import PASSWORD, House
from .test_discovery import cards
from custom_components.iot_secure_gateway.claim_codes import (
    DamagedCode,
    ForeignCode,
    OtherLabel,
    read_typed,
)
from custom_components.iot_secure_gateway.protocol.identifiers import MAX_TYPED

SECRET = PASSWORD.replace("-", "")
CODE = claim_text("LAMP-1", SECRET)  # as the maker's own tool prints it


@pytest.mark.parametrize("fields", [{"serial": CODE}, {"serial": "", "password": CODE}])
async def test_pasted_label_claims(house: House, owner: MockUser, fields: dict[str, Any]) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    result = await house.add_device(device, owner, **{"password": None, **fields})
    assert result["type"] is FlowResultType.CREATE_ENTRY, result
    assert result["result"].unique_id == "LAMP-1"


async def test_pasted_label_claims_from_a_card_if_it_is_that_devices(
    house: House, owner: MockUser
) -> None:
    await house.add_gateway()
    await house.device("LAMP-1", ping_port=house.ping_port)
    await house.until(lambda: bool(cards(house)))
    (card,) = cards(house)
    configure = house.hass.config_entries.flow.async_configure
    fields = {"owner": owner.id, "password": claim_text("LAMP-2", SECRET)}
    form = await configure(card["flow_id"], fields)
    assert form["errors"] == {"password": "other_label"}
    result = await configure(card["flow_id"], {**fields, "password": CODE})
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("ISG1:LAMP-1", "damaged_code"),
        (f"ISG2:LAMP-1:{SECRET}", "foreign_code"),
        ("MT:Y.K9042C00KA0648G00", "foreign_code"),
        ("HTTPS://EXAMPLE.ORG/SETUP", "foreign_code"),
    ],
)
async def test_other_codes_are_told_and_not_shown_again(
    house: House, owner: MockUser, typed: str, error: str
) -> None:
    await house.add_gateway()
    device = await house.device("LAMP-1")
    result = await house.add_device(device, owner, serial=typed, password=None)
    assert result["errors"] == {"password": error}
    suggested = {
        str(key): key.description["suggested_value"]
        for key in result["data_schema"].schema
        if key.description
    }
    assert "serial" not in suggested
    assert suggested["host"] == "127.0.0.1"


def test_what_is_typed_passes_as_it_is() -> None:
    typed = read_typed(" lamp-1 ", PASSWORD)
    assert (typed.serial, typed.password) == (" lamp-1 ", PASSWORD)


@pytest.mark.parametrize("serial", ["", "LAMP-1", " lamp-1 ", CODE])
def test_code_in_the_field_of_the_password_says_both(serial: str) -> None:
    typed = read_typed(serial, f" {CODE.lower()}\n" if serial != CODE else CODE)
    assert (typed.serial.upper(), typed.password.upper()) == ("LAMP-1", SECRET)
    assert SECRET not in repr(typed).upper()


@pytest.mark.parametrize(
    ("serial", "password", "error"),
    [
        ("LAMP-2", CODE, OtherLabel),
        (CODE, claim_text("LAMP-2", SECRET), OtherLabel),
        ("ISG1::", "", DamagedCode),
        (f"ISG1::{SECRET}", "", DamagedCode),
        ("ISG1:LAMP-1:", "", DamagedCode),
        (f"{CODE}:1", "", DamagedCode),
        (CODE + " " * MAX_TYPED, "", DamagedCode),
        ("ISG1/" * 100_000, "", ForeignCode),
        (":", "", ForeignCode),
        ("", "\x00:\x00", ForeignCode),
    ],
)
def test_codes_that_say_nothing_are_refused(
    serial: str, password: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read_typed(serial, password)
