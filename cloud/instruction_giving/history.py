"""A reset that was asked of a gateway stands in the history of each alarm that it is for, as one asked at the alarm."""

from __future__ import annotations

from sqlalchemy import Connection, select

from cloud.alarms.book import AlarmBook
from cloud.alarms.tables import ALARM


def reset_asked(connection: Connection, site: str, target: str, rule: str, by: str, reason: str, *, now: int) -> None:
    """Written to the live alarms of the rule: of one instance, or (a target without one) of all."""
    equipment, _, instance = target.partition(".")
    a = ALARM.c
    where = (a.site == site) & (a.equipment == equipment) & (a.rule == rule) & a.live
    if instance:
        where &= a.instance == instance
    book = AlarmBook(connection, now)
    for id in connection.execute(select(a.id).where(where)).scalars():
        if (row := book.by_id(id)) is not None:
            book.step(row, "reset_asked", at=now, by=by[:64], detail=reason)
    book.write()
