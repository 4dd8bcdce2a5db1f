"""What the duty page's sounder points to, and whether it may be written."""

from __future__ import annotations

from facility.catalog import Catalog
from facility.ids import split_point_id
from facility.references import Found, type_of, unknown
from facility.site import Override, PointOverride, SiteFile, Sounder
from facility.yaml_source import Path_

_AT: Path_ = ("duty_page", "sounder")


def duty_page(site: SiteFile, catalog: Catalog) -> Found:
    """The relay: a writable state point of an equipment that may be written at all."""
    sounder = site.duty_page.sounder if site.duty_page is not None else None
    if sounder is not None:
        yield from _sounder(site, sounder, catalog)


def _sounder(site: SiteFile, sounder: Sounder, catalog: Catalog) -> Found:
    where, by_id = (*_AT, "point"), {e.id: e for e in site.equipment}
    try:
        equipment, instance, point = split_point_id(sounder.point)
    except ValueError as error:
        yield where, str(error)
        return
    if equipment not in by_id:
        yield where, unknown("equipment", equipment, by_id)
    elif (type_ := type_of(catalog, by_id[equipment].type)) is not None:
        if not type_.has_point(point):
            yield where, f"{equipment} has {unknown('point', point, [p.id for p in type_.points])}"
            return
        means = type_.point(point)
        if means.per and instance not in (ids := [x.id for x in by_id[equipment].instances]):
            yield where, f"{equipment} has {unknown(means.per, instance, ids)}"
        changed = site.overrides.get(equipment, Override()).points.get(point, PointOverride())
        if type_.writes == "never":
            yield where, f"{type_.id} is never written: take a relay of its own for the sounder"
        elif not (means.writable if changed.writable is None else changed.writable):
            here = f"overrides.{equipment}.points.{point}"
            yield where, f"{sounder.point} is not writable: say writable: true under {here}"
        for key, code in (("on", sounder.on), ("off", sounder.off)):
            if means.state_value(code) is None:
                yield (*_AT, key), unknown("state", code, [s.code for s in means.states])
