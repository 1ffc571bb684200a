"""A fake of MicroPython's `network`: a Wi-Fi that is joined at the second look, on loopback."""

STA_IF = 0


class WLAN:
    """A fake station."""

    looks = 0

    def __init__(self, interface: int) -> None:
        self._interface = interface

    def active(self, is_active: bool) -> None:
        """Do nothing."""

    def connect(self, ssid: str, password: str) -> None:
        """Print it, so that a test sees what is read from the file."""
        print("joining", ssid)

    def isconnected(self) -> bool:
        """Tell whether it has joined."""
        WLAN.looks += 1
        return WLAN.looks > 1

    def ifconfig(self) -> tuple[str, str, str, str]:
        """Return address, mask, gateway, DNS server."""
        return ("127.0.0.1", "255.0.0.0", "127.0.0.1", "127.0.0.1")
