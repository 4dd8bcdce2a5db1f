"""The tree of places: site, building, unit, floor, room; and fire zones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from facility.words import Frozen, Id


class Place(Frozen):
    """A place in site.yaml, with the places within it."""

    id: Id
    zh: str
    en: str
    zone: Id | None = None
    """Fire zone; inherited by the places within."""
    area: float | None = None
    """m2, for figures per square metre."""
    places: tuple[Place, ...] = ()


class FlatPlace(Frozen):
    """A place in the inventory: by parent instead of by nesting."""

    id: str
    parent: str | None
    zh: str
    en: str
    zone: str | None = None
    area: float | None = None


def flat(places: Sequence[Place], parent: str | None = None, zone: str | None = None) -> Iterator[FlatPlace]:
    """All places, parents first, each with the zone that holds for it."""
    for place in places:
        here = place.zone or zone
        yield FlatPlace(id=place.id, parent=parent, zh=place.zh, en=place.en, zone=here, area=place.area)
        yield from flat(place.places, place.id, here)
