"""The protocol explored: both real ends in every state that faults and an adversary lead to."""
