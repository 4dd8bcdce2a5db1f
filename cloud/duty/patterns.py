"""Rota patterns: the shifts of a day and the crews that take turns at them, turned into lines of the rota. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field

from cloud.service_levels.calendar import moment
from cloud.wire import Asked
from facility.clock import NS
from facility.words import Id, LocalTime, Text

HOUR: Final = 3600 * NS


class Shift(Asked):
    """From a local time, so many hours."""

    begin: LocalTime
    hours: float = Field(gt=0, le=24)


class Pattern(Asked):
    """The shifts of one day, in their order."""

    id: Id
    name: Text
    shifts: tuple[Shift, ...] = Field(min_length=1, max_length=12)
    source: str = Field(default="", max_length=200)
    """Where it is written."""


def _pattern(id: str, zh: str, en: str, source: str, hours: float, *begins: int) -> Pattern:
    shifts = tuple(Shift(begin=time(begin), hours=hours) for begin in begins)
    return Pattern(id=id, name=Text(zh=zh, en=en), source=source, shifts=shifts)


_SHIFTS: Final = "物业服务方案:作息安排 · Property service plan: working hours"
_ROUND_THE_CLOCK: Final = "物业服务方案:24 小时值班 · Property service plan: watch round the clock"
SHIPPED: Final[Mapping[str, Pattern]] = {
    pattern.id: pattern
    for pattern in (
        _pattern("early_middle", "早中班 8–16 / 12–20", "Early and middle, 8–16 and 12–20", _SHIFTS, 8, 8, 12),
        _pattern("three_shift", "三班倒 0–8 / 8–16 / 16–24", "Three shifts of 8 h", _ROUND_THE_CLOCK, 8, 0, 8, 16),
        _pattern(
            "four_shift", "四班倒 0–6 / 6–12 / 12–18 / 18–24", "Four shifts of 6 h", _ROUND_THE_CLOCK, 6, 0, 6, 12, 18
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Line:
    """One person from … to, UTC ns."""

    person: str
    start: int
    end: int


def spread(
    pattern: Pattern, crews: Sequence[Sequence[str]], first: date, days: int, turn: int, zone: ZoneInfo
) -> Iterator[Line]:
    """Every crew's lines; each `turn` days the crews change shifts, and with more crews than shifts one is off.

    With a crew to spare they move to the later shift, so that a day off lies between the last and the first one; with
    none to spare to the earlier shift, so that nobody goes from a late shift straight into a night.
    """
    step = 1 if len(crews) > len(pattern.shifts) else -1
    for day in range(days):
        for number, crew in enumerate(crews):
            place = (number + step * (day // turn)) % len(crews)
            if place < len(pattern.shifts):
                shift = pattern.shifts[place]
                start = moment(zone, first + timedelta(days=day), shift.begin)
                end = start + round(shift.hours * HOUR)
                yield from (Line(person, start, end) for person in crew)


def longest_stretch(lines: Sequence[tuple[int, int]]) -> int:
    """The longest time that lines of one person come to without a pause, in ns."""
    longest = begin = end = 0
    for start, stop in sorted(lines):
        if start > end:
            begin = start
        end = max(end, stop)
        longest = max(longest, end - begin)
    return longest


def thin(lines: Sequence[tuple[int, int]], start: int, end: int, needed: int) -> list[tuple[int, int, int]]:
    """Where within [start, end) fewer than `needed` of the lines run: (from, to, how many)."""
    cuts = sorted({start, end, *(t for line in lines for t in line if start < t < end)})
    found: list[tuple[int, int, int]] = []
    for a, b in pairwise(cuts):
        count = sum(begin <= a and b <= stop for begin, stop in lines)
        if count >= needed:
            continue
        if found and found[-1][1] == a and found[-1][2] == count:
            found[-1] = (found[-1][0], b, count)
        else:
            found.append((a, b, count))
    return found
