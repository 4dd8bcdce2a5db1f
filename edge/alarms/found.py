"""Which alarms can be: each rule of an equipment once, once an instance, or once a fire zone; or why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from edge.alarms.kinds import kinds
from edge.points import PointTable
from facility.alarm import Count, Patrol, Rule
from facility.inventory import Inventory, InventoryEquipment
from facility.patrol import instance_of, rules_of
from facility.words import Text


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """A rule that stands in the data and is not judged, and why."""

    equipment: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """One rule for one instance, before it has suppressors."""

    equipment: InventoryEquipment
    rule: Rule
    instance: str
    """Of a rule that is judged for each fire zone: the zone."""
    points: Mapping[str, int]
    """Point name → index, as seen from the instance."""
    members: tuple[int, ...] = ()
    """The points of a zone that are counted together."""
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class _Points:
    """Point name → index: the equipment's own, and those of each instance."""

    own: dict[str, int]
    each: dict[str, dict[str, int]]

    @classmethod
    def of(cls, item: InventoryEquipment, table: PointTable) -> _Points:
        own = {p.point: table.by_id[p.id] for p in item.points if not p.instance}
        each: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for p in item.points:
            if p.instance:
                each[p.instance][p.point] = table.by_id[p.id]
        return cls(own, dict(each))

    @property
    def repeated(self) -> set[str]:
        return {name for points in self.each.values() for name in points}

    @property
    def anything(self) -> dict[str, int]:
        return self.own or {k: v for e in self.each.values() for k, v in e.items()}


def of_equipment(
    item: InventoryEquipment, table: PointTable, zones: Mapping[str, str | None], missing: list[Unevaluated]
) -> Iterator[Found]:
    """Everything that the equipment's rules come to; `zones` is the fire zone of each place."""
    points = _Points.of(item, table)
    for rule in item.rules:
        if isinstance(rule.condition, Patrol):
            continue
        if (why := _unfit(rule, item, points)) is not None:
            missing.append(Unevaluated(item.id, rule.id, why))
        elif rule.per is not None:
            for instance, mine in points.each.items():
                if rule.points() <= mine.keys() | points.own.keys():
                    yield Found(item, rule, instance, {**points.own, **mine})
        elif isinstance(rule.condition, Count) and rule.condition.same_zone:
            yield from _by_zone(item, rule, rule.condition.point, points, zones)
        else:
            yield Found(item, rule, "", points.own if rule.points() else points.anything)


def of_patrol(inventory: Inventory, table: PointTable) -> Iterator[Found]:
    """The alarms of patrol routes: one a route for its start, one for each of its checkpoints."""
    for item, rule, route, checkpoint in rules_of(inventory):
        points = _Points.of(item, table).own
        zh, en = route.name.zh, route.name.en
        if checkpoint is not None:
            name = next((p for p in inventory.places if p.id == checkpoint.place), None)
            zh += f" · {name.zh if name else checkpoint.id}"
            en += f" · {name.en if name else checkpoint.id}"
        instance = instance_of(route.id, checkpoint.id if checkpoint else "")
        yield Found(item, rule, instance, points, text=Text(zh=zh, en=en))


def _unfit(rule: Rule, item: InventoryEquipment, points: _Points) -> str | None:
    if rule.condition.kind not in kinds():
        return f"conditions of kind {rule.condition.kind!r}"
    if figures := sorted(rule.rated() - item.rated.keys()):
        return f"it needs the name plate's {figures[0]}: write rated: {{{figures[0]}: …}} at {item.id} in site.yaml"
    if rule.per is not None or (isinstance(rule.condition, Count) and rule.condition.same_zone):
        return None
    odd = sorted(rule.points() & points.repeated - points.own.keys())
    return f"{odd[0]} is there once an instance: the rule needs `per`" if odd else None


def _by_zone(
    item: InventoryEquipment, rule: Rule, point: str, points: _Points, zones: Mapping[str, str | None]
) -> Iterator[Found]:
    """One for each fire zone that has instances with the point; an instance's zone is its own or its place's."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for instance in item.instances:
        zone = instance.zone or zones.get(instance.place or item.place or "")
        if zone and point in (mine := points.each.get(instance.id, {})):
            members[zone].append(mine[point])
    for zone, some in members.items():
        text = Text(zh=f"{rule.name.zh}（{zone}）", en=f"{rule.name.en} ({zone})")
        yield Found(item, rule, zone, {**points.own, point: some[0]}, tuple(some), text)
