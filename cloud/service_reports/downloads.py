"""The month's report as a file: what is counted, written out, and made into bytes off the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from cloud.dependencies import Store, TheClock, TheSettings
from cloud.errors import Forbidden, NotFound, problems
from cloud.service_reports import pdf, workbook
from cloud.service_reports.asking import Reader, ReportQuery, refuse_strangers, wanted
from cloud.service_reports.document import Document, Head, document
from cloud.service_reports.report import report
from cloud.service_reports.words import Language
from cloud.sites.store import places, site_by_id
from cloud.spreadsheet import MEDIA_TYPE, attachment
from facility.words import Id, Text

router = APIRouter()


class FileQuery(ReportQuery):
    """In which language, too."""

    language: Language = "zh"


def _file(media_type: str) -> dict[int | str, dict[str, object]]:
    told = {"description": "The file", "content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}
    return {200: told, **problems(Forbidden, NotFound)}


@router.get("/service-reports/{site}/xlsx", responses=_file(MEDIA_TYPE), response_class=Response)
async def get_service_report_xlsx(
    store: Store, clock: TheClock, settings: TheSettings, caller: Reader, site: Id, query: Annotated[FileQuery, Query()]
) -> Response:
    """The month as a workbook: each number leads to its cases, each case to its order."""
    found = await _document(store, caller, site, query, settings.pages_url, clock.now())
    return await _answer(workbook.workbook, found, _name(site, found, query, "xlsx"), MEDIA_TYPE)


@router.get("/service-reports/{site}/pdf", responses=_file(pdf.MEDIA_TYPE), response_class=Response)
async def get_service_report_pdf(
    store: Store, clock: TheClock, settings: TheSettings, caller: Reader, site: Id, query: Annotated[FileQuery, Query()]
) -> Response:
    """The month as a PDF: each number leads to its cases, each case to its order."""
    found = await _document(store, caller, site, query, settings.pages_url, clock.now())
    return await _answer(pdf.pdf, found, _name(site, found, query, "pdf"), pdf.MEDIA_TYPE)


async def _document(store: Store, caller: Reader, site: str, query: FileQuery, pages_url: str, now: int) -> Document:
    refuse_strangers(caller, site)

    def work(connection: Connection) -> Document:
        asked = wanted(connection, site, query)
        row = site_by_id(connection, site)
        head = Head(
            site=site,
            site_name=Text(zh=row["name_zh"], en=row["name_en"]) if row is not None else Text(zh=site, en=site),
            year=asked.year,
            month=asked.month,
            profile=asked.profile,
            zone=asked.level.calendars.zone,
            places={each["id"]: Text(zh=each["zh"], en=each["en"]) for each in places(connection, site)},
            pages_url=pages_url,
        )
        lines = report(connection, site, asked.span, asked.level, asked.profile, now)
        return document(head, lines, query.language, now)

    return await store.read(work)


async def _answer(make: Callable[[Document], bytes], found: Document, name: str, media_type: str) -> Response:
    content = await asyncio.to_thread(make, found)
    return Response(content, media_type=media_type, headers=attachment(name))


def _name(site: str, found: Document, query: FileQuery, end: str) -> str:
    return f"service-report-{site}-{query.month}-{found.profile}-{query.language}.{end}"
