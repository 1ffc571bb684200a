"""The same worlds with real cryptography: random schedules from printed seeds, not all of them."""

from __future__ import annotations

import json
import random
from types import ModuleType
from typing import Any

from .ends import Setting
from .healing import heal
from .normal_form import keep_still
from .search import with_strangers
from .small_world import World
from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from iotsg_device.crypto_cpython import CpythonCrypto

MAX_STEPS = 120
ACT_IN = 6  # one of so many steps is an act
MAX_ACTS = 6


class RealWorld(World):
    """A world whose ends use the ciphers that they ship with, and whose disk is JSON."""

    crypto = (GatewayCrypto(), CpythonCrypto())

    def restored(self, state: Any) -> Any:
        """Return a state written as JSON and read again."""
        text = json.dumps(state.to_dict())
        return self.module("gateway_state").from_dict(json.loads(text))


def run_schedule(protocol: ModuleType, setting: Setting, seed: int) -> tuple[int, list[str]]:
    """Run one schedule and heal it; return how many sessions were executed or taken, and the steps."""
    chance = random.Random(seed)
    drawn = RealWorld.draw
    RealWorld.draw = staticmethod(chance.randbytes)
    try:
        world = RealWorld(protocol, setting)
        path: list[str] = []
        acts = 0
        for _ in range(MAX_STEPS):
            keep_still(world)
            choices = world.steps()
            if acts < MAX_ACTS and (not choices or chance.randrange(ACT_IN) == 0):
                acts += 1
                choices = [act for act in with_strangers(world) if act != "move_gateway"]
            if not choices:
                break
            path.append(chance.choice(choices))
            world.take(path[-1])
        keep_still(world)
        world.cut()
        heal(world)
        return len(world.ledger.executed) + len(world.ledger.delivered), path
    finally:
        RealWorld.draw = drawn
