"""The oracle: what the devices issued, what the edge accepted, what cloud and historian hold, and where they differ."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, Final

from facility.clock import NS, SystemClock, from_iso, iso
from facility.event import Lane
from tests.edge.line_parser import parse
from tests.end_to_end.counted import Counted
from tests.end_to_end.counted_site import fields, units
from tests.end_to_end.counting import ANSWERS, COUNTERS, FIELDS, MESSAGES, guard_of, state_of, value_of
from tests.end_to_end.delivered import EVENT_LANES, opened

MS = 1_000_000
Key = tuple[str, str, int]
"""(spool, lane, seq)"""
STEPS: Final = (
    "SELECT a.equipment FROM alarm_step s JOIN alarm a ON a.id = s.alarm WHERE a.equipment LIKE ?"
    " AND s.kind IN ('raised', 'raised_again', 'still_raised', 'passed') AND s.detail <> 'snapshot'"
)
"""A row for each alarm event's effect: what a snapshot did is no event's."""
Values = dict[str, float]
"""Field → value, of one rack at one time."""


@dataclass(slots=True)
class Count:
    """Of samples, of events, of the alarms that these are meant to raise."""

    issued: int = 0
    accepted: int = 0
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    altered: int = 0
    words: list[str] = field(default_factory=list)
    """The first that are wrong, in words."""

    def wrong(self, what: str, word: str, times: int = 1) -> None:
        """Count it under lost, doubled or altered."""
        setattr(self, what, getattr(self, what) + times)
        if len(self.words) < 5:
            self.words.append(f"{what}: {word}")

    def __str__(self) -> str:
        return (
            f"{self.issued:,} issued, {self.accepted:,} accepted, {self.stored:,} stored, {self.lost} lost, "
            f"{self.doubled} doubled, {self.altered} altered" + "".join(f"; {word}" for word in self.words)
        )


def total(counts: Iterable[Count]) -> Count:
    """Of several gateways, as one."""
    whole = Count()
    for one in counts:
        for name in ("issued", "accepted", "stored", "lost", "doubled", "altered"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        whole.words += one.words[: 5 - len(whole.words)]
    return whole


class Oracle:
    """`look` at least every half minute and right after each kill of the edge; `samples`, `messages`, … at the end."""

    def __init__(self, road: Counted) -> None:
        self._road = road
        self.since = SystemClock().now() - 60 * NS
        """What the historian holds is looked at from here, UTC ns."""
        self._seen: dict[str, int] = {}
        self._high: dict[tuple[str, str], int] = {}
        self._bodies: dict[Key, dict[str, Any]] = {}
        self._rows: dict[str, dict[int, Values]] = defaultdict(dict)

    def look(self) -> None:
        """Note what lies on the disk of the edge: all samples that are new, all events that are there."""
        with closing(opened(self._road.spool)) as db:
            spool = str(db.execute("SELECT value FROM meta WHERE key = 'spool'").fetchone()[0])
            for lane, high in db.execute("SELECT name, high FROM lane"):
                self._high[spool, lane] = max(high, self._high.get((spool, lane), 0))
            for body in self._new(db, spool):
                self._note(gzip.decompress(body))
            for lane in EVENT_LANES:
                for seq, body in db.execute(f"SELECT seq, body FROM {lane}"):  # noqa: S608
                    self._bodies[spool, lane, seq] = json.loads(body)

    def _new(self, db: sqlite3.Connection, spool: str) -> Iterator[bytes]:
        seen = self._seen.get(spool, 0)
        rows = db.execute("SELECT seq, body FROM telemetry WHERE seq > ? ORDER BY seq", (seen,)).fetchall()
        if rows:
            assert rows[0][0] == seen + 1, f"looked too late: telemetry {seen + 1} to {rows[0][0] - 1} went unseen"
            self._seen[spool] = rows[-1][0]
        return (body for _, body in rows)

    def _note(self, body: bytes) -> None:
        for line in parse(body):
            values = {name: float(value) for name, value in line.fields.items() if not name.endswith("_q")}
            if values and line.measurement == "rack":
                self._rows[line.tags["equipment"]].setdefault(line.time // MS, {}).update(values)

    @property
    def alarms_accepted(self) -> int:
        """Alarm events of racks that were seen on the disk."""
        return sum(str(body["data"]["type"]).startswith("alarm.") for body in self._bodies.values())

    def samples(self) -> Count:
        """Issued: values that devices answered; accepted: on the disk of the edge; stored: in the historian."""
        count, answered = Count(), self._answered()
        count.issued = sum(answered.values()) * FIELDS
        for rack in units(self._road.units):
            unit = int(rack.partition("-")[2])
            self._true(count, unit, answered[unit], self._rows[rack])
            self._held(count, rack, self._rows[rack])
        return count

    def _answered(self) -> Counter[int]:
        lines = (self._road.root / ANSWERS).read_text().splitlines()
        return Counter(int(line.split()[0]) for line in lines)

    @staticmethod
    def _true(count: Count, unit: int, answered: int, rows: dict[int, Values]) -> None:
        """What the edge accepted is what the device said, each answer once."""
        numbers: Counter[int] = Counter()
        for at, values in sorted(rows.items()):
            number = int(values.get("c00", 0)) >> 12
            expected: Values = {f"c{n:02}": value_of(unit, n, number) for n in range(COUNTERS)}
            expected["turned"] = state_of(unit, number)
            if not 1 <= number <= answered or any(expected[name] != value for name, value in values.items()):
                count.wrong("altered", f"unit {unit} at {at}: answer {number} of {answered}: {values}")
            numbers[number] += 1
        for number, times in numbers.items():
            if times > 1:
                count.wrong("doubled", f"unit {unit}: answer {number} {times} times", times - 1)

    def _held(self, count: Count, rack: str, rows: dict[int, Values]) -> None:
        """What the edge accepted is in the historian, once, and nothing else is."""
        held: dict[tuple[str, int], list[float]] = defaultdict(list)
        for point, at, value in self._history(rack):
            held[point, at].append(value)
        newest = next(reversed(rows), 0)
        for at, values in rows.items():
            count.accepted += len(values)
            for name, value in values.items():
                there = held.pop((name, at), [])
                count.stored += bool(there)
                if not there:
                    count.wrong("lost", f"{rack}.{name} at {at}")
                elif len(there) > 1:
                    count.wrong("doubled", f"{rack}.{name} at {at}: {there}", len(there) - 1)
                elif there != [value]:
                    count.wrong("altered", f"{rack}.{name} at {at}: {value} is {there}")
        for name, at in held:
            if at <= newest:
                count.wrong("altered", f"{rack}.{name} at {at} was never accepted")

    def _history(self, rack: str) -> Iterator[tuple[str, int, float]]:
        points = [f"{rack}.{name}" for name in fields()]
        query = {"point": points, "from": iso(self.since), "to": "now", "limit": 50_000}
        after: dict[str, str] = {}
        while True:
            page = self._road.get("history", **query, **after)
            for row in page["items"]:
                yield row["point"].partition(".")[2], from_iso(row["at"]) // MS, float(row["value"])
            if page["next"] is None:
                return
            after = {"after": page["next"]}

    def messages(self) -> Count:
        """Reads that the reader sent, each with its tag: the broker keeps what the edge has not taken."""
        with closing(opened(self._road.root / "cloud" / "cloud.sqlite")) as db:
            rows = db.execute("SELECT data FROM event WHERE type = 'patrol.read' ORDER BY recorded_at").fetchall()
        found = [json.loads(row[0]) for row in rows]
        issued = (self._road.root / MESSAGES).read_text().split()
        times = Counter(str(data["tag"]) for data in found)
        count = Count(issued=len(issued), accepted=len(found), stored=len(times))
        newest = max(times, default="")
        for tag in issued:
            if tag <= newest and times[tag] == 0:
                count.wrong("lost", f"tag {tag}")
            elif times[tag] > 1:
                count.wrong("doubled", f"tag {tag} {times[tag]} times", times[tag] - 1)
        for data in found:
            if data["guard"] != guard_of(data["tag"]):
                count.wrong("altered", str(data))
        return count

    def events(self) -> Count:
        """By the keys of the spool: every seq up to the highest is in the cloud, once, as it lay on the disk."""
        with closing(opened(self._road.root / "cloud" / "cloud.sqlite")) as db:
            rows = db.execute("SELECT spool, lane, seq, id, at, data FROM event").fetchall()
        stored = {(r[0], r[1], r[2]): r for r in rows}
        highs = {key: high for key, high in self._high.items() if key[1] in EVENT_LANES}
        count = Count(sum(highs.values()), sum(highs.values()), len(rows))
        for (spool, lane), high in highs.items():
            for seq in range(1, high + 1):
                if (spool, lane, seq) not in stored:
                    count.wrong("lost", f"{lane} {seq}: {self._bodies.get((spool, lane, seq))}")
        for id, times in Counter(r[3] for r in rows).items():
            if times > 1:
                count.wrong("doubled", f"event {id} {times} times", times - 1)
        for key, body in self._bodies.items():
            row = stored.get(key)
            if row is not None and (row[3], row[4], json.loads(row[5])) != (body["id"], body["at"], body["data"]):
                count.wrong("altered", f"{key}: {body} is {row}")
        return count

    def effects(self) -> Count:
        """Each raised alarm that the cloud took has stepped its alarm once; an alarm is live if that was told last."""
        with closing(opened(self._road.root / "cloud" / "cloud.sqlite")) as db:
            db.execute("BEGIN")
            events = db.execute(
                "SELECT equipment, type FROM event WHERE type IN ('alarm.raised', 'alarm.cleared')"
                " AND equipment LIKE 'rack-%' ORDER BY received_at, seq"
            ).fetchall()
            steps = Counter(row[0] for row in db.execute(STEPS, ("rack-%",)))
            live = Counter(row[0] for row in db.execute("SELECT equipment FROM alarm WHERE live AND rule = 'turned'"))
        raised = Counter(equipment for equipment, type in events if type == "alarm.raised")
        count = Count(issued=raised.total(), accepted=raised.total(), stored=steps.total())
        for equipment in raised | steps:
            there, done = raised[equipment], steps[equipment]
            if done != there:
                wrong = "lost" if done < there else "doubled"
                count.wrong(wrong, f"{equipment}: {there} events, {done} effects", abs(there - done))
        for equipment, last in dict(events).items():
            if live[equipment] != (last == "alarm.raised"):
                count.wrong("altered", f"{equipment}: {last} came last, {live[equipment]} live alarms")
        return count

    def late(self, since: int, until: int) -> list[float]:
        """Seconds from an event's recording at the edge to its arrival, of those recorded between the two times."""
        with closing(opened(self._road.root / "cloud" / "cloud.sqlite")) as db:
            rows = db.execute(
                "SELECT received_at - recorded_at FROM event WHERE recorded_at BETWEEN ? AND ?"
                " AND lane IN (?, ?) ORDER BY 1",
                (since, until, Lane.LIFE, Lane.EVENT),
            ).fetchall()
        return [row[0] / NS for row in rows]
