"""/energy-targets, /energy-months, /rectifications: what was meant, what it comes to, who mends it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.energy_settings.ground import EnergySite, energy_site
from cloud.energy_targets.judging import watch
from cloud.energy_targets.months import month_figures
from cloud.energy_targets.notifying import given, remind
from cloud.energy_targets.owners import check_owners
from cloud.energy_targets.schemas import (
    Answer,
    Breakdown,
    Month,
    MonthFigures,
    NewTargets,
    Proposal,
    Rectification,
    Scope,
    Step,
    StoredTarget,
    Target,
)
from cloud.energy_targets.scopes import daily, scoped
from cloud.energy_targets.store import CLOSED, put_targets, put_task, targets, task, tasks
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.wire import Asked, Page
from cloud.wording import halves
from facility.energy.local_time import local_day, month_of
from facility.energy.target import broken_down, shares_of
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["energy"])
Reader = Annotated[Caller, Depends(Allow(Permission.ENERGY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.ENERGY_MANAGE))]
Recorder = Annotated[Caller, Depends(Allow(Permission.ENERGY_RECORD))]


class YearQuery(Asked):
    """Which year."""

    year: int = Field(ge=2000, le=2100)


class MonthQuery(Asked):
    """Which month, which scopes; none: all that have a target, else all outermost meters."""

    month: Month
    scope: list[Scope] = Field(default_factory=list, max_length=300)


class TasksQuery(Asked):
    """Of which site."""

    site: Id
    open: bool = False


@router.get("/energy-targets/{site}", responses=problems(Forbidden))
async def list_targets(
    store: Store, caller: Reader, site: Id, query: Annotated[YearQuery, Query()]
) -> Page[StoredTarget]:
    """A year's targets."""
    expect_may(caller, Permission.ENERGY_READ, site)
    found = await store.read(lambda c: targets(c, site, year=query.year))
    return Page(items=tuple(found.values()))


@router.put("/energy-targets/{site}", status_code=204, responses=problems(Forbidden, NotFound, Unprocessable))
async def write_targets(store: Store, clock: TheClock, caller: Manager, site: Id, body: NewTargets) -> None:
    """Set them; the target of a month that is over changes only with a reason."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> None:
        where = energy_site(connection, site)
        this = f"{local_day(where.zone, now):%Y-%m}"
        if not body.restates and (past := [t.month for t in body.targets if t.month < this]):
            raise Unprocessable(
                f"{min(past)} 已结束,更改须填写原因 · {min(past)} is over: say in `restates` why its target changes"
            )
        held = targets(connection, site, months={t.month for t in body.targets})
        check_owners(connection, (t.owner for t in body.targets if not _owned(held.get((t.scope, t.month)), t.owner)))
        put_targets(connection, site, [(t, scoped(where, t.scope).unit) for t in body.targets], by=caller.name, now=now)
        watch(connection, where, {t.month for t in body.targets}, now)
        detail = f"{len(body.targets)} targets {body.restates}"
        record(connection, caller, Entry("energy.targets", site, site, detail=detail), at=now)

    await store.write(work)


def _owned(held: StoredTarget | None, owner: str) -> bool:
    """An account that is gone may keep what it had."""
    return held is not None and held.owner == owner


@router.post("/energy-targets/{site}/breakdown", responses=problems(Forbidden, NotFound, Unprocessable))
async def break_down(store: Store, caller: Manager, site: Id, body: Breakdown) -> Proposal:
    """年 → 月 → 范围: a proposal that adds up to the year; nothing is set."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    return await store.read(lambda c: _proposal(c, site, body))


def _proposal(connection: Connection, site: str, body: Breakdown) -> Proposal:
    where = energy_site(connection, site)
    names = [f"{body.year}-{number:02}" for number in range(1, 13)]
    taken = {} if body.months and body.shares else _last_year(connection, where, body)
    months: dict[str, Decimal] | None = dict(body.months)
    if not months:
        months = shares_of({name: _sum([taken[scope][n] for scope in body.scopes]) for n, name in enumerate(names)})
    shares: dict[str, Decimal] | None = dict(body.shares)
    if not shares:
        shares = shares_of({scope: _sum(taken[scope]) for scope in body.scopes})
    if months is None or shares is None:
        raise Unprocessable(
            f"{body.year - 1} 年数据不完整,请填写比例 · {body.year - 1} is not wholly known: give `months` and `shares`"
        )
    try:
        by_month = broken_down(body.amount, months)
        parts = {month: broken_down(amount, shares) for month, amount in by_month.items()}
    except ValueError as error:
        why = halves(str(error))
        raise Unprocessable(f"比例无效:{why.zh} · the shares do not fit: {why.en}") from None
    found = tuple(
        Target(scope=scope, month=month, amount=amount, owner=body.owner)
        for month, of_month in parts.items()
        for scope, amount in of_month.items()
    )
    return Proposal(targets=found, basis="given" if body.months and body.shares else "last_year")


def _last_year(connection: Connection, where: EnergySite, body: Breakdown) -> dict[str, list[Decimal | None]]:
    scopes = [scoped(where, scope) for scope in body.scopes]
    found: dict[str, list[Decimal | None]] = {scope: [] for scope in body.scopes}
    for number in range(1, 13):
        first, after = month_of(body.year - 1, number)
        for scope, told in daily(connection, where, scopes, first, after - timedelta(days=1)).items():
            found[scope].append(told.exact if told.covered >= 1 else None)
    return found


def _sum(values: list[Decimal | None]) -> Decimal | None:
    return None if any(v is None for v in values) else sum((v for v in values if v is not None), Decimal(0))


@router.get("/energy-months/{site}", responses=problems(Forbidden, NotFound))
async def get_month(
    store: Store, clock: TheClock, caller: Reader, site: Id, query: Annotated[MonthQuery, Query()]
) -> MonthFigures:
    """The month against its target, last year (同比) and last month (环比); running ones up to yesterday."""
    expect_may(caller, Permission.ENERGY_READ, site)

    def work(connection: Connection) -> MonthFigures:
        where = energy_site(connection, site)
        held = targets(connection, site, months=[query.month])
        wanted = query.scope or [scope for scope, _ in held if _known(where, scope)]
        wanted = wanted or [f"meter:{m.id}" for m in where.meters.values() if m.parent is None]
        scopes = [scoped(where, scope) for scope in wanted]
        found = month_figures(connection, where, scopes, query.month, held, clock.now()) if scopes else ()
        return MonthFigures(site=site, month=query.month, items=found)

    return await store.read(work)


def _known(where: EnergySite, scope: str) -> bool:
    try:
        scoped(where, scope)
    except NotFound:
        return False
    return True


@router.get("/rectifications", responses=problems(Forbidden))
async def list_rectifications(
    store: Store, caller: Reader, query: Annotated[TasksQuery, Query()]
) -> Page[Rectification]:
    """整改任务, the newest month first."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    found = await store.read(lambda c: tasks(c, query.site, open_only=query.open))
    return Page(items=tuple(found))


@router.post("/rectifications/{id}", responses=problems(Forbidden, NotFound, Conflict, Unprocessable))
async def answer_rectification(store: Store, clock: TheClock, caller: Recorder, id: str, body: Answer) -> Rectification:
    """A step: under way, done, then verified by somebody else; cancelled with the reason in the note."""
    now = clock.now()

    def work(connection: Connection) -> Rectification:
        held = task(connection, id)
        if held is None or not caller.may(Permission.ENERGY_READ, held.site):
            raise NotFound(f"没有任务 {id!r} · there is no task {id!r}")
        expect_may(caller, Permission.ENERGY_RECORD, held.site)
        check_owners(connection, [body.owner] if body.owner and body.owner != held.owner else [])
        told = _answered(held, body, caller, now)
        put_task(connection, told, by=caller.name, now=now)
        tell = given if told.owner != held.owner else remind
        tell(connection, energy_site(connection, held.site).zone, told, now)
        record(connection, caller, Entry("rectification", id, held.site, detail=f"{body.state}: {body.note}"), at=now)
        return told

    return await store.write(work)


def _answered(held: Rectification, body: Answer, caller: Caller, now: int) -> Rectification:
    if held.state in CLOSED:
        raise Conflict("任务已关闭 · the task is closed")
    manages = caller.may(Permission.ENERGY_MANAGE, held.site)
    if (body.state in CLOSED or body.owner or body.due) and not manages:
        raise Forbidden(
            f"{caller.name!r} 在站点 {held.site!r} 没有能源管理权限,请联系能源管理人员 · "
            f"{caller.name} may not {Permission.ENERGY_MANAGE} at {held.site}: ask who manages energy"
        )
    done = [step.by for step in held.missed.steps if step.state == "done"]
    if body.state == "verified" and (held.state != "done" or done[-1:] == [caller.name]):
        raise Conflict("须先完成,并由他人验证 · it must be done first, and verified by somebody else")
    steps = (*held.missed.steps, Step(at=now, by=caller.name, state=body.state, note=body.note))
    return held.model_copy(
        update={
            "state": body.state,
            "owner": body.owner or held.owner,
            "due": body.due or held.due,
            "missed": held.missed.model_copy(update={"steps": steps}),
        }
    )
