"""A gateway's health put together: what it says, what the cloud sees of its points, and what is lost since when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from cloud.equipment.store import equipment_of, equipment_rows
from cloud.equipment.values import Asked, asked_of
from cloud.gateway_health.schemas import DeviceHealth, GatewayHealth, LineHealth, Qualities, UnitHealth
from cloud.gateway_health.store import LINE_LOST, UNIT_LOST, Lost, lost, statuses
from cloud.gateways.schemas import gateway_of
from cloud.gateways.store import gateways
from cloud.latest import Value
from facility.gateway_status import LineStatus, Status
from facility.inventory import InventoryEquipment
from facility.quality import Quality, reason_word

Pair = tuple[Asked, Value]


@dataclass(frozen=True, slots=True)
class Found:
    """What the store says of the gateways."""

    gateways: tuple[RowMapping, ...]
    statuses: dict[tuple[str, str], RowMapping]
    lost: tuple[Lost, ...]
    equipment: tuple[tuple[str, str, InventoryEquipment], ...]
    """(site, gateway, equipment)."""
    points: tuple[Asked, ...]


def find(connection: Connection, among: frozenset[str] | None) -> Found:
    """One consistent look."""
    rows = equipment_rows(connection, among)
    return Found(
        tuple(gateways(connection, among)),
        statuses(connection, among),
        tuple(lost(connection, among)),
        tuple((row["site"], row["gateway"], equipment_of(row["body"])) for row in rows),
        tuple(point for row in rows for point in asked_of(row) if point.point.means.kind.sampled),
    )


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind one gateway."""

    equipment: tuple[InventoryEquipment, ...]
    pairs: dict[str, list[Pair]]
    """Equipment → its points with their values."""
    lines: dict[str, int]
    """Line → lost since."""
    units: dict[str, int]
    """The first equipment on a unit → lost since."""
    away: int | None


def gateway_health(row: RowMapping, found: Found, pairs: Sequence[Pair], newest: int, now: int) -> GatewayHealth:
    """One gateway; `newest` is the time of the newest sample that the historian has of it, 0 for none."""
    key = (row["site"], row["id"])
    behind = _behind(key, found, pairs)
    kept = found.statuses.get(key)
    status = Status.model_validate_json(kept["body"]) if kept is not None else None
    return GatewayHealth(
        gateway=gateway_of(row),
        away_since=behind.away,
        heard_at=kept["at"] if kept is not None else None,
        started_at=status.started if status else None,
        clock=status.clock if status else None,
        samples=status.samples if status else None,
        qualities=_qualities([value for some in behind.pairs.values() for _, value in some]),
        refused=status.refused if status else {},
        settings=status.settings if status else None,
        settings_wrong=status.settings_wrong if status else "",
        lanes=status.lanes if status else (),
        ends=status.ends if status else {},
        delay=max(now - newest, 0) / 1e9 if newest else None,
        troubles=status.troubles if status else (),
        lines=_lines(behind, {line.line: line for line in status.lines} if status else {}),
    )


def _behind(key: tuple[str, str], found: Found, pairs: Sequence[Pair]) -> Behind:
    mine: dict[str, list[Pair]] = {}
    for asked, value in pairs:
        if (asked.site, asked.gateway) == key:
            mine.setdefault(asked.equipment, []).append((asked, value))
    own = [each for each in found.lost if (each.site, each.gateway or each.equipment) == key]
    away = [each.raised_at for each in found.lost if (each.site, each.equipment) == key and each.rule not in _EDGE]
    return Behind(
        tuple(means for site, gateway, means in found.equipment if (site, gateway) == key),
        mine,
        {each.instance: each.raised_at for each in own if each.rule == LINE_LOST},
        {each.equipment: each.raised_at for each in own if each.rule == UNIT_LOST},
        min(away, default=None),
    )


_EDGE = (LINE_LOST, UNIT_LOST)


def _lines(behind: Behind, said: dict[str, LineStatus]) -> tuple[LineHealth, ...]:
    names = dict.fromkeys([*said, *(means.connection for means in behind.equipment)])
    return tuple(_line(name, behind, said.get(name)) for name in names)


def _line(name: str, behind: Behind, said: LineStatus | None) -> LineHealth:
    mine = [means for means in behind.equipment if means.connection == name]
    since = behind.lines.get(name)
    units = _lost_units(mine, behind)
    state = said.state if said is not None else "unknown"
    return LineHealth(
        line=name,
        protocol=said.protocol if said is not None else (mine[0].protocol if mine else ""),
        state="lost" if since is not None else state,
        why=said.why if said is not None else "",
        lost_since=since,
        points=sum(len(behind.pairs.get(means.id, ())) for means in mine),
        units=tuple(_unit(each.unit, said, units) for each in said.units) if said is not None else (),
        devices=tuple(_device(means, behind, units) for means in mine),
    )


def _lost_units(mine: Sequence[InventoryEquipment], behind: Behind) -> dict[str, int]:
    """Unit → lost since; the alarm stands with the first equipment on it."""
    return {str(means.unit): behind.units[means.id] for means in mine if means.id in behind.units}


def _unit(unit: str, said: LineStatus, lost_since: dict[str, int]) -> UnitHealth:
    polled = next(each for each in said.units if each.unit == unit)
    return UnitHealth(
        unit=unit,
        polls=polled.polls,
        missed=polled.missed,
        silent=polled.silent,
        lost_since=lost_since.get(unit),
        why=said.lost_units.get(unit, ""),
    )


def _device(means: InventoryEquipment, behind: Behind, lost_since: dict[str, int]) -> DeviceHealth:
    values = [value for _, value in behind.pairs.get(means.id, ())]
    reasons = Counter(value.reason for value in values if value.quality == Quality.BAD)
    return DeviceHealth(
        equipment=means.id,
        name=means.name,
        unit=str(means.unit),
        model=means.model,
        qualities=_qualities(values),
        reason=reason_word(reasons.most_common(1)[0][0]) if reasons else "none",
        lost_since=lost_since.get(str(means.unit)),
        heard=max((value.at for value in values if value.quality != Quality.BAD), default=0) or None,
    )


def _qualities(values: Sequence[Value]) -> Qualities:
    counts = Counter(value.quality for value in values)
    good, uncertain = counts[Quality.GOOD], counts[Quality.UNCERTAIN]
    return Qualities(good=good, uncertain=uncertain, bad=len(values) - good - uncertain)
