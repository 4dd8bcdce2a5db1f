"""A month's figures: used, target and course, last year and last month over the same days, coal, carbon, per m²."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from sqlalchemy import Connection

from cloud.energy_settings.ground import EnergySite
from cloud.energy_targets.schemas import Compared, MonthFigure, StoredTarget
from cloud.energy_targets.scopes import Daily, Scoped, daily
from facility.energy.day_types import DayKind
from facility.energy.factor import Quantity, factor_on
from facility.energy.local_time import local_day, month_of
from facility.energy.target import Forecast, changed_by, course, forecast

BEFORE = 56
"""Days that a forecast looks back."""
MILLI = Decimal("0.001")


def month_figures(
    connection: Connection,
    where: EnergySite,
    scopes: Sequence[Scoped],
    month: str,
    targets: dict[tuple[str, str], StoredTarget],
    now: int,
) -> tuple[MonthFigure, ...]:
    """Up to yesterday of a running month: on its first day targets and forecasts only; nothing of a month to come."""
    year, number = map(int, month.split("-"))
    first, after = month_of(year, number)
    end = min(after, local_day(where.zone, now))
    days = (end - first).days
    if days < 0:
        return ()
    last_year = _same(first, -12)
    last_month = _same(first, -1)
    spans = {
        "now": (first, end - timedelta(days=1)),
        "year": (last_year, _until(last_year, days, whole=end == after)),
        "month": (last_month, _until(last_month, days, whole=end == after)),
        "past": (first - timedelta(days=BEFORE), first - timedelta(days=1)),
    }
    told = {key: daily(connection, where, scopes, *span) for key, span in spans.items()}
    return tuple(
        _figure(
            where, each, month, after, {key: told[key][each.scope] for key in spans}, targets.get((each.scope, month))
        )
        for each in scopes
    )


def _same(first: date, months: int) -> date:
    return month_of(first.year, first.month + months)[0]


def _until(first: date, days: int, *, whole: bool) -> date:
    """As many days of the other month; all of it where this one is over."""
    after = month_of(first.year, first.month)[1]
    return after - timedelta(days=1) if whole else min(first + timedelta(days=days), after) - timedelta(days=1)


def _figure(
    where: EnergySite, each: Scoped, month: str, after: date, told: dict[str, Daily], target: StoredTarget | None
) -> MonthFigure:
    now = told["now"]
    foreseen = _forecast(where, now, told["past"], after)
    amount = now.exact if now.covered > 0 else None
    coal, carbon = (_turned(where, each, amount, now, quantity) for quantity in Quantity)
    return MonthFigure(
        scope=each.scope,
        name=each.name,
        month=month,
        unit=each.unit,
        amount=amount,
        coverage=now.covered,
        target=None if target is None else target.amount,
        owner=None if target is None else target.owner,
        course=course(None if target is None else target.amount, foreseen),
        forecast=None if foreseen is None else foreseen.total,
        forecast_half_width=None if foreseen is None else foreseen.half_width,
        last_year=_compared(now, told["year"]),
        last_month=_compared(now, told["month"]),
        kgce=coal[0],
        kgce_source=coal[1],
        kgco2e=carbon[0],
        kgco2e_source=carbon[1],
        per_m2=None if amount is None or not each.m2 else (amount / each.m2).quantize(MILLI, ROUND_HALF_UP),
        m2=each.m2,
    )


def _forecast(where: EnergySite, now: Daily, past: Daily, after: date) -> Forecast | None:
    """Unknown days of the month are taken as days that are left: their use is expected, not zero."""

    def off(first: date, count: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        days = (first + timedelta(days=n) for n in range(count))
        return np.array([where.calendar.of(day).kind is not DayKind.WORKDAY for day in days], np.bool_)

    whole_month = off(now.first, (after - now.first).days)
    unknown = np.ones(len(whole_month), np.bool_)
    unknown[: len(now.whole)] = np.isnan(now.whole)
    seen = np.concatenate([past.whole, now.whole])
    kinds = np.concatenate([off(past.first, len(past.whole)), whole_month[: len(now.whole)]])
    return forecast(now.whole, seen[-BEFORE:], kinds[-BEFORE:], whole_month[unknown])


def _compared(now: Daily, other: Daily) -> Compared:
    """The change is told only where both are wholly known."""
    known = now.covered >= 1 and other.covered >= 1
    change = changed_by(float(now.exact), float(other.exact)) if known else None
    return Compared(amount=other.exact if other.covered > 0 else None, coverage=other.covered, change=change)


def _turned(
    where: EnergySite, each: Scoped, amount: Decimal | None, now: Daily, quantity: Quantity
) -> tuple[Decimal | None, str | None]:
    factor = factor_on(where.settings.factors, quantity, each.unit, now.first, each.medium)
    if factor is None:
        return None, None
    turned = None if amount is None else (amount * factor.per_unit).quantize(MILLI, ROUND_HALF_UP)
    return turned, f"{factor.per_unit} ({factor.source})"
