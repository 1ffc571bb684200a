"""What gateway and device say to each other: bytes in, events out, no I/O and no clock."""
