"""The attacker kit: what somebody in the network may try, against your own devices and gateway.

Each attack is a module with `TARGET` ("device" or "gateway"), a first docstring line that says what
it does, and `async run(options, report)`, which leaves in the report what the defence did. Bounded
in time and count; `targets.check` keeps it away from other people's machines.
"""
