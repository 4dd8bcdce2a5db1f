"""Demand: the highest quarter hours, the load-duration curve, and how even the load is."""

from __future__ import annotations

from typing import Final

import numpy as np

from cloud.energy.schemas import QualityWord, worst_word
from cloud.wire import Moment
from facility.energy.intervals import MILLIONTHS, Intervals
from facility.energy.quality import AmountQuality, placed
from facility.words import Frozen

TOP: Final = 20
POINTS: Final = 101
HOURS: Final = 4
"""Quarters in an hour."""


class Peak(Frozen):
    """One quarter hour."""

    start: Moment
    load: float
    quality: QualityWord


class Demand(Frozen):
    """How a meter was loaded; loads are means of quarter hours, in the unit an hour: kW of kW.h."""

    meter: str
    unit: str
    """Of the loads."""
    top: tuple[Peak, ...]
    """The twenty highest, the highest first."""
    duration: tuple[float, ...]
    """101 loads: the n-th was reached or exceeded in n hundredths of the counted time; empty where none counts."""
    highest: float | None
    mean: float | None
    load_factor: float | None
    """Mean by highest."""
    low: float | None
    """2.5th hundredth: the base …"""
    high: float | None
    """… and the 97.5th: the peak that a single quarter hour does not make."""
    counted: int
    left_out: int
    """Quarter hours that are missing, estimated, or with a set-back: their load is not known."""


def demand_of(meter: str, quarters: Intervals) -> Demand:
    """Of the quarter hours whose place in time is known: measured, interpolated, or with a replacement."""
    places = np.flatnonzero(placed(quarters.quality) & (quarters.coverage >= 1))
    load = quarters.amount[places] * HOURS / 10**MILLIONTHS
    order = places[np.argsort(-load, kind="stable")[:TOP]]
    some = len(places) > 0
    mean, highest = (float(load.mean()), float(load.max())) if some else (0.0, 0.0)
    low, high = np.percentile(load, (2.5, 97.5)).tolist() if some else (0.0, 0.0)
    return Demand(
        meter=meter,
        unit={"kW.h": "kW", "kvar.h": "kvar"}.get(quarters.unit, f"{quarters.unit}/h"),
        top=tuple(_peak(quarters, int(place)) for place in order),
        duration=tuple(np.round(np.percentile(load, np.linspace(100, 0, POINTS)), 3).tolist()) if some else (),
        highest=round(highest, 3) if some else None,
        mean=round(mean, 3) if some else None,
        load_factor=round(mean / highest, 4) if highest > 0 else None,
        low=round(low, 3) if some else None,
        high=round(high, 3) if some else None,
        counted=len(places),
        left_out=len(quarters) - len(places),
    )


def _peak(quarters: Intervals, place: int) -> Peak:
    return Peak(
        start=int(quarters.start[place]),
        load=round(float(quarters.amount[place]) * HOURS / 10**MILLIONTHS, 3),
        quality=worst_word(AmountQuality(int(quarters.quality[place]))),
    )
