"""How many square metres of floor a site has: one figure for every page that says something per m2."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping


def floor_area(found: Sequence[RowMapping]) -> float | None:
    """m2 within fire zones (of all places where none has a zone); the area of a place covers those within it."""
    zoned = any(place["zone"] for place in found)
    areas = {place["id"]: place["area"] for place in found if not zoned or place["zone"]}
    parents = {place["id"]: place["parent"] for place in found}

    def covered(id: str) -> bool:
        seen, above = {id}, parents.get(id)
        while above is not None and above not in seen:
            if areas.get(above) is not None:
                return True
            seen.add(above)
            above = parents.get(above)
        return False

    counted = [area for id, area in areas.items() if area is not None and not covered(id)]
    return sum(counted) if counted else None
