"""A whole rota at once, and what is wrong with one: shifts that are too long, a control room with too few certified."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, delete, insert

from cloud.duty.certificates import certificates, zone_of
from cloud.duty.patterns import Line, Pattern, longest_stretch, spread, thin
from cloud.duty.store import LONGEST, add_duty, duties, posts
from cloud.duty.tables import DUTY
from cloud.duty.trades import CONTROL_ROOM
from cloud.errors import Conflict, Unprocessable
from cloud.ids import new_id
from cloud.service_levels.calendar import Span
from cloud.users.store import user_by_name
from facility.clock import NS

CERTIFIED: Final = 2
"""So many valid certificates a shift in the fire control room (GB 25201 5.2)."""
ROOM: Final = "control_room"


@dataclass(frozen=True, slots=True)
class Plan:
    """Which crews stand at a post, by which pattern, from when."""

    site: str
    post: str
    pattern: Pattern
    crews: Sequence[Sequence[str]]
    first: date
    days: int
    turn: int
    replace: bool


def lay_out(connection: Connection, plan: Plan, *, now: int) -> int:
    """Put all of it on the rota, or nothing; how many lines. Unprocessable and Conflict say what is wrong."""
    _people_known(connection, plan)
    zone = zone_of(connection, plan.site)
    lines = list(spread(plan.pattern, plan.crews, plan.first, plan.days, plan.turn, zone))
    start, end = min(line.start for line in lines), max(line.end for line in lines)
    if plan.replace:
        _clear(connection, plan, max(start, now), end)
        lines = _still_open(connection, plan, lines, now)
    _no_clash(connection, plan, lines, start, end)
    _not_too_long(connection, plan, lines, start, end)
    if plan.post == ROOM:
        _certified(connection, plan, lines)
    rows = [
        {"id": new_id(now), "site": plan.site, "post": plan.post, "person": line.person, "starts_at": line.start,
         "ends_at": line.end}
        for line in lines
    ]  # fmt: skip
    connection.execute(insert(DUTY), rows)
    return len(rows)


def add_line(connection: Connection, site: str, post: str, line: Line, *, now: int) -> str:
    """One person for one time; the id. Unprocessable and Conflict say why it can't be."""
    id = add_duty(connection, site, post, line.person, line.start, line.end, now=now)
    longest = LONGEST.get(post, LONGEST[""])
    around = _there(connection, site, post, line.start - longest, line.end + longest)
    _stretch(post, line.person, [(r["starts_at"], r["ends_at"]) for r in around if r["person"] == line.person])
    if post == ROOM:
        _may_watch(connection, site, line)
    return id


def _people_known(connection: Connection, plan: Plan) -> None:
    if plan.post not in posts(connection, plan.site):
        raise Unprocessable(f"没有岗位 {plan.post!r} · there is no post {plan.post!r} at {plan.site}")
    if len(plan.crews) < len(plan.pattern.shifts):
        need = len(plan.pattern.shifts)
        raise Unprocessable(f"至少需要 {need} 个班组 · {plan.pattern.id} needs at least {need} crews")
    for person in {person for crew in plan.crews for person in crew}:
        if user_by_name(connection, person) is None:
            raise Unprocessable(f"没有用户 {person!r} · there is no user {person!r}: add it first")


def _clear(connection: Connection, plan: Plan, start: int, end: int) -> None:
    """What stood there before; what has begun stays, it is history."""
    d = DUTY.c
    mine = (d.site == plan.site) & (d.post == plan.post) & (d.starts_at >= start) & (d.starts_at < end)
    connection.execute(delete(DUTY).where(mine))


def _still_open(connection: Connection, plan: Plan, lines: Sequence[Line], now: int) -> list[Line]:
    """Those to be put: of the past only what has no history yet. Unprocessable where nothing is left."""
    began = _there(connection, plan.site, plan.post, min(line.start for line in lines), now)
    left = [
        line
        for line in lines
        if line.start >= now or not any(r["starts_at"] < line.end and line.start < r["ends_at"] for r in began)
    ]
    if not left:
        raise Unprocessable(
            "这些班次都已开始,不能再改排 · all of these shifts have begun, and stay as they were: begin later"
        )
    return left


def _no_clash(connection: Connection, plan: Plan, lines: Sequence[Line], start: int, end: int) -> None:
    taken = [(r["person"], r["starts_at"], r["ends_at"]) for r in _there(connection, plan.site, plan.post, start, end)]
    mine = sorted((line.person, line.start, line.end) for line in lines)
    for before, after in pairwise(mine):
        if before[0] == after[0] and after[1] < before[2]:
            taken.append(before)
    for person, begin, stop in taken:
        if any(line.person == person and line.start < stop and begin < line.end for line in lines):
            told = _local(connection, plan.site, begin)
            raise Conflict(f"{person} {told} 已排班 · {person} stands there already at {told}: `replace` takes it off")


def _not_too_long(connection: Connection, plan: Plan, lines: Sequence[Line], start: int, end: int) -> None:
    longest = LONGEST.get(plan.post, LONGEST[""])
    by_person: dict[str, list[Span]] = defaultdict(list)
    for row in _there(connection, plan.site, plan.post, start - longest, end + longest):
        by_person[row["person"]].append((row["starts_at"], row["ends_at"]))
    for line in lines:
        by_person[line.person].append((line.start, line.end))
    for person in sorted({line.person for line in lines}):
        _stretch(plan.post, person, by_person[person])


def _stretch(post: str, person: str, lines: Sequence[Span]) -> None:
    longest = LONGEST.get(post, LONGEST[""])
    if longest_stretch(lines) > longest:
        hours = longest // (3600 * NS)
        raise Unprocessable(
            f"{person} 连续值班超过 {hours} 小时 · {person} would stand at {post} for more than {hours} h without a "
            "pause: another person, one crew more, or fewer turns"
        )


def _there(connection: Connection, site: str, post: str, start: int, end: int) -> Sequence[RowMapping]:
    return duties(connection, frozenset({site}), post, start, end)


def _certified(connection: Connection, plan: Plan, lines: Sequence[Line]) -> None:
    until = certified_until(connection, plan.site)
    for begin, stop in sorted({(line.start, line.end) for line in lines}):
        there = {line.person for line in lines if line.start <= begin and stop <= line.end}
        valid = {person for person in there if _covers(until, person, begin, stop)}
        if len(valid) < CERTIFIED:
            told, short = _local(connection, plan.site, begin), ", ".join(sorted(there - valid)) or "nobody else"
            raise Unprocessable(
                f"{told} 班次有效消防设施操作员证不足 {CERTIFIED} 人 · the shift of {told} has {len(valid)} valid "
                f"certificates, {CERTIFIED} are needed: {short}"
            )


def certified_until(connection: Connection, site: str) -> Mapping[str, Sequence[Span]]:
    """Person → the times in which they may watch the fire control room, UTC ns."""
    zone = zone_of(connection, site)
    found: dict[str, list[Span]] = defaultdict(list)
    for row in certificates(connection, frozenset({site}), None):
        if row["kind"] == CONTROL_ROOM:
            last = row["expires_on"]
            end = (1 << 62) if last is None else _midnight(zone, last.toordinal() + 1)
            found[row["person"]].append((_midnight(zone, row["issued_on"].toordinal()), end))
    return dict(found)


def _midnight(zone: ZoneInfo, day: int) -> int:
    return round(datetime.combine(date.fromordinal(day), time(0), zone).timestamp()) * NS


def _covers(until: Mapping[str, Sequence[Span]], person: str, start: int, end: int) -> bool:
    return any(a <= start and end <= b for a, b in until.get(person, ()))


def _may_watch(connection: Connection, site: str, line: Line) -> None:
    """Unprocessable for somebody without a valid certificate, unless two who have one are there all the time."""
    until = certified_until(connection, site)
    if _covers(until, line.person, line.start, line.end):
        return
    if thin(_valid_lines(connection, site, line.start, line.end, until), line.start, line.end, CERTIFIED):
        raise Unprocessable(
            f"{line.person} 无有效消防设施操作员证 · {line.person} has no fire facility operator's certificate, valid "
            f"through the shift: record it, or put {CERTIFIED} who have one there first"
        )


def _valid_lines(
    connection: Connection, site: str, start: int, end: int, until: Mapping[str, Sequence[Span]]
) -> list[Span]:
    return [
        (row["starts_at"], row["ends_at"])
        for row in duties(connection, frozenset({site}), ROOM, start, end)
        if _covers(until, row["person"], max(start, row["starts_at"]), min(end, row["ends_at"]))
    ]


def gaps(connection: Connection, site: str, start: int, end: int) -> list[tuple[int, int, int]]:
    """Where the control room has fewer than two certified people on the rota: (from, to, how many)."""
    return thin(_valid_lines(connection, site, start, end, certified_until(connection, site)), start, end, CERTIFIED)


def _local(connection: Connection, site: str, at: int) -> str:
    return datetime.fromtimestamp(at // NS, UTC).astimezone(zone_of(connection, site)).strftime("%m-%d %H:%M")
