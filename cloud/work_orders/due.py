"""What time does to orders: a claimed repair is granted after the hold time, a promise is at risk, then broken."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from cloud.notices.store import Notice, Occasion, give_notices
from cloud.service_levels.clocks import ClockFace
from cloud.service_levels.facts import Step
from cloud.stream.store import publish_all
from cloud.timers.store import Timer, due, set_timers
from cloud.work_orders import machine
from cloud.work_orders.book import OrderBook
from cloud.work_orders.device import device_of
from cloud.work_orders.history import steps_of
from cloud.work_orders.promises import HOLD, PROMISE, arm, faces, timers_of
from cloud.work_orders.row import OrderRow
from facility.alarm import Post
from facility.clock import NS

LOOK_AGAIN: Final = 60 * NS
"""A device that can't be heard is looked at again after it."""


@due(HOLD)
def hold(connection: Connection, timer: Timer, now: int) -> None:
    """The hold time is over: restored, at the first moment of the run; while the device is away it waits."""
    book = OrderBook(connection, now)
    row = book.by_id(timer.ref)
    if row is None or row.claimed_at is None:
        return
    device, length = device_of(connection, row), book.level(row.site).hold
    if book.said(row, machine.grant(row, device, length, now)):
        publish_all(connection, book.write(()), at=now)
    elif row.device_normal_at is not None:
        set_timers(connection, [Timer(HOLD, row.id, max(now + LOOK_AGAIN, row.device_normal_at + length))])


@due(PROMISE)
def promise(connection: Connection, timer: Timer, now: int) -> None:
    """Each promise is told once when it is at risk and once when it is broken, in every round."""
    book = OrderBook(connection, now)
    row = book.by_id(timer.ref)
    if row is None or not row.open:
        return
    steps, level = steps_of(connection, row.id), book.level(row.site)
    found = faces(row, steps, level, now)
    told = _told(steps)
    fresh = [face for face in found if face.verdict in {"at_risk", "broken"} and _key(face) not in told]
    if not fresh:
        arm(connection, row, timers_of(row, found, level, now))
        return
    said = tuple(Step(f"promise_{face.verdict}", now, now, "", _key(face)[1]) for face in fresh)
    book.said(row, said)
    publish_all(connection, book.write(()), at=now)
    give_notices(connection, [_notice(row, face, now) for face in fresh])


def _key(face: ClockFace) -> tuple[str, str]:
    return f"promise_{face.verdict}", face.promise.id if face.promise is not None else ""


def _told(steps: list[Step]) -> set[tuple[str, str]]:
    """What was said of this round already."""
    begins = [number for number, step in enumerate(steps) if step.kind in {"reported", "recurred"}]
    return {(s.kind, s.detail) for s in steps[begins[-1] :]} if begins else set()


def _notice(row: OrderRow, face: ClockFace, now: int) -> Notice:
    broken = face.verdict == "broken"
    posts = (Post.ENGINEERING.value, "manager") if broken else (Post.ENGINEERING.value,)
    occasion: Occasion = "promise_broken" if broken else "promise_at_risk"
    return Notice(at=now, site=row.site, alarm=row.id, occasion=occasion, posts=posts)
