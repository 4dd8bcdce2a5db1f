"""The built-in alarm of an effect of a fire that did not come: one a point that a fire's effect is awaited on."""

from __future__ import annotations

from edge.alarms.row import Row
from facility.alarm import AlarmClass, Priority
from facility.ids import point_id
from facility.inventory import Inventory
from facility.linkage import MISSING_RULE
from facility.words import Text


def effect_rows(inventory: Inventory) -> list[Row]:
    """Equipment and the rest of the point's id; several zones that await the same share it: it is one thing."""
    found: dict[str, Row] = {}
    for linkage in inventory.linkage:
        for effect in linkage.effects:
            equipment, _, rest = effect.point.partition(".")
            found.setdefault(
                effect.point,
                Row(
                    equipment=equipment,
                    rule=MISSING_RULE,
                    instance=rest,
                    priority=Priority.HIGH,
                    alarm_class=AlarmClass.LIFE_SAFETY,
                    latching=True,
                    delay_on=0,
                    delay_off=0,
                    point=-1,
                    text=Text(zh=f"联动未到位：{effect.name.zh}", en=f"Missing in a fire: {effect.name.en}"),
                ),
            )
    return list(found.values())


def effect_row_id(point: str) -> str:
    """Row.id of the alarm of an effect's point."""
    equipment, _, rest = point.partition(".")
    return point_id(equipment, rest, MISSING_RULE)
