"""/complaints: taken, answered, handled; the list, one with its steps, and the figures of a month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.complaints import life
from cloud.complaints.figures import figures
from cloud.complaints.life import Life
from cloud.complaints.schemas import (
    Answer,
    Assignment,
    Complaint,
    ComplaintDetail,
    ComplaintFigures,
    ComplaintStep,
    Handling,
    NewComplaint,
    Reopening,
)
from cloud.complaints.store import (
    Wanted,
    add_step,
    complaint_by_id,
    complaints,
    life_of,
    put_life,
    steps_of,
    take,
)
from cloud.dependencies import Store, TheClock
from cloud.errors import Conflict, Forbidden, NotFound, Problem, Unprocessable, problems
from cloud.permissions import Permission
from cloud.service_levels.store import service_level
from cloud.service_reports.report import month_of
from cloud.users.store import user_by_name
from cloud.wire import Asked, Page, cursor_of, one_site, read_cursor
from cloud.work_orders.store import order_by_id
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["complaints"])
Desk = Annotated[Caller, Depends(Allow(Permission.ORDER_DISPATCH))]
Reader = Annotated[Caller, Depends(Allow(Permission.ORDER_READ))]
NO = problems(Forbidden, NotFound, Conflict, Unprocessable)


class ComplaintQuery(Asked):
    """Which complaints; what is left out means any."""

    site: str | None = None
    open: bool | None = None
    room: str | None = None
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


class MonthQuery(Asked):
    """Which site, which month."""

    site: Id
    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")


@router.get("/complaints", responses=problems(Problem))
async def list_complaints(
    store: Store, clock: TheClock, caller: Desk, query: Annotated[ComplaintQuery, Query()]
) -> Page[Complaint]:
    """The newest first."""
    wanted = Wanted(one_site(caller.sites(Permission.ORDER_DISPATCH), query.site), query.open, query.room)
    before = read_cursor(query.cursor) if query.cursor else None
    rows = await store.read(lambda c: complaints(c, wanted, before, query.limit))
    items = tuple(Complaint.model_validate(_fields(row, clock.now())) for row in rows)
    full = len(items) == query.limit
    return Page(items=items, next=cursor_of(items[-1].received_at, items[-1].id) if full else None)


@router.post("/complaints", status_code=201, responses=NO)
async def take_complaint(store: Store, clock: TheClock, caller: Desk, body: NewComplaint) -> ComplaintDetail:
    """投诉: who takes it answers for it."""
    expect_may(caller, Permission.ORDER_DISPATCH, body.site)
    now = clock.now()

    def work(connection: Connection) -> ComplaintDetail:
        if body.order is not None:
            order = order_by_id(connection, body.order)
            if order is None or order["site"] != body.site:
                raise Unprocessable(f"没有工单 {body.order!r} · there is no work order {body.order!r} at {body.site}")
        zone = service_level(connection, body.site).calendars.zone
        id = take(connection, body, zone, caller.name, now=now)
        record(connection, caller, Entry("complaint.take", id, body.site, detail=body.kind), at=now)
        return _detail(connection, id, caller, now)

    return await store.write(work)


@router.get("/complaints/figures", responses=problems(Forbidden))
async def get_complaint_figures(
    store: Store, clock: TheClock, caller: Reader, query: Annotated[MonthQuery, Query()]
) -> ComplaintFigures:
    """The month's promises about complaints, with their cases; nobody is named."""
    expect_may(caller, Permission.ORDER_READ, query.site)
    year, month = map(int, query.month.split("-"))

    def work(connection: Connection) -> ComplaintFigures:
        span = month_of(service_level(connection, query.site), year, month)
        return figures(connection, query.site, query.month, span, clock.now())

    return await store.read(work)


@router.get("/complaints/{id}", responses=problems(NotFound))
async def get_complaint(store: Store, clock: TheClock, caller: Desk, id: str) -> ComplaintDetail:
    """One with its steps."""
    return await store.read(lambda c: _detail(c, id, caller, clock.now()))


@router.post("/complaints/{id}/answer", responses=NO)
async def answer(store: Store, clock: TheClock, caller: Desk, id: str, body: Answer) -> ComplaintDetail:
    """回音: what the customer was told."""
    now = clock.now()
    change = _Change("answered", "", body.note, lambda each: life.answer(each, now))
    return await store.write(lambda c: _step(c, id, caller, change, now))


@router.post("/complaints/{id}/handle", responses=NO)
async def handle(store: Store, clock: TheClock, caller: Desk, id: str, body: Handling) -> ComplaintDetail:
    """办结."""
    now = clock.now()
    said = "valid" if body.valid else "not_valid"
    change = _Change("handled", said, body.note, lambda each: life.handle(each, now, valid=body.valid))
    return await store.write(lambda c: _step(c, id, caller, change, now))


@router.post("/complaints/{id}/reopen", responses=NO)
async def reopen(store: Store, clock: TheClock, caller: Desk, id: str, body: Reopening) -> ComplaintDetail:
    """It goes on."""
    now = clock.now()
    return await store.write(lambda c: _step(c, id, caller, _Change("reopened", "", body.reason, life.reopen), now))


@router.post("/complaints/{id}/assign", responses=NO)
async def assign(store: Store, clock: TheClock, caller: Desk, id: str, body: Assignment) -> ComplaintDetail:
    """Somebody else answers for it."""
    now = clock.now()

    def work(connection: Connection) -> ComplaintDetail:
        user = user_by_name(connection, body.to)
        if user is None or user["disabled"]:
            raise Unprocessable(
                f"没有可用的用户 {body.to!r} · there is no user {body.to!r}, or the account is disabled"
            )
        change = _Change("assigned", body.to, body.note, lambda each: life.assign(each, body.to))
        return _step(connection, id, caller, change, now)

    return await store.write(work)


@dataclass(frozen=True, slots=True)
class _Change:
    """One step: what is said of it, and what it does."""

    kind: str
    detail: str
    note: str
    do: Callable[[Life], None]


def _step(connection: Connection, id: str, caller: Caller, change: _Change, now: int) -> ComplaintDetail:
    row = _row(connection, id, caller)
    changed = life_of(row)
    change.do(changed)
    put_life(connection, id, changed, now=now)
    add_step(connection, id, change.kind, caller.name, change.detail, change.note, now=now)
    record(connection, caller, Entry(f"complaint.{change.kind}", id, row["site"], detail=change.detail), at=now)
    return _detail(connection, id, caller, now)


def _row(connection: Connection, id: str, caller: Caller) -> RowMapping:
    row = complaint_by_id(connection, id)
    if row is None or not caller.may(Permission.ORDER_DISPATCH, row["site"]):
        raise NotFound(f"没有投诉 {id!r} · there is no complaint {id!r}")
    return row


def _fields(row: RowMapping, now: int) -> dict[str, object]:
    return {**row, "answer": life.same_day(row["due_at"], row["answered_at"], now)}


def _detail(connection: Connection, id: str, caller: Caller, now: int) -> ComplaintDetail:
    steps = tuple(ComplaintStep.model_validate(dict(step)) for step in steps_of(connection, id))
    return ComplaintDetail.model_validate({**_fields(_row(connection, id, caller), now), "steps": steps})
