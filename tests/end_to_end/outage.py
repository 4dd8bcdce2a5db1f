"""A time without the cloud, during which things happen in the building; and what must be there after it."""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from facility.clock import NS, SystemClock, iso
from tests.end_to_end.delivered import Sample, alarms_at_edge, events_missing, rows_of, stored_since, telemetry_high
from tests.end_to_end.edge_status import ask_status, ends
from tests.end_to_end.estate import PATIENCE, Estate
from tests.end_to_end.waiting import until

TOGETHER = 8
"""Faults that stand at the same time."""
LOOK = 3.0
"""Seconds between two looks at the polls: a unit of one second must have been asked in between."""

Short = tuple[str, str, str]
"""(fault = rule, address, its instance): faults of the fire panel that raise an alarm without delay."""


def short_faults(estate: Estate, count: int) -> list[Short]:
    """Faults at different places that are alarms at once and clear at once."""
    panel = estate.get("equipment/fire-panel")
    addresses = [i["id"] for i in panel["instances"]]
    chosen = [(fault, address, address) for fault in ("shielded", "supervisory") for address in addresses]
    return chosen[:count]


@dataclass
class Outage:
    """What was seen from the begin to the end of the outage."""

    began: int
    seconds: float = 0.0
    shorts: list[Short] = field(default_factory=list)
    polls: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    stored: dict[Sample, float] = field(default_factory=dict)

    def unpolled(self) -> list[str]:
        """Units that were not asked between two looks although they were before."""
        return [
            f"{unit}: {counts}"
            for unit, counts in self.polls.items()
            if any(later <= earlier for earlier, later in pairwise(counts))
        ]


def away(estate: Estate, seconds: float, how: signal.Signals, shorts: Sequence[Short]) -> Outage:
    """End the cloud, break and mend, and start it again, after `seconds` or when all has happened, on data and port."""
    estate.acknowledge_all()
    units, high = quick_units(estate), telemetry_high(estate)
    estate.kill("cloud", how)
    outage = Outage(SystemClock().now(), shorts=list(shorts))
    begin = time.monotonic()
    happening = happen(estate, shorts)
    look = begin
    busy = True
    while busy or time.monotonic() < begin + seconds:
        busy = next(happening, False)
        if time.monotonic() >= look:
            look += LOOK
            note_polls(estate, outage, units)
        time.sleep(0.05)
    outage.seconds = time.monotonic() - begin
    outage.stored = stored_since(estate, high)
    estate.start("cloud")
    return outage


def happen(estate: Estate, shorts: Sequence[Short]) -> Iterator[bool]:
    """Inject some, wait until the edge has them on disk as raised, mend them, wait until cleared, and so on."""
    for first in range(0, len(shorts), TOGETHER):
        part = shorts[first : first + TOGETHER]
        for fault, address, _ in part:
            estate.inject("fire-panel", fault, address=address)
        yield from awaited(estate, "alarm.raised", part)
        for fault in {fault for fault, _, _ in part}:
            estate.clear("fire-panel", fault)
        yield from awaited(estate, "alarm.cleared", part)


def awaited(estate: Estate, type: str, part: Sequence[Short]) -> Iterator[bool]:
    """True until the edge has written all of it; AssertionError where it does not."""
    wanted = {(type, "fire-panel", rule, instance) for rule, _, instance in part}
    deadline = time.monotonic() + PATIENCE
    while missing := wanted - alarms_at_edge(estate):
        assert time.monotonic() < deadline, f"never at the edge: {missing}"
        yield True


def quick_units(estate: Estate) -> set[tuple[str, str]]:
    """(line, unit) of what is polled each second."""
    periods = {p["equipment"]: p["period"] for p in estate.points().values() if p["period"] <= 1.0}
    return {(e["connection"], str(e["unit"])) for e in estate.items("equipment") if e["id"] in periods}


def note_polls(estate: Estate, outage: Outage, units: set[tuple[str, str]]) -> None:
    """Count the polls of these units."""
    for line in ask_status(estate.edge_data).lines:
        for unit in line.units:
            if (line.line, unit.unit) in units:
                outage.polls[f"{line.line}/{unit.unit}"].append(unit.polls)


def caught_up(estate: Estate, seconds: float = 120.0) -> None:
    """Wait until the edge has delivered everything and the gateway is on line."""

    def done() -> bool:
        status = ask_status(estate.edge_data)
        return not any(ends(status).values()) and all(
            lane.records <= (lane.lane == "telemetry") for lane in status.lanes if lane.lane != "dead"
        )

    until(done, seconds, lambda: str(ask_status(estate.edge_data).ends))
    until(lambda: all(g["online"] for g in estate.items("gateways")), seconds)


def samples_missing(estate: Estate, outage: Outage) -> list[str]:
    """What was on the disk of the edge during the outage and is not in the historian exactly once."""
    start, end = iso(outage.began - 10 * NS), "now"
    rows = rows_of(estate, {point for point, _ in outage.stored}, start, end)
    held: dict[Sample, list[float]] = defaultdict(list)
    for (point, at), value in rows:
        held[point, at // 1_000_000].append(value)
    expected: dict[Sample, list[float]] = defaultdict(list)
    for (point, at), value in outage.stored.items():
        expected[point, at // 1_000_000].append(value)
    return [
        f"{sample}: sent {sorted(values)}, held {sorted(held[sample])}"
        for sample, values in expected.items()
        if sorted(values) != sorted(held[sample])
    ]


def alarms_missing(estate: Estate, outage: Outage) -> list[str]:
    """Short faults that are not exactly one more cleared alarm in the cloud."""
    said = []
    start = iso(outage.began)
    found = estate.items("alarms", equipment="fire-panel", **{"from": start}, limit=500)
    for rule, _, instance in outage.shorts:
        mine = [a for a in found if (a["rule"], a["instance"]) == (rule, instance)]
        if [a["detection"] for a in mine] != ["cleared"]:
            said.append(f"{rule} {instance}: {[a['detection'] for a in mine]}")
    return said


def everything_missing(estate: Estate, outage: Outage) -> list[str]:
    """All of the above."""
    return [*events_missing(estate), *alarms_missing(estate, outage), *samples_missing(estate, outage)]


def longest_gap(outage: Outage) -> tuple[str, float]:
    """The polled unit with the longest time between two samples on the disk, in seconds; of those heard each second."""
    times: dict[str, set[int]] = defaultdict(set)
    for point, at in outage.stored:
        times[point.partition(".")[0]].add(at)
    gaps = {
        equipment: max(b - a for a, b in pairwise(sorted(seen))) / NS
        for equipment, seen in times.items()
        if len(seen) > 0.9 * outage.seconds
    }
    worst = max(gaps, key=lambda e: gaps[e])
    return worst, gaps[worst]
