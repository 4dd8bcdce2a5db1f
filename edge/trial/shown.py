"""What `edge rules try` prints: ISA-18.2's measures beside their yardsticks, the days, the most frequent alarms."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from edge.trial.isa182 import Measures
from edge.trial.replay import LeftOut, Tried
from facility.clock import iso


def trial(tried: dict[str, tuple[Tried, Measures]], *, as_json: bool) -> None:
    """The measures of rules as they are and, where others were tried, of those beside them."""
    if as_json:
        print(json.dumps(_data(tried), ensure_ascii=False, indent=2))  # noqa: T201 - it is the output
        return
    console = Console()
    some, _ = next(iter(tried.values()))
    console.print(f"{iso(some.start)} … {iso(some.end)}")
    console.print(_measures({name: found for name, (_, found) in tried.items()}))
    console.print(_days({name: found for name, (_, found) in tried.items()}))
    for name, (_, found) in tried.items():
        if found.top:
            console.print(_top(name, found))
    _left_out(console, some.left_out)


def _measures(tried: dict[str, Measures]) -> Table:
    table = Table("ISA-18.2", *tried, "")
    for column in table.columns[1:-1]:
        column.justify = "right"

    def row(name: str, key: str, says: str, cells: list[str]) -> None:
        marks = [
            f"[{'green' if m.met[key] else 'red'}]{c}[/]" if key in m.met else c
            for m, c in zip(tried.values(), cells, strict=True)
        ]
        table.add_row(name, *marks, says)

    each = list(tried.values())
    row("报警总数 alarms announced", "", "", [f"{m.alarms:,}" for m in each])
    row("已抑制 suppressed, with their cause", "", "", [f"{m.suppressed:,}" for m in each])
    row("每10分钟 per 10 min", "per_ten_minutes", "≤ 1", [f"{m.per_ten_minutes:.3f}" for m in each])
    row("10分钟最多 most in 10 min", "", "≤ 10", [str(m.most_in_ten_minutes) for m in each])
    row("泛滥时间 time in flood", "flood", "< 1 %", [f"{m.flood:.2%}" for m in each])
    row("抖动 chattering", "chattering", "0", [str(len(m.chattering)) for m in each])
    row("陈旧 stale (> 24 h)", "stale", "< 5", [str(len(m.stale)) for m in each])
    mix = [f"{m.low:.0%} / {m.high:.0%} / {m.critical:.0%}" for m in each]
    row("优先级 low / high / critical", "", "80 / 15 / 5 %", mix)
    row("前十占比 share of the top 10", "", "≤ 5 %", [f"{m.top_share:.0%}" for m in each])
    return table


def _days(tried: dict[str, Measures]) -> Table:
    table = Table(
        "日 day", *(f"{name}: 报警 alarms" for name in tried), *(f"{name}: 生命安全 life safety" for name in tried)
    )
    for days in zip(*(m.days for m in tried.values()), strict=True):
        table.add_row(days[0].date, *(str(d.alarms) for d in days), *(str(d.life_safety) for d in days))
    return table


def _top(name: str, found: Measures) -> Table:
    table = Table(f"{name}: 最频繁 most frequent", "次 times")
    for id_, many in found.top:
        table.add_row(f"{id_}{' [red]抖动 chatters[/]' if id_ in found.chattering else ''}", str(many))
    return table


def _left_out(console: Console, left_out: tuple[LeftOut, ...]) -> None:
    if left_out:
        console.print("[yellow]未试算 not tried:[/yellow]")
        for (rule, why), many in sorted(Counter((x.rule, x.why) for x in left_out).items()):
            console.print(f"  {rule} ×{many}: {why}")


def _data(tried: dict[str, tuple[Tried, Measures]]) -> dict[str, Any]:
    some, _ = next(iter(tried.values()))
    return {
        "from": iso(some.start),
        "to": iso(some.end),
        "tried": {name: {**asdict(found), "met": found.met} for name, (_, found) in tried.items()},
        "left_out": [asdict(x) for x in some.left_out],
    }
