"""GET /patrols: rounds with the verdict on each checkpoint."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import Problem, problems
from cloud.patrols.rounds import rounds
from cloud.patrols.schemas import Round
from cloud.patrols.store import Filter, routes, verdicts
from cloud.permissions import Permission
from cloud.wire import Asked, Moment, Page, one_site
from facility.clock import NS

router = APIRouter(prefix="/api/v1", tags=["patrols"])
Reader = Annotated[Caller, Depends(Allow(Permission.PATROL_READ))]
DAY: Final = 86_400 * NS
LONGEST: Final = 31 * DAY


class PatrolQuery(Asked):
    """Rounds that start in [from, to); without them the last 24 hours."""

    site: str | None = None
    route: str | None = None
    start: Moment | None = Field(default=None, alias="from")
    end: Moment | None = Field(default=None, alias="to")


@router.get("/patrols", responses=problems(Problem))
async def list_patrols(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[PatrolQuery, Query()]
) -> Page[Round]:
    """The newest start first; whole, at most 31 days."""
    end = query.end if query.end is not None else clock.now() + 1
    start = query.start if query.start is not None else end - DAY
    if not 0 <= end - start <= LONGEST:
        raise Problem("最长查询 31 天,开始须早于结束 · ask for 31 days at most, `from` before `to`")
    wanted = Filter(one_site(caller.sites(Permission.PATROL_READ), query.site), start, end, query.route)

    def work(connection: Connection) -> tuple[Round, ...]:
        rows = verdicts(connection, wanted)
        return tuple(rounds(rows, wanted, lambda s, g, revision: routes(connection, s, g, revision)))

    return Page(items=await store.read(work))
