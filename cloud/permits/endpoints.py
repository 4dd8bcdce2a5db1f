"""GET|POST /permits, POST /permits/{id}/allow|refuse|end: a rule out of service for a time (停用许可)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from sqlalchemy import Connection, RowMapping

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller
from cloud.dependencies import Store, TheClock
from cloud.equipment.store import equipment_of, row_of
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.instruction_giving.limits import expect_span
from cloud.instructions.posts import may_ask, vital
from cloud.permissions import Permission
from cloud.permits import store as kept
from cloud.permits.schemas import STATES, NewPermit, Permit, PermitRefusal, PermitState, permit_of, state_of
from cloud.wire import Asked, Page, cursor_of, one_site, read_cursor
from facility.inventory import InventoryEquipment

router = APIRouter(prefix="/api/v1/permits", tags=["alarms"])
Giver = Annotated[Caller, Depends(Allow(Permission.INSTRUCTION_GIVE))]


class PermitQuery(Asked):
    """Which permits."""

    site: str | None = None
    open: bool = False
    """Only what is asked for or in force."""
    cursor: str | None = None
    limit: int = Field(default=100, ge=1, le=500)


@router.get("")
async def list_permits(
    store: Store,
    clock: TheClock,
    caller: Annotated[Caller, Depends(Allow(Permission.ALARM_READ))],
    query: Annotated[PermitQuery, Query()],
) -> Page[Permit]:
    """The newest first."""
    now, among = clock.now(), one_site(caller.sites(Permission.ALARM_READ), query.site)
    before = read_cursor(query.cursor)[0] if query.cursor else None
    open_at = now if query.open else None
    rows = await store.read(lambda c: kept.permits(c, among, before, query.limit, open_at=open_at))
    items = tuple(permit_of(row, now) for row in rows)
    return Page(items=items, next=cursor_of(rows[-1]["asked_at"], "") if len(items) == query.limit else None)


@router.post("", status_code=201, responses=problems(Forbidden, NotFound, Conflict, Unprocessable))
async def ask_permit(store: Store, clock: TheClock, request: Request, caller: Giver, body: NewPermit) -> Permit:
    """Of the head, or of a rule that is no life safety: in force at once; else it waits for a second person."""
    now = clock.now()

    def work(connection: Connection) -> RowMapping:
        gateway, equipment = _equipment(connection, caller, body)
        rule = next((each for each in equipment.rules if each.id == body.rule), None)
        if rule is None:
            known = ", ".join(each.id for each in equipment.rules)
            raise Unprocessable(
                f"{body.equipment} 没有规则 {body.rule} · {body.equipment} has no rule {body.rule!r}: {known}"
            )
        life = vital(connection, body.site, body.equipment, body.rule)
        expect_span(body.ends_at, now, life=life)
        if life:
            _expect_person(caller)
        values = {
            "site": body.site, "gateway": gateway, "equipment": body.equipment, "instance": body.instance,
            "rule": body.rule, "equipment_zh": equipment.name.zh, "equipment_en": equipment.name.en,
            "rule_zh": rule.name.zh, "rule_en": rule.name.en, "life_safety": life, "reason": body.reason,
            "ends_at": body.ends_at, "asked_by": caller.name,
        }  # fmt: skip
        row = kept.permit(connection, kept.ask(connection, values, now=now))
        _said(connection, caller, "ask", row, now)
        if not life or caller.may(Permission.ALARM_DECIDE, body.site):
            kept.allow(connection, row, caller.name, now=now)
            _said(connection, caller, "allow", row, now)
        return kept.permit(connection, row["id"])

    return _told(request, await store.write(work), now)


@router.post("/{id}/allow", responses=problems(Forbidden, NotFound, Conflict))
async def allow_permit(store: Store, clock: TheClock, request: Request, caller: Giver, id: str) -> Permit:
    """By somebody else than who asked, of a post that answers for it; or by the head."""
    now = clock.now()

    def step(connection: Connection, row: RowMapping) -> None:
        _expect(row, PermitState.ASKED, now)
        if row["life_safety"]:
            _expect_person(caller)
        if row["asked_by"] == caller.name and not caller.may(Permission.ALARM_DECIDE, row["site"]):
            raise Conflict("须由另一人许可 · somebody else than who asked allows it, or the head")
        kept.allow(connection, row, caller.name, now=now)

    return _told(request, await store.write(_step(caller, id, "allow", step, now)), now)


@router.post("/{id}/refuse", responses=problems(Forbidden, NotFound, Conflict))
async def refuse_permit(
    store: Store, clock: TheClock, request: Request, caller: Giver, id: str, body: PermitRefusal
) -> Permit:
    """It is not allowed; who asked takes it back in the same way."""
    now = clock.now()

    def step(connection: Connection, row: RowMapping) -> None:
        _expect(row, PermitState.ASKED, now)
        kept.refuse(connection, row, caller.name, body.why, now=now)

    return _told(request, await store.write(_step(caller, id, "refuse", step, now)), now)


@router.post("/{id}/end", responses=problems(Forbidden, NotFound, Conflict))
async def end_permit(store: Store, clock: TheClock, request: Request, caller: Giver, id: str) -> Permit:
    """The rule goes back into service now: one person is enough for that."""
    now = clock.now()

    def step(connection: Connection, row: RowMapping) -> None:
        _expect(row, PermitState.IN_FORCE, now)
        kept.end(connection, row, caller.name, now=now)

    return _told(request, await store.write(_step(caller, id, "end", step, now)), now)


def _equipment(connection: Connection, caller: Caller, body: NewPermit) -> tuple[str, InventoryEquipment]:
    row = row_of(connection, body.site, body.equipment)
    if row is None or not caller.may(Permission.INSTRUCTION_GIVE, body.site):
        raise NotFound(f"没有设备 {body.equipment!r} · there is no equipment {body.equipment!r} at {body.site}")
    _demand(connection, caller, body.site, body.equipment, body.rule)
    return row["gateway"], equipment_of(row["body"])


def _demand(connection: Connection, caller: Caller, site: str, equipment: str, rule: str) -> None:
    if not may_ask(connection, caller, site, equipment, rule):
        raise Forbidden(
            "停用由负责该设备的岗位办理 · the post that answers for it, or the head, takes it out of service"
        )


def _expect_person(caller: Caller) -> None:
    """Life safety is answered for by people: a machine's token is nobody."""
    if caller.kind != "user":
        raise Forbidden(
            "生命安全规则的停用须由本人登录办理 · "
            "people take life safety out of service, logged in: not a machine's token"
        )


def _expect(row: RowMapping, state: PermitState, now: int) -> None:
    found = state_of(row, now)
    if found is not state:
        raise Conflict(f"该许可{STATES[found]} · this permit is {found}, not {state}: look at the list again")


def _step(
    caller: Caller, id: str, name: str, step: Callable[[Connection, RowMapping], None], now: int
) -> Callable[[Connection], RowMapping]:
    def work(connection: Connection) -> RowMapping:
        row = kept.permit(connection, id)
        if not caller.may(Permission.INSTRUCTION_GIVE, row["site"]):
            raise NotFound(f"没有停用许可 {id!r} · there is no permit {id!r}")
        _demand(connection, caller, row["site"], row["equipment"], row["rule"])
        step(connection, row)
        _said(connection, caller, name, row, now)
        return kept.permit(connection, id)

    return work


def _said(connection: Connection, caller: Caller, step: str, row: RowMapping, now: int) -> None:
    what = f"{row['equipment']} {row['instance']} {row['rule']}: {row['reason']}"
    record(connection, caller, Entry(f"permit.{step}", row["id"], row["site"], detail=what), at=now)


def _told(request: Request, row: RowMapping, now: int) -> Permit:
    request.app.state.bell.ring(row["site"], row["gateway"])
    return permit_of(row, now)
