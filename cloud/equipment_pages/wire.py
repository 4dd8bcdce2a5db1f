"""Where an equipment stands on the wire: its line, unit and addresses, and when it was last heard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping

from cloud.equipment.store import equipment_of
from cloud.equipment.values import Asked
from cloud.latest import Value
from cloud.wire import Moment
from facility.quality import Quality
from facility.words import Frozen


class WirePoint(Frozen):
    """One point on the wire."""

    id: str
    address: dict[str, Any]
    """As the model of the device has it: register, node, topic."""
    period: float
    """Seconds between polls, or the longest silence that is normal."""
    stale_after: float
    urgent: bool
    """A life-safety rule watches it."""
    quality: str
    at: Moment | None


class Wire(Frozen):
    """One equipment on the wire."""

    site: str
    equipment: str
    gateway: str
    connection: str
    protocol: str
    unit: int | str
    model: str
    quirks: dict[str, Any]
    """What this model does otherwise than its protocol says."""
    last_good: Moment | None
    """The newest good value of any of its points."""
    points: tuple[WirePoint, ...]


def wire_of(row: RowMapping, asked: Sequence[Asked], values: Sequence[Value]) -> Wire:
    """Of an equipment's row with the newest values of its points."""
    means = equipment_of(row["body"])
    known = {each.point.id: value for each, value in zip(asked, values, strict=True)}
    good = [value.at for value in values if value.at and value.quality != Quality.BAD]
    return Wire(
        site=row["site"],
        equipment=means.id,
        gateway=row["gateway"],
        connection=means.connection,
        protocol=means.protocol,
        unit=means.unit,
        model=means.model,
        quirks=means.quirks,
        last_good=max(good, default=None),
        points=tuple(
            WirePoint(
                id=point.id,
                address=point.address,
                period=point.period,
                stale_after=point.stale_after,
                urgent=point.urgent,
                quality=_word(known.get(point.id)),
                at=known[point.id].at or None if point.id in known else None,
            )
            for point in means.points
        ),
    )


def _word(value: Value | None) -> str:
    if value is None:
        return ""
    return Quality(value.quality).word if value.quality <= Quality.BAD else Quality.BAD.word
