"""/rota/patterns and /rota/gaps: a month of shifts at once, and where the control room is short of certificates."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.duty.patterns import SHIPPED, Pattern
from cloud.duty.rota import Plan, gaps, lay_out
from cloud.duty.schemas import Gap, LaidOut, NewPattern
from cloud.errors import Conflict, Forbidden, Problem, Unprocessable, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page
from facility.clock import NS
from facility.words import Id, Text

router = APIRouter()
Reader = Annotated[Caller, Depends(Allow(Permission.DUTY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.DUTY_MANAGE))]
DAY = 24 * 3600 * NS
LONGEST_LOOK = 62 * DAY
OWN = Text(zh="自定义", en="Own")


class GapQuery(Asked):
    """Where to look; a week from now where nothing is said."""

    site: Id
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")


@router.get("/rota/patterns")
async def list_patterns(caller: Reader) -> Page[Pattern]:
    """The patterns that ship."""
    del caller
    return Page(items=tuple(SHIPPED.values()))


@router.post("/rota/patterns", status_code=201, responses=problems(Forbidden, Conflict, Unprocessable))
async def put_pattern(store: Store, clock: TheClock, caller: Manager, body: NewPattern) -> LaidOut:
    """Put crews on the rota for up to two months, all of it or nothing.

    Refused: somebody who would stand there too long without a pause, and a control room with fewer than two valid
    certificates in any shift.
    """
    expect_may(caller, Permission.DUTY_MANAGE, body.site)
    now, plan = clock.now(), _plan(body)

    def work(connection: Connection) -> LaidOut:
        lines = lay_out(connection, plan, now=now)
        said = f"{plan.pattern.id} {plan.first} +{plan.days}: {lines}"
        record(connection, caller, Entry("rota.pattern", body.post, body.site, detail=said), at=now)
        return LaidOut(lines=lines)

    return await store.write(work)


def _plan(body: NewPattern) -> Plan:
    if body.pattern is not None and body.pattern not in SHIPPED:
        raise Unprocessable(f"没有班制 {body.pattern!r} · there is no pattern {body.pattern!r}: {', '.join(SHIPPED)}")
    pattern = Pattern(id="own", name=OWN, shifts=body.shifts) if body.pattern is None else SHIPPED[body.pattern]
    return Plan(body.site, body.post, pattern, body.crews, body.first, body.days, body.turn, body.replace)


@router.get("/rota/gaps", responses=problems(Forbidden, Problem))
async def list_gaps(store: Store, clock: TheClock, caller: Reader, query: Annotated[GapQuery, Query()]) -> Page[Gap]:
    """Where the rota of the fire control room has fewer than two people with a valid certificate."""
    expect_may(caller, Permission.DUTY_READ, query.site)
    start = query.start if query.start is not None else clock.now()
    end = query.end if query.end is not None else start + 7 * DAY
    if not 0 < end - start <= LONGEST_LOOK:
        raise Problem("最长查询 62 天,开始须早于结束 · ask for 62 days at most, `from` before `to`")
    found = await store.read(lambda c: gaps(c, query.site, start, end))
    return Page(items=tuple(Gap.model_validate({"from": a, "to": b, "certified": n}) for a, b, n in found))
