"""GET /service-reports/{site}: a month against a profile, every number with the orders that it counts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.dependencies import Store, TheClock
from cloud.errors import Forbidden, NotFound, problems
from cloud.service_levels.clocks import Verdict
from cloud.service_levels.profile import Target
from cloud.service_reports import downloads
from cloud.service_reports.asking import Reader, ReportQuery, refuse_strangers, wanted
from cloud.service_reports.report import Line, report
from cloud.wire import Moment
from facility.clock import NS
from facility.words import Frozen, Id, Text
from facility.work_order import ClockName

router = APIRouter(prefix="/api/v1", tags=["service reports"])


class ReportCase(Frozen):
    """One order: `GET /work-orders/{id}` has its steps and evidence."""

    id: str
    number: int
    round: int
    title: Text
    started_at: Moment
    """When the promise's clock began."""
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
    refuse_strangers(caller, site)

    def work(connection: Connection) -> ServiceReport:
        asked = wanted(connection, site, query)
        counted = report(connection, site, asked.span, asked.level, asked.profile, clock.now())
        told = {"site": site, "month": query.month, "from": asked.span[0], "to": asked.span[1]}
        told |= {"profile": asked.profile.id, "name": asked.profile.name, "lines": tuple(map(_line, counted))}
        return ServiceReport.model_validate(told)

    return await store.read(work)


def _line(line: Line) -> ReportLine:
    promise = line.promise
    return ReportLine(
        promise=promise.id,
        name=promise.name,
        clock=promise.clock,
        target=promise.target,
        share=promise.share,
        source=promise.source,
        kept=line.kept,
        judged=line.judged,
        value=line.value,
        met=line.met,
        cases=tuple(
            ReportCase(
                id=case.order,
                number=case.number,
                round=case.round,
                title=case.title,
                started_at=case.started_at,
                verdict=case.verdict,
                elapsed=case.elapsed / NS,
                allowed=None if case.allowed is None else case.allowed / NS,
            )
            for case in line.cases
        ),
    )


router.include_router(downloads.router)
