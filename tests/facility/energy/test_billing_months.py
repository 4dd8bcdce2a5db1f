"""Monthly charges: whole months whole, parts by the supplier's thirtieths; every refusal of money in both languages."""

from __future__ import annotations

import ast
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from facility.energy import billing_months as tested
from facility.energy.bill import Contract, NotRead, Period
from facility.energy.billing_months import PartMonth, billing_months
from tests.facility.energy.steady_estate import D, amounts, billed, parts_list, priced

FEE = {"id": "meter", "name": {"zh": "表计费", "en": "Meter fee"}, "amount": "31", "per": "month"}
DAILY = {"id": "day", "name": {"zh": "按日", "en": "Daily"}, "amount": "2", "per": "day"}
HAN = re.compile("[\u4e00-\u9fff]")


def contract(basic: str = "capacity") -> Contract:
    return Contract.model_validate({"from": "2020-01-01", "tariff": "gansu", "kva": 315, "basic": basic})


def charges(first: date, last: date, part: str | None = None, basic: str = "capacity") -> list[tuple[str, Decimal]]:
    more = {} if part is None else {"part_month": part}
    prices = parts_list("2020-01-01", "0.3", "0.1", "0.02", capacity="20", demand="30", fees=[FEE, DAILY], **more)
    return amounts(billed(priced("gansu", prices), contract(basic), Period(first, last, demand_kw=D(200))))


def test_a_whole_month_is_charged_whole_from_any_day_on() -> None:
    # 315 kVA at 20 yuan = 6 300; the daily fee is 2 yuan a day.
    assert charges(date(2026, 2, 1), date(2026, 2, 28)) == [("basic", D(6300)), ("fee", D(31)), ("fee", D(56))]
    assert charges(date(2026, 3, 1), date(2026, 3, 31)) == [("basic", D(6300)), ("fee", D(31)), ("fee", D(62))]
    assert charges(date(2026, 1, 26), date(2026, 2, 25)) == [("basic", D(6300)), ("fee", D(31)), ("fee", D(62))]


@pytest.mark.parametrize(
    ("part", "basic", "fee"),
    [
        (None, "3150.00", "15.50"),  # 15 of 30: the supplier's rule, in every month.
        ("thirtieth", "3150.00", "15.50"),
        ("by_days", "3048.39", "15.00"),  # 6 300 · 15 / 31 = 3 048.387; 31 · 15 / 31.
        ("whole", "6300.00", "31.00"),
    ],
)
def test_half_a_month_bears_what_the_tariff_says(part: str | None, basic: str, fee: str) -> None:
    told = charges(date(2026, 3, 1), date(2026, 3, 15), part)
    assert told == [("basic", D(basic)), ("fee", D(fee)), ("fee", D(30))]


def test_a_quarter_and_ten_days_are_three_months_and_a_third() -> None:
    told = charges(date(2026, 1, 1), date(2026, 4, 10))
    assert [amount for kind, amount in told if kind == "basic"] == [D(6300), D(6300), D(6300), D(2100)]
    assert sum(amount for kind, amount in told if kind == "fee") == 3 * 31 + D("10.33") + 100 * 2


def test_a_part_by_demand_and_more_than_a_month_is_asked_apart() -> None:
    assert charges(date(2026, 4, 1), date(2026, 4, 12), basic="actual_demand")[0] == ("basic", D(2400))
    with pytest.raises(NotRead, match="需量按月抄读"):
        charges(date(2026, 4, 1), date(2026, 5, 12), basic="actual_demand")


def test_months_that_begin_on_the_31st_lose_no_day() -> None:
    found = list(billing_months(date(2026, 1, 31), date(2026, 5, 30)))
    assert [each.last for each in found] == [date(2026, 2, 27), date(2026, 3, 30), date(2026, 4, 29), date(2026, 5, 30)]
    assert all(each.whole for each in found)
    assert sum(each.days for each in found) == 120
    (part,) = billing_months(date(2024, 2, 1), date(2024, 2, 10))
    assert (part.whole, part.parts(PartMonth.BY_DAYS), part.parts(PartMonth.THIRTIETH)) == (False, 29, 30)


def test_every_refusal_of_money_is_said_in_both_languages() -> None:
    """The reason goes into what a person reads."""
    folder = Path(tested.__file__).parent
    wrong, seen = [], 0
    for name in ("bill", "day_types", "power_factor", "pricing", "target", "tariff", "tariff_day", "tariff_energy"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                seen += 1
                zh, _, en = ast.unparse(node.exc.args[0]).rpartition(" · ")
                if not HAN.search(zh) or HAN.search(en):
                    wrong.append(f"{name}:{node.lineno}")
    assert wrong == []
    assert seen > 15
