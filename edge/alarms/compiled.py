"""From the inventory's rules to columns: which rows there are, what judges them, and what can't be judged yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from edge.alarms.causes import linked
from edge.alarms.effects import effect_rows
from edge.alarms.found import Found, Unevaluated, of_equipment, of_patrol
from edge.alarms.guards import Guards
from edge.alarms.kinds import kinds
from edge.alarms.kinds.elsewhere import EVALUATES as ELSEWHERE
from edge.alarms.losses import Losses, line_rows, unit_rows
from edge.alarms.row import Hears, Index, Judged, Kind, Row
from edge.alarms.told import Told
from edge.points import PointTable
from facility.alarm import Condition, Occurs
from facility.clock import NS
from facility.inventory import Inventory
from facility.point import Point


@dataclass(frozen=True, slots=True)
class Compiled:
    """Everything that the engine runs on; nothing of it changes."""

    rows: tuple[Row, ...]
    kinds: tuple[Kind, ...]
    hearing: tuple[Hears, ...]
    """Those of `kinds` that judge messages."""
    conditions: Mapping[int, Condition]
    """By row; rows of lines, units and effects have none."""
    order: Index
    """All rows in the order in which they are judged: lines and units, then kind by kind."""
    guards: Guards
    """In the same order."""
    losses: Losses
    told: Told
    """Also among `kinds`."""
    unevaluated: tuple[Unevaluated, ...]


def compile_rules(inventory: Inventory, table: PointTable) -> Compiled:
    """Compile; ConfigError where rules suppress one another in a circle."""
    missing: list[Unevaluated] = []
    zones = {p.id: p.zone for p in inventory.places}
    found = [f for e in inventory.equipment for f in of_equipment(e, table, zones, missing)]
    found += of_patrol(inventory, table)
    lost = [*line_rows(inventory), *unit_rows(inventory)]
    rows = [r for r, _ in lost] + [_row(f) for f in found]
    rows = linked(rows, found, {key: i for i, (_, key) in enumerate(lost)}, inventory, table)
    judged = [_judged(i, f, table, inventory.timezone) for i, f in enumerate(found, len(lost))]
    effects = list(enumerate(effect_rows(inventory), len(rows)))
    told = Told([*((j.row, rows[j.row]) for j in judged if j.condition.kind in ELSEWHERE), *effects])
    rows += [row for _, row in effects]
    columns = (*_columns(judged), *([told] if len(told.rows) else ()))
    order = np.concatenate([np.arange(len(lost)), *(k.rows for k in columns)])
    place = np.argsort(order)
    guarded = [(j, f.rule.during) for j, f in zip(judged, found, strict=True) if f.rule.during]
    return Compiled(
        rows=tuple(rows),
        kinds=columns,
        hearing=tuple(k for k in columns if isinstance(k, Hears)),
        conditions={j.row: j.condition for j in judged},
        order=order,
        guards=Guards.of(sorted(guarded, key=lambda g: place[g[0].row])),
        losses=Losses([key for _, key in lost]),
        told=told,
        unevaluated=tuple(missing),
    )


def _row(found: Found) -> Row:
    rule, condition = found.rule, found.rule.condition
    point = found.points.get(getattr(condition, "point", None) or "", -1)
    until_reset = isinstance(condition, Occurs) and condition.hold == 0
    return Row(
        equipment=found.equipment.id,
        rule=rule.id,
        instance=found.instance,
        priority=rule.priority,
        alarm_class=rule.alarm_class,
        latching=rule.latching or until_reset,
        delay_on=round(rule.delay_on * NS),
        delay_off=round(rule.delay_off * NS),
        point=-1 if found.members else point,
        limit=getattr(condition, "limit", None),
        text=found.text,
    )


def _judged(row: int, found: Found, table: PointTable, timezone: str) -> Judged:
    def means(name: str) -> Point:
        return table.points[found.points[name]].means

    own = [i for i in found.points.values() if table.points[i].instance == found.instance]
    everything = own if found.instance else [table.by_id[p.id] for p in found.equipment.points]
    return Judged(
        row=row,
        condition=found.rule.condition,
        find=found.points.__getitem__,
        means=means,
        all_points=found.members or everything,
        during=found.rule.during,
        rated=found.equipment.rated,
        timezone=timezone,
    )


def _columns(judged: Sequence[Judged]) -> Iterator[Kind]:
    by_module: dict[int, list[Judged]] = defaultdict(list)
    modules = {id(m): m for m in kinds().values()}
    for one in judged:
        by_module[id(kinds()[one.condition.kind])].append(one)
    for key, some in by_module.items():
        yield from modules[key].compiled(some)
