"""The rules of one equipment with the room that is left to each limit now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from cloud.alarms.tables import ALARM
from cloud.equipment.values import Asked
from cloud.historian.base import Counts, Series
from cloud.latest import Value
from facility.alarm import Count, Rule
from facility.clock import NS
from facility.condition.limits import Room, is_holding, rooms
from facility.errors import DeliveryError
from facility.expression import LOCAL_HOUR, RATED
from facility.inventory import InventoryEquipment
from facility.point import Kind, Range
from facility.quality import Quality
from facility.words import Frozen

INSTANCES: Final = 5
"""Of a rule that is judged for many instances, those nearest to alarming."""


class LiveLimit(Frozen):
    """One comparison of a rule with what is read now."""

    says: str
    """The point, or the words of the expression's side."""
    point: str | None
    """The id of the point that it reads, where it is one."""
    unit: str
    direction: str
    """high, low, equal or unequal: which side of the limit alarms."""
    value: float | None
    limit: float | None
    clears: float | None
    """Where the alarm is over again."""
    room: float | None
    """What is left to the limit, in the unit; 0 and below is beyond. null: not known, or no number (a state)."""
    share: float | None
    """`room` as a share of the normal band's width, or of the limit where there is no band."""
    holds: bool | None
    """Whether it is true now; null: not known."""


class RuleStanding(Frozen):
    """One rule of one equipment, now."""

    rule: Rule
    instance: str
    awake: bool | None
    """Whether the state that guards it holds; null: not known. True where nothing guards it."""
    limits: tuple[LiveLimit, ...]
    """Empty: the rule has no limit to be near to (a message, a silence)."""
    alarm: str | None
    """The live alarm of it."""


def live_alarms(connection: Connection, site: str, equipment: str) -> dict[tuple[str, str], str]:
    """(rule, instance) → the live alarm."""
    a = ALARM.c
    query = select(a.rule, a.instance, a.id).where(a.site == site, a.equipment == equipment, a.live)
    return {(row.rule, row.instance): row.id for row in connection.execute(query)}


async def counted(
    counts: Counts | None, site: str, equipment: InventoryEquipment, now: int
) -> dict[tuple[str, str], float]:
    """(rule, point) → how far the counter rose within the rule's window, of rules that count."""
    kinds = {point.point: point.means.kind for point in equipment.points if not point.instance}
    found: dict[tuple[str, str], float] = {}
    for rule in equipment.rules:
        condition = rule.condition
        if counts is None or not isinstance(condition, Count) or kinds.get(condition.point) is not Kind.COUNTER:
            continue
        series = Series(site, equipment.type, equipment.id, condition.point)
        try:
            (rises,) = await counts.counter_deltas([series], (now - round(condition.window * NS), now))
        except DeliveryError:
            continue
        if rises.rise[0] == rises.rise[0]:
            found[rule.id, condition.point] = float(rises.rise[0])
    return found


def rule_standings(
    equipment: InventoryEquipment,
    asked: Sequence[Asked],
    values: Sequence[Value],
    counts: Mapping[tuple[str, str], float],
    alarms: Mapping[tuple[str, str], str],
    hour: int,
) -> tuple[RuleStanding, ...]:
    """Every rule; one that is judged for many instances with those that alarm or come nearest to it."""
    known = _known(equipment, asked, values, hour)
    answer: list[RuleStanding] = []
    for rule in equipment.rules:
        own = {point: count for (id, point), count in counts.items() if id == rule.id}
        if rule.per is None:
            answer.append(_standing(equipment, rule, "", known.get("", {}), own, alarms))
            continue
        each = [_standing(equipment, rule, i, known.get("", {}) | some, own, alarms) for i, some in known.items() if i]
        answer += sorted(each, key=_nearness)[:INSTANCES]
    return tuple(answer)


def _nearness(standing: RuleStanding) -> tuple[bool, float, str]:
    shares = [limit.share for limit in standing.limits if limit.share is not None]
    return standing.alarm is None, min(shares, default=float("inf")), standing.instance


def _known(
    equipment: InventoryEquipment, asked: Sequence[Asked], values: Sequence[Value], hour: int
) -> dict[str, dict[str, float]]:
    """Instance → point → its good value; the name plate and the hour are known of all."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    found[""] = {f"{RATED}{name}": figure for name, figure in equipment.rated.items()} | {LOCAL_HOUR: float(hour)}
    for each, value in zip(asked, values, strict=True):
        if value.value is not None and value.quality == Quality.GOOD:
            found[each.point.instance][each.point.point] = value.value
        elif each.point.instance:
            found[each.point.instance].setdefault("", 0.0)
    return found


def _standing(
    equipment: InventoryEquipment,
    rule: Rule,
    instance: str,
    known: Mapping[str, float],
    counts: Mapping[str, float],
    alarms: Mapping[tuple[str, str], str],
) -> RuleStanding:
    return RuleStanding(
        rule=rule,
        instance=instance,
        awake=_awake(equipment, rule, known),
        limits=tuple(_limit(equipment, rule, instance, room) for room in rooms(rule, known, counts)),
        alarm=alarms.get((rule.id, instance)),
    )


def _states(equipment: InventoryEquipment, point: str) -> dict[int, str]:
    means = next((each.means for each in equipment.points if each.point == point), None)
    return {} if means is None else {state.value: state.code for state in means.states}


def _awake(equipment: InventoryEquipment, rule: Rule, known: Mapping[str, float]) -> bool | None:
    if rule.during is None:
        return True
    value = known.get(rule.during.point)
    return None if value is None else _states(equipment, rule.during.point).get(round(value)) in rule.during.states


def _limit(equipment: InventoryEquipment, rule: Rule, instance: str, room: Room) -> LiveLimit:
    point = next((p for p in equipment.points if p.point == room.point and p.instance in (instance, "")), None)
    holds = room.holds
    if holds is None and room.value is not None and room.point is not None:
        holds = is_holding(rule, room.value, _states(equipment, room.point))
    return LiveLimit(
        says=room.says,
        point=point.id if point is not None else None,
        unit=point.means.unit if point is not None else "",
        direction=room.direction,
        value=room.value,
        limit=room.limit,
        clears=room.clears,
        room=room.room,
        share=_share(room, point.means.normal if point is not None else None),
        holds=holds,
    )


def _share(room: Room, band: Range | None) -> float | None:
    if room.room is None or room.limit is None:
        return None
    whole = abs(room.limit)
    if band is not None and band.low is not None and band.high is not None:
        whole = band.high - band.low
    return room.room / whole if whole else None


def local_hour(now: int, zone: str) -> int:
    """The site's wall clock, 0 … 23."""
    return datetime.fromtimestamp(now // NS, UTC).astimezone(ZoneInfo(zone)).hour
