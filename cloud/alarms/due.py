"""What time does to alarms: shelving ends, a silence ends, what nobody acknowledged goes up."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from cloud.alarms import machine
from cloud.alarms.book import AlarmBook
from cloud.alarms.machine import Said
from cloud.alarms.row import AlarmRow
from cloud.timers.store import Timer, due


@due("alarm.unshelve")
def unshelve(connection: Connection, timer: Timer, now: int) -> None:
    """It is back on the list, and its posts learn of it if nobody has acknowledged it."""
    book = AlarmBook(connection, now)
    row = _done(book, timer, lambda row: machine.unshelve(row, now, "time") if _over(row, now) else ())
    if row is not None and row.live and row.acknowledged_at is None:
        book.notify(row, "raised_again")
    book.write()


@due("alarm.escalate")
def escalate(connection: Connection, timer: Timer, now: int) -> None:
    """The next ones in the chain are to be told."""
    book = AlarmBook(connection, now)
    row = _done(book, timer, lambda row: machine.escalate(row, now))
    if row is not None:
        book.notify(row, "escalated")
    book.write()


@due("alarm.sound")
def sound(connection: Connection, timer: Timer, now: int) -> None:
    """It sounds again."""
    book = AlarmBook(connection, now)
    _done(book, timer, lambda row: machine.sound_again(row, now))
    book.write()


def _over(row: AlarmRow, now: int) -> bool:
    return row.shelved_until is not None and row.shelved_until <= now


def _done(book: AlarmBook, timer: Timer, transition: Callable[[AlarmRow], tuple[Said, ...]]) -> AlarmRow | None:
    """The alarm, if time changed anything; a timer that came too late for it does nothing."""
    row = book.by_id(timer.ref)
    if row is None:
        return None
    return row if book.said(row, transition(row), by="") else None
