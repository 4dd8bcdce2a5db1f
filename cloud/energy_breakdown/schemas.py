"""The broken-down month on the wire."""

from __future__ import annotations

from datetime import date

from cloud.energy.schemas import Amount, ComparedAmounts, Sum
from cloud.wire import Moment
from facility.words import Frozen, Text


class Line(Frozen):
    """What enters the site, a use or an area, of one unit: its outermost meters together."""

    id: str
    name: Text
    unit: str
    meters: tuple[str, ...]
    total: Sum
    month_before: ComparedAmounts
    """环比."""
    year_before: ComparedAmounts
    """同比."""
    kgce: Amount | None
    kgco2e: Amount | None
    yuan: Amount | None
    """电量电费: the energy charge by band, without basic charge and 力调; null where no price is known."""
    unpriced: Text | None
    """Why there is no `yuan`."""
    m2: Amount | None
    per_m2: Amount | None
    """In the unit."""


class MonthBreakdown(Frozen):
    """A month of a site, as far as it has come."""

    site: str
    month: str
    start: Moment
    until: Moment
    totals: tuple[Line, ...]
    """What enters, a line for each unit."""
    uses: tuple[Line, ...]
    """分项."""
    areas: tuple[Line, ...]
    factors: tuple[str, ...]
    """Where kgce and kgCO₂e come from."""


class DegreeDays(Frozen):
    """How cold and how warm a stretch was."""

    start: Moment
    end: Moment
    heating: float | None
    """Σ of what each hour lay under the base, in °C·days; null where less than nine tenths of the hours are known."""
    cooling: float | None
    known: float
    """Share of the hours."""


class MonthWeather(Frozen):
    """A month's outdoor temperature beside the month and the year before, each as far as this month has come."""

    site: str
    month: str
    heating_base: float
    cooling_base: float
    now: DegreeDays
    month_before: DegreeDays
    year_before: DegreeDays
    days: tuple[date, ...]
    mean: tuple[float | None, ...]
    """°C of each day; null where none of its hours is known."""
    source: str
