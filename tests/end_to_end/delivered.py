"""What must have arrived at the cloud, read from the spool of the edge, and what has, from the cloud's own store."""

from __future__ import annotations

import gzip
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from facility.clock import from_iso
from facility.event import Lane
from tests.edge.line_parser import parse
from tests.end_to_end.estate import PATIENCE, Estate

Sample = tuple[str, int]
"""(point id, UTC ns)"""
EVENT_LANES = (Lane.LIFE.value, Lane.EVENT.value)


def opened(path: Path) -> sqlite3.Connection:
    """A database that another process writes, to be read only."""
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)


def spool_of(estate: Estate) -> sqlite3.Connection:
    """The spool of the estate's edge."""
    return opened(estate.edge_data / "spool.sqlite3")


def stored_since(estate: Estate, seq: int) -> dict[Sample, float]:
    """Every good sample of the telemetry records after a seq, as they lie on the disk."""
    samples: dict[Sample, float] = {}
    db = spool_of(estate)
    try:
        rows = db.execute("SELECT body FROM telemetry WHERE seq > ? ORDER BY seq", (seq,)).fetchall()
    finally:
        db.close()
    for (body,) in rows:
        samples.update(good_samples(gzip.decompress(body)))
    return samples


def good_samples(body: bytes) -> Iterator[tuple[Sample, float]]:
    """(point, time) → value of every numeric field that is no reason."""
    for one in parse(body):
        parts = [one.tags["equipment"], one.tags.get("instance")]
        for field, value in one.fields.items():
            if not field.endswith("_q"):
                yield (".".join(p for p in [*parts, field] if p), one.time), float(value)


def telemetry_high(estate: Estate) -> int:
    """The seq of the newest telemetry record."""
    db = spool_of(estate)
    try:
        return int(db.execute("SELECT high FROM lane WHERE name = 'telemetry'").fetchone()[0])
    finally:
        db.close()


def alarms_at_edge(estate: Estate) -> set[tuple[str, str, str, str]]:
    """(event type, equipment, rule, instance) of the alarm events that lie in the spool."""
    db = spool_of(estate)
    try:
        rows = db.execute("SELECT body FROM life UNION ALL SELECT body FROM event").fetchall()
    finally:
        db.close()
    events = [json.loads(body) for (body,) in rows]
    return {
        (e["data"]["type"], e["equipment"], e["data"]["rule"], e["instance"])
        for e in events
        if e["data"]["type"] in ("alarm.raised", "alarm.cleared")
    }


def event_high(estate: Estate) -> dict[str, int]:
    """The newest seq of each event lane at the edge."""
    db = spool_of(estate)
    try:
        return {lane: high for lane, high in db.execute("SELECT name, high FROM lane") if lane in EVENT_LANES}
    finally:
        db.close()


def events_in_cloud(estate: Estate) -> list[tuple[str, str, int, str]]:
    """(spool, lane, seq, id) of every event that the cloud has."""
    db = opened(estate.folder.cloud / "cloud.sqlite")
    try:
        return list(db.execute("SELECT spool, lane, seq, id FROM event ORDER BY spool, lane, seq"))
    finally:
        db.close()


def events_missing(estate: Estate) -> list[str]:
    """What is lost or doubled: the edge's events that never come, gaps in a lane's seqs, ids that come twice.

    The building lives on: only what the edge has accepted by now is asked for.
    """
    newest = event_high(estate)
    deadline = time.monotonic() + PATIENCE
    while (said := _short_of(estate, newest)) and time.monotonic() < deadline:
        time.sleep(0.05)
    rows = events_in_cloud(estate)
    said += [f"event id {id} comes {n} times" for id, n in Counter(r[3] for r in rows).items() if n > 1]
    for (spool, lane), seqs in _by_lane(rows).items():
        if seqs != list(range(1, max(seqs) + 1)):
            said.append(f"{lane} of {spool}: {len(seqs)} events up to seq {max(seqs)}")
    return said


def _short_of(estate: Estate, newest: dict[str, int]) -> list[str]:
    """The lanes of which the cloud has less than the edge had."""
    high: Counter[str] = Counter()
    for (_, lane), seqs in _by_lane(events_in_cloud(estate)).items():
        high[lane] += max(seqs)
    return [f"{lane}: the edge has {n}, the cloud {high[lane]}" for lane, n in newest.items() if high[lane] < n]


def _by_lane(rows: Iterable[tuple[str, str, int, str]]) -> dict[tuple[str, str], list[int]]:
    """The seqs of each (spool, lane), in their order."""
    lanes: dict[tuple[str, str], list[int]] = {}
    for spool, lane, seq, _ in rows:
        lanes.setdefault((spool, lane), []).append(seq)
    return lanes


def rows_of(estate: Estate, points: Iterable[str], start: str, end: str = "now") -> list[tuple[Sample, float]]:
    """Raw rows of the historian, as the API gives them: times in whole milliseconds."""
    found: list[tuple[Sample, float]] = []
    wanted = sorted(points)
    for first in range(0, len(wanted), 50):
        query = {"point": wanted[first : first + 50], "from": start, "to": end, "limit": 50_000}
        found += [((i["point"], from_iso(i["at"])), float(i["value"])) for i in estate.items("history", **query)]
    return found
