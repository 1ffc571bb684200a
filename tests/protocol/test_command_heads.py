"""What precedes a command's id is worked out once; that must never let anything else through."""

import pytest

from custom_components.iot_secure_gateway.protocol import commands
from custom_components.iot_secure_gateway.protocol.errors import RecordError

FIRST, SECOND = bytes(16), bytes(range(16))


def test_commands_that_differ_only_in_their_id_are_told_apart() -> None:
    first = commands.encode_command(FIRST, "turn_on", "relay", {})
    second = commands.encode_command(SECOND, "turn_on", "relay", {})
    assert commands.decode_command(first)["id"] == FIRST.hex()
    again = commands.decode_command(second)
    assert again == {"args": {}, "cmd": "turn_on", "entity": "relay", "id": SECOND.hex()}


def test_what_a_handler_does_to_arguments_does_not_reach_the_next_command() -> None:
    data = commands.encode_command(FIRST, "turn_off", "relay", {})
    commands.decode_command(data)["args"]["brightness"] = 5
    changed = commands.decode_command(data)
    changed["args"]["brightness"] = 6
    changed["cmd"] = "explode"
    assert commands.decode_command(data) == {
        "args": {},
        "cmd": "turn_off",
        "entity": "relay",
        "id": FIRST.hex(),
    }


@pytest.mark.parametrize(
    "tail",
    [
        b"0" * 31 + b'g"}',
        b"0" * 31 + b'A"}',
        b"0" * 32 + b'"]',
        b"0" * 32 + b'" ',
        b"0" * 31 + b'""}',
        b"0" * 31 + b'"}',
        b"0" * 33 + b'"}',
    ],
)
def test_a_known_head_does_not_let_another_tail_through(tail: bytes) -> None:
    data = commands.encode_command(FIRST, "turn_on", "relay", {})
    commands.decode_command(data)
    with pytest.raises(RecordError):
        commands.decode_command(data[:-34] + tail)


def test_a_value_that_only_ends_like_an_id_is_not_kept_for_one() -> None:
    with pytest.raises(RecordError):
        commands.decode_command(b'{"cmd":"' + b"0" * 32 + b'"}')
    with pytest.raises(RecordError):
        commands.decode_command(b'{"cmd":"' + b"1" * 32 + b'"}')


def test_heads_are_bounded() -> None:
    for number in range(3 * commands.MAX_HEADS):
        data = commands.encode_command(FIRST, f"command_{number}", None, {})
        assert commands.decode_command(data)["cmd"] == f"command_{number}"
    assert len(commands._heads) <= commands.MAX_HEADS


def test_a_long_head_is_not_kept() -> None:
    data = commands.encode_command(FIRST, "x" * commands.MAX_HEAD, None, {})
    assert commands.decode_command(data)["cmd"] == "x" * commands.MAX_HEAD
    assert all(len(head) <= commands.MAX_HEAD for head in commands._heads)


def test_a_command_without_arguments_stays_without_them() -> None:
    data = commands.encode({"cmd": "identify", "id": FIRST.hex()})
    first, again = commands.decode_command(data), commands.decode_command(data)
    assert first == again == {"cmd": "identify", "id": FIRST.hex()}
