"""Who may look at what of a camera, judged for the time that a clip shows (S13)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest

from .kit import ANN, BOB, SERIAL, WAIT_S, Rig
from custom_components.iot_secure_gateway.gateway import viewing
from custom_components.iot_secure_gateway.gateway.errors import Refused, UnknownDevice
from custom_components.iot_secure_gateway.gateway.events import (
    CommandEnded,
    GatewayEvent,
    ViewingBegan,
)
from custom_components.iot_secure_gateway.gateway.kinds import PLAYBACK, VIEW
from custom_components.iot_secure_gateway.gateway.video_errors import NotRecording
from custom_components.iot_secure_gateway.gateway.viewing import (
    MAX_MOMENTS,
    Look,
    TooManyViewings,
    Viewings,
    judge,
)
from custom_components.iot_secure_gateway.policy.actors import System, Unknown, User
from custom_components.iot_secure_gateway.policy.columns import Commands, Devices, Users
from custom_components.iot_secure_gateway.policy.decision import Reason
from custom_components.iot_secure_gateway.policy.row_changes import add_row, replace_row
from custom_components.iot_secure_gateway.policy.rows import Row
from custom_components.iot_secure_gateway.policy.times import HourRange, Times

BEGIN = datetime(2027, 8, 1, 8, tzinfo=UTC)
END = BEGIN + timedelta(hours=10)
NOON = datetime(2027, 8, 1, 12, tzinfo=UTC)


@dataclass
class Shown:
    """A clip, as far as judging goes."""

    started_at: datetime
    ended_at: datetime | None
    id: str = "c"
    serial: str = SERIAL
    entity: str = "yard"


def look(started_at: datetime, minutes: float | None = 1) -> Look:
    ended_at = None if minutes is None else started_at + timedelta(minutes=minutes)
    clip = Shown(started_at, ended_at)
    return Look(serial=SERIAL, entity="yard", command=PLAYBACK, what="clip", clip=clip)


@pytest.fixture
async def viewings(rig: Rig) -> AsyncIterator[Viewings]:
    """A device of Ann, whose clips Bob may play from BEGIN to END; it is NOON."""
    permissions = rig.gateway.permissions
    permissions._now = NOON.timestamp
    await permissions.set_owner(SERIAL, ANN.id)
    row = Row(
        number=1,
        made_by=ANN.id,
        users=Users(users=frozenset({BOB.id})),
        devices=Devices(serials=frozenset({SERIAL})),
        commands=Commands(names=frozenset({PLAYBACK, VIEW})),
        starts_at=BEGIN,
        expires_at=END,
    )
    await permissions.change(lambda state: add_row(state, ANN, row), by=ANN)
    viewings = Viewings(rig.gateway)
    yield viewings
    viewings.stop()


@pytest.mark.parametrize(
    ("started_at", "minutes", "is_shown"),
    [
        (NOON, 1, True),
        (NOON, None, True),  # it grows
        (BEGIN, 1, True),
        (BEGIN - timedelta(seconds=1), 1, False),
        (BEGIN - timedelta(days=3), 1, False),
        (NOON, MAX_MOMENTS - 1, True),
        (NOON, MAX_MOMENTS + 1, False),  # longer than anybody looks at minute by minute
        (NOON + timedelta(seconds=30), 0, True),
    ],
)
async def test_clip_is_for_who_could_have_seen_all_of_it(
    rig: Rig, viewings: Viewings, started_at: datetime, minutes: float | None, is_shown: bool
) -> None:
    assert viewings.may(BOB, look(started_at, minutes)) is is_shown
    assert viewings.may(ANN, look(started_at, minutes))
    for nobody in (User(id="eve"), Unknown(), System()):
        assert not viewings.may(nobody, look(started_at, minutes))


async def test_clip_across_hours_that_are_left_out_is_not_shown(
    rig: Rig, viewings: Viewings
) -> None:
    """Begin and end are within the hours of the row, but not all between them."""
    permissions = rig.gateway.permissions
    hours = (
        HourRange(start_s=8 * 3600, end_s=9 * 3600),
        HourRange(start_s=11 * 3600, end_s=13 * 3600),
    )
    row = replace(permissions.state.rows[1], times=Times(hours=frozenset(hours)))
    await permissions.change(lambda state: replace_row(state, ANN, row), by=ANN)
    between = BEGIN + timedelta(minutes=30)
    assert viewings.may(BOB, look(between, 20))
    assert viewings.may(BOB, look(NOON, 20))
    assert not viewings.may(BOB, look(between, 180))  # 8:30 to 11:30


async def test_refusal_says_nothing_of_when_the_past_will_be_allowed(
    rig: Rig, viewings: Viewings
) -> None:
    refused = judge(rig.gateway, BOB, look(BEGIN - timedelta(hours=1)))
    assert (refused.allowed, refused.reason, refused.next_allowed_at) == (
        False,
        Reason.NOT_NOW,
        None,
    )
    with pytest.raises(Refused):
        async with viewings.request(BOB, look(BEGIN - timedelta(hours=1))):
            pytest.fail("it is shown")


async def test_requests_of_one_clip_are_one_viewing_that_takes_one_use(
    rig: Rig, viewings: Viewings
) -> None:
    permissions = rig.gateway.permissions
    row = replace(permissions.state.rows[1], uses_left=1)
    await permissions.change(lambda state: replace_row(state, ANN, row), by=ANN)
    told: list[GatewayEvent] = []
    rig.gateway.add_listener(told.append)
    for _ in range(3):
        async with viewings.request(BOB, look(NOON)) as viewed:
            assert viewed.goes_on(BOB)
            assert not viewed.goes_on(ANN)
    other = replace(look(NOON), clip=Shown(NOON, NOON, id="d"))
    with pytest.raises(Refused):
        async with viewings.request(BOB, other):
            pytest.fail("it is shown")
    viewings.stop()
    assert not viewed.goes_on(BOB)
    assert [type(event) for event in told if isinstance(event, (ViewingBegan, CommandEnded))] == [
        ViewingBegan,
        CommandEnded,
    ]


async def test_who_joined_a_viewing_that_could_not_begin_sees_no_more_of_it(
    viewings: Viewings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def broken(judge_now: object) -> AsyncIterator[None]:
        begun.set()
        await go_on.wait()
        raise OSError("the use cannot be kept")
        yield

    monkeypatch.setattr(viewings._uses, "one", broken)

    async def ask() -> None:
        async with viewings.request(BOB, look(BEGIN)):
            pytest.fail("it is shown")

    asking = asyncio.create_task(ask())
    await begun.wait()
    async with viewings.request(BOB, look(BEGIN)) as joined:
        assert joined.goes_on(BOB)
        go_on.set()
        with pytest.raises(OSError, match="cannot be kept"):
            await asking
        assert not joined.goes_on(BOB)
    assert viewings.of(SERIAL, "yard") == []


async def test_pause_ends_a_viewing(rig: Rig, viewings: Viewings) -> None:
    ended = asyncio.Event()

    def tell(event: GatewayEvent) -> None:
        if isinstance(event, CommandEnded):
            ended.set()

    rig.gateway.add_listener(tell)
    with patch.object(viewing, "PAUSE_S", 0.01):
        async with viewings.request(BOB, look(NOON)):
            pass
    async with asyncio.timeout(WAIT_S):
        await ended.wait()
    assert viewings.of(SERIAL, "yard") == []


async def test_what_pauses_makes_room_and_what_goes_on_does_not(
    rig: Rig, viewings: Viewings
) -> None:
    clips = [replace(look(NOON), clip=Shown(NOON, NOON, id=str(number))) for number in range(4)]
    with patch.object(viewing, "MAX_VIEWINGS", 2):
        async with viewings.request(ANN, clips[0]):
            async with viewings.request(BOB, clips[1]):
                with pytest.raises(TooManyViewings):
                    async with viewings.request(ANN, clips[2]):
                        pytest.fail("there is no room")
            async with viewings.request(ANN, clips[2]):
                assert [one.look.clip_id for one in viewings.of(SERIAL, "yard")] == ["0", "2"]
    with patch.object(viewing, "MAX_OF_CAMERA", 2):  # both pause: nobody holds a camera by that
        async with viewings.request(BOB, clips[3]), viewings.request(BOB, clips[1]):
            assert [one.look.clip_id for one in viewings.of(SERIAL, "yard")] == ["3", "1"]
            with pytest.raises(TooManyViewings):
                async with viewings.request(ANN, clips[0]):
                    pytest.fail("there is no room")


async def test_camera_that_is_not_set_up_is_told(rig: Rig, viewings: Viewings) -> None:
    live = Look(serial=SERIAL, entity="yard", command=VIEW, what="live")
    with pytest.raises(UnknownDevice):
        async with viewings.live(BOB, live):
            pytest.fail("it is shown")
    assert viewings.of(SERIAL, "yard") == []


async def test_recording_that_fails_is_told_with_its_reason(rig: Rig, viewings: Viewings) -> None:
    told: list[GatewayEvent] = []
    rig.gateway.add_listener(told.append)
    with pytest.raises(NotRecording):
        async with viewings.recording(ANN, SERIAL, "yard", {"stop": True}):
            raise NotRecording
    assert [event.code for event in told if isinstance(event, CommandEnded)] == ["not_recording"]
    with pytest.raises(Refused):
        async with viewings.recording(BOB, SERIAL, "yard", {}):
            pytest.fail("he records")
