"""Days of a machine → its figures: values, verdicts and what they stand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

from cloud.conditions import words
from cloud.conditions.parts import Part
from cloud.conditions.schemas import Evidence, Figure, OrderDraft, Verdict
from cloud.conditions.store import KeptDay
from cloud.conditions.words import Kind
from facility.alarm import OrderClass
from facility.clock import NS
from facility.condition.pump import start_limit
from facility.condition.tally import Rise, Run, Tally, summed
from facility.words import Text

WEEK: Final = 7
HOUR_NS: Final = 3_600 * NS
_TRADES: Final = {"elevator": "elevator", "sump": "plumbing", "pump": "plumbing", "water_meter": "plumbing"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One machine with its days, ascending, and those of its set (its own among them)."""

    part: Part
    days: tuple[KeptDay, ...]
    total: Tally
    set: Mapping[tuple[str, str], tuple[KeptDay, ...]]

    def last_week(self) -> tuple[KeptDay, ...]:
        """The newest days."""
        return self.days[-WEEK:]


def seen(part: Part, days: Sequence[KeptDay], together: Mapping[tuple[str, str], Sequence[KeptDay]]) -> Seen:
    """Put together."""
    return Seen(
        part, tuple(days), summed(day.tally for day in days), {key: tuple(some) for key, some in together.items()}
    )


def figures(machine: Seen) -> tuple[Figure, ...]:
    """All that its points allow."""
    found = (make(machine) for make in _FIGURES)
    return tuple(figure for figure in found if figure is not None)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one figure comes to."""

    value: float | None
    verdict: Verdict
    says: Text
    known: float
    evidence: tuple[Evidence, ...] = ()
    roles: tuple[str, ...] = ()
    limit: float | None = None


def _figure(machine: Seen, kind: Kind, said: _Said) -> Figure:
    part = machine.part
    name = machine_name(part)
    draft = OrderDraft.model_validate(
        {
            "site": part.site,
            "equipment": part.equipment.id,
            "text": Text(zh=f"{name.zh}:{said.says.zh}", en=f"{name.en}: {said.says.en}"),
            "class": OrderClass.ORDINARY,
            "trade": _TRADES.get(part.equipment.type, "mechanical"),
        }
    )
    return Figure(
        id=kind.id,
        name=kind.name,
        value=said.value,
        unit=kind.unit,
        decimals=kind.decimals,
        verdict=said.verdict,
        limit=said.limit if said.limit is not None else kind.limit,
        says=said.says,
        rule=kind.rule,
        source=kind.source,
        known=min(max(said.known, 0.0), 1.0),
        evidence=said.evidence,
        points=tuple(part.sources[role].point.id for role in said.roles if role in part.sources),
        order=draft if said.verdict == "attention" else None,
    )


def machine_name(part: Part) -> Text:
    """The equipment's name, with its part where it has several."""
    name = part.equipment.name
    return Text(zh=f"{name.zh} {part.name}", en=f"{name.en} {part.name}") if part.name else name


def _number(zh: str, en: str, value: float | None, unit: str, decimals: int = 1) -> Evidence:
    return Evidence(name=Text(zh=zh, en=en), value=value, unit=unit, decimals=decimals)


def _share(ns: float, tally: Tally) -> float:
    return ns / tally.length if tally.length else 0.0


_UNKNOWN: Final = Text(zh="这段时间没有足够的数据", en="There is not enough data in this span")
_FINE: Final = Text(zh="正常", en="As it should be")


def _specific_energy(machine: Seen) -> Figure | None:
    if machine.total.pumped is None:
        return None
    pumped = machine.total.pumped
    evidence: tuple[Evidence, ...] = (
        _number("用电量", "Energy", pumped.kwh, "kW.h"), _number("水量", "Water", pumped.m3, "m3"),
    )  # fmt: skip
    roles = ("energy", "power", "flow")
    if pumped.m3 <= 0:
        said = _Said(None, "unknown", _UNKNOWN, _share(pumped.known, machine.total), evidence, roles)
        return _figure(machine, words.SPECIFIC_ENERGY, said)
    now = summed(day.tally for day in machine.last_week()).pumped
    daily = [d.tally.pumped for d in machine.days[:-WEEK]]
    before = [each.kwh / each.m3 for each in daily if each is not None and each.m3 > 0]
    recent = now.kwh / now.m3 if now is not None and now.m3 > 0 else None
    usual = median(before) if len(before) >= words.ENOUGH else None
    evidence += (
        _number("近7天", "The last 7 days", recent, "kW.h/m3", 3),
        _number("之前各日中位数", "Median of the days before", usual, "kW.h/m3", 3),
    )
    verdict: Verdict = "told"
    says = Text(zh="尚无足够的历史可比较", en="Too few days before to compare with")
    limit = usual * words.HIGHER if usual is not None else None
    if recent is not None and usual is not None and limit is not None:
        verdict = "attention" if recent > limit else "good"
        more = (recent / usual - 1) * 100
        says = Text(zh=f"近7天比之前{more:+.0f}%", en=f"The last 7 days {more:+.0f} % against those before")
    said = _Said(pumped.kwh / pumped.m3, verdict, says, _share(pumped.known, machine.total), evidence, roles, limit)
    return _figure(machine, words.SPECIFIC_ENERGY, said)


def _efficiency(machine: Seen) -> Figure | None:
    lifted = machine.total.lifted
    if lifted is None:
        return None
    evidence = (
        _number("水力功", "Work on the water", lifted.hydraulic, "kW.h"),
        _number("输入电量", "From the wire", lifted.electric, "kW.h"),
        _number("运行且已知", "Running and known", lifted.known / HOUR_NS, "h"),
    )
    roles = ("flow", "discharge_pressure", "suction_pressure", "power")
    ran = machine.total.running.held if machine.total.running is not None else 0
    known = lifted.known / ran if ran else 0.0
    if lifted.electric <= 0:
        return _figure(machine, words.EFFICIENCY, _Said(None, "unknown", _UNKNOWN, known, evidence, roles))
    value = 100 * lifted.hydraulic / lifted.electric
    low = value < (words.EFFICIENCY.limit or 0.0)
    says = Text(zh=f"总效率 {value:.1f}%", en=f"{value:.1f} % of the energy reaches the water")
    return _figure(
        machine, words.EFFICIENCY, _Said(value, "attention" if low else "good", says, known, evidence, roles)
    )


def _starts(machine: Seen) -> Figure | None:
    often = machine.total.often
    if often is None:
        return None
    rated = machine.part.equipment.rated
    rise = machine.total.counters.get("starts")
    evidence = (
        _number("总启动次数", "Starts in all", rise.amount if rise else _begins(machine.total), "1", 0),
        _number("最多的一小时止于", "The hour ended at", often.at / 1e6 if often.at else None, "date-time", 0),
    )
    known = _share(often.known, machine.total)
    roles = ("starts", "running")

    def said(verdict: Verdict, zh: str, en: str, limit: float | None = None, more: tuple[Evidence, ...] = ()) -> Figure:
        value = often.most if often.known else None
        return _figure(
            machine, words.STARTS, _Said(value, verdict, Text(zh=zh, en=en), known, evidence + more, roles, limit)
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
        _number("表中功率档", "Row of the table", allowed.horsepower, "hp", 0),
        _number("极数" + ("(未注明,按最严)" if allowed.assumed_poles else ""),
                "Poles" + (" (not said: the strictest)" if allowed.assumed_poles else ""), allowed.poles, "1", 0),
        _number("两次启动间最短停机", "Least rest between starts", allowed.rest, "s", 0),
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


def _balance(machine: Seen) -> Figure | None:
    if len(machine.set) < 2 or machine.total.running is None:
        return None
    weeks = {key: summed(day.tally for day in days[-WEEK:]) for key, days in machine.set.items()}
    hours = {key: week.running.held / HOUR_NS for key, week in weeks.items() if week.running is not None}
    starts = {key: _started(week) for key, week in weeks.items()}
    mine = hours.get(machine.part.key, 0.0)
    whole = sum(hours.values())
    evidence = tuple(
        _number(f"{'/'.join(filter(None, key))} 运行", f"{'/'.join(filter(None, key))} ran", hours.get(key), "h")
        for key in sorted(weeks)
    ) + tuple(
        _number(f"{'/'.join(filter(None, key))} 启动", f"{'/'.join(filter(None, key))} starts", starts[key], "1", 0)
        for key in sorted(weeks)
    )
    known = _share(machine.total.running.known, machine.total)
    value = 100 * mine / whole if whole else None
    counts = [count for count in starts.values() if count is not None]
    if len(counts) < 2 or max(counts) < words.LEAST_STARTS:
        says = Text(zh="近7天启动太少,不作判断", en="Too few starts in 7 days to judge")
        return _figure(machine, words.BALANCE, _Said(value, "told", says, known, evidence, ("run_time", "running")))
    uneven = max(counts) > words.UNEQUAL * min(counts)
    says = Text(
        zh=f"启动最多 {max(counts):.0f} 次,最少 {min(counts):.0f} 次",
        en=f"Most starts {max(counts):.0f}, fewest {min(counts):.0f}",
    )
    verdict: Verdict = "attention" if uneven else "good"
    return _figure(machine, words.BALANCE, _Said(value, verdict, says, known, evidence, ("starts", "running")))


def _started(tally: Tally) -> float | None:
    rise = tally.counters.get("starts")
    return rise.amount if rise is not None and rise.amount is not None else _begins(tally)


def _run_hours(machine: Seen) -> Figure | None:
    run = machine.total.running
    if run is None:
        return None
    meter = machine.total.counters.get("run_time", Rise())
    evidence = (
        _number("运行计时器增量", "Rise of its own meter", meter.amount, "h"),
        _number("状态已知", "State known", run.known / HOUR_NS, "h"),
        _number("未知", "Unknown", (machine.total.length - run.known) / HOUR_NS, "h"),
        _number("启动(状态)", "Starts seen", float(run.begins), "1", 0),
    )
    says = Text(zh=f"{machine.total.days} 天内", en=f"In {machine.total.days} days")
    value = run.held / HOUR_NS if run.known else None
    said = _Said(value, "told", says, _share(run.known, machine.total), evidence, ("running", "run_time"))
    return _figure(machine, words.RUN_HOURS, said)


def _night_flow(machine: Seen) -> Figure | None:
    nights = [
        night.m3 / night.known * HOUR_NS
        for day in machine.days
        if (night := day.tally.night) is not None and night.known >= HOUR_NS
    ]
    if machine.total.night is None:
        return None
    known = machine.total.night.known / max(machine.total.days * 2 * HOUR_NS, 1)
    if not nights:
        return _figure(machine, words.NIGHT_FLOW, _Said(None, "unknown", _UNKNOWN, known, (), ("flow",)))
    last, before = nights[-1], nights[:-1]
    usual = median(before) if len(before) >= words.ENOUGH else None
    evidence = (_number("之前各夜中位数", "Median of the nights before", usual, "m3/h", 2),)
    if usual is None:
        says = Text(zh="尚无足够的夜晚可比较", en="Too few nights before to compare with")
        return _figure(machine, words.NIGHT_FLOW, _Said(last, "told", says, known, evidence, ("flow",)))
    limit = max(words.MORE_AT_NIGHT * usual, words.LEAST_FLOW)
    verdict: Verdict = "attention" if last > limit else "good"
    says = Text(zh=f"昨夜 {last:.2f},平时 {usual:.2f} m³/h", en=f"Last night {last:.2f}, usually {usual:.2f} m³/h")
    return _figure(machine, words.NIGHT_FLOW, _Said(last, verdict, says, known, evidence, ("flow",), limit))


def _down(machine: Seen) -> tuple[Run, tuple[Evidence, ...]] | None:
    down = machine.total.down
    if down is None:
        return None
    evidence = [
        _number("已知时间", "Known", down.known / HOUR_NS, "h"),
        _number("停用时间", "Out of service", down.held / HOUR_NS, "h"),
        _number("停用次数", "Times", float(down.begins), "1", 0),
    ]
    if machine.total.inspection is not None:
        held = machine.total.inspection.held / HOUR_NS
        evidence.append(_number("检修时间", "In inspection", held, "h"))
    return down, tuple(evidence)


def _availability(machine: Seen) -> Figure | None:
    if (found := _down(machine)) is None:
        return None
    down, evidence = found
    known = _share(down.known, machine.total)
    if not down.known:
        return _figure(machine, words.AVAILABILITY, _Said(None, "unknown", _UNKNOWN, known, evidence, ("down",)))
    value = 100 * (1 - down.held / down.known)
    low = value < (words.AVAILABILITY.limit or 0.0)
    minutes = down.held / 60 / NS
    says = Text(zh=f"停用 {minutes:.0f} 分钟", en=f"Out of service for {minutes:.0f} min")
    verdict: Verdict = "attention" if low else "good"
    return _figure(machine, words.AVAILABILITY, _Said(value, verdict, says, known, evidence, ("down",)))


def _down_figure(kind: Kind, value_of: Callable[[Run], float | None]) -> Callable[[Seen], Figure | None]:
    def make(machine: Seen) -> Figure | None:
        if (found := _down(machine)) is None:
            return None
        down, evidence = found
        value = value_of(down) if down.known else None
        says = Text(zh=f"{down.begins} 次停用", en=f"Out of service {down.begins} times")
        verdict: Verdict = "told" if down.known else "unknown"
        known = _share(down.known, machine.total)
        return _figure(machine, kind, _Said(value, verdict, says, known, evidence, ("down",)))

    return make


def _mean(total: float, count: int) -> float | None:
    return total / HOUR_NS / count if count else None


def _trips(machine: Seen) -> Figure | None:
    rise = machine.total.counters.get("trips")
    if rise is None:
        return None
    verdict: Verdict = "told" if rise.amount is not None else "unknown"
    known = 1 - _share(rise.silent, machine.total)
    says = Text(zh=f"{machine.total.days} 天内", en=f"In {machine.total.days} days")
    return _figure(machine, words.TRIPS, _Said(rise.amount, verdict, says, known, (), ("trips",)))


def _reversals(machine: Seen) -> Figure | None:
    back, cycles = (machine.total.counters.get(role) for role in ("door_reversals", "door_cycles"))
    if back is None or cycles is None:
        return None
    evidence = (
        _number("反复开门", "Reversals", back.amount, "1", 0), _number("开关门", "Door cycles", cycles.amount, "1", 0),
    )  # fmt: skip
    known = 1 - _share(max(back.silent, cycles.silent), machine.total)
    roles = ("door_reversals", "door_cycles")
    if back.amount is None or not cycles.amount:
        return _figure(machine, words.REVERSALS, _Said(None, "unknown", _UNKNOWN, known, evidence, roles))
    value = 1000 * back.amount / cycles.amount
    high = value > (words.REVERSALS.limit or 0.0)
    says = Text(zh=f"每千次 {value:.1f} 次", en=f"{value:.1f} in 1,000") if high else _FINE
    verdict: Verdict = "attention" if high else "good"
    return _figure(machine, words.REVERSALS, _Said(value, verdict, says, known, evidence, roles))


_FIGURES: Final[tuple[Callable[[Seen], Figure | None], ...]] = (
    _specific_energy,
    _efficiency,
    _starts,
    _balance,
    _run_hours,
    _night_flow,
    _availability,
    _down_figure(words.OUT_OF_SERVICE, lambda down: down.held / 60 / NS),
    _down_figure(words.MTBF, lambda down: _mean(down.known - down.held, down.begins)),
    _down_figure(words.MTTR, lambda down: _mean(down.held, down.begins)),
    _trips,
    _reversals,
)
