"""One bill, said in many places: its lines, the month's energy charge, a check and the report agree to the fen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.bills.schemas import bill_body
from cloud.energy_reports.document import bill_cells
from cloud.energy_reports.facts import MeterBill
from facility.energy.bill import Bill, Contract, LineKind, Period, bill
from facility.energy.bill_check import ActualBill, check
from facility.energy.day_types import shipped_calendar
from facility.energy.intervals import Intervals
from facility.energy.pricing import pricing
from facility.energy.quality import AmountQuality
from facility.energy.tariff import Tariff
from facility.energy.tariff_energy import parts_of
from facility.words import Text
from tests.facility.energy.steady_estate import ZONE, D, parts_list, priced, quarters

PROVINCES = ("hubei", "jiangsu", "gansu", "henan", "shanxi", "beijing")
FEE = {"id": "rent", "name": {"zh": "计量费", "en": "Rent"}, "amount": "31", "per": "month"}
MONEY = st.integers(1, 9_999_999).map(lambda n: D(n).scaleb(-7))


@dataclass(frozen=True, slots=True)
class Case:
    """A period, a tariff whose prices change in it or not, a contract."""

    province: str
    first: date
    days: int
    change: int
    prices: tuple[Decimal, Decimal, Decimal, Decimal]
    basic: str
    places: int
    seed: int
    kvarh: int
    zone: ZoneInfo

    @property
    def last(self) -> date:
        """Demand is billed month by month."""
        return self.first + timedelta(days=min(self.days, 28 if self.basic == "actual_demand" else 40) - 1)

    @property
    def tariff(self) -> Tariff:
        """Two price lists, the second from some day of the period on."""
        a, b, c, d = map(str, self.prices)
        change = (self.first + timedelta(days=self.change)).isoformat()
        more = {"capacity": "23.7", "demand": "38.3", "fees": [FEE]}
        return priced(
            self.province, parts_list("2020-01-01", a, b, "0.0291", **more), parts_list(change, c, d, "0.03", **more)
        )

    @property
    def contract(self) -> Contract:
        """With 力调."""
        told = {"from": "2020-01-01", "tariff": "t", "kva": 630, "basic": self.basic, "kwh_places": self.places}
        return Contract.model_validate(told | {"power_factor": "0.90"})


CASES = st.builds(
    Case,
    province=st.sampled_from(PROVINCES),
    first=st.dates(date(2026, 5, 1), date(2027, 3, 30)),
    days=st.integers(1, 40),
    change=st.integers(0, 39),
    prices=st.tuples(MONEY, MONEY, MONEY, MONEY),
    basic=st.sampled_from(("none", "capacity", "actual_demand")),
    places=st.integers(0, 3),
    seed=st.integers(0, 2**32),
    kvarh=st.integers(0, 300_000),
    zone=st.sampled_from((ZONE, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"))),
)


def used_of(seed: int, first: date, last: date, zone: ZoneInfo) -> Intervals:
    """Quarter hours to the thousandth of a W.h; some are missing, some were fed in."""
    plain = quarters(first, last, zone)
    chance = np.random.default_rng(seed)
    amount = chance.integers(-2_000_000, 40_000_000, len(plain.amount))
    known = chance.random(len(amount)) > 0.01
    quality = np.where(known, AmountQuality.MEASURED, AmountQuality.MISSING).astype(np.uint8)
    nothing = np.zeros(len(amount))
    return Intervals(
        "kW.h", plain.edges, np.where(known, amount, 0), quality, known.astype(np.float64), nothing, nothing
    )


@settings(max_examples=40, deadline=None)
@given(CASES)
def test_every_place_says_the_same_bill(case: Case) -> None:
    tariff, contract, used = case.tariff, case.contract, used_of(case.seed, case.first, case.last, case.zone)
    parts = parts_of(used, tariff, shipped_calendar(), case.zone, case.first, case.last)
    assert sum(part.amount for part in parts.parts) == used.amount.sum(), "also where clocks change"
    told = bill(parts, tariff, contract, Period(case.first, case.last, D(412), D(case.kvarh)))
    assert told.total == sum((line.amount for line in told.lines), D(0))
    assert all(line.amount == line.amount.quantize(D("0.01")) for line in told.lines)
    month = pricing(tariff, shipped_calendar(), case.zone, used.edges, contract.kwh_places)
    assert month.cost(used) == told.sum_of(LineKind.ENERGY), "the month's page and the report's lines"
    stands_in_check_and_report(told)


def stands_in_check_and_report(told: Bill) -> None:
    """The total as it is typed in again, and as the report's table has it."""
    body = bill_body("s", "m", 1, told, D(412))
    assert body.total == told.total == sum((line.amount for line in body.lines), D(0))
    found = check(told, ActualBill(total=max(told.total, D(0))))
    assert found.difference == max(-told.total, D(0))
    cells = bill_cells(Text(zh="总表", en="Main"), MeterBill("m", body), "zh")
    shown = next(cell for cell in cells if cell.look == "money")
    assert (Decimal(shown.shown.replace(",", "")), D(repr(shown.value))) == (told.total, told.total)


def test_energy_without_a_sure_hour_is_said_beside_the_bill() -> None:
    first, last = date(2026, 6, 1), date(2026, 6, 30)
    plain = quarters(first, last)
    quality = plain.quality.copy()
    for count, notes in ((0, ""), (4, "其中 103.0 kWh 的时段为估算")):
        quality[12 : 12 + count] = AmountQuality.ESTIMATED
        used = Intervals("kW.h", plain.edges, plain.amount, quality, plain.coverage, plain.before, plain.after)
        tariff = priced("gansu", parts_list("2020-01-01", "0.3", "0.1", "0.02"))
        contract = Contract.model_validate({"from": "2020-01-01", "tariff": "gansu", "kva": 315})
        parts = parts_of(used, tariff, shipped_calendar(), ZONE, first, last)
        body = bill_body("s", "m", 1, bill(parts, tariff, contract, Period(first, last)), None)
        *_, note = bill_cells(Text(zh="总表", en="Main"), MeterBill("m", body), "zh")
        assert (note.shown, note.bad, body.complete) == (notes, False, True)
