"""Keep of a working corpus what reaches something new: `python -m tests.fuzzing.minimise TARGET FOLDER`.

Goes through the kept inputs and the folder's, shortest first, and keeps in `corpus/TARGET` each one
that takes a branch of the protocol that none before it took, or notices a check that is gone
(`faults.py`) when none before it does.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
import sys
from types import CodeType

from tests.fuzzing.faults import FAULTS, notices
from tests.fuzzing.targets import CORPUS, TARGETS, kept

_TOOL = sys.monitoring.COVERAGE_ID
_WATCHED = str(Path("iot_secure_gateway") / "protocol")


class Branches:
    """The branches of the protocol taken so far."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str, int, int]] = set()

    def taken(self, code: CodeType, start: int, end: int) -> object:
        """Note a branch; each is reported once."""
        if _WATCHED in code.co_filename:
            self.seen.add((code.co_filename, code.co_qualname, start, end))
        return sys.monitoring.DISABLE

    def watch(self) -> None:
        """Begin."""
        events = sys.monitoring.events
        sys.monitoring.use_tool_id(_TOOL, "corpus")
        for event in (events.BRANCH_LEFT, events.BRANCH_RIGHT):
            sys.monitoring.register_callback(_TOOL, event, self.taken)
        sys.monitoring.set_events(_TOOL, events.BRANCH_LEFT | events.BRANCH_RIGHT)


def main() -> None:
    """Rewrite the kept corpus of one target."""
    name, folder = sys.argv[1], Path(sys.argv[2])
    inputs = kept(name) + [path.read_bytes() for path in sorted(folder.glob("*"))]
    target = CORPUS / name
    target.mkdir(parents=True, exist_ok=True)
    for path in target.glob("*"):
        path.unlink()
    branches = Branches()
    branches.watch()
    chosen = []
    shortest_first = sorted(set(inputs), key=lambda data: (len(data), data))
    for data in shortest_first:
        before = len(branches.seen)
        TARGETS[name](data)
        if len(branches.seen) > before:
            chosen.append(data)
    for fault in FAULTS:
        if fault.target == name:
            noticing = notices(TARGETS[name], fault, chosen + shortest_first)
            if noticing is None:
                print(f"  nothing notices {fault}")
            elif noticing not in chosen:
                chosen.append(noticing)
    for data in chosen:
        (target / sha256(data).hexdigest()[:12]).write_bytes(data)
    print(f"{name}: {len(chosen)} of {len(inputs)} inputs kept, {len(branches.seen)} branches")


if __name__ == "__main__":
    main()
