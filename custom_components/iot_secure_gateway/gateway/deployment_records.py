"""What is kept of the deployments of one device: named sets of settings, one of them active (FIG 7)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from ..policy.actors import Actor
from .actor_records import actor_dict, read_actor
from .device_settings import MAX_SETTINGS, Setting, SettingsError, SettingValue, read_setting
from .json_object import JsonObject

MAX_DEPLOYMENTS: Final = 32  # of one device
MAX_NAME: Final = 64  # characters
MAX_PENDING_S: Final = 7 * 86400  # a switch that a device could not be told in this time is dropped


class Lack(StrEnum):
    """What the firmware of a device is too old for."""

    SETTINGS = "settings"  # it tells none any more, though it has deployments
    TRIAL = "trial"  # it has settings that could lock its owner out, and would not take them back


type Values = Mapping[str, SettingValue]  # by the keys of settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A switch that the device was not told yet, or did not confirm."""

    name: str  # of the deployment
    actor: Actor  # who wants it, and is judged again when it is told
    is_confirmed: bool  # said that it may be risked
    asked_at: float  # Unix time, seconds; 0: so long ago that it counts no more

    def to_dict(self) -> JsonObject:
        """Return it for a store."""
        return {
            "name": self.name,
            "actor": actor_dict(self.actor),
            "is_confirmed": self.is_confirmed,
            "asked_at": self.asked_at,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceDeployments:
    """All deployments of one device, and what it told last of its settings."""

    revision: int = 0  # counts changes by people, so that two of them do not overwrite each other
    deployments: Mapping[str, Values] = field(default_factory=dict)  # by name
    active: str | None = None  # what the device confirmed last
    pending: Pending | None = None
    settings: tuple[Setting, ...] = ()
    trial_s: int = 0  # for how long the device tries what is risky; 0: it cannot take it back

    @property
    def lacks(self) -> Lack | None:
        """What its firmware is too old for, as far as that shows."""
        if self.deployments and not self.settings:
            return Lack.SETTINGS
        if not self.trial_s and any(setting.is_risky for setting in self.settings):
            return Lack.TRIAL
        return None

    @property
    def in_force(self) -> str | None:
        """The name of the active deployment, if the device still has all of its values."""
        values = self.deployments.get(self.active or "")
        if values is None:
            return None
        present = {setting.key: setting for setting in self.settings}
        has_all = all(key in present and present[key].has(values[key]) for key in values)
        return self.active if has_all else None

    def to_dict(self) -> JsonObject:
        """Return it for a store."""
        return {
            "revision": self.revision,
            "deployments": {name: dict(values) for name, values in self.deployments.items()},
            "active": self.active,
            "pending": None if self.pending is None else self.pending.to_dict(),
            "settings": [setting.to_dict() for setting in self.settings],
            "trial_s": self.trial_s,
        }

    @staticmethod
    def from_dict(stored: Mapping[str, object]) -> DeviceDeployments:
        """Return what `to_dict` gave. Raises ValueError for anything else."""
        revision, active = stored.get("revision"), stored.get("active")
        deployments, pending = stored.get("deployments"), stored.get("pending")
        settings, trial_s = stored.get("settings"), stored.get("trial_s", 0)
        if (
            type(revision) is not int
            or type(trial_s) is not int
            or not isinstance(active, str | None)
            or not isinstance(deployments, dict)
            or len(deployments) > MAX_DEPLOYMENTS
            or not isinstance(settings, list)
        ):
            raise ValueError("not deployments")
        try:
            read = tuple(one for entry in settings if (one := read_setting(entry)) is not None)
        except SettingsError as error:
            raise ValueError("not settings") from error
        return DeviceDeployments(
            revision=revision,
            deployments={_name(name): _values(values) for name, values in deployments.items()},
            active=active,
            pending=None if pending is None else _pending(pending),
            settings=read,
            trial_s=trial_s,
        )


NOTHING: Final = DeviceDeployments()


def _pending(stored: object) -> Pending:
    if not isinstance(stored, dict) or not isinstance(stored.get("actor"), dict):
        raise ValueError("not a switch")
    name, is_confirmed, asked_at = (stored.get(key) for key in ("name", "is_confirmed", "asked_at"))
    if (
        not isinstance(is_confirmed, bool)
        or isinstance(asked_at, bool)
        or not isinstance(asked_at, int | float)
    ):
        raise ValueError("not a switch")
    return Pending(
        name=_name(name),
        # Who started an automation was not kept once; then it is nobody, who may nothing.
        actor=read_actor({"starter": {"kind": "unknown"}, **stored["actor"]}),
        is_confirmed=is_confirmed,
        asked_at=float(asked_at),
    )


def _name(stored: object) -> str:
    if not isinstance(stored, str):
        raise ValueError("not a text")
    return stored


def _values(stored: object) -> dict[str, SettingValue]:
    if not isinstance(stored, dict) or len(stored) > MAX_SETTINGS:
        raise ValueError("not values")
    for value in stored.values():
        if not isinstance(value, bool | int | str):
            raise ValueError("not a value")
    return {_name(key): value for key, value in stored.items()}
