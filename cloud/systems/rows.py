"""The rows of an overview: which systems each stands for, and what its key values say together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cloud.equipment.values import Asked
from cloud.latest import Value
from cloud.systems.schemas import KeyPoint, KeyValue
from facility.equipment_type import System
from facility.point import Kind
from facility.quality import Quality, reason_word
from facility.words import Text

MOST_POINTS: Final = 12
"""Points that a key value lists one by one."""
Pair = tuple[Asked, Value]


@dataclass(frozen=True, slots=True)
class RowKind:
    """One row; shown where the site has no such equipment too, if `always`."""

    id: str
    name: Text
    systems: tuple[System, ...]
    always: bool = True


S = System
ROWS: Final = (
    RowKind("fire", Text(zh="消防", en="Fire and fire water"), (S.FIRE, S.FIRE_WATER)),
    RowKind("elevators", Text(zh="电梯", en="Elevators"), (S.ELEVATORS,)),
    RowKind("water", Text(zh="给水", en="Water supply"), (S.WATER,)),
    RowKind("drainage", Text(zh="排水", en="Drainage"), (S.DRAINAGE,)),
    RowKind("power", Text(zh="供配电", en="Power"), (S.POWER,)),
    RowKind("hvac", Text(zh="暖通空调", en="HVAC"), (S.HVAC,)),
    RowKind("lighting", Text(zh="照明", en="Lighting"), (S.LIGHTING,)),
    RowKind("access", Text(zh="门禁道闸", en="Access"), (S.ACCESS,)),
    RowKind("metering", Text(zh="计量", en="Metering"), (S.METERING,), always=False),
    RowKind("patrol", Text(zh="巡更", en="Patrol"), (S.PATROL,), always=False),
    RowKind("weather", Text(zh="气象", en="Weather"), (S.WEATHER,), always=False),
)
"""The most urgent to lose first."""


def key_values(pairs: Sequence[Pair]) -> tuple[KeyValue, ...]:
    """The key points of a row, those of one type and name together, in the order of the types' own lists."""
    groups: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for asked, value in pairs:
        if asked.point.means.key and asked.point.means.kind.sampled:
            groups[asked.type, asked.point.point].append((asked, value))
    return tuple(_together(some) for some in groups.values())


def _together(pairs: Sequence[Pair]) -> KeyValue:
    first = pairs[0][0]
    means = first.point.means
    good = [(asked, value.value) for asked, value in pairs if value.quality == Quality.GOOD and value.value is not None]
    numbers = [number for _, number in good]
    states = means.kind is Kind.STATE
    ordered = sorted(pairs, key=lambda pair: (not _outside(*pair), pair[1].quality == Quality.GOOD))
    return KeyValue(
        type=first.type,
        point=first.point.point,
        name=means.name,
        kind=means.kind.value,
        unit=means.unit,
        decimals=means.decimals,
        states=means.states,
        normal=means.normal,
        low=min(numbers, default=None),
        high=max(numbers, default=None),
        outside=sum(_outside(*pair) for pair in pairs),
        bad=sum(value.quality == Quality.BAD for _, value in pairs),
        count=len(pairs),
        counts=dict(sorted(Counter(int(number) for number in numbers).items())) if states else {},
        points=tuple(_point(asked, value) for asked, value in ordered[:MOST_POINTS]),
    )


def _outside(asked: Asked, value: Value) -> bool:
    band = asked.point.means.normal
    if band is None or value.value is None or value.quality != Quality.GOOD:
        return False
    low, high = band.low, band.high
    return (low is not None and value.value < low) or (high is not None and value.value > high)


def _point(asked: Asked, value: Value) -> KeyPoint:
    return KeyPoint(
        id=asked.point.id,
        equipment=asked.equipment,
        value=value.value,
        quality=Quality(value.quality).word if value.quality <= Quality.BAD else Quality.BAD.word,
        reason=reason_word(value.reason),
        at=value.at or None,
    )
