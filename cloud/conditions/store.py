"""Days of machines in the store: kept once, and restated where late data changed them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from cloud.conditions.tables import CONDITION_DAY
from cloud.database.rows import delete_rows, insert_rows
from facility.condition.tally import Tally

_C = CONDITION_DAY.c
_NAMES = ("site", "equipment", "part", "day", "body", "mark", "until", "computed_at", "restated")


@dataclass(frozen=True, slots=True)
class KeptDay:
    """One machine in one local day."""

    site: str
    equipment: str
    part: str
    day: date
    tally: Tally
    mark: str
    until: int
    """Up to when the day was known, UTC ns."""
    computed_at: int
    restated: int

    @property
    def key(self) -> tuple[str, str]:
        """Equipment and part."""
        return self.equipment, self.part


def kept_days(
    connection: Connection, among: frozenset[str] | None, first: date, last: date, equipment: str | None = None
) -> list[KeptDay]:
    """The days of [first, last] at these sites (None: all), by machine and day."""
    query = select(CONDITION_DAY).where(_C.day >= first, _C.day <= last)
    if among is not None:
        query = query.where(_C.site.in_(among))
    if equipment is not None:
        query = query.where(_C.equipment == equipment)
    rows = connection.execute(query.order_by(_C.site, _C.equipment, _C.part, _C.day))
    return [
        KeptDay(
            row.site, row.equipment, row.part, row.day, Tally.model_validate_json(row.body), row.mark, row.until,
            row.computed_at, row.restated,
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of a kept day without reading it."""

    mark: str
    until: int


def kept_marks(connection: Connection, site: str, day: date) -> dict[tuple[str, str], Mark]:
    """(equipment, part) → mark, of one day."""
    query = select(_C.equipment, _C.part, _C.mark, _C.until).where(_C.site == site, _C.day == day)
    return {(row.equipment, row.part): Mark(row.mark, row.until) for row in connection.execute(query)}


def known_days(connection: Connection, site: str, first: date, machines: frozenset[tuple[str, str]]) -> dict[date, int]:
    """Day → up to when it was known of all of these machines; a day that one of them lacks is not among them."""
    query = select(_C.day, _C.equipment, _C.part, _C.until).where(_C.site == site, _C.day >= first)
    until: dict[date, int] = {}
    count: Counter[date] = Counter()
    for row in connection.execute(query):
        if (row.equipment, row.part) in machines:
            until[row.day] = min(until.get(row.day, row.until), row.until)
            count[row.day] += 1
    return {day: at for day, at in until.items() if count[day] == len(machines)}


def keep_days(connection: Connection, days: Sequence[KeptDay], over_at: int) -> None:
    """Keep machines' figures of one day at one site; a change of a day that was over (at `over_at`) is counted."""
    before = _before(connection, days)
    rows: list[tuple[Any, ...]] = []
    for each in days:
        body = each.tally.model_dump_json(exclude_defaults=True)
        old = before.get(each.key)
        restated = 0 if old is None else old.restated + int(old.until >= over_at and old.body != body)
        day = each.day.isoformat() if connection.dialect.name == "sqlite" else each.day
        key = (each.site, each.equipment, each.part, day)
        rows.append((*key, body, each.mark, each.until, each.computed_at, restated))
    delete_rows(connection, CONDITION_DAY, _NAMES[:4], [row[:4] for row in rows])
    insert_rows(connection, CONDITION_DAY, _NAMES, rows)


def _before(connection: Connection, days: Sequence[KeptDay]) -> dict[tuple[str, str], Any]:
    """(equipment, part) → the row that is there."""
    if not days:
        return {}
    query = select(_C.equipment, _C.part, _C.body, _C.until, _C.restated)
    rows = connection.execute(query.where(_C.site == days[0].site, _C.day == days[0].day))
    return {(row.equipment, row.part): row for row in rows}
