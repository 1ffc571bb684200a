"""What can go wrong at the gateway, as one tree.

Every error has a `code`, the key of the text that people are shown, and `placeholders` for that
text: cleaned, capped, free of secrets. The exception's own text is for logs and equally clean.
"""

from math import ceil
from typing import override

from ..policy.decision import Decision
from ..policy.errors import PolicyError


class GatewayError(Exception):
    """Something the gateway could not do."""

    code: str = "gateway_error"

    def __init__(self, **placeholders: str) -> None:
        super().__init__()
        self.placeholders = placeholders

    @override
    def __str__(self) -> str:
        details = ", ".join(f"{name}={text}" for name, text in self.placeholders.items())
        return f"{self.code} ({details})" if details else self.code


# --- Listener ---------------------------------------------------------------------------------------
class PingPortInUse(GatewayError):
    """Another program has the UDP port for pings; everything but discovery works without it."""

    code = "ping_port_in_use"

    def __init__(self, port: int) -> None:
        super().__init__(port=str(port))
        self.port = port


# --- Claim (FIG 4, FIG 5) ---------------------------------------------------------------------------
class ClaimError(GatewayError):
    """A claim that did not succeed; nothing was stored that a new claim would not replace."""

    code = "claim_failed"


class InvalidSerial(ClaimError):
    """What was typed is no serial."""

    code = "invalid_serial"


class InvalidPassword(ClaimError):
    """What was typed cannot be a claim password, so it was not tried."""

    code = "invalid_password"


class InvalidAddress(ClaimError):
    """What was typed is no host name, address or port."""

    code = "invalid_address"


class AddressUnknown(ClaimError):
    """The name does not resolve."""

    code = "address_unknown"

    def __init__(self, host: str) -> None:
        super().__init__(host=host)


class DeviceUnreachable(ClaimError):
    """Nothing answers there, or it stopped answering."""

    code = "device_unreachable"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host=host, port=str(port))


class WrongPassword(ClaimError):
    """The device answered that the password is wrong."""

    code = "wrong_password"

    def __init__(self, attempts: int, attempts_left: int) -> None:
        super().__init__(attempts=str(attempts), attempts_left=str(attempts_left))
        self.attempts = attempts  # wrong ones in a row, seen from this gateway
        self.attempts_left = attempts_left  # before this gateway makes people wait


class PasswordNotInRecord(WrongPassword):
    """The password is none of those that the maker's record has; the device was not asked (FIG 6)."""

    code = "password_not_in_record"


class ClaimLocked(ClaimError):
    """Too many wrong passwords: the device, or this gateway on its behalf, makes people wait."""

    code = "claim_locked"

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds=str(seconds))
        self.seconds = seconds


class ClaimWindowOver(ClaimError):
    """The device takes claims for a while after power-up only, and that while is over."""

    code = "claim_window_over"


class AlreadyOwned(ClaimError):
    """The device has an owner (FIG 4 step 410): here, or at another gateway."""

    code = "already_owned"

    def __init__(self, *, by_us: bool) -> None:
        super().__init__()
        self.by_us = by_us


class NotADevice(ClaimError):
    """What answers there does not speak the protocol, or does not hold the password."""

    code = "not_a_device"


class TooManyClaims(ClaimError):
    """More claims are under way than the gateway takes on at a time."""

    code = "too_many_claims"


class SerialNotListed(ClaimError):
    """The maker's record does not have this serial, and the gateway is set to refuse such devices."""

    code = "serial_not_listed"


# --- Maker's record (FIG 6) -------------------------------------------------------------------------
class RecordError(GatewayError):
    """A maker's record that was not taken; the list is what it was before."""

    code = "record_error"


class RecordTooLarge(RecordError):
    """The file is larger, or the list would be longer, than the gateway takes."""

    code = "record_too_large"

    def __init__(self, max_bytes: int, max_serials: int) -> None:
        super().__init__(megabytes=str(max_bytes // 2**20), serials=str(max_serials))


class RecordImportUnderWay(RecordError):
    """Another file is being read in."""

    code = "record_import_under_way"


class RecordImportCancelled(RecordError):
    """Somebody wished it so."""

    code = "record_import_cancelled"


# --- Devices ----------------------------------------------------------------------------------------
class UnknownDevice(GatewayError):
    """This gateway has no attached device of that serial."""

    code = "unknown_device"


class NoBinding(GatewayError):
    """The key store holds no binding for that serial: it has to be claimed."""

    code = "no_binding"


class NoGuestSlot(GatewayError):
    """As many other gateways are invited to a device as it has places for."""

    code = "no_guest_slot"


class NoSuchGuest(GatewayError):
    """No other gateway was invited to that place."""

    code = "no_such_guest"


class NotOwnersGateway(GatewayError):
    """This gateway only stands in for the one of the device's owner, which has to do it."""

    code = "not_owners_gateway"


class NoAddressSeen(GatewayError):
    """The device does not complain about the address of this gateway: there is none to allow."""

    code = "no_address_seen"


class NoAnswer(GatewayError):
    """The device did not confirm in time; what was asked may still have reached it."""

    code = "no_answer"


# --- Ownership --------------------------------------------------------------------------------------
class ChangeRefused(GatewayError):
    """A change of authority or rows that this person may not make, or that cannot be made."""

    def __init__(self, error: PolicyError) -> None:
        super().__init__(**error.placeholders)
        self.code = f"policy_{error.code}"


class NotSuspended(GatewayError):
    """The monitoring policy does not keep that device apart."""

    code = "not_suspended"


class NotBlocked(GatewayError):
    """Nobody is blocked there."""

    code = "not_blocked"


class InvalidReceiver(GatewayError):
    """A device can be given to another active user only."""

    code = "invalid_receiver"


class NoOffer(GatewayError):
    """The device is not, or no longer, offered to or asked for by who says so."""

    code = "no_offer"


class NotAdministrator(GatewayError):
    """Only an administrator of the host may ask for another one's device."""

    code = "not_administrator"


class TakeoverTooEarly(GatewayError):
    """The owner may still object."""

    code = "takeover_too_early"

    def __init__(self, seconds: float) -> None:
        super().__init__(hours=str(ceil(seconds / 3600)))
        self.seconds = seconds


# --- Commands ---------------------------------------------------------------------------------------
class CommandError(GatewayError):
    """A command that did not end with status 0."""

    code = "command_error"


class Refused(CommandError):
    """The policy does not allow it; the device heard nothing of it."""

    code = "refused"

    def __init__(self, decision: Decision) -> None:
        super().__init__(reason=decision.reason.value)
        self.decision = decision


class InvalidCommand(CommandError):
    """The command has no form on the wire: a number too large, too long, nested too deep."""

    code = "invalid_command"


class DeviceOffline(CommandError):
    """There is no link to the device; the command was not sent."""

    code = "device_offline"


class DeviceInStandby(DeviceOffline):
    """Another gateway commands the device now; this one stands by."""

    code = "device_in_standby"


class DeviceSuspended(DeviceOffline):
    """A copy is suspected; the owner has to reset the real device and claim it anew."""

    code = "device_suspended"


class GatewayBehind(DeviceOffline):
    """This gateway was restored and knows less than the device; its owner has to let it go on."""

    code = "gateway_behind"


class NotBehind(GatewayError):
    """Nothing that was restored waits to be accepted for this device."""

    code = "not_behind"


class DeviceSuspendedByPolicy(DeviceOffline):
    """The monitoring policy keeps it apart, until its owner lifts that."""

    code = "device_suspended_by_policy"


class NotExecuted(CommandError):
    """The command certainly had no effect; it may be given again."""

    code = "not_executed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason=reason)
        self.reason = reason


class QueueFull(NotExecuted):
    """As many commands wait for this device as may."""

    code = "queue_full"

    def __init__(self) -> None:
        super().__init__("queue_full")


class CommandExpired(NotExecuted):
    """The command waited for its turn longer than it may."""

    code = "command_expired"

    def __init__(self) -> None:
        super().__init__("expired")


class CommandFailed(CommandError):
    """The device ran the command and reported an error; effects are possible."""

    code = "command_failed"

    def __init__(self, error: str) -> None:
        super().__init__(error=error)
        self.error = error  # the device's own words, cleaned and capped


class RefusedByDevice(CommandFailed):
    """The device does not know the command or its arguments; nothing was run."""

    code = "refused_by_device"


class OutcomeUnknown(CommandError):
    """Whether the command took effect is not known yet; the next contact may tell."""

    code = "outcome_unknown"

    def __init__(self, session_id: bytes) -> None:
        super().__init__()
        self.session_id = session_id
