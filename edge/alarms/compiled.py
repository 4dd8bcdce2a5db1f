"""From the inventory's rules to columns: which rows there are, what judges them, and what can't be judged yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from edge.alarms.guards import Guards
from edge.alarms.kinds import kinds
from edge.alarms.losses import Losses, line_rows, unit_rows
from edge.alarms.row import Judged, Kind, Row
from edge.points import PointTable
from facility.alarm import AlarmClass, Rule
from facility.clock import NS
from facility.errors import ConfigError
from facility.inventory import Inventory, InventoryEquipment
from facility.point import Point


@dataclass(frozen=True, slots=True)
class Unevaluated:
    """A rule that stands in the data and is not judged, and why."""

    equipment: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """Everything that the engine runs on; nothing of it changes."""

    rows: tuple[Row, ...]
    kinds: tuple[Kind, ...]
    guards: Guards
    losses: Losses
    unevaluated: tuple[Unevaluated, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """One rule for one instance, before it has suppressors."""

    equipment: InventoryEquipment
    rule: Rule
    instance: str
    points: Mapping[str, int]
    """Point name → index, as seen from the instance."""


def compile_rules(inventory: Inventory, table: PointTable) -> Compiled:
    """Compile; ConfigError where rules suppress one another in a circle."""
    missing: list[Unevaluated] = []
    found = [f for e in inventory.equipment for f in _of_equipment(e, table, missing)]
    lost = [*line_rows(inventory), *unit_rows(inventory)]
    rows = [r for r, _ in lost] + [_row(f) for f in found]
    causes = _causes(found, len(lost), {key: i for i, (_, key) in enumerate(lost)})
    rows = [replace(r, suppressed_by=tuple(causes.get(i, ()))) for i, r in enumerate(rows)]
    _refuse_circles(rows)
    judged = [_judged(i, f, table) for i, f in enumerate(found, len(lost))]
    return Compiled(
        rows=tuple(rows),
        kinds=tuple(_columns(judged)),
        guards=Guards.of([(j, f.rule.during) for j, f in zip(judged, found, strict=True) if f.rule.during], len(rows)),
        losses=Losses([key for _, key in lost]),
        unevaluated=tuple(missing),
    )


def _of_equipment(item: InventoryEquipment, table: PointTable, missing: list[Unevaluated]) -> Iterator[_Found]:
    own = {p.point: table.by_id[p.id] for p in item.points if not p.instance}
    each: dict[str, dict[str, int]] = defaultdict(dict)
    for p in item.points:
        if p.instance:
            each[p.instance][p.point] = table.by_id[p.id]
    repeated = {p.point for p in item.points if p.instance}
    for rule in item.rules:
        if rule.condition.kind not in kinds():
            missing.append(Unevaluated(item.id, rule.id, f"conditions of kind {rule.condition.kind!r}"))
        elif rule.per is None and (odd := sorted(rule.points() & repeated - own.keys())):
            missing.append(Unevaluated(item.id, rule.id, f"{odd[0]} is there once an instance: the rule needs `per`"))
        elif rule.per is None:
            yield _Found(
                item, rule, "", own if own or rule.points() else {k: v for e in each.values() for k, v in e.items()}
            )
        else:
            for instance, points in each.items():
                if rule.points() <= points.keys() | own.keys():
                    yield _Found(item, rule, instance, {**own, **points})


def _row(found: _Found) -> Row:
    rule = found.rule
    point = getattr(rule.condition, "point", None)
    return Row(
        equipment=found.equipment.id,
        rule=rule.id,
        instance=found.instance,
        priority=rule.priority,
        alarm_class=rule.alarm_class,
        latching=rule.latching,
        delay_on=round(rule.delay_on * NS),
        delay_off=round(rule.delay_off * NS),
        point=found.points[point] if point else -1,
        limit=getattr(rule.condition, "limit", None),
    )


def _judged(row: int, found: _Found, table: PointTable) -> Judged:
    def means(name: str) -> Point:
        return table.points[found.points[name]].means

    mine = [i for i in found.points.values() if not found.instance or table.points[i].instance == found.instance]
    everything = mine if found.instance else [table.by_id[p.id] for p in found.equipment.points]
    return Judged(row, found.rule.condition, found.points.__getitem__, means, everything)


def _columns(judged: Sequence[Judged]) -> Iterator[Kind]:
    by_module: dict[int, list[Judged]] = defaultdict(list)
    modules = {id(m): m for m in kinds().values()}
    for one in judged:
        by_module[id(kinds()[one.condition.kind])].append(one)
    for key, some in by_module.items():
        yield modules[key].compiled(some)


def _causes(found: Sequence[_Found], first: int, lost: Mapping[tuple[str, str], int]) -> dict[int, list[int]]:
    """Row → the rows that suppress it. Life safety is never suppressed; silence of the lost is the loss's."""
    by_rule: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, f in enumerate(found, first):
        by_rule[f.equipment.id, f.rule.id].append(i)
    causes: dict[int, list[int]] = {}
    for i, f in enumerate(found, first):
        if f.rule.alarm_class is AlarmClass.LIFE_SAFETY:
            continue
        named = [r for name in f.rule.suppressed_by for r in by_rule[f.equipment.id, name]]
        causes[i] = [r for r in named if _same_instance(found[r - first].instance, f.instance)]
        if f.rule.condition.kind == "no_data":
            line, unit = f.equipment.connection, str(f.equipment.unit)
            causes[i] += [lost[key] for key in ((line, unit), (line, "")) if key in lost]
    for (line, unit), i in lost.items():
        if unit:
            causes[i] = [lost[line, ""]]
    return causes


def _same_instance(cause: str, effect: str) -> bool:
    return not cause or not effect or cause == effect


def _refuse_circles(rows: Sequence[Row]) -> None:
    state = np.zeros(len(rows), np.uint8)

    def visit(at: int, way: tuple[int, ...]) -> None:
        if state[at] == 1:
            raise ConfigError(
                f"alarm rules suppress one another in a circle: {' → '.join(rows[i].id for i in (*way, at))}"
            )
        if state[at] == 0:
            state[at] = 1
            for cause in rows[at].suppressed_by:
                visit(cause, (*way, at))
            state[at] = 2

    for i in range(len(rows)):
        visit(i, ())
