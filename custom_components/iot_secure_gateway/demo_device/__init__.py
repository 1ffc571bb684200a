"""A device of the protocol inside the integration, for trying without hardware; knows nothing of Home Assistant."""
