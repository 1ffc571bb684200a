"""Fuzz one target with atheris: `python -m tests.fuzzing.run TARGET [libFuzzer arguments]`.

Only the protocol is instrumented, so that its branches are what the fuzzer looks for. Prints how
often each target ran; a finding is written beside the working corpus and ends the run.
"""

from __future__ import annotations

import sys

import atheris

# The package's own __init__ loads Home Assistant, which is nothing to instrument.
with atheris.instrument_imports(include=["custom_components.iot_secure_gateway.protocol"]):
    from tests.fuzzing.targets import MAX_INPUT, TARGETS


def main() -> None:
    """Run until the time is over."""
    target = TARGETS[sys.argv[1]]
    limits = ["-timeout=10", "-rss_limit_mb=1024", f"-max_len={MAX_INPUT}", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *limits, *sys.argv[2:]], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
