"""Rota patterns: every shift has its crew, nobody stands there too long, over any number of crews and turns."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.duty.patterns import SHIPPED, Pattern, longest_stretch, spread, thin
from facility.clock import NS

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 12, 1)
HOUR = 3600 * NS


def local(at: int) -> str:
    return datetime.fromtimestamp(at // NS, UTC).astimezone(ZONE).strftime("%d %H")


def crews(number: int) -> list[list[str]]:
    return [[f"p{n}a", f"p{n}b"] for n in range(number)]


def test_early_and_middle_are_8_to_16_and_12_to_20() -> None:
    lines = list(spread(SHIPPED["early_middle"], [["ann"], ["bo"]], FIRST, 2, 1, ZONE))
    assert [(line.person, local(line.start), local(line.end)) for line in lines] == [
        ("ann", "01 08", "01 16"), ("bo", "01 12", "01 20"), ("ann", "02 12", "02 20"), ("bo", "02 08", "02 16"),
    ]  # fmt: skip


@pytest.mark.parametrize(("id", "hours"), [("three_shift", 8), ("four_shift", 6)])
@given(spare=st.integers(0, 2), days=st.integers(1, 62), turn=st.integers(1, 9))
def test_round_the_clock_every_hour_has_one_crew_and_nobody_two_shifts_on_end(
    id: str, hours: int, spare: int, days: int, turn: int
) -> None:
    pattern: Pattern = SHIPPED[id]
    lines = list(spread(pattern, crews(len(pattern.shifts) + spare), FIRST, days, turn, ZONE))
    spans = [(line.start, line.end) for line in lines]
    begin, end = min(a for a, _ in spans), max(b for _, b in spans)
    assert end - begin == days * 24 * HOUR
    assert thin(spans, begin, end, 2) == []
    assert thin(spans, begin, end, 3) == [(begin, end, 2)]
    for person in {line.person for line in lines}:
        assert longest_stretch([(line.start, line.end) for line in lines if line.person == person]) == hours * HOUR


def test_with_one_crew_more_than_shifts_each_has_its_day_off() -> None:
    lines = list(spread(SHIPPED["three_shift"], crews(4), FIRST, 8, 1, ZONE))
    assert [local(line.start) for line in lines if line.person == "p0a"] == [
        "01 00", "02 08", "03 16", "05 00", "06 08", "07 16",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=8), st.integers(1, 3))
def test_where_too_few_stand_is_what_counting_every_hour_says(told: list[tuple[int, int]], needed: int) -> None:
    lines = [(begin, begin + length) for begin, length in told]
    counted = {hour: sum(a <= hour < b for a, b in lines) for hour in range(48)}
    found = thin(lines, 0, 48, needed)
    assert {hour: n for a, b, n in found for hour in range(a, b)} == {h: n for h, n in counted.items() if n < needed}
    assert all(b < c or n != m for (_, b, n), (c, _, m) in pairwise(found))


def test_lines_that_touch_are_one_stretch() -> None:
    assert longest_stretch([]) == 0
    assert longest_stretch([(8, 16), (0, 8), (20, 24)]) == 16
    assert longest_stretch([(0, 10), (2, 4), (11, 13)]) == 10
