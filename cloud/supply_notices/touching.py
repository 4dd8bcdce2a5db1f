"""What a stop touches: the meters, lifts and plant of a supply that stand in its places or below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from sqlalchemy import Connection

from cloud.equipment.store import equipment_rows
from cloud.rooms.store import rooms_in
from cloud.sites.store import places
from cloud.supply_notices.schemas import Supply, Touched, TouchedEquipment
from facility.words import Text

Why = Literal["meter", "lift", "plant"]
TYPES: Final[Mapping[Supply, Mapping[str, Why]]] = {
    "water": {"water_meter": "meter", "pump": "plant", "water_tank": "plant", "fire_water": "plant"},
    "power": {
        "power_meter": "meter",
        "elevator": "lift",
        "transformer": "plant",
        "pump": "plant",
        "sump": "plant",
        "access_gate": "plant",
        "lighting_circuit": "plant",
        "air_handling_unit": "plant",
        "ev_charger": "plant",
    },
    "lift": {"elevator": "lift"},
    "heating": {"heat_meter": "meter", "chiller": "plant", "air_handling_unit": "plant"},
    "gas": {"gas_meter": "meter", "gas_detector": "plant"},
}
"""Supply → types of equipment that notice when it stops."""
_ORDER: Final[Mapping[Why, int]] = {"lift": 0, "meter": 1, "plant": 2}


def below(parents: Mapping[str, str | None], chosen: Iterable[str]) -> frozenset[str]:
    """The places and all that lie within them."""
    found = set(chosen)
    grown = True
    while grown:
        more = {place for place, parent in parents.items() if parent in found and place not in found}
        found |= more
        grown = bool(more)
    return frozenset(found)


def touched(connection: Connection, site: str, kind: Supply, chosen: Iterable[str]) -> Touched:
    """Lifts first, then meters, then plant."""
    parents = {place["id"]: place["parent"] for place in places(connection, site)}
    within, types = below(parents, chosen), TYPES[kind]
    found = [
        TouchedEquipment(
            id=row["id"],
            type=row["type"],
            name=Text(zh=row["name_zh"], en=row["name_en"]),
            place=row["place"],
            why=types[row["type"]],
        )
        for row in equipment_rows(connection, frozenset({site}))
        if row["type"] in types and row["place"] in within
    ]
    ordered = sorted(found, key=lambda each: (_ORDER[each.why], each.id))
    return Touched(equipment=tuple(ordered), rooms=len(rooms_in(connection, site, within)))
