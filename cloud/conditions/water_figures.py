"""Figures of water: energy for it, efficiency from the wire to it, what flows at night."""

from __future__ import annotations

from statistics import median

from cloud.conditions import words
from cloud.conditions.figure import HOUR_NS, UNKNOWN, WEEK, Said, Seen, figure_of, number, share
from cloud.conditions.schemas import Evidence, Figure, Verdict
from cloud.rounding import decimals_beside
from facility.condition.tally import summed
from facility.words import Text


def specific_energy(machine: Seen) -> Figure | None:
    """Energy for each m3, against the days before."""
    if machine.total.pumped is None:
        return None
    pumped = machine.total.pumped
    evidence: tuple[Evidence, ...] = (
        number("用电量", "Energy", pumped.kwh, "kW.h"), number("水量", "Water", pumped.m3, "m3"),
    )  # fmt: skip
    roles = ("energy", "power", "flow")
    if pumped.m3 <= 0:
        said = Said(None, "unknown", UNKNOWN, share(pumped.known, machine.total), evidence, roles)
        return figure_of(machine, words.SPECIFIC_ENERGY, said)
    now = summed(day.tally for day in machine.last_week()).pumped
    daily = [d.tally.pumped for d in machine.days[:-WEEK]]
    before = [each.kwh / each.m3 for each in daily if each is not None and each.m3 > 0]
    recent = now.kwh / now.m3 if now is not None and now.m3 > 0 else None
    usual = median(before) if len(before) >= words.ENOUGH else None
    evidence += (
        number("近7天", "The last 7 days", recent, "kW.h/m3", 3),
        number("之前各日中位数", "Median of the days before", usual, "kW.h/m3", 3),
    )
    verdict: Verdict = "told"
    says = Text(zh="尚无足够的历史可比较", en="Too few days before to compare with")
    limit = usual * words.HIGHER if usual is not None else None
    if recent is not None and usual is not None and limit is not None:
        verdict = "attention" if recent > limit else "good"
        more = (recent / usual - 1) * 100
        says = Text(zh=f"近7天比之前{more:+.0f}%", en=f"The last 7 days {more:+.0f} % against those before")
    said = Said(pumped.kwh / pumped.m3, verdict, says, share(pumped.known, machine.total), evidence, roles, limit)
    return figure_of(machine, words.SPECIFIC_ENERGY, said)


def efficiency(machine: Seen) -> Figure | None:
    """From the wire to the water, while it runs."""
    lifted = machine.total.lifted
    if lifted is None:
        return None
    evidence = (
        number("水力功", "Work on the water", lifted.hydraulic, "kW.h"),
        number("输入电量", "From the wire", lifted.electric, "kW.h"),
        number("运行且已知", "Running and known", lifted.known / HOUR_NS, "h"),
    )
    roles = ("flow", "discharge_pressure", "suction_pressure", "power")
    ran = machine.total.running.held if machine.total.running is not None else 0
    known = lifted.known / ran if ran else 0.0
    if lifted.electric <= 0:
        return figure_of(machine, words.EFFICIENCY, Said(None, "unknown", UNKNOWN, known, evidence, roles))
    value = 100 * lifted.hydraulic / lifted.electric
    least = words.EFFICIENCY.limit or 0.0
    low, digits = value < least, decimals_beside(value, least, 1)
    says = Text(zh=f"总效率 {value:.{digits}f}%", en=f"{value:.{digits}f} % of the energy reaches the water")
    return figure_of(
        machine, words.EFFICIENCY, Said(value, "attention" if low else "good", says, known, evidence, roles)
    )


def night_flow(machine: Seen) -> Figure | None:
    """The last night against those before."""
    nights = [
        night.m3 / night.known * HOUR_NS
        for day in machine.days
        if (night := day.tally.night) is not None and night.known >= HOUR_NS
    ]
    if machine.total.night is None:
        return None
    known = machine.total.night.known / max(machine.total.days * 2 * HOUR_NS, 1)
    if not nights:
        return figure_of(machine, words.NIGHT_FLOW, Said(None, "unknown", UNKNOWN, known, (), ("flow",)))
    last, before = nights[-1], nights[:-1]
    usual = median(before) if len(before) >= words.ENOUGH else None
    evidence = (number("之前各夜中位数", "Median of the nights before", usual, "m3/h", 2),)
    if usual is None:
        says = Text(zh="尚无足够的夜晚可比较", en="Too few nights before to compare with")
        return figure_of(machine, words.NIGHT_FLOW, Said(last, "told", says, known, evidence, ("flow",)))
    limit = max(words.MORE_AT_NIGHT * usual, words.LEAST_FLOW)
    verdict: Verdict = "attention" if last > limit else "good"
    says = Text(zh=f"昨夜 {last:.2f},平时 {usual:.2f} m³/h", en=f"Last night {last:.2f}, usually {usual:.2f} m³/h")
    return figure_of(machine, words.NIGHT_FLOW, Said(last, verdict, says, known, evidence, ("flow",), limit))
