"""/assets/xlsx: the register as a workbook, out and in."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import Connection, select

from cloud.assets.importing import changes
from cloud.assets.opening import opened
from cloud.assets.reading import Reading, read
from cloud.assets.schemas import AssetFacts
from cloud.assets.store import facts_of_site, put_assets
from cloud.assets.writing import Language, Line, written
from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.equipment.store import equipment_of
from cloud.equipment.tables import EQUIPMENT
from cloud.errors import Forbidden, TooLarge, Unprocessable, problems
from cloud.permissions import Permission
from cloud.sites.store import places
from cloud.spreadsheet import MEDIA_TYPE, attachment
from cloud.wire import Asked
from facility.words import Frozen, Id

router = APIRouter()
Reader = Annotated[Caller, Depends(Allow(Permission.EQUIPMENT_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.SERVICE_MANAGE))]
_BINARY: Final[dict[str, Any]] = {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}


class RegisterQuery(Asked):
    """Of which site, in which language."""

    site: Id
    language: Language = "zh"


class ImportQuery(Asked):
    """Into which site; `dry_run` tells what would change, and changes nothing."""

    site: Id
    dry_run: bool = False


class Imported(Frozen):
    """What an import did."""

    lines: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    dry_run: bool


@router.get(
    "/assets/xlsx",
    responses={200: {"description": "The file", "content": _BINARY}, **problems(Forbidden)},
    response_class=Response,
)
async def get_register(store: Store, caller: Reader, query: Annotated[RegisterQuery, Query()]) -> Response:
    """Every equipment of the site with its line: to be filled in, and sent back."""
    expect_may(caller, Permission.EQUIPMENT_READ, query.site)
    lines = await store.read(lambda c: _lines(c, query.site, query.language))
    content = await asyncio.to_thread(written, lines, query.language)
    return Response(content, media_type=MEDIA_TYPE, headers=attachment(f"equipment-register-{query.site}.xlsx"))


@router.post(
    "/assets/xlsx",
    responses=problems(Forbidden, Unprocessable, TooLarge),
    openapi_extra={"requestBody": {"required": True, "content": _BINARY}},
)
async def import_register(
    request: Request, store: Store, clock: TheClock, caller: Manager, query: Annotated[ImportQuery, Query()]
) -> Imported:
    """All lines of the workbook, or none and every mistake in it. Equipment that is not in it stays as it is."""
    expect_may(caller, Permission.SERVICE_MANAGE, query.site)
    reading = await asyncio.to_thread(_read, await request.body())
    now = clock.now()

    def work(connection: Connection) -> Imported:
        found = changes(connection, query.site, reading)
        told = Imported(
            lines=len(reading.lines),
            added=tuple(each.equipment for each in found if each.new),
            changed=tuple(each.equipment for each in found if not each.new),
            dry_run=query.dry_run,
        )
        if not query.dry_run:
            put_assets(connection, query.site, {each.equipment: each.facts for each in found}, now=now)
            entry = Entry("asset.import", query.site, query.site, detail=told.model_dump_json())
            record(connection, caller, entry, at=now)
        return told

    return await store.write(work)


def _read(content: bytes) -> Reading:
    return read(opened(content))


def _lines(connection: Connection, site: str, language: Language) -> list[Line]:
    """What is there now, and what left its inventory but stands in the register."""
    held = facts_of_site(connection, site)
    names = {each["id"]: each[language] for each in places(connection, site)}
    e = EQUIPMENT.c
    found = []
    for row in connection.execute(select(EQUIPMENT).where(e.site == site).order_by(e.id)).mappings():
        if row["removed_at"] is None or row["id"] in held:
            shown = {
                "equipment": row["id"],
                "name": row[f"name_{language}"],
                "type": getattr(equipment_of(row["body"]).type_name, language),
                "place": names.get(row["place"], row["place"] or ""),
            }
            found.append(Line(shown, held.get(row["id"], AssetFacts())))
    return found
