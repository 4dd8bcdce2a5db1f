"""Everything that a month's report says, gathered once: what was used up to now, targets, bills, waste, savings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Connection

from cloud.baselines.fitting import fitted, hours_of
from cloud.baselines.schemas import Ground
from cloud.baselines.store import grounds
from cloud.bills.reckoning import reckon
from cloud.bills.schemas import Period, bill_body
from cloud.database.base import Database
from cloud.energy.month import roots
from cloud.energy_breakdown.reckoning import with_meters
from cloud.energy_reports.facts import MeterBill, MonthFacts
from cloud.energy_reports.words import NO_REACTIVE
from cloud.energy_settings.ground import EnergySite, energy_site
from cloud.energy_targets.months import month_figures
from cloud.energy_targets.schemas import MonthFigure
from cloud.energy_targets.scopes import scoped
from cloud.energy_targets.store import targets
from cloud.errors import NotFound, Unprocessable
from cloud.historian.base import Historian
from cloud.service_levels.calendar import local
from cloud.sites.store import site_by_id
from cloud.tariffs.store import contract_of, contracts
from cloud.waste.store import findings
from cloud.wording import halves
from facility.energy.baseline import Baseline, Refused
from facility.energy.baseline_saving import Saving, saving
from facility.energy.intervals import QUARTER
from facility.energy.local_time import local_day, midnight, month_of
from facility.words import Text

_MINUTE: Final = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class _Stored:
    where: EnergySite
    facts: MonthFacts
    grounds: dict[str, Ground]


async def gathered(database: Database, historian: Historian | None, site: str, month: str, now: int) -> MonthFacts:
    """Unprocessable for a month without a quarter hour that is over."""
    held = await database.read(lambda c: _stored(c, site, month, now))
    first, after = month_of(*map(int, month.split("-")))
    last = min(after, local_day(held.where.zone, now)) - timedelta(days=1)
    told = await _savings(database, historian, held, first, last)
    return replace(held.facts, savings=told)


def _stored(connection: Connection, site: str, month: str, now: int) -> _Stored:
    where = energy_site(connection, site)
    first, after = month_of(*map(int, month.split("-")))
    if now < midnight(where.zone, first) + QUARTER:
        raise Unprocessable(f"{month} 尚未开始 · {month} has not begun: choose an earlier month")
    parts, lines = with_meters(connection, where, month, now)
    row = site_by_id(connection, site)
    facts = MonthFacts(
        site=site,
        name=Text(zh=row["name_zh"], en=row["name_en"]) if row is not None else Text(zh=site, en=site),
        month=month,
        span=(local(where.zone, parts.start).strftime(_MINUTE), local(where.zone, parts.until).strftime(_MINUTE)),
        made=local(where.zone, now).strftime("%Y-%m-%d %H:%M:%S"),
        parts=parts,
        lines=lines,
        figures=_figures(connection, where, month, now),
        bills=_bills(connection, where, first, after, now),
        waste=[each for each in findings(connection, site, open_only=True) if each.meter in where.meters],
        savings=(),
        meters={id: meter.name for id, meter in where.meters.items()},
    )
    return _Stored(where, facts, grounds(connection, site))


def _figures(connection: Connection, where: EnergySite, month: str, now: int) -> dict[str, MonthFigure]:
    held = targets(connection, where.id, months=[month])
    entering = [f"meter:{ids[0]}" for ids in roots(where.meters).values() if len(ids) == 1]
    wanted = dict.fromkeys([*(scope for scope, _ in held if _there(where, scope)), *entering])
    scopes = [scoped(where, scope) for scope in wanted]
    return {each.scope: each for each in month_figures(connection, where, scopes, month, held, now)} if scopes else {}


def _there(where: EnergySite, scope: str) -> bool:
    try:
        scoped(where, scope)
    except NotFound:
        return False
    return True


def _bills(connection: Connection, where: EnergySite, first: date, after: date, now: int) -> list[MeterBill]:
    """Of every meter with a contract, up to yesterday; what can't be reckoned stands there with the reason."""
    last = min(after, local_day(where.zone, now)) - timedelta(days=1)
    if last < first:
        return []
    held = {id: each for id, each in contracts(connection, where.id).items() if id in where.meters}
    return [_bill(connection, where, meter, first, last) for meter, of in held.items() if of[0].start <= last]


def _bill(connection: Connection, where: EnergySite, meter: str, first: date, last: date) -> MeterBill:
    asked = Period.model_validate({"meter": meter, "from": first, "to": last})
    try:
        told = reckon(connection, where.id, asked, adjusted=False)
        owes = contract_of(connection, where.id, meter, first, last).power_factor is not None
    except (NotFound, Unprocessable) as error:
        return MeterBill(meter, None, halves(error.detail))
    body = bill_body(where.id, meter, told.stored.revision, told.bill, told.month.period.demand_kw)
    return MeterBill(meter, body, lacks=NO_REACTIVE if owes else None)


async def _savings(
    database: Database, historian: Historian | None, held: _Stored, first: date, last: date
) -> list[tuple[str, Saving | Refused]]:
    if not held.grounds or last < first:
        return []
    bases = await fitted(database, historian, held.where, held.grounds)
    seen = await hours_of(database, historian, held.where, list(bases), first, last)
    return [
        (meter, saving(base.told, seen[meter].observed) if isinstance(base.told, Baseline) else base.told)
        for meter, base in bases.items()
    ]
