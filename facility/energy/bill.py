"""The electricity bill of a period, line by line as the supplier writes it: exact decimals, each line to 0.01 yuan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from pydantic import Field, model_validator

from facility.energy.billing_months import BillingMonth, billing_months
from facility.energy.power_factor import Standard, adjustment, power_factor
from facility.energy.tariff import Band, Fee, NoTariff, Prices, Tariff
from facility.energy.tariff_energy import Parts
from facility.words import Frozen, Id

FEN: Final = Decimal("0.01")
TOLERATED: Final = Decimal("1.05")
"""Times the contract's demand."""
_BASIC_PRICE: Final = {
    True: ("容量电价(元/千伏安)", "capacity (yuan/kVA)"),
    False: ("需量电价(元/千瓦)", "demand (yuan/kW)"),
}


class Basic(StrEnum):
    """How 基本电费 is reckoned."""

    NONE = "none"
    """单一制: energy only."""
    CAPACITY = "capacity"
    """By the transformers' kVA."""
    CONTRACT_DEMAND = "contract_demand"
    """By a declared demand: what is over 105 % of it counts twice (发改办价格〔2016〕1583号)."""
    ACTUAL_DEMAND = "actual_demand"
    """By the demand that was read, at least 40 % of the transformers."""


class Contract(Frozen):
    """供用电合同: which tariff, and what the bill is reckoned on, from a day on."""

    start: date = Field(alias="from")
    tariff: Id
    kva: Decimal = Field(gt=0, le=10_000_000)
    """Of all transformers and high-voltage motors."""
    basic: Basic = Basic.NONE
    contract_kw: Decimal | None = Field(default=None, gt=0)
    least_share: Decimal = Field(default=Decimal("0.4"), ge=0, le=1)
    """Of `kva`: less demand is billed as so much."""
    power_factor: Standard | None = None
    kwh_places: int = Field(default=3, ge=0, le=3)
    """Decimals of a band's kWh on the bill."""

    @model_validator(mode="after")
    def _demand_is_said(self) -> Contract:
        if self.basic is Basic.CONTRACT_DEMAND and self.contract_kw is None:
            raise ValueError("按合同最大需量计费须填写合同需量 · a bill by contract demand needs contract_kw")
        return self


class LineKind(StrEnum):
    """What a line is for."""

    ENERGY = "energy"
    BASIC = "basic"
    EXCESS = "excess"
    """Demand over 105 % of the contract's, twice."""
    POWER_FACTOR = "power_factor"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: quantity × price, rounded. `price` of a power factor line is its rate."""

    kind: LineKind
    band: Band | None
    fee: Fee | None
    quantity: Decimal
    unit: str
    price: Decimal
    days: tuple[date, date]
    """First and last."""
    of_days: int
    """So many days make the whole quantity: of the period, for a monthly charge of its month."""
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """All of it. `complete` is False while anything of the period is unknown: then the total is no bill yet."""

    tariff: str
    first: date
    last: date
    lines: tuple[Line, ...]
    kwh: Decimal
    total: Decimal
    funds: Decimal
    """Within the energy lines; no base of 力调电费."""
    factor: Decimal | None
    blind_hours: Decimal
    coverage: float
    """Share of the period's time whose energy is known."""
    unsure_kwh: Decimal
    estimated_days: tuple[date, ...]

    @property
    def complete(self) -> bool:
        """Every interval is known and every day's type announced."""
        return self.blind_hours == 0 and not self.estimated_days

    def sum_of(self, *kinds: LineKind) -> Decimal:
        """Of the lines of these kinds."""
        return sum((line.amount for line in self.lines if line.kind in kinds), Decimal(0))


@dataclass(frozen=True, slots=True)
class Period:
    """What was read besides energy. `demand_kw`: the month's greatest; `reactive_kvarh` for 力调."""

    first: date
    last: date
    demand_kw: Decimal | None = None
    reactive_kvarh: Decimal | None = None

    @property
    def days(self) -> int:
        """Both ends included."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> Sequence[BillingMonth]:
        """Whole ones, and the part of one that is left."""
        return tuple(billing_months(self.first, self.last))


class NotRead(ValueError):
    """Something that the contract asks for was not read: the message names it, in Chinese and English."""


def rounded(amount: Decimal) -> Decimal:
    """To 0.01 yuan, half up."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def energy_charge(amount: int, places: int, price: Decimal) -> tuple[Decimal, Decimal]:
    """KWh and yuan of so many millionths of a kWh, as a line of the bill has them."""
    kwh = Decimal(amount).scaleb(-6).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return kwh, rounded(kwh * price)


def bill(parts: Parts, tariff: Tariff, contract: Contract, period: Period) -> Bill:
    """NoTariff where a price is missing; NotRead where the period lacks a reading that the contract asks for."""
    energy = list(_energy(parts, contract, period))
    basic = list(_basic(parts, tariff, contract, period))
    funds = _funds(parts, contract)
    factor, adjusting = _adjusted(
        parts, contract, period, sum((x.amount for x in (*energy, *basic)), Decimal(0)) - funds
    )
    lines = (*energy, *basic, *adjusting, *_fees(tariff, period))
    return Bill(
        tariff=tariff.id,
        first=period.first,
        last=period.last,
        lines=lines,
        kwh=sum((line.quantity for line in energy), Decimal(0)),
        total=sum((line.amount for line in lines), Decimal(0)),
        funds=funds,
        factor=factor,
        blind_hours=Decimal(parts.blind) / Decimal(3_600_000_000_000),
        coverage=parts.coverage,
        unsure_kwh=parts.unsure_kwh,
        estimated_days=parts.estimated_days,
    )


def _energy(parts: Parts, contract: Contract, period: Period) -> Iterator[Line]:
    for part in parts.parts:
        kwh, amount = energy_charge(part.amount, contract.kwh_places, part.price)
        days = (part.first, part.last)
        yield Line(LineKind.ENERGY, part.band, None, kwh, "kWh", part.price, days, period.days, amount)


def _funds(parts: Parts, contract: Contract) -> Decimal:
    """By price list, for its whole energy."""
    of_list: dict[date, tuple[Prices, Decimal]] = {}
    for part in parts.parts:
        before = of_list.get(part.prices.start, (part.prices, Decimal(0)))[1]
        kwh, _ = energy_charge(part.amount, contract.kwh_places, part.price)
        of_list[part.prices.start] = (part.prices, before + kwh)
    return sum((rounded(kwh * prices.funds) for prices, kwh in of_list.values()), Decimal(0))


def spans(tariff: Tariff, first: date, last: date) -> Sequence[tuple[Prices, date, date]]:
    """The price lists of a period, with their first and last day in it."""
    found: list[tuple[Prices, date, date]] = []
    day = first
    while day <= last:
        prices = tariff.prices_on(day)
        following = [each.start for each in tariff.prices if each.start > day]
        end = min([last, *(start - timedelta(days=1) for start in following)])
        found.append((prices, day, end))
        day = end + timedelta(days=1)
    return found


def _basic(parts: Parts, tariff: Tariff, contract: Contract, period: Period) -> Iterator[Line]:
    if contract.basic is Basic.NONE:
        return
    for kind, quantity in _quantities(contract, period):
        for month, prices, first, last in _monthly(tariff, period):
            price = _basic_price(parts, tariff, contract, prices)
            of_days = month.parts(prices.part_month)
            unit = "kVA" if contract.basic is Basic.CAPACITY else "kW"
            amount = rounded(quantity * price * ((last - first).days + 1) / of_days)
            yield Line(kind, None, None, quantity, unit, price, (first, last), of_days, amount)


def _monthly(tariff: Tariff, period: Period) -> Iterator[tuple[BillingMonth, Prices, date, date]]:
    """The price lists of each billing month: a charge of the whole month stands in every one."""
    for month in period.months:
        for prices, first, last in spans(tariff, month.first, month.last):
            yield month, prices, first, last


def _quantities(contract: Contract, period: Period) -> Iterator[tuple[LineKind, Decimal]]:
    if contract.basic is Basic.CAPACITY:
        yield LineKind.BASIC, contract.kva
        return
    if len(period.months) > 1:
        raise NotRead("需量按月抄读,请逐月核对 · demand is read month by month: ask for one month at a time")
    if period.demand_kw is None:
        raise NotRead(
            "按需量计费,缺少当月最大需量,请填写 · the bill is by demand: give the month's greatest demand in kW"
        )
    least = contract.kva * contract.least_share
    if contract.basic is Basic.ACTUAL_DEMAND:
        yield LineKind.BASIC, max(period.demand_kw, least)
        return
    declared = max(contract.contract_kw or least, least)
    yield LineKind.BASIC, declared
    over = period.demand_kw - declared * TOLERATED
    if over > 0:
        yield LineKind.EXCESS, 2 * over


def _basic_price(parts: Parts, tariff: Tariff, contract: Contract, prices: Prices) -> Decimal:
    price = prices.capacity if contract.basic is Basic.CAPACITY else prices.demand
    if price is None:
        zh, en = _BASIC_PRICE[contract.basic is Basic.CAPACITY]
        raise NoTariff(
            f"电价 {tariff.id!r} 自 {prices.start} 起没有{zh},请补充 · "
            f"tariff {tariff.id!r} from {prices.start} has no {en} price: add it"
        )
    relief = prices.relief
    if contract.basic is not Basic.CAPACITY and relief is not None:
        per_kva = parts.kwh / contract.kva
        price = price * relief.share if per_kva >= relief.kwh_per_kva else price
    return price


def _adjusted(
    parts: Parts, contract: Contract, period: Period, base: Decimal
) -> tuple[Decimal | None, tuple[Line, ...]]:
    if contract.power_factor is None or parts.kwh == 0:
        return None, ()
    if period.reactive_kvarh is None:
        raise NotRead(
            "合同有力调电费,缺少当月无功电量,请填写 · "
            "the contract has a power factor adjustment: give the month's reactive energy in kvarh"
        )
    factor = power_factor(parts.kwh, period.reactive_kvarh)
    rate = adjustment(contract.power_factor, factor)
    days = (period.first, period.last)
    line = Line(LineKind.POWER_FACTOR, None, None, base, "CNY", rate, days, period.days, rounded(base * rate))
    return factor, (line,)


def _fees(tariff: Tariff, period: Period) -> Iterator[Line]:
    for month, prices, first, last in _monthly(tariff, period):
        quantity = Decimal((last - first).days + 1)
        for fee in prices.fees:
            of_days = 1 if fee.per == "day" else month.parts(prices.part_month)
            amount = rounded(fee.amount * quantity / of_days)
            yield Line(LineKind.FEE, None, fee, quantity, "d", fee.amount, (first, last), of_days, amount)
