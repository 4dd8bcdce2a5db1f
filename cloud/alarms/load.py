"""The load of a post by its alarms, as ISA-18.2 counts it; pure figures over what was raised."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from facility.clock import NS

TEN_MINUTES: Final = 600 * NS
FLOOD: Final = 10
"""More raises than this in ten minutes are a flood."""
STALE: Final = 24 * 3600 * NS
CHATTER: Final = (3, 60 * NS)
"""So many raises of one alarm within this."""
TOP: Final = 10

Key = tuple[str, str, str]
"""(equipment, instance, rule)."""


@dataclass(frozen=True, slots=True)
class Raised:
    """One raise."""

    at: int
    key: Key
    priority: int


@dataclass(frozen=True, slots=True)
class Told:
    """One alarm as it stands: what people did about it."""

    key: Key
    raised_at: int
    last_raised_at: int
    cleared_at: int | None
    acknowledged_at: int | None
    shelves: tuple[tuple[int, int | None], ...]
    """When it was taken off the list and when it came back, None while it is off; in their order."""
    false_at: int | None
    """When it was confirmed false."""


@dataclass(frozen=True, slots=True)
class Load:
    """Of [start, end), UTC ns; times in seconds."""

    start: int
    end: int
    raises: int
    per_ten_minutes: float
    most_in_ten_minutes: int
    flood_share: float
    """Of the ten-minute pieces: how many had more than ten raises."""
    stale: int
    shelved: int
    """Off the list at the end."""
    shelvings: int
    """How often one was taken off the list within."""
    chattering: tuple[tuple[Key, int], ...]
    top: tuple[tuple[Key, int], ...]
    top_share: float
    priorities: Mapping[int, int]
    acknowledged: int
    """Of those raised within: answered before the end."""
    unacknowledged: int
    """Left to whoever came after."""
    acknowledge_median: float | None
    acknowledge_p95: float | None
    acknowledge_longest: float | None
    false_alarms: tuple[tuple[Key, int], ...]


def load_of(raises: Iterable[Raised], alarms: Sequence[Told], start: int, end: int) -> Load:
    """The figures of what was raised within [start, end), and of the alarms as they stood at its end."""
    within = sorted((r for r in raises if start <= r.at < end), key=lambda r: r.at)
    pieces = max(1, -(-(end - start) // TEN_MINUTES))
    by_piece = Counter((r.at - start) // TEN_MINUTES for r in within)
    counts = Counter(r.key for r in within)
    top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]
    own = [a for a in alarms if start <= a.raised_at < end]
    answered = sum(a.acknowledged_at is not None and a.acknowledged_at < end for a in own)
    waits = sorted((a.acknowledged_at - a.raised_at) / NS for a in own if a.acknowledged_at is not None)
    return Load(
        start=start,
        end=end,
        raises=len(within),
        per_ten_minutes=len(within) * TEN_MINUTES / max(1, end - start),
        most_in_ten_minutes=max(by_piece.values(), default=0),
        flood_share=sum(n > FLOOD for n in by_piece.values()) / pieces,
        stale=sum(_stale(a, end) for a in alarms),
        shelved=sum(any(off <= end and (back is None or back > end) for off, back in a.shelves) for a in alarms),
        shelvings=sum(start <= off < end for a in alarms for off, _ in a.shelves),
        chattering=_chattering(within),
        top=tuple(top),
        top_share=sum(n for _, n in top) / len(within) if within else 0.0,
        priorities=Counter(r.priority for r in within),
        acknowledged=answered,
        unacknowledged=len(own) - answered,
        acknowledge_median=_part(waits, 0.5),
        acknowledge_p95=_part(waits, 0.95),
        acknowledge_longest=waits[-1] if waits else None,
        false_alarms=_falses(alarms, start, end),
    )


def _stale(alarm: Told, end: int) -> bool:
    over = alarm.cleared_at is not None and alarm.cleared_at < end
    return alarm.last_raised_at <= end - STALE and not over


def _chattering(within: Sequence[Raised]) -> tuple[tuple[Key, int], ...]:
    times: dict[Key, list[int]] = defaultdict(list)
    for raised in within:
        times[raised.key].append(raised.at)
    often, span = CHATTER
    return tuple(
        (key, len(at))
        for key, at in sorted(times.items())
        if any(later - first <= span for first, later in zip(at, at[often - 1 :], strict=False))
    )


def _falses(alarms: Sequence[Told], start: int, end: int) -> tuple[tuple[Key, int], ...]:
    counts = Counter(a.key for a in alarms if a.false_at is not None and start <= a.false_at < end)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _part(ordered: Sequence[float], part: float) -> float | None:
    """The smallest value that at least `part` of them do not exceed."""
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, max(0, -(-round(part * 1000) * len(ordered) // 1000) - 1))]
