"""The button on a device ends everything its former owner allowed, invitations included."""

from types import SimpleNamespace

from custom_components.iot_secure_gateway.gateway.crypto import GatewayCrypto
from custom_components.iot_secure_gateway.protocol import wire
from custom_components.iot_secure_gateway.protocol.claim import GatewayClaim
from custom_components.iot_secure_gateway.protocol.device_core import DeviceCore
from iotsg_device.memory_store import MemoryStore

PEER = bytes((127, 0, 0, 1))
INVITED_PRS = bytes(range(32))
SLOT = 2


def counting_random() -> object:
    """Return a source of bytes that never gives the same twice."""
    drawn = 0

    def draw(size: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return GatewayCrypto().sha512(drawn.to_bytes(8))[:size]

    return draw


def claim_by_invitation(*, is_reset: bool) -> str:
    """Invite another gateway, reset the device where asked, let it claim; return how that ended."""
    facts = SimpleNamespace(
        serial="ISG-1",
        prs=[bytes(32), None, None, None],
        mode=wire.MODE_DSID_GSID,
        firmware="1.0",
        model="test",
        max_frame=wire.DEFAULT_MAX_FRAME,
        persistence="always",
        data_persistence="checkpoint",
        ip_recovery="authenticated",
        claim_window_ms=0,
        fallback_after_ms=120_000,
        reset_cause=0,
    )
    core = DeviceCore(GatewayCrypto(), counting_random(), MemoryStore(), facts, 0)  # type: ignore[arg-type]
    core.desk.invite(SLOT, INVITED_PRS, 600, 0)
    if is_reset:
        core.factory_reset()
    claim = GatewayClaim(
        GatewayCrypto(),
        counting_random(),  # type: ignore[arg-type]
        "ISG-1",
        bytes(16),
        INVITED_PRS,
        SLOT,
        wire.MODE_DSID_GSID,
        1,
    )
    connection = core.connect(PEER, True, 1)
    while claim.result is None:
        connection.receive(claim.take_output(), 1)
        claim.receive(connection.take_output(), 1)
    return claim.result.status


def test_an_invited_gateway_claims_with_its_code() -> None:
    assert claim_by_invitation(is_reset=False) == "validated"


def test_a_factory_reset_withdraws_invitations() -> None:
    assert claim_by_invitation(is_reset=True) == "rejected"
