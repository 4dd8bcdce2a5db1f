"""GET /maintenance."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store
from cloud.errors import Forbidden, Problem, problems
from cloud.historian.base import Historian
from cloud.maintenance.run_hours import run_hour_plans, run_hours
from cloud.maintenance.schemas import Calendar
from cloud.maintenance.tasks import DAY, tasks
from cloud.permissions import Permission
from cloud.wire import Asked
from facility.clock import from_iso
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["plans"])
LONGEST = 800 * DAY


class CalendarQuery(Asked):
    """Which site, which span."""

    site: Id
    start: str = Field(alias="from", description="RFC 3339")
    end: str = Field(alias="to", description="RFC 3339; at most 800 days later")


@router.get("/maintenance", responses=problems(Problem, Forbidden))
async def get_maintenance(
    request: Request,
    store: Store,
    caller: Annotated[Caller, Depends(Allow(Permission.ORDER_READ))],
    query: Annotated[CalendarQuery, Query()],
) -> Calendar:
    """Plans and inspections that were, are and will be due in a span, and what is due by run hours."""
    expect_may(caller, Permission.ORDER_READ, query.site)
    state = request.app.state
    now, span = state.clock.now(), (_moment(query.start), _moment(query.end))
    if not span[0] < span[1] <= span[0] + LONGEST:
        raise Problem("开始须早于结束,最长 800 天 · from must lie before to, and at most 800 days before it")
    found, dues = await store.read(lambda c: (tasks(c, query.site, span, now), run_hour_plans(c, query.site)))
    hours = await run_hours(cast("Historian | None", state.historian), dues, now)
    told = {"site": query.site, "from": span[0], "to": span[1], "tasks": found, "run_hours": hours}
    return Calendar.model_validate(told)


def _moment(text: str) -> int:
    try:
        return from_iso(text.replace(" ", "+"))
    except ValueError:
        raise Problem(
            f"{text!r} 不是时间,应写作 2026-11-01T00:00:00+08:00 · {text!r} is no time: write 2026-11-01T00:00:00+08:00"
        ) from None
