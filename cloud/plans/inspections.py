"""Statutory inspections (定期检验): 30 days before the date in the register an order is made, once for each date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from sqlalchemy import Connection, RowMapping, insert, select

from cloud.assets.tables import ASSET
from cloud.duty.certificates import zone_of
from cloud.equipment.store import row_of
from cloud.plans.tables import INSPECTION
from cloud.work_orders.ask import Ask
from cloud.work_orders.opening import open_order
from facility.alarm import OrderClass, Post
from facility.clock import NS
from facility.words import Text
from facility.work_order import Side

AHEAD: Final = timedelta(days=30)
"""domain.md §11: a reminder 30 days before the next inspection."""
TRADES: Final = {"elevator": "elevator", "fire_alarm_panel": "fire", "fire_water": "fire"}
"""Type of equipment → the trade that sees to its inspection; others: general."""


def pending(connection: Connection, now: int) -> list[tuple[str, str, date]]:
    """(site, equipment, date) of the inspections that are at most 30 days off, or overdue, and have no order yet."""
    a, i = ASSET.c, INSPECTION.c
    latest = _today(now, UTC) + AHEAD + timedelta(days=1)
    known = select(i.on_date).where(i.site == a.site, i.equipment == a.equipment, i.on_date == a.next_inspection_on)
    query = select(a.site, a.equipment, a.next_inspection_on).where(a.next_inspection_on <= latest, ~known.exists())
    found = connection.execute(query.order_by(a.site, a.equipment)).all()
    zones = {site: zone_of(connection, site) for site, _, _ in found}
    return [(site, equipment, on) for site, equipment, on in found if on <= _today(now, zones[site]) + AHEAD]


def _today(now: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(now // NS, UTC).astimezone(zone).date()


def make_inspections(connection: Connection, now: int) -> int:
    """Make the orders of all that are pending; how many."""
    made = 0
    for site, equipment, on in pending(connection, now):
        row = row_of(connection, site, equipment)
        if row is not None:
            order = open_order(connection, _ask(row, on, now), now=now)
            told = {"site": site, "equipment": equipment, "on_date": on, "order_id": order, "made_at": now}
            connection.execute(insert(INSPECTION), told)
            made += 1
    return made


def _ask(row: RowMapping, on: date, now: int) -> Ask:
    return Ask(
        site=row["site"],
        equipment=row["id"],
        place=None,
        fault=f"inspection-{on:%Y%m%d}",
        order_class=OrderClass.ORDINARY,
        trade=TRADES.get(row["type"], "general"),
        title=Text(zh=f"定期检验,到期 {on}", en=f"Statutory inspection, due {on}"),
        source="plan",
        kind="inspection",
        ref=on.isoformat(),
        owner=Post.ENGINEERING.value,
        at=now,
        side=Side.PLAN,
    )
