"""GET /alarms/statistics: the load of a site or post, whole and by shift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import ColumnElement, Connection, or_, select

from cloud.alarms.load import Key, Load, Raised, Told, load_of
from cloud.alarms.tables import ALARM, ALARM_STEP
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.duty.store import duties
from cloud.errors import NotFound, Problem, Unprocessable, problems
from cloud.permissions import Permission
from cloud.sites.store import site_by_id
from cloud.wire import Asked, Moment
from facility.alarm import Post
from facility.clock import NS
from facility.words import Frozen

router = APIRouter()
DAY: Final = 24 * 3600 * NS
LONGEST: Final = 31 * DAY
SHIFT: Final = timedelta(hours=8)
"""Where no rota says otherwise, a shift begins at midnight, at 8 and at 16."""


class StatisticsQuery(Asked):
    """Of which site and post, from when to when; the last 24 hours where nothing is said."""

    site: str
    post: Post | None = None
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")


class PointCount(Frozen):
    """How often one alarm."""

    equipment: str
    instance: str
    rule: str
    count: int


class AlarmLoad(Frozen):
    """ISA-18.2: about 1 raise in 10 min is acceptable, 2 the most; over 10 in 10 min is a flood."""

    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    people: tuple[str, ...]
    """Who stood at the post then."""
    raises: int
    per_ten_minutes: float
    most_in_ten_minutes: int
    flood_share: float
    stale: int
    """Active for over 24 h at the end."""
    shelved: int
    """Off the list at the end."""
    shelvings: int
    """How often an alarm was taken off the list within."""
    chattering: tuple[PointCount, ...]
    """Raised three times within a minute; `count` is how often in all."""
    top: tuple[PointCount, ...]
    top_share: float
    priorities: dict[int, int]
    acknowledged: int
    """Of the alarms raised within: acknowledged before the end; the times count also what was acknowledged later."""
    unacknowledged: int
    acknowledge_median: float | None
    """Seconds from the raise."""
    acknowledge_p95: float | None
    acknowledge_longest: float | None
    false_alarms: tuple[PointCount, ...]


class Statistics(Frozen):
    """The whole time, and each shift within it."""

    whole: AlarmLoad
    shifts: tuple[AlarmLoad, ...]


@router.get("/alarms/statistics", responses=problems(Problem, NotFound, Unprocessable))
async def get_statistics(
    store: Store,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.ALARM_READ))],
    query: Annotated[StatisticsQuery, Query()],
) -> Statistics:
    """How much a post is loaded, and how it answers."""
    if not caller.may(Permission.ALARM_READ, query.site):
        raise NotFound(f"没有站点 {query.site!r} · there is no site {query.site!r}")
    end = query.end if query.end is not None else clock.now()
    start = query.start if query.start is not None else end - DAY
    if not 0 < end - start <= LONGEST:
        raise Unprocessable("开始须早于结束,最长 31 天 · from comes before to, by at most 31 days")
    return await store.read(lambda c: statistics(c, query.site, query.post, start, end))


def statistics(connection: Connection, site: str, post: Post | None, start: int, end: int) -> Statistics:
    """Out of the store."""
    raises = list(_raises(connection, site, post, start, end))
    alarms = _alarms(connection, site, post, start, end)
    whole = load_of(raises, alarms, start, end)
    shifts = [
        _shown(load_of(raises, alarms, first, last), people)
        for first, last, people in _shifts(connection, site, post, start, end)
    ]
    return Statistics(whole=_shown(whole, ()), shifts=tuple(shifts))


def _raises(connection: Connection, site: str, post: Post | None, start: int, end: int) -> Iterator[Raised]:
    a, s = ALARM.c, ALARM_STEP.c
    query = (
        select(s.at, a.equipment, a.instance, a.rule, a.priority)
        .join(ALARM, s.alarm == a.id)
        .where(a.site == site, a.last_raised_at >= start, a.raised_at < end, ~a.drill, ~a.test)
        .where(s.kind.in_(("raised", "raised_again")), s.at >= start, s.at < end)
    )
    for row in connection.execute(query if post is None else query.where(_of(post))):
        yield Raised(row.at, (row.equipment, row.instance, row.rule), row.priority)


def _of(post: Post) -> ColumnElement[bool]:
    return ALARM.c.owners.contains(f'"{post.value}"', autoescape=True)


def _alarms(connection: Connection, site: str, post: Post | None, start: int, end: int) -> Sequence[Told]:
    a = ALARM.c
    touched = or_(a.live, (a.last_raised_at >= start), (a.confirmed_at >= start), (a.cleared_at >= start))
    query = select(ALARM).where(a.site == site, a.raised_at < end, touched, ~a.drill, ~a.test, ~a.replayed)
    shelves = _shelves(connection, site, end)
    return [
        Told(
            key=(row.equipment, row.instance, row.rule),
            raised_at=row.raised_at,
            last_raised_at=row.last_raised_at,
            cleared_at=None if row.live else row.cleared_at,
            acknowledged_at=row.acknowledged_at,
            shelves=shelves.get(row.id, ()),
            false_at=row.confirmed_at if row.confirmed_outcome == "false" else None,
        )
        for row in connection.execute(query if post is None else query.where(_of(post)))
    ]


def _shelves(connection: Connection, site: str, end: int) -> Mapping[str, tuple[tuple[int, int | None], ...]]:
    """Of each alarm: when it was taken off the list and when it came back."""
    a, s = ALARM.c, ALARM_STEP.c
    query = (
        select(s.alarm, s.kind, s.at)
        .join(ALARM, s.alarm == a.id)
        .where(a.site == site, a.raised_at < end, s.kind.in_(("shelved", "unshelved")))
        .order_by(s.id)
    )
    found: dict[str, list[tuple[int, int | None]]] = {}
    for alarm, kind, at in connection.execute(query):
        spans = found.setdefault(alarm, [])
        if spans and spans[-1][1] is None:
            spans[-1] = (spans[-1][0], at)
        if kind == "shelved":
            spans.append((at, None))
    return {alarm: tuple(spans) for alarm, spans in found.items()}


def _shifts(
    connection: Connection, site: str, post: Post | None, start: int, end: int
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """(from, to, people), cut to [start, end): by the rota of the post, else every eight hours."""
    rota: dict[tuple[int, int], list[str]] = {}
    for duty in duties(connection, frozenset({site}), post.value if post else None, start, end) if post else ():
        rota.setdefault((max(start, duty["starts_at"]), min(end, duty["ends_at"])), []).append(duty["person"])
    if rota:
        yield from ((first, last, tuple(sorted(people))) for (first, last), people in sorted(rota.items()))
        return
    row = site_by_id(connection, site)
    zone = ZoneInfo(row["timezone"] if row is not None else "Asia/Shanghai")
    at = datetime.fromtimestamp(start // NS, zone).replace(minute=0, second=0)
    at = at.replace(hour=at.hour // 8 * 8)
    while (first := round(at.timestamp()) * NS) < end:
        at += SHIFT
        yield max(start, first), min(end, round(at.timestamp()) * NS), ()


def _shown(load: Load, people: tuple[str, ...]) -> AlarmLoad:
    return AlarmLoad.model_validate(
        {
            "from": load.start,
            "to": load.end,
            "people": people,
            "raises": load.raises,
            "per_ten_minutes": load.per_ten_minutes,
            "most_in_ten_minutes": load.most_in_ten_minutes,
            "flood_share": load.flood_share,
            "stale": load.stale,
            "shelved": load.shelved,
            "shelvings": load.shelvings,
            "chattering": _counted(load.chattering),
            "top": _counted(load.top),
            "top_share": load.top_share,
            "priorities": dict(load.priorities),
            "acknowledged": load.acknowledged,
            "unacknowledged": load.unacknowledged,
            "acknowledge_median": load.acknowledge_median,
            "acknowledge_p95": load.acknowledge_p95,
            "acknowledge_longest": load.acknowledge_longest,
            "false_alarms": _counted(load.false_alarms),
        }
    )


def _counted(counts: Sequence[tuple[Key, int]]) -> tuple[PointCount, ...]:
    return tuple(
        PointCount(equipment=equipment, instance=instance, rule=rule, count=count)
        for (equipment, instance, rule), count in counts
    )
