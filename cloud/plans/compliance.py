"""How plans were kept: a verdict for each occurrence, and the figure of a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, time

from sqlalchemy import Connection, RowMapping

from cloud.plans.schemas import Compliance, Kept, NewPlan, PlanFigure
from cloud.plans.store import orders_of, plans, until
from cloud.service_levels.calendar import moment
from cloud.service_levels.store import service_level


def verdict(plan: NewPlan, row: RowMapping, now: int) -> Kept:
    """Of one occurrence, from its order."""
    last = until(plan, row["due_at"])
    if row["restored_at"] is not None:
        return "kept" if row["restored_at"] <= last else "late"
    if row["state"] == "cancelled":
        return "dropped"
    return "overdue" if now > last else "open"


def compliance(connection: Connection, site: str, year: int, month: int, now: int) -> Compliance:
    """计划完成率 of a month: of all occurrences that were due in it and are settled, how many were kept."""
    zone = service_level(connection, site).calendars.zone
    start = moment(zone, date(year, month, 1), time(0))
    end = moment(zone, date(year + month // 12, month % 12 + 1, 1), time(0))
    figures = [
        figure
        for row in plans(connection, frozenset({site}))
        if (figure := _figure(row, _within(connection, row["id"], start, end), now)).due
    ]
    due, kept = sum(f.due for f in figures), sum(f.kept for f in figures)
    settled = due - sum(f.open for f in figures)
    told = {"site": site, "month": f"{year}-{month:02d}", "from": start, "to": end, "due": due, "kept": kept}
    return Compliance.model_validate(told | {"plans": figures, "value": kept / settled if settled else None})


def _within(connection: Connection, id: str, start: int, end: int) -> list[RowMapping]:
    return [row for row in orders_of(connection, id) if start <= row["due_at"] < end]


def _figure(row: RowMapping, occurrences: Sequence[RowMapping], now: int) -> PlanFigure:
    plan = NewPlan.model_validate_json(row["body"])
    counts = Counter(verdict(plan, each, now) for each in occurrences)
    settled = len(occurrences) - counts["open"]
    return PlanFigure(
        plan=row["id"],
        name=plan.name,
        equipment=plan.equipment,
        due=len(occurrences),
        kept=counts["kept"],
        late=counts["late"],
        overdue=counts["overdue"],
        open=counts["open"],
        dropped=counts["dropped"],
        value=counts["kept"] / settled if settled else None,
    )
