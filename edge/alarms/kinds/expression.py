"""An expression over several points of one equipment: equal texts are evaluated together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from edge.alarms.arithmetic import Truth, truth
from edge.alarms.row import Index, Judged, Kind, taken
from edge.points import B1
from edge.snapshot import Snapshot
from facility import expression as expressions
from facility.alarm import Expression
from facility.batch import F8
from facility.clock import NS

EVALUATES = ("expression",)


class Expressions:
    """One text, many equipments: a column of points for each name. A bad point is NaN in the snapshot: unknown.

    With a zone it reads the site's hour, so the clock alone may change it.
    """

    memory: tuple[()] = ()

    def __init__(
        self, rows: Index, evaluate: Truth, points: dict[str, Index], rated: dict[str, F8], zone: ZoneInfo | None
    ) -> None:
        self.rows = rows
        self._evaluate = evaluate
        self._points = points
        self._rated = rated
        self._zone = zone
        self.timed = zone is not None

    def watched(self) -> list[tuple[int, int]]:
        return [(i, p) for points in self._points.values() for i, p in enumerate(points.tolist())]

    def judge(self, which: Index, active: B1, snapshot: Snapshot, now: int) -> tuple[B1, B1]:  # noqa: ARG002
        columns = {name: snapshot.value[taken(points, which)] for name, points in self._points.items()}
        columns |= {name: taken(figures, which) for name, figures in self._rated.items()}
        if self._zone is not None:
            columns[expressions.LOCAL_HOUR] = np.array(float(self._hour(snapshot.clock.now())))
        with np.errstate(all="ignore"):
            true, false = self._evaluate(columns)
        if np.shape(true) != which.shape:
            true, false = np.broadcast_to(true, which.shape), np.broadcast_to(false, which.shape)
        return true | false, true

    def _hour(self, now: int) -> int:
        return datetime.fromtimestamp(now // NS, self._zone).hour


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """One piece for each text."""
    by_text: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        if isinstance(one.condition, Expression):
            by_text[one.condition.expression].append(one)
    return [_one(text, some) for text, some in by_text.items()]


def _one(text: str, judged: Sequence[Judged]) -> Kind:
    hourly = expressions.LOCAL_HOUR in expressions.names(text)
    return Expressions(
        rows=np.array([j.row for j in judged], np.intp),
        evaluate=truth(expressions.parsed(text)),
        points={p: np.array([j.find(p) for j in judged], np.intp) for p in sorted(expressions.points(text))},
        rated={
            expressions.RATED + name: np.array([j.rated[name] for j in judged])
            for name in sorted(expressions.rated(text))
        },
        zone=ZoneInfo(judged[0].timezone) if hourly else None,
    )
