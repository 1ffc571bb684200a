"""A real Home Assistant with simulated devices, started and driven from outside, as a person would run it."""
