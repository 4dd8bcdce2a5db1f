"""/meter-readings: 抄表 by form and by CSV."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.energy.asked import EnergyReader, SiteQuery, zone_of
from cloud.errors import Conflict, Forbidden, NotFound, TooLarge, Unprocessable, problems
from cloud.ledger.accounting import Why, account
from cloud.ledger.reading import readings_around
from cloud.meter_readings.importing import import_file, tried
from cloud.meter_readings.judging import Entered, beside, doubts, shown_value, unfit
from cloud.meter_readings.schemas import FileTaken, MeterReading, NewReading, TakenReading
from cloud.meter_readings.store import enter, reading_row, reading_rows, row_at, void
from cloud.meters.facts import MeterFacts
from cloud.meters.store import meter_of, meters_of
from cloud.permissions import Permission
from cloud.wire import Page, cursor_of, read_cursor
from facility.energy.intervals import exact
from facility.energy.reading_file import read_file

router = APIRouter(prefix="/api/v1", tags=["meters"])
Recorder = Annotated[Caller, Depends(Allow(Permission.ENERGY_RECORD))]
CSV = {"text/csv": {"schema": {"type": "string", "format": "binary"}}}


class ReadingsQuery(SiteQuery):
    """Which readings."""

    meter: str | None = Field(default=None, max_length=64)
    after: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


class FileQuery(SiteQuery):
    """How a file is taken."""

    dry_run: bool = False
    """Only say what it would bring."""
    sure: bool = False
    """Take lines that do not fit the readings around them."""


@router.get("/meter-readings", responses=problems(Forbidden))
async def list_readings(
    store: Store, caller: EnergyReader, query: Annotated[ReadingsQuery, Query()]
) -> Page[MeterReading]:
    """The newest first, voided ones among them."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    before = None if query.after is None else read_cursor(query.after)

    def work(connection: Connection) -> Page[MeterReading]:
        meters = meters_of(connection, query.site)
        rows = reading_rows(connection, query.site, query.meter, before=before, limit=query.limit + 1)
        shown = rows[: query.limit]
        following = cursor_of(shown[-1]["at"], shown[-1]["id"]) if len(rows) > query.limit else None
        return Page(items=tuple(_view(row, meters.get(row["meter"])) for row in shown), next=following)

    return await store.read(work)


@router.post("/meter-readings", status_code=201, responses=problems(Forbidden, NotFound, Conflict, Unprocessable))
async def enter_reading(store: Store, clock: TheClock, caller: Recorder, body: NewReading) -> TakenReading:
    """One reading; the amounts around it are made anew at once. The same one again changes nothing."""
    expect_may(caller, Permission.ENERGY_RECORD, body.site)
    now = clock.now()

    def work(connection: Connection) -> TakenReading:
        meter = meter_of(connection, body.site, body.meter)
        entered = Entered(body.at, body.value, "form", body.note)
        held = row_at(connection, meter, body.at)
        zone = zone_of(connection, body.site)
        if (says := unfit(meter, entered, now, None if held is None else held["amount"], zone)) is not None:
            raise Unprocessable(says)
        if held is not None:
            return TakenReading(reading=_view(held, meter), restated=0)
        around = beside(readings_around(connection, meter, body.at, body.at + 1).readings, body.at)
        if not body.sure and (doubt := doubts(meter, entered, *around, zone)) is not None:
            raise Conflict(
                f"{doubt.zh}。确认无误请再次提交 · {doubt.en}: send it with sure: true where it is right all the same"
            )
        (id,) = enter(connection, meter, [entered], by=caller.name, now=now)
        restated = account(connection, meter, body.at, body.at + 1, Why("reading", caller.name, now))
        record(connection, caller, Entry("meter.read", meter.id, body.site, detail=body.model_dump_json()), at=now)
        row = reading_row(connection, id)
        if row is None:
            raise NotFound(f"没有抄表记录 {id} · there is no reading {id}")
        return TakenReading(reading=_view(row, meter), restated=restated)

    return await store.write(work)


@router.post(
    "/meter-readings/csv",
    responses=problems(Forbidden, NotFound, Unprocessable, TooLarge),
    openapi_extra={"requestBody": {"required": True, "content": CSV}},
)
async def import_readings(
    request: Request, store: Store, clock: TheClock, caller: Recorder, query: Annotated[FileQuery, Query()]
) -> FileTaken:
    """All lines of a CSV, or none and every mistake by its line. Titles: 表号, 抄表时间, 读数, 备注."""
    expect_may(caller, Permission.ENERGY_RECORD, query.site)
    zone = await store.read(lambda c: zone_of(c, query.site))
    file = await asyncio.to_thread(read_file, await request.body(), zone)
    now = clock.now()

    def work(connection: Connection) -> FileTaken:
        meters = meters_of(connection, query.site)
        why = Why("reading", caller.name, now)
        if query.dry_run:
            return tried(connection, meters, file, why, sure=query.sure)
        told = import_file(connection, meters, file, why, sure=query.sure)
        record(connection, caller, Entry("meter.import", query.site, query.site, detail=told.model_dump_json()), at=now)
        return told

    return await store.write(work)


@router.delete("/meter-readings/{id}", status_code=204, responses=problems(Forbidden, NotFound))
async def void_reading(store: Store, clock: TheClock, caller: Recorder, id: str) -> None:
    """作废: it stays in the list and counts no more."""
    now = clock.now()

    def work(connection: Connection) -> None:
        row = reading_row(connection, id)
        if row is None or not caller.may(Permission.ENERGY_RECORD, row["site"]):
            raise NotFound(f"没有抄表记录 {id!r},或您无权查看 · there is no reading {id!r}, or you may not see it")
        if row["void_at"] is not None:
            return
        void(connection, id, by=caller.name, now=now)
        meter = meters_of(connection, row["site"]).get(row["meter"])
        if meter is not None:
            account(connection, meter, row["at"], row["at"] + 1, Why("reading", caller.name, now))
        record(connection, caller, Entry("meter.void_reading", row["meter"], row["site"], detail=id), at=now)

    await store.write(work)


def _view(row: RowMapping, meter: MeterFacts | None) -> MeterReading:
    amount = row["amount"]
    return MeterReading(
        id=row["id"],
        site=row["site"],
        meter=row["meter"],
        at=row["at"],
        value=exact(amount) if meter is None else shown_value(meter, amount),
        unit="" if meter is None else meter.shown_unit,
        source=row["source"],
        note=row["note"],
        entered_at=row["entered_at"],
        entered_by=row["entered_by"],
        void_at=row["void_at"],
        void_by=row["void_by"],
    )
