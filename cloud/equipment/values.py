"""Points with their newest values: the live link's, else the historian's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import RowMapping

from cloud.equipment.schemas import PointValue, meaning
from cloud.equipment.store import equipment_of
from cloud.historian.base import Reads, Series
from cloud.latest import HOLDS, Latest, Value
from facility.clock import NS
from facility.errors import DeliveryError
from facility.inventory import InventoryPoint
from facility.point import Kind
from facility.quality import Quality, Reason, reason_word

NEVER = Value(None, Quality.BAD, Reason.UNKNOWN, 0, "")


@dataclass(frozen=True, slots=True)
class Asked:
    """One point of one equipment."""

    site: str
    gateway: str
    type: str
    equipment: str
    point: InventoryPoint

    @property
    def series(self) -> Series:
        """Its name in the historian."""
        return Series(self.site, self.type, self.equipment, self.point.point, self.point.instance)


def asked_of(row: RowMapping, *, key: bool = False) -> list[Asked]:
    """The points of an equipment that have a value; only those of its row on the overview for `key`."""
    means = equipment_of(row["body"])
    return [
        Asked(row["site"], row["gateway"], means.type, means.id, point)
        for point in means.points
        if point.means.kind is not Kind.EVENT and (point.means.key or not key)
    ]


async def with_values(
    asked: Sequence[Asked], latest: Latest, historian: Reads | None, texts: dict[str, tuple[str, int]], now: int
) -> tuple[PointValue, ...]:
    """Each point with its newest value; uncertain where no live link vouches for it, bad where its gateway is away."""
    values = await newest(asked, latest, historian, now)
    return tuple(_point(a, value, latest, texts) for a, value in zip(asked, values, strict=True))


async def newest(asked: Sequence[Asked], latest: Latest, historian: Reads | None, now: int) -> list[Value]:
    """The newest value of each, as far as it can be trusted now; texts have none."""
    live = [latest.of(a.site).get(a.point.id) for a in asked]
    missing = [a for a, value in zip(asked, live, strict=True) if value is None and a.point.means.kind.sampled]
    old = await _from_historian(missing, historian) if missing and historian is not None else {}
    return [
        trusted(a, value or _recent(a, old.get(a.series, NEVER), now), latest)
        for a, value in zip(asked, live, strict=True)
    ]


def trusted(asked: Asked, value: Value, latest: Latest) -> Value:
    """The value as its gateway's link allows: none of a gateway that is away, uncertain without a link."""
    if (asked.site, asked.gateway) in latest.away:
        return replace(value, value=None, quality=Quality.BAD, reason=Reason.GATEWAY)
    if value.quality == Quality.GOOD and not latest.confirmed(asked.site, asked.gateway):
        return replace(value, quality=Quality.UNCERTAIN, reason=Reason.STALE)
    return value


def _recent(asked: Asked, value: Value, now: int) -> Value:
    """An old value of the historian is none of now: the link tells every value anew within HOLDS."""
    if value.quality == Quality.GOOD and now - value.at > max(round(asked.point.stale_after * NS), HOLDS):
        return replace(value, quality=Quality.UNCERTAIN, reason=Reason.STALE)
    return value


async def _from_historian(asked: Sequence[Asked], historian: Reads) -> dict[Series, Value]:
    try:
        found = await historian.latest([a.series for a in asked])
    except DeliveryError:
        return {}
    values: dict[Series, Value] = {}
    for place, series in enumerate(found.series):
        if found.at[place]:
            number = float(found.value[place])
            value = None if np.isnan(number) else number
            quality, reason = int(found.quality[place]), int(found.reason[place])
            values[series] = Value(value, quality, reason, int(found.at[place]), "")
    return values


def _point(asked: Asked, value: Value, latest: Latest, texts: dict[str, tuple[str, int]]) -> PointValue:
    text, since = texts.get(asked.point.id, (None, 0))
    if text is not None:
        value = trusted(asked, replace(value, quality=Quality.GOOD, reason=Reason.NONE), latest)
    quality, at = value.quality, value.at or since
    return PointValue.model_validate(
        meaning(asked.site, asked.equipment, asked.point)
        | {
            "value": value.value,
            "text": text,
            "quality": Quality(quality).word if 0 <= quality <= Quality.BAD else Quality.BAD.word,
            "reason": reason_word(value.reason),
            "at": at or None,
        }
    )
