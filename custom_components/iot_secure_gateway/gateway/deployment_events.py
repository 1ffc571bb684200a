"""What is told of deployments (FIG 7) on the management bus."""

from dataclasses import dataclass

from ..policy.actors import Actor
from .deployment_records import Lack


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentEdited:
    """Somebody added or changed a deployment, deleted it, or dropped a switch to it that waited."""

    serial: str
    name: str
    actor: Actor
    act: str  # "put", "deleted" or "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentApplied:
    """A device confirmed the settings of a deployment (FIG 7)."""

    serial: str
    name: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentWaits:
    """The device is away; it gets the deployment when it is back."""

    serial: str
    name: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentRefused:
    """A device was not switched, and will not be (`code`: the error's code)."""

    serial: str
    name: str
    actor: Actor
    code: str
    has_waited: bool  # nobody is there to be told


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentLost:
    """A device no longer has the settings it had confirmed: it took them back, or somebody set others."""

    serial: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsTold:
    """A device has said what it can be set to, or is given up."""

    serial: str
    lacks: Lack | None  # what its firmware is too old for


type AnyDeploymentEvent = (
    DeploymentEdited
    | DeploymentApplied
    | DeploymentWaits
    | DeploymentRefused
    | DeploymentLost
    | SettingsTold
)
