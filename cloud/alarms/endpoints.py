"""GET /alarms, /alarms/{id}, POST /alarms/{id}/acknowledge and /reset."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import Field

from cloud.alarms.response import acknowledge, ask_reset
from cloud.alarms.schemas import Acknowledgement, Alarm, AlarmDetail, ResetReason, Step, alarm_fields
from cloud.alarms.store import Filter, alarm_by_id, alarms, history
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, NotFound, Problem, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page, cursor_of, one_site, read_cursor
from facility.alarm import AlarmClass, Detection, Priority

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
    priority: list[Priority] = Field(default_factory=list)
    alarm_class: list[AlarmClass] = Field(default_factory=list, alias="class")
    equipment: str | None = None
    rule: str | None = None
    system: str | None = None
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)

    def filter(self, sites: frozenset[str] | None) -> Filter:
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
            start=self.start,
            end=self.end,
        )


@router.get("/alarms", responses=problems(Problem))
async def list_alarms(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[AlarmQuery, Query()]
) -> Page[Alarm]:
    """The newest first."""
    before = read_cursor(query.cursor) if query.cursor else None
    wanted = query.filter(caller.sites(Permission.ALARM_READ))
    rows = await store.read(lambda c: alarms(c, wanted, before, query.limit))
    now = clock.now()
    items = tuple(Alarm.model_validate(alarm_fields(row, now)) for row in rows)
    full = len(items) == query.limit
    return Page(items=items, next=cursor_of(items[-1].raised_at, items[-1].id) if full else None)


@router.get("/alarms/{id}", responses=problems(NotFound))
async def get_alarm(store: Store, clock: TheClock, caller: Reader, id: str) -> AlarmDetail:
    """One alarm with every step of its life."""
    row = await store.read(lambda c: alarm_by_id(c, id))
    if row is None or not caller.may(Permission.ALARM_READ, row["site"]):
        raise NotFound(f"there is no alarm {id!r}")
    steps = [Step.model_validate(dict(step)) for step in await store.read(lambda c: history(c, id))]
    return AlarmDetail.model_validate({**alarm_fields(row, clock.now()), "history": steps})


@router.post("/alarms/{id}/acknowledge", responses=problems(Forbidden, NotFound, Conflict))
async def acknowledge_alarm(
    store: Store,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.ALARM_ACKNOWLEDGE))],
    id: str,
    body: Annotated[Acknowledgement | None, Body()] = None,
) -> Alarm:
    """接警: who has seen it, and when."""
    now = clock.now()
    comment = body.comment if body is not None else None
    row = await store.write(lambda c: acknowledge(c, id, caller, comment, now=now))
    return Alarm.model_validate(alarm_fields(row, now))


@router.post("/alarms/{id}/reset", status_code=202, responses=problems(Forbidden, NotFound, Conflict))
async def reset_alarm(
    store: Store,
    clock: TheClock,
    request: Request,
    caller: Annotated[Caller, Depends(Allow(Permission.ALARM_RESET))],
    id: str,
    body: ResetReason,
) -> Alarm:
    """复位: ask the edge to unlatch it; its answer changes the alarm."""
    now = clock.now()
    row = await store.write(lambda c: ask_reset(c, id, caller, body.reason, now=now))
    request.app.state.bell.ring(row["site"], row["gateway"])
    return Alarm.model_validate(alarm_fields(row, now))
