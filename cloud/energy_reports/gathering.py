"""Everything that a month's report says, gathered once: figures, bills, waste, savings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from cloud.baselines.fitting import fitted, hours_of
from cloud.baselines.schemas import Ground
from cloud.baselines.store import grounds
from cloud.bills.reckoning import reckon
from cloud.bills.schemas import BillBody, Period, bill_body
from cloud.database.base import Database
from cloud.energy_reports.document import MonthFacts
from cloud.energy_settings.ground import EnergySite, energy_site
from cloud.energy_targets.months import month_figures
from cloud.energy_targets.scopes import scoped
from cloud.energy_targets.store import targets
from cloud.errors import NotFound, Unprocessable
from cloud.historian.base import Historian
from cloud.service_levels.calendar import local
from cloud.sites.store import site_by_id
from cloud.tariffs.store import contracts
from cloud.waste.store import findings
from facility.energy.baseline import Baseline, Refused
from facility.energy.baseline_saving import Saving, saving
from facility.energy.local_time import local_day, month_of
from facility.words import Text


@dataclass(frozen=True, slots=True)
class _Stored:
    where: EnergySite
    facts: MonthFacts
    grounds: dict[str, Ground]


async def gathered(database: Database, historian: Historian | None, site: str, month: str, now: int) -> MonthFacts:
    """Unprocessable for a month that has not begun."""
    held = await database.read(lambda c: _stored(c, site, month, now))
    first, after = month_of(*map(int, month.split("-")))
    last = min(after, local_day(held.where.zone, now)) - timedelta(days=1)
    told = await _savings(database, historian, held, first, last)
    facts = held.facts
    return MonthFacts(
        facts.site, facts.name, facts.month, facts.made, facts.figures, facts.bills, facts.waste, told, facts.meters
    )


def _stored(connection: Connection, site: str, month: str, now: int) -> _Stored:
    where = energy_site(connection, site)
    first, after = month_of(*map(int, month.split("-")))
    if local_day(where.zone, now) <= first:
        raise Unprocessable(f"{month} 尚无完整的一天 · {month} has no day yet that is over: choose an earlier month")
    held = targets(connection, site, months=[month])
    areas = [scope for scope, _ in held if scope.startswith("area:") and _there(where, scope)]
    scopes = [scoped(where, scope) for scope in [*areas, *(f"meter:{id}" for id in where.meters)]]
    row = site_by_id(connection, site)
    facts = MonthFacts(
        site=site,
        name=Text(zh=row["name_zh"], en=row["name_en"]) if row is not None else Text(zh=site, en=site),
        month=month,
        made=local(where.zone, now).strftime("%Y-%m-%d %H:%M:%S"),
        figures=month_figures(connection, where, scopes, month, held, now) if scopes else (),
        bills=_bills(connection, where, first, after, now),
        waste=[each for each in findings(connection, site, open_only=True) if each.meter in where.meters],
        savings=(),
        meters={id: meter.name for id, meter in where.meters.items()},
    )
    return _Stored(where, facts, grounds(connection, site))


def _there(where: EnergySite, scope: str) -> bool:
    try:
        scoped(where, scope)
    except NotFound:
        return False
    return True


def _bills(connection: Connection, where: EnergySite, first: date, after: date, now: int) -> list[BillBody]:
    """Of meters with a contract, up to yesterday; one that can't be reckoned is left out: its own page says why."""
    found = []
    last = min(after, local_day(where.zone, now)) - timedelta(days=1)
    for meter in contracts(connection, where.id):
        if meter in where.meters:
            asked = Period.model_validate({"meter": meter, "from": first, "to": last})
            try:
                told = reckon(connection, where.id, asked)
            except (NotFound, Unprocessable):
                continue
            period = told.month.period
            found.append(bill_body(where.id, meter, told.stored.revision, told.bill, period.demand_kw))
    return found


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
