"""Plans by run hours: how many hours are left, and when that will be if the equipment runs on as it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, RowMapping

from cloud.equipment.store import equipment_of, rows_by_id
from cloud.historian.base import Counts, Series
from cloud.historian.grid import QUARTER
from cloud.maintenance.schemas import RunHours
from cloud.maintenance.tasks import DAY, named_of
from cloud.plans.schemas import ByRunHours, NewPlan
from cloud.plans.store import plans
from facility.errors import DeliveryError
from facility.words import Text

LOOK_BACK: Final = 30
"""Days over which the pace is taken."""
SILENT: Final = 0.5
"""Share of silence from which on the pace is not known."""


@dataclass(frozen=True, slots=True)
class Due:
    """One plan as the store has it."""

    row: RowMapping
    plan: NewPlan
    every: ByRunHours
    name: Text | None
    series: Series | None
    """Of its meter; None where the inventory has it no more."""


def run_hour_plans(connection: Connection, site: str) -> list[Due]:
    """Those that are on."""
    found = [(row, NewPlan.model_validate_json(row["body"])) for row in plans(connection, frozenset({site}))]
    mine = [(row, plan, plan.every) for row, plan in found if row["enabled"] and isinstance(plan.every, ByRunHours)]
    points = _series(connection, site, {every.point for _, _, every in mine})
    named = named_of(connection, site, {plan.equipment for _, plan, _ in mine if plan.equipment})
    return [Due(row, plan, every, named.name(plan.equipment), points.get(every.point)) for row, plan, every in mine]


def _series(connection: Connection, site: str, ids: set[str]) -> dict[str, Series]:
    rows = rows_by_id(connection, site, {id.partition(".")[0] for id in ids})
    bodies = [equipment_of(row["body"]) for row in rows]
    return {
        point.id: Series(site, means.type, means.id, point.point, point.instance)
        for means in bodies
        for point in means.points
        if point.id in ids
    }


async def run_hours(counts: Counts | None, dues: Sequence[Due], now: int) -> tuple[RunHours, ...]:
    """Each plan with its pace, the soonest first; those of which nothing is known last."""
    series = [due.series for due in dues if due.series is not None]
    paces = await _paces(counts, list(dict.fromkeys(series)), now)
    found = [_standing(due, paces.get(due.series) if due.series else None, now) for due in dues]
    return tuple(sorted(found, key=lambda each: (each.due_at is None, each.due_at or 0, each.left or 0.0)))


async def _paces(counts: Counts | None, series: Sequence[Series], now: int) -> dict[Series, float]:
    """Hours a day of each meter, from the newest days that it knows."""
    if counts is None or not series:
        return {}
    until = now // QUARTER * QUARTER
    edges = [until - day * DAY for day in range(LOOK_BACK, -1, -1)]
    try:
        found = await counts.counter_deltas(series, edges)
    except DeliveryError:
        return {}
    answer = {}
    for rises in found:
        known = (rises.rise == rises.rise) & (rises.silent < SILENT)
        if known.any():
            answer[rises.series] = float(rises.rise[known].mean())
    return answer


def _standing(due: Due, pace: float | None, now: int) -> RunHours:
    row, every = due.row, due.every.hours
    first, last = row["first_hours"], row["last_hours"]
    counted = None if first is None or last is None else row["carried_hours"] + last - first
    left = None if counted is None else row["next_number"] * every - counted
    due_at = None
    if left is not None and left <= 0:
        due_at = now
    elif left is not None and pace:
        due_at = now + round(left / pace * DAY)
    return RunHours(
        site=row["site"],
        plan=row["id"],
        name=due.plan.name,
        equipment=due.plan.equipment,
        equipment_name=due.name,
        point=due.every.point,
        every=every,
        counted=counted,
        left=left,
        a_day=pace,
        due_at=due_at,
    )
