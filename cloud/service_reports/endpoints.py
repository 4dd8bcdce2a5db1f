"""GET /service-reports/{site}: a month against a profile, every number with the orders that it counts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.errors import Forbidden, NotFound, problems
from cloud.permissions import Permission
from cloud.service_levels.clocks import Verdict
from cloud.service_levels.profile import Target
from cloud.service_levels.store import profiles, service_level
from cloud.service_reports.report import Line, month_of, report
from cloud.wire import Asked, Moment
from facility.clock import NS
from facility.words import Frozen, Id, Text
from facility.work_order import ClockName

router = APIRouter(prefix="/api/v1", tags=["service reports"])
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ))]


class ReportQuery(Asked):
    """Which month, and against which profile; the site's own where nothing is said."""

    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")
    profile: Id | None = None


class ReportCase(Frozen):
    """One order: `GET /work-orders/{id}` has its steps and evidence."""

    id: str
    number: int
    round: int
    verdict: Verdict
    elapsed: float
    """Seconds that the promise counts."""
    allowed: float | None


class ReportLine(Frozen):
    """One promise: its target, its value, and every case."""

    promise: str
    name: Text
    clock: ClockName
    target: Target
    share: float
    source: str
    kept: int
    judged: int
    value: float | None
    met: bool | None
    """null: no case is settled."""
    cases: tuple[ReportCase, ...]


class ServiceReport(Frozen):
    """A month of a site."""

    site: str
    month: str
    start: Moment = Field(alias="from")
    end: Moment = Field(alias="to")
    profile: str
    name: Text
    lines: tuple[ReportLine, ...]


@router.get("/service-reports/{site}", responses=problems(Forbidden, NotFound))
async def get_service_report(
    store: Store, clock: TheClock, caller: Reader, site: Id, query: Annotated[ReportQuery, Query()]
) -> ServiceReport:
    """Counted from the steps of the orders, now."""
    if not caller.may(Permission.ORDER_READ, site):
        raise Forbidden(f"{caller.name} may not {Permission.ORDER_READ} at {site}")
    year, month = map(int, query.month.split("-"))

    def work(connection: Connection) -> ServiceReport:
        level, known = service_level(connection, site), profiles(connection, site)
        profile = known.get(query.profile or level.profile.id)
        if profile is None:
            raise NotFound(f"there is no profile {query.profile!r}; there are {', '.join(known)}")
        span = month_of(level, year, month)
        lines = tuple(map(_line, report(connection, site, span, level, profile, clock.now())))
        told = {"site": site, "month": query.month, "from": span[0], "to": span[1], "lines": lines}
        return ServiceReport.model_validate(told | {"profile": profile.id, "name": profile.name})

    return await store.read(work)


def _line(line: Line) -> ReportLine:
    promise, value = line.promise, line.value
    return ReportLine(
        promise=promise.id,
        name=promise.name,
        clock=promise.clock,
        target=promise.target,
        share=promise.share,
        source=promise.source,
        kept=line.kept,
        judged=line.judged,
        value=value,
        met=None if value is None else value >= promise.share,
        cases=tuple(
            ReportCase(
                id=case.order,
                number=case.number,
                round=case.round,
                verdict=case.verdict,
                elapsed=case.elapsed / NS,
                allowed=None if case.allowed is None else case.allowed / NS,
            )
            for case in line.cases
        ),
    )
