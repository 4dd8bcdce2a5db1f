"""What domain.md §6 says of a round, written the slow way: each read against every rule, in seconds, without the edge.

Nothing of edge/patrol is used. A read is (checkpoint, guard, second, error, received, shifted, reader); windows are
(opens, closes, least gap, most gap) in seconds from any moment.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Seen:
    name: str
    point: int
    guard: str | None
    at: float
    error: float
    received: float
    shifted: bool
    reader: str


@dataclass(frozen=True)
class Due:
    opens: float
    closes: float
    least: float
    most: float | None


@dataclass(frozen=True)
class Tour:
    due: tuple[Due, ...]
    ordered: bool
    guards: tuple[str, ...]


def verdicts(tour: Tour, reads: list[Seen], now: float) -> tuple[dict[int, tuple[str, str]], dict[str, str]]:
    """({checkpoint: (verdict, name of the read)}, {name of another read: verdict}) as they stand at `now`."""
    others: dict[str, str] = {}
    right = []
    for read in reads:
        if wrong_guard(tour, reads, read):
            others[read.name] = "wrong_guard"
        else:
            right.append(read)
    visits = {i: best(due, [r for r in right if r.point == i]) for i, due in enumerate(tour.due)}
    counted = [r for r in visits.values() if r is not None]
    stands: dict[int, tuple[str, str]] = {}
    for i, due in enumerate(tour.due):
        visit = visits[i]
        if visit is not None:
            stands[i] = (word(tour, due, visit, counted), visit.name)
        elif now >= due.closes:
            stands[i] = ("missed", "")
    for read in right:
        if read not in counted:
            others[read.name] = "early" if read.at < tour.due[read.point].opens else "duplicate"
    return stands, others


def wrong_guard(tour: Tour, reads: list[Seen], read: Seen) -> bool:
    if read.guard is None:
        return False
    if tour.guards:
        return read.guard not in tour.guards
    first = None
    for other in reads:
        if other.guard is not None and (first is None or (other.at, other.name) < (first.at, first.name)):
            first = other
    return first is not None and read.guard != first.guard


def best(due: Due, reads: list[Seen]) -> Seen | None:
    """The first within the window, else the first after it, else the last before it."""
    ranked = []
    for read in reads:
        if due.opens <= read.at <= due.closes:
            ranked.append((0, read.at, read.name, read))
        elif read.at > due.closes:
            ranked.append((1, read.at, read.name, read))
        else:
            ranked.append((2, -read.at, "".join(chr(0x10FFFF - ord(c)) for c in read.name), read))
    return min(ranked, key=lambda r: r[:3])[3] if ranked else None


def word(tour: Tour, due: Due, read: Seen, counted: list[Seen]) -> str:  # noqa: PLR0911 - one line a rule
    if read.shifted:
        return "clock_shifted"
    if read.error and (abs(read.at - due.opens) < read.error or abs(read.at - due.closes) < read.error):
        return "undecidable"
    if read.at < due.opens:
        return "early"
    if read.at > due.closes:
        return "late"
    orders = [order(read, o) for o in counted if o.point > read.point] if tour.ordered else []
    if "after" in orders:
        return "out_of_order"
    if "doubt" in orders and read.error:
        return "undecidable"
    before = [o for o in counted if (o.at, o.name) < (read.at, read.name)]
    if before:
        last = max(before, key=lambda o: (o.at, o.name))
        said = gap(due, read, last)
        if said:
            return said
    return "late_upload" if read.error and read.received > due.closes else "on_time"


def order(read: Seen, later: Seen) -> str:
    doubt = 0.0 if read.reader == later.reader else read.error + later.error
    difference = read.at - later.at
    if abs(difference) < doubt:
        return "doubt"
    return "after" if difference > 0 else "before"


def gap(due: Due, read: Seen, last: Seen) -> str:
    doubt = 0.0 if read.reader == last.reader else read.error + last.error
    passed = read.at - last.at
    near_least = due.least > 0 and abs(passed - due.least) < doubt
    near_most = due.most is not None and abs(passed - due.most) < doubt
    if near_least or near_most:
        return "undecidable" if read.error else ""
    if passed < due.least:
        return "too_fast"
    return "late" if due.most is not None and passed > due.most else ""
