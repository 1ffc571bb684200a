"""What a deployment is checked against: what the device declares, and what of that could lock its owner out."""

from collections.abc import Mapping

from .deployment_errors import InvalidDeployment, SettingsUnknown, SettingUnknown
from .deployment_records import MAX_NAME, DeviceDeployments, Values
from .device_settings import MAX_SETTINGS, Setting, SettingValue
from .printable import printable


def check_form(name: str, values: Mapping[str, object]) -> None:
    """Raise InvalidDeployment for a name that cannot be shown, and for too few or too many values."""
    if not 1 <= len(name) <= MAX_NAME or printable(name, MAX_NAME).strip() != name:
        raise InvalidDeployment
    if not 1 <= len(values) <= MAX_SETTINGS:
        raise InvalidDeployment


def checked(settings: tuple[Setting, ...], values: Mapping[str, object]) -> dict[str, SettingValue]:
    """Return the values as they are sent. Raises DeploymentError."""
    if not settings:
        raise SettingsUnknown
    declared = {setting.key: setting for setting in settings}
    found: dict[str, SettingValue] = {}
    for key, value in values.items():
        if key not in declared:
            raise SettingUnknown(setting=printable(key))
        found[key] = declared[key].checked(value)
    return found


def risks(record: DeviceDeployments, values: Values) -> list[str]:
    """Return the names of settings that would change and could lock the owner out."""
    return [
        setting.name
        for setting in record.settings
        if setting.is_risky and setting.key in values and not setting.has(values[setting.key])
    ]
