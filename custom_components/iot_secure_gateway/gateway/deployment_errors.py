"""What can be wrong with a deployment or with a setting in it; nothing was changed or sent then."""

from collections.abc import Iterator
from contextlib import contextmanager

from .errors import GatewayError


class DeploymentError(GatewayError):
    """A deployment that cannot be kept or switched to."""

    code = "deployment_error"


class SettingsUnknown(DeploymentError):
    """The device has not said yet what it can be set to, or has no settings."""

    code = "settings_unknown"


class SettingUnknown(DeploymentError):
    """The device has no such setting: a deployment of another model, or of another firmware."""

    code = "setting_unknown"


class SettingWrongForm(DeploymentError):
    """A text for a number, a number for a switch ..."""

    code = "setting_wrong_form"


class SettingOutOfRange(DeploymentError):
    """Beyond what the device declared, in value or length."""

    code = "setting_out_of_range"


class SettingNotAnOption(DeploymentError):
    """None of what the device offers."""

    code = "setting_not_an_option"


class InvalidDeployment(DeploymentError):
    """A name that cannot be shown, or no settings at all."""

    code = "invalid_deployment"


class NoDeployment(DeploymentError):
    """The device has none of that name."""

    code = "no_deployment"


class TooManyDeployments(DeploymentError):
    """As many as one device may have."""

    code = "too_many_deployments"


class DeploymentChanged(DeploymentError):
    """Somebody else changed the deployments of this device meanwhile."""

    code = "deployment_changed"


class ConfirmationNeeded(DeploymentError):
    """It sets what could lock the owner out: whoever wants that has to say so."""

    code = "confirmation_needed"


class DeploymentExpired(DeploymentError):
    """The device was away for longer than a switch waits."""

    code = "deployment_expired"


class NoTrial(DeploymentError):
    """It sets what could lock the owner out, and the firmware of the device would not take that back."""

    code = "no_trial"


class NoDevices(DeploymentError):
    """Nobody was named to act on."""

    code = "no_devices"


class TooManyDevices(DeploymentError):
    """More than one act may change."""

    code = "too_many_devices"


class NoDeviceGroup(DeploymentError):
    """There is no such group of devices, none that this person may name, or several of that name."""

    code = "no_device_group"


class OnDevice(Exception):
    """What is wrong at one of several devices that an act was for; no device was changed."""

    def __init__(self, serial: str, error: GatewayError) -> None:
        super().__init__(serial)
        self.serial = serial
        self.error = error


@contextmanager
def on_device(serial: str) -> Iterator[None]:
    """Say of an error within at which device it came up."""
    try:
        yield
    except GatewayError as error:
        raise OnDevice(serial, error) from error
