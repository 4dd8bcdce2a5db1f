"""GET /alarms, /alarms/{id}: the list and one alarm with its history and what hangs on it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from cloud.alarms import answering, fire, statistics
from cloud.alarms.schemas import Alarm, AlarmDetail, alarm_of, detail_of
from cloud.alarms.store import Filter, alarm_by_id, alarms, children, history
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import NotFound, Problem, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page, cursor_of, one_site, read_cursor
from facility.alarm import AlarmClass, Detection, Post, Priority

router = APIRouter(prefix="/api/v1", tags=["alarms"])
Reader = Annotated[Caller, Depends(Allow(Permission.ALARM_READ))]


class AlarmQuery(Asked):
    """Which alarms; what is left out means any."""

    site: str | None = None
    state: list[Detection] = Field(default_factory=list)
    """What the edge detects: active, latched, cleared, suppressed, out_of_service."""
    open: bool | None = None
    """Live, or not acknowledged yet: what an operator must still look at."""
    acknowledged: bool | None = None
    shelved: bool | None = None
    unclosed: bool | None = None
    """Fires that nobody has closed yet."""
    post: Post | None = None
    """Who is alarmed."""
    cause: str | None = None
    """The children of a cause, `equipment.[instance.]rule`; empty: those that no other alarm is the cause of."""
    priority: list[Priority] = Field(default_factory=list)
    alarm_class: list[AlarmClass] = Field(default_factory=list, alias="class")
    equipment: str | None = None
    rule: str | None = None
    system: str | None = None
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)

    def filter(self, sites: frozenset[str] | None, now: int) -> Filter:
        """For the store."""
        return Filter(
            sites=one_site(sites, self.site),
            detections=tuple(d.value for d in self.state),
            open=self.open,
            priorities=tuple(p.value for p in self.priority),
            classes=tuple(c.value for c in self.alarm_class),
            equipment=self.equipment,
            rule=self.rule,
            system=self.system,
            acknowledged=self.acknowledged,
            shelved=self.shelved,
            unclosed=self.unclosed,
            post=self.post.value if self.post else None,
            cause=self.cause,
            start=self.start,
            end=self.end,
            now=now,
        )


@router.get("/alarms", responses=problems(Problem))
async def list_alarms(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[AlarmQuery, Query()]
) -> Page[Alarm]:
    """The newest first."""
    now = clock.now()
    before = read_cursor(query.cursor) if query.cursor else None
    wanted = query.filter(caller.sites(Permission.ALARM_READ), now)
    rows = await store.read(lambda c: alarms(c, wanted, before, query.limit))
    items = tuple(alarm_of(row, now) for row in rows)
    full = len(items) == query.limit
    return Page(items=items, next=cursor_of(rows[-1].raised_at, rows[-1].id) if full else None)


router.include_router(statistics.router)


@router.get("/alarms/{id}", responses=problems(NotFound))
async def get_alarm(store: Store, clock: TheClock, caller: Reader, id: str) -> AlarmDetail:
    """One alarm with every step of its life."""
    row = await store.read(lambda c: alarm_by_id(c, id))
    if row is None or not caller.may(Permission.ALARM_READ, row.site):
        raise NotFound(f"没有报警 {id!r} · there is no alarm {id!r}")
    steps, below = await store.read(lambda c: (history(c, id), children(c, row)))
    return detail_of(row, steps, below, clock.now())


router.include_router(answering.router)
router.include_router(fire.router)
