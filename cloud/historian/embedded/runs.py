"""SQL over the samples of some series in a range of time, rolled up as far as is wanted, right at every moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cloud.historian.embedded.tables import SPAN, TIERS, roll_up

RAW: Final = "raw"
"""The tier of single samples."""


@dataclass(frozen=True, slots=True)
class Range:
    """Series by id, from `start` to before `end`; `fresh` are the spans with rows not yet in the roll-ups."""

    series: Sequence[int]
    start: int
    end: int
    fresh: Sequence[int] = ()

    def between(self) -> str:
        """The condition on a table with `series` and `time`."""
        ids = ", ".join(map(str, sorted(set(self.series))))
        return f"series IN ({ids}) AND time >= {self.start} AND time < {self.end}"

    def spans(self, width: int = SPAN) -> list[tuple[int, int]]:
        """The fresh spans within the range, widened to whole rows of `width` ns, neighbours joined."""
        joined: list[tuple[int, int]] = []
        for begin in sorted({each - each % width for each in self.fresh}):
            low, high = max(begin, self.start), min(begin + width, self.end)
            if low >= high:
                continue
            if joined and joined[-1][1] == low:
                joined[-1] = (joined[-1][0], high)
            else:
                joined.append((low, high))
        return joined


def samples(chosen: Range) -> str:
    """A relation (series, time, value) of all samples in the range."""
    where = chosen.between()
    return (
        f"(SELECT series, time, value FROM history WHERE {where} UNION ALL "  # noqa: S608
        f"SELECT series, time, value FROM recent WHERE {where})"
    )


def runs(tier: str, chosen: Range) -> str:
    """A relation like a roll-up table: rows of the tier in the range, fresh spans rolled up on the way.

    The range of a tier wider than a span lies on whole rows; around fresh spans it has quarter hours in their place.
    """
    if tier == RAW:
        return (
            "(SELECT series, time, 1 AS count, value AS low, value AS high, value AS sum, value AS first, "  # noqa: S608
            "value AS last, time AS first_at, time AS last_at, 0.0::DOUBLE AS reset, 0 AS resets, 0 AS step "
            f"FROM {samples(chosen)})"
        )
    width = TIERS[tier]
    spans = chosen.spans(max(width, SPAN))
    ready = "".join(f" AND NOT (time >= {low} AND time < {high})" for low, high in spans)
    parts = [f"SELECT * FROM {tier} WHERE {chosen.between()}{ready}"]  # noqa: S608
    for low, high in spans:
        if width > SPAN:
            parts.append(f"SELECT * FROM {runs('quarter', Range(chosen.series, low, high, chosen.fresh))}")  # noqa: S608
        else:
            parts.append(roll_up(samples(Range(chosen.series, low, high)), width))
    return "(" + " UNION ALL ".join(parts) + ")"
