"""The saving of a repair: the same hours that the rule looks at, the days before against the days after."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from cloud.energy_settings.ground import EnergySite, used
from cloud.waste.looking import hours_of
from cloud.waste.schemas import VerifiedSaving
from cloud.waste.store import Kept
from facility.energy.local_time import local_day
from facility.energy.waste import MONTH, NIGHT, Hourly, WasteRule, verified

LONGEST: Final = 60
"""Days on either side."""


def saving_of(connection: Connection, where: EnergySite, each: Kept, now: int) -> VerifiedSaving | None:
    """None while it is not repaired, or a week of days is not known on either side."""
    if each.repaired_on is None or each.meter not in where.meters:
        return None
    yesterday = local_day(where.zone, now) - timedelta(days=1)
    first = each.repaired_on - timedelta(days=LONGEST)
    last = min(yesterday, each.repaired_on + timedelta(days=LONGEST))
    if last <= each.repaired_on:
        return None
    amounts = used(connection, where, [each.meter], first, last)[each.meter]
    _, seen = hours_of(where, amounts, first, last)
    day, total = _daily(each.rule, seen)
    split = each.repaired_on.toordinal()
    told = verified(total[day < split], total[day > split])
    if told is None:
        return None
    price = each.evidence.price
    days = 10.0 / (NIGHT[1] - NIGHT[0]) if each.rule is WasteRule.NIGHT_BASE else 1.0
    return VerifiedSaving(
        kwh_day=told.kwh_day * days,
        half_width=told.half_width * days,
        yuan_month=None if price is None else told.kwh_day * days * MONTH * price,
        distinct=told.distinct,
        days_before=told.days_before,
        days_after=told.days_after,
    )


def _daily(rule: WasteRule, seen: Hourly) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """By day: kWh of the hours that the rule looks at, NaN where one of them is unknown."""
    match rule:
        case WasteRule.NIGHT_BASE:
            chosen = (seen.hour >= NIGHT[0]) & (seen.hour < NIGHT[1])
        case WasteRule.HOLIDAY:
            chosen = seen.off
        case WasteRule.LIGHTS_BY_DAY:
            chosen = (seen.hour >= 9) & (seen.hour < 16)
        case WasteRule.PUMP_CLOSED | WasteRule.HEAT_AND_COLD:
            chosen = np.ones(len(seen.hour), np.bool_)
    days, place = np.unique(seen.day[chosen], return_inverse=True)
    return days, np.bincount(place, weights=seen.use[chosen], minlength=len(days)).astype(np.float64)
