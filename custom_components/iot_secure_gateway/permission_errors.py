"""What can be wrong with a question about the permission table, or with what was to be put into it."""

from .gateway.errors import GatewayError


class InvalidPermission(GatewayError):
    """A row, group, shift or question that cannot be read; says where and why."""

    code = "invalid_permission"

    def __init__(self, error: ValueError) -> None:
        place, _, why = str(error).partition(": ")
        super().__init__(place=place, why=why)


class ChangedMeanwhile(GatewayError):
    """Somebody else changed it since it was looked at."""

    code = "changed_meanwhile"


class NoAuthority(GatewayError):
    """Only who has authority over a device may ask what others may do with it."""

    code = "no_authority_over_device"


class TooManyChanges(GatewayError):
    """The verdict changes more often than can be drawn."""

    code = "too_many_changes"


class GuestPassesOff(GatewayError):
    """The gateway's options say that there are no guest passes."""

    code = "guest_passes_off"


class NoHomeAddress(GatewayError):
    """Home Assistant knows no address under which it is reached, so a link would lead nowhere."""

    code = "no_home_address"
