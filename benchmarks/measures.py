"""Clocks, counters and statistics."""

import os
from pathlib import Path
import socket
from statistics import median
import struct
import time
from typing import Final

# Offsets in Linux' struct tcp_info (u64 each), stable since 4.19.
_BYTES_RECEIVED: Final = 128
_BYTES_SENT: Final = 200
_BYTES_RETRANSMITTED: Final = 208
_TCP_INFO_BYTES: Final = 216


def process_cpu_ns(pid: int) -> int:
    """CPU time that all threads of a process have used; Linux' per-process clock."""
    return time.clock_gettime_ns((~pid << 3) | 2)


def own_tcp_bytes() -> int:
    """Bytes that went in and out over all TCP sockets which this process holds now.

    Asked of the kernel, so that no counting wrapper stands in the measured path.
    """
    total = 0
    for link in Path("/proc/self/fd").iterdir():
        try:
            if not str(link.readlink()).startswith("socket:"):
                continue
            duplicate = socket.socket(fileno=os.dup(int(link.name)))
        except OSError:
            continue  # the descriptor of the listing itself
        with duplicate:
            if (
                duplicate.family not in (socket.AF_INET, socket.AF_INET6)
                or duplicate.type != socket.SOCK_STREAM
            ):
                continue
            info = duplicate.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
            total += struct.unpack_from("=Q", info, _BYTES_RECEIVED)[0]
            total += struct.unpack_from("=Q", info, _BYTES_SENT)[0]
            total -= struct.unpack_from("=Q", info, _BYTES_RETRANSMITTED)[0]
    return total


def percentile(values: list[int], share: float) -> float:
    """Value below which `share` (0-1) of the values lie, nearest rank."""
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * share))])


def median_ratio(values: list[float], floors: list[float]) -> float:
    """Median of the ratios taken round by round, so that a disturbed round disturbs both sides."""
    return median(value / floor for value, floor in zip(values, floors, strict=True))
