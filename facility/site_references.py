"""What in a site file points to something else, and whether that is there."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence

from facility.catalog import Catalog
from facility.equipment_type import EquipmentType
from facility.errors import ConfigError, nearest
from facility.ids import split_point_id
from facility.places import FlatPlace, Place, flat
from facility.point import Kind
from facility.site import Override, PointOverride, RuleOverride, SiteFile
from facility.yaml_source import Path_, Source


def check_references(site: SiteFile, source: Source, catalog: Catalog) -> None:
    """Note every reference that leads nowhere and every id that is there twice."""
    places = list(flat(site.places))
    found = itertools.chain(
        _twice(site),
        _equipment(site, places, catalog),
        _models(site, catalog, source),
        _rated(site, catalog),
        _overrides(site, catalog),
        _linkage(site, places, catalog),
        _routes(site, places, catalog),
        _meters(site, catalog),
        _instances(site, catalog),
    )
    for path, says in found:
        source.mistake(path, says)


def check_overrides(site: SiteFile, source: Source, catalog: Catalog) -> None:
    """Note what is wrong in the `overrides` and `routes` of a site whose other parts are right."""
    for path, says in itertools.chain(_overrides(site, catalog), _routes(site, list(flat(site.places)), catalog)):
        source.mistake(path, says)


Found = Iterator[tuple[Path_, str]]


def _unknown(what: str, name: str, known: Collection[str]) -> str:
    return f"no {what} {name!r}{nearest(name, known)}"


def _twice(site: SiteFile) -> Found:
    seen: set[str] = set()
    for i, item in enumerate(site.equipment):
        if item.id in seen:
            yield ("equipment", i, "id"), f"equipment {item.id!r} is there twice"
        seen.add(item.id)
        ids = [x.id for x in item.instances]
        for j, one in enumerate(ids):
            if one in ids[:j]:
                yield ("equipment", i, "instances", j, "id"), f"instance {one!r} is there twice"
    yield from _places_twice(site.places, ("places",), set())
    for key, items in (("routes", site.routes), ("posts", site.posts)):
        names = [x.id for x in items]
        for j, one in enumerate(names):
            if one in names[:j]:
                yield (key, j, "id"), f"{one!r} is there twice"


def _places_twice(places: Sequence[Place], at: Path_, seen: set[str]) -> Found:
    for i, place in enumerate(places):
        if place.id in seen:
            yield (*at, i, "id"), f"place {place.id!r} is there twice"
        seen.add(place.id)
        yield from _places_twice(place.places, (*at, i, "places"), seen)


def _equipment(site: SiteFile, places: list[FlatPlace], catalog: Catalog) -> Found:
    known_places, types = {p.id for p in places}, catalog.types()
    served = known_places | {p.zone for p in places if p.zone}
    for i, item in enumerate(site.equipment):
        if item.type not in types:
            yield ("equipment", i, "type"), _unknown("equipment type", item.type, types)
        if item.connection not in site.connections:
            yield ("equipment", i, "connection"), _unknown("connection", item.connection, site.connections)
        if item.place is not None and item.place not in known_places:
            yield ("equipment", i, "place"), _unknown("place", item.place, known_places)
        for k, one in enumerate(item.serves):
            if one not in served:
                yield ("equipment", i, "serves", k), _unknown("place or zone", one, served)
        for j, instance in enumerate(item.instances):
            if instance.place is not None and instance.place not in known_places:
                yield ("equipment", i, "instances", j, "place"), _unknown("place", instance.place, known_places)


def _type(catalog: Catalog, name: str) -> EquipmentType | None:
    """The type, None where there is none or its own file is wrong: `_models` says so."""
    try:
        return catalog.type(name) if name in catalog.types() else None
    except ConfigError:
        return None


def _rated(site: SiteFile, catalog: Catalog) -> Found:
    for i, item in enumerate(site.equipment):
        if (type_ := _type(catalog, item.type)) is not None:
            figures = [f.id for f in type_.rated]
            for figure in item.rated.keys() - figures:
                yield ("equipment", i, "rated", figure), f"{item.type} has {_unknown('rated figure', figure, figures)}"


def _instances(site: SiteFile, catalog: Catalog) -> Found:
    for i, item in enumerate(site.equipment):
        if (type_ := _type(catalog, item.type)) is None or not item.instances:
            continue
        if not type_.instances:
            yield ("equipment", i, "instances"), f"{item.type} has no instances: take them away"
            continue
        kinds = {k for one in type_.instances for k in one.kinds}
        for j, instance in enumerate(item.instances):
            if instance.kind is not None and instance.kind not in kinds:
                yield ("equipment", i, "instances", j, "kind"), _unknown("kind", instance.kind, kinds)


def _models(site: SiteFile, catalog: Catalog, source: Source) -> Found:
    for i, item in enumerate(site.equipment):
        if item.type not in catalog.types():
            continue
        if item.model not in (known := catalog.models(item.type)):
            yield (
                ("equipment", i, "model"),
                f"{item.type} has {_unknown('model', item.model, known)} (there are: {', '.join(known)})",
            )
            continue
        try:
            catalog.type(item.type)
            model = catalog.model(item.type, item.model)
        except ConfigError as error:
            source.mistakes.extend(m for m in error.mistakes if m not in source.mistakes)
            continue
        line = site.connections.get(item.connection)
        if line is not None and line.protocol != model.protocol:
            yield (
                ("equipment", i, "connection"),
                f"{item.model} speaks {model.protocol}, but {item.connection} is a {line.protocol} line",
            )


def _overrides(site: SiteFile, catalog: Catalog) -> Found:
    by_id = {e.id: e for e in site.equipment}
    for name, override in site.overrides.items():
        item = by_id.get(name)
        if item is None:
            yield ("overrides", name), _unknown("equipment", name, by_id)
            continue
        if (type_ := _type(catalog, item.type)) is None:
            continue
        rules, points = {r.id for r in type_.rules}, {p.id for p in type_.points}
        for rule in override.rules.keys() - rules:
            yield ("overrides", name, "rules", rule), f"{item.type} has {_unknown('rule', rule, rules)}"
        for point in override.points.keys() - points:
            yield ("overrides", name, "points", point), f"{item.type} has {_unknown('point', point, points)}"
        yield from _condition_overrides(name, override, type_)
        yield from _deadband_overrides(name, override, type_)
        if type_.writes == "never":
            for point in (p for p, o in override.points.items() if o.writable):
                yield (
                    ("overrides", name, "points", point, "writable"),
                    f"{item.type} is never written; take writable away",
                )


def _condition_overrides(name: str, override: Override, type_: EquipmentType) -> Found:
    for rule in type_.rules:
        changed = override.rules.get(rule.id, RuleOverride())
        for key in RuleOverride.CONDITION:
            if getattr(changed, key) is not None and key not in type(rule.condition).model_fields:
                has = [k for k in RuleOverride.CONDITION if k in type(rule.condition).model_fields]
                yield (
                    ("overrides", name, "rules", rule.id, key),
                    f"a rule of kind {rule.condition.kind!r} has no {key} (it has: {', '.join(has) or 'none of them'})",
                )


def _deadband_overrides(name: str, override: Override, type_: EquipmentType) -> Found:
    for point in type_.points:
        changed = override.points.get(point.id, PointOverride())
        if changed.deadband is None or changed.deadband.percent is None:
            continue
        where = ("overrides", name, "points", point.id, "deadband")
        if point.kind is Kind.COUNTER:
            yield where, f"a percent deadband would hide the use of the counter {point.id}: take it away"
        elif point.normal is None or point.normal.low is None or point.normal.high is None:
            yield where, f"{point.id} has no normal band to take a percent of: write absolute instead"


def _linkage(site: SiteFile, places: list[FlatPlace], catalog: Catalog) -> Found:
    zones = {p.zone for p in places if p.zone} | {x.zone for e in site.equipment for x in e.instances if x.zone}
    by_id = {e.id: e for e in site.equipment}
    for i, item in enumerate(site.linkage):
        if item.zone not in zones:
            yield ("linkage", i, "zone"), _unknown("zone", item.zone, zones)
        for j, effect in enumerate(item.effects):
            where: Path_ = ("linkage", i, "effects", j, "point")
            try:
                equipment, instance, point = split_point_id(effect.point)
            except ValueError as error:
                yield where, str(error)
                continue
            if equipment not in by_id:
                yield where, _unknown("equipment", equipment, by_id)
            elif (type_ := _type(catalog, by_id[equipment].type)) is not None:
                if not type_.has_point(point):
                    yield where, f"{equipment} has {_unknown('point', point, [p.id for p in type_.points])}"
                    continue
                if (means := type_.point(point)).state_value(effect.state) is None:
                    yield (*where[:-1], "state"), _unknown("state", effect.state, [s.code for s in means.states])
                if means.per and instance not in (ids := [x.id for x in by_id[equipment].instances]):
                    yield where, f"{equipment} has {_unknown(means.per, instance, ids)}"


def _routes(site: SiteFile, places: list[FlatPlace], catalog: Catalog) -> Found:
    known, equipment = {p.id for p in places}, {e.id: e.type for e in site.equipment}
    for i, route in enumerate(site.routes):
        for j, point in enumerate(route.checkpoints):
            if point.reader not in equipment:
                yield ("routes", i, "checkpoints", j, "reader"), _unknown("equipment", point.reader, equipment)
            elif (type_ := _type(catalog, equipment[point.reader])) is not None and not type_.has_point("read"):
                yield ("routes", i, "checkpoints", j, "reader"), f"{point.reader} is a {type_.id}: it reads no tags"
            if point.place is not None and point.place not in known:
                yield ("routes", i, "checkpoints", j, "place"), _unknown("place", point.place, known)


def _meters(site: SiteFile, catalog: Catalog) -> Found:
    equipment, nodes = {e.id: e.type for e in site.equipment}, {m.equipment for m in site.meters}
    parents = {m.equipment: m.parent for m in site.meters}
    for i, meter in enumerate(site.meters):
        if meter.equipment not in equipment:
            yield ("meters", i, "equipment"), _unknown("equipment", meter.equipment, equipment)
        elif (type_ := _type(catalog, equipment[meter.equipment])) is not None:
            counters = [p.id for p in type_.points if p.kind is Kind.COUNTER]
            if meter.point not in counters:
                yield (
                    ("meters", i, "point" if "point" in meter.model_fields_set else "equipment"),
                    f"{type_.id} has {_unknown('counter', meter.point, counters)} (it has: {', '.join(counters)})",
                )
        if meter.equipment in [m.equipment for m in site.meters[:i]]:
            yield ("meters", i, "equipment"), f"meter {meter.equipment!r} is there twice"
        if meter.parent is not None and meter.parent not in nodes:
            yield ("meters", i, "parent"), _unknown("meter", meter.parent, nodes)
        seen, at = {meter.equipment}, meter.parent
        while at is not None and at not in seen:
            seen.add(at)
            at = parents.get(at)
        if at == meter.equipment:
            yield ("meters", i, "parent"), f"{meter.equipment} is its own ancestor"
