"""Fits baselines from the ledger and the outdoor temperature, off the loop; the last fits are remembered."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Final

import numpy as np

from cloud.baselines.schemas import Ground
from cloud.database.base import Database
from cloud.energy_settings.ground import EnergySite, used
from cloud.energy_settings.store import HOUR
from cloud.energy_settings.weather import temperatures
from cloud.historian.base import Historian
from facility.energy.baseline import Baseline, Method, Refused, fit
from facility.energy.baseline_data import Observed, observe
from facility.energy.intervals import Intervals, aggregate
from facility.energy.local_time import edges, midnight

KEPT: Final = 300
_fits: OrderedDict[str, Baseline | Refused] = OrderedDict()
_one = Lock()
"""Fits are made in threads."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Hours of a meter beside the weather."""

    observed: Observed
    hours: Intervals
    celsius: np.ndarray[tuple[int], np.dtype[np.float64]]
    source: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """A ground with what came of it."""

    ground: Ground
    seen: Seen
    told: Baseline | Refused


async def hours_of(
    database: Database, historian: Historian | None, where: EnergySite, meters: list[str], first: date, last: date
) -> dict[str, Seen]:
    """The local days [first, last] of some meters; the temperature is asked for once."""
    after = last + timedelta(days=1)
    cuts = edges(where.zone, first, after, "hour")
    start, end = midnight(where.zone, first), midnight(where.zone, after)
    low, high = start // HOUR * HOUR, -(-end // HOUR) * HOUR
    celsius, source = await temperatures(database, historian, where.id, low, high)
    celsius = celsius[(cuts[:-1] - low) // HOUR]
    amounts = await database.read(lambda c: used(c, where, meters, first, last))

    def work() -> dict[str, Seen]:
        found = {}
        for id in meters:
            hours = aggregate(amounts[id], cuts)
            found[id] = Seen(observe(hours, celsius, where.zone, where.calendar), hours, celsius, source)
        return found

    return await asyncio.to_thread(work)


async def fitted(
    database: Database, historian: Historian | None, where: EnergySite, grounds: dict[str, Ground]
) -> dict[str, Fitted]:
    """Each meter's, those of one period together."""
    periods: dict[tuple[date, date], list[str]] = {}
    for meter, ground in grounds.items():
        if meter in where.meters:
            periods.setdefault((ground.first, ground.last), []).append(meter)
    found: dict[str, Fitted] = {}
    for (first, last), meters in periods.items():
        for meter, seen in (await hours_of(database, historian, where, meters, first, last)).items():
            told = await asyncio.to_thread(_fit, seen.observed, grounds[meter].method)
            found[meter] = Fitted(grounds[meter], seen, told)
    return {meter: found[meter] for meter in grounds if meter in found}


def _fit(seen: Observed, method: Method) -> Baseline | Refused:
    """The same hours give the same model: it is made once."""
    digest = hashlib.sha256(method.encode())
    for column in (seen.day, seen.hour, seen.use, seen.temperature, np.array([seen.asked, seen.no_use])):
        digest.update(np.ascontiguousarray(column).tobytes())
    key = digest.hexdigest()
    with _one:
        if key in _fits:
            _fits.move_to_end(key)
            return _fits[key]
    told = fit(seen, method)
    with _one:
        _fits[key] = told
        while len(_fits) > KEPT:
            _fits.popitem(last=False)
    return told
