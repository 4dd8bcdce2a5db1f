"""The status as Prometheus text (exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from facility.clock import NS
from facility.gateway_status import Status

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[Mapping[str, str], float]


def metrics(status: Status) -> str:
    """One family after another; every name begins with `gatehouse_edge_`."""
    out: list[str] = []
    for name, kind, says, samples in _families(status):
        full = f"gatehouse_edge_{name}"
        out += [f"# HELP {full} {says}", f"# TYPE {full} {kind}"]
        out += [f"{full}{_labels(labels)} {value:.17g}" for labels, value in samples]
    return "\n".join(out) + "\n"


def _families(s: Status) -> Iterator[tuple[str, str, str, list[Sample]]]:
    who = {"site": s.site, "gateway": s.gateway, "version": s.version, "inventory": s.inventory}
    yield "info", "gauge", "Which gateway this is.", [(who, 1)]
    yield "up_seconds", "gauge", "Seconds since the start.", [({}, (s.now - s.started) / NS)]
    yield "samples_total", "counter", "Samples taken since the start.", [({}, s.samples)]
    yield (
        "refused_samples_total",
        "counter",
        "Samples that the edge's own gate refused.",
        [({"reason": why}, n) for why, n in s.refused.items()],
    )
    yield (
        "points",
        "gauge",
        "Points by quality; bad: also what was never read; unsampled: texts and messages. The sum is all points.",
        [({"quality": word}, n) for word, n in s.qualities.items()],
    )
    yield "alarms", "gauge", "Live alarms by state.", [({"state": word}, n) for word, n in s.alarms.items()]
    yield "clock_trusted", "gauge", "1 while the clock is trusted.", [({}, s.clock == "trusted")]
    serious = sum(t.serious for t in s.troubles)
    counted: list[Sample] = [({"serious": "yes"}, serious), ({"serious": "no"}, len(s.troubles) - serious)]
    yield "troubles", "gauge", "What a person must see to.", counted
    yield (
        "end_up",
        "gauge",
        "1 while an end takes deliveries, 0 while it does not; absent until something was sent to it.",
        [({"end": end}, not why) for end, why in s.ends.items() if end not in s.untried],
    )
    yield from _lines(s)
    yield from _lanes(s)


def _lines(s: Status) -> Iterator[tuple[str, str, str, list[Sample]]]:
    lines = [({"line": line.line, "protocol": line.protocol}, line) for line in s.lines]
    yield "line_up", "gauge", "1 while a line works.", [(k, line.state == "up") for k, line in lines]
    yield "line_lost_units", "gauge", "Units of a line that do not answer.", [(k, len(x.lost_units)) for k, x in lines]
    units = [({"line": line.line, "unit": u.unit}, u) for line in s.lines for u in line.units]
    yield "unit_polls_total", "counter", "Requests to a unit.", [(k, u.polls) for k, u in units]
    yield "unit_missed_total", "counter", "Requests to a unit without an answer.", [(k, u.missed) for k, u in units]


def _lanes(s: Status) -> Iterator[tuple[str, str, str, list[Sample]]]:
    lanes = [({"lane": lane.lane}, lane) for lane in s.lanes]
    yield "lane_records", "gauge", "Records not yet delivered.", [(k, x.records) for k, x in lanes]
    yield "lane_bytes", "gauge", "Bytes not yet delivered.", [(k, x.bytes) for k, x in lanes]
    yield "lane_quota_bytes", "gauge", "Bytes that a lane may hold.", [(k, x.quota) for k, x in lanes]
    yield (
        "lane_age_seconds",
        "gauge",
        "Age of the oldest undelivered record.",
        [(k, max(s.now - x.oldest, 0) / NS if x.oldest is not None else 0.0) for k, x in lanes],
    )
    yield (
        "lane_dropped_total",
        "counter",
        "Records dropped on a full quota or disk.",
        [(k, x.dropped) for k, x in lanes],
    )


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{k}="{_escaped(v)}"' for k, v in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
