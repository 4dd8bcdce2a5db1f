"""From site.yaml and the catalog to the Inventory: every mistake at once, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from facility import repeats, yaml_source
from facility.access import Entrance
from facility.alarm import AlarmClass, DoorCount, Rule
from facility.catalog import Catalog, for_site
from facility.equipment_type import DeviceModel, EquipmentType
from facility.errors import ConfigError, Mistake, nearest
from facility.ids import point_id
from facility.inventory import Inventory, InventoryEquipment, InventoryPoint
from facility.places import flat
from facility.point import Point
from facility.salvage import salvaged
from facility.site import Equipment, Override, PointOverride, RuleOverride, SiteFile
from facility.site_references import check_references

DEFAULT_PERIOD = 1.0


class Site:
    """A checked site: what was written, and what it comes to."""

    def __init__(
        self, file: Path, written: SiteFile, inventory: Inventory, catalog: Catalog, at: Sequence[int] | None = None
    ) -> None:
        self.file = file
        self.written = written
        self.inventory = inventory
        self.catalog = catalog
        self.at = tuple(range(len(inventory.equipment))) if at is None else tuple(at)
        """Of each equipment of the inventory: its place in the file's list."""


def read_site(file: Path, *, catalog: Catalog | None = None) -> Site:
    """Read and check site.yaml; ConfigError carries every mistake with file:line and the nearest right word."""
    source = _source(file)
    found = catalog or for_site(file)
    written = _written(source, found)
    inventory = _inventory(written, source, found)
    source.raise_if_wrong()
    return Site(file, written, inventory, found)


def read_draft(file: Path) -> Site:
    """What can be made of a site that has mistakes, to look for more of them; ConfigError where it is no site at all.

    Equipment that nothing can be made of is left out.
    """
    source = _source(file)
    found = for_site(file)
    written = salvaged(SiteFile, source.data)
    check_references(written, source, found)
    spoilt = {m.where for m in source.mistakes}
    made = dict(_drafted(written, source, found, spoilt))
    lines = {name: c.protocol for name, c in written.connections.items()}
    inventory = salvaged(Inventory, {"connections": lines, "equipment": tuple(made.values())})
    return Site(file, written, inventory, found, tuple(made))


def _source(file: Path) -> yaml_source.Source:
    source = yaml_source.load(file)
    if not isinstance(source.data, dict):
        source.mistake((), "a site file starts with keys such as site:, gateway:, connections:, equipment:")
        raise ConfigError(mistakes=source.mistakes)
    return source


def _written(source: yaml_source.Source, catalog: Catalog) -> SiteFile:
    """The right site file; ConfigError with its mistakes of shape, and those of reference in what has its shape."""
    written = yaml_source.check(SiteFile, source)
    told = {m.where for m in source.mistakes}
    rest = yaml_source.Source(source.file, source.data, source.lines)
    check_references(written or salvaged(SiteFile, source.data), rest, catalog)
    source.mistakes += [m for m in rest.mistakes if not _follows(m, told)]
    return source.right(written)


_NAMED: Final = {
    "connection": "connections",
    "place": "places",
    "reader": "equipment",
    "serves": "places",
    "fed_by": "equipment",
}
"""Key → the part of the file that it points into."""


def _follows(mistake: Mistake, told: set[str]) -> bool:
    """Whether a reference only fails because something else was told to be wrong already."""
    last = mistake.where.rpartition(".")[2].partition("[")[0]
    return mistake.where in told or _NAMED.get(last) in told


def _drafted(
    written: SiteFile, source: yaml_source.Source, catalog: Catalog, spoilt: set[str]
) -> Iterator[tuple[int, InventoryEquipment]]:
    for i, item in enumerate(written.equipment):
        if any(f"equipment[{i}].{key}" in spoilt for key in ("type", "model", "connection", "instances")):
            continue
        try:
            yield i, _equipment(item, i, written, source, catalog)
        except (ConfigError, ValidationError):
            continue


def resolved(site: Site, written: SiteFile) -> Inventory:
    """The inventory of a checked site whose overrides or routes were changed, and checked, since it was read."""
    source = yaml_source.Source(str(site.file))
    inventory = _inventory(written, source, site.catalog)
    source.raise_if_wrong()
    return inventory


def _inventory(written: SiteFile, source: yaml_source.Source, catalog: Catalog) -> Inventory:
    return Inventory(
        site=written.site,
        name=written.name,
        timezone=written.timezone,
        gateway=written.gateway,
        places=tuple(flat(written.places)),
        connections={name: c.protocol for name, c in written.connections.items()},
        equipment=tuple(_equipment(e, i, written, source, catalog) for i, e in enumerate(written.equipment)),
        linkage=written.linkage,
        routes=written.routes,
        meters=written.meters,
        posts=written.posts,
        duty_page=written.duty_page is not None,
    )


def _equipment(
    item: Equipment, i: int, written: SiteFile, source: yaml_source.Source, catalog: Catalog
) -> InventoryEquipment:
    type_, model = catalog.type(item.type), catalog.model(item.type, item.model)
    override = written.overrides.get(item.id, Override())
    points = tuple(_points(item, i, type_, model, override, source))
    if not points:
        source.mistake(("equipment", i, "instances"), f"{item.id} has no point: list its instances")
    rules = tuple(_rules(type_, override, {p.point for p in points}, item.entrance))
    return InventoryEquipment(
        id=item.id,
        type=item.type,
        model=item.model,
        system=type_.system,
        name=item.name,
        type_name=type_.name,
        place=item.place,
        connection=item.connection,
        protocol=model.protocol,
        unit=item.id if item.unit is None else item.unit,
        writes=type_.writes,
        quirks=model.quirks,
        rated=item.rated,
        rated_figures=tuple(f for f in type_.rated if f.id in item.rated),
        serves=item.serves,
        fed_by=item.fed_by,
        entrance=item.entrance,
        instance_kinds=type_.instances,
        instances=item.instances,
        points=points if item.poll else tuple(_hurried(points, rules, override)),
        rules=rules,
    )


def _hurried(points: Iterable[InventoryPoint], rules: Iterable[Rule], override: Override) -> Iterator[InventoryPoint]:
    """The points; urgent are those that a life-safety rule watches, unless the site set a period."""
    life = {p for rule in rules if rule.alarm_class is AlarmClass.LIFE_SAFETY for p in rule.points()}
    life -= {point for point, changed in override.points.items() if changed.period}
    for point in points:
        yield point.model_copy(update={"urgent": True}) if point.point in life else point


def _points(
    item: Equipment, i: int, type_: EquipmentType, model: DeviceModel, override: Override, source: yaml_source.Source
) -> Iterator[InventoryPoint]:
    base = item.poll or model.period
    for entry in model.points:
        means = type_.point(entry.point)
        changed = override.points.get(entry.point)
        yield _point(item.id, "", means, entry.address, changed, entry.period or base)
    for j, instance in enumerate(item.instances):
        repeat = next((r for r in model.repeat if instance.id in repeats.instances(r)), None)
        if repeat is None:
            known = [k for r in model.repeat for k in repeats.instances(r)]
            says = f"{model.id} has no instance {instance.id!r}{nearest(instance.id, known)}"
            source.mistake(("equipment", i, "instances", j, "id"), says)
            continue
        for entry, address in repeats.addresses(repeat, instance.id):
            means = type_.point(entry.point)
            changed = override.points.get(entry.point)
            yield _point(item.id, instance.id, means, address, changed, entry.period or base)


_GIVEN: Final = {"id", "instance", "means", "period", "stale_after", "address"}
"""One set for all points: as a set of its own it would be the largest part of each."""


def _point(
    equipment: str,
    instance: str,
    means: Point,
    address: dict[str, Any],
    changed: PointOverride | None,
    period: float | None,
) -> InventoryPoint:
    """Built without a second check: every part of it was checked where it was read, and a site has thousands."""
    every, stale_after = period or means.period or DEFAULT_PERIOD, means.stale_after
    if changed is not None:
        every, stale_after = changed.period or every, changed.stale_after or stale_after
        new = {k: v for k in ("deadband", "writable", "write") if (v := getattr(changed, k)) is not None}
        means = means.model_copy(update=new) if new else means
    return InventoryPoint.model_construct(
        _GIVEN,
        id=point_id(equipment, instance, means.id),
        instance=instance,
        means=means,
        period=every,
        stale_after=stale_after or 3 * every,
        address=address,
    )


def _rules(type_: EquipmentType, override: Override, points: set[str], entrance: Entrance | None) -> Iterator[Rule]:
    """The type's rules that this equipment's points can carry, as at its entrance, with the site's changes."""
    for rule in type_.rules:
        changed = override.rules.get(rule.id, RuleOverride())
        if changed.enabled is False or not rule.points() <= points:
            continue
        top = {k: v for k in ("delay_on", "delay_off", "priority") if (v := getattr(changed, k)) is not None}
        inner = {k: v for k in RuleOverride.CONDITION if (v := getattr(changed, k)) is not None}
        condition = rule.condition
        if isinstance(condition, DoorCount):
            condition = condition.at(entrance)
        condition = condition.model_copy(update=inner)
        same = not top and condition == rule.condition
        yield rule if same else rule.model_copy(update={**top, "condition": condition})
