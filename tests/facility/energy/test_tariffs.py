"""What tariffs, calendars, power factors, checks and choices keep to."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from facility.energy.bill import Basic, Contract, Period, bill
from facility.energy.bill_check import ActualBill, Verdict, check
from facility.energy.bill_choice import Month, break_even_kw, choices
from facility.energy.day_types import DayKind, Holiday, HolidayYear, shipped_calendar
from facility.energy.intervals import aggregate
from facility.energy.local_time import edges
from facility.energy.power_factor import Standard, adjustment, power_factor
from facility.energy.quality import AmountQuality
from facility.energy.tariff import Band, NoTariff, Rule, Tariff, Window
from facility.energy.tariff_day import tariff_day
from facility.energy.tariff_energy import CrossesBands, parts_of
from facility.energy.tariff_shapes import shipped_tariffs
from tests.facility.energy.steady_estate import ZONE, D, billed, parts_list, priced, quarters

CALENDAR = shipped_calendar()
JUNE = Period(date(2026, 6, 1), date(2026, 6, 30))


def gansu(*lists: dict[str, object]) -> Tariff:
    return priced("gansu", *(lists or (parts_list("2025-01-01", "0.3", "0.2", "0.02", capacity=20, demand=30),)))


def contract(**told: object) -> Contract:
    return Contract.model_validate({"from": "2025-01-01", "tariff": "gansu", "kva": 315, **told})


@pytest.mark.parametrize("day", [date(2026, 2, 14), date(2026, 2, 28), date(2026, 9, 20), date(2025, 10, 11)])
def test_a_weekend_day_that_is_worked_is_a_working_day(day: date) -> None:
    assert day.isoweekday() > 5
    assert CALENDAR.of(day).kind is DayKind.WORKDAY


def test_holidays_have_names_and_an_unannounced_year_is_estimated() -> None:
    assert CALENDAR.of(date(2025, 10, 6)).holidays == {Holiday.NATIONAL, Holiday.MID_AUTUMN}
    assert CALENDAR.of(date(2026, 2, 15)).kind is DayKind.HOLIDAY
    assert not CALENDAR.of(date(2026, 2, 15)).estimated
    assert CALENDAR.of(date(2027, 2, 6)).estimated
    assert CALENDAR.of(date(2031, 5, 1)) == replace(CALENDAR.of(date(2031, 5, 1)), kind=DayKind.WORKDAY, estimated=True)


def test_a_sites_own_year_replaces_the_shipped_one() -> None:
    own = HolidayYear.model_validate({"year": 2027, "source": "notice", "holidays": {}, "working": ["2027-02-06"]})
    assert CALENDAR.joined([own]).of(date(2027, 2, 6)).kind is DayKind.WORKDAY
    assert not CALENDAR.joined([own]).of(date(2027, 2, 6)).estimated


@given(day=st.dates(date(2024, 7, 1), date(2027, 12, 31)), province=st.sampled_from(sorted(shipped_tariffs())))
@settings(max_examples=150, deadline=None)
def test_every_minute_has_a_band_with_a_price_and_bands_are_in_order(day: date, province: str) -> None:
    tariff = priced(province, parts_list("2020-01-01", "0.4", "0.1", "0.02"))
    if tariff.shapes[0].start > day:
        return
    told = tariff_day(tariff, day, CALENDAR)
    assert len(told.minutes) == 1440
    price = [told.price[band] for band in Band if band in told.price]
    assert price == sorted(price, reverse=True)
    assert told.price.keys() == {tuple(Band)[int(nth)] for nth in np.unique(told.minutes)}


def test_a_window_over_midnight_belongs_to_its_own_date() -> None:
    over = Window.model_validate({"begin": "23:00", "end": "07:00", "band": "valley"})
    assert over.minutes() == ((1380, 1440), (0, 420))
    assert Window.model_validate({"begin": "00:00", "end": "00:00", "band": "peak"}).minutes() == ((0, 1440),)
    with pytest.raises(ValidationError, match="overlaps"):
        Rule.model_validate({"windows": [over.model_dump(), {"begin": "06:30", "end": "08:00", "band": "peak"}]})


@pytest.mark.parametrize(
    ("standard", "factor", "percent"),
    [
        ("0.90", "1.00", "-0.75"), ("0.90", "0.95", "-0.75"), ("0.90", "0.94", "-0.60"), ("0.90", "0.91", "-0.15"),
        ("0.90", "0.90", "0"), ("0.90", "0.89", "0.5"), ("0.90", "0.70", "10"), ("0.90", "0.69", "11"),
        ("0.90", "0.65", "15"), ("0.90", "0.64", "17"), ("0.90", "0.60", "25"),
        ("0.85", "1.00", "-1.10"), ("0.85", "0.94", "-1.10"), ("0.85", "0.90", "-0.5"), ("0.85", "0.86", "-0.1"),
        ("0.85", "0.65", "10"), ("0.85", "0.64", "11"), ("0.85", "0.60", "15"), ("0.85", "0.59", "17"),
        ("0.80", "0.92", "-1.30"), ("0.80", "0.80", "0"), ("0.80", "0.60", "10"), ("0.80", "0.55", "15"),
        ("0.80", "0.54", "17"),
    ],
)  # fmt: skip
def test_the_power_factor_table(standard: str, factor: str, percent: str) -> None:
    assert adjustment(Standard(standard), D(factor)) * 100 == D(percent)


def test_a_power_factor_is_rounded_half_up_and_needs_energy() -> None:
    assert power_factor(D(3), D(4)) == D("0.60")
    assert power_factor(D(100), D(0)) == D("1.00")
    with pytest.raises(ValueError, match="needs active and reactive"):
        power_factor(D(0), D(0))


def test_a_new_price_list_changes_nothing_before_its_day() -> None:
    old = gansu()
    new = old.model_copy(update={"prices": (*old.prices, gansu(parts_list("2026-07-01", "9", "9", "0")).prices[0])})
    before = [billed(each, contract(), JUNE) for each in (old, new)]
    assert before[0] == before[1]
    july = [billed(each, contract(), Period(date(2026, 7, 1), date(2026, 7, 31))).total for each in (old, new)]
    assert july[0] < july[1]


def test_what_is_unknown_is_no_zero_and_the_bill_says_so() -> None:
    used = quarters(JUNE.first, JUNE.last)
    coverage, amount, quality = used.coverage.copy(), used.amount.copy(), used.quality.copy()
    coverage[:8], amount[:8], quality[:8] = 0.0, 0, AmountQuality.MISSING
    quality[8:12] = AmountQuality.ESTIMATED
    told = bill(
        parts_of(replace(used, coverage=coverage, amount=amount, quality=quality), gansu(), CALENDAR, ZONE,
                 JUNE.first, JUNE.last),
        gansu(), contract(), JUNE,
    )  # fmt: skip
    assert told.blind_hours == 2
    assert not told.complete
    assert told.kwh == 2676 * 30 - 100 - 101
    assert told.unsure_kwh == 102
    assert check(told, ActualBill(total=told.total)).provisional


def test_hours_that_lie_in_two_bands_are_refused_with_their_time() -> None:
    half = gansu().model_dump(mode="json", by_alias=True)
    half["shapes"][0]["rules"][0]["windows"][0]["end"] = "08:30"
    tariff = Tariff.model_validate(half)
    hours = aggregate(quarters(JUNE.first, JUNE.last), edges(ZONE, JUNE.first, date(2026, 7, 1), "hour"))
    with pytest.raises(CrossesBands, match="2026-06-01 08:00 to 2026-06-01 09:00"):
        parts_of(hours, tariff, CALENDAR, ZONE, JUNE.first, JUNE.last)
    days = aggregate(hours, edges(ZONE, JUNE.first, date(2026, 7, 1), "month"))
    with pytest.raises(CrossesBands, match="midnight"):
        parts_of(days, tariff, CALENDAR, ZONE, JUNE.first, JUNE.last)


def test_days_of_twenty_three_and_twenty_five_hours_lose_nothing() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        used = quarters(day, day, berlin)
        parts = parts_of(used, gansu(), CALENDAR, berlin, day, day)
        assert parts.kwh == Decimal(int(used.amount.sum())).scaleb(-6)
        assert parts.blind == 0
        night = sum(part.amount for part in parts.parts if part.band is Band.PEAK)
        walls = [h for h in range(24) if h in {6, 7, 18, 19, 20, 21, 22}]
        assert night == sum(
            int(a) for a, h in zip(used.amount, _hours(used.edges[:-1], berlin), strict=True) if h in walls
        )


def _hours(starts: np.ndarray[tuple[int], np.dtype[np.int64]], zone: ZoneInfo) -> list[int]:
    from datetime import datetime

    return [datetime.fromtimestamp(int(at) / 1e9, zone).hour for at in starts]


def test_a_day_without_prices_or_rules_is_told() -> None:
    with pytest.raises(NoTariff, match="no prices for 2024-07-01: add the month"):
        billed(gansu(), contract(), Period(date(2024, 7, 1), date(2024, 7, 31)))
    with pytest.raises(NoTariff, match="no time-of-use rule for 2026-04-30"):
        billed(
            priced("shanxi", parts_list("2020-01-01", "0.3", "0.1", "0.02")),
            contract(),
            Period(date(2026, 4, 30), date(2026, 5, 1)),
        )


def test_a_check_finds_the_reading_the_price_and_what_was_forgotten() -> None:
    ours = billed(gansu(), contract(basic="capacity"), JUNE)
    lines: list[dict[str, Any]] = [
        {"kind": each.kind, "band": each.band, "quantity": each.quantity, "price": each.price, "amount": each.amount}
        for each in ours.lines
    ]
    assert check(ours, ActualBill.model_validate({"lines": lines, "total": ours.total})).agrees
    lines[0] |= {"quantity": lines[0]["quantity"] + 100, "amount": lines[0]["amount"] + D("67.00")}
    lines[1] |= {"price": lines[1]["price"] + D("0.1"), "amount": lines[1]["amount"] + D("900.00")}
    lines[3] = {"kind": "fee", "amount": D("12.00")}
    wrong = check(ours, ActualBill.model_validate({"lines": lines, "total": ours.total + D("5.00")}))
    assert {(x.kind.value, x.verdict) for x in wrong.lines} == {
        ("energy", Verdict.QUANTITY), ("energy", Verdict.PRICE), ("energy", Verdict.AGREES),
        ("basic", Verdict.NOT_BILLED), ("fee", Verdict.NOT_OURS),
    }  # fmt: skip
    assert not wrong.agrees
    assert not wrong.explained


def test_the_best_contract_demand_is_found() -> None:
    def month(year: int, number: int, kw: str) -> Month:
        first = date(year, number, 1)
        last = (first.replace(day=28) + timedelta(days=5)).replace(day=1) - timedelta(days=1)
        period = Period(first, last, demand_kw=D(kw))
        return Month(parts_of(quarters(first, last), gansu(), CALENDAR, ZONE, first, last), gansu(), contract(), period)

    months = [month(2026, 3, "150"), month(2026, 4, "190"), month(2026, 5, "210")]
    found = choices(months)
    assert [each.basic for each in found][-1] is Basic.CAPACITY or len(found) == 3
    declared = next(each for each in found if each.basic is Basic.CONTRACT_DEMAND)
    assert declared.contract_kw is not None

    def cost(kw: Decimal) -> Decimal:
        over = [max(D(read) - kw * D("1.05"), D(0)) for read in (150, 190, 210)]
        return sum((30 * (kw + 2 * each) for each in over), D(0))

    least = min((cost(D(kw)), kw) for kw in range(126, 316))[0]
    assert abs(cost(declared.contract_kw) - least) <= D("0.01")
    assert break_even_kw(months[0]) == D("210.0")


def test_what_ships_says_where_it_was_read_in_both_languages() -> None:
    han = re.compile("[\u4e00-\u9fff]")
    told = [each.source for each in shipped_tariffs().values()]
    told += [shape.note for each in shipped_tariffs().values() for shape in each.shapes if shape.note]
    assert len(told) > 8
    for text in told:
        zh, _, en = text.rpartition(" · ")
        assert han.search(zh), text
        assert not han.search(re.sub("'[^']*'", "", en)), text
