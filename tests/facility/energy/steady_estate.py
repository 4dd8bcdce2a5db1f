"""An estate whose energy anybody can add up by hand: in every hour h of every day it takes 100 + h kWh.

The hours [a, b) take 100·(b − a) + the sum of a … b − 1; a day takes 2 400 + 276 = 2 676 kWh.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np

from facility.clock import NS
from facility.energy.bill import Bill, Contract, Period, bill
from facility.energy.day_types import shipped_calendar
from facility.energy.intervals import Intervals
from facility.energy.local_time import edges
from facility.energy.quality import AmountQuality
from facility.energy.tariff import Prices, Tariff
from facility.energy.tariff_energy import parts_of
from facility.energy.tariff_shapes import shipped_tariffs

ZONE = ZoneInfo("Asia/Shanghai")
D = Decimal


def quarters(first: date, last: date, zone: ZoneInfo = ZONE) -> Intervals:
    """Measured quarters of an hour of the local days [first, last]."""
    cuts = edges(zone, first, last + timedelta(days=1), "quarter")
    hour = ((cuts[:-1] // NS + 8 * 3600) // 3600) % 24
    amount = (100 + hour) * 1_000_000 // 4
    n = len(amount)
    good = np.full(n, AmountQuality.MEASURED, np.uint8)
    return Intervals("kW.h", cuts, amount.astype(np.int64), good, np.ones(n), np.zeros(n), np.zeros(n))


def priced(province: str, *prices: dict[str, object]) -> Tariff:
    """A shipped shape with price lists."""
    lists = tuple(Prices.model_validate(each) for each in prices)
    return shipped_tariffs()[province].model_copy(update={"prices": lists})


def parts_list(start: str, floating: str, fixed: str, fund: str, **more: object) -> dict[str, object]:
    """A price list of three components: the energy that floats, grid and system, funds."""
    named = {"zh": "电价", "en": "price"}
    return {
        "from": start,
        "components": [
            {"id": "energy", "name": named, "price": floating, "floats": True},
            {"id": "grid", "name": named, "price": fixed},
            {"id": "fund", "name": named, "price": fund, "fund": True},
        ],
        **more,
    }


def billed(tariff: Tariff, contract: Contract, period: Period) -> Bill:
    """The bill of the steady estate."""
    used = quarters(period.first, period.last)
    parts = parts_of(used, tariff, shipped_calendar(), ZONE, period.first, period.last)
    return bill(parts, tariff, contract, period)


def energy_lines(told: Bill) -> list[tuple[str, Decimal, Decimal, Decimal]]:
    """(band, kWh, price, amount) in the order of the bill."""
    return [(line.band.value, line.quantity, line.price, line.amount) for line in told.lines if line.band is not None]


def amounts(told: Bill) -> list[tuple[str, Decimal]]:
    """(kind, amount) of all other lines."""
    return [(line.kind.value, line.amount) for line in told.lines if line.band is None]
