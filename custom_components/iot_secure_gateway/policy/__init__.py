"""What is allowed: pure functions on frozen records. No clock, no I/O, standard library only."""
