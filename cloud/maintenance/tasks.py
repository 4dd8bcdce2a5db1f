"""The tasks of a span: occurrences of plans that have an order, those that will have one, and inspections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, select

from cloud.assets.tables import ASSET
from cloud.equipment.store import rows_by_id
from cloud.maintenance.schemas import Task
from cloud.plans.compliance import verdict
from cloud.plans.inspections import TRADES
from cloud.plans.schemas import ByCalendar, Kept, NewPlan
from cloud.plans.store import occurrence, orders_of, plans, until
from cloud.plans.tables import INSPECTION
from cloud.service_levels.calendar import moment
from cloud.service_levels.store import service_level
from cloud.work_orders.tables import WORK_ORDER
from facility.clock import NS
from facility.words import Text

DAY: Final = 86_400 * NS
MOST: Final = 400
"""Occurrences of one plan that a span may show."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Named:
    """What the calendar says of equipment, also of what has left the inventory."""

    names: dict[str, Text]
    types: dict[str, str]
    places: dict[str, str]

    def name(self, equipment: str | None) -> Text | None:
        """Its name."""
        return self.names.get(equipment or "")


@dataclass(frozen=True, slots=True)
class Inspection:
    """One date of the register, with its order once that is made."""

    equipment: str
    on: date
    order: str | None = None
    state: str | None = None
    restored_at: int | None = None


def tasks(connection: Connection, site: str, span: Span, now: int) -> tuple[Task, ...]:
    """All of [from, to), by the time that they are due."""
    zone = service_level(connection, site).calendars.zone
    rows = plans(connection, frozenset({site}))
    bodies = {row["id"]: NewPlan.model_validate_json(row["body"]) for row in rows}
    dates = _inspections(connection, site)
    wanted = {plan.equipment for plan in bodies.values()} | {each.equipment for each in dates}
    named = named_of(connection, site, {id for id in wanted if id})
    found = [_inspection(site, each, named, zone, now) for each in dates]
    for row in rows:
        plan = bodies[row["id"]]
        found += [_made(row["id"], plan, each, named, now) for each in orders_of(connection, row["id"])]
        found += _planned(row, plan, named, zone, span)
    within = (task for task in found if span[0] <= task.due_at < span[1])
    return tuple(sorted(within, key=lambda task: (task.due_at, task.equipment or "", task.number or 0)))


def named_of(connection: Connection, site: str, ids: set[str]) -> Named:
    """What is known of these."""
    rows = rows_by_id(connection, site, ids)
    return Named(
        {row["id"]: Text(zh=row["name_zh"], en=row["name_en"]) for row in rows},
        {row["id"]: row["type"] for row in rows},
        {row["id"]: row["place"] for row in rows if row["place"]},
    )


def _task(id: str, plan: NewPlan, named: Named, number: int, due_at: int) -> Task:
    return Task(
        kind="plan",
        site=plan.site,
        equipment=plan.equipment,
        equipment_name=named.name(plan.equipment),
        place=plan.place,
        name=plan.name,
        trade=plan.trade,
        plan=id,
        number=number,
        due_at=due_at,
        until=until(plan, due_at),
        order=None,
        state=None,
        verdict="planned",
    )


def _made(id: str, plan: NewPlan, row: RowMapping, named: Named, now: int) -> Task:
    told = {"order": row["order_id"], "state": row["state"], "verdict": verdict(plan, row, now)}
    return _task(id, plan, named, row["number"], row["due_at"]).model_copy(update=told)


def _planned(row: RowMapping, plan: NewPlan, named: Named, zone: ZoneInfo, span: Span) -> list[Task]:
    """What the calendar says of the time after its last order; none of a plan that is off."""
    if not row["enabled"] or not isinstance(plan.every, ByCalendar):
        return []
    found: list[Task] = []
    number = row["next_number"]
    while len(found) < MOST and (at := occurrence(plan.every, number, zone)) < span[1]:
        if at >= span[0]:
            found.append(_task(row["id"], plan, named, number, at))
        number += 1
    return found


def _inspections(connection: Connection, site: str) -> list[Inspection]:
    """Those whose order was made, with it, and the dates in the register that have none yet."""
    a, i, w = ASSET.c, INSPECTION.c, WORK_ORDER.c
    query = select(i.equipment, i.on_date, w.id, w.state, w.restored_at)
    query = query.join_from(INSPECTION, WORK_ORDER, w.id == i.order_id).where(i.site == site)
    made = [Inspection(*row) for row in connection.execute(query)]
    have = {(each.equipment, each.on) for each in made}
    coming = select(a.equipment, a.next_inspection_on).where(a.site == site, a.next_inspection_on.is_not(None))
    fresh = [Inspection(*row) for row in connection.execute(coming)]
    return [*made, *(each for each in fresh if (each.equipment, each.on) not in have)]


def _inspection(site: str, one: Inspection, named: Named, zone: ZoneInfo, now: int) -> Task:
    due_at = moment(zone, one.on, time(0))
    last = due_at + DAY - 1
    return Task(
        kind="inspection",
        site=site,
        equipment=one.equipment,
        equipment_name=named.name(one.equipment),
        place=named.places.get(one.equipment),
        name=Text(zh="定期检验", en="Statutory inspection"),
        trade=TRADES.get(named.types.get(one.equipment, ""), "general"),
        plan=None,
        number=None,
        due_at=due_at,
        until=last,
        order=one.order,
        state=one.state,
        verdict=_said(one, last, now),
    )


def _said(one: Inspection, last: int, now: int) -> Kept | Literal["planned"]:
    if one.restored_at is not None:
        return "kept" if one.restored_at <= last else "late"
    if one.state == "cancelled":
        return "dropped"
    if now > last:
        return "overdue"
    return "planned" if one.order is None else "open"
