"""Figures of use: starts against the motor's limit, balance of a set, running time."""

from __future__ import annotations

from cloud.conditions import words
from cloud.conditions.figure import HOUR_NS, WEEK, Said, Seen, figure_of, number, share
from cloud.conditions.schemas import Evidence, Figure, Verdict
from facility.condition.pump import start_limit
from facility.condition.tally import Rise, Tally, summed
from facility.words import Text


def starts_per_hour(machine: Seen) -> Figure | None:
    """The most starts in one hour, against the motor's limit where that holds."""
    often = machine.total.often
    if often is None:
        return None
    rated = machine.part.equipment.rated
    rise = machine.total.counters.get("starts")
    evidence = (
        number("总启动次数", "Starts in all", rise.amount if rise else _begins(machine.total), "1", 0),
        number("最多的一小时止于", "The hour ended at", often.at / 1e6 if often.at else None, "date-time", 0),
    )
    known = share(often.known, machine.total)
    roles = ("starts", "running")

    def said(verdict: Verdict, zh: str, en: str, limit: float | None = None, more: tuple[Evidence, ...] = ()) -> Figure:
        value = often.most if often.known else None
        return figure_of(
            machine, words.STARTS, Said(value, verdict, Text(zh=zh, en=en), known, evidence + more, roles, limit)
        )

    if rated.get("direct_on_line") != 1:
        return said(
            "told", "未注明直接启动,不与电机允许值比较", "Not said to start direct on line: no limit of the motor"
        )
    poles = round(rated["poles"]) if "poles" in rated else None
    allowed = start_limit(rated.get("power", 0.0), poles)
    if allowed is None:
        return said("told", "表中没有此功率或极数的电机", "The table has no motor of this power or these poles")
    more = (
        number("表中功率档", "Row of the table", allowed.horsepower, "hp", 0),
        number("极数" + ("(未注明,按最严)" if allowed.assumed_poles else ""),
                "Poles" + (" (not said: the strictest)" if allowed.assumed_poles else ""), allowed.poles, "1", 0),
        number("两次启动间最短停机", "Least rest between starts", allowed.rest, "s", 0),
    )  # fmt: skip
    over = often.most > allowed.starts_per_hour
    return said(
        "attention" if over else "good",
        f"最多一小时 {often.most:.0f} 次,允许 {allowed.starts_per_hour:g} 次",
        f"{often.most:.0f} starts in one hour, {allowed.starts_per_hour:g} allowed",
        allowed.starts_per_hour,
        more,
    )


def _begins(tally: Tally) -> float | None:
    return float(tally.running.begins) if tally.running is not None else None


def balance(machine: Seen) -> Figure | None:
    """This one's share of its set's running time, and whether starts are even."""
    if len(machine.set) < 2 or machine.total.running is None:
        return None
    weeks = {key: summed(day.tally for day in days[-WEEK:]) for key, days in machine.set.items()}
    hours = {key: week.running.held / HOUR_NS for key, week in weeks.items() if week.running is not None}
    starts = {key: _started(week) for key, week in weeks.items()}
    mine = hours.get(machine.part.key, 0.0)
    whole = sum(hours.values())
    evidence = tuple(
        number(f"{machine.names[key].zh} 运行", f"{machine.names[key].en} ran", hours.get(key), "h")
        for key in sorted(weeks)
    ) + tuple(
        number(f"{machine.names[key].zh} 启动", f"{machine.names[key].en} starts", starts[key], "1", 0)
        for key in sorted(weeks)
    )
    known = share(machine.total.running.known, machine.total)
    value = 100 * mine / whole if whole else None
    counts = [count for count in starts.values() if count is not None]
    if len(counts) < 2 or max(counts) < words.LEAST_STARTS:
        says = Text(zh="近7天启动太少,不作判断", en="Too few starts in 7 days to judge")
        return figure_of(machine, words.BALANCE, Said(value, "told", says, known, evidence, ("run_time", "running")))
    uneven = max(counts) > words.UNEQUAL * min(counts)
    says = Text(
        zh=f"启动最多 {max(counts):.0f} 次,最少 {min(counts):.0f} 次",
        en=f"Most starts {max(counts):.0f}, fewest {min(counts):.0f}",
    )
    verdict: Verdict = "attention" if uneven else "good"
    return figure_of(machine, words.BALANCE, Said(value, verdict, says, known, evidence, ("starts", "running")))


def _started(tally: Tally) -> float | None:
    rise = tally.counters.get("starts")
    return rise.amount if rise is not None and rise.amount is not None else _begins(tally)


def run_hours(machine: Seen) -> Figure | None:
    """How long it was seen running."""
    run = machine.total.running
    if run is None:
        return None
    meter = machine.total.counters.get("run_time", Rise())
    evidence = (
        number("运行计时器增量", "Rise of its own meter", meter.amount, "h"),
        number("状态已知", "State known", run.known / HOUR_NS, "h"),
        number("未知", "Unknown", (machine.total.length - run.known) / HOUR_NS, "h"),
        number("启动(状态)", "Starts seen", float(run.begins), "1", 0),
    )
    says = Text(zh=f"{machine.total.days} 天内", en=f"In {machine.total.days} days")
    value = run.held / HOUR_NS if run.known else None
    said = Said(value, "told", says, share(run.known, machine.total), evidence, ("running", "run_time"))
    return figure_of(machine, words.RUN_HOURS, said)
