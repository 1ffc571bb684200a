"""Prints what was measured as tables with ratios to the floor, and the targets beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.catalogue import FLOOR, FUNNEL, HOME_ASSISTANT, HTTPS, LINK, MQTT, OSCORE, RECORDED
from benchmarks.harness import Measured, System
from benchmarks.measures import median_ratio

_LEFT_OUT: Final = "LEFT OUT"
_LATENCY_HEADS: Final = (
    "one confirmed command",
    "round trips",
    "encrypted",
    "p50 us",
    "p99 us",
    "gateway CPU us",
    "device CPU us",
    "bytes",
    "p50 x floor",
    "p99 x floor",
    "CPU x floor",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A ratio or number to reach, with what was measured."""

    what: str
    measured: float
    target: float
    stretch: float | None = None
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Say whether it was reached."""

        def is_reached(limit: float) -> bool:
            return self.measured >= limit if self.at_least else self.measured <= limit

        if self.stretch is not None and is_reached(self.stretch):
            return "stretch"
        return "reached" if is_reached(self.target) else "MISSED"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out lines below heads; the first column is text, all others numbers."""
    lines = [list(heads), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]

    def text(line: Sequence[str]) -> str:
        cells = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        return "| " + " | ".join(cells) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([text(lines[0]), rule, *map(text, lines[1:])])


def latency_table(
    systems: Sequence[System], results: Mapping[str, Measured], left_out: Mapping[str, str]
) -> str:
    """One row per system; those that could not be measured say why below."""
    floor = results[FLOOR]
    rows = []
    for system in systems:
        head = [system.title, system.round_trips, system.is_encrypted]
        measured = results.get(system.key)
        if measured is None:
            rows.append([*head, _LEFT_OUT, *["-"] * 7])
            continue
        rows.append(
            [
                *head,
                f"{median(measured.p50):,.0f}",
                f"{median(measured.p99):,.0f}",
                f"{median(measured.gateway_cpu):,.0f}",
                f"{median(measured.device_cpu):,.0f}",
                f"{measured.bytes_per_command:,.0f}",
                f"{median_ratio(measured.p50, floor.p50):.2f}",
                f"{median_ratio(measured.p99, floor.p99):.2f}",
                f"{median_ratio(measured.gateway_cpu, floor.gateway_cpu):.2f}",
            ]
        )
    return table(_LATENCY_HEADS, rows) + _reasons(systems, left_out)


def throughput_table(
    systems: Sequence[System],
    results: Mapping[str, Measured],
    left_out: Mapping[str, str],
    devices: int,
) -> str:
    """Commands per second over many devices at once."""
    floor = results[FLOOR]
    rows = []
    for system in systems:
        measured = results.get(system.key)
        if measured is None:
            rows.append([system.title, _LEFT_OUT, *["-"] * 3])
            continue
        ratio = median_ratio(measured.commands_per_s, floor.commands_per_s)
        rows.append(
            [
                system.title,
                f"{median(measured.commands_per_s):,.0f}",
                f"{median(measured.gateway_cpu):,.0f}",
                f"{median(measured.device_cpu):,.0f}",
                f"{ratio:.2f}",
            ]
        )
    heads = [
        f"{devices} devices at once",
        "commands/s",
        "gateway CPU us",
        "device CPU us",
        "x floor",
    ]
    return table(heads, rows) + _reasons(systems, left_out)


def _reasons(systems: Sequence[System], left_out: Mapping[str, str]) -> str:
    return "".join(
        f"\n{_LEFT_OUT}: {system.title}: {left_out[system.key]}"
        for system in systems
        if system.key in left_out
    )


def targets(latency: Mapping[str, Measured], throughput: Mapping[str, Measured]) -> list[Target]:
    """What docs/performance.md wants to reach, as far as it was measured in this run."""
    floor = latency[FLOOR]
    found: list[Target] = []
    link = latency.get(LINK)
    if link is not None:
        found += [
            Target(
                what="link: p50 / floor",
                measured=median_ratio(link.p50, floor.p50),
                target=1.6,
                stretch=1.4,
            ),
            Target(
                what="link: p99 / floor",
                measured=median_ratio(link.p99, floor.p99),
                target=2.5,
                stretch=2.0,
            ),
            Target(
                what="link: gateway CPU / floor",
                measured=median_ratio(link.gateway_cpu, floor.gateway_cpu),
                target=1.7,
                stretch=1.4,
            ),
            Target(
                what="link: bytes per command",
                measured=link.bytes_per_command,
                target=480,
                stretch=420,
            ),
        ]
        for key, name, wanted in (
            (MQTT, "MQTT QoS 2", 12),
            (OSCORE, "CoAP with OSCORE", 12),
            (HTTPS, "HTTPS with token", 3),
        ):
            if key in latency:
                ratio = median_ratio(latency[key].p50, link.p50)
                found.append(
                    Target(
                        what=f"{name} p50 / link p50", measured=ratio, target=wanted, at_least=True
                    )
                )
    if FUNNEL in latency:
        ratio = median_ratio(latency[FUNNEL].p50, floor.p50)
        found.append(Target(what="funnel: p50 / floor", measured=ratio, target=2.2, stretch=1.8))
    if RECORDED in latency and link is not None:
        added = [whole - part for whole, part in zip(latency[RECORDED].p50, link.p50, strict=True)]
        found.append(
            Target(
                what="decision, monitoring and record: p50 added to the link / floor",
                measured=median_ratio(added, floor.p50),
                target=0.6,
            )
        )
    if HOME_ASSISTANT in latency and link is not None:
        ratio = median_ratio(latency[HOME_ASSISTANT].p50, link.p50)
        found.append(
            Target(what="service call: p50 / link p50", measured=ratio, target=2.4, stretch=2.0)
        )
    if LINK in throughput:
        ratio = median_ratio(throughput[LINK].commands_per_s, throughput[FLOOR].commands_per_s)
        found.append(
            Target(
                what="link: commands/s / floor",
                measured=ratio,
                target=0.6,
                stretch=0.7,
                at_least=True,
            )
        )
    return found


def target_table(found: Sequence[Target]) -> str:
    """Measured value, target and verdict per line."""
    rows = [
        [
            target.what,
            f"{target.measured:,.2f}",
            f"{'>=' if target.at_least else '<='} {target.target:g}",
            "-" if target.stretch is None else f"{target.stretch:g}",
            target.verdict,
        ]
        for target in found
    ]
    return table(["target", "measured", "wanted", "stretch", "verdict"], rows)
