"""Tariffs as data: bands by month, day type and holiday, dated; prices dated apart, for they change every month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from facility.energy.billing_months import PartMonth
from facility.energy.day_types import DayKind, DayType, Holiday
from facility.words import Frozen, Id, LocalTime, Text

DAY: Final = 1440
"""Minutes."""
Money = Annotated[Decimal, Field(ge=0, le=Decimal(10**9), max_digits=18)]
Price = Annotated[Decimal, Field(ge=-100, le=10_000, max_digits=16, decimal_places=10)]
"""Yuan a unit; a component may be negative (a rebate)."""


class Band(StrEnum):
    """尖 峰 平 谷 深谷."""

    SHARP = "sharp"
    PEAK = "peak"
    FLAT = "flat"
    VALLEY = "valley"
    DEEP_VALLEY = "deep_valley"


BANDS: Final = tuple(Band)
BAND_ZH: Final = {
    Band.SHARP: "尖峰", Band.PEAK: "高峰", Band.FLAT: "平段", Band.VALLEY: "低谷", Band.DEEP_VALLEY: "深谷",
}  # fmt: skip


class NoTariff(ValueError):
    """A day that no dated part of the tariff covers: the message says in both languages which, and what is missing."""


class Window(Frozen):
    """A span of a local day; one that ends at or before its beginning goes over midnight, within the same date."""

    begin: LocalTime
    end: LocalTime
    band: Band

    @model_validator(mode="after")
    def _whole_minutes(self) -> Window:
        if any(at.second or at.microsecond for at in (self.begin, self.end)):
            raise ValueError("时段应起止于整分钟 · windows begin and end at whole minutes")
        return self

    def minutes(self) -> tuple[tuple[int, int], ...]:
        """[from, to) in minutes of the day, one span or two."""
        a, b = (at.hour * 60 + at.minute for at in (self.begin, self.end))
        if a < b:
            return ((a, b),)
        return tuple(span for span in ((a, DAY), (0, b)) if span[0] < span[1])


class Ratio(Frozen):
    """A band's price as so many times another's; the base band is 1."""

    times: Decimal = Field(gt=0, le=20)
    of: Band = Band.FLAT


class Rule(Frozen):
    """Windows and ratios for some days. What is left out means any; a later rule paints over the ones before it."""

    months: tuple[Annotated[int, Field(ge=1, le=12)], ...] = ()
    days: tuple[DayKind, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    windows: tuple[Window, ...] = Field(default=(), max_length=48)
    ratios: dict[Band, Ratio] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _apart(self) -> Rule:
        taken: set[int] = set()
        for window in self.windows:
            mine = {minute for a, b in window.minutes() for minute in range(a, b)}
            if taken & mine:
                raise ValueError(
                    f"{window.begin:%H:%M} 起的时段与同一规则的其他时段重叠 · "
                    f"the window from {window.begin:%H:%M} overlaps another of its rule"
                )
            taken |= mine
        return self

    def holds(self, day: date, kind: DayType) -> bool:
        """Whether it speaks of this day."""
        return (
            (not self.months or day.month in self.months)
            and (not self.days or kind.kind in self.days)
            and (not self.holidays or bool(kind.holidays & set(self.holidays)))
        )


class Shape(Frozen):
    """When which band holds, and how the bands relate, from a day on."""

    start: date = Field(alias="from")
    document: str = Field(default="", max_length=200)
    """The number of the document."""
    url: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=1000)
    rules: tuple[Rule, ...] = Field(max_length=50)


class Component(Frozen):
    """A part of the price of a kWh: it floats with the band's ratio or not; a fund is no base of 力调电费."""

    id: Id
    name: Text
    price: Price
    floats: bool = False
    fund: bool = False

    @model_validator(mode="after")
    def _fund_is_fixed(self) -> Component:
        if self.fund and self.floats:
            raise ValueError("基金及附加各时段同价,不能浮动 · a fund has one price in all bands: it can't float")
        return self


class Relief(Frozen):
    """The demand price × `share` in a month with at least so many kWh a kVA (发改价格〔2023〕526号: 260 and 0.9)."""

    kwh_per_kva: Decimal = Field(gt=0)
    share: Decimal = Field(gt=0, le=1)


class Fee(Frozen):
    """A fixed fee: yuan a month (of a part of one as `Prices.part_month` says), or a day."""

    id: Id
    name: Text
    amount: Money
    per: Literal["month", "day"] = "month"


class Prices(Frozen):
    """What a kWh, a kVA, a kW cost from a day on. `bands`: whole prices as published, instead of ratios."""

    start: date = Field(alias="from")
    document: str = Field(default="", max_length=200)
    url: str = Field(default="", max_length=500)
    components: tuple[Component, ...] = Field(default=(), max_length=30)
    bands: dict[Band, Price] = Field(default_factory=dict)
    places: int = Field(default=6, ge=0, le=10)
    """Decimals of a band's price."""
    capacity: Money | None = None
    """容量电价: yuan a kVA and month."""
    demand: Money | None = None
    """需量电价: yuan a kW and month."""
    relief: Relief | None = None
    part_month: PartMonth = PartMonth.THIRTIETH
    """What a part of a month bears of the basic charge and of monthly fees."""
    fees: tuple[Fee, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _said(self) -> Prices:
        if not self.bands and not self.components:
            raise ValueError("请填写各项单价或各时段公布电价 · give components, or the published price of each band")
        return self

    @property
    def funds(self) -> Decimal:
        """政府性基金及附加: yuan a kWh."""
        return sum((each.price for each in self.components if each.fund), Decimal(0))


def _dated(parts: tuple[Shape, ...] | tuple[Prices, ...], zh: str, en: str) -> None:
    starts = [part.start for part in parts]
    if starts != sorted(set(starts)):
        raise ValueError(
            f"{zh}应按生效日期排列,同一天不得有两份 · "
            f"the {en} stand in the order of their `from`, no two on the same day"
        )


class Scope(Frozen):
    """Whom it is for: transformer capacity in kVA, upper end excluded."""

    at_least: Decimal | None = None
    below: Decimal | None = None


class Tariff(Frozen):
    """One price list of one province for one kind of customer; its past stands beside its present."""

    id: Id
    name: Text
    province: str = Field(min_length=1, max_length=60)
    voltage: Literal["below_1kv", "1_10kv", "20kv", "35kv", "66kv", "110kv", "220kv", "any"] = "any"
    kva: Scope = Scope()
    source: str = Field(default="", max_length=500)
    """Where it was read; says if the original document was not."""
    shapes: tuple[Shape, ...] = Field(min_length=1, max_length=200)
    prices: tuple[Prices, ...] = Field(default=(), max_length=1000)

    @model_validator(mode="after")
    def _in_order(self) -> Tariff:
        _dated(self.shapes, "时段规则", "shapes")
        _dated(self.prices, "价格表", "prices")
        return self

    def shape_on(self, day: date) -> Shape:
        """NoTariff before the first one."""
        found = [shape for shape in self.shapes if shape.start <= day]
        if not found:
            raise NoTariff(
                f"电价 {self.id!r} 在 {day} 没有时段规则,请补充自该日起的规则 · "
                f"tariff {self.id!r} has no time-of-use rule for {day}: add a shape from that day on"
            )
        return found[-1]

    def prices_on(self, day: date) -> Prices:
        """NoTariff before the first one."""
        found = [prices for prices in self.prices if prices.start <= day]
        if not found:
            raise NoTariff(
                f"电价 {self.id!r} 在 {day} 没有价格,请录入当月公布的价格表 · "
                f"tariff {self.id!r} has no prices for {day}: add the month's published price table"
            )
        return found[-1]
