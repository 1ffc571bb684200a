"""Virtual devices for trying and testing: the device library as processes of this machine."""
