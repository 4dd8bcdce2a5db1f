"""Energy on the wire: amounts are decimal texts in the meter's unit, null where nothing is known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from pydantic import PlainSerializer, WithJsonSchema

from cloud.meters.schemas import MeterKind
from cloud.wire import Moment
from facility.energy.intervals import MILLIONTHS, Intervals, Total
from facility.energy.quality import AmountQuality
from facility.words import Frozen, Text

Amount = Annotated[
    Decimal,
    PlainSerializer(lambda value: f"{value:f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}),
]
"""Exact, in the meter's unit."""
QualityWord = Literal["measured", "interpolated", "estimated", "changed", "reset", "missing"]
_WORDS: tuple[QualityWord, ...] = ("measured", "interpolated", "estimated", "changed", "reset", "missing")
DIGITS = 3
"""Of columns for charts: watt hours …"""
DIGITS_OF = {"m3": 6}
"""… and millilitres: a tap's quarter hour is less than half a litre."""


class Sum(Frozen):
    """What a stretch of time comes to."""

    amount: Amount | None
    """Of the known time; null where nothing is known: never a zero in its place."""
    coverage: float
    """Share of the time whose amount is known, 0 … 1."""
    quality: QualityWord
    uncertainty: float
    """±, in the unit: what the registers can't show."""


class AmountColumns(Frozen):
    """Intervals in columns, for charts; all as long as `start`."""

    start: tuple[int, ...]
    """UTC milliseconds."""
    amount: tuple[float | None, ...]
    """In the unit, to a thousandth (m3: a millionth); null where nothing is known."""
    coverage: tuple[float, ...]
    quality: tuple[int, ...]
    """0 measured, 1 interpolated, 2 estimated, 3 changed, 4 reset, 5 missing."""
    uncertainty: tuple[float, ...]


class MeterView(Frozen):
    """A meter as lists show it."""

    site: str
    id: str
    kind: MeterKind
    name: Text
    unit: str
    """That of its amounts: `kW.h`, `m3`."""
    shown_unit: str
    """That of its register."""
    place: str | None
    area: str | None
    use: str | None
    use_name: Text
    use_group: str
    group_name: Text
    parent: str | None
    point: str | None
    """The counter that it is read from, for its trend: `main-meter.energy_import`; null where no device is."""
    reading_period: float
    """Seconds."""
    width: Amount | None
    multiplier: str
    highest: Amount | None
    """What its circuit can carry in an hour, in the ledger's unit."""
    formula: str | None
    medium: str
    """`water` or `gas` where it counts cubic metres, else empty."""
    first_at: Moment | None
    last_at: Moment | None
    """Its first and its last reading."""
    overdue: bool
    """Nothing was read for longer than its reading period."""


class IntervalsAnswer(Frozen):
    """One meter in intervals."""

    meter: str
    unit: str
    step: Literal["quarter", "hour", "day", "month"]
    columns: AmountColumns
    total: Sum


class ComparedAmounts(Frozen):
    """A stretch beside the same stretch earlier."""

    now: Sum
    before: Sum
    change: float | None
    """Share by which it is more (0.05: 5 % more); null where either is not known for nine tenths of its time."""


class MeterMonth(Frozen):
    """One meter in a month."""

    meter: str
    name: Text
    unit: str
    use: str | None
    use_group: str
    area: str | None
    parent: str | None
    total: Sum
    days: AmountColumns
    month_before: ComparedAmounts
    """环比: with the same stretch of the month before."""
    year_before: ComparedAmounts
    """同比."""


class UseMonth(Frozen):
    """分项: the meters of one group that no other of the group lies above."""

    group: str
    name: Text
    unit: str
    total: Sum
    meters: tuple[str, ...]


class SiteTotal(Frozen):
    """What enters the site, of one unit: its roots together."""

    unit: str
    total: Sum
    month_before: ComparedAmounts
    year_before: ComparedAmounts
    meters: tuple[str, ...]
    days: AmountColumns


class EnergyMonth(Frozen):
    """A month of a site."""

    site: str
    month: str
    timezone: str
    start: Moment
    end: Moment
    until: Moment
    """As far as it has come: what is compared is compared as far."""
    area: float | None
    """m² of the site's places; null where none says."""
    totals: tuple[SiteTotal, ...]
    uses: tuple[UseMonth, ...]
    meters: tuple[MeterMonth, ...]


class Carpet(Frozen):
    """Day × time of day: row n is `days[n]`, column k the k-th step of the day; a day of the clock change is cut or
    filled with null at its end.
    """

    meter: str
    unit: str
    step: Literal["quarter", "hour"]
    columns: int
    days: tuple[date, ...]
    amount: tuple[tuple[float | None, ...], ...]
    quality: tuple[tuple[int, ...], ...]
    coverage: tuple[tuple[float, ...], ...]
    low: float | None
    """The 2nd hundredth of what is known, and the 98th: the ends of a scale that one spike does not spoil."""
    high: float | None
    totals: tuple[Sum, ...]


def sum_of(total: Total) -> Sum:
    """A total on the wire."""
    return Sum(
        amount=total.known,
        coverage=round(total.coverage, 6),
        quality=_WORDS[total.quality],
        uncertainty=round(total.uncertainty / 10**MILLIONTHS, DIGITS_OF.get(total.unit, DIGITS)),
    )


def columns_of(some: Intervals) -> AmountColumns:
    """Intervals on the wire."""
    return AmountColumns.model_construct(
        start=tuple((some.start // 1_000_000).tolist()),
        amount=tuple(numbers(some.value, some.unit)),
        coverage=tuple(np.round(some.coverage, 4).tolist()),
        quality=tuple(some.quality.tolist()),
        uncertainty=tuple(np.round(some.uncertainty / 10**MILLIONTHS, DIGITS_OF.get(some.unit, DIGITS)).tolist()),
    )


def numbers(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], unit: str) -> list[float | None]:
    """For charts; NaN is null."""
    told = np.round(values, DIGITS_OF.get(unit, DIGITS)).tolist()
    return [None if value != value else value for value in told]  # noqa: PLR0124


def worst_word(quality: AmountQuality) -> QualityWord:
    """Its word on the wire."""
    return _WORDS[quality]
