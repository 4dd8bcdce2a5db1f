"""Changes the holidays of the calendars that hold now and later; what is past stays. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from cloud.errors import Unprocessable
from cloud.service_levels.calendar import Calendar, DatedCalendar
from cloud.service_levels.store import Terms


def in_force(terms: Terms, now: int) -> Calendar:
    """The calendar that holds now; without one the clocks always run."""
    held = [each.calendar for each in terms.calendars if each.start <= now]
    return held[-1] if held else Calendar()


def changed(terms: Terms, holidays: Iterable[date], working_days: Iterable[date], today: date, now: int) -> Terms:
    """The terms with these days. Unprocessable for a day that is both, or a past one that differs."""
    free, worked = frozenset(holidays), frozenset(working_days)
    if both := sorted(free & worked):
        raise Unprocessable(f"{both[0]} 不能既放假又上班 · {both[0]} can't be a holiday and a working day")
    before = in_force(terms, now)
    past = (free ^ set(before.holidays)) | (worked ^ set(before.working_days))
    if late := sorted(day for day in past if day < today):
        raise Unprocessable(f"{late[0]} 已过去,不能更改 · {late[0]} is past: what was counted stays as it was")
    dated = terms.calendars
    if not any(each.start <= now for each in dated):
        dated = (DatedCalendar.model_validate({"from": now, "calendar": Calendar()}), *dated)
    first = max(number for number, each in enumerate(dated) if each.start <= now)
    told = {"holidays": tuple(sorted(free)), "working_days": tuple(sorted(worked))}
    kept = tuple(
        each if number < first else each.model_copy(update={"calendar": each.calendar.model_copy(update=told)})
        for number, each in enumerate(dated)
    )
    return terms.model_copy(update={"calendars": kept})
