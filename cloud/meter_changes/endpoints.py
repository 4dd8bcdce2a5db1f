"""/meters: the list, settings, manual and virtual meters; replacements; the rules of 公摊."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.database.handing import tried
from cloud.dependencies import Store, TheClock
from cloud.energy.apportionment import Apportioned, carried_out, check_rule, put_rule, remove_rule, rules
from cloud.energy.asked import DaysQuery, EnergyReader, SiteQuery, span_of, zone_of
from cloud.energy.schemas import MeterView
from cloud.errors import Conflict, Forbidden, NotFound, Problem, Unprocessable, problems
from cloud.ledger.accounting import Why, account_all
from cloud.ledger.store import states
from cloud.meter_changes.checking import check_after, check_before, check_removal
from cloud.meter_changes.replacing import add_replacement, check_replacement, replacement_row, void_replacement
from cloud.meter_changes.schemas import (
    MeterSet,
    MeterTaken,
    NewApportionment,
    NewReplacement,
    ReadingPeriod,
    Replaced,
    ReplacementView,
    SettingQuery,
    UseView,
)
from cloud.meter_changes.views import meter_set, meter_view, month_of_virtual, replacement_view, use_views
from cloud.meters.schemas import MeterSettings
from cloud.meters.store import meter_of, meters_of, put_settings, remove_settings, replacement_rows, settings_of
from cloud.permissions import Permission
from cloud.wire import Page
from facility.energy.apportionment import Apportionment
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["meters"])
Manager = Annotated[Caller, Depends(Allow(Permission.ENERGY_MANAGE))]
NO = problems(Forbidden, NotFound, Conflict, Unprocessable)


@router.get("/meters", responses=problems(Forbidden))
async def list_meters(
    store: Store, clock: TheClock, caller: EnergyReader, query: Annotated[SiteQuery, Query()]
) -> Page[MeterView]:
    """Every meter of a site, parents before their children."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    now = clock.now()

    def work(connection: Connection) -> tuple[MeterView, ...]:
        held = states(connection, query.site)
        return tuple(meter_view(each, held.get(each.id), now) for each in meters_of(connection, query.site).values())

    return Page(items=await store.read(work))


@router.get("/meter-uses")
async def list_uses(caller: EnergyReader) -> tuple[UseView, ...]:  # noqa: ARG001 - who asks is checked
    """分项: what energy and water are used for, in the order of the guideline."""
    return use_views()


@router.get("/meters/{id}/settings", responses=problems(Forbidden, NotFound))
async def get_meter_settings(
    store: Store, clock: TheClock, caller: EnergyReader, id: Id, query: Annotated[SiteQuery, Query()]
) -> MeterSet:
    """What somebody set of one meter, beside what its inventory says by itself."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    now = clock.now()
    return await store.read(lambda c: meter_set(c, query.site, id, now))


@router.put("/meters/{id}", responses=NO)
async def set_meter(
    store: Store,
    clock: TheClock,
    caller: Manager,
    id: Id,
    query: Annotated[SettingQuery, Query()],
    body: MeterSettings,
) -> MeterTaken:
    """Settings of a gateway's meter, or a whole manual or virtual one; what was stated otherwise is restated."""
    expect_may(caller, Permission.ENERGY_MANAGE, query.site)
    now = clock.now()

    def work(connection: Connection) -> MeterTaken:
        if not query.dry_run:
            return _set(connection, caller, query.site, id, body, now)
        return tried(connection, lambda: _would(connection, caller, query.site, id, body, now))

    return await store.write(work)


def _would(connection: Connection, caller: Caller, site: str, id: str, settings: MeterSettings, now: int) -> MeterTaken:
    taken = _set(connection, caller, site, id, settings, now)
    return taken.model_copy(update={"month": month_of_virtual(connection, site, id, now)})


@router.put("/meters/{id}/reading-period", responses=problems(Forbidden, NotFound, Unprocessable))
async def set_reading_period(
    store: Store, clock: TheClock, caller: Manager, id: Id, query: Annotated[SiteQuery, Query()], body: ReadingPeriod
) -> MeterTaken:
    """抄表周期 alone: what else is set of the meter stays."""
    expect_may(caller, Permission.ENERGY_MANAGE, query.site)
    now = clock.now()

    def work(connection: Connection) -> MeterTaken:
        if meter_of(connection, query.site, id).kind == "virtual":
            raise Unprocessable(f"虚拟表不抄表 · {id} is reckoned from others: it has no reading period")
        held = settings_of(connection, query.site).get(id, MeterSettings())
        changed = held.model_copy(update={"reading_period": body.reading_period})
        return _set(connection, caller, query.site, id, changed, now)

    return await store.write(work)


def _set(connection: Connection, caller: Caller, site: str, id: str, settings: MeterSettings, now: int) -> MeterTaken:
    held = meters_of(connection, site)
    check_before(connection, site, id, settings, held)
    put_settings(connection, site, id, settings, by=caller.name, now=now)
    meters = meters_of(connection, site)
    check_after(id, meters)
    restated = 0
    if meters[id].kind != "virtual" and (id not in held or held[id].fingerprint != meters[id].fingerprint):
        restated = account_all(connection, meters[id], Why("settings", caller.name, now))
    record(connection, caller, Entry("meter.set", id, site, detail=settings.model_dump_json()), at=now)
    return MeterTaken(meter=meter_view(meters[id], states(connection, site).get(id), now), restated=restated)


@router.delete("/meters/{id}", status_code=204, responses=NO)
async def remove_meter(
    store: Store, clock: TheClock, caller: Manager, id: Id, query: Annotated[SiteQuery, Query()]
) -> None:
    """A manual or virtual meter is gone; one of a gateway is again as its inventory says."""
    expect_may(caller, Permission.ENERGY_MANAGE, query.site)
    now = clock.now()

    def work(connection: Connection) -> None:
        check_removal(connection, query.site, id, meters_of(connection, query.site))
        if not remove_settings(connection, query.site, id):
            raise NotFound(f"表计 {id!r} 没有自设内容 · nobody set anything of a meter {id!r} at {query.site}")
        meter = meters_of(connection, query.site).get(id)
        if meter is not None:
            account_all(connection, meter, Why("settings", caller.name, now))
        record(connection, caller, Entry("meter.remove", id, query.site), at=now)

    await store.write(work)


@router.get("/meters/{id}/replacements", responses=problems(Forbidden, NotFound))
async def list_replacements(
    store: Store, caller: EnergyReader, id: Id, query: Annotated[SiteQuery, Query()]
) -> Page[ReplacementView]:
    """Of one meter, the oldest first."""
    expect_may(caller, Permission.ENERGY_READ, query.site)

    def work(connection: Connection) -> tuple[ReplacementView, ...]:
        meter = meter_of(connection, query.site, id)
        return tuple(replacement_view(row, meter) for row in replacement_rows(connection, query.site, id))

    return Page(items=await store.read(work))


@router.post("/meters/{id}/replacements", status_code=201, responses=NO)
async def replace_meter(store: Store, clock: TheClock, caller: Manager, id: Id, body: NewReplacement) -> Replaced:
    """换表: both registers; amounts from the reading before on are made anew at once."""
    expect_may(caller, Permission.ENERGY_MANAGE, body.site)
    now = clock.now()

    def work(connection: Connection) -> Replaced:
        check_replacement(connection, meter_of(connection, body.site, id), body, now)
        new = add_replacement(connection, meter_of(connection, body.site, id), body, by=caller.name, now=now)
        meter = meter_of(connection, body.site, id)
        restated = account_all(connection, meter, Why("replacement", caller.name, now))
        record(connection, caller, Entry("meter.replace", id, body.site, detail=body.model_dump_json()), at=now)
        row = replacement_row(connection, new)
        if row is None:
            raise NotFound(f"没有换表记录 {new} · there is no replacement {new}")
        return Replaced(replacement=replacement_view(row, meter), restated=restated)

    return await store.write(work)


@router.delete("/meter-replacements/{id}", status_code=204, responses=problems(NotFound))
async def undo_replacement(store: Store, clock: TheClock, caller: Manager, id: str) -> None:
    """作废: it was entered by mistake."""
    now = clock.now()

    def work(connection: Connection) -> None:
        row = replacement_row(connection, id)
        if row is None or not caller.may(Permission.ENERGY_MANAGE, row["site"]):
            raise NotFound(f"没有换表记录 {id!r},或您无权查看 · there is no replacement {id!r}, or you may not see it")
        void_replacement(connection, id, by=caller.name, now=now)
        meter = meter_of(connection, row["site"], row["meter"])
        account_all(connection, meter, Why("replacement", caller.name, now))
        record(connection, caller, Entry("meter.void_replacement", row["meter"], row["site"], detail=id), at=now)

    await store.write(work)


@router.get("/apportionments", responses=problems(Forbidden))
async def list_apportionments(
    store: Store, caller: EnergyReader, query: Annotated[SiteQuery, Query()]
) -> Page[Apportionment]:
    """公摊: the rules of a site."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    return Page(items=tuple((await store.read(lambda c: rules(c, query.site))).values()))


@router.post("/apportionments/try", responses=problems(Problem, Forbidden, NotFound, Unprocessable))
async def try_apportionment(
    store: Store, caller: EnergyReader, query: Annotated[DaysQuery, Query()], body: NewApportionment
) -> Apportioned:
    """What a rule would make each bear of some days; nothing of it is kept."""
    expect_may(caller, Permission.ENERGY_READ, query.site)

    def work(connection: Connection) -> Apportioned:
        span = span_of(zone_of(connection, query.site), query, 400)
        return carried_out(connection, query.site, meters_of(connection, query.site), body, *span)

    return await store.read(work)


@router.put("/apportionments/{id}", status_code=204, responses=NO)
async def set_apportionment(
    store: Store, clock: TheClock, caller: Manager, id: Id, query: Annotated[SiteQuery, Query()], body: NewApportionment
) -> None:
    """A rule, new or in place of the one before."""
    expect_may(caller, Permission.ENERGY_MANAGE, query.site)
    if body.id != id:
        raise Unprocessable(
            f"规则编号 {body.id!r} 与地址中的 {id!r} 不一致 · the rule is {body.id!r}, the path says {id!r}"
        )
    now = clock.now()

    def work(connection: Connection) -> None:
        check_rule(meters_of(connection, query.site), body)
        put_rule(connection, query.site, body, by=caller.name, now=now)
        record(connection, caller, Entry("apportionment.set", id, query.site, detail=body.model_dump_json()), at=now)

    await store.write(work)


@router.delete("/apportionments/{id}", status_code=204, responses=problems(Forbidden, NotFound))
async def remove_apportionment(
    store: Store, clock: TheClock, caller: Manager, id: Id, query: Annotated[SiteQuery, Query()]
) -> None:
    """A rule is gone."""
    expect_may(caller, Permission.ENERGY_MANAGE, query.site)
    now = clock.now()

    def work(connection: Connection) -> None:
        if not remove_rule(connection, query.site, id):
            raise NotFound(f"没有分摊规则 {id!r} · there is no apportionment {id!r} at {query.site}")
        record(connection, caller, Entry("apportionment.remove", id, query.site), at=now)

    await store.write(work)
