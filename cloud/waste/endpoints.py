"""/waste: looked for, listed with its evidence, made into an order, verified after the repair."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.energy_settings.ground import EnergySite, energy_site, in_order, used
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.waste.looking import evidence, hourly_means, hours_of, look, meant, price_of, said_by_rule
from cloud.waste.schemas import Finding, Look, Looked, OrderForWaste, Repaired
from cloud.waste.store import Kept, close, finding, findings, keep, set_order, set_repaired
from cloud.waste.verifying import saving_of
from cloud.waste.words import EXPLAINS, NAMES
from cloud.wire import Asked, Page
from cloud.work_orders.ask import Ask
from cloud.work_orders.opening import open_order
from facility.alarm import Post
from facility.energy.intervals import Intervals
from facility.energy.local_time import edges, local_day
from facility.energy.waste import Judgement, Waste, WasteRule
from facility.words import Id, Text

router = APIRouter(prefix="/api/v1", tags=["energy"])
Reader = Annotated[Caller, Depends(Allow(Permission.ENERGY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.ENERGY_MANAGE))]
MOST_DAYS = 93


class FindingsQuery(Asked):
    """Only the open ones?"""

    open: bool = False


def _told(connection: Connection, where: EnergySite, each: Kept, now: int) -> Finding:
    known = where.meters.get(each.meter)
    return Finding(
        id=each.id,
        site=each.site,
        rule=each.rule,
        name=NAMES[each.rule],
        explains=EXPLAINS[each.rule],
        meter=each.meter,
        meter_name=known.name if known else Text(zh=each.meter, en=each.meter),
        open=each.open,
        evidence=each.evidence,
        found_at=each.found_at,
        seen_at=each.seen_at,
        work_order=each.work_order,
        repaired_on=each.repaired_on,
        verified=saving_of(connection, where, each, now),
    )


@router.get("/waste/{site}", responses=problems(Forbidden))
async def list_waste(
    store: Store, clock: TheClock, caller: Reader, site: Id, query: Annotated[FindingsQuery, Query()]
) -> Page[Finding]:
    """The dearest first."""
    expect_may(caller, Permission.ENERGY_READ, site)

    def work(connection: Connection) -> tuple[Finding, ...]:
        where = energy_site(connection, site)
        found = findings(connection, site, open_only=query.open)
        found.sort(key=lambda each: (not each.open, -each.evidence.kwh_month.middle * (each.evidence.price or 1.0)))
        return tuple(_told(connection, where, each, clock.now()) for each in found)

    return Page(items=await store.read(work))


@router.post("/waste/{site}/look", responses=problems(Forbidden, NotFound, Unprocessable))
async def look_for_waste(
    request: Request, store: Store, clock: TheClock, caller: Manager, site: Id, body: Look
) -> Looked:
    """Judge the days by every rule that a meter's points allow; what is found is kept, what was known is seen again."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    in_order(body.first, body.last, MOST_DAYS)
    now, historian = clock.now(), request.app.state.historian
    where = await store.read(lambda c: energy_site(c, site))
    if body.last >= local_day(where.zone, now):
        raise Unprocessable("只能分析已结束的日子 · only days that are over can be judged: end with yesterday")
    known, light_series = await store.read(lambda c: meant(c, where))
    for id in body.meters:
        where.meter(id)
    chosen = [id for id in known if not body.meters or id in body.meters]
    amounts = await store.read(lambda c: used(c, where, chosen, body.first, body.last))
    cuts = edges(where.zone, body.first, body.last + timedelta(days=1), "hour")
    light = await hourly_means(historian, light_series, cuts)
    ids: list[str] = []
    silent: dict[str, str] = {}
    told: dict[str, dict[WasteRule, Judgement]] = {}
    for id in chosen:
        hours, seen = hours_of(where, amounts[id], body.first, body.last)
        if not (seen.use == seen.use).any():
            silent[id] = "缺数或只有估算值 · nothing but gaps and estimates"
            continue
        told[id] = await look(historian, known[id], seen, light, cuts)
        for found in (each for each in told[id].values() if isinstance(each, Waste)):

            def work(connection: Connection, id: str = id, found: Waste = found, hours: Intervals = hours) -> str:
                price = price_of(connection, where, id, found, hours)
                shown = evidence(hours, found, body.first, body.last, price)
                return keep(connection, site, id, found.rule, shown, now=now)

            ids.append(await store.write(work))

    def tell(connection: Connection) -> tuple[Finding, ...]:
        kept = [each for id in ids if (each := finding(connection, site, id)) is not None]
        return tuple(_told(connection, where, each, now) for each in kept)

    rules = said_by_rule(told)
    return Looked(findings=await store.read(tell), meters=len(chosen), rules=rules, not_judged=silent)


@router.post("/waste/{site}/{id}/work-order", status_code=201, responses=problems(Forbidden, NotFound, Conflict))
async def order_from_waste(
    store: Store, clock: TheClock, caller: Manager, site: Id, id: str, body: OrderForWaste
) -> Finding:
    """Open a work order for a finding; Conflict where it has one, or is closed."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> Finding:
        where, each = _open(connection, site, id)
        if each.work_order is not None:
            raise Conflict("该发现已有工单 · this finding has an order already")
        order = open_order(connection, _ask(where, each, body, caller.name, now), now=now)
        set_order(connection, id, order)
        record(connection, caller, Entry("waste.order", id, site, detail=order), at=now)
        return _told(connection, *_open(connection, site, id), now)

    return await store.write(work)


def _open(connection: Connection, site: str, id: str) -> tuple[EnergySite, Kept]:
    each = finding(connection, site, id)
    if each is None:
        raise NotFound(f"没有发现项 {id!r} · there is no finding {id!r} at {site}")
    if not each.open:
        raise Conflict("该发现已关闭 · this finding is closed")
    return energy_site(connection, site), each


def _ask(where: EnergySite, each: Kept, body: OrderForWaste, by: str, now: int) -> Ask:
    known = where.meters.get(each.meter)
    meter = known.name if known else Text(zh=each.meter, en=each.meter)
    note = f",{body.note}" if body.note else ""
    note_en = f", {body.note}" if body.note else ""
    device = known is not None and known.kind == "device"
    return Ask(
        site=each.site,
        equipment=each.meter if device else None,
        place=known.place if known else None,
        fault=f"waste_{each.rule.value}" if device else None,
        order_class=body.order_class,
        trade=body.trade,
        title=Text(zh=f"{meter.zh}:{NAMES[each.rule].zh}{note}", en=f"{meter.en}: {NAMES[each.rule].en}{note_en}"),
        source="finding",
        kind="finding",
        ref=each.id,
        owner=Post.ENGINEERING.value,
        at=now,
        by=by,
    )


@router.post("/waste/{site}/{id}/repaired", responses=problems(Forbidden, NotFound, Conflict, Unprocessable))
async def waste_repaired(store: Store, clock: TheClock, caller: Manager, site: Id, id: str, body: Repaired) -> Finding:
    """The day of the repair: the saving is verified from the days before and after it."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> Finding:
        where, _ = _open(connection, site, id)
        if body.on > local_day(where.zone, now):
            raise Unprocessable("修复日不能在将来 · the repair can't lie ahead")
        set_repaired(connection, id, body.on)
        record(connection, caller, Entry("waste.repaired", id, site, detail=body.on.isoformat()), at=now)
        return _told(connection, *_open(connection, site, id), now)

    return await store.write(work)


@router.post("/waste/{site}/{id}/close", status_code=204, responses=problems(Forbidden, NotFound, Conflict))
async def close_waste(store: Store, clock: TheClock, caller: Manager, site: Id, id: str) -> None:
    """Done with it, or meant to be so: it may be found anew."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> None:
        _open(connection, site, id)
        close(connection, id)
        record(connection, caller, Entry("waste.close", id, site), at=now)

    await store.write(work)
