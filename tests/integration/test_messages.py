"""People are told on their own phones, and answer there: nobody else's answer counts (S18, B19)."""


import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from .house import House
from .phone import Phones
from custom_components.iot_secure_gateway.messages import Message, Messages
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME


@pytest.fixture
async def phones(
    house: House, hass_client: ClientSessionGenerator, hass_ws_client: WebSocketGenerator
) -> Phones:
    """Home Assistant's app, without a phone yet."""
    phones = Phones(house, hass_client, hass_ws_client)
    await phones.start()
    return phones


def messages_of(house: House) -> Messages:
    return house.hass.data[DATA_RUNTIME].messages


async def test_a_message_reaches_the_phone_of_its_receiver_only(
    house: House, owner: MockUser, other: MockUser, phones: Phones
) -> None:
    await house.add_gateway()
    olivias = await phones.phone(owner, "Olivias phone")
    adams = await phones.phone(other, "Adams phone")
    await messages_of(house).tell(
        [owner.id], Message(text="answer_not_done", placeholders={"why": "<b>x"}, tag="t")
    )
    told = await olivias.received()
    assert told["message"] == "Your answer had no effect: ‹b›x"
    assert told["data"]["tag"] == "t"
    assert await adams.nothing_came()
