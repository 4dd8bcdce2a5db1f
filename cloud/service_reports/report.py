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
from facility.work_order import Side


@dataclass(frozen=True, slots=True)
class Case:
    """One round of one order against one promise; `elapsed` and `allowed` in ns."""

    order: str
    number: int
    round: int
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
    orders = connection.execute(select(w.id, w.number, w.side).where(w.id.in_(began)).order_by(w.number)).all()
    steps = steps_of_many(connection, [order.id for order in orders])
    found: dict[str, list[Case]] = {promise.id: [] for promise in profile.promises}
    for order in orders:
        mine = steps[order.id]
        its = rounds(OrderClass(mine[0].detail), Side(order.side), mine)
        for nth, one in enumerate(its, 1):
            if start <= one.started_at < end:
                for face in clocks(one, profile, level.calendars, now):
                    if face.promise is not None and face.started_at is not None:
                        case = Case(order.id, order.number, nth, face.verdict, face.elapsed, face.allowed)
                        found[face.promise.id].append(case)
    return _lines(profile.promises, found)


def _lines(promises: Sequence[Promise], found: dict[str, list[Case]]) -> list[Line]:
    return [Line(promise, tuple(found[promise.id])) for promise in promises]
