"""Timers set, cancelled, and taken when they are due, in the transaction of what they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from cloud.database.rows import delete_rows, insert_rows
from cloud.timers.tables import TIMER

_T = TIMER.c
_COLUMNS: Final = ("kind", "ref", "due_at", "payload")
_DUE = (
    select(_T.kind, _T.ref, _T.due_at, _T.payload)
    .where(_T.due_at <= bindparam("now"))
    .order_by(_T.due_at, _T.kind, _T.ref)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_NEXT = select(func.min(_T.due_at))


@dataclass(frozen=True, slots=True)
class Timer:
    """`ref` is the thing that it is for: an alarm's id."""

    kind: str
    ref: str
    due_at: int
    payload: str = ""


Handler = Callable[[Connection, Timer, int], None]
"""(connection, timer, now): what happens when it is due, in the transaction that takes it."""
HANDLERS: Final[dict[str, Handler]] = {}


def due(kind: str) -> Callable[[Handler], Handler]:
    """Register what happens when a timer of this kind is due."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register


def set_timers(connection: Connection, timers: Sequence[Timer]) -> None:
    """Set them; one that is there already is moved."""
    cancel_timers(connection, [(timer.kind, timer.ref) for timer in timers])
    insert_rows(connection, TIMER, _COLUMNS, [(t.kind, t.ref, t.due_at, t.payload) for t in timers])


def cancel_timers(connection: Connection, keys: Iterable[tuple[str, str]]) -> None:
    """Cancel (kind, ref); nothing where there is none."""
    delete_rows(connection, TIMER, _COLUMNS[:2], list(keys))


def next_due(connection: Connection) -> int | None:
    """When the earliest is due."""
    return connection.execute(_NEXT).scalar_one_or_none()


def take_due(connection: Connection, now: int, most: int) -> Sequence[Timer]:
    """Those that are due, the earliest first, out of the table: whoever takes one must do it."""
    timers = [Timer(*row) for row in connection.execute(_DUE, {"now": now, "most": most})]
    cancel_timers(connection, [(timer.kind, timer.ref) for timer in timers])
    return timers
