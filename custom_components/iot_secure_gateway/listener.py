"""The UDP port of the listener for pings, tried before it is saved as an option."""

import socket


def port_is_free(port: int) -> bool:
    """Tell whether the UDP port could be opened now; opens and closes it, which does not block."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
    return True
