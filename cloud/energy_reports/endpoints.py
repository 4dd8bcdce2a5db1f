"""/energy-reports/{site}: a month as a workbook or a PDF, in Chinese or English."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.energy_reports import pdf, workbook
from cloud.energy_reports.document import Document, document
from cloud.energy_reports.gathering import gathered
from cloud.energy_reports.words import Language
from cloud.energy_targets.schemas import Month
from cloud.errors import Forbidden, Unprocessable, problems
from cloud.permissions import Permission
from cloud.spreadsheet import MEDIA_TYPE, attachment
from cloud.wire import Asked
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["energy"])
Reader = Annotated[Caller, Depends(Allow(Permission.ENERGY_READ))]


class ReportQuery(Asked):
    """Which month, in which language."""

    month: Month
    language: Language = "zh"


def _file(media_type: str) -> dict[int | str, dict[str, object]]:
    told = {"description": "The file", "content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}
    return {200: told, **problems(Forbidden, Unprocessable)}


@router.get("/energy-reports/{site}/xlsx", responses=_file(MEDIA_TYPE), response_class=Response)
async def get_energy_report_xlsx(
    request: Request, store: Store, clock: TheClock, caller: Reader, site: Id, query: Annotated[ReportQuery, Query()]
) -> Response:
    """The month as a workbook: meters, bills, waste, savings."""
    expect_may(caller, Permission.ENERGY_READ, site)
    facts = await gathered(store, request.app.state.historian, site, query.month, clock.now())
    return await _answer(workbook.workbook, document(facts, query.language), site, query, ("xlsx", MEDIA_TYPE))


@router.get("/energy-reports/{site}/pdf", responses=_file(pdf.MEDIA_TYPE), response_class=Response)
async def get_energy_report_pdf(
    request: Request, store: Store, clock: TheClock, caller: Reader, site: Id, query: Annotated[ReportQuery, Query()]
) -> Response:
    """The month as a PDF."""
    expect_may(caller, Permission.ENERGY_READ, site)
    facts = await gathered(store, request.app.state.historian, site, query.month, clock.now())
    return await _answer(pdf.pdf, document(facts, query.language), site, query, ("pdf", pdf.MEDIA_TYPE))


async def _answer(
    make: Callable[[Document], bytes], told: Document, site: str, query: ReportQuery, kind: tuple[str, str]
) -> Response:
    content = await asyncio.to_thread(make, told)
    name = f"energy-report-{site}-{query.month}-{query.language}.{kind[0]}"
    return Response(content, media_type=kind[1], headers=attachment(name))
