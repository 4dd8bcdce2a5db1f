"""Meters and replacements as they are shown."""

from __future__ import annotations

from sqlalchemy import RowMapping

from cloud.energy.schemas import MeterView
from cloud.meter_changes.schemas import ReplacementView
from cloud.meter_readings.store import shown_value
from cloud.meters.facts import MeterFacts
from facility.clock import NS
from facility.energy.intervals import exact
from facility.energy.ledger import PATIENCE
from facility.energy.uses import GROUPS, use_of
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
        first_at=None if state is None else state["first_at"],
        last_at=last,
        overdue=meter.kind != "virtual" and (last is None or now - last > late),
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
