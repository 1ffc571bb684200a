"""Packages of a device on the record: one line for an hour of them, and for what was left at the end."""

from .kit import SERIAL, Bench, Rig
from .test_data_lane import tell
from custom_components.iot_secure_gateway.gateway.audit import Audit
from custom_components.iot_secure_gateway.gateway.events import PackagesReceived
from custom_components.iot_secure_gateway.gateway.package_summary import SUMMARY_S, PackageSummary
from custom_components.iot_secure_gateway.policy.audit import AuditLine
from custom_components.iot_secure_gateway.policy.state import EMPTY
from custom_components.iot_secure_gateway.protocol import wire


def test_an_hour_of_packages_is_told_once_with_its_first_and_last_session() -> None:
    summary = PackageSummary("LAMP-1")
    assert summary.close() is None
    for number in range(1, 361):
        assert summary.count(bytes([0, number % 256]), 10.0 * number, is_taken=number != 7) is None
    told = summary.count(b"\xff", 10.0 + SUMMARY_S, is_taken=True)
    assert told == PackagesReceived(
        serial="LAMP-1", taken=359, refused=1, first="0001", last=bytes([0, 360 % 256]).hex()
    )
    assert summary.count(b"\xfe", 20.0 + SUMMARY_S, is_taken=True) is None
    assert summary.close() == PackagesReceived(
        serial="LAMP-1", taken=2, refused=0, first="ff", last="fe"
    )
    assert summary.close() is None


async def test_what_a_device_sent_is_on_the_record_when_it_goes(rig: Rig, bench: Bench) -> None:
    await rig.claimed(bench)
    lines: list[AuditLine] = []
    audit = Audit(lines.append, state=lambda: EMPTY, unix_time=lambda: 1.0, source=lambda: "")
    rig.gateway.add_listener(audit.on_event)
    assert await tell(bench, values={"relay": True}) == wire.STATUS_OK
    assert await tell(bench, values=5) == wire.STATUS_REFUSED
    before = [line for line in lines if line.kind == "packages_received"]
    assert before == []  # not yet: it is told by the hour
    await rig.gateway.detach(SERIAL)
    (line,) = [line for line in lines if line.kind == "packages_received"]
    assert (line.serial, line.principal) == (SERIAL, "system")
    told = dict(part.split("=") for part in line.detail.split())
    assert int(told["taken"]) >= 1
    assert told["refused"] == "1"
    assert len(told["first"]) == len(told["last"]) == 2 * wire.SESSION_ID_SIZE
