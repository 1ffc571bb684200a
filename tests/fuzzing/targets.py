"""All fuzz targets by name. A target takes any bytes; it raises only when something is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.fuzzing import decoders, hostile_device, hostile_gateway, strangers

CORPUS = Path(__file__).parent / "corpus"
MAX_INPUT = 1024  # bytes; what is longer repeats what shorter inputs do

TARGETS: dict[str, Callable[[bytes], None]] = {
    "frames": decoders.frames,
    "records": decoders.all_records,
    "claim_messages": decoders.claims,
    "commands": decoders.command,
    "pings": decoders.ping,
    "caches": decoders.lane_cache,
    "gateway_state": decoders.state,
    "device_memory": decoders.memory,
    "typed_text": decoders.typed,
    "stranger_at_device": strangers.stranger_at_device,
    "stranger_at_gateway": strangers.stranger_at_gateway,
    "claimer_at_device": strangers.claimer_at_device,
    "fake_device_at_claim": strangers.fake_device_at_claim,
    "hostile_gateway": hostile_gateway.device_end,
    "hostile_device": hostile_device.gateway_end,
}


def kept(name: str) -> list[bytes]:
    """Return the inputs that are kept for a target."""
    return [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))]
