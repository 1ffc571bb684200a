"""Speed of one confirmed command, measured beside what else a house could use."""
