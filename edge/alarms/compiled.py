"""From the inventory's rules to columns: which rows there are, what judges them, and what can't be judged yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from edge.alarms.effects import effect_rows
from edge.alarms.found import Found, Unevaluated, of_equipment
from edge.alarms.guards import Guards
from edge.alarms.kinds import kinds
from edge.alarms.losses import Losses, line_rows, unit_rows
from edge.alarms.row import Hears, Judged, Kind, Row
from edge.alarms.told import Told
from edge.points import PointTable
from facility.alarm import AlarmClass, Condition, Occurs
from facility.clock import NS
from facility.errors import ConfigError
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
    guards: Guards
    losses: Losses
    told: Told
    """Also among `kinds`."""
    unevaluated: tuple[Unevaluated, ...]


def compile_rules(inventory: Inventory, table: PointTable) -> Compiled:
    """Compile; ConfigError where rules suppress one another in a circle."""
    missing: list[Unevaluated] = []
    zones = {p.id: p.zone for p in inventory.places}
    found = [f for e in inventory.equipment for f in of_equipment(e, table, zones, missing)]
    lost = [*line_rows(inventory), *unit_rows(inventory)]
    rows = [r for r, _ in lost] + [_row(f) for f in found]
    causes = _causes(found, len(lost), {key: i for i, (_, key) in enumerate(lost)})
    rows = [replace(r, suppressed_by=tuple(causes.get(i, ()))) for i, r in enumerate(rows)]
    _refuse_circles(rows)
    judged = [_judged(i, f, table, inventory.timezone) for i, f in enumerate(found, len(lost))]
    told = Told(len(rows), effects := effect_rows(inventory))
    rows += effects
    columns = (*_columns(judged), *([told] if effects else ()))
    return Compiled(
        rows=tuple(rows),
        kinds=columns,
        hearing=tuple(k for k in columns if isinstance(k, Hears)),
        conditions={j.row: j.condition for j in judged},
        guards=Guards.of([(j, f.rule.during) for j, f in zip(judged, found, strict=True) if f.rule.during], len(rows)),
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


def _causes(found: Sequence[Found], first: int, lost: Mapping[tuple[str, str], int]) -> dict[int, list[int]]:
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
