"""When it was so: the time that a telephone says, by its age, within what the order's own course allows. No I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cloud.service_levels.facts import Step
from facility.clock import NS

OLDEST: Final = 72 * 3600 * NS
"""A telephone is believed for three days; what it says of before counts from then."""
SLACK: Final = NS
"""A difference up to it is no adjustment."""
COURSE: Final = frozenset(
    {"reported", "recurred", "dispatched", "accepted", "declined", "arrived", "paused", "resumed", "claimed",
     "claim_lapsed", "restored", "work_refused", "checked", "cost", "signed"}
)  # fmt: skip
"""Steps before which the next one can't have been; a promise that broke meanwhile is none of them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """`claimed` as the telephone says, on our clock; `at` as it is taken; whether that differs."""

    claimed: int
    at: int
    adjusted: bool


def taken(steps: Iterable[Step], claimed: int, now: int) -> Taken:
    """`claimed` on our clock: by its age when it was sent, so that a telephone's clock may be wrong by any time."""
    first = max((step.at for step in steps if step.kind in COURSE), default=0)
    at = min(max(claimed, first, now - OLDEST), now)
    return Taken(claimed, at, abs(at - claimed) > SLACK)
