"""/tariffs: price lists, revision by revision; /supply-contracts: what each meter's bill is reckoned on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.energy_settings.ground import energy_site
from cloud.errors import Conflict, Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.tariffs.schemas import Contracts, MeterContracts, NewTariff, StoredTariff, TariffList
from cloud.tariffs.store import (
    contracts,
    put_contracts,
    put_tariff,
    revisions,
    tariff_of,
    tariffs,
)
from cloud.wire import Asked, Page
from facility.energy.local_time import local_day
from facility.energy.tariff_shapes import shipped_tariffs
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["energy"])
Reader = Annotated[Caller, Depends(Allow(Permission.ENERGY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.ENERGY_MANAGE))]


class OfSite(Asked):
    """Of which site."""

    site: Id


@router.get("/tariffs", responses=problems(Forbidden))
async def list_tariffs(store: Store, caller: Reader, query: Annotated[OfSite, Query()]) -> TariffList:
    """What holds, and the shapes to begin from."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    found = await store.read(lambda c: tariffs(c, query.site))
    return TariffList(items=tuple(found.values()), shipped=tuple(shipped_tariffs().values()))


@router.get("/tariffs/{site}/{id}/revisions", responses=problems(Forbidden, NotFound))
async def list_revisions(store: Store, caller: Reader, site: Id, id: Id) -> Page[StoredTariff]:
    """Every revision, the newest first."""
    expect_may(caller, Permission.ENERGY_READ, site)
    found = await store.read(lambda c: revisions(c, site, id))
    if not found:
        raise NotFound(f"没有电价方案 {id!r} · there is no tariff {id!r} at {site}")
    return Page(items=tuple(found))


@router.put("/tariffs/{site}/{id}", responses=problems(Forbidden, Conflict, Unprocessable))
async def write_tariff(
    store: Store, clock: TheClock, caller: Manager, site: Id, id: Id, body: NewTariff
) -> StoredTariff:
    """A new revision; what held on past days stays, unless `restates` says why it was wrong."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    if id != body.tariff.id:
        raise Conflict(
            f"地址中为 {id!r},内容中为 {body.tariff.id!r},应相同 · "
            f"the path says {id!r}, the body {body.tariff.id!r}: make them the same"
        )
    now = clock.now()

    def work(connection: Connection) -> StoredTariff:
        today = local_day(energy_site(connection, site).zone, now)
        number = put_tariff(connection, site, body, today, by=caller.name, now=now)
        record(connection, caller, Entry("tariff.put", id, site, detail=f"revision {number} {body.restates}"), at=now)
        return tariff_of(connection, site, id)

    return await store.write(work)


@router.get("/supply-contracts", responses=problems(Forbidden))
async def list_contracts(store: Store, caller: Reader, query: Annotated[OfSite, Query()]) -> Page[MeterContracts]:
    """Of all meters that have any."""
    expect_may(caller, Permission.ENERGY_READ, query.site)
    found = await store.read(lambda c: contracts(c, query.site))
    return Page(items=tuple(MeterContracts(meter=meter, contracts=each) for meter, each in found.items()))


@router.put("/supply-contracts/{site}/{meter}", status_code=204, responses=problems(Forbidden, NotFound))
async def write_contracts(store: Store, clock: TheClock, caller: Manager, site: Id, meter: Id, body: Contracts) -> None:
    """All of a meter's contracts; NotFound for a meter or tariff that the site does not have."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> None:
        energy_site(connection, site).meter(meter)
        for contract in body.contracts:
            tariff_of(connection, site, contract.tariff)
        put_contracts(connection, site, meter, body, by=caller.name, now=now)
        record(connection, caller, Entry("supply.contract", meter, site, detail=body.model_dump_json()), at=now)

    await store.write(work)
