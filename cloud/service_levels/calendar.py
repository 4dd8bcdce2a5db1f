"""Calendars: the spans in which a clock runs, in local time, exact over changes of the clocks and of the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from cloud.wire import Asked, Moment
from facility.clock import NS
from facility.words import LocalTime

DAY: Final = 86_400 * NS
AHEAD: Final = 800 * DAY
"""No deadline is looked for further ahead."""
_PIECE: Final = 32 * DAY
_FEW: Final = 2
"""Whole days for which counting once for all is worth it."""
_EPOCH: Final = date(1970, 1, 1).toordinal()
Span = tuple[int, int]
"""[from, to) in UTC ns."""


class Hours(Asked):
    """A span of a local day; `end` 00:00 is the end of the day, a span over midnight is written as two."""

    begin: LocalTime
    end: LocalTime
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    """1 is Monday."""

    @model_validator(mode="after")
    def _sane(self) -> Hours:
        if not self.weekdays or not set(self.weekdays) <= set(range(1, 8)):
            raise ValueError(
                "星期为1(周一)至7(周日),至少一天 · weekdays are numbers from 1 (Monday) to 7 (Sunday), at least one"
            )
        if self.end != time(0) and self.end <= self.begin:
            raise ValueError(
                "时段的结束须晚于开始:跨零点的请分两段写,第一段到 00:00 · "
                "a span ends after it begins: write one over midnight as two, the first up to 00:00"
            )
        return self


class Calendar(Asked):
    """When the clocks run. Without hours: always."""

    hours: tuple[Hours, ...] = ()
    holidays: tuple[date, ...] = ()
    """Local dates on which no clock runs."""
    working_days: tuple[date, ...] = ()
    """调休: local dates that count as a Monday, whatever their weekday."""

    @property
    def always(self) -> bool:
        """Whether the clocks never stand still."""
        return not self.hours and not self.holidays


class DatedCalendar(Asked):
    """A calendar from a moment on, until the next one."""

    start: Moment = Field(alias="from")
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Calendars:
    """The calendars of a site one after another, in its time zone; none: always."""

    zone: ZoneInfo
    dated: tuple[DatedCalendar, ...] = ()
    _known: dict[int, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    """How long the clocks run in a day of UTC, for those that were asked for."""

    def spans(self, start: int, end: int) -> Iterator[Span]:
        """Where the clocks run within [start, end), in order, none touching the next of the same calendar."""
        for number, (begin, calendar) in enumerate(self._versions()):
            until = self.dated[number].start if number < len(self.dated) else end
            a, b = max(start, begin), min(end, until)
            if a < b:
                yield from [(a, b)] if calendar.always else _spans(calendar, self.zone, a, b)

    def _versions(self) -> Sequence[tuple[int, Calendar]]:
        """The first one is what held before any was said: always."""
        return [(-DAY * 10_000, Calendar()), *((each.start, each.calendar) for each in self.dated)]

    def working(self, start: int, end: int, pauses: Iterable[Span] = ()) -> int:
        """How long the clocks ran within [start, end), without the pauses, which are in order and apart, in ns."""
        inside = ((max(start, a), min(end, b)) for a, b in pauses)
        return self._ran(start, end) - sum(self._ran(a, b) for a, b in inside if a < b)

    def _ran(self, start: int, end: int) -> int:
        """How long within [start, end): what lies between two midnights of UTC is counted once for all."""
        first, last = -(-start // DAY), end // DAY
        if not self.dated or last - first < _FEW:
            return sum(b - a for a, b in self.spans(start, end))
        known = self._known
        for day in range(first, last):
            if day not in known:
                known[day] = sum(b - a for a, b in self.spans(day * DAY, (day + 1) * DAY))
        ends = chain(self.spans(start, first * DAY), self.spans(last * DAY, end))
        return sum(map(known.__getitem__, range(first, last))) + sum(b - a for a, b in ends)

    def after(self, start: int, amount: int, pauses: Iterable[Span] = ()) -> int | None:
        """When the clocks will have run for `amount` since `start`; None: not within two years."""
        held, left = list(pauses), amount
        for span in self.spans(start, start + AHEAD):
            for a, b in _without(span, held):
                if b - a >= left:
                    return a + left
                left -= b - a
        return None


def _without(span: Span, pauses: Sequence[Span]) -> Iterator[Span]:
    """What is left of a span; the pauses are in order and apart."""
    at, end = span
    for a, b in pauses:
        if a < end and b > at:
            if a > at:
                yield at, a
            at = min(b, end)
    if at < end:
        yield at, end


def _spans(calendar: Calendar, zone: ZoneInfo, start: int, end: int) -> Iterator[Span]:
    """Piece by piece of one offset each: what is inside is what the wall clock shows, also twice at its turn back."""
    known = _days(calendar)
    for a, b, offset in _pieces(zone, start, end):
        for day in range((a + offset) // DAY, (b + offset - 1) // DAY + 1):
            if (spans := known.get(day)) is None:
                spans = known[day] = _of_day(calendar, day)
            for first, last in spans:
                begin, until = max(a, day * DAY + first - offset), min(b, day * DAY + last - offset)
                if begin < until:
                    yield begin, until


@lru_cache(maxsize=64)
def _days(_: Calendar) -> dict[int, tuple[Span, ...]]:
    """The days of a calendar that were asked for."""
    return {}


def _of_day(calendar: Calendar, day: int) -> tuple[Span, ...]:
    """Spans of a local day (days since 1970) in ns since its midnight."""
    on = date.fromordinal(_EPOCH + day)
    if on in calendar.holidays:
        return ()
    weekday = 1 if on in calendar.working_days else on.isoweekday()
    found = [
        (_ns(hours.begin), _ns(hours.end) or DAY) for hours in calendar.hours if weekday in hours.weekdays
    ] if calendar.hours else [(0, DAY)]  # fmt: skip
    return tuple(_joined(sorted(found)))


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Those that touch or overlap, as one."""
    held: Span | None = None
    for a, b in spans:
        if held is not None and a <= held[1]:
            held = (held[0], max(held[1], b))
            continue
        if held is not None:
            yield held
        held = (a, b)
    if held is not None:
        yield held


def _ns(at: time) -> int:
    return (at.hour * 3600 + at.minute * 60 + at.second) * NS + at.microsecond * 1000


def _pieces(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """[start, end) in pieces with one offset from UTC each, in ns; the clocks change at most once a day."""
    at = start
    while at < end:
        day = at // DAY
        offset, until = _of_midnight(zone, day), (day + 1) * DAY
        while _of_midnight(zone, until // DAY) == offset and until < min(end, at + _PIECE):
            until += DAY
        until = min(until, end)
        if _of_midnight(zone, -(-until // DAY)) != offset:
            offset = _offset(zone, at)
            if _offset(zone, until) != offset:
                until = _turn(zone, at, until)
        yield at, until, offset
        at = until


@lru_cache(maxsize=65_536)
def _of_midnight(zone: ZoneInfo, day: int) -> int:
    """The offset as a day of UTC begins."""
    return _offset(zone, day * DAY)


def _turn(zone: ZoneInfo, low: int, high: int) -> int:
    """The second at which the offset changes."""
    before = _offset(zone, low)
    first, last = low // NS, -(-high // NS)
    while last - first > 1:
        middle = (first + last) // 2
        if _offset(zone, middle * NS) == before:
            first = middle
        else:
            last = middle
    return min(last * NS, high)


def _offset(zone: ZoneInfo, at: int) -> int:
    moved = datetime.fromtimestamp(at // NS, UTC).astimezone(zone).utcoffset() or timedelta()
    return round(moved.total_seconds()) * NS


def local(zone: ZoneInfo, at: int) -> datetime:
    """The local time, to the second."""
    return datetime.fromtimestamp(at // NS, UTC).astimezone(zone)


def moment(zone: ZoneInfo, day: date, at: time) -> int:
    """The UTC ns of a local time; one that the clocks skip is where they go on."""
    naive = datetime.combine(day, at)
    found = round(naive.replace(tzinfo=zone).timestamp()) * NS
    if datetime.fromtimestamp(found // NS, zone).replace(tzinfo=None) != naive:
        return _turn(zone, found - DAY // 4, found + DAY // 4)
    return found
