"""Plans in the store: made, and turned into orders, each occurrence once."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.ids import new_id
from cloud.plans.schemas import ByCalendar, ByRunHours, CheckItem, NewPlan
from cloud.plans.tables import PLAN, PLAN_ORDER
from cloud.service_levels.calendar import moment
from cloud.service_levels.store import service_level
from cloud.timers.store import Timer, cancel_timers, set_timers
from cloud.work_orders.ask import Ask
from cloud.work_orders.checks import Wanted, want
from cloud.work_orders.opening import open_order
from cloud.work_orders.tables import WORK_ORDER
from facility.alarm import Post
from facility.clock import NS
from facility.work_order import Side

DUE: Final = "plan.due"
OVERDUE: Final = "plan.overdue"
DAY: Final = 86_400 * NS
AT_ONCE: Final = 50
"""Occurrences that one transaction makes up for; the timer comes back at once for the others."""
SET_BACK: Final = 0.5
"""A meter that shows less than half of what it showed was replaced or set back; a little less is an old reading."""


def occurrence(every: ByCalendar, number: int, zone: ZoneInfo) -> int:
    """When the `number`th (from 0) is due, UTC ns."""
    if not every.months:
        return moment(zone, every.start + timedelta(days=number * every.days), every.at)
    months = every.start.year * 12 + every.start.month - 1 + number * every.months
    year, month = divmod(months, 12)
    day = min(every.start.day, monthrange(year, month + 1)[1])
    return moment(zone, date(year, month + 1, day), every.at)


def add_plan(connection: Connection, plan: NewPlan, *, now: int) -> str:
    """A new plan; what was due before now is not made up for."""
    id, number, next_at = new_id(now), 1, None
    if isinstance(plan.every, ByCalendar):
        number, next_at = _first(connection, plan.site, plan.every, now)
        set_timers(connection, [Timer(DUE, id, makes_at(plan.every, next_at))])
    row = {"id": id, "site": plan.site, "body": plan.model_dump_json(by_alias=True), "enabled": True}
    more = {"next_number": number, "next_at": next_at, "carried_hours": 0.0, "updated_at": now}
    connection.execute(insert(PLAN), row | more)
    return id


def _first(connection: Connection, site: str, every: ByCalendar, now: int) -> tuple[int, int]:
    zone, number = _zone(connection, site), 0
    while (at := occurrence(every, number, zone)) < now:
        number += 1
    return number, at


def makes_at(every: ByCalendar, due_at: int) -> int:
    """When the order of an occurrence is made."""
    return due_at - every.ahead * DAY


def until(plan: NewPlan, due_at: int) -> int:
    """Until when an occurrence counts as kept."""
    return due_at + plan.within * DAY


def plan_row(connection: Connection, id: str) -> RowMapping | None:
    """One plan."""
    return connection.execute(select(PLAN).where(PLAN.c.id == id)).mappings().first()


def plans(connection: Connection, sites: frozenset[str] | None) -> list[RowMapping]:
    """Of these sites (None: all), the oldest first."""
    query = select(PLAN).order_by(PLAN.c.id)
    return list(connection.execute(query if sites is None else query.where(PLAN.c.site.in_(sites))).mappings())


def orders_of(connection: Connection, id: str) -> list[RowMapping]:
    """The orders that a plan made, with how far they are."""
    p, w = PLAN_ORDER.c, WORK_ORDER.c
    query = select(p.number, p.order_id, p.due_at, p.made_at, w.state, w.restored_at)
    query = query.join_from(PLAN_ORDER, WORK_ORDER, w.id == p.order_id).where(p.plan == id).order_by(p.number)
    return list(connection.execute(query).mappings())


def switch(connection: Connection, row: RowMapping, *, enabled: bool, now: int) -> None:
    """On or off; what was due while it was off is not made up for."""
    plan, told = NewPlan.model_validate_json(row["body"]), {"enabled": enabled, "updated_at": now}
    cancel_timers(connection, [(DUE, row["id"])])
    if enabled and isinstance(plan.every, ByCalendar):
        number, at = _first(connection, plan.site, plan.every, now)
        if number < row["next_number"]:
            number, at = row["next_number"], occurrence(plan.every, row["next_number"], _zone(connection, plan.site))
        told |= {"next_number": number, "next_at": at}
        set_timers(connection, [Timer(DUE, row["id"], makes_at(plan.every, at))])
    connection.execute(update(PLAN).where(PLAN.c.id == row["id"]).values(**told))


def make_due(connection: Connection, id: str, now: int) -> int:
    """Orders for all occurrences of a calendar plan that are due; how many. The next one gets its timer."""
    row = plan_row(connection, id)
    if row is None or not row["enabled"]:
        return 0
    plan = NewPlan.model_validate_json(row["body"])
    if not isinstance(plan.every, ByCalendar):
        return 0
    zone, number, made = _zone(connection, plan.site), row["next_number"], 0
    while makes_at(plan.every, at := occurrence(plan.every, number, zone)) <= now and made < AT_ONCE:
        _make(connection, id, plan, number, at, now)
        number, made = number + 1, made + 1
    told = {"next_number": number, "next_at": at, "updated_at": now}
    connection.execute(update(PLAN).where(PLAN.c.id == id).values(**told))
    set_timers(connection, [Timer(DUE, id, makes_at(plan.every, at))])
    return made


def count_hours(connection: Connection, id: str, hours: float, now: int) -> int:
    """The meter of a plan by run hours shows this now; how many orders it made."""
    row = plan_row(connection, id)
    if row is None or not row["enabled"]:
        return 0
    plan = NewPlan.model_validate_json(row["body"])
    last, carried = row["last_hours"], row["carried_hours"]
    if not isinstance(plan.every, ByRunHours) or (last is not None and last * SET_BACK <= hours <= last):
        return 0
    first = hours if row["first_hours"] is None else row["first_hours"]
    if last is not None and hours < last:
        carried += last
    number, made, total = row["next_number"], 0, carried + hours - first
    while number * plan.every.hours <= total and made < AT_ONCE:
        _make(connection, id, plan, number, now, now)
        number, made = number + 1, made + 1
    told = {"first_hours": first, "last_hours": hours, "carried_hours": carried, "next_number": number}
    connection.execute(update(PLAN).where(PLAN.c.id == id).values(**told, updated_at=now))
    return made


def _make(connection: Connection, id: str, plan: NewPlan, number: int, due_at: int, now: int) -> None:
    ask = Ask(
        site=plan.site,
        equipment=plan.equipment,
        place=plan.place,
        fault=None,
        order_class=plan.order_class,
        trade=plan.trade,
        title=plan.name,
        source="plan",
        kind="plan",
        ref=id,
        owner=Post.ENGINEERING.value,
        at=min(due_at, now),
        side=Side.PLAN,
    )
    order = open_order(connection, ask, now=now)
    row = {"plan": id, "number": number, "due_at": due_at, "made_at": now, "order_id": order}
    connection.execute(insert(PLAN_ORDER), row)
    want(connection, plan.site, order, (_wanted(item, plan) for item in plan.checklist))
    set_timers(connection, [Timer(OVERDUE, order, until(plan, due_at) + 1, f"{id} {number}")])


def _wanted(item: CheckItem, plan: NewPlan) -> Wanted:
    return Wanted(item.id, item.name, item.equipment or plan.equipment, item.unit, item.low, item.high)


def _zone(connection: Connection, site: str) -> ZoneInfo:
    return service_level(connection, site).calendars.zone
