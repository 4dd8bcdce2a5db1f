"""Figures of service: availability, time out of service, failures and repairs, trips, doors."""

from __future__ import annotations

from collections.abc import Callable

from cloud.conditions import words
from cloud.conditions.figure import FINE, HOUR_NS, UNKNOWN, Said, Seen, figure_of, number, share
from cloud.conditions.schemas import Evidence, Figure, Verdict
from cloud.conditions.words import Kind
from cloud.rounding import decimals_beside
from facility.clock import NS
from facility.condition.tally import Run
from facility.words import Text


def _down(machine: Seen) -> tuple[Run, tuple[Evidence, ...]] | None:
    down = machine.total.down
    if down is None:
        return None
    evidence = [
        number("已知时间", "Known", down.known / HOUR_NS, "h"),
        number("停用时间", "Out of service", down.held / HOUR_NS, "h"),
        number("停用次数", "Times", float(down.begins), "1", 0),
    ]
    if machine.total.inspection is not None:
        held = machine.total.inspection.held / HOUR_NS
        evidence.append(number("检修时间", "In inspection", held, "h"))
    return down, tuple(evidence)


def availability(machine: Seen) -> Figure | None:
    """Time not out of service, of what is known."""
    if (found := _down(machine)) is None:
        return None
    down, evidence = found
    known = share(down.known, machine.total)
    if not down.known:
        return figure_of(machine, words.AVAILABILITY, Said(None, "unknown", UNKNOWN, known, evidence, ("down",)))
    value = 100 * (1 - down.held / down.known)
    low = value < (words.AVAILABILITY.limit or 0.0)
    minutes = down.held / 60 / NS
    says = Text(zh=f"停用 {minutes:.0f} 分钟", en=f"Out of service for {minutes:.0f} min")
    verdict: Verdict = "attention" if low else "good"
    return figure_of(machine, words.AVAILABILITY, Said(value, verdict, says, known, evidence, ("down",)))


def down_figure(kind: Kind, value_of: Callable[[Run], float | None]) -> Callable[[Seen], Figure | None]:
    """A figure of the time out of service."""

    def make(machine: Seen) -> Figure | None:
        if (found := _down(machine)) is None:
            return None
        down, evidence = found
        value = value_of(down) if down.known else None
        says = Text(zh=f"{down.begins} 次停用", en=f"Out of service {down.begins} times")
        verdict: Verdict = "told" if down.known else "unknown"
        known = share(down.known, machine.total)
        return figure_of(machine, kind, Said(value, verdict, says, known, evidence, ("down",)))

    return make


def mean_hours(total: float, count: int) -> float | None:
    """Ns over a count, in hours; None of none."""
    return total / HOUR_NS / count if count else None


def trips(machine: Seen) -> Figure | None:
    """How often it travelled."""
    rise = machine.total.counters.get("trips")
    if rise is None:
        return None
    verdict: Verdict = "told" if rise.amount is not None else "unknown"
    known = 1 - share(rise.silent, machine.total)
    says = Text(zh=f"{machine.total.days} 天内", en=f"In {machine.total.days} days")
    return figure_of(machine, words.TRIPS, Said(rise.amount, verdict, says, known, (), ("trips",)))


def reversals(machine: Seen) -> Figure | None:
    """Door reversals in 1,000 cycles."""
    back, cycles = (machine.total.counters.get(role) for role in ("door_reversals", "door_cycles"))
    if back is None or cycles is None:
        return None
    evidence = (
        number("反复开门", "Reversals", back.amount, "1", 0), number("开关门", "Door cycles", cycles.amount, "1", 0),
    )  # fmt: skip
    known = 1 - share(max(back.silent, cycles.silent), machine.total)
    roles = ("door_reversals", "door_cycles")
    if back.amount is None or not cycles.amount:
        return figure_of(machine, words.REVERSALS, Said(None, "unknown", UNKNOWN, known, evidence, roles))
    value = 1000 * back.amount / cycles.amount
    most = words.REVERSALS.limit or 0.0
    high, digits = value > most, decimals_beside(value, most, 1)
    says = Text(zh=f"每千次 {value:.{digits}f} 次", en=f"{value:.{digits}f} in 1,000") if high else FINE
    verdict: Verdict = "attention" if high else "good"
    return figure_of(machine, words.REVERSALS, Said(value, verdict, says, known, evidence, roles))
