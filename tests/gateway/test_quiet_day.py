"""24 hours of normal use raise nothing above VERY LOW: the monitoring does not cry wolf (US8)."""

import logging
import os

import pytest

from .kit import CRYPTO
from .quiet_day import PING_PORT, QuietDay, Told
from .virtual_network import VirtualLoop, run
from custom_components.iot_secure_gateway.policy.threats import Detection, Level
from custom_components.iot_secure_gateway.protocol import pings

SEED = 1  # more of them: scripts/soak quiet

pytestmark = pytest.mark.usefixtures("socket_enabled")  # the loop has a pipe to itself


def test_a_day_of_normal_use_raises_nothing_above_very_low(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told = run(lambda loop: QuietDay(loop, SEED).live())
    assert told.grave == []
    assert told.failed == [], "while nothing was wrong with the network"
    assert told.ends["ok"] > 500
    assert set(told.incidents) == {
        "drop", "blink", "reboot", "power_cut", "lease", "gateway_lease", "restart", "crash"
    }  # fmt: skip
    assert told.moves >= 2, "devices were found at their new addresses"
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


def test_the_same_day_with_a_stranger_in_it_is_noticed() -> None:
    """What shows that the day above is watched at all."""

    async def day(loop: VirtualLoop) -> Told:
        facts = {
            "v": 1, "sn": "LAMP-1", "ip": "192.0.2.66", "port": 8863,
            "model": "Bench", "fw": "1.0", "claimed": True, "boot": 900, "seq": 1,
        }  # fmt: skip
        forged = pings.encode_bound(CRYPTO, os.urandom(32), facts)
        network = loop.network
        loop.call_later(
            1800,
            lambda: network.send("192.0.2.66", network.gateway_host, PING_PORT, forged),
        )
        return await QuietDay(loop, SEED, hours=1.0, incidents=()).live()

    told = run(day)
    (threat,) = told.threats
    assert (threat.detection, threat.level) == (Detection.SPOOFED_DEVICE, Level.HIGH)
    assert told.failed == []
