"""The status as a page for a person on the machine: Chinese or English, no script, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final
from urllib.parse import urlencode

from facility.clock import NS
from facility.gateway_status import LaneStatus, LineStatus, Status

WORDS: Final[dict[str, tuple[str, str]]] = {
    "title": ("边缘网关状态", "Edge gateway status"),
    "well": ("一切正常", "All is well"),
    "troubles": ("需要处理", "To be seen to"),
    "lines": ("线路", "Lines"),
    "line": ("线路", "Line"),
    "protocol": ("协议", "Protocol"),
    "state": ("状态", "State"),
    "why": ("原因", "Reason"),
    "points": ("测点", "Points"),
    "units": ("站号：请求 / 无应答", "Units: requests / unanswered"),
    "lanes": ("待发通道", "Lanes"),
    "lane": ("通道", "Lane"),
    "records": ("待发记录", "Records waiting"),
    "bytes": ("字节 / 上限", "Bytes / quota"),
    "age": ("最旧记录", "Oldest"),
    "dropped": ("已丢弃（缺口已记录）", "Dropped (gaps recorded)"),
    "ends": ("上级", "Ends"),
    "takes": ("正常接收", "takes deliveries"),
    "untried": ("还没有用过", "not tried yet"),
    "up": ("正常", "up"),
    "lost": ("中断", "lost"),
    "unknown": ("未知", "unknown"),
    "life": ("生命安全", "life"),
    "event": ("事件", "event"),
    "telemetry": ("遥测", "telemetry"),
    "dead": ("被拒收", "dead letters"),
    "alarms": ("活动报警", "Live alarms"),
    "samples": ("样本", "samples"),
    "started": ("已运行", "up for"),
    "other": ("English", "中文"),
}

LINE_HEADS: Final = ("line", "protocol", "state", "why", "points", "units")
LANE_HEADS: Final = ("lane", "records", "bytes", "age", "dropped")

STYLE: Final = """\
:root { color-scheme: light dark; font: 16px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif }
body { margin: 1.5rem auto; max-width: 70rem; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8886; vertical-align: top }
td.number { text-align: right; font-variant-numeric: tabular-nums }
.bad { color: #b3261e; font-weight: 600 } .good { color: #1b6e3c }
@media (prefers-color-scheme: dark) { .bad { color: #ffb4ab } .good { color: #7ddc9c } }
nav { float: right }
"""


def page(status: Status, token: str, *, english: bool) -> str:
    """The whole document; it asks for itself again every five seconds."""
    say = {key: words[english] for key, words in WORDS.items()}
    other = escape("/?" + urlencode({"token": token, "lang": "zh" if english else "en"}))
    title = escape(f"{status.gateway} · {say['title']}")
    up = _age(status.now - status.started)
    lines = _table([say[k] for k in LINE_HEADS], (_line(x, say) for x in status.lines))
    lanes = _table([say[k] for k in LANE_HEADS], (_lane(x, status, say) for x in status.lanes))
    ends = _table([], ([_cell(end), _end(end, why, status, say)] for end, why in status.ends.items()))
    alarms = ", ".join(f"{n} {word}" for word, n in status.alarms.items()) or "0"
    return f"""<!doctype html>
<html lang="{"en" if english else "zh-CN"}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="5">
<link rel="stylesheet" href="/status.css"></head><body>
<nav><a href="{other}">{say["other"]}</a></nav><h1>{title}</h1>
<p>{escape(status.site)} · {escape(status.version)} · {say["started"]} {up} ·
{status.points} {say["points"]} · {status.samples} {say["samples"]} · {say["alarms"]}: {escape(alarms)}</p>
{_troubles(status, say, english=english)}
<h2>{say["lines"]}</h2>{lines}
<h2>{say["lanes"]}</h2>{lanes}
<h2>{say["ends"]}</h2>{ends}
</body></html>
"""


def _troubles(status: Status, say: dict[str, str], *, english: bool) -> str:
    if not status.troubles:
        return f'<p class="good">{say["well"]}</p>'
    items = "".join(
        f"<li{' class=bad' if t.serious else ''}>{escape(t.en if english else t.zh)}</li>" for t in status.troubles
    )
    return f"<h2>{say['troubles']}</h2><ul>{items}</ul>"


def _line(line: LineStatus, say: dict[str, str]) -> list[str]:
    units = "; ".join(f"{u.unit}: {u.polls} / {u.missed}" for u in line.units)
    state = _mark(say.get(line.state, line.state), bad=line.state == "lost")
    return [_cell(line.line), _cell(line.protocol), state, _cell(line.why), _number(line.points), _cell(units)]


def _lane(lane: LaneStatus, status: Status, say: dict[str, str]) -> list[str]:
    age = "" if lane.oldest is None else _age(status.now - lane.oldest)
    cells = [_cell(say.get(lane.lane, lane.lane)), _number(lane.records), _cell(f"{lane.bytes:,} / {lane.quota:,}")]
    return [*cells, _cell(age), _mark(str(lane.dropped), bad=True) if lane.dropped else _number(0)]


def _end(end: str, why: str, status: Status, say: dict[str, str]) -> str:
    return _cell(say["untried"]) if end in status.untried else _mark(why or say["takes"], bad=bool(why))


def _table(heads: list[str], rows: Iterable[list[str]]) -> str:
    head = "".join(f"<th>{escape(h)}</th>" for h in heads)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    return f"<td>{escape(text)}</td>"


def _number(number: int) -> str:
    return f'<td class="number">{number:,}</td>'


def _mark(text: str, *, bad: bool) -> str:
    return f'<td class="{"bad" if bad else "good"}">{escape(text)}</td>'


def _age(ns: int) -> str:
    seconds = max(ns, 0) // NS
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days} d {clock}" if days else clock
