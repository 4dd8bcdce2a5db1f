"""The range of a question: RFC 3339, or so long ago (`-24h`, `now`)."""

from __future__ import annotations

import re
from typing import Final

from cloud.errors import Problem
from facility.clock import NS, from_iso

_AGO: Final = re.compile(r"-(\d{1,6})(s|m|h|d|w)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


def moment_of(text: str, now: int) -> int:
    """UTC ns; Problem where the text is neither form."""
    if text == "now":
        return now
    ago = _AGO.fullmatch(text)
    if ago:
        return now - int(ago[1]) * _SECONDS[ago[2]] * NS
    try:
        return from_iso(text.replace(" ", "+"))
    except ValueError:
        raise Problem(
            f"{text!r} 不是时间,应写作 2026-11-21T08:00:00Z,或 -24h、-30d、now · "
            f"{text!r} is no time: write 2026-11-21T08:00:00Z, or -24h, -30d, now"
        ) from None


def range_of(start: str, end: str, now: int) -> tuple[int, int]:
    """[start, end), the end not in the future; Problem where nothing lies between."""
    low, high = moment_of(start, now), min(moment_of(end, now), now)
    if low >= high or low < 0:
        raise Problem(
            f"起始时间 {start} 须早于结束时间 {end},且早于现在 · from={start} must lie before to={end}, and before now"
        )
    return low, high
