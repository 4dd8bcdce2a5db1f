"""GET /qr-sheets/{site}: the codes of a site, or of some of it, as a PDF to be printed."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field
from sqlalchemy import Connection

from cloud.caller import Allow, Caller
from cloud.code_sheets.sheet import Language, Sheet, pdf
from cloud.dependencies import Store, TheSettings
from cloud.errors import Forbidden, NotFound, problems
from cloud.permissions import Permission
from cloud.qr_codes.endpoints import manages
from cloud.qr_codes.naming import named_codes
from cloud.sites.store import site_by_id
from cloud.spreadsheet import attachment
from cloud.wire import Asked
from facility.words import Id, Text

router = APIRouter(prefix="/api/v1", tags=["qr codes"])
MEDIA_TYPE = "application/pdf"
_FILE = {"description": "The file", "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
Manager = Annotated[Caller, Depends(Allow(Permission.SERVICE_MANAGE))]


class SheetQuery(Asked):
    """In which language, and of what; nothing named means all that have a code."""

    language: Language = "zh"
    equipment: list[Id] = Field(default_factory=list, max_length=1_000)
    place: list[Id] = Field(default_factory=list, max_length=1_000)


@router.get(
    "/qr-sheets/{site}", responses={200: _FILE, **problems(Forbidden, NotFound)}, response_class=Response
)  # fmt: skip
async def get_qr_sheet(
    store: Store, settings: TheSettings, caller: Manager, site: Id, query: Annotated[SheetQuery, Query()]
) -> Response:
    """A4, twelve labels a page; make the codes first."""
    manages(caller, site)
    wanted = {("equipment", id) for id in query.equipment} | {("place", id) for id in query.place}

    def work(connection: Connection) -> Sheet:
        row = site_by_id(connection, site)
        if row is None:
            raise NotFound(f"没有站点 {site!r} · there is no site {site!r}")
        codes = [each for each in named_codes(connection, site) if not wanted or (each.kind, each.ref) in wanted]
        if not codes:
            raise NotFound("还没有二维码,请先生成 · there are no codes yet: make them first (POST /qr-codes)")
        return Sheet(Text(zh=row["name_zh"], en=row["name_en"]), settings.pages_url, codes, query.language)

    sheet = await store.read(work)
    content = await asyncio.to_thread(pdf, sheet)
    return Response(content, media_type=MEDIA_TYPE, headers=attachment(f"{site}-qr.pdf"))
