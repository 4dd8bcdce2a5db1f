"""What the commands print: tables for people, JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from edge.checking import Checked, PlannedRequest
from edge.reading import Found
from edge.status import Status
from facility.clock import NS, iso
from facility.quality import Quality, reason_word

WIDE: Final = 10_000
"""Columns that a table may have where nobody looks at a terminal; it takes what it needs."""
_WHOLE: Final = ("point", "value", "unit", "quality", "reason")
"""Columns that a narrow terminal never folds; the others of a table make room."""
_COLOURS = {Quality.GOOD: "green", Quality.UNCERTAIN: "yellow", Quality.BAD: "red"}


def check(checked: Checked, *, as_json: bool) -> None:
    """What a site comes to, line by line, and which rules are not evaluated."""
    inventory = checked.settings.inventory
    lines: list[dict[str, Any]] = [
        {
            "line": line.name,
            "protocol": line.protocol.name,
            "equipment": len({p.equipment for p in line.points}),
            "points": len(line.points),
            "periods": sorted({p.period for p in line.points}),
        }
        for line in checked.lines
    ]
    missing = [{"equipment": u.equipment, "rule": u.rule, "why": u.why} for u in checked.unevaluated]
    if as_json:
        head = {"site": inventory.site, "gateway": inventory.gateway, "inventory": inventory.revision}
        rules = len(checked.rules.rows)
        _json({**head, "settings": checked.settings.version, "lines": lines, "rules": rules, "unevaluated": missing})
        return
    console = terminal()
    console.print(f"[bold]{inventory.name.zh}[/bold] {inventory.name.en}: gateway {inventory.gateway}")
    shown = ((*list(one.values())[:4], ", ".join(f"{p:g}" for p in one["periods"])) for one in lines)
    table(console, ["line", "protocol", "equipment", "points", "periods (s)"], shown)
    console.print(f"{len(checked.rules.rows)} alarms can be raised (lines and units among them)")
    if missing:
        by_rule: dict[tuple[str, str], list[str]] = {}
        for one in checked.unevaluated:
            by_rule.setdefault((one.rule, one.why), []).append(one.equipment)
        rows = [(rule, why, ", ".join(names)) for (rule, why), names in by_rule.items()]
        console.print("[yellow]In the data, but not evaluated yet:[/yellow]")
        table(console, ["rule", "why", "equipment"], rows)


def plan(requests: Sequence[PlannedRequest], busy: Mapping[str, float], *, as_json: bool) -> None:
    """Every planned request, and how busy each line will be."""
    rows = [
        {
            "line": r.line,
            "unit": str(r.request.unit),
            "period": r.period,
            "what": r.request.what,
            "points": r.request.points,
            "bus_ms": round(r.request.bus_seconds * 1000, 2),
            "share": round(r.share, 4),
        }
        for r in requests
    ]
    if as_json:
        _json({"requests": rows, "share": dict(busy)})
        return
    console = terminal()
    heads = ["line", "unit", "period (s)", "request", "points", "bus (ms)", "of its period"]
    table(console, heads, ([*list(row.values())[:-1], f"{r.share:.1%}"] for row, r in zip(rows, requests, strict=True)))
    for line, share in busy.items():
        colour = "red" if share > 1 else "yellow" if share > 0.7 else "green"
        console.print(f"{line}: [{colour}]{share:.1%}[/{colour}] of its time")


def readings(checked: Checked, found: Found, *, as_json: bool) -> None:
    """Raw, decoded and quality of each point."""
    rows = [
        {
            "point": r.id,
            "raw": r.raw,
            "value": r.value,
            "unit": checked.table.points[checked.table.by_id[r.id]].means.unit,
            "quality": Quality(r.quality).word,
            "reason": reason_word(r.reason) if r.reason else "",
            "at": iso(r.time),
        }
        for r in found.readings
    ]
    if as_json:
        _json({"readings": rows, "failed": found.failed})
        return
    console = terminal()
    by_equipment: dict[str, list[tuple[Any, ...]]] = {}
    for row, r in zip(rows, found.readings, strict=True):
        equipment, _, name = r.id.partition(".")
        quality = Text(str(row["quality"]), _COLOURS[Quality(r.quality)])
        cells = (name, row["value"], row["unit"], quality, row["reason"], row["raw"], row["at"])
        by_equipment.setdefault(equipment, []).append(cells)
    for equipment, some in by_equipment.items():
        console.print(Text(equipment, "bold"))
        table(console, ["point", "value", "unit", "quality", "reason", "raw", "at"], some)
    for line, why in found.failed.items():
        console.print(Text(plain(f"{line}: {why}"), "red"), soft_wrap=True)


def status(found: Status, *, as_json: bool, page: str = "") -> None:
    """How the running agent is, what must be seen to, and where its page is."""
    if as_json:
        _json(found.model_dump(mode="json"))
        return
    console = terminal()
    up = (found.now - found.started) // NS
    console.print(f"[bold]{found.gateway}[/bold] of {found.site}: pid {found.pid}, version {found.version}, {up} s up")
    qualities = ", ".join(f"{n} {word}" for word, n in found.qualities.items())
    console.print(f"{found.points} points ({qualities}), {found.samples} samples, clock {found.clock}")
    console.print("alarms: " + (", ".join(f"{n} {word}" for word, n in found.alarms.items()) or "none"))
    rows = [
        (
            line.line,
            line.protocol,
            Text(plain(f"{line.state} {line.why}"), "green" if line.state == "up" else "red"),
            line.points,
            sum(u.polls for u in line.units),
            sum(u.missed for u in line.units),
            ", ".join(line.lost_units),
        )
        for line in found.lines
    ]
    table(console, ["line", "protocol", "state", "points", "polls", "missed", "silent units"], rows)
    lanes = (
        (
            lane.lane,
            lane.records,
            f"{lane.bytes:,} of {lane.quota:,}",
            "" if lane.oldest is None else f"{(found.now - lane.oldest) // NS} s",
            Text(str(lane.dropped), "red" if lane.dropped else ""),
        )
        for lane in found.lanes
    )
    table(console, ["lane", "records waiting", "bytes", "oldest", "dropped"], lanes)
    for end, why in found.ends.items():
        console.print(_end(end, why, untried=end in found.untried))
    for trouble in found.troubles:
        console.print(Text(plain(f"{trouble.zh} / {trouble.en}"), "bold red" if trouble.serious else "yellow"))
    if page:
        console.print(Text(page), soft_wrap=True)


def _end(end: str, why: str, *, untried: bool) -> Text:
    if untried:
        return Text(f"{end}: 还没有用过 / not tried yet")
    return Text(plain(f"{end}: {why or '正常接收 / takes deliveries'}"), "red" if why else "green")


def terminal() -> Console:
    """Where tables go: as wide as they need where nobody looks at a terminal."""
    console = Console()
    return console if console.is_terminal else Console(width=WIDE)


def table(console: Console, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    """Nothing is cut: a terminal folds what is too long, a pipe or file gets the full width."""
    shown = Table()
    for column in columns:
        shown.add_column(column, overflow="fold", no_wrap=column in _WHOLE)
    for row in rows:
        shown.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
    console.print(shown)


def plain(cell: Any) -> str:
    """Text for a terminal: what a device sent can't move the cursor or colour anything."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in ("" if cell is None else str(cell)))


def _json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False, indent=2))  # noqa: T201 - the command's output
