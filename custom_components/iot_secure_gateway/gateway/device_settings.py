"""What a device can be set to, as it declares it, and the checks that follow from that (FIG 7).

A device may say anything here: what is out of form is refused whole, a setting of a type that is not
known is left out, for nothing could be checked before it is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
import re

from .deployment_errors import SettingNotAnOption, SettingOutOfRange, SettingWrongForm
from .printable import printable
from .setting_lists import LISTS

MAX_SETTINGS = 64  # of one device, twice what our library allows
MAX_PAGES = 32  # of one answer
MAX_NAME = 64  # characters
MAX_UNIT = 16
MAX_TEXT = 255  # characters of a value
MAX_OPTIONS = 32
MAX_FACTS = 32  # factory settings that are looked at
MAX_TRIAL_S = 86400  # that a device may try a risky change for
KINDS = frozenset({"flag", "whole", "decimal", "choice", "text", "colour", *LISTS})

_KEY = re.compile(r"[a-z0-9_]{1,20}")
_DECIMAL = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,6})?")
_COLOUR = re.compile(r"[0-9a-f]{6}")
_LARGEST = 10**9

type SettingValue = bool | int | str


class SettingsError(Exception):
    """Settings out of form; the text says what, without quoting the device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One deployment setting of a device and its present value."""

    key: str
    name: str
    kind: str
    default: SettingValue
    value: SettingValue
    unit: str | None = None
    limits: tuple[str, str, str] | None = None  # lowest, highest, step: of a value or a length
    options: tuple[str, ...] = ()
    is_risky: bool = False  # could keep its owner out: the device tries it first

    def checked(self, value: object) -> SettingValue:
        """Return a value as it is sent, if the device can be set to it.

        Raises SettingWrongForm, SettingOutOfRange, SettingNotAnOption.
        """
        if self.kind == "flag":
            if not isinstance(value, bool):
                raise SettingWrongForm(setting=self.name)
            return value
        if self.kind == "whole":
            if type(value) is not int:
                raise SettingWrongForm(setting=self.name)
            self._check_limits(value)
            return value
        if self.kind == "decimal":
            text = _decimal(value)
            if text is None:
                raise SettingWrongForm(setting=self.name)
            self._check_limits(float(text))
            return text
        if not isinstance(value, str):
            raise SettingWrongForm(setting=self.name)
        if self.kind == "choice":
            if value not in self.options:
                raise SettingNotAnOption(setting=self.name, options=", ".join(self.options))
        elif self.kind in LISTS:
            listed = LISTS[self.kind](value)
            if listed is None:
                raise SettingWrongForm(setting=self.name)
            return listed
        elif self.kind == "colour":
            if not _COLOUR.fullmatch(value):
                raise SettingWrongForm(setting=self.name)
        else:
            self._check_limits(len(value))
        return value

    def has(self, value: SettingValue) -> bool:
        """Tell whether this is the present value."""
        if self.kind == "decimal" and isinstance(value, str) and isinstance(self.value, str):
            return float(value) == float(self.value)
        return type(value) is type(self.value) and value == self.value

    def to_dict(self) -> dict[str, object]:
        """Return it in the form in which a device tells it."""
        told: dict[str, object] = {
            "key": self.key,
            "name": self.name,
            "type": self.kind,
            "default": self.default,
            "value": self.value,
        }
        if self.unit is not None:
            told["unit"] = self.unit
        if self.limits is not None:
            told["range"] = list(self.limits)
        if self.options:
            told["options"] = list(self.options)
        if self.is_risky:
            told["risky"] = True
        return told

    def _check_limits(self, number: float) -> None:
        if self.limits is not None and not float(self.limits[0]) <= number <= float(self.limits[1]):
            raise SettingOutOfRange(setting=self.name, low=self.limits[0], high=self.limits[1])


class SettingsReader:
    """Puts the settings of a device together from the pages of `settings`."""

    def __init__(self) -> None:
        self._page = 0
        self._pages = 1
        self._settings: dict[str, Setting] = {}
        self._facts: dict[str, str] = {}
        self._trial_s = 0

    def add(self, answer: Mapping[str, object]) -> int | None:
        """Take in the page asked for; return the next one, or None at the end. Raises SettingsError."""
        page, pages = answer.get("page"), answer.get("pages")
        if type(page) is not int or type(pages) is not int or not 0 <= page < pages <= MAX_PAGES:
            raise SettingsError("page numbers out of range")
        if page != self._page or (page and pages != self._pages):
            raise SettingsError("not the page that was asked for")
        self._pages = pages
        for entry in _entries(answer.get("settings")):
            setting = read_setting(entry)
            if setting is None:
                continue
            if setting.key in self._settings:
                raise SettingsError("two settings of one key")
            if len(self._settings) < MAX_SETTINGS:
                self._settings[setting.key] = setting
        for key, value in read_facts(answer.get("factory", {})).items():
            if len(self._facts) < MAX_FACTS:
                self._facts[key] = value
        trial = answer.get("trial")
        if type(trial) is int and 0 < trial <= MAX_TRIAL_S:
            self._trial_s = trial
        self._page += 1
        return self._page if self._page < pages else None

    def settings(self) -> tuple[Setting, ...]:
        """Return what the pages said can be set."""
        return tuple(self._settings.values())

    def trial_s(self) -> int:
        """Return for how long the device tries what is risky; 0: it would not take it back."""
        return self._trial_s

    def facts(self) -> Mapping[str, str]:
        """Return what the pages said of the factory settings, which nobody can set."""
        return dict(self._facts)


def read_facts(told: object) -> dict[str, str]:
    """Return factory settings by key, as texts for showing. Raises SettingsError."""
    if not isinstance(told, dict) or len(told) > MAX_FACTS:
        raise SettingsError("factory settings are an object")
    return {
        key: printable(str(_value(value)), MAX_TEXT)
        for key, value in told.items()
        if isinstance(key, str) and _KEY.fullmatch(key)
    }


def read_setting(entry: object) -> Setting | None:
    """Return one setting; None for a type that is not known. Raises SettingsError."""
    if not isinstance(entry, dict):
        raise SettingsError("a setting is an object")
    key, kind, options = entry.get("key"), entry.get("type"), entry.get("options", [])
    if not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise SettingsError("a setting's key is out of form")
    if kind not in KINDS:
        return None
    if not isinstance(options, list) or len(options) > MAX_OPTIONS:
        raise SettingsError("options are a list")
    if not all(isinstance(one, str) and printable(one, MAX_NAME) == one for one in options):
        raise SettingsError("an option that can't be shown")
    setting = Setting(
        key=key,
        name=_text(entry.get("name"), MAX_NAME) or key,
        kind=kind,
        default=_value(entry.get("default")),
        value=_value(entry.get("value")),
        unit=_text(entry.get("unit"), MAX_UNIT) or None,
        limits=_limits(entry.get("range")),
        options=tuple(options),
        is_risky=entry.get("risky") is True,
    )
    try:
        default, value = setting.checked(setting.default), setting.checked(setting.value)
    except (SettingWrongForm, SettingOutOfRange, SettingNotAnOption) as error:
        raise SettingsError("a value out of what was declared") from error
    # Lists are compared in their one form, decimals stay as they are told.
    return replace(setting, default=default, value=value) if kind in LISTS else setting


def _entries(told: object) -> list[object]:
    if not isinstance(told, list) or len(told) > MAX_SETTINGS:
        raise SettingsError("settings are a list")
    return told


def _value(told: object) -> SettingValue:
    if not isinstance(told, bool | int | str):
        raise SettingsError("a value out of form")
    if len(told) > MAX_TEXT if isinstance(told, str) else abs(told) > _LARGEST:
        raise SettingsError("a value too long")
    return told


def _limits(told: object) -> tuple[str, str, str] | None:
    if told is None:
        return None
    if not isinstance(told, list) or len(told) != 3:
        raise SettingsError("a range is a list of three")
    low, high, step = (_decimal(one) for one in told)
    if low is None or high is None or step is None or not float(low) <= float(high):
        raise SettingsError("a range goes from low to high")
    return low, high, step


def _decimal(value: object) -> str | None:
    """Return a number as the text that goes onto the wire; None for what is no number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and abs(value) <= _LARGEST:
        value = f"{value:.6f}".rstrip("0").rstrip(".")
    elif isinstance(value, int) and abs(value) <= _LARGEST:
        value = str(value)
    return value if isinstance(value, str) and _DECIMAL.fullmatch(value) else None


def _text(told: object, limit: int) -> str:
    return printable(told, limit).strip() if isinstance(told, str) else ""
