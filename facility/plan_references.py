"""What linkage, routes and meters point to."""

from __future__ import annotations

from typing import Final

from facility.catalog import Catalog
from facility.ids import split_point_id
from facility.places import FlatPlace
from facility.point import Kind
from facility.references import Found, type_of, unknown
from facility.site import Effect, Route, SiteFile
from facility.yaml_source import Path_

LONGEST: Final = 64
"""Characters of an alarm's instance."""
_DAY: Final = 86_400.0


def linkage(site: SiteFile, places: list[FlatPlace], catalog: Catalog) -> Found:
    """Zones, points, states and instances that a fire's effects are awaited on."""
    zones = {p.zone for p in places if p.zone} | {x.zone for e in site.equipment for x in e.instances if x.zone}
    for i, item in enumerate(site.linkage):
        if item.zone not in zones:
            yield ("linkage", i, "zone"), unknown("zone", item.zone, zones)
        if item.zone in [x.zone for x in site.linkage[:i]]:
            yield ("linkage", i, "zone"), f"zone {item.zone!r} is there twice: put its effects together"
        for j, effect in enumerate(item.effects):
            if effect.id in [x.id for x in item.effects[:j]]:
                yield ("linkage", i, "effects", j, "id"), f"effect {effect.id!r} is there twice in {item.zone}"
            yield from _effect(site, effect, ("linkage", i, "effects", j), catalog)


def _effect(site: SiteFile, effect: Effect, at: Path_, catalog: Catalog) -> Found:
    by_id, where = {e.id: e for e in site.equipment}, (*at, "point")
    try:
        equipment, instance, point = split_point_id(effect.point)
    except ValueError as error:
        yield where, str(error)
        return
    if len(effect.point) - len(equipment) > LONGEST:
        yield where, f"instance and point have more than {LONGEST} characters: an alarm names the effect by them"
    if equipment not in by_id:
        yield where, unknown("equipment", equipment, by_id)
    elif (type_ := type_of(catalog, by_id[equipment].type)) is not None:
        if not type_.has_point(point):
            yield where, f"{equipment} has {unknown('point', point, [p.id for p in type_.points])}"
            return
        if (means := type_.point(point)).state_value(effect.state) is None:
            yield (*at, "state"), unknown("state", effect.state, [s.code for s in means.states])
        if means.per and instance not in (ids := [x.id for x in by_id[equipment].instances]):
            yield where, f"{equipment} has {unknown(means.per, instance, ids)}"


def routes(site: SiteFile, places: list[FlatPlace], catalog: Catalog) -> Found:
    """Readers and places of patrol routes, and whether somebody can walk them."""
    known, equipment = {p.id for p in places}, {e.id: e.type for e in site.equipment}
    for i, route in enumerate(site.routes):
        yield from _unwalkable(route, ("routes", i))
        for j, point in enumerate(route.checkpoints):
            if point.reader not in equipment:
                yield ("routes", i, "checkpoints", j, "reader"), unknown("equipment", point.reader, equipment)
            elif (type_ := type_of(catalog, equipment[point.reader])) is not None and not type_.has_point("read"):
                yield ("routes", i, "checkpoints", j, "reader"), f"{point.reader} is a {type_.id}: it reads no tags"
            if point.place is not None and point.place not in known:
                yield ("routes", i, "checkpoints", j, "place"), unknown("place", point.place, known)


def _unwalkable(route: Route, at: Path_) -> Found:
    """Windows and gaps that nobody can keep, and checkpoints that can't be told apart."""
    for j, point in enumerate(route.checkpoints):
        where: Path_ = (*at, "checkpoints", j)
        before = route.checkpoints[:j]
        if point.id in [c.id for c in before]:
            yield (*where, "id"), f"checkpoint {point.id!r} is there twice in {route.id}"
        if any(c.reader == point.reader and (c.tag == point.tag or None in (c.tag, point.tag)) for c in before):
            yield (*where, "reader"), f"another checkpoint of {route.id} has this reader and tag: give each its own tag"
        if len(f"{route.id}.{point.id}") > LONGEST:
            yield (*where, "id"), f"route and checkpoint have more than {LONGEST} characters: alarms name it by them"
        if point.before is not None and point.before < (point.after or 0.0):
            yield (*where, "before"), "the window closes before it opens: before is less than after"
        if max(point.before or 0.0, point.after or 0.0) > _DAY:
            yield (*where, "before" if point.before else "after"), "a round lasts a day at most"
        if point.most_gap is not None and point.most_gap < point.least_gap:
            yield (*where, "most_gap"), "most_gap is less than least_gap: nobody can keep both"
    if route.start_window > _DAY:
        yield (*at, "start_window"), "a round begins within a day of its start"


def meters(site: SiteFile, catalog: Catalog) -> Found:
    """Meters, their counters, and a tree without circles."""
    equipment, nodes = {e.id: e.type for e in site.equipment}, {m.equipment for m in site.meters}
    parents = {m.equipment: m.parent for m in site.meters}
    for i, meter in enumerate(site.meters):
        if meter.equipment not in equipment:
            yield ("meters", i, "equipment"), unknown("equipment", meter.equipment, equipment)
        elif (type_ := type_of(catalog, equipment[meter.equipment])) is not None:
            counters = [p.id for p in type_.points if p.kind is Kind.COUNTER]
            if meter.point not in counters:
                yield (
                    ("meters", i, "point" if "point" in meter.model_fields_set else "equipment"),
                    f"{type_.id} has {unknown('counter', meter.point, counters)} (it has: {', '.join(counters)})",
                )
        if meter.equipment in [m.equipment for m in site.meters[:i]]:
            yield ("meters", i, "equipment"), f"meter {meter.equipment!r} is there twice"
        if meter.parent is not None and meter.parent not in nodes:
            yield ("meters", i, "parent"), unknown("meter", meter.parent, nodes)
        seen, at = {meter.equipment}, meter.parent
        while at is not None and at not in seen:
            seen.add(at)
            at = parents.get(at)
        if at == meter.equipment:
            yield ("meters", i, "parent"), f"{meter.equipment} is its own ancestor"
