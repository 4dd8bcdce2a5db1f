"""What a month would have cost by transformer capacity, by contract demand and by actual demand, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from facility.energy.bill import Basic, Bill, Contract, LineKind, Period, bill, spans
from facility.energy.tariff import Tariff
from facility.energy.tariff_energy import Parts


@dataclass(frozen=True, slots=True)
class Month:
    """What one month's bill is reckoned from."""

    parts: Parts
    tariff: Tariff
    contract: Contract
    period: Period


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to be billed. Basic charge and 力调 (it follows the basic charge) over all months."""

    basic: Basic
    contract_kw: Decimal | None
    amounts: tuple[Decimal, ...]
    """Whole bill of each month."""
    basic_amounts: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        """Of all months."""
        return sum(self.amounts, Decimal(0))


def choices(months: Sequence[Month]) -> tuple[Choice, ...]:
    """Every way, the cheapest first; the contract demand is the best whole kW for all these months."""
    fixed = [_choice(months, basic, None) for basic in (Basic.CAPACITY, Basic.ACTUAL_DEMAND) if _has(months, basic)]
    if _has(months, Basic.CONTRACT_DEMAND):
        fixed.append(min((_choice(months, Basic.CONTRACT_DEMAND, kw) for kw in _candidates(months)), key=_cost))
    return tuple(sorted(fixed, key=_cost))


def _cost(choice: Choice) -> Decimal:
    return choice.total


def _has(months: Sequence[Month], basic: Basic) -> bool:
    """Every price list of the months names its price, and every month its demand."""
    lists = [each[0] for m in months for each in spans(m.tariff, m.period.first, m.period.last)]
    if basic is Basic.CAPACITY:
        return bool(lists) and all(prices.capacity is not None for prices in lists)
    read = all(month.period.demand_kw is not None for month in months)
    return bool(lists) and read and all(prices.demand is not None for prices in lists)


def _candidates(months: Sequence[Month]) -> list[Decimal]:
    """The cost is linear between the months' demands / 1.05 and the least demand: the best is at one of them."""
    least = max(month.contract.kva * month.contract.least_share for month in months)
    kinks = [(m.period.demand_kw or Decimal(0)) / Decimal("1.05") for m in months]
    whole = {kw.quantize(Decimal(1), ROUND_HALF_UP) + more for kw in [least, *kinks] for more in (-1, 0, 1)}
    return sorted(kw for kw in whole if kw >= least) or [least]


def _choice(months: Sequence[Month], basic: Basic, kw: Decimal | None) -> Choice:
    bills = [_billed(month, basic, kw) for month in months]
    basics = tuple(each.sum_of(LineKind.BASIC, LineKind.EXCESS) for each in bills)
    return Choice(basic, kw, tuple(each.total for each in bills), basics)


def _billed(month: Month, basic: Basic, kw: Decimal | None) -> Bill:
    contract = month.contract.model_copy(update={"basic": basic, "contract_kw": kw or month.contract.contract_kw})
    return bill(month.parts, month.tariff, contract, month.period)


def break_even_kw(month: Month) -> Decimal | None:
    """The demand at which both ways cost the same: below it demand is cheaper. None where a price is missing."""
    prices = month.tariff.prices_on(month.period.last)
    if prices.capacity is None or not prices.demand:
        return None
    return (month.contract.kva * prices.capacity / prices.demand).quantize(Decimal("0.1"), ROUND_HALF_UP)
