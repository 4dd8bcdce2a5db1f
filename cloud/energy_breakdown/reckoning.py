"""A month's lines: what enters, each use, each area; the energy of a line is priced by the contract above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import Connection

from cloud.energy.amounts import amounts_of
from cloud.energy.month import Stretches, begun_at, compared, roots, stretches, together
from cloud.energy.schemas import sum_of
from cloud.energy_breakdown.groups import Group, area_groups, use_groups
from cloud.energy_breakdown.schemas import Line, MonthBreakdown
from cloud.energy_settings.ground import EnergySite
from cloud.energy_targets.scopes import scoped
from cloud.meters.facts import above, medium_of
from cloud.sites.store import places
from cloud.tariffs.store import contracts, tariffs
from cloud.wording import halves
from facility.energy.bill import Contract
from facility.energy.factor import Quantity, factor_on
from facility.energy.intervals import Intervals, Total, exact
from facility.energy.local_time import local_day
from facility.energy.pricing import Pricing, pricing
from facility.energy.tariff import NoTariff
from facility.energy.tariff_energy import CrossesBands
from facility.words import Text

MILLI = Decimal("0.001")
INCOMING = Text(zh="进线合计", en="All that enters")
NO_CONTRACT = Text(zh="上级没有供用电合同", en="No supply contract stands above these meters")
CHANGED = Text(zh="供用电合同在本月变更,请在账单核对页分段查看", en="The supply contract changes within the month")
NOTHING = Text(zh="没有数据", en="Nothing is known")


@dataclass(frozen=True, slots=True)
class Month:
    """What all lines are made from."""

    where: EnergySite
    first: date
    now: Mapping[str, Intervals]
    """Quarter hours of the month as far as it has come."""
    totals: Mapping[str, tuple[Total, Total, Total]]
    """Of the stretch, the month before, the year before."""
    prices: Prices
    factors: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices by the meter that has the contract; a text where they can't be told."""

    by_contract: Mapping[str, Pricing | Text]

    def cost(self, where: EnergySite, ids: Sequence[str], now: Mapping[str, Intervals]) -> Decimal | Text:
        """Of these meters together."""
        total = Decimal(0)
        for id in ids:
            holder = next((m.id for m in (where.meters[id], *above(where.meters, id)) if m.id in self.by_contract), "")
            found = self.by_contract.get(holder, NO_CONTRACT)
            if isinstance(found, Text):
                return found
            try:
                total += found.cost(now[id])
            except CrossesBands as error:
                return halves(str(error))
        return total


def breakdown(connection: Connection, where: EnergySite, month: str, now: int) -> MonthBreakdown:
    """Of a month `2026-11`."""
    ids = tuple(id for id, meter in where.meters.items() if meter.kind != "virtual")
    which, held = _held(connection, where, month, now, ids)
    return _told(connection, held, month, which)


def with_meters(
    connection: Connection, where: EnergySite, month: str, now: int
) -> tuple[MonthBreakdown, tuple[Line, ...]]:
    """The same, and a line for each meter by itself, virtual ones too; every meter is read once."""
    which, held = _held(connection, where, month, now, tuple(where.meters))
    each = (
        _line(held, Group(id, meter.name, meter.unit, (id,)), scoped(where, f"meter:{id}").m2)
        for id, meter in where.meters.items()
        if id in held.now
    )
    return _told(connection, held, month, which), tuple(each)


def _held(
    connection: Connection, where: EnergySite, month: str, now: int, ids: tuple[str, ...]
) -> tuple[Stretches, Month]:
    year, number = map(int, month.split("-"))
    which = stretches(where.zone, year, number, now, begun_at(connection, where.id))
    return which, _month(connection, where, date(year, number, 1), which, ids)


def _told(connection: Connection, held: Month, month: str, which: Stretches) -> MonthBreakdown:
    where = held.where
    m2 = where.area_m2.get(where.id)
    names = {row["id"]: Text(zh=row["zh"], en=row["en"]) for row in places(connection, where.id)}
    entering = [Group("incoming", INCOMING, unit, tuple(ids)) for unit, ids in roots(where.meters).items()]
    return MonthBreakdown(
        site=where.id,
        month=month,
        start=which.now[0],
        until=which.until,
        totals=tuple(_line(held, each, m2) for each in entering),
        uses=tuple(_line(held, each, m2) for each in use_groups(where.meters)),
        areas=tuple(_line(held, each, where.area_m2.get(each.id)) for each in area_groups(where.meters, names)),
        factors=tuple(held.factors),
    )


def _month(connection: Connection, where: EnergySite, first: date, which: Stretches, ids: tuple[str, ...]) -> Month:
    spans = (which.now, which.before, which.year)
    now, before, year = (amounts_of(connection, where.meters, ids, *span) for span in spans)
    totals = {id: (now[id].total(), before[id].total(), year[id].total()) for id in ids}
    return Month(where, first, now, totals, Prices(_prices(connection, where, now, first)))


def _prices(
    connection: Connection, where: EnergySite, now: Mapping[str, Intervals], first: date
) -> dict[str, Pricing | Text]:
    known = tariffs(connection, where.id)
    found: dict[str, Pricing | Text] = {}
    for meter, held in contracts(connection, where.id).items():
        if meter not in now or not len(now[meter]):
            continue
        edges = now[meter].edges
        last = local_day(where.zone, int(edges[-1]) - 1)
        contract = _contract(held, first, last)
        if not isinstance(contract, Contract):
            found[meter] = contract
        elif contract.tariff not in known:
            found[meter] = Text(zh=f"没有电价 {contract.tariff}", en=f"There is no tariff {contract.tariff}")
        else:
            try:
                tariff = known[contract.tariff].tariff
                found[meter] = pricing(tariff, where.calendar, where.zone, edges, contract.kwh_places)
            except NoTariff as error:
                found[meter] = halves(str(error))
    return found


def _contract(held: Sequence[Contract], first: date, last: date) -> Contract | Text:
    begun = [each for each in held if each.start <= last]
    if not begun:
        return NO_CONTRACT
    return CHANGED if begun[-1].start > first else begun[-1]


def _line(held: Month, group: Group, m2: Decimal | None) -> Line:
    now, before, year = (together(group.unit, [held.totals[id][k] for id in group.meters]) for k in range(3))
    known = now.coverage > 0
    amount = exact(now.amount)
    medium = medium_of(held.where.meters[group.meters[0]])
    coal, carbon = (_turned(held, group.unit, medium, amount, each) if known else None for each in Quantity)
    priced = held.prices.cost(held.where, group.meters, held.now) if group.unit == "kW.h" else None
    return Line(
        id=group.id,
        name=group.name,
        unit=group.unit,
        meters=group.meters,
        total=sum_of(now),
        month_before=compared(now, before),
        year_before=compared(now, year),
        kgce=coal,
        kgco2e=carbon,
        yuan=priced if known and isinstance(priced, Decimal) else None,
        unpriced=NOTHING if not known else priced if isinstance(priced, Text) else None,
        m2=m2,
        per_m2=(amount / m2).quantize(MILLI, ROUND_HALF_UP) if known and m2 else None,
    )


def _turned(held: Month, unit: str, medium: str, amount: Decimal, quantity: Quantity) -> Decimal | None:
    factor = factor_on(held.where.settings.factors, quantity, unit, held.first, medium)
    if factor is None:
        return None
    named = {Quantity.STANDARD_COAL: "kgce", Quantity.CARBON: "kgCO₂e"}[quantity]
    held.factors[f"{factor.per_unit} {named}/{unit.replace('.', '')}: {factor.source}"] = None
    return (amount * factor.per_unit).quantize(MILLI, ROUND_HALF_UP)
