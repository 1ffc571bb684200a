"""What the gateway tells becomes lines of the record: by whom, by which row, with which end."""

import asyncio
from dataclasses import replace

import pytest

from .kit import ANN, BOB, SERIAL, Bench, Rig
from custom_components.iot_secure_gateway.gateway.audit import Audit, principal_of
from custom_components.iot_secure_gateway.gateway.command_ends import CommandWatch
from custom_components.iot_secure_gateway.gateway.errors import CommandError, Refused, UnknownDevice
from custom_components.iot_secure_gateway.gateway.events import (
    Breach,
    ClaimAttempted,
    DeviceEvent,
    GatewayEvent,
    KeyRotated,
    OutcomeLearned,
    OwnerChanged,
    PermissionsChanged,
)
from custom_components.iot_secure_gateway.gateway.packages import EventRecord
from custom_components.iot_secure_gateway.policy.actors import (
    Actor,
    Automation,
    Integration,
    Script,
    System,
    Unknown,
    User,
)
from custom_components.iot_secure_gateway.policy.audit import AuditLine, Verdict
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.decision import BY_OWNER, DENIED, Reason
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.state import EMPTY, PolicyState
from custom_components.iot_secure_gateway.protocol import wire


class Written:
    """An audit with its lines in memory."""

    def __init__(self) -> None:
        self.state = EMPTY
        self.lines: list[AuditLine] = []
        self.audit = Audit(
            self.lines.append,
            state=lambda: self.state,
            unix_time=lambda: 1.5,
            source=lambda: "10.0.0.7",
        )

    def tell(self, event: GatewayEvent) -> AuditLine:
        self.audit.on_event(event)
        return self.lines[-1]

    def change(self, state: PolicyState, by: Actor | None = None) -> list[tuple[str, str, str]]:
        """Change the permissions; return kind, device and detail of what was written."""
        self.lines.clear()
        self.state = state
        self.audit.on_event(PermissionsChanged(by=by))
        return [(line.kind, line.serial, line.detail) for line in self.lines]


@pytest.fixture
def written() -> Written:
    return Written()


async def test_each_end_of_a_command_is_a_line(rig: Rig, bench: Bench, written: Written) -> None:
    await rig.claimed(bench)
    rig.gateway.add_listener(written.audit.on_event)
    await rig.gateway.execute(ANN, SERIAL, "turn_on", entity="relay")
    with pytest.raises(Refused):
        await rig.gateway.execute(BOB, SERIAL, "turn_on", entity="relay")
    with pytest.raises(CommandError):
        await rig.gateway.execute(ANN, SERIAL, "turn_on", entity="stuck")
    waiting = asyncio.create_task(rig.gateway.execute(ANN, SERIAL, "turn_on", entity="slow"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait((waiting,))
    bench.gate.set()
    await rig.gateway.execute(ANN, SERIAL, "turn_off", entity="relay")  # when that one has ended
    await rig.gateway.detach(SERIAL)
    with pytest.raises(UnknownDevice):
        await rig.gateway.execute(ANN, SERIAL, "turn_off", entity="relay")
    found = [
        (line.kind, line.principal, line.entity, line.verdict, line.result)
        for line in written.lines
        if line.principal != "system"
    ]
    assert found == [
        ("command", "user:ann", "relay", "ok", "ok"),
        ("refused", "user:bob", "", "refused", "not_owner"),
        ("command", "user:ann", "stuck", "failed", "command_failed"),
        ("command", "user:ann", "slow", "failed", "caller_left"),
        ("command", "user:ann", "relay", "ok", "ok"),
        ("command", "user:ann", "relay", "failed", "unknown_device"),
    ]
    assert {line.source for line in written.lines if line.principal == "user:ann"} == {"10.0.0.7"}


def test_a_command_refused_when_its_turn_comes_is_a_refusal(written: Written) -> None:
    decision = DENIED[Reason.EXPIRED]
    with pytest.raises(Refused):
        _watched(written, "turn_on", {}, Refused(decision))
    (line,) = written.lines
    assert (line.kind, line.verdict, line.result) == ("refused", "refused", "expired")


def test_a_fault_of_the_gateway_is_a_line_too(written: Written) -> None:
    with pytest.raises(ZeroDivisionError):
        _watched(written, "unlock", {"code": "1234"}, ZeroDivisionError())
    (line,) = written.lines
    assert (line.verdict, line.result, line.arguments) == ("failed", "fault", '{"code": "***"}')


@pytest.mark.parametrize(
    ("actor", "principal"),
    [
        (ANN, "user:ann"),
        (User(id=""), "unknown"),
        (Automation(entity_id="automation.night"), "automation.night"),
        (Script(entity_id="script.bye"), "script.bye"),
        (Integration(name="Cloud"), "integration:Cloud"),
        (Unknown(), "unknown"),
        (System(), "system"),
        (None, "system"),
    ],
)
def test_everybody_has_one_name(actor: Actor | None, principal: str) -> None:
    assert principal_of(actor) == principal


def test_an_actor_of_a_later_kind_is_nobody_else(written: Written) -> None:
    class Robot:
        pass

    stranger: object = Robot()
    assert principal_of(stranger) == "robot"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (
            KeyRotated(serial=SERIAL),
            {"kind": "key_rotated", "serial": SERIAL, "principal": "system"},
        ),
        (
            OwnerChanged(serial=SERIAL, from_id="ann", to_id="bob"),
            {
                "kind": "owner_changed",
                "principal": "user:ann",
                "detail": "from_id=ann to_id=bob is_takeover=False",
            },
        ),
        (
            ClaimAttempted(serial=SERIAL, user_id="", code="wrong_password"),
            {"principal": "unknown", "result": "wrong_password", "verdict": Verdict.FAILED},
        ),
        (
            Breach(serial=SERIAL, code=1, is_authenticated=False, detail="odd"),
            {"result": wire.BREACH_NAMES[1], "verdict": Verdict.FAILED},
        ),
        (
            OutcomeLearned(serial=SERIAL, session_id=bytes(16), status=wire.STATUS_OK),
            {"session": "00" * 16, "result": "ok", "verdict": Verdict.OK, "detail": ""},
        ),
        (
            OutcomeLearned(serial=SERIAL, session_id=bytes(16), status=wire.STATUS_UNKNOWN),
            {"result": "outcome_unknown", "verdict": Verdict.FAILED},
        ),
        (
            DeviceEvent(
                serial=SERIAL,
                event=EventRecord(boot=1, sequence=2, entity="bell", type="pressed", data={"x": 1}),
            ),
            {"kind": "device_event", "detail": "entity=bell type=pressed"},
        ),
    ],
)
def test_whatever_is_told_is_a_line(
    written: Written, event: GatewayEvent, line: dict[str, object]
) -> None:
    told = written.tell(event)
    assert {name: getattr(told, name) for name in line} == line
    assert told.at_us == 1_500_000


def test_what_changes_in_permissions_is_told_for_each_device(written: Written) -> None:
    written.audit.start()
    owned = PolicyState(owners={"A": "ann", "B": "ann"})
    assert written.change(owned) == [
        ("claimed", "A", "owner=ann"),
        ("claimed", "B", "owner=ann"),
    ]
    row = Row(
        number=1,
        made_by="ann",
        users=Users(users=frozenset({"bob"})),
        devices=Devices(serials=frozenset({"A", "B"})),
        commands=Commands(names=frozenset({"turn_on"})),
        uses_left=3,
    )
    with_row = PolicyState(owners=owned.owners, rows={1: row}, next_number=2)
    assert written.change(with_row, ANN) == [
        ("permissions_changed", "A", "added rows 1"),
        ("permissions_changed", "B", "added rows 1"),
    ]
    assert written.lines[0].principal == "user:ann"
    used = PolicyState(owners=owned.owners, rows={1: _with(row, uses_left=2)}, next_number=2)
    assert written.change(used) == []  # the command has a line of its own
    off = PolicyState(owners=owned.owners, rows={1: _with(row, is_on=False)}, next_number=2)
    assert written.change(off, ANN)[0][2].startswith("changed rows 1 is_on")
    assert written.change(EMPTY) == [
        ("given_up", "A", "owner=ann"),
        ("given_up", "B", "owner=ann"),
        ("permissions_changed", "A", "removed rows 1"),
        ("permissions_changed", "B", "removed rows 1"),
    ]


def test_a_change_of_everything_is_a_bounded_number_of_lines(written: Written) -> None:
    many = PolicyState(owners={f"D-{number}": "ann" for number in range(1000)})
    assert len(written.change(many)) == 257
    assert written.lines[-1].detail == "and more"


def _watched(
    written: Written, command: str, arguments: dict[str, object], error: Exception
) -> None:
    """Let a command that was allowed end with an error."""
    with CommandWatch(written.audit.on_event, ANN, SERIAL, command, None, arguments) as watch:
        watch.judged(BY_OWNER)
        raise error


def _with(row: Row, **changes: object) -> Row:
    return replace(row, **changes)  # type: ignore[arg-type]
