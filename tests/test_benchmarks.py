"""The benchmark runs and shows every row; its figures are nobody's test."""

import os
from pathlib import Path
import re
import subprocess
import sys

import pytest

from benchmarks.catalogue import FLOOR, MQTT, SYSTEMS, THROUGHPUT_KEYS
from benchmarks.fleet import read_sizes
from benchmarks.harness import Measured
from benchmarks.measures import median_ratio, percentile
from benchmarks.report import Target, latency_table
from benchmarks.systems.mqtt import find_broker

ROOT = Path(__file__).resolve().parent.parent
FEW = ["--rounds", "2", "--commands", "5", "--devices", "3", "--throughput-rounds", "1"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "command_latency.py", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )


def test_every_system_has_its_row_with_numbers() -> None:
    finished = run(*FEW, "--throughput-commands", "30", "--warm-up", "5")
    assert finished.returncode == 0, finished.stderr
    latency, throughput = finished.stdout.split("devices at once")
    for system in SYSTEMS:
        row = re.search(rf"^\| {re.escape(system.title)} +\|(.*)$", latency, re.MULTILINE)
        assert row, f"no row for {system.title}:\n{latency}"
        if system.key == MQTT and find_broker() is None:
            assert f"LEFT OUT: {system.title}: mosquitto is not installed" in latency
            continue
        assert "LEFT OUT" not in row[0], latency
        numbers = [float(cell.replace(",", "")) for cell in row[1].rstrip("|").split("|")[2:]]
        assert len(numbers) == 8
        assert all(number > 0 for number in numbers), row[0]
        assert (system.key in THROUGHPUT_KEYS) == (f"| {system.title} " in throughput)


def test_a_row_that_could_not_be_measured_says_why() -> None:
    measured = Measured([1.0], [2.0], [1.0], [1.0], 10.0, [5.0])
    left_out = {system.key: "no such thing here" for system in SYSTEMS if system.key != FLOOR}
    table = latency_table(SYSTEMS, {FLOOR: measured}, left_out)
    assert table.count(": no such thing here") == len(SYSTEMS) - 1


def test_unknown_system_is_refused_with_the_known_ones() -> None:
    finished = run("--only", "pigeon")
    assert finished.returncode == 2
    assert "unknown in --only: pigeon" in finished.stderr
    assert FLOOR in finished.stderr


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_percentile_is_a_measured_value(share: float, value: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == value


def test_ratio_is_taken_round_by_round() -> None:
    # The middle round was disturbed for both; dividing medians would give 2.5.
    assert median_ratio([2.0, 40.0, 5.0], [1.0, 20.0, 2.0]) == 2.0


@pytest.mark.parametrize(
    ("measured", "verdict"), [(1.3, "stretch"), (1.4, "stretch"), (1.6, "reached"), (1.7, "MISSED")]
)
def test_target_tells_how_far_it_was_reached(measured: float, verdict: str) -> None:
    assert Target(what="x", measured=measured, target=1.6, stretch=1.4).verdict == verdict


def test_target_may_ask_for_at_least() -> None:
    assert Target(what="x", measured=0.5, target=0.6, at_least=True).verdict == "MISSED"
    assert Target(what="x", measured=0.6, target=0.6, at_least=True).verdict == "reached"


def test_decisions_of_all_three_systems_are_measured_and_agree() -> None:
    finished = subprocess.run(
        [
            sys.executable,
            ROOT / "benchmarks" / "permission_decision.py",
            *("--rows", "400", "--rounds", "1", "--asks", "60", "--asks-beside", "60"),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "the answers agree" in finished.stdout, finished.stderr
    for name in ("ours, a small house", "ours, a large house", "Cedar (cedarpy)", "pycasbin"):
        row = re.search(rf"^\| {re.escape(name)} +\|(.*)\|$", finished.stdout, re.MULTILINE)
        assert row, finished.stdout
        assert all(float(cell.replace(",", "")) > 0 for cell in row[1].split("|"))


def test_fleet_of_two_is_measured() -> None:
    finished = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "fleet.py", "--devices", "2", "--idle", "0.1"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert finished.returncode == 0, finished.stderr
    cells = finished.stdout.splitlines()[-1].strip("| ").split(" | ")
    assert cells[0] == "2"
    assert len(cells) == 5
    assert float(cells[1]) > 0
    assert float(cells[4]) > 0


def test_fleet_of_two_is_measured_through_a_whole_home_assistant() -> None:
    finished = subprocess.run(
        [sys.executable, ROOT / "benchmarks/fleet.py", "--home", "--devices", "2", "--idle", "0.1"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert finished.returncode == 0, finished.stderr
    rows = [line.strip("| ").split(" | ") for line in finished.stdout.splitlines()[2:]]
    assert [cells[0] for cells in rows] == ["0", "2"]
    assert int(rows[1][1]) > int(rows[0][1]), "the devices have entities"
    assert len(rows[1]) == 6
    assert float(rows[1][5]) > 0


@pytest.mark.parametrize("sizes", ["0", "ten", "10,5000", ""])
def test_fleet_of_odd_size_is_refused(sizes: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_sizes(sizes)


def test_commands_go_on_beside_live_video() -> None:
    program = ROOT / "benchmarks/video_commands.py"
    finished = subprocess.run(
        [sys.executable, program, "--rounds", "1", "--commands", "20"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    rows = re.findall(r"^(\d\d) pictures/s wanted, +([\d.]+) came", finished.stdout, re.MULTILINE)
    assert [int(wanted) for wanted, _ in rows] == [10, 30]
    assert all(float(came) > 1 for _, came in rows)
    assert "all commands succeeded over 1 link" in finished.stdout


def test_video_is_relayed_and_recorded_beside_home_assistants_own_camera() -> None:
    program = ROOT / "benchmarks/video.py"
    few = ["--cameras", "2", "--rate", "5", "--seconds", "1", "--warm-up", "1", "--rounds", "1"]
    finished = subprocess.run(
        [sys.executable, program, *few], capture_output=True, text=True, timeout=120, check=False
    )
    rows = re.findall(
        r"^\| ([a-z, ]+?) +\| +([\d.]+) \| +([\d.]+) \|", finished.stdout, re.MULTILINE
    )
    assert [name for name, _, _ in rows] == ["relay", "relay, record", "mjpeg camera"], (
        finished.stderr
    )
    assert all(float(cpu) > 0 and float(rate) > 1 for _, cpu, rate in rows), finished.stdout
    assert re.search(r"clips of the last round: [\d.]+ MiB", finished.stdout)
