"""Amounts of any meter of a site, the virtual ones reckoned from the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from sqlalchemy import Connection

from cloud.ledger.store import intervals_of_many
from cloud.meters.facts import MeterFacts
from facility.energy.formula import Formula, combined, parse, resolved
from facility.energy.intervals import Intervals, quarter_edges
from facility.energy.quality import AmountQuality

HOUR: Final = 3600.0


def amounts_of(
    connection: Connection,
    meters: Mapping[str, MeterFacts],
    wanted: Collection[str],
    start: int,
    end: int,
    *,
    in_place: bool = False,
) -> dict[str, Intervals]:
    """Quarter hours of [start, end), both on a quarter hour; `meters` are all of the site, `wanted` some of them.

    A virtual meter whose formula can't be reckoned any more (a meter of it is gone) is missing. `in_place`: for what
    asks when energy was used; between two readings further apart than an hour only the sum is known, an estimate.
    """
    formulas = formulas_of(meters, wanted)
    needed = {name for id in wanted for name in (formulas[id].parts if id in formulas else (id,)) if name in meters}
    units = {id: meters[id].unit for id in needed}
    site = next(iter(meters.values())).site if meters else ""
    found = intervals_of_many(connection, site, units, start, end) if units else {}
    if in_place:
        found = {id: _in_place(each, meters[id].reading_period) for id, each in found.items()}
    edges = quarter_edges(start, end)
    return {id: combined(formulas[id], found, meters[id].unit, edges) if id in formulas else found[id] for id in wanted}


def _in_place(found: Intervals, reading_period: float) -> Intervals:
    if reading_period <= HOUR:
        return found
    guessed = found.quality == AmountQuality.INTERPOLATED
    return replace(found, quality=np.where(guessed, AmountQuality.ESTIMATED, found.quality).astype(np.uint8))


def formulas_of(meters: Mapping[str, MeterFacts], wanted: Collection[str] | None = None) -> dict[str, Formula]:
    """Of the virtual meters, each in meters that have a register. ValueError where one can't be reckoned."""
    written = {id: parse(meter.formula) for id, meter in meters.items() if meter.formula is not None}
    if wanted is not None and not any(id in written for id in wanted):
        return {}
    return resolved(written)
