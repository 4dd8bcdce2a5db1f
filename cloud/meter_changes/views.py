"""Meters and replacements as they are shown."""

from __future__ import annotations

from sqlalchemy import Connection, RowMapping

from cloud.energy.amounts import amounts_of
from cloud.energy.schemas import MeterView, Sum, sum_of
from cloud.ledger.store import states
from cloud.meter_changes.schemas import MeterSet, ReplacementView, UseView
from cloud.meter_readings.judging import shown_value
from cloud.meters.facts import MeterFacts, medium_of
from cloud.meters.schemas import MeterSettings
from cloud.meters.store import meter_of, meters_of, meters_with, settings_of
from facility.clock import NS
from facility.energy.intervals import QUARTER, exact
from facility.energy.ledger import PATIENCE
from facility.energy.uses import GROUPS, USES, use_of
from facility.ids import point_id


def meter_view(meter: MeterFacts, state: RowMapping | None, now: int) -> MeterView:
    """One meter, as its newest register is."""
    register = meter.registers[-1] if meter.registers else None
    use, series = use_of(meter.use), meter.series
    last = None if state is None else state["last_at"]
    late = round(meter.reading_period * PATIENCE) * NS
    multiplier = 1 if register is None else register.multiplier
    return MeterView(
        site=meter.site,
        id=meter.id,
        kind=meter.kind,
        name=meter.name,
        unit=meter.unit,
        shown_unit=meter.shown_unit,
        place=meter.place,
        area=meter.area,
        use=meter.use,
        use_name=use.name,
        use_group=use.group,
        group_name=GROUPS[use.group],
        parent=meter.parent,
        point=None if series is None else point_id(series.equipment, series.instance, series.point),
        reading_period=meter.reading_period,
        width=None if register is None or register.modulus is None else shown_value(meter, register.modulus),
        multiplier=f"{float(multiplier):.12g}",
        highest=None if register is None else exact(register.most).normalize() + 0,
        formula=meter.formula,
        medium=medium_of(meter),
        first_at=None if state is None else state["first_at"],
        last_at=last,
        overdue=meter.kind != "virtual" and (last is None or now - last > late),
    )


def meter_set(connection: Connection, site: str, id: str, now: int) -> MeterSet:
    """NotFound for a meter that is not there."""
    meter, held = meter_of(connection, site, id), settings_of(connection, site)
    state = states(connection, site).get(id)
    said = held.pop(id, MeterSettings())
    plain = meters_with(connection, site, held).get(id)
    bare = None if plain is None else meter_view(plain, state, now)
    return MeterSet(settings=said, meter=meter_view(meter, state, now), inventory=bare)


def month_of_virtual(connection: Connection, site: str, id: str, now: int) -> Sum | None:
    """The last 30 days of a meter that is reckoned from others; None of another one."""
    meters, end = meters_of(connection, site), now // QUARTER * QUARTER
    if meters[id].kind != "virtual":
        return None
    return sum_of(amounts_of(connection, meters, [id], end - 30 * 96 * QUARTER, end)[id].total())


def use_views() -> tuple[UseView, ...]:
    """All uses."""
    return tuple(
        UseView(id=use.id, name=use.name, group=use.group, group_name=GROUPS[use.group], source=use.source)
        for use in USES.values()
    )


def replacement_view(row: RowMapping, meter: MeterFacts) -> ReplacementView:
    """One replacement."""
    return ReplacementView(
        id=row["id"],
        site=row["site"],
        meter=row["meter"],
        at=row["at"],
        removed=shown_value(meter, row["removed"]),
        installed=shown_value(meter, row["installed"]),
        unit=meter.shown_unit,
        width=None if row["width"] is None else shown_value(meter, row["width"]),
        multiplier=row["multiplier"],
        note=row["note"],
        entered_at=row["entered_at"],
        entered_by=row["entered_by"],
    )
