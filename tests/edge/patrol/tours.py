"""Tours with every mistake of guards and readers, by one seed each; edge and oracle side by side."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from edge.patrol.reader_clock import DRIFT, JITTER, UNCOMPARED
from facility.clock import NS
from facility.event import PatrolRead
from facility.site import Route
from tests.edge import building as b
from tests.edge.patrol.oracle import Due, Seen, Tour, verdicts
from tests.edge.patrol.walk import Walk, minute

HOUR = 8
START = minute(0, HOUR)
AFTER_START = 16 * NS
"""What was due while the edge was away is judged by then."""
GUARDS = ("g1", "g2", "g3")
Step = tuple[int, int, str | None]
"""(moment, checkpoint, guard)."""


@dataclass
class Played:
    """What came of one tour: how often each verdict, and what differed."""

    words: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def made_route(dice: random.Random) -> Route:
    """Two to six checkpoints on as many readers or on one (a carried reader), with or without windows and gaps."""
    count = dice.randint(2, 6)
    carried = dice.random() < 0.25
    points: list[dict[str, Any]] = []
    opens = 0
    for i in range(count):
        point: dict[str, Any] = {"id": f"c{i}", "reader": "r0" if carried else f"r{i}", "tag": f"t{i}"}
        if dice.random() < 0.9:
            point["after"] = opens
        if dice.random() < 0.9 or i == count - 1:
            point["before"] = opens + dice.randint(3, 12) * 60
        if dice.random() < 0.6:
            point["least_gap"] = dice.choice([30, 60, 120])
        if dice.random() < 0.5:
            point["most_gap"] = dice.choice([300, 600, 900])
        points.append(point)
        opens += dice.randint(1, 5) * 60
    return Route.model_validate(
        {
            "id": "tour", "name": b.BOTH, "kind": dice.choice(["security", "fire", "plant"]),
            "ordered": dice.random() < 0.7, "starts": ["08:00", "10:00"], "start_window": "10min",
            "guards": dice.choice([[], ["g1"], ["g1", "g2"]]), "checkpoints": points,
        }
    )  # fmt: skip


class Player:
    """Plays one tour: some reads on line, some uploaded afterwards, by readers whose clocks are off or not."""

    def __init__(self, seed: int) -> None:
        self.dice = dice = random.Random(seed)
        self.route = made_route(dice)
        self.walk = Walk(self.route, start=START - 600 * NS)
        readers = sorted({c.reader for c in self.route.checkpoints})
        self.off = {r: dice.choice([0, 0, 0, 20, -45, 300, -900]) * NS for r in readers}
        self.compared: dict[str, int] = {}
        self.restarted = 0
        self.seen: list[Seen] = []
        self.played = Played()

    def play(self) -> Played:
        on_line, uploads = self._steps()
        for at, point, guard in on_line:
            self._until(at)
            self._on_line(point, guard)
        self._until(START + self.dice.choice([50, 75, 90]) * 60 * NS)
        for at, point, guard in uploads:
            self._upload(at, point, guard)
            if self.dice.random() < 0.2:
                self._upload(at, point, guard)
        while self.walk.clock.wall < (settled := self.restarted + AFTER_START):
            self._until(settled)
        self._compare()
        return self.played

    def _steps(self) -> tuple[list[Step], list[Step]]:
        dice, at = self.dice, START + dice_seconds(self.dice, -300, 500)
        points = list(range(len(self.route.checkpoints)))
        if dice.random() < 0.4:
            i, j = dice.sample(points, 2)
            points[i], points[j] = points[j], points[i]
        points = [p for p in points if dice.random() < 0.85] + dice.choices(points, k=dice.randint(0, 2))
        usual = dice.choice(GUARDS[:2])
        found: list[Step] = []
        uploaded: list[Step] = []
        for point in points:
            guard = usual if dice.random() < 0.9 else dice.choice([*GUARDS, None])
            step = (at, point, guard)
            (uploaded if dice.random() < 0.3 else found).append(step)
            at += dice_seconds(dice, 10, dice.choice([60, 300, 900]))
        dice.shuffle(uploaded)
        return sorted(found, key=lambda s: s[0]), uploaded

    def _until(self, at: int) -> None:
        while self.walk.clock.wall < at:
            self.walk.clock.advance(min(self.dice.choice([1, 20, 90]), (at - self.walk.clock.wall) / NS))
            self.walk.take(self.walk.patrol.tick())
            if self.dice.random() < 0.01:
                self.walk.restart()
                self.restarted = self.walk.clock.wall

    def _on_line(self, point: int, guard: str | None) -> None:
        now, reader = self.walk.clock.wall, self.route.checkpoints[point].reader
        self.walk.read_as(reader, f"t{point}", guard, reader_clock=now + self.off[reader])
        if self._queued(reader, now):
            self._saw(point, guard, now + self.off[reader], UNCOMPARED)
            return
        self.compared[reader] = now
        self._saw(point, guard, now, 0)

    def _queued(self, reader: str, now: int) -> bool:
        """Whether an old message may be one that the broker has kept: right after a start, of a clock nobody knows."""
        just = now - self.restarted < 60 * NS
        return just and reader not in self.compared and self.off[reader] < -120 * NS

    def _upload(self, at: int, point: int, guard: str | None) -> None:
        now, reader = self.walk.clock.wall, self.route.checkpoints[point].reader
        told: dict[str, Any] = {"reader_clock": at + self.off[reader], "late_upload": True}
        if self.dice.random() < 0.5:
            told["reader_now"] = now + self.off[reader]
            if not self._queued(reader, now):
                self.compared[reader] = now
        if reader in self.compared:
            error = JITTER + round(abs(at - self.compared[reader]) * DRIFT)
        else:
            at, error = at + self.off[reader], UNCOMPARED
        self.walk.read_as(reader, f"t{point}", guard, **told)
        self._saw(point, guard, at, error)

    def _saw(self, point: int, guard: str | None, at: int, error: int) -> None:
        said = [d.data for d in self.walk.told if isinstance(d.data, PatrolRead)]
        name = f"{len(said):04}"
        if any(s.name == name for s in self.seen):
            return
        reader = self.route.checkpoints[point].reader
        shifted = abs(self.off[reader]) > 60 * NS and reader in self.compared
        now = self.walk.clock.wall
        self.seen.append(Seen(name, point, guard, at / NS, error / NS, now / NS, shifted, reader))

    def _compare(self) -> None:
        due = []
        longest = max(c.before for c in self.route.checkpoints if c.before is not None)
        for c in self.route.checkpoints:
            opens = c.after or 0.0
            closes = max(longest, opens) if c.before is None else c.before
            due.append(Due(START / NS + opens, START / NS + closes, c.least_gap, c.most_gap))
        near = [s for s in self.seen if max(due[s.point].opens - s.at, s.at - due[s.point].closes) <= 3600]
        stands, others = verdicts(Tour(tuple(due), self.route.ordered, self.route.guards), near, self._now())
        mine = {i: w for i, (w, _) in stands.items()}
        found = {int(c[1:]): v for (_, c), v in self.walk.verdicts().items()}
        if mine != found:
            self.played.differences.append(f"{mine} is right, {found} was said")
        extra = Counter(w for w in others.values() if w != "early")
        said = Counter(self.walk.others())
        if extra != said:
            self.played.differences.append(f"of other reads {extra} is right, {said} was said")
        self.played.words.update(mine.values())
        self.played.words.update(others.values())

    def _now(self) -> float:
        return self.walk.clock.wall / NS - 2


def dice_seconds(dice: random.Random, low: int, high: int) -> int:
    return round(dice.uniform(low, high) * 10) * NS // 10


def play(seed: int) -> Played:
    """One tour."""
    return Player(seed).play()
