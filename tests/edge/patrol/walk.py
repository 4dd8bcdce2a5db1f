"""One patrol on a clock that a test moves: reads come by word, verdicts are what was told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from edge.patrol.patrol import Patrol, Walked
from edge.steady_clock import SteadyClock
from facility.clock import NS, ManualClock, from_iso
from facility.event import Draft, PatrolRead, PatrolVerdict
from facility.inventory import Inventory
from facility.site import Route
from tests.edge import building as b

MIDNIGHT = from_iso("2026-03-01T00:00:00+08:00")


def route(**more: Any) -> Route:
    """Three checkpoints, from eight on: c1 0–10 min, c2 5–20 min, c3 10–30 min."""
    return Route.model_validate(
        {
            "id": "night", "name": b.BOTH, "kind": "security", "starts": ["08:00", "12:00"], "start_window": "10min",
            "checkpoints": [
                {"id": "c1", "reader": "r1", "tag": "t1", "after": "0s", "before": "10min"},
                {"id": "c2", "reader": "r2", "tag": "t2", "after": "5min", "before": "20min", "least_gap": "1min"},
                {"id": "c3", "reader": "r3", "tag": "t3", "after": "10min", "before": "30min", "least_gap": "1min",
                 "most_gap": "15min"},
            ],
            **more,
        }
    )  # fmt: skip


def minute(minutes: float, hour: int = 8) -> int:
    """UTC ns of so many minutes after an hour of the first day."""
    return MIDNIGHT + round((hour * 60 + minutes) * 60) * NS


class Walk:
    """`told` are all drafts; `restart` goes on from what is on disk."""

    def __init__(self, *routes: Route, start: int = minute(-10)) -> None:
        self.clock = ManualClock(wall=start)
        self.routes = routes or (route(),)
        self.disk: dict[str, bytes] = {}
        self.told: list[Draft] = []
        self.restart()

    @property
    def inventory(self) -> Inventory:
        return b.inventory(b.equipment("r1", [b.point("level")])).model_copy(update={"routes": self.routes})

    def restart(self) -> None:
        self.patrol = Patrol(self.inventory, SteadyClock(self.clock), self.disk)
        self.take(self.patrol.tick())

    def rewrite(self, *routes: Route) -> None:
        self.routes = routes
        self.take(self.patrol.carry(self.inventory))

    def take(self, walked: Walked) -> list[Draft]:
        self.told += walked.drafts
        self.disk |= walked.state
        return walked.drafts

    def until(self, at: int, step: float = 1.0) -> None:
        """Let time pass to a moment, ticking; the last tick is at that very moment."""
        while self.clock.wall < at:
            self.clock.advance(min(step, (at - self.clock.wall) / NS))
            self.take(self.patrol.tick())

    def jump(self, at: int) -> None:
        """Let time pass without a tick."""
        self.clock.advance((at - self.clock.wall) / NS)

    def read(self, number: int, guard: str | None = "g1", *, at: int | None = None, **more: Any) -> list[str]:
        """A read at reader `r<number>`, now or uploaded; the verdicts that it brought."""
        more = {"reader_clock": self.clock.wall if at is None else at, **more}
        if at is not None:
            more.setdefault("late_upload", True)
        return self.read_as(f"r{number}", f"t{number}", guard, **more)

    def read_as(self, reader: str, tag: str, guard: str | None, **more: Any) -> list[str]:
        """A message of a reader; the verdicts that it brought."""
        data = PatrolRead.model_validate({"tag": tag, "guard": guard, **more})
        return words(self.take(self.patrol.hear([Draft(data=data, at=self.clock.wall, equipment=reader)])))

    def verdicts(self) -> dict[tuple[str, str], str]:
        """(round, checkpoint) → the verdict that stands."""
        return {(d.round, d.checkpoint): d.verdict for d in self._said() if d.visit}

    def others(self) -> list[str]:
        """What stands of the reads that do not count, but for early ones."""
        last = {(d.checkpoint, d.guard, d.read_at): d for d in self._said() if d.round}
        return [d.verdict for d in last.values() if not d.visit and d.verdict != "early"]

    def of(self, checkpoint: str) -> str | None:
        """What stands of a checkpoint in the last round that has one."""
        return next((v for (_, c), v in reversed(self.verdicts().items()) if c == checkpoint), None)

    def _said(self) -> Iterator[PatrolVerdict]:
        return (d.data for d in self.told if isinstance(d.data, PatrolVerdict))


def words(drafts: list[Draft]) -> list[str]:
    return [d.data.verdict for d in drafts if isinstance(d.data, PatrolVerdict)]


@contextmanager
def silent(walk: Walk) -> Iterator[None]:
    """Nothing may begin to alarm within it."""
    before = (walk.patrol.late_starts(), walk.patrol.missed())
    yield
    assert walk.patrol.late_starts() <= before[0]
    assert walk.patrol.missed() <= before[1]
