"""What may be told of the sessions with one device: numbers, none of the identifiers."""

from dataclasses import dataclass

from ..protocol import wire
from ..protocol.gateway_state import GatewayState
from .stores import Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """Numbers of one binding."""

    has_gsid: bool  # sessions carry both identifiers, else the device's alone (FIG 10)
    commands: int  # sessions of the command lane that came to their end
    packages: int  # the same of the data lane
    boots: int  # of the device, at its last link
    is_guest: bool  # its owner is at another gateway, which invited this one
    guests: int  # other gateways that its owner invited


def link_facts(state: GatewayState, binding: Binding) -> LinkFacts:
    """Return what may be told."""
    return LinkFacts(
        has_gsid=state.mode == wire.MODE_DSID_GSID,
        commands=state.lanes[wire.LANE_COMMAND].count,
        packages=state.lanes[wire.LANE_DATA].count,
        boots=state.last_boot,
        is_guest=binding.is_guest,
        guests=len(binding.guests),
    )
