"""What in a site file points to something else, and whether that is there."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from facility.catalog import Catalog
from facility.duty_references import duty_page
from facility.equipment_type import System
from facility.errors import ConfigError
from facility.override_references import overrides
from facility.places import FlatPlace, Place, flat
from facility.plan_references import linkage, meters, routes
from facility.references import Found, type_of, unknown
from facility.site import SiteFile
from facility.yaml_source import Path_, Source


def check_references(site: SiteFile, source: Source, catalog: Catalog) -> None:
    """Note every reference that leads nowhere and every id that is there twice."""
    places = list(flat(site.places))
    found = itertools.chain(
        _twice(site),
        _equipment(site, places, catalog),
        _models(site, catalog, source),
        _rated(site, catalog),
        _supplies(site),
        _entrances(site, catalog),
        overrides(site, catalog),
        linkage(site, places, catalog),
        routes(site, places, catalog),
        meters(site, catalog),
        duty_page(site, catalog),
        _instances(site, catalog),
    )
    for path, says in found:
        source.mistake(path, says)


def check_overrides(site: SiteFile, source: Source, catalog: Catalog) -> None:
    """Note what is wrong in the `overrides` and `routes` of a site whose other parts are right."""
    for path, says in itertools.chain(overrides(site, catalog), routes(site, list(flat(site.places)), catalog)):
        source.mistake(path, says)


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
            yield ("equipment", i, "type"), unknown("equipment type", item.type, types)
        if item.connection not in site.connections:
            yield ("equipment", i, "connection"), unknown("connection", item.connection, site.connections)
        if item.place is not None and item.place not in known_places:
            yield ("equipment", i, "place"), unknown("place", item.place, known_places)
        for k, one in enumerate(item.serves):
            if one not in served:
                yield ("equipment", i, "serves", k), unknown("place or zone", one, served)
        for j, instance in enumerate(item.instances):
            if instance.place is not None and instance.place not in known_places:
                yield ("equipment", i, "instances", j, "place"), unknown("place", instance.place, known_places)


def _supplies(site: SiteFile) -> Found:
    known = {item.id for item in site.equipment}
    for i, item in enumerate(site.equipment):
        for k, supply in enumerate(item.fed_by):
            if supply not in (others := known - {item.id}):
                yield ("equipment", i, "fed_by", k), unknown("other equipment", supply, others)


def _entrances(site: SiteFile, catalog: Catalog) -> Found:
    for i, item in enumerate(site.equipment):
        if item.entrance is not None and (type_ := type_of(catalog, item.type)) and type_.system is not System.ACCESS:
            yield ("equipment", i, "entrance"), f"{item.type} is no door: take entrance away"


def _rated(site: SiteFile, catalog: Catalog) -> Found:
    for i, item in enumerate(site.equipment):
        if (type_ := type_of(catalog, item.type)) is not None:
            figures = [f.id for f in type_.rated]
            for figure in item.rated.keys() - figures:
                yield ("equipment", i, "rated", figure), f"{item.type} has {unknown('rated figure', figure, figures)}"


def _instances(site: SiteFile, catalog: Catalog) -> Found:
    for i, item in enumerate(site.equipment):
        if (type_ := type_of(catalog, item.type)) is None or not item.instances:
            continue
        if not type_.instances:
            yield ("equipment", i, "instances"), f"{item.type} has no instances: take them away"
            continue
        kinds = {k for one in type_.instances for k in one.kinds}
        for j, instance in enumerate(item.instances):
            if instance.kind is not None and instance.kind not in kinds:
                yield ("equipment", i, "instances", j, "kind"), unknown("kind", instance.kind, kinds)


def _models(site: SiteFile, catalog: Catalog, source: Source) -> Found:
    for i, item in enumerate(site.equipment):
        if item.type not in catalog.types():
            continue
        if item.model not in (known := catalog.models(item.type)):
            yield (
                ("equipment", i, "model"),
                f"{item.type} has {unknown('model', item.model, known)} (there are: {', '.join(known)})",
            )
            continue
        try:
            catalog.type(item.type)
            model = catalog.model(item.type, item.model)
        except ConfigError as error:
            source.mistakes.extend(m for m in error.mistakes if m not in source.mistakes)
            continue
        line = site.connections.get(item.connection)
        if line is not None and line.protocol and line.protocol != model.protocol:
            yield (
                ("equipment", i, "connection"),
                f"{item.model} speaks {model.protocol}, but {item.connection} is a {line.protocol} line",
            )
