"""What the sites used of late, from the ledger of their incoming meters: the same amounts as every page of energy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from sqlalchemy import Connection

from cloud.energy.amounts import amounts_of
from cloud.energy.month import roots, together
from cloud.meters.facts import MeterFacts
from cloud.meters.store import meters_of
from facility.energy.intervals import Intervals
from facility.energy.quality import AmountQuality

KWH: Final = "kW.h"


@dataclass(frozen=True, slots=True)
class Used:
    """One site's electricity in one span. `kwh` is that of the known time, None where nothing is known."""

    kwh: float | None
    coverage: float
    """Share of the time (0 … 1) of which it is known."""
    estimated: float
    """Share of the time (0 … 1) in which the meters were silent: right in sum, when it was used is not known."""


NOTHING: Final = Used(None, 0.0, 0.0)


def used(connection: Connection, site: str, start: int, end: int) -> Used:
    """What came in through the topmost meters of electricity in [start, end), UTC ns on quarter hours."""
    meters = meters_of(connection, site)
    tops = roots(meters).get(KWH, [])
    return summed(meters, amounts_of(connection, meters, tops, start, end)) if tops else NOTHING


def summed(meters: dict[str, MeterFacts], amounts: dict[str, Intervals]) -> Used:
    """Incoming meters together; one that is not known for a while leaves the whole that much less known."""
    total = together(KWH, [amounts[id].total() for id in meters if id in amounts])
    guessed = [np.isin(each.quality, (AmountQuality.ESTIMATED, AmountQuality.RESET)) for each in amounts.values()]
    return Used(
        float(total.known) if total.known is not None else None,
        total.coverage,
        float(np.mean(guessed)) if len(guessed[0]) else 0.0,
    )
