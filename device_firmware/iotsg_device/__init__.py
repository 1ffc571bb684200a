"""The device library: what a maker builds a secure device from."""
