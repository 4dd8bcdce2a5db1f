"""Every figure of a post's load against a recount that looks at each raise, alarm and moment by itself."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.alarms.load import Key, Load, Raised, Told, load_of
from facility.clock import NS

HOUR = 3600 * NS
BEGIN = 1_790_000_000 * NS
KEYS: list[Key] = [(f"pump-{n}", instance, rule) for n in range(6) for instance in ("", "a") for rule in ("dry", "hot")]
keys = st.sampled_from(KEYS)
moments = st.one_of(
    st.integers(BEGIN - 50 * HOUR, BEGIN + 30 * HOUR),
    st.integers(0, 200).map(lambda n: BEGIN + n * 20 * NS),
    st.integers(-60, 60).map(lambda n: BEGIN + n * HOUR),
)
"""Anywhere; close together, at the very bounds of a minute; at full hours."""
raises = st.lists(st.builds(Raised, moments, keys, st.integers(1, 4)), max_size=80)


def _spans(moments: list[int]) -> tuple[tuple[int, int | None], ...]:
    """Off and back in turn; the last may still be off."""
    at = [*sorted(moments), None][: len(moments) + len(moments) % 2]
    return tuple((off, back) for off, back in zip(at[::2], at[1::2], strict=True) if off is not None)


@st.composite
def _told(draw: st.DrawFn) -> Told:
    raised = draw(moments)
    later = st.integers(0, 60 * HOUR).map(lambda n: raised + n)
    last = draw(st.one_of(st.just(raised), later))
    return Told(
        key=draw(keys),
        raised_at=raised,
        last_raised_at=last,
        cleared_at=draw(st.one_of(st.none(), st.integers(last, last + 30 * HOUR))),
        acknowledged_at=draw(st.one_of(st.none(), later)),
        shelves=_spans(draw(st.lists(later, max_size=5, unique=True))),
        false_at=draw(st.one_of(st.none(), later)),
    )


@settings(max_examples=300, deadline=None)
@given(raises, st.lists(_told(), max_size=30), st.integers(1, 26 * 3600))
def test_each_figure_is_that_of_a_recount(told: list[Raised], alarms: list[Told], seconds: int) -> None:
    start, end = BEGIN, BEGIN + seconds * NS
    load = load_of(told, alarms, start, end)
    _as_recounted(load, [r for r in told if start <= r.at < end], start, end)
    _as_answered(load, alarms, start, end)


def _as_recounted(load: Load, own: list[Raised], start: int, end: int) -> None:
    pieces = [
        sum(at <= r.at < at + 600 * NS for r in own) for at in range(start, end, 600 * NS)
    ]  # fmt: skip
    assert (load.start, load.end, load.raises) == (start, end, len(own))
    assert load.per_ten_minutes == float(Fraction(len(own) * 600 * NS, end - start))
    assert load.most_in_ten_minutes == max(pieces)
    assert load.flood_share == sum(n > 10 for n in pieces) / len(pieces)
    assert dict(load.priorities) == {p: n for p in range(1, 5) if (n := sum(r.priority == p for r in own))}
    often = {key: n for key in KEYS if (n := sum(r.key == key for r in own))}
    ranked = sorted(often, key=lambda key: (-often[key], key))[:10]
    assert load.top == tuple((key, often[key]) for key in ranked)
    assert load.top_share == (sum(often[key] for key in ranked) / len(own) if own else 0.0)
    chattering = {
        a.key for a in own if sum(b.key == a.key and a.at <= b.at <= a.at + 60 * NS for b in own) >= 3
    }  # fmt: skip
    assert load.chattering == tuple((key, often[key]) for key in sorted(chattering))


def _as_answered(load: Load, alarms: list[Told], start: int, end: int) -> None:
    stale = [a for a in alarms if a.last_raised_at <= end - 24 * HOUR and (a.cleared_at is None or a.cleared_at >= end)]
    assert load.stale == len(stale)
    off = [a for a in alarms if [None for s in a.shelves if s[0] <= end] and not [
        None for s in a.shelves if s == max(t for t in a.shelves if t[0] <= end) and s[1] is not None and s[1] <= end
    ]]  # fmt: skip
    assert load.shelved == len(off)
    assert load.shelvings == len([s for a in alarms for s in a.shelves if s[0] in range(start, end)])
    own = [a for a in alarms if start <= a.raised_at < end]
    waits = sorted((a.acknowledged_at - a.raised_at) / NS for a in own if a.acknowledged_at is not None)
    before = [a for a in own if a.acknowledged_at is not None and a.acknowledged_at < end]
    assert (load.acknowledged, load.unacknowledged) == (len(before), len(own) - len(before))
    assert load.acknowledge_longest == (max(waits) if waits else None)
    assert load.acknowledge_median == _nearest_rank(waits, Fraction(1, 2))
    assert load.acknowledge_p95 == _nearest_rank(waits, Fraction(19, 20))
    falses = {
        key: n for key in KEYS
        if (n := len([a for a in alarms if a.key == key and a.false_at is not None and start <= a.false_at < end]))
    }  # fmt: skip
    assert load.false_alarms == tuple((key, falses[key]) for key in sorted(falses, key=lambda key: (-falses[key], key)))


def _nearest_rank(waits: list[float], part: Fraction) -> float | None:
    return waits[max(1, math.ceil(part * len(waits))) - 1] if waits else None
