"""ISA-18.2's measures of what rules announce: how many, how often at once, which chatter, which stand for ever."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from edge.trial.replay import Tried
from facility.alarm import Priority
from facility.clock import NS

TEN_MINUTES: Final = 600 * NS
FLOOD: Final = 10
"""More alarms than this in ten minutes are a flood (ISA-18.2)."""
STALE: Final = 86_400 * NS
"""An alarm that stands longer is stale."""
MINUTE: Final = 60 * NS
CHATTERS: Final = 3
"""So many raises of one alarm in a minute are chattering."""
TOP: Final = 10


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the site's calendar."""

    date: str
    alarms: int
    by_priority: dict[str, int]
    life_safety: int


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares are 0 … 1; NaN-free: a time without an alarm has shares of 0."""

    alarms: int
    suppressed: int
    per_ten_minutes: float
    most_in_ten_minutes: int
    flood: float
    """The share of ten-minute intervals with a flood."""
    chattering: tuple[str, ...]
    stale: tuple[str, ...]
    low: float
    """Of the priorities: medium and low together, high, critical."""
    high: float
    critical: float
    top: tuple[tuple[str, int], ...]
    """The most frequent alarms, and their share of all in `top_share`."""
    top_share: float
    days: tuple[Day, ...]

    @property
    def met(self) -> dict[str, bool]:
        """Measure → whether it meets ISA-18.2; the mix of priorities is no duty where there are few alarms."""
        return {
            "per_ten_minutes": self.per_ten_minutes <= 1,
            "flood": self.flood < 0.01,
            "chattering": not self.chattering,
            "stale": len(self.stale) < 5,
        }


def measured(tried: Tried, timezone: str) -> Measures:
    """The measures of a trial."""
    found, count = tried.announced, len(tried.announced)
    intervals = max(1, -(-(tried.end - tried.start) // TEN_MINUTES))
    places = np.array([(a.at - tried.start) // TEN_MINUTES for a in found], np.intp)
    many = np.bincount(places, minlength=intervals) if count else np.zeros(intervals, np.intp)
    priorities = Counter(a.priority for a in found)
    top = Counter(a.id for a in found).most_common(TOP)
    share = {p: priorities[p] / count if count else 0.0 for p in Priority}
    return Measures(
        alarms=count,
        suppressed=tried.suppressed,
        per_ten_minutes=count / ((tried.end - tried.start) / TEN_MINUTES),
        most_in_ten_minutes=int(many.max()),
        flood=float((many > FLOOD).mean()),
        chattering=tuple(sorted(_chattering(tried))),
        stale=tuple(a.id for a in found if (a.ended or tried.end) - a.at > STALE),
        low=share[Priority.MEDIUM] + share[Priority.LOW],
        high=share[Priority.HIGH],
        critical=share[Priority.CRITICAL],
        top=tuple(top),
        top_share=sum(n for _, n in top) / count if count else 0.0,
        days=tuple(_days(tried, ZoneInfo(timezone))),
    )


def _chattering(tried: Tried) -> set[str]:
    """What the engine held because it chattered, and what came three times in a minute all the same."""
    times: dict[str, list[int]] = {}
    for alarm in tried.announced:
        times.setdefault(alarm.id, []).append(alarm.at)
    often = {
        name
        for name, each in times.items()
        if any(b - a <= MINUTE for a, b in zip(each, each[CHATTERS - 1 :], strict=False))
    }
    return often | {a.id for a in tried.announced if a.chattering}


def _days(tried: Tried, zone: ZoneInfo) -> list[Day]:
    dates = sorted({_date(at, zone) for at in range(tried.start, tried.end, TEN_MINUTES)})
    by_date: dict[str, list[Priority]] = {date: [] for date in dates}
    life = Counter(_date(a.at, zone) for a in tried.announced if a.life_safety)
    for alarm in tried.announced:
        by_date.setdefault(_date(alarm.at, zone), []).append(alarm.priority)
    return [
        Day(date, len(some), {p.name.lower(): n for p, n in sorted(Counter(some).items())}, life[date])
        for date, some in sorted(by_date.items())
    ]


def _date(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at // NS, zone).date().isoformat()
