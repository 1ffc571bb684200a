"""What can be wrong with a command that is to wait for a device that is away."""

from .errors import GatewayError


class PostponedFull(GatewayError):
    """As many commands wait as may: for this device, or in all."""

    code = "postponed_full"


class PostponedTime(GatewayError):
    """The moment at which it would expire is over, or too far away."""

    code = "postponed_time"


class PostponedSecret(GatewayError):
    """It holds what is or may be a secret, which is not written down."""

    code = "postponed_secret"


class PostponedForNobody(GatewayError):
    """Whoever gives it could not be judged again when the device is back."""

    code = "postponed_for_nobody"


class NotPostponed(GatewayError):
    """It is not there, not there any more, or belongs to somebody else."""

    code = "not_postponed"


class BeingDelivered(GatewayError):
    """The device is being told, or was told and has not said yet what became of it."""

    code = "being_delivered"
