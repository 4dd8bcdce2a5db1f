"""/baselines: a meter's weather baseline, what was saved against it, and a day beside its band."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from sqlalchemy import Connection

from cloud.audit.store import Entry, record
from cloud.baselines.fitting import Fitted, fitted, hours_of
from cloud.baselines.schemas import (
    BaselineBody,
    BaselineList,
    Counts,
    DayBand,
    FitBody,
    Ground,
    RefusalBody,
    SavingBody,
    SavingDay,
)  # fmt: skip
from cloud.baselines.store import grounds, put_ground, remove_ground
from cloud.caller import Allow, Caller, expect_may
from cloud.dependencies import Store, TheClock
from cloud.energy_settings.ground import EnergySite, energy_site, in_order
from cloud.errors import Forbidden, NotFound, Unprocessable, problems
from cloud.permissions import Permission
from cloud.wire import Asked
from facility.energy.baseline import LIMITS, Baseline, Refusal, Refused
from facility.energy.baseline_daily import DailyModel
from facility.energy.baseline_data import drawn, week_hours
from facility.energy.baseline_saving import Saving, saving
from facility.words import Id

router = APIRouter(prefix="/api/v1", tags=["energy"])
Reader = Annotated[Caller, Depends(Allow(Permission.ENERGY_READ))]
Manager = Annotated[Caller, Depends(Allow(Permission.ENERGY_MANAGE))]


class DaysQuery(Asked):
    """Which local days, both included."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")


class DayQuery(Asked):
    """Which local day."""

    day: date


async def _known(store: Store, site: str, meter: str | None = None) -> tuple[EnergySite, dict[str, Ground]]:
    where, found = await store.read(lambda c: (energy_site(c, site), grounds(c, site)))
    if meter is None:
        return where, found
    where.meter(meter)
    if meter not in found:
        raise NotFound(
            f"表计 {meter!r} 尚无基准,请先设定基准期 · "
            f"{meter!r} has no baseline: PUT /baselines/{site}/{meter} with its period"
        )
    return where, {meter: found[meter]}


@router.get("/baselines/{site}", responses=problems(Forbidden))
async def list_baselines(request: Request, store: Store, caller: Reader, site: Id) -> BaselineList:
    """All of a site; refusals are counted and told."""
    expect_may(caller, Permission.ENERGY_READ, site)
    where, known = await _known(store, site)
    found = await fitted(store, request.app.state.historian, where, known)
    items = tuple(_body(meter, each) for meter, each in found.items())
    reasons = Counter(refusal.reason for item in items for refusal in item.refusals)
    accepted = sum(item.accepted for item in items)
    counts = Counts(accepted=accepted, refused=len(items) - accepted, by_reason=dict(reasons))
    return BaselineList(items=items, counts=counts)


@router.put("/baselines/{site}/{meter}", responses=problems(Forbidden, NotFound, Unprocessable))
async def write_baseline(
    request: Request, store: Store, clock: TheClock, caller: Manager, site: Id, meter: Id, body: Ground
) -> BaselineBody:
    """Set the period and method; answers at once whether the model is good enough."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> EnergySite:
        where = energy_site(connection, site)
        if where.meter(meter).unit != "kW.h":
            unit = where.meters[meter].unit
            raise Unprocessable(f"{meter} 不是电表 · {meter!r} counts {unit}: choose an electricity meter")
        put_ground(connection, site, meter, body, by=caller.name, now=now)
        record(connection, caller, Entry("baseline.put", meter, site, detail=body.model_dump_json()), at=now)
        return where

    where = await store.write(work)
    return _body(meter, (await fitted(store, request.app.state.historian, where, {meter: body}))[meter])


@router.delete("/baselines/{site}/{meter}", status_code=204, responses=problems(Forbidden, NotFound))
async def delete_baseline(store: Store, clock: TheClock, caller: Manager, site: Id, meter: Id) -> None:
    """Take it away."""
    expect_may(caller, Permission.ENERGY_MANAGE, site)
    now = clock.now()

    def work(connection: Connection) -> None:
        if not remove_ground(connection, site, meter):
            raise NotFound(f"表计 {meter!r} 尚无基准 · {meter!r} has no baseline")
        record(connection, caller, Entry("baseline.remove", meter, site), at=now)

    await store.write(work)


@router.get("/baselines/{site}/{meter}/saving", responses=problems(Forbidden, NotFound, Unprocessable))
async def get_saving(
    request: Request, store: Store, caller: Reader, site: Id, meter: Id, query: Annotated[DaysQuery, Query()]
) -> SavingBody:
    """Of the days that can be compared; nothing at all from a refused model."""
    expect_may(caller, Permission.ENERGY_READ, site)
    in_order(query.first, query.last)
    where, known = await _known(store, site, meter)
    historian = request.app.state.historian
    base = (await fitted(store, historian, where, known))[meter].told
    seen = (await hours_of(store, historian, where, [meter], query.first, query.last))[meter]
    told = saving(base, seen.observed) if isinstance(base, Baseline) else base
    return _saving(meter, query, told, seen.observed.asked)


@router.get("/baselines/{site}/{meter}/day", responses=problems(Forbidden, NotFound))
async def get_day(
    request: Request, store: Store, caller: Reader, site: Id, meter: Id, query: Annotated[DayQuery, Query()]
) -> DayBand:
    """A day's hours beside their band: of an hourly baseline."""
    expect_may(caller, Permission.ENERGY_READ, site)
    where, known = await _known(store, site, meter)
    historian = request.app.state.historian
    hourly = {meter: known[meter].model_copy(update={"method": "hourly"})}
    base = (await fitted(store, historian, where, hourly))[meter].told
    seen = (await hours_of(store, historian, where, [meter], query.day, query.day))[meter]
    n = len(seen.hours)
    expected, low, high = (np.full(n, np.nan) for _ in range(3))
    if isinstance(base, Baseline) and not isinstance(base.model, DailyModel):
        weekly = week_hours(seen.hours.edges[:-1], where.zone, where.calendar)
        warm = drawn(seen.celsius)
        there = ~np.isnan(warm)
        expected[there] = base.model.predict(warm[there], weekly[there])
        low, high = (expected + base.spread[weekly % 24, side] for side in (0, 1))
    return DayBand(
        meter=meter,
        day=query.day,
        used=_nulls(seen.hours.value),
        expected=_nulls(expected),
        low=_nulls(low),
        high=_nulls(high),
        refusals=() if isinstance(base, Baseline) else _refusals(base.refusals),
    )


def _nulls(values: Iterable[float]) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else round(float(value), 3) for value in values)


def _refusals(refusals: Iterable[Refusal]) -> tuple[RefusalBody, ...]:
    return tuple(RefusalBody(reason=each.reason, says=each.says) for each in refusals)


def _body(meter: str, each: Fitted) -> BaselineBody:
    told = each.told
    model = told.model if isinstance(told, Baseline) else None
    daily = model if isinstance(model, DailyModel) else None
    observed = each.seen.observed
    return BaselineBody.model_validate(
        {
            "meter": meter, "from": each.ground.first, "to": each.ground.last, "method": each.ground.method,
            "note": each.ground.note, "accepted": isinstance(told, Baseline), "fit": _fit(told),
            "refusals": _refusals(told.refusals) if isinstance(told, Refused) else (),
            "kind": daily.kind.value if daily else "towt" if model is not None else None,
            "heating_from": daily.heating_from if daily else None,
            "cooling_from": daily.cooling_from if daily else None,
            "coldest": told.coldest if isinstance(told, Baseline) else None,
            "warmest": told.warmest if isinstance(told, Baseline) else None,
            "days_without_use": observed.no_use, "days_without_temperature": observed.no_temperature,
            "source": each.seen.source,
        }
    )  # fmt: skip


def _fit(told: Baseline | Refused) -> FitBody | None:
    fit = told.fit
    if fit is None:
        return None
    return FitBody(
        cv_rmse=fit.cv_rmse,
        cv_rmse_limit=LIMITS.cv_daily if told.method == "daily" else LIMITS.cv_hourly,
        nmbe=fit.nmbe,
        nmbe_limit=LIMITS.nmbe,
        r2=fit.r2,
        monthly_cv=fit.monthly_cv,
        monthly_nmbe=fit.monthly_nmbe,
        days=fit.days,
        parameters=fit.parameters,
        rho=fit.rho,
    )


def _saving(meter: str, query: DaysQuery, told: Saving | Refused, asked: int) -> SavingBody:
    known = told if isinstance(told, Saving) else None
    days = () if known is None else zip(known.day, known.expected, known.used, strict=True)
    return SavingBody.model_validate(
        {
            "meter": meter, "from": query.first, "to": query.last,
            "saved": known and known.saved, "half_width": known and known.half_width,
            "share": known and known.share, "distinct": known and known.distinct,
            "expected": known and float(known.expected.sum()), "used": known and float(known.used.sum()),
            "days": tuple(
                SavingDay(day=date.fromordinal(int(n)), expected=float(e), used=float(u)) for n, e, u in days
            ),
            "asked_days": asked,
            "refusals": () if isinstance(told, Saving) else _refusals(told.refusals),
        }
    )  # fmt: skip
