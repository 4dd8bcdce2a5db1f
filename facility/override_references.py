"""What a site's overrides point to, and whether what they change is there to be changed."""

from __future__ import annotations

from facility.catalog import Catalog
from facility.equipment_type import EquipmentType
from facility.point import Kind
from facility.references import Found, type_of, unknown
from facility.site import Override, PointOverride, RuleOverride, SiteFile


def overrides(site: SiteFile, catalog: Catalog) -> Found:
    """Unknown equipment, rules and points; a limit where there is none; writing what is never written."""
    by_id = {e.id: e for e in site.equipment}
    for name, override in site.overrides.items():
        item = by_id.get(name)
        if item is None:
            yield ("overrides", name), unknown("equipment", name, by_id)
            continue
        if (type_ := type_of(catalog, item.type)) is None:
            continue
        rules, points = {r.id for r in type_.rules}, {p.id for p in type_.points}
        for rule in override.rules.keys() - rules:
            yield ("overrides", name, "rules", rule), f"{item.type} has {unknown('rule', rule, rules)}"
        for point in override.points.keys() - points:
            yield ("overrides", name, "points", point), f"{item.type} has {unknown('point', point, points)}"
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
