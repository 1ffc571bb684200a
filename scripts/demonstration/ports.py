"""Loopback ports that nobody uses at the moment."""

import socket

LOOPBACK = "127.0.0.1"


def _is_free(kind: socket.SocketKind, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            # A port in TIME_WAIT is free for a listener; the servers set the same option.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def tcp_port(wanted: int = 0) -> int:
    """Return `wanted` when it is free, else any free TCP port."""
    return wanted if wanted and _is_free(socket.SOCK_STREAM, wanted) else _any(socket.SOCK_STREAM)


def udp_port(wanted: int = 0) -> int:
    """Return `wanted` when it is free, else any free UDP port."""
    return wanted if wanted and _is_free(socket.SOCK_DGRAM, wanted) else _any(socket.SOCK_DGRAM)


def _any(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
