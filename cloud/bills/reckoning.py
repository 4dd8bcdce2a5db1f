"""Bills out of the ledger: energy by band, the greatest quarter hour as demand, the contract that held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection

from cloud.bills.schemas import Choices, Period, StackDay, TariffStack, choice_body
from cloud.energy_settings.ground import EnergySite, energy_site, in_order, used
from cloud.errors import Unprocessable
from cloud.tariffs.schemas import StoredTariff
from cloud.tariffs.store import contract_of, tariff_of
from cloud.wording import halves
from facility.energy import bill as reckoned
from facility.energy.bill import Basic, Bill, Contract, NotRead
from facility.energy.bill_choice import Month, break_even_kw, choices
from facility.energy.intervals import Intervals
from facility.energy.local_time import local_day, month_of
from facility.energy.quality import placed
from facility.energy.tariff import BANDS, NoTariff
from facility.energy.tariff_day import tariff_day
from facility.energy.tariff_energy import CrossesBands, days_of, parts_of


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A bill and what it was made from."""

    bill: Bill
    stored: StoredTariff
    contract: Contract
    month: Month


def reckon(connection: Connection, site: str, asked: Period, *, adjusted: bool = True) -> Reckoned:
    """Problem where the meter, its contract, a price or a reading is missing: it says which.

    `adjusted` false leaves 力调电费 out where no reactive energy was read.
    """
    in_order(asked.first, asked.last, 400)
    where = energy_site(connection, site)
    contract = contract_of(connection, site, asked.meter, asked.first, asked.last)
    if not adjusted and asked.reactive_kvarh is None:
        contract = contract.model_copy(update={"power_factor": None})
    stored = tariff_of(connection, site, contract.tariff)
    _refuse_volume(where, asked.meter)
    amounts = used(connection, where, [asked.meter], asked.first, asked.last, in_place=True)[asked.meter]
    demand = asked.demand_kw if asked.demand_kw is not None else greatest_demand(amounts)
    period = reckoned.Period(asked.first, asked.last, demand, asked.reactive_kvarh)
    try:
        parts = parts_of(amounts, stored.tariff, where.calendar, where.zone, asked.first, asked.last)
        told = reckoned.bill(parts, stored.tariff, contract, period)
    except ValueError as error:
        why = halves(str(error))
        raise Unprocessable(f"账单无法计算:{why.zh} · the bill can't be reckoned: {why.en}") from None
    return Reckoned(told, stored, contract, Month(parts, stored.tariff, contract, period))


def _refuse_volume(where: EnergySite, meter: str) -> None:
    if where.meter(meter).unit != "kW.h":
        raise Unprocessable(f"{meter!r} 不是电表 · {meter!r} counts {where.meters[meter].unit!r}, no electricity")


def greatest_demand(amounts: Intervals) -> Decimal | None:
    """KW of the highest quarter hour (fixed windows) whose place in time is known; None where there is none."""
    whole = (amounts.coverage >= 1) & placed(amounts.quality)
    return Decimal(int(amounts.amount[whole].max()) * 4).scaleb(-6) if whole.any() else None


def what_if(connection: Connection, site: str, meter: str, year: int, now: int, reactive: Decimal | None) -> Choices:
    """The months of a year that are over and wholly known."""
    zone = energy_site(connection, site).zone
    months: list[Reckoned] = []
    left_out: list[str] = []
    for number in range(1, 13):
        first, after = month_of(year, number)
        if after > local_day(zone, now):
            continue
        told = _month(connection, site, meter, first, after - timedelta(days=1), reactive)
        if told is None or not told.bill.complete:
            left_out.append(f"{first:%Y-%m}")
        else:
            months.append(told)
    if not months:
        raise Unprocessable(
            f"{year} 年没有数据完整的月份 · no month of {year} is wholly known: nothing can be compared"
        )
    found = choices([each.month for each in months])
    return Choices(
        meter=meter,
        months=tuple(f"{each.bill.first:%Y-%m}" for each in months),
        left_out=tuple(left_out),
        now=months[-1].contract.basic,
        now_total=sum((each.bill.total for each in months), Decimal(0)),
        choices=tuple(choice_body(each) for each in found),
        break_even_kw=break_even_kw(months[-1].month),
    )


def _month(
    connection: Connection, site: str, meter: str, first: date, last: date, reactive: Decimal | None
) -> Reckoned | None:
    """Without a reactive reading the power factor is left out on every side."""
    asked = Period.model_validate({"meter": meter, "from": first, "to": last, "reactive_kvarh": reactive})
    where = energy_site(connection, site)
    contract = contract_of(connection, site, meter, first, last)
    contract = contract if reactive is not None else contract.model_copy(update={"power_factor": None})
    stored = tariff_of(connection, site, contract.tariff)
    amounts = used(connection, where, [meter], first, last, in_place=True)[meter]
    demand = greatest_demand(amounts)
    if demand is None and contract.basic in {Basic.ACTUAL_DEMAND, Basic.CONTRACT_DEMAND}:
        return None
    period = reckoned.Period(first, last, demand, asked.reactive_kvarh)
    try:
        parts = parts_of(amounts, stored.tariff, where.calendar, where.zone, first, last)
        told = reckoned.bill(parts, stored.tariff, contract, period)
    except (NoTariff, CrossesBands, NotRead):
        return None
    return Reckoned(told, stored, contract, Month(parts, stored.tariff, contract, period))


def stack(connection: Connection, site: str, meter: str, first: date, last: date) -> TariffStack:
    """Energy and its charge by band, day by day."""
    in_order(first, last, 400)
    where = energy_site(connection, site)
    _refuse_volume(where, meter)
    stored = tariff_of(connection, site, contract_of(connection, site, meter, first, last).tariff)
    amounts = used(connection, where, [meter], first, last, in_place=True)[meter]
    try:
        days = tuple(_stack_day(where, stored, amounts, day) for day in days_of(first, last))
        prices = dict(tariff_day(stored.tariff, last, where.calendar).price)
    except (NoTariff, CrossesBands) as error:
        why = halves(str(error))
        raise Unprocessable(f"无法按时段分解:{why.zh} · the energy can't be split by band: {why.en}") from None
    return TariffStack(meter=meter, tariff=stored.tariff.id, days=days, prices=prices)


def _stack_day(where: EnergySite, stored: StoredTariff, amounts: Intervals, day: date) -> StackDay:
    told = parts_of(amounts, stored.tariff, where.calendar, where.zone, day, day)
    width = float(np.float64(24 * 3_600e9))
    by_band = {part.band: part for part in told.parts}
    return StackDay(
        day=day,
        kwh={band: Decimal(by_band[band].amount).scaleb(-6) for band in BANDS if band in by_band},
        cost={
            band: (Decimal(by_band[band].amount).scaleb(-6) * by_band[band].price).quantize(Decimal("0.0001"))
            for band in BANDS
            if band in by_band
        },
        coverage=max(0.0, 1.0 - told.blind / width),
    )
