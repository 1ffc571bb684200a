"""The table of FIG 15 and what each finding proves."""

from pathlib import Path
import re

import pytest

from custom_components.iot_secure_gateway.policy.threats import (
    DEFAULTS,
    LEVELS,
    RESPONSES_OF,
    Detection,
    Evidence,
    Level,
    Response,
    Treatment,
    default_of,
    evidence_of,
    warning_of,
)

LOG, REPORT, BLOCK = Response.LOG, Response.REPORT, Response.BLOCK
TRACE, SUSPEND, ALARM = Response.TRACE, Response.SUSPEND, Response.ALARM


def test_the_four_rows_of_figure_15_are_the_defaults() -> None:
    routine = default_of(Detection.ROUTINE)
    assert (routine.level, routine.responses) == (Level.VERY_LOW, frozenset({LOG}))
    beyond = default_of(Detection.BEYOND_PERMISSION)
    assert (beyond.level, beyond.responses) == (Level.LOW, frozenset({LOG, REPORT}))
    stranger = default_of(Detection.UNAUTHORISED_USER)
    assert stranger.level is Level.MEDIUM
    assert stranger.responses == {LOG, BLOCK, TRACE, REPORT}
    for spoofing in (Detection.COMMAND_ALTERED, Detection.COPY_SUSPECTED):
        found = default_of(spoofing)
        assert found.level is Level.HIGH
        assert found.responses >= {LOG, SUSPEND, ALARM}


def test_levels_rise_one_by_one_and_the_gravest_stays() -> None:
    assert [level.rank for level in LEVELS] == [0, 1, 2, 3]
    assert [level.next for level in LEVELS] == [Level.LOW, Level.MEDIUM, Level.HIGH, Level.HIGH]
    assert set(RESPONSES_OF) == set(Level)


@pytest.mark.parametrize("detection", list(Detection))
def test_every_finding_has_a_default_that_logs(detection: Detection) -> None:
    assert LOG in default_of(detection).responses
    assert set(DEFAULTS) == set(Detection)


@pytest.mark.parametrize("detection", list(Detection))
def test_what_is_not_proven_suspends_nothing_by_default(detection: Detection) -> None:
    if evidence_of(detection) is not Evidence.AUTHENTICATED:
        assert SUSPEND not in default_of(detection).responses
        assert warning_of(detection, frozenset({LOG, SUSPEND})) is not None
    else:
        assert warning_of(detection, frozenset({LOG, SUSPEND})) is None
    assert warning_of(detection, default_of(detection).responses) is None


@pytest.mark.parametrize("detection", list(Detection))
def test_what_is_learned_is_low_at_most_by_default(detection: Detection) -> None:
    if detection in {Detection.BURST, Detection.UNUSUAL_HOUR}:
        assert default_of(detection).level is Level.LOW


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        (Evidence.PERSON, "suspend_by_person"),
        (Evidence.NETWORK, "suspend_unproven"),
        (Evidence.OWN, "suspend_by_guess"),
    ],
)
def test_each_kind_of_weak_evidence_has_its_warning(evidence: Evidence, code: str) -> None:
    for detection in Detection:
        if evidence_of(detection) is evidence:
            assert warning_of(detection, frozenset({SUSPEND})) == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 0},
        {"threshold": 1001},
        {"window_s": 0},
        {"window_s": 86401},
        {"cooldown_s": -1},
        {"cooldown_s": 86401},
        {"threshold": 3, "raise_at": 3},
        {"raise_at": 1001},
        {"responses": frozenset({REPORT})},
    ],
)
def test_a_treatment_out_of_bounds_is_none(wrong: dict[str, object]) -> None:
    whole: dict[str, object] = {"level": Level.LOW, "responses": frozenset({LOG})}
    with pytest.raises(
        ValueError, match=next(name for name in wrong if name != "threshold" or len(wrong) == 1)
    ):
        Treatment(**whole | wrong)  # type: ignore[arg-type]


def test_every_finding_and_its_default_level_stand_in_the_documents() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/monitoring.md").read_text(encoding="utf-8")
    told = dict(
        re.findall(
            r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| (VERY LOW|LOW|MEDIUM|HIGH)", text, re.MULTILINE
        )
    )
    levels = {each.value: default_of(each).level.replace("_", " ").upper() for each in Detection}
    assert told == levels
