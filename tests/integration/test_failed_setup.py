"""A gateway that cannot be set up to the end runs not at all: nothing is left that links, listens or writes."""

from unittest.mock import patch

import pytest

from homeassistant.setup import async_setup_component

from .house import House
import custom_components.iot_secure_gateway as integration
from custom_components.iot_secure_gateway.attribution import Attribution
from custom_components.iot_secure_gateway.auditing import DATA_AUDIT
from custom_components.iot_secure_gateway.const import DOMAIN
from custom_components.iot_secure_gateway.gateway.audit_store import AuditStore
from custom_components.iot_secure_gateway.gateway.gateway import Gateway
from custom_components.iot_secure_gateway.keeping import DATA_READINGS
from custom_components.iot_secure_gateway.runtime import DATA_RUNTIME

# What is started one after the other; each of them fails once.
STEPS = (
    "async_load_messages",
    "async_load_postponed",
    "Gateway.start",
    "Attribution",
    "HomeFacts.async_start",
    "async_register_console",
    "async_register_guest_page",
    "async_watch_handovers",
    "async_watch_commands",
)


@pytest.mark.parametrize("step", STEPS)
async def test_what_was_started_is_stopped_again(house: House, step: str) -> None:
    stopped: list[str] = []
    stop_gateway, stop_store = Gateway.stop, AuditStore.stop

    async def gateway(self: Gateway) -> None:
        stopped.append("gateway")
        await stop_gateway(self)

    async def store(self: AuditStore) -> None:
        stopped.append("audit")
        await stop_store(self)

    owner, _, name = step.rpartition(".")
    target = getattr(integration, owner) if owner else integration
    with (
        patch.object(target, name, side_effect=RuntimeError("broken")),
        patch.object(Gateway, "stop", gateway),
        patch.object(AuditStore, "stop", store),
    ):
        assert not await async_setup_component(house.hass, DOMAIN, {})
    was_started = STEPS.index(step) > STEPS.index("Gateway.start")
    assert stopped == (["gateway", "audit"] if was_started else ["audit"])
    for key in (DATA_RUNTIME, DATA_AUDIT, DATA_READINGS):
        assert key not in house.hass.data


async def test_one_part_that_cannot_be_stopped_keeps_no_other_running(house: House) -> None:
    stopped: list[str] = []
    stop_gateway = Gateway.stop

    async def gateway(self: Gateway) -> None:
        await stop_gateway(self)
        stopped.append("gateway")

    with (
        patch.object(Gateway, "stop", gateway),
        patch.object(Attribution, "async_stop", side_effect=RuntimeError("broken")),
    ):
        await house.add_gateway(listen=False)
        await house.hass.async_stop(force=True)
    assert stopped == ["gateway"]
    assert DATA_AUDIT not in house.hass.data
