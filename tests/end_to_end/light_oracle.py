"""What a cloud holds of a light gateway, against what went into its spool."""

from __future__ import annotations

from collections import Counter, defaultdict
from contextlib import closing

from facility.clock import from_iso, iso
from tests.end_to_end.light_gateway import LightGateway
from tests.end_to_end.lone_cloud import LoneCloud
from tests.end_to_end.oracle import MS, STEPS, Count

POINTS_AT_ONCE = 50


def samples_of(cloud: LoneCloud, gateway: LightGateway, times: dict[int, int]) -> Count:
    """`times`: number of the record → its UTC ns."""
    count = Count(issued=len(times) * gateway.points, accepted=len(times) * gateway.points)
    number = {at // MS: n for n, at in times.items()}
    for first in range(0, gateway.points, POINTS_AT_ONCE):
        names = range(first, min(first + POINTS_AT_ONCE, gateway.points))
        held: dict[tuple[int, int], list[float]] = defaultdict(list)
        for name, at, value in _history(cloud, gateway.pump, names, min(times.values()) - 1):
            held[name, at].append(value)
        for name in names:
            for at, n in number.items():
                _one(count, f"p{name} of record {n}", float(f"{n}.{name:03}"), held.pop((name, at), []))
        for key in held:
            count.wrong("altered", f"{key} was never sent")
    return count


def _one(count: Count, what: str, expected: float, there: list[float]) -> None:
    count.stored += bool(there)
    if not there:
        count.wrong("lost", what)
    elif len(there) > 1:
        count.wrong("doubled", f"{what}: {there}", len(there) - 1)
    elif there[0] != expected:
        count.wrong("altered", f"{what} is {there[0]}")


def _history(cloud: LoneCloud, pump: str, names: range, start: int) -> list[tuple[int, int, float]]:
    query = {"point": [f"{pump}.p{n}" for n in names], "from": iso(start), "to": "now", "limit": 50_000}
    found: list[tuple[int, int, float]] = []
    page = cloud.get("history", **query)
    while True:
        found += [
            (int(r["point"].rpartition("p")[2]), from_iso(r["at"]) // MS, float(r["value"])) for r in page["items"]
        ]
        if page["next"] is None:
            return found
        page = cloud.get("history", **query, after=page["next"])


def alarms_of(cloud: LoneCloud, gateway: LightGateway, events: int) -> tuple[Count, Count]:
    """Of the events, and of what they did: each raised one has stepped the alarm once."""
    with closing(cloud.database()) as db:
        rows = db.execute(
            "SELECT seq, type, json_extract(data, '$.value') FROM event WHERE gateway = ? AND type LIKE 'alarm.%'"
            " ORDER BY spool, seq",
            (gateway.id,),
        ).fetchall()
        steps = len(db.execute(STEPS, (gateway.pump,)).fetchall())
    stored, raised = Count(events, events, len(rows)), range(0, events, 2)
    values = Counter(int(value) for _, type, value in rows if type == "alarm.raised")
    for number in raised:
        if values[number] != 1:
            stored.wrong("doubled" if values[number] else "lost", f"alarm {number}: {values[number]} events")
    if len(rows) != events:
        stored.wrong("lost" if len(rows) < events else "doubled", f"{len(rows)} events of {events}")
    done = Count(len(raised), len(raised), steps)
    if steps != len(raised):
        done.wrong("lost" if steps < len(raised) else "doubled", f"{len(raised)} alarms raised, {steps} steps")
    return stored, done
