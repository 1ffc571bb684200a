"""Names and defaults of the Home Assistant edge."""

from typing import Final

DOMAIN: Final = "iot_secure_gateway"
PANEL_PATH: Final = "iot-secure-gateway"  # where Home Assistant shows the console

# Unique id of the one entry that stands for the gateway itself; a device entry has its serial.
# Lower case, so that no serial (A-Z 0-9 -) can ever be the same.
GATEWAY_UNIQUE_ID: Final = "gateway"
DEMO_UNIQUE_ID: Final = "demo_device"  # of the entry that runs the device for trying

CONF_LISTEN: Final = "listen_for_pings"
CONF_PING_PORT: Final = "ping_port"
CONF_SERIAL: Final = "serial"
CONF_OWNER: Final = "owner"
CONF_IS_BOUND: Final = (
    "is_bound"  # of a discovered device: its ping was signed with a key held here
)

CONF_USER_ID: Final = "user_id"
CONF_SLOT: Final = "slot"  # of another gateway that stands in for this one

# How the policy knows what people do here, beside the acts that the gateway knows.
MOVE_COMMAND: Final = "move"  # look for a device at another address
RESTORE_COMMAND: Final = "restore"  # bring a removed device back

DEFAULT_LISTEN: Final = True
DEFAULT_PING_PORT: Final = 8863  # UDP, FIG 3 step 305
DEFAULT_DEVICE_PORT: Final = 8863  # TCP

# Ids of repair issues; those of devices are followed by the serial.
ISSUE_PING_PORT_IN_USE: Final = "ping_port_in_use"
ISSUE_NOT_RELEASED: Final = "not_released"
ISSUE_REMOVED_BY_OTHER: Final = "removed_by_other"
ISSUE_COPY_SUSPECTED: Final = "copy_suspected"
ISSUE_ADDRESS_NOT_ALLOWED: Final = "address_not_allowed"
ISSUE_SAYS_UNCLAIMED: Final = "says_unclaimed"
ISSUE_FIRMWARE_TOO_OLD: Final = "firmware_too_old"
ISSUE_TRANSFER_OFFERED: Final = "transfer_offered"
ISSUE_TAKEOVER_ASKED: Final = "takeover_asked"
ISSUE_OWNER_GONE: Final = "owner_gone"
ISSUE_SUSPENDED_BY_POLICY: Final = "suspended_by_policy"
ISSUE_READINGS_DOWN: Final = "readings_down"  # the database of kept values does not answer
ISSUE_READINGS_DAMAGED: Final = "readings_damaged"
ISSUE_READINGS_LOST: Final = "readings_lost"
ISSUE_AUTOMATION_REFUSED: Final = "automation_refused"  # followed by the automation, too

# Ids of notifications, followed by the serial.
NOTICE_CLAIM_TRIED: Final = "claim_tried"
NOTICE_DEVICE_RESET: Final = "device_reset"
NOTICE_TAKEN_OVER: Final = "taken_over"
NOTICE_DEPLOYMENT_REFUSED: Final = "deployment_refused"
NOTICE_DEPLOYMENT_LOST: Final = "deployment_lost"
