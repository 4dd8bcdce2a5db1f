"""Something happened so many times in a window; or, `where: {zone: same}`, at so many addresses of one fire zone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge.alarms.counted import Counted
from edge.alarms.facts import Facts
from edge.alarms.membership import Membership, values_of
from edge.alarms.row import Judged, Kind
from edge.alarms.together import Together
from facility.alarm import Count
from facility.clock import NS

EVALUATES = ("count",)


def compiled(judged: Sequence[Judged]) -> Sequence[Kind]:
    """The columns of all `count` conditions: those of one point, and those of a zone."""
    found = [(j, j.condition) for j in judged if isinstance(j.condition, Count)]
    single = [(j, c) for j, c in found if not c.same_zone]
    zones = [(j, c) for j, c in found if c.same_zone]
    return [*([_counted(single)] if single else ()), *([_together(zones)] if zones else ())]


def _counted(found: Sequence[tuple[Judged, Count]]) -> Kind:
    points = [j.find(c.point) for j, c in found]
    means = [j.means(c.point) for j, c in found]
    return Counted(
        rows=np.array([j.row for j, _ in found], np.intp),
        member=Membership(points, [values_of(m, c.states) for m, (_, c) in zip(means, found, strict=True)]),
        kinds=[m.kind for m in means],
        facts=Facts(points, [{k: (v,) for k, v in c.where.items()} for _, c in found]),
        times=[c.times for _, c in found],
        window=np.array([round(c.window * NS) for _, c in found], np.int64),
    )


def _together(found: Sequence[tuple[Judged, Count]]) -> Kind:
    return Together(
        rows=np.array([j.row for j, _ in found], np.intp),
        groups=[j.all_points for j, _ in found],
        wanted=[values_of(j.means(c.point), c.states) for j, c in found],
        times=np.array([c.times for _, c in found], np.intp),
        window=np.array([round(c.window * NS) for _, c in found], np.int64),
    )
