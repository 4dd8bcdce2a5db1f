"""All that a month's report is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cloud.bills.schemas import BillBody
from cloud.energy_breakdown.schemas import Line, MonthBreakdown
from cloud.energy_targets.schemas import MonthFigure
from cloud.waste.store import Kept
from facility.energy.baseline import Refused
from facility.energy.baseline_saving import Saving
from facility.words import Text


@dataclass(frozen=True, slots=True)
class MeterBill:
    """A meter with a contract: its bill up to yesterday, or why there is none; `lacks` is what is not in it."""

    meter: str
    bill: BillBody | None
    why: Text | None = None
    lacks: Text | None = None


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """A month as far as it has come."""

    site: str
    name: Text
    month: str
    span: tuple[str, str]
    """The local times that the amounts are of."""
    made: str
    parts: MonthBreakdown
    """What enters, uses, areas."""
    lines: Sequence[Line]
    """Meter by meter."""
    figures: Mapping[str, MonthFigure]
    """By scope: targets and forecasts, of the days that are over."""
    bills: Sequence[MeterBill]
    waste: Sequence[Kept]
    savings: Sequence[tuple[str, Saving | Refused]]
    meters: Mapping[str, Text]
