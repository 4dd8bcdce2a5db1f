"""Counts a month: the rounds that began in it, each against the promises of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import Connection, select

from cloud.service_levels.calendar import Span, moment
from cloud.service_levels.clocks import Verdict, clocks
from cloud.service_levels.facts import rounds
from cloud.service_levels.profile import Profile, Promise
from cloud.service_levels.store import ServiceLevel
from cloud.work_orders.history import steps_of_many
from cloud.work_orders.tables import ORDER_STEP, WORK_ORDER
from facility.alarm import OrderClass
from facility.words import Text
from facility.work_order import Side


@dataclass(frozen=True, slots=True)
class Case:
    """One round of one order against one promise; `elapsed` and `allowed` in ns."""

    order: str
    number: int
    round: int
    title: Text
    order_class: OrderClass
    """The one that it is judged by."""
    place: str | None
    room: str | None
    started_at: int
    """When the promise's clock began, UTC ns."""
    verdict: Verdict
    elapsed: int
    allowed: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One promise over the month."""

    promise: Promise
    cases: tuple[Case, ...]

    @property
    def kept(self) -> int:
        """How many kept it."""
        return sum(case.verdict == "kept" for case in self.cases)

    @property
    def judged(self) -> int:
        """How many are settled: kept or broken; of a share, all that were not cancelled."""
        open_too = {"kept", "broken", "open"} if self.promise.target.kind == "share" else {"kept", "broken"}
        return sum(case.verdict in open_too for case in self.cases)

    @property
    def value(self) -> float | None:
        """The share that kept it; None without a settled case."""
        return self.kept / self.judged if self.judged else None

    @property
    def met(self) -> bool | None:
        """Whether the promised share kept it; None without a settled case."""
        return None if self.value is None else self.value >= self.promise.share


def month_of(level: ServiceLevel, year: int, month: int) -> Span:
    """The local month in UTC ns."""
    zone, after = level.calendars.zone, date(year + month // 12, month % 12 + 1, 1)
    return moment(zone, date(year, month, 1), time(0)), moment(zone, after, time(0))


def report(
    connection: Connection, site: str, span: Span, level: ServiceLevel, profile: Profile, now: int
) -> list[Line]:
    """Every promise of the profile, with all its cases, the oldest order first."""
    start, end = span
    s, w = ORDER_STEP.c, WORK_ORDER.c
    began = select(s.order_id).where(s.site == site, s.at >= start, s.at < end, s.kind.in_(("reported", "recurred")))
    columns = (w.id, w.number, w.side, w.place, w.room, w.fault, w.title_zh, w.title_en)
    orders = connection.execute(select(*columns).where(w.id.in_(began)).order_by(w.number)).all()
    steps = steps_of_many(connection, [order.id for order in orders])
    found: dict[str, list[Case]] = {promise.id: [] for promise in profile.promises}
    for order in orders:
        mine = steps[order.id]
        title = Text(zh=order.title_zh, en=order.title_en)
        its = rounds(OrderClass(mine[0].detail), Side(order.side), mine, order.fault)
        for nth, one in enumerate(its, 1):
            if start <= one.started_at < end:
                for face in clocks(one, profile, level.calendars, now):
                    if face.promise is not None and face.started_at is not None:
                        case = Case(
                            order=order.id,
                            number=order.number,
                            round=nth,
                            title=title,
                            order_class=one.judged_class(face.stopped_at),
                            place=order.place,
                            room=order.room,
                            started_at=face.started_at,
                            verdict=face.verdict,
                            elapsed=face.elapsed,
                            allowed=face.allowed,
                        )
                        found[face.promise.id].append(case)
    return _lines(profile.promises, found)


def _lines(promises: Sequence[Promise], found: dict[str, list[Case]]) -> list[Line]:
    return [Line(promise, tuple(found[promise.id])) for promise in promises]
