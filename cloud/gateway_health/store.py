"""The newest status of each gateway in the store, and the live alarms that say what is lost since when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.alarms.builtin import GATEWAY_LOST
from cloud.alarms.tables import ALARM
from cloud.gateway_health.tables import GATEWAY_STATUS
from facility.gateway_status import Status

LINE_LOST, UNIT_LOST = "line_lost", "unit_lost"


@dataclass(frozen=True, slots=True)
class Lost:
    """A live alarm that says what is lost: of a line, `equipment` is the gateway and `instance` the line."""

    site: str
    gateway: str
    rule: str
    equipment: str
    instance: str
    raised_at: int


def keep_status(connection: Connection, status: Status, *, at: int) -> None:
    """The newest word replaces the one before."""
    t, body = GATEWAY_STATUS.c, {"at": at, "body": status.model_dump_json()}
    where = (t.site == status.site) & (t.gateway == status.gateway)
    if connection.execute(update(GATEWAY_STATUS).where(where).values(**body)).rowcount == 0:
        connection.execute(insert(GATEWAY_STATUS), {"site": status.site, "gateway": status.gateway} | body)


def statuses(connection: Connection, among: frozenset[str] | None) -> dict[tuple[str, str], RowMapping]:
    """(site, gateway) → its row, of those that have ever said how they are."""
    query = select(GATEWAY_STATUS)
    rows = connection.execute(query if among is None else query.where(GATEWAY_STATUS.c.site.in_(among))).mappings()
    return {(row["site"], row["gateway"]): row for row in rows}


def lost(connection: Connection, among: frozenset[str] | None) -> list[Lost]:
    """What is lost now: lines (equipment is the gateway, instance the line), units, gateways; with since when."""
    a = ALARM.c
    query = select(a.site, a.gateway, a.rule, a.equipment, a.instance, a.raised_at)
    query = query.where(a.live, a.rule.in_((LINE_LOST, UNIT_LOST, GATEWAY_LOST)))
    rows = connection.execute(query if among is None else query.where(a.site.in_(among)))
    return [Lost(*row) for row in rows]
