"""The verdicts on one round: a pure function of its plan and of the reads that belong to it.

Who read it wrongly is flagged, not refused. A checkpoint counts as visited by its first read in the window; else by the
first after it; else by the last before it. Reads by a wrong guard count for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from edge.patrol.plan import Round
from edge.patrol.reads import Read
from facility.clock import NS

Word: TypeAlias = Literal[
    "on_time", "early", "late", "missed", "out_of_order", "duplicate", "unknown_tag", "wrong_guard", "too_fast",
    "late_upload", "clock_shifted", "undecidable",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judgement:
    """`visits`: by index of the checkpoint, the read that counts and what is said of it; `others`: the other reads."""

    visits: dict[int, tuple[Read, Word]] = field(default_factory=dict)
    others: list[tuple[Read, Word]] = field(default_factory=list)


def judge(round_: Round, reads: Sequence[Read]) -> Judgement:
    """Judge every read of a round; the order in which they came does not matter."""
    found = Judgement()
    right, wrong = _by_guard(round_, sorted(reads, key=lambda r: (r.at, r.id)))
    found.others.extend((r, "wrong_guard") for r in wrong)
    counted = {i: _counting(round_, i, [r for r in right if r.checkpoint == i]) for i in {r.checkpoint for r in right}}
    chain = sorted(counted.values(), key=lambda r: (r.at, r.id))
    for place, read in enumerate(chain):
        before = chain[place - 1] if place else None
        found.visits[read.checkpoint] = (read, _visit(round_, read, before, chain))
    for read in right:
        if read is not counted[read.checkpoint]:
            early = read.at < round_.windows[read.checkpoint].opens
            found.others.append((read, "early" if early else "duplicate"))
    return found


def _by_guard(round_: Round, reads: Sequence[Read]) -> tuple[list[Read], list[Read]]:
    """Of a route that names its guards: theirs; else those of who opened the round. A read without a guard passes."""
    allowed = set(round_.route.guards)
    if not allowed:
        allowed = set([r.guard for r in reads if r.guard is not None][:1])
    right = [r for r in reads if r.guard is None or r.guard in allowed]
    return right, [r for r in reads if r.guard is not None and r.guard not in allowed]


def _counting(round_: Round, checkpoint: int, reads: Sequence[Read]) -> Read:
    window = round_.windows[checkpoint]
    within = [r for r in reads if window.opens <= r.at <= window.closes]
    after = [r for r in reads if r.at > window.closes]
    return within[0] if within else after[0] if after else reads[-1]


def _visit(round_: Round, read: Read, before: Read | None, chain: Sequence[Read]) -> Word:
    if read.shifted:
        return "clock_shifted"
    window = round_.windows[read.checkpoint]
    edges = (abs(read.at - window.opens), abs(read.at - window.closes))
    if read.bound and min(edges) < read.bound:
        return "undecidable"
    if read.at < window.opens:
        return "early"
    if read.at > window.closes:
        return "late"
    said = _order(round_, read, chain) or _gaps(round_, read, before)
    return said or ("late_upload" if read.received > window.closes and read.bound else "on_time")


def _order(round_: Round, read: Read, chain: Sequence[Read]) -> Word | None:
    """Out of order is who comes to a checkpoint after a later one. The doubt is that of the read in doubt."""
    if not round_.route.ordered:
        return None
    doubt = False
    for other in chain:
        if other.checkpoint > read.checkpoint:
            margin, error = read.at - other.at, _error(read, other)
            if margin > 0 and margin >= error:
                return "out_of_order"
            doubt = doubt or (read.bound > 0 and abs(margin) < error)
    return "undecidable" if doubt else None


def _gaps(round_: Round, read: Read, before: Read | None) -> Word | None:
    """Too fast after the checkpoint before it, or too long after it."""
    if before is None:
        return None
    checkpoint, gap, error = round_.windows[read.checkpoint].checkpoint, read.at - before.at, _error(read, before)
    least = round(checkpoint.least_gap * NS)
    most = None if checkpoint.most_gap is None else round(checkpoint.most_gap * NS)
    if (least and abs(gap - least) < error) or (most is not None and abs(gap - most) < error):
        return "undecidable" if read.bound else None
    if gap < least:
        return "too_fast"
    return "late" if most is not None and gap > most else None


def _error(one: Read, other: Read) -> int:
    """How far the time between two reads may be wrong: of one reader's clock it is not."""
    return 0 if one.reader == other.reader else one.bound + other.bound
