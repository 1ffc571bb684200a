"""The newest sessions of a device, step by step with both caches, and how long they take (FIG 12, FIG 13; B34).

For whoever may configure the device: it tells when a device was commanded, and what.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

import probatio

from ..const import CONF_SERIAL
from ..gateway.deployments import SET_COMMAND
from ..gateway.errors import Refused
from ..gateway.session_traces import SLOW_MS, Cache, DeviceTrace, Spread, TracedSession
from ..protocol import wire
from ..runtime import DATA_RUNTIME
from .command import SERIAL, Caller, Message
from .subscription import subscription

_FROM_DEVICE: Final = frozenset({"echo", "result"})


@subscription(
    "session_trace",
    {probatio.Required(CONF_SERIAL): SERIAL},
    listen=lambda hass, changed: hass.data[DATA_RUNTIME].gateway.traces.add_listener(changed),
)
async def ws_session_trace(caller: Caller, msg: Message) -> dict[str, Any]:
    """Show the newest sessions, the newest first. Raises Refused, of which no line is made: nobody acts here."""
    gateway, serial = caller.gateway, msg[CONF_SERIAL]
    decision = gateway.judge(caller.actor, serial, SET_COMMAND)
    if not decision.allowed:
        raise Refused(decision)
    trace = gateway.traces.get(serial)
    return {
        "sessions": _sessions(trace.sessions) if trace is not None else [],
        "times": _times(trace) if trace is not None else None,
        # What bounds it: each step, and a session that the device keeps unfinished.
        "step_limit_ms": gateway.traces.step_limit_ms,
        "pending_limit_ms": wire.PENDING_SESSION_MS,
        "slow_ms": SLOW_MS,
    }


def _sessions(sessions: Sequence[TracedSession]) -> list[dict[str, Any]]:
    return [
        {
            "key": session.key,
            "at": datetime.fromtimestamp(session.started_at, UTC).isoformat(),
            "command": session.command,
            "number": session.number,
            "end": session.end,
            "reason": session.reason,
            "handshake_ms": _ms(session.handshake_ms),
            "total_ms": _ms(session.total_ms),
            "gateway": _cache(session.gateway),
            "device": _cache(session.device),
            "steps": [
                {
                    "name": step.name,
                    "is_from_device": step.name in _FROM_DEVICE,
                    "at_ms": _ms(step.at_ms),
                    "gateway": _cache(step.gateway),
                    "device": _cache(step.device),
                }
                for step in session.steps
            ],
        }
        for session in reversed(sessions)
    ]


def _times(trace: DeviceTrace) -> dict[str, Any] | None:
    if (times := trace.times()) is None:
        return None
    return {
        "handshake": _spread(times.handshake),
        "total": _spread(times.total),
        "totals_ms": [_ms(total) for total in times.totals_ms],
        "is_slow": times.is_slow,
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {"half_ms": _ms(spread.half_ms), "most_ms": _ms(spread.most_ms)}


def _cache(cache: Cache | None) -> dict[str, str] | None:
    return None if cache is None else cache._asdict()


def _ms(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


COMMANDS = (ws_session_trace,)
