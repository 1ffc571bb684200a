"""Phases of the gateway's end of a link; the diagram stands in `gateway_link`."""

CONNECTING = 0
GREETING = 1
SETTLING = 2
READY = 3
OPENED = 4
COMMITTED = 5
ASKING = 6
RESTRICTED = 7
STANDBY = 8
CLOSED = 9
