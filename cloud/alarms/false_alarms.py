"""What a false alarm brings about: every false fire its repair record, others a repair order at the second one.

An alarm that was real after all takes its order back: cancelled where nobody works on it yet, else told to who does.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import func, select

from cloud.alarms import machine
from cloud.alarms.book import AlarmBook
from cloud.alarms.row import AlarmRow
from cloud.alarms.tables import ALARM
from cloud.alarms.words import OUTCOMES
from cloud.work_orders.ask import Ask
from facility.alarm import OrderClass
from facility.clock import NS
from facility.words import Text

WITHIN: Final = 30 * 24 * 3600 * NS


def record_false(book: AlarmBook, row: AlarmRow) -> None:
    """Open the order that this false alarm asks for, if it does."""
    if row.drill or row.test:
        return
    if not machine.fire(row) and _falses(book, row) < 1:
        return
    rule = book.facts(row.site).rule(book.connection, row.equipment, row.rule)
    order = book.orders.open(
        Ask(
            site=row.site,
            equipment=row.equipment,
            place=row.place,
            fault=_fault(row),
            order_class=OrderClass.ORDINARY,
            trade=rule.order.trade if rule is not None and rule.order is not None else _trade(row),
            title=Text(
                zh=f"{row.equipment_zh}:{row.name_zh}误报,原因:{row.confirmed_found}",
                en=f"{row.equipment_en}: {row.name_en} was false, cause: {row.confirmed_found}",
            ),
            source="alarm",
            kind="alarm.false",
            ref=row.id,
            owner="engineering",
            at=book.now,
        )
    )
    book.step(row, "false_recorded", at=book.now, by="", detail=order)


def take_back(book: AlarmBook, row: AlarmRow, by: str) -> None:
    """It was called false, and was not: its order has no cause any more, unless two others still are."""
    if row.drill or row.test or (not machine.fire(row) and _falses(book, row) >= 2):
        return
    found = row.confirmed_found
    why = (
        f"报警改为{OUTCOMES[row.confirmed_outcome or 'real'].zh}:{found} · the alarm was not false after all: {found!r}"
    )
    order = book.orders.take_back((row.site, row.equipment, _fault(row)), by, why)
    if order is not None:
        book.step(row, "false_taken_back", at=book.now, by="", detail=order)


def _fault(row: AlarmRow) -> str:
    return f"false_fire-{row.id}" if machine.fire(row) else f"false_alarm-{row.rule}"[:64]


def _trade(row: AlarmRow) -> str:
    return "fire" if row.system == "fire" else "electrical"


def _falses(book: AlarmBook, row: AlarmRow) -> int:
    """False alarms of the same point within 30 days, this one aside."""
    a = ALARM.c
    same = (a.site == row.site) & (a.equipment == row.equipment) & (a.rule == row.rule) & (a.instance == row.instance)
    false = (a.confirmed_outcome == "false") & (a.confirmed_at > book.now - WITHIN) & (a.id != row.id)
    recent = a.last_raised_at > book.now - 2 * WITHIN
    return int(book.connection.execute(select(func.count()).where(same, false, recent)).scalar_one())
